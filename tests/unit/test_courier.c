#include "agent/courier.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "state/audit.h"
#include "tests/unit/desk_fixture.h"
#include "tests/unit/scripted_server.h"

static struct error error;
static struct scripted_server *server;
static struct courier *courier;

static void setup(void)
{
    desk_fixture_setup();
    desk.configuration.smtp =
        (struct server_access){.host = "127.0.0.1", .tls = TLS_NONE, .auth = AUTH_NONE, .timeout = 5};
    desk.configuration.helo = "desk.example";
    courier = NULL;
}

static void teardown(void)
{
    courier_close(&courier);
    desk_fixture_teardown();
}

/* Sends what is due to a server that follows the script; returns how many letters it took. */
static size_t run(const struct script_step *steps, size_t count)
{
    int64_t next_due;
    size_t sent;
    char *heard;
    server = scripted_server_listen(steps, count, &desk.configuration.smtp.port);
    ck_assert_int_eq(courier_open(&desk.agent, &courier, &error), STATUS_OK);
    ck_assert_msg(courier_run(courier, NULL, &next_due, &sent, &error) == STATUS_OK, "%s", error.text);
    courier_close(&courier);
    bool whole = scripted_server_end(server, &heard);
    ck_assert_msg(whole, "the script was not followed; heard:\n%s", heard);
    free(heard);
    return sent;
}

#define GREETING                                                                                                       \
    {"", "220 mx.example\r\n"},                                                                                        \
    {                                                                                                                  \
        "EHLO desk.example", "250 mx.example\r\n"                                                                      \
    }

/* A letter to Amina about a booking that was just cancelled. */
static struct booking tell(void)
{
    struct handle_told told;
    struct booking booking = fixture_book("2024-06-11T10:00");
    ck_assert_int_eq(transaction_begin(desk.agent.database, &error), STATUS_OK);
    ck_assert_int_eq(booking_cancel(desk.agent.database, &booking, fixture.now, &error), STATUS_OK);
    ck_assert_int_eq(handle_tell_contacts(&desk.agent, LETTER_CANCELLED, &booking, NULL, false, &told, &error),
                     STATUS_OK);
    ck_assert_int_eq(transaction_commit(desk.agent.database, &error), STATUS_OK);
    return booking;
}

START_TEST(a_refused_address_is_unreachable_and_the_desk_is_told)
{
    static const struct script_step script[] = {
        GREETING,
        {"MAIL FROM", "250 ok\r\n"},
        {"RCPT TO:<amina@example.org>", "550 5.1.1 no such user\r\n"},
        {"QUIT", NULL},
        GREETING,
        {"MAIL FROM", "250 ok\r\n"},
        {"RCPT TO:<oslo@politiet.example>", "250 ok\r\n"},
        {"DATA", "354 go\r\n"},
        {".", "250 ok\r\n"},
    };
    struct booking booking = tell();
    ck_assert_uint_eq(run(script, COUNT(script)), 1);
    ck_assert_int_eq(letter_to("amina@example.org").status, OUTBOX_FAILED);
    struct outbox_letter letter = letter_to("oslo@politiet.example");
    const char *text = letter_text(&letter);
    ck_assert_ptr_nonnull(strstr(text, booking.number));
    ck_assert_ptr_nonnull(strstr(text, "amina@example.org"));
    ck_assert_ptr_nonnull(strstr(text, "kunne ikke leveres"));
    ck_assert_ptr_null(strstr(text, "lagt ved")); /* there is no mail to attach */

    const struct contact *contacts;
    const struct audit_entry *entries;
    size_t count;
    ck_assert_int_eq(contact_list(fixture.database, booking.id, &fixture.arena, &contacts, &count, &error), STATUS_OK);
    ck_assert(!contacts[0].reachable);
    ck_assert_int_eq(audit_list(fixture.database, booking.id, &fixture.arena, &entries, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(entries[0].action, "unreachable");
    ck_assert_str_eq(entries[0].actor, "courier");
}
END_TEST

START_TEST(a_refused_letter_of_the_desk_makes_no_other)
{
    static const struct script_step script[] = {
        GREETING, {"MAIL FROM", "250 ok\r\n"}, {"RCPT TO:<oslo@politiet.example>", "550 5.1.1 no such user\r\n"}};
    handle(mail_claiming("stranger@example.net", "Hei, jeg vil bestille time."));
    ck_assert_uint_eq(count_letters(), 1);
    ck_assert_uint_eq(run(script, COUNT(script)), 0);
    ck_assert_uint_eq(count_letters(), 1);
}
END_TEST

static const struct script_step not_now[] = {
    GREETING, {"MAIL FROM", "250 ok\r\n"}, {"RCPT TO:<amina@example.org>", "450 4.2.2 mailbox full\r\n"}};

START_TEST(a_letter_that_was_given_up_and_put_back_is_tried_as_long_as_a_new_one)
{
    tell();
    desk_sql("UPDATE office SET desk = NULL");
    fixture.now += desk.configuration.give_up_after;
    ck_assert_uint_eq(run(not_now, COUNT(not_now)), 0);
    struct outbox_letter letter = letter_to("amina@example.org");
    ck_assert_int_eq(letter.status, OUTBOX_FAILED);
    ck_assert_int_eq(outbox_requeue(desk.agent.database, letter.id, fixture.now, &error), STATUS_OK);
    ck_assert_uint_eq(run(not_now, COUNT(not_now)), 0);
    letter = letter_to("amina@example.org");
    ck_assert_int_eq(letter.status, OUTBOX_QUEUED);
    ck_assert_int_gt(letter.next_attempt_at, fixture.now);
    ck_assert_int_le(letter.next_attempt_at, fixture.now + 2 * COURIER_BACKOFF_FIRST);
}
END_TEST

START_TEST(a_letter_that_is_given_up_is_told_to_the_desk_once)
{
    static const struct script_step to_the_desk[] = {
        GREETING,
        {"MAIL FROM", "250 ok\r\n"},
        {"RCPT TO:<amina@example.org>", "450 4.2.2 mailbox full\r\n"},
        {"QUIT", NULL},
        GREETING,
        {"MAIL FROM", "250 ok\r\n"},
        {"RCPT TO:<oslo@politiet.example>", "250 ok\r\n"},
        {"DATA", "354 go\r\n"},
        {".", "250 ok\r\n"},
    };
    tell();
    fixture.now += desk.configuration.give_up_after;
    ck_assert_uint_eq(run(to_the_desk, COUNT(to_the_desk)), 1);
    struct outbox_letter given_up = letter_to("amina@example.org");
    ck_assert_int_eq(outbox_requeue(desk.agent.database, given_up.id, fixture.now, &error), STATUS_OK);
    fixture.now += desk.configuration.give_up_after;
    ck_assert_uint_eq(run(not_now, COUNT(not_now)), 0);
    ck_assert_int_eq(letter_to("amina@example.org").status, OUTBOX_FAILED);
    ck_assert_uint_eq(count_letters(), 2);
}
END_TEST

Suite *courier_suite(void);
Suite *courier_suite(void)
{
    Suite *suite = suite_create("courier");
    TCase *tcase = tcase_create("courier");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_refused_address_is_unreachable_and_the_desk_is_told);
    tcase_add_test(tcase, a_refused_letter_of_the_desk_makes_no_other);
    tcase_add_test(tcase, a_letter_that_was_given_up_and_put_back_is_tried_as_long_as_a_new_one);
    tcase_add_test(tcase, a_letter_that_is_given_up_is_told_to_the_desk_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
