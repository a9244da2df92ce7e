#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/audit.h"
#include "state/calendar.h"
#include "state/database_private.h"
#include "state/ledger.h"
#include "state/outbox.h"
#include "state_fixture.h"

static struct error error;
static struct database *other;

static void teardown(void)
{
    database_close(&other);
    state_fixture_teardown();
}

static void run_sql(struct database *database, const char *sql)
{
    int code = sqlite3_exec(database_handle(database), sql, NULL, NULL, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(database_handle(database)));
}

/* A SQLite file that somebody else has made. */
static const char *make_file(const char *name, const char *sql)
{
    char *path = arena_printf(&fixture.arena, "%s/%s", fixture.folder, name);
    sqlite3 *handle = NULL;
    ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    return path;
}

static void write_file(const char *path, const void *bytes, size_t length, off_t where)
{
    int descriptor = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(pwrite(descriptor, bytes, length, where), (ssize_t)length);
    close(descriptor);
}

static void assert_says(const char *words)
{
    ck_assert_msg(strstr(error.text, words) != NULL, "“%s” is not in: %s", words, error.text);
}

static size_t count_bookings(struct database *database)
{
    const struct booking *bookings;
    size_t count;
    ck_assert_int_eq(booking_list_page(database, 0, INT64_MAX, 0, 100, &fixture.arena, &bookings, &count, &error),
                     STATUS_OK);
    return count;
}

/* --- opening --- */

START_TEST(is_for_its_owner_only)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    umask(0);
    state_fixture_teardown();
    state_fixture_setup();
    fixture_book("2024-06-11T10:00");
    for (size_t i = 0; i < COUNT(endings); i++) {
        struct stat stats;
        ck_assert_int_eq(stat(arena_printf(&fixture.arena, "%s%s", fixture.path, endings[i]), &stats), 0);
        ck_assert_int_eq(stats.st_mode & 07777, 0600);
    }
}
END_TEST

START_TEST(is_set_up_to_lose_nothing)
{
    static const struct {
        const char *pragma;
        const char *expected;
    } cases[] = {{"PRAGMA journal_mode", "wal"}, {"PRAGMA synchronous", "2"}, {"PRAGMA foreign_keys", "1"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        sqlite3_stmt *statement = NULL;
        ck_assert_int_eq(sqlite3_prepare_v2(database_handle(fixture.database), cases[i].pragma, -1, &statement, NULL),
                         SQLITE_OK);
        ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
        ck_assert_str_eq((const char *)sqlite3_column_text(statement, 0), cases[i].expected);
        sqlite3_finalize(statement);
    }
    int64_t loose = 1;
    ck_assert_int_eq(database_number(fixture.database,
                                     "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND "
                                     "name NOT LIKE 'sqlite_%'",
                                     NO_VALUES, &loose, &error),
                     STATUS_OK);
    ck_assert_int_eq(loose, 0);
}
END_TEST

START_TEST(what_is_written_is_there_after_opening_again)
{
    fixture_book("2024-06-11T10:00");
    database_close(&fixture.database);
    ck_assert_ptr_null(fixture.database);
    static const enum database_mode modes[] = {DATABASE_READ, DATABASE_EXISTING, DATABASE_CREATE};
    for (size_t i = 0; i < COUNT(modes); i++) {
        ck_assert_msg(database_open(fixture.path, modes[i], &other, &error) == STATUS_OK, "%s", error.text);
        ck_assert_str_eq(database_path(other), fixture.path);
        ck_assert_uint_eq(count_bookings(other), 1);
        database_close(&other);
    }
}
END_TEST

START_TEST(opens_nothing_that_is_not_there)
{
    const char *path = arena_printf(&fixture.arena, "%s/none.db", fixture.folder);
    ck_assert_int_eq(database_open(path, DATABASE_EXISTING, &other, &error), STATUS_NOT_FOUND);
    assert_says(path);
    assert_says("timepost office add");
    ck_assert_int_eq(database_open(path, DATABASE_READ, &other, &error), STATUS_NOT_FOUND);
    ck_assert_int_ne(access(path, F_OK), 0);
    path = arena_printf(&fixture.arena, "%s/none/t.db", fixture.folder);
    ck_assert_int_eq(database_open(path, DATABASE_CREATE, &other, &error), STATUS_NOT_FOUND);
    assert_says("no such folder");
    ck_assert_int_eq(database_open(fixture.folder, DATABASE_CREATE, &other, &error), STATUS_INVALID);
    assert_says("not a file");
    ck_assert_ptr_null(other);
}
END_TEST

START_TEST(names_that_sqlite_gives_a_meaning_are_files)
{
    static const char *const names[] = {":memory:", "file:x?mode=memory", "a%20b#c?d"};
    ck_assert_int_eq(chdir(fixture.folder), 0);
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_msg(database_open(names[i], DATABASE_CREATE, &other, &error) == STATUS_OK, "%s", error.text);
        database_close(&other);
        ck_assert_int_eq(access(names[i], F_OK), 0);
    }
}
END_TEST

