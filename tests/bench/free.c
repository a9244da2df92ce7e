/*
 * How long the search of free times takes on a calendar of ten million bookings: a hundred offices of twenty counters,
 * booked for the ninety days to come and for as long back as it takes. The calendar is made once (some minutes, some
 * gigabytes) and kept:
 *
 *     bench_free FILE
 *
 * Prints microseconds of one search for the ten best. Fails where half of the searches of a kind take more than a
 * millisecond.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "state/calendar.h"
#include "state/database_private.h"

enum {
    OFFICES = 100,
    COUNTERS = 20,
    BOOKINGS = 10000000,
    FUTURE_DAYS = 90,
    SLOTS_A_DAY = 21, /* from 08:00 to 15:00, of twenty minutes */
    SLOT = 20 * MINUTE,
    SLOT_QUANTA = SLOT / QUANTUM_SECONDS,
    SEARCHES = 2000,
    BEST = 10,
    LIMIT_MICROSECONDS = 1000,
};

/* Monday 2024-06-03 06:00 UTC: 08:00 in Oslo. */
static const int64_t today = 1717372800 + 6 * HOUR;

static uint64_t seed = 20240603;

static unsigned draw(unsigned below)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (unsigned)(seed * 0x2545F4914F6CDD1DULL >> 33) % below;
}

static void must(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bench_free: %s\n", error->text);
    exit(EXIT_FAILURE);
}

static void run(sqlite3 *handle, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(handle, sql, NULL, NULL, &message) == SQLITE_OK)
        return;
    fprintf(stderr, "bench_free: %s: %s\n", sql, message);
    exit(EXIT_FAILURE);
}

/* --- the calendar --- */

/* How much of a day is booked, in percent: offices have half, nearly all for sixty days, or all of their time. */
static unsigned share_of(int office, int day)
{
    if (day < 0)
        return 100;
    switch (office % 4) {
    case 0:
        return 50;
    case 1:
        return 95;
    case 2:
        return day < 60 ? 100 : 80;
    default:
        return 100;
    }
}

struct maker {
    sqlite3 *handle;
    sqlite3_stmt *booking, *claim, *taken;
    int64_t bookings;
};

static sqlite3_stmt *prepare(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK)
        return statement;
    fprintf(stderr, "bench_free: %s\n", sqlite3_errmsg(handle));
    exit(EXIT_FAILURE);
}

static void step(struct maker *maker, sqlite3_stmt *statement, const int64_t *values, int count)
{
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, i + 1, values[i]);
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "bench_free: %s\n", sqlite3_errmsg(maker->handle));
        exit(EXIT_FAILURE);
    }
    sqlite3_reset(statement);
}

static void make_booking(struct maker *maker, int office, int64_t counter, int64_t start, uint64_t words[6])
{
    char number[32];
    snprintf(number, sizeof number, "TP%09" PRId64, ++maker->bookings);
    sqlite3_bind_text(maker->booking, 6, number, -1, SQLITE_STATIC);
    step(maker, maker->booking, (const int64_t[]){maker->bookings, office + 1, counter, start, start + SLOT}, 5);
    for (int i = 0; i < SLOT_QUANTA; i++) {
        int64_t quantum = start / QUANTUM_SECONDS + i, of_day = quantum % (6 * SEARCH_WORD_QUANTA);
        step(maker, maker->claim, (const int64_t[]){counter, quantum, maker->bookings}, 3);
        words[of_day / SEARCH_WORD_QUANTA] |= UINT64_C(1) << of_day % SEARCH_WORD_QUANTA;
    }
}

static void make_day(struct maker *maker, int office, int64_t counter, int day)
{
    uint64_t words[6] = {0};
    for (int slot = 0; slot < SLOTS_A_DAY; slot++)
        if (draw(100) < share_of(office, day))
            make_booking(maker, office, counter, today + (int64_t)day * DAY + (int64_t)slot * SLOT, words);
    step(maker, maker->taken,
         (const int64_t[]){office + 1, today / DAY + day, counter, (int64_t)words[0], (int64_t)words[1],
                           (int64_t)words[2], (int64_t)words[3], (int64_t)words[4], (int64_t)words[5]},
         9);
}

