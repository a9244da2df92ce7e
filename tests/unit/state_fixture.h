/*
 * A database in a folder of its own with an office (Oslo, weekdays 08:00-15:00, two counters) and a service of twenty
 * minutes, for the tests of state/. Use state_fixture_setup and _teardown as a checked fixture.
 */
#ifndef TESTS_STATE_FIXTURE_H
#define TESTS_STATE_FIXTURE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/zone.h"
#include "state/booking.h"
#include "state/database.h"
#include "state/office.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct state_fixture {
    char folder[64];
    char path[96];
    struct database *database;
    struct arena arena;
    struct zone *zone;
    struct office office;   /* "oslo" */
    struct service service; /* "card" */
    int64_t now;            /* Saturday 2024-06-01 09:00 in Oslo */
    struct randomness randomness;
};

extern struct state_fixture fixture;

void state_fixture_setup(void);
void state_fixture_teardown(void);

/* A time in Oslo: at("2024-06-11T10:00"). */
int64_t at(const char *text);

/* A booking of the fixture's office and service, not yet made. */
struct booking_new fixture_booking(int64_t start);

/* Books in a transaction of its own; fails the test if it cannot. */
struct booking fixture_book(const char *start);

/* Adds an office or fails the test. */
struct office fixture_office(const char *code, const char *zone, const char *hours, int counters);

/* Random bytes from a seed, the same each time. */
struct randomness fixture_randomness(uint64_t *seed);

/* What SQLite plans for a query: "SEARCH claim USING …; …". */
const char *fixture_plan(const char *sql);

/* Runs `step` in a child that has no rights of root, and returns its exit status. */
int fixture_as_nobody(int (*step)(void));

#endif
