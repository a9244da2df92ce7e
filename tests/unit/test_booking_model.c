/*
 * Random bookings, moves and cancellations against a model of the calendar so simple that it must be right: an array
 * of who has which five minutes of which counter. What the database answers must be what the model says, each time.
 * The seed is fixed: a failing run is the same run each time.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "state/calendar.h"
#include "state/database_private.h"
#include "state_fixture.h"

enum {
    SEED = 20240611,
    STEPS = 4000,
    LOOK_EVERY = 100,
    COUNTERS = 3,
    DAYS = 3,
    QUANTA_PER_DAY = DAY / QUANTUM_SECONDS,
    QUANTA = DAYS * QUANTA_PER_DAY,
    OPENS = 8 * HOUR / QUANTUM_SECONDS,
    CLOSES = 15 * HOUR / QUANTUM_SECONDS,
    BOOKINGS_MAX = STEPS,
};

static struct error error;
static uint64_t seed;
static struct service services[2]; /* of 20 and 35 minutes */
static int64_t monday;

static int64_t owners[COUNTERS][QUANTA]; /* the booking's id, 0: free */
static struct booking bookings[BOOKINGS_MAX];
static size_t booking_count;

static unsigned draw(unsigned below)
{
    struct randomness randomness = fixture_randomness(&seed);
    uint32_t number;
    randomness_fill(&randomness, &number, sizeof number);
    return number % below;
}

static void setup(void)
{
    static const struct service long_one = {.code = "long", .minutes = 35};
    state_fixture_setup();
    ck_assert_int_eq(sqlite3_exec(database_handle(fixture.database), "PRAGMA synchronous = OFF", NULL, NULL, NULL),
                     SQLITE_OK);
    fixture.office = fixture_office("model", "Europe/Oslo", "mon-fri 08:00-15:00", COUNTERS);
    services[0] = fixture.service;
    ck_assert_int_eq(service_add(fixture.database, &long_one, &error), STATUS_OK);
    ck_assert_int_eq(service_find(fixture.database, "long", &fixture.arena, &services[1], &error), STATUS_OK);
    monday = at("2024-06-10");
    seed = SEED;
}

/* --- the model --- */

static size_t quanta_of(const struct service *service)
{
    return (size_t)service->minutes * MINUTE / QUANTUM_SECONDS;
}

static bool model_is_open(size_t start, size_t length)
{
    size_t of_day = start % QUANTA_PER_DAY;
    return of_day >= OPENS && of_day + length <= CLOSES;
}

/* The first counter from 1 that is free, 0 for none. */
static int64_t model_counter(size_t start, size_t length, int64_t ignored)
{
    for (int counter = 0; counter < COUNTERS; counter++) {
        size_t free = 0;
        while (free < length && (owners[counter][start + free] == 0 || owners[counter][start + free] == ignored))
            free++;
        if (free == length)
            return counter + 1;
    }
    return 0;
}

static void model_free(int64_t id)
{
    for (int counter = 0; counter < COUNTERS; counter++)
        for (size_t i = 0; i < QUANTA; i++)
            if (owners[counter][i] == id)
                owners[counter][i] = 0;
}

static void model_take(int64_t id, int64_t counter, size_t start, size_t length)
{
    for (size_t i = start; i < start + length; i++)
        owners[counter - 1][i] = id;
}

static enum status model_answer(size_t start, const struct service *service, int64_t ignored)
{
    size_t length = quanta_of(service);
    if (!model_is_open(start, length))
        return STATUS_INVALID;
    return model_counter(start, length, ignored) == 0 ? STATUS_CONFLICT : STATUS_OK;
}

/* --- the database beside it --- */

static enum status finish(enum status status)
{
    if (status == STATUS_OK)
        return transaction_commit(fixture.database, &error);
    transaction_rollback(fixture.database);
    return status;
}

static void assert_placed(const struct booking *booking, size_t start, const struct service *service)
{
    ck_assert_int_eq(booking->counter, model_counter(start, quanta_of(service), booking->id));
    ck_assert_int_eq(booking->start, monday + (int64_t)start * QUANTUM_SECONDS);
    ck_assert_int_eq(booking->end, booking->start + service->minutes * MINUTE);
    model_free(booking->id);
    model_take(booking->id, booking->counter, start, quanta_of(service));
}

static void book(size_t start, const struct service *service)
{
    struct booking booking;
    struct booking_new wished = fixture_booking(monday + (int64_t)start * QUANTUM_SECONDS);
    wished.service = service;
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    enum status status =
        finish(booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error));
    ck_assert_int_eq(status, model_answer(start, service, 0));
    if (status != STATUS_OK)
        return;
    ck_assert_int_eq(booking.revision, 0);
    assert_placed(&booking, start, service);
    bookings[booking_count++] = booking;
}

static enum status model_move(const struct booking *booking, size_t start, const struct service *service)
{
    bool is_same = booking->start == monday + (int64_t)start * QUANTUM_SECONDS && booking->service_id == service->id;
    return booking->status == BOOKING_CANCELLED || is_same ? STATUS_INVALID : model_answer(start, service, booking->id);
}

static void move(struct booking *booking, size_t start, const struct service *service)
{
    struct booking before = *booking;
    enum status expected = model_move(booking, start, service);
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    enum status status = finish(booking_move(fixture.database, booking, &fixture.office, service,
                                             monday + (int64_t)start * QUANTUM_SECONDS, fixture.now, &error));
    ck_assert_int_eq(status, expected);
    ck_assert_int_eq(booking->revision, before.revision + (status == STATUS_OK));
    if (status == STATUS_OK)
        assert_placed(booking, start, service);
    else
        ck_assert_mem_eq(booking, &before, sizeof before);
}