static bool is_weekday(int day)
{
    return ((day % 7) + 7) % 7 < 5;
}

/* As many days back as it takes. */
static int first_day(void)
{
    int64_t ahead = 0, whole = (int64_t)OFFICES * COUNTERS * SLOTS_A_DAY;
    for (int day = 0; day < FUTURE_DAYS; day++)
        for (int office = 0; is_weekday(day) && office < 4; office++)
            ahead += whole / 4 * share_of(office, day) / 100;
    int day = 0;
    while (ahead < BOOKINGS)
        ahead += is_weekday(--day) ? whole : 0;
    return day;
}

static void make_bookings(struct maker *maker)
{
    int first = first_day(), done = 0;
    run(maker->handle, "BEGIN");
    for (int64_t counter = 1; counter <= OFFICES * COUNTERS; counter++) {
        for (int day = first; day < FUTURE_DAYS; day++)
            if (is_weekday(day))
                make_day(maker, (int)((counter - 1) / COUNTERS), counter, day);
        if (++done % 20 == 0)
            fprintf(stderr, "\r%" PRId64 " bookings", maker->bookings);
    }
    run(maker->handle, "COMMIT");
}

/* Indexes and triggers of the two large tables, to be made again when these are full. */
static char *take_away(sqlite3 *handle, struct arena *arena)
{
    const char *drop = "";
    char *make = arena_strdup(arena, "");
    sqlite3_stmt *statement = prepare(handle, "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', "
                                              "'trigger') AND tbl_name IN ('booking', 'claim') AND sql IS NOT NULL");
    while (sqlite3_step(statement) == SQLITE_ROW) {
        drop = arena_printf(arena, "%sDROP %s %s;", drop, (const char *)sqlite3_column_text(statement, 0),
                            (const char *)sqlite3_column_text(statement, 1));
        make = arena_printf(arena, "%s%s;", make, (const char *)sqlite3_column_text(statement, 2));
    }
    sqlite3_finalize(statement);
    run(handle, drop);
    return make;
}

static void make_offices(struct database *database, struct arena *arena)
{
    const struct service_name name = {"en", "Card"};
    struct service service = {.code = "card", .minutes = 20, .more_minutes = 20, .names = &name, .name_count = 1};
    struct error error;
    must(service_add(database, &service, &error), &error);
    for (int i = 0; i < OFFICES; i++) {
        struct office office = {.code = arena_printf(arena, "office-%d", i),
                                .name = "Office",
                                .address = "Street 1",
                                .zone = "Europe/Oslo",
                                .counters = COUNTERS};
        must(opening_hours_parse("mon-fri 08:00-15:00", arena, &office.hours, &office.hours_count, &error), &error);
        must(office_add(database, &office, &error), &error);
    }
}

