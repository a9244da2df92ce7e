#include "state_fixture.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/database_private.h"

struct state_fixture fixture;

enum { NOBODY = 65534 };

static uint64_t default_seed;

/* xorshift64* */
static void seeded_fill(void *data, void *bytes, size_t length)
{
    uint64_t *state = data;
    unsigned char *out = bytes;
    for (size_t i = 0; i < length; i++) {
        *state ^= *state >> 12;
        *state ^= *state << 25;
        *state ^= *state >> 27;
        out[i] = (unsigned char)(*state * 0x2545F4914F6CDD1DULL >> 56);
    }
}

struct randomness fixture_randomness(uint64_t *seed)
{
    return (struct randomness){seeded_fill, seed};
}

int64_t at(const char *text)
{
    int64_t time = 0;
    struct error error;
    ck_assert_int_eq(rfc3339_parse(text, fixture.zone, &time, &error), STATUS_OK);
    return time;
}

struct office fixture_office(const char *code, const char *zone, const char *hours, int counters)
{
    struct error error;
    struct office office = {.code = code,
                            .name = "Politiets utlendingsenhet, Tøyen",
                            .address = "Hagegata 23, 0653 Oslo",
                            .desk = "oslo@politiet.example",
                            .zone = zone,
                            .counters = counters};
    ck_assert_int_eq(opening_hours_parse(hours, &fixture.arena, &office.hours, &office.hours_count, &error), STATUS_OK);
    ck_assert_msg(office_add(fixture.database, &office, &error) == STATUS_OK, "%s", error.text);
    ck_assert_int_eq(office_find(fixture.database, code, &fixture.arena, &office, &error), STATUS_OK);
    return office;
}

static void add_service(void)
{
    static const struct service_name names[] = {{"nb", "Nytt oppholdskort"}, {"en", "New residence card"}};
    struct service service = {
        .code = "card", .minutes = 20, .more_minutes = 20, .names = names, .name_count = COUNT(names)};
    struct error error;
    ck_assert_msg(service_add(fixture.database, &service, &error) == STATUS_OK, "%s", error.text);
    ck_assert_int_eq(service_find(fixture.database, "card", &fixture.arena, &fixture.service, &error), STATUS_OK);
}

void state_fixture_setup(void)
{
    struct error error;
    memset(&fixture, 0, sizeof fixture);
    default_seed = 1;
    fixture.randomness = fixture_randomness(&default_seed);
    strcpy(fixture.folder, "/tmp/timepost-state-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(fixture.folder));
    snprintf(fixture.path, sizeof fixture.path, "%s/t.db", fixture.folder);
    ck_assert_int_eq(zone_open("Europe/Oslo", &fixture.zone, &error), STATUS_OK);
    ck_assert_msg(database_open(fixture.path, DATABASE_CREATE, &fixture.database, &error) == STATUS_OK, "%s",
                  error.text);
    fixture.office = fixture_office("oslo", "Europe/Oslo", "mon-fri 08:00-15:00", 2);
    add_service();
    fixture.now = at("2024-06-01T09:00");
}

void state_fixture_teardown(void)
{
    database_close(&fixture.database);
    zone_close(&fixture.zone);
    arena_clear(&fixture.arena);
    chmod(fixture.folder, 0700);
    DIR *folder = opendir(fixture.folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    rmdir(fixture.folder);
}

struct booking_new fixture_booking(int64_t start)
{
    return (struct booking_new){.prefix = "TP",
                                .office = &fixture.office,
                                .service = &fixture.service,
                                .start = start,
                                .origin = ORIGIN_DESK,
                                .name = "Amina Yusuf",
                                .address = "amina@example.org",
                                .language = "nb",
                                .now = fixture.now};
}

struct booking fixture_book(const char *start)
{
    struct error error = {0};
    struct booking booking = {0};
    struct booking_new wished = fixture_booking(at(start));
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error);
    ck_assert_str_eq(error.text, "");
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
    return booking;
}

const char *fixture_plan(const char *sql)
{
    const char *plan = "";
    sqlite3_stmt *statement = NULL;
    char *explain = arena_printf(&fixture.arena, "EXPLAIN QUERY PLAN %s", sql);
    int code = sqlite3_prepare_v2(database_handle(fixture.database), explain, -1, &statement, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(database_handle(fixture.database)));
    while (sqlite3_step(statement) == SQLITE_ROW)
        plan = arena_printf(&fixture.arena, "%s%s; ", plan, (const char *)sqlite3_column_text(statement, 3));
    sqlite3_finalize(statement);
    return plan;
}

int fixture_as_nobody(int (*step)(void))
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(99);
        _exit(step());
    }
    int result;
    ck_assert_int_eq(waitpid(child, &result, 0), child);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}