static void race_to_open(const char *path)
{
    enum { PROCESSES = 8 };
    int gate[2];
    ck_assert_int_eq(pipe(gate), 0);
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            char byte;
            close(gate[1]);
            enum status status = read(gate[0], &byte, 1) == 0 ? STATUS_OK : STATUS_IO;
            if (status == STATUS_OK)
                status = database_open(path, DATABASE_CREATE, &other, &error);
            database_close(&other);
            _exit((int)status);
        }
    }
    close(gate[0]);
    close(gate[1]); /* opens the gate: they read the end of the pipe */
    for (int i = 0; i < PROCESSES; i++) {
        int result;
        ck_assert_int_ge(wait(&result), 0);
        ck_assert_int_eq(result, 0);
    }
}

START_TEST(processes_that_race_to_make_it_end_with_one)
{
    for (int round = 0; round < 10; round++)
        race_to_open(arena_printf(&fixture.arena, "%s/race-%d.db", fixture.folder, round));
}
END_TEST

/* --- what is refused --- */

START_TEST(a_file_of_another_program_is_refused_and_left_alone)
{
    const char *path = make_file("browser.db", "CREATE TABLE history (url TEXT)");
    ck_assert_int_eq(database_open(path, DATABASE_CREATE, &other, &error), STATUS_INVALID);
    assert_says("another program");
    assert_says(path);
    sqlite3 *handle = NULL;
    ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(handle, "CREATE TABLE office (url TEXT)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    path = arena_printf(&fixture.arena, "%s/letter.txt", fixture.folder);
    const char *text = "Hei! Jeg kan ikke komme på tirsdag. Kan jeg få en ny time? Hilsen Amina. ";
    for (int i = 0; i < 20; i++)
        write_file(path, text, strlen(text), (off_t)strlen(text) * i);
    ck_assert_int_eq(database_open(path, DATABASE_CREATE, &other, &error), STATUS_CORRUPT);
    assert_says(path);
}
END_TEST

START_TEST(a_newer_database_is_refused)
{
    static const enum database_mode modes[] = {DATABASE_READ, DATABASE_EXISTING, DATABASE_CREATE};
    run_sql(fixture.database, "PRAGMA user_version = 999");
    for (size_t i = 0; i < COUNT(modes); i++) {
        ck_assert_int_eq(database_open(fixture.path, modes[i], &other, &error), STATUS_NEWER);
        assert_says("schema 999");
    }
}
END_TEST

START_TEST(a_reader_does_not_migrate)
{
    run_sql(fixture.database, "PRAGMA user_version = 0");
    ck_assert_int_eq(database_open(fixture.path, DATABASE_READ, &other, &error), STATUS_INVALID);
    assert_says("timepost serve --once");
}
END_TEST

/* --- migrations --- */

START_TEST(migrations_are_numbered_without_gaps)
{
    int version = 0;
    for (const struct embedded_file *file = embedded_migrations; file->path != NULL; file++)
        ck_assert_int_eq(strtol(file->path, NULL, 10), ++version);
    ck_assert_int_ge(version, 1);
    ck_assert_int_eq(database_schema_version(), version);
}
END_TEST

enum { MIGRATIONS_MAX = 100 };

/* The migrations there are, and two more, the last of which is `last`. */
static void list_migrations(struct embedded_file files[MIGRATIONS_MAX], const char *last)
{
    size_t count = 0;
    for (const struct embedded_file *file = embedded_migrations; file->path != NULL; file++)
        files[count++] = *file;
    ck_assert_uint_lt(count, MIGRATIONS_MAX - 2);
    const char *two = "CREATE TABLE two (x INTEGER) STRICT; INSERT INTO two VALUES (2);";
    files[count++] = (struct embedded_file){"9998-two.sql", two, strlen(two)};
    files[count++] = (struct embedded_file){"9999-three.sql", last, strlen(last)};
    files[count] = (struct embedded_file){NULL, NULL, 0};
}

START_TEST(an_upgrade_is_whole_or_not_at_all)
{
    struct embedded_file files[MIGRATIONS_MAX];
    int64_t number;
    fixture_book("2024-06-11T10:00");
    list_migrations(files, "CREATE TABLE three (x INTEGER) STRICT; INSERT INTO nothing VALUES (3);");
    ck_assert_int_eq(database_migrate(fixture.database, files, &error), STATUS_INTERNAL);
    assert_says("9999-three.sql");
    ck_assert_int_eq(database_number(fixture.database, "PRAGMA user_version", NO_VALUES, &number, &error), STATUS_OK);
    ck_assert_int_eq(number, database_schema_version());
    ck_assert_int_ne(database_number(fixture.database, "SELECT x FROM two", NO_VALUES, &number, &error), STATUS_OK);
    list_migrations(files, "CREATE TABLE three (x INTEGER) STRICT;");
    ck_assert_int_eq(database_migrate(fixture.database, files, &error), STATUS_OK);
    ck_assert_int_eq(database_number(fixture.database, "PRAGMA user_version", NO_VALUES, &number, &error), STATUS_OK);
    ck_assert_int_eq(number, 9999);
    ck_assert_int_eq(database_number(fixture.database, "SELECT x FROM two", NO_VALUES, &number, &error), STATUS_OK);
    ck_assert_int_eq(number, 2);
    ck_assert_uint_eq(count_bookings(fixture.database), 1);
    ck_assert_int_eq(database_migrate(fixture.database, files, &error), STATUS_OK);
}
END_TEST

/* What the first released schema held: Oslo with a booking, on Tuesday 2024-06-11 10:00 to 10:20 at counter 2. */
static const char first_data[] =
    "INSERT INTO office VALUES (1, 'oslo', 'Tøyen', 'Hagegata 23', NULL, 'Europe/Oslo');"
    "INSERT INTO opening_hours VALUES (1, 2, 600, 640);"
    "INSERT INTO counter VALUES (1, 1, 1), (2, 1, 2);"
    "INSERT INTO service VALUES (1, 'card', 20);"
    "INSERT INTO service_name VALUES (1, 'nb', 'Nytt oppholdskort', 0);"
    "INSERT INTO booking VALUES (7, 'TP482173967', 'confirmed', 'migrated', 1, 1, 2, 1718092800, 1718094000, 3, "
    "'Amina', "
    "1700000000, 1700000000);"
    "INSERT INTO contact (id, booking_id, address, language, role) VALUES (9, 7, 'a@example.org', 'nb', 'applicant');"
    "INSERT INTO claim VALUES (2, 5726976, 7), (2, 5726977, 7), (2, 5726978, 7), (2, 5726979, 7);"
    "PRAGMA user_version = 1;"
    "PRAGMA application_id = 0x54505374;";

static void write_first_version(const char *path)
{
    sqlite3 *handle = NULL;
    ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(handle, embedded_migrations[0].data, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(handle, first_data, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(handle));
    sqlite3_close(handle);
}

START_TEST(the_first_schema_is_brought_up_to_date_with_all_that_is_in_it)
{
    const char *path = arena_printf(&fixture.arena, "%s/first.db", fixture.folder);
    struct booking booking;
    struct office office;
    struct service service;
    write_first_version(path);
    ck_assert_msg(database_open(path, DATABASE_EXISTING, &other, &error) == STATUS_OK, "%s", error.text);
    ck_assert_int_eq(database_check(other, &error), STATUS_OK);
    ck_assert_int_eq(booking_find(other, "TP482173967", &fixture.arena, &booking, &error), STATUS_OK);
    ck_assert_int_eq(booking.counter, 2);
    ck_assert_int_eq(booking.people, 1);
    ck_assert_int_eq(office_find(other, "oslo", &fixture.arena, &office, &error), STATUS_OK);
    ck_assert_int_eq(office.counters, 2);
    ck_assert_int_eq(office.holidays, HOLIDAYS_NONE);
    ck_assert_int_eq(service_find(other, "card", &fixture.arena, &service, &error), STATUS_OK);
    ck_assert_int_eq(service_length(&service, 3), 60 * MINUTE);
    const struct slot *slots;
    size_t count;
    struct calendar_query query = {.office = &office, .service = &service, .limit = 5};
    query.from = at("2024-06-11");
    query.to = at("2024-06-12");
    ck_assert_int_eq(calendar_free(other, &query, &fixture.arena, &slots, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(slots[0].free_counters, 1); /* the booking has the other */
    ck_assert_int_eq(slots[1].free_counters, 2);
    ck_assert_int_eq(transaction_begin(other, &error), STATUS_OK);
    ck_assert_int_eq(booking_cancel(other, &booking, fixture.now, &error), STATUS_OK);
    ck_assert_int_eq(transaction_commit(other, &error), STATUS_OK);
    ck_assert_int_eq(calendar_free(other, &query, &fixture.arena, &slots, &count, &error), STATUS_OK);
    ck_assert_int_eq(slots[0].free_counters, 2);
}
END_TEST

/* --- transactions --- */

START_TEST(a_transaction_is_whole_or_not_at_all)
{
    struct booking booking;
    struct booking_new wished = fixture_booking(at("2024-06-11T10:00"));
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_INTERNAL);
    ck_assert_int_eq(booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error),
                     STATUS_OK);
    transaction_rollback(fixture.database);
    transaction_rollback(fixture.database); /* of none is nothing */
    ck_assert_uint_eq(count_bookings(fixture.database), 0);
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_INTERNAL);
    fixture_book("2024-06-11T10:00");
    ck_assert_uint_eq(count_bookings(fixture.database), 1);
}
END_TEST

START_TEST(who_finds_it_locked_is_told_to_try_again)
{
    ck_assert_int_eq(database_open(fixture.path, DATABASE_EXISTING, &other, &error), STATUS_OK);
    sqlite3_busy_timeout(database_handle(other), 10);
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(transaction_begin(other, &error), STATUS_BUSY);
    assert_says(fixture.path);
    assert_says("try again");
    ck_assert_uint_eq(count_bookings(other), 0); /* reading goes on */
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(transaction_begin(other, &error), STATUS_OK);
}
END_TEST

START_TEST(a_full_disk_changes_nothing)
{
    struct booking booking;
    enum status status = STATUS_OK;
    size_t before = 0;
    run_sql(fixture.database, "PRAGMA max_page_count = 1"); /* as many as it has */
    for (int day = 3; status == STATUS_OK && day < 28; day++) {
        struct booking_new wished = fixture_booking(at("2024-06-03T10:00") + (day / 5 * 7 + day % 5) * DAY);
        ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
        for (int slot = 0; slot < 10 && status == STATUS_OK; slot++, wished.start += 20 * MINUTE)
            status = booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error);
        before = status == STATUS_OK ? before + 10 : before;
        if (status == STATUS_OK)
            status = transaction_commit(fixture.database, &error);
        else
            transaction_rollback(fixture.database);
    }
    ck_assert_int_eq(status, STATUS_IO);
    assert_says("no room left");
    assert_says(fixture.path);
    ck_assert_uint_eq(count_bookings(fixture.database), before < 100 ? before : 100);
    ck_assert_int_eq(database_check(fixture.database, &error), STATUS_OK);
}
END_TEST

