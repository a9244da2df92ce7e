/*
 * A desk at work on the database of state_fixture.h: configuration, templates, a key, and the clock at fixture.now, for
 * the tests of what handles mails and sends letters. Use desk_fixture_setup and _teardown as a checked fixture.
 */
#ifndef TESTS_DESK_FIXTURE_H
#define TESTS_DESK_FIXTURE_H

#include "agent/agent.h"
#include "agent/handle.h"
#include "state/outbox.h"
#include "tests/unit/state_fixture.h"

struct desk_fixture {
    struct configuration configuration;
    struct agent agent;
};

extern struct desk_fixture desk;

void desk_fixture_setup(void);
void desk_fixture_teardown(void);

/* A mail whose From is proven. `to` NULL: the desk's address. */
const char *mail_from(const char *from, const char *to, const char *text);

/* The same mail from somebody whose From is not proven. */
const char *mail_claiming(const char *from, const char *text);

/* Handles a mail or fails the test. */
struct handle_result handle(const char *mail);

/* The newest letter in the outbox to this address; fails the test where there is none. */
struct outbox_letter letter_to(const char *recipient);
size_t count_letters(void);

/* The letter's text with quoted-printable undone. */
const char *letter_text(const struct outbox_letter *letter);

struct booking booking_now(int64_t id);
void add_contact(int64_t booking_id, const char *address);

/* Runs SQL on the desk's database, or fails the test. */
void desk_sql(const char *sql);

#endif