static void make_calendar(const char *path)
{
    struct arena arena = ARENA_INIT;
    struct error error;
    struct database *database = NULL;
    const char *part = arena_printf(&arena, "%s.part", path);
    unlink(part);
    must(database_open(part, DATABASE_CREATE, &database, &error), &error);
    make_offices(database, &arena);
    sqlite3 *handle = database_handle(database);
    run(handle, "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = "
                "-400000");
    char *again = take_away(handle, &arena);
    struct maker maker = {.handle = handle};
    maker.booking =
        prepare(handle, "INSERT INTO booking (id, office_id, counter_id, starts_at, ends_at, number, status, "
                        "origin, service_id, revision, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, "
                        "?, 'confirmed', 'desk', 1, 0, 'Amina Yusuf', 0, 0)");
    maker.claim = prepare(handle, "INSERT INTO claim (counter_id, quantum, booking_id) VALUES (?, ?, ?)");
    maker.taken = prepare(handle, "INSERT INTO taken (office_id, day, counter_id, h00, h04, h08, h12, h16, h20) VALUES "
                                  "(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    make_bookings(&maker);
    sqlite3_finalize(maker.booking);
    sqlite3_finalize(maker.claim);
    sqlite3_finalize(maker.taken);
    fprintf(stderr, ", indexes\n");
    run(handle, again);
    run(handle, "PRAGMA journal_mode = WAL");
    database_close(&database);
    arena_clear(&arena);
    if (rename(part, path) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

/* --- the searches --- */

static const struct {
    const char *name;
    int kind; /* of office, see share_of() */
    bool near, want, part;
} searches[] = {
    {"half of it free, the earliest", 0, false, false, false},
    {"one in twenty free, the earliest", 1, false, false, false},
    {"one in twenty free, near a day", 1, true, false, false},
    {"one in twenty free, in a week that is wished", 1, false, true, false},
    {"one in twenty free, in the afternoon, near a day", 1, true, false, true},
    {"nothing free for sixty days, the earliest", 2, false, false, false},
    {"nothing free for sixty days, near a day", 2, true, false, false},
    {"nothing free for ninety days", 3, false, false, false},
};

static int64_t now_nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return first < second ? -1 : first > second;
}

static int64_t search_once(struct database *database, const struct office *office, const struct service *service,
                           size_t which, size_t *found)
{
    struct arena arena = ARENA_INIT;
    struct error error;
    const struct slot *slots;
    int64_t day = today + (int64_t)draw(FUTURE_DAYS) * DAY;
    const struct wish want = {day, day + 5 * (int64_t)DAY};
    struct calendar_query query = {.office = office,
                                   .service = service,
                                   .from = today,
                                   .to = today + FUTURE_DAYS * (int64_t)DAY,
                                   .near = searches[which].near ? day : 0,
                                   .wants = &want,
                                   .want_count = searches[which].want ? 1 : 0,
                                   .part_from = searches[which].part ? 12 * 60 : 0,
                                   .part_until = searches[which].part ? 15 * 60 : 0,
                                   .limit = BEST};
    int64_t begun = now_nanoseconds();
    must(calendar_free(database, &query, &arena, &slots, found, &error), &error);
    arena_clear(&arena);
    return now_nanoseconds() - begun;
}

/* Is half of them fast enough? */
static bool search_many(struct database *database, const struct office *offices, const struct service *service,
                        size_t which)
{
    static int64_t times[SEARCHES];
    size_t found = 0;
    for (int i = 0; i < SEARCHES; i++) {
        int office = (int)draw(OFFICES / 4) * 4 + searches[which].kind;
        times[i] = search_once(database, &offices[office], service, which, &found);
    }
    qsort(times, SEARCHES, sizeof times[0], by_size);
    printf("%-50s %8.0f %8.0f %8zu\n", searches[which].name, (double)times[SEARCHES / 2] / 1000,
           (double)times[SEARCHES * 99 / 100] / 1000, found);
    return times[SEARCHES / 2] <= LIMIT_MICROSECONDS * INT64_C(1000);
}

int main(int argc, char **argv)
{
    struct arena arena = ARENA_INIT;
    struct database *database = NULL;
    struct error error;
    const struct office *offices;
    const struct service *services;
    size_t office_count, service_count;
    bool good = true;
    if (argc != 2) {
        fprintf(stderr, "usage: bench_free FILE\n");
        return EXIT_FAILURE;
    }
    if (access(argv[1], F_OK) != 0)
        make_calendar(argv[1]);
    must(database_open(argv[1], DATABASE_EXISTING, &database, &error), &error);
    must(office_list(database, &arena, &offices, &office_count, &error), &error);
    must(service_list(database, &arena, &services, &service_count, &error), &error);
    printf("The ten best of ninety days, µs:%27s %8s %8s\n", "half", "99 %", "found");
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++)
        good = search_many(database, offices, &services[0], i) && good;
    database_close(&database);
    arena_clear(&arena);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