/* --- damage --- */

START_TEST(damage_is_found)
{
    for (int day = 3; day < 8; day++)
        for (int slot = 0; slot < 10; slot++)
            fixture_book(arena_printf(&fixture.arena, "2024-06-%02dT%02d:00", day, 8 + slot % 7));
    ck_assert_int_eq(database_check(fixture.database, &error), STATUS_OK);
    database_close(&fixture.database);
    unsigned char noise[4096];
    uint64_t seed = 7;
    struct randomness randomness = fixture_randomness(&seed);
    randomness_fill(&randomness, noise, sizeof noise);
    for (off_t page = 2; page < 12; page++)
        write_file(fixture.path, noise, sizeof noise, page * (off_t)sizeof noise);
    enum status status = database_open(fixture.path, DATABASE_EXISTING, &other, &error);
    if (status == STATUS_OK)
        status = database_check(other, &error);
    ck_assert_int_eq(status, STATUS_CORRUPT);
    assert_says("restore it from a backup");
    assert_says(fixture.path);
}
END_TEST

START_TEST(rows_that_point_to_nothing_are_found)
{
    run_sql(fixture.database, "PRAGMA foreign_keys = OFF; INSERT INTO claim VALUES (1, 1, 4711)");
    ck_assert_int_eq(database_check(fixture.database, &error), STATUS_CORRUPT);
    assert_says("claim");
}
END_TEST