static void cancel(struct booking *booking)
{
    enum status expected = booking->status == BOOKING_CANCELLED ? STATUS_INVALID : STATUS_OK;
    int64_t revision = booking->revision;
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(finish(booking_cancel(fixture.database, booking, fixture.now, &error)), expected);
    ck_assert_int_eq(booking->revision, revision + (expected == STATUS_OK));
    model_free(booking->id);
}

/* --- looking at the whole --- */

static void assert_same_claims(void)
{
    struct query query = query_begin(fixture.database,
                                     "SELECT k.number, c.quantum, c.booking_id FROM claim c JOIN counter k ON k.id = "
                                     "c.counter_id",
                                     NO_VALUES);
    size_t claims = 0, owned = 0;
    for (; query_next(&query); claims++) {
        int64_t quantum = query_integer(&query, 1) - monday / QUANTUM_SECONDS;
        ck_assert_int_eq(owners[query_integer(&query, 0) - 1][quantum], query_integer(&query, 2));
    }
    ck_assert_int_eq(query_end(&query, &error), STATUS_OK);
    for (int counter = 0; counter < COUNTERS; counter++)
        for (size_t i = 0; i < QUANTA; i++)
            owned += owners[counter][i] != 0;
    ck_assert_uint_eq(claims, owned);
}

static void assert_same_bookings(struct arena *arena)
{
    for (size_t i = 0; i < booking_count; i++) {
        struct booking found;
        ck_assert_int_eq(booking_find(fixture.database, bookings[i].number, arena, &found, &error), STATUS_OK);
        ck_assert_int_eq(found.status, bookings[i].status);
        ck_assert_int_eq(found.start, bookings[i].start);
        ck_assert_int_eq(found.counter, bookings[i].counter);
        ck_assert_int_eq(found.revision, bookings[i].revision);
    }
}

static int model_free_counters(size_t start, size_t length, int64_t ignored)
{
    int free = 0;
    for (int counter = 0; counter < COUNTERS; counter++) {
        size_t taken = 0;
        for (size_t i = start; i < start + length; i++)
            taken += owners[counter][i] != 0 && owners[counter][i] != ignored;
        free += taken == 0;
    }
    return free;
}

static void assert_same_free_times(struct arena *arena, const struct service *service, int64_t ignored)
{
    struct calendar_query query = {.office = &fixture.office,
                                   .service = service,
                                   .from = monday,
                                   .to = monday + DAYS * DAY,
                                   .ignore_booking = ignored,
                                   .limit = SLOTS_MAX};
    const struct slot *slots;
    size_t count, seen = 0, length = quanta_of(service);
    ck_assert_int_eq(calendar_free(fixture.database, &query, arena, &slots, &count, &error), STATUS_OK);
    for (size_t day = 0; day < DAYS; day++) {
        for (size_t of_day = OPENS; of_day + length <= CLOSES; of_day += length) {
            size_t start = day * QUANTA_PER_DAY + of_day;
            int free = model_free_counters(start, length, ignored);
            if (free == 0)
                continue;
            ck_assert_uint_lt(seen, count);
            ck_assert_int_eq(slots[seen].start, monday + (int64_t)start * QUANTUM_SECONDS);
            ck_assert_int_eq(slots[seen++].free_counters, free);
        }
    }
    ck_assert_uint_eq(seen, count);
}

static void look(void)
{
    struct arena arena = ARENA_INIT;
    assert_same_claims();
    assert_same_bookings(&arena);
    assert_same_free_times(&arena, &services[0], 0);
    assert_same_free_times(&arena, &services[1], booking_count > 0 ? bookings[draw((unsigned)booking_count)].id : 0);
    arena_clear(&arena);
}

static void step(void)
{
    const struct service *service = &services[draw(2)];
    size_t day = draw(DAYS), start = day * QUANTA_PER_DAY + OPENS - 2 + draw(CLOSES - OPENS + 2);
    struct booking *booking = booking_count > 0 ? &bookings[draw((unsigned)booking_count)] : NULL;
    unsigned what = draw(10);
    if (what < 4 || booking == NULL)
        book(start, service);
    else if (what < 6)
        cancel(booking);
    else if (what < 8)
        move(booking, start, service);
    else /* a little, over its own claims */
        move(booking, (size_t)((booking->start - monday) / QUANTUM_SECONDS) + draw(7) - 3, service);
}

START_TEST(database_and_model_agree)
{
    for (int i = 0; i < STEPS; i++) {
        step();
        if (i % LOOK_EVERY == 0)
            look();
    }
    look();
    /* the run was worth it: there was something of everything */
    size_t cancelled = 0, moved = 0;
    for (size_t i = 0; i < booking_count; i++) {
        cancelled += bookings[i].status == BOOKING_CANCELLED;
        moved += bookings[i].revision > 1;
    }
    ck_assert_uint_gt(cancelled, 100);
    ck_assert_uint_gt(moved, 100);
    ck_assert_int_eq(database_check(fixture.database, &error), STATUS_OK);
}
END_TEST

Suite *booking_model_suite(void);
Suite *booking_model_suite(void)
{
    Suite *suite = suite_create("booking_model");
    TCase *tcase = tcase_create("booking_model");
    tcase_set_timeout(tcase, 30);
    tcase_add_checked_fixture(tcase, setup, state_fixture_teardown);
    tcase_add_test(tcase, database_and_model_agree);
    suite_add_tcase(suite, tcase);
    return suite;
}