START_TEST(an_unknown_word_is_damage)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    run_sql(fixture.database, "PRAGMA ignore_check_constraints = ON; UPDATE booking SET status = 'maybe'");
    ck_assert_int_eq(booking_find(fixture.database, booking.number, &fixture.arena, &booking, &error), STATUS_CORRUPT);
    assert_says("status");
}
END_TEST

/* --- permissions: in a child that is not root --- */

static int write_as_nobody(void)
{
    return (int)database_open(fixture.path, DATABASE_EXISTING, &other, &error) * 2 +
           (strstr(error.text, "permissions") != NULL);
}

START_TEST(a_file_that_may_not_be_written_is_said_so)
{
    database_close(&fixture.database);
    ck_assert_int_eq(chmod(fixture.folder, 0755), 0);
    ck_assert_int_eq(chmod(fixture.path, 0444), 0);
    ck_assert_int_eq(fixture_as_nobody(write_as_nobody), STATUS_DENIED * 2 + 1);
    ck_assert_int_eq(chmod(fixture.path, 0000), 0);
    ck_assert_int_eq(fixture_as_nobody(write_as_nobody), STATUS_DENIED * 2 + 1);
}
END_TEST

static int make_as_nobody(void)
{
    const char *path = arena_printf(&fixture.arena, "%s/new.db", fixture.folder);
    return (int)database_open(path, DATABASE_CREATE, &other, &error) * 2 + (strstr(error.text, "permissions") != NULL);
}

START_TEST(a_folder_that_may_not_be_written_is_said_so)
{
    ck_assert_int_eq(chmod(fixture.folder, 0555), 0);
    ck_assert_int_eq(fixture_as_nobody(make_as_nobody), STATUS_DENIED * 2 + 1);
}
END_TEST

static int read_as_nobody(void)
{
    if (database_open(fixture.path, DATABASE_READ, &other, &error) != STATUS_OK)
        return 100 + (int)error.status;
    int seen = (int)count_bookings(other);
    return booking_cancel(other, &(struct booking){.id = 1}, 0, &error) == STATUS_OK ? 99 : seen;
}

START_TEST(a_reader_needs_no_right_to_write)
{
    fixture_book("2024-06-11T10:00");
    ck_assert_int_eq(chmod(fixture.folder, 0555), 0);
    /* while another has it open, so that there is a log, and what is in it counts */
    const char *log = arena_printf(&fixture.arena, "%s-wal", fixture.path),
               *memory = arena_printf(&fixture.arena, "%s-shm", fixture.path);
    ck_assert_int_eq(chmod(fixture.path, 0444), 0);
    ck_assert_int_eq(chmod(log, 0444), 0);
    ck_assert_int_eq(chmod(memory, 0444), 0);
    ck_assert_int_eq(fixture_as_nobody(read_as_nobody), 1);
    /* when nobody has it open */
    database_close(&fixture.database);
    ck_assert_int_ne(access(log, F_OK), 0);
    ck_assert_int_eq(fixture_as_nobody(read_as_nobody), 1);
    /* with a log that is left over, the file alone is not what was written */
    write_file(log, "log", 3, 0);
    ck_assert_int_eq(chmod(log, 0444), 0);
    ck_assert_int_eq(fixture_as_nobody(read_as_nobody), 100 + STATUS_DENIED);
}
END_TEST

START_TEST(a_reader_leaves_the_file_as_it_is)
{
    struct stat before, after;
    database_close(&fixture.database);
    ck_assert_int_eq(stat(fixture.path, &before), 0);
    ck_assert_int_eq(database_open(fixture.path, DATABASE_READ, &other, &error), STATUS_OK);
    struct office office = fixture.office;
    office.code = "new";
    ck_assert_int_eq(office_add(other, &office, &error), STATUS_IO);
    assert_says("cannot be written");
    database_close(&other);
    ck_assert_int_eq(stat(fixture.path, &after), 0);
    ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    ck_assert_int_eq(before.st_size, after.st_size);
}
END_TEST

/* --- constraints that hold whoever writes --- */

START_TEST(the_schema_refuses_what_must_not_be)
{
    static const struct {
        const char *sql;
        enum status status;
    } cases[] = {
        {"INSERT INTO claim SELECT counter_id, quantum, booking_id FROM claim LIMIT 1", STATUS_CONFLICT},
        {"INSERT INTO claim VALUES (1, 1, 4711)", STATUS_INVALID},
        {"INSERT INTO claim VALUES (4711, 1, 1)", STATUS_INVALID},
        {"UPDATE booking SET status = 'maybe'", STATUS_INVALID},
        {"UPDATE booking SET starts_at = starts_at + 1", STATUS_INVALID},
        {"UPDATE booking SET ends_at = starts_at", STATUS_INVALID},
        {"UPDATE booking SET name = NULL", STATUS_INVALID},
        {"UPDATE booking SET revision = 'x'", STATUS_INVALID},
        {"DELETE FROM booking", STATUS_INVALID}, /* its claims and contacts point to it */
        {"DELETE FROM office", STATUS_INVALID},
    };
    fixture_book("2024-06-11T10:00");
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg(database_run(fixture.database, cases[i].sql, NO_VALUES, NULL, &error) == cases[i].status,
                      "%s: %s", cases[i].sql, error.text);
}
END_TEST

/* --- ten million rows --- */

/* Everything that mail, timers and people at the desk ask, so that the handle has prepared it. */
static void ask_everything(void)
{
    database_close(&fixture.database); /* without what the fixture has asked */
    ck_assert_int_eq(database_open(fixture.path, DATABASE_EXISTING, &fixture.database, &error), STATUS_OK);
    struct database *database = fixture.database;
    struct arena *arena = &fixture.arena;
    struct booking booking = fixture_book("2024-06-11T10:00");
    const struct booking *bookings;
    const struct contact *contacts;
    struct contact contact;
    const struct slot *slots;
    const struct audit_entry *entries;
    const struct outbox_letter *letters;
    struct outbox_counts counts;
    size_t count;
    int64_t due;
    bool is_free;
    struct arrival arrival;
    struct arrival_key key = {"post", 1, 1};
    struct ledger_entry entry = {.message_id = "<m@x>", .outcome = "moved", .handled_at = fixture.now};
    struct outbox_letter letter = {.booking_id = booking.id,
                                   .kind = "moved",
                                   .sender = "",
                                   .recipient = "amina@example.org",
                                   .message_id = "<l@x>",
                                   .message = "x",
                                   .message_length = 1};
    struct audit_entry audit = {.actor = "mail", .action = "moved", .booking_id = booking.id};
    struct calendar_query query = {.office = &fixture.office,
                                   .service = &fixture.service,
                                   .from = fixture.now,
                                   .to = fixture.now + 60 * DAY,
                                   .limit = 5};
    struct visit visit = {&fixture.office, &fixture.service, 1, at("2024-06-11T10:00"), 0};
    ck_assert_int_eq(arrival_attempt(database, &key, fixture.now, &arrival, &error), STATUS_OK);
    ck_assert_int_eq(transaction_begin(database, &error), STATUS_OK);
    enum status done[] = {
        booking_move(database, &booking, &fixture.office, &fixture.service, at("2024-06-11T11:00"), fixture.now,
                     &error),
        booking_cancel(database, &booking, fixture.now, &error),
        booking_find(database, booking.number, arena, &booking, &error),
        booking_list_by_address(database, "amina@example.org", fixture.now, arena, &bookings, &count, &error),
        booking_list_by_office(database, 1, 0, fixture.now, arena, &bookings, &count, &error),
        booking_list_page(database, 0, fixture.now, 0, 10, arena, &bookings, &count, &error),
        contact_list(database, booking.id, arena, &contacts, &count, &error),
        contact_by_id(database, contacts[0].id, arena, &contact, &error),
        contact_set_unreachable(database, contact.id, &error),
        calendar_free(database, &query, arena, &slots, &count, &error),
        calendar_is_free(database, &visit, &is_free, &error),
        ledger_add(database, &entry, &error),
        ledger_find(database, entry.message_id, entry.digest, arena, &entry, &error),
        ledger_conclude(database, &entry, &error),
        arrival_excuse(database, arrival.id, &error),
        arrival_settle(database, arrival.id, entry.id, &error),
        arrival_filed(database, arrival.id, fixture.now, &error),
        outbox_add(database, &letter, &error),
        outbox_count(database, letter.recipient, booking.id, 0, 0, &counts, &error),
        outbox_by_message_id(database, letter.message_id, arena, &letter, &error),
        outbox_list(database, OUTBOX_QUEUED, 10, arena, &letters, &count, &error),
        outbox_retry_at(database, letter.id, 1, "later", &error),
        outbox_drop(database, letter.id, 1, &error),
        outbox_requeue(database, letter.id, 1, &error),
        outbox_fail(database, letter.id, 1, "no", &error),
        outbox_sent(database, letter.id, 1, &error),
        audit_add(database, &audit, &error),
        audit_list(database, booking.id, arena, &entries, &count, &error),
        transaction_commit(database, &error),
    };
    for (size_t i = 0; i < COUNT(done); i++)
        ck_assert_msg(done[i] == STATUS_OK, "step %zu: %s", i, error.text);
    ck_assert_int_eq(outbox_claim(database, fixture.now, 60, arena, &letter, &due, &error), STATUS_NOT_FOUND);
}

START_TEST(no_query_walks_a_table_that_grows)
{
    static const char *const small[] = {"SCAN sqlite_", "SCAN pragma_", "SCAN CONSTANT ROW"};
    ask_everything();
    size_t checked = 0;
    for (sqlite3_stmt *statement = NULL;
         (statement = sqlite3_next_stmt(database_handle(fixture.database), statement)) != NULL; checked++) {
        const char *plan = fixture_plan(sqlite3_sql(statement));
        const char *walk = strstr(plan, "SCAN");
        bool is_small = walk == NULL;
        for (size_t i = 0; i < COUNT(small); i++)
            is_small = is_small || strncmp(walk, small[i], strlen(small[i])) == 0;
        ck_assert_msg(is_small, "%s: %s", sqlite3_sql(statement), plan);
    }
    ck_assert_uint_gt(checked, 40);
}
END_TEST

/* The plan of the prepared query that holds these words. */
static const char *find_plan(const char *words)
{
    sqlite3_stmt *statement = NULL;
    while ((statement = sqlite3_next_stmt(database_handle(fixture.database), statement)) != NULL)
        if (strstr(sqlite3_sql(statement), words) != NULL)
            return fixture_plan(sqlite3_sql(statement));
    ck_abort_msg("no query has “%s”", words);
    return "";
}

START_TEST(hot_queries_use_the_index_meant_for_them)
{
    static const struct {
        const char *words;
        const char *index;
        bool in_order; /* nothing is sorted afterwards */
    } cases[] = {
        {"WHERE b.office_id = ?", "booking_of_office (office_id=? AND starts_at>? AND starts_at<?)", false},
        {"+b.id > ?", "booking_by_start (starts_at>? AND starts_at<?)", false},
        {"lower(c.address)", "contact_by_address (<expr>=?)", false},
        {"FROM taken", "PRIMARY KEY (office_id=? AND day>? AND day<?)", true},
        {"FROM closure c", "closure_of_office (office_id=? AND ends_at>?)", false},
        {"NOT EXISTS (SELECT 1 FROM claim c", "PRIMARY KEY (counter_id=? AND quantum>? AND quantum<?)", true},
        {"WHERE o.due_at <= ?", "outbox_due (due_at<?)", true},
        {"IS NOT NULL AND created_at >= ?", "outbox_caused (created_at>?)", true},
        {"lower(recipient) = lower(?)", "outbox_caused_to (<expr>=? AND created_at>?)", true},
        {"IS NOT NULL AND booking_id = ?", "outbox_of_booking (booking_id=? AND created_at>?)", true},
    };
    ask_everything();
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *plan = find_plan(cases[i].words);
        ck_assert_msg(strstr(plan, cases[i].index) != NULL, "%s: %s", cases[i].words, plan);
        ck_assert_msg(!cases[i].in_order || strstr(plan, "TEMP B-TREE") == NULL, "%s: %s", cases[i].words, plan);
    }
}
END_TEST

Suite *database_suite(void);
Suite *database_suite(void)
{
    Suite *suite = suite_create("database");
    TCase *tcase = tcase_create("database");
    tcase_add_checked_fixture(tcase, state_fixture_setup, teardown);
    tcase_add_test(tcase, is_for_its_owner_only);
    tcase_add_test(tcase, is_set_up_to_lose_nothing);
    tcase_add_test(tcase, what_is_written_is_there_after_opening_again);
    tcase_add_test(tcase, opens_nothing_that_is_not_there);
    tcase_add_test(tcase, names_that_sqlite_gives_a_meaning_are_files);
    tcase_add_test(tcase, processes_that_race_to_make_it_end_with_one);
    tcase_add_test(tcase, a_file_of_another_program_is_refused_and_left_alone);
    tcase_add_test(tcase, a_newer_database_is_refused);
    tcase_add_test(tcase, a_reader_does_not_migrate);
    tcase_add_test(tcase, migrations_are_numbered_without_gaps);
    tcase_add_test(tcase, the_first_schema_is_brought_up_to_date_with_all_that_is_in_it);
    tcase_add_test(tcase, an_upgrade_is_whole_or_not_at_all);
    tcase_add_test(tcase, a_transaction_is_whole_or_not_at_all);
    tcase_add_test(tcase, who_finds_it_locked_is_told_to_try_again);
    tcase_add_test(tcase, a_full_disk_changes_nothing);
    tcase_add_test(tcase, damage_is_found);
    tcase_add_test(tcase, rows_that_point_to_nothing_are_found);
    tcase_add_test(tcase, an_unknown_word_is_damage);
    tcase_add_test(tcase, a_file_that_may_not_be_written_is_said_so);
    tcase_add_test(tcase, a_folder_that_may_not_be_written_is_said_so);
    tcase_add_test(tcase, a_reader_needs_no_right_to_write);
    tcase_add_test(tcase, a_reader_leaves_the_file_as_it_is);
    tcase_add_test(tcase, the_schema_refuses_what_must_not_be);
    tcase_add_test(tcase, no_query_walks_a_table_that_grows);
    tcase_add_test(tcase, hot_queries_use_the_index_meant_for_them);
    suite_add_tcase(suite, tcase);
    return suite;
}
