#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state_fixture.h"

static struct error error;

static void begin(void)
{
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
}

static void commit(void)
{
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
}

static enum status create(const struct booking_new *wished, struct booking *ret_booking)
{
    begin();
    enum status status =
        booking_create(fixture.database, wished, &fixture.randomness, &fixture.arena, ret_booking, &error);
    if (status == STATUS_OK)
        commit();
    else
        transaction_rollback(fixture.database);
    return status;
}

static enum status move(struct booking *booking, const char *start)
{
    begin();
    enum status status =
        booking_move(fixture.database, booking, &fixture.office, &fixture.service, at(start), fixture.now + 60, &error);
    if (status == STATUS_OK)
        commit();
    else
        transaction_rollback(fixture.database);
    return status;
}

static enum status cancel(struct booking *booking)
{
    begin();
    enum status status = booking_cancel(fixture.database, booking, fixture.now + 60, &error);
    if (status == STATUS_OK)
        commit();
    else
        transaction_rollback(fixture.database);
    return status;
}

static struct booking find(const char *number)
{
    struct booking booking;
    ck_assert_int_eq(booking_find(fixture.database, number, &fixture.arena, &booking, &error), STATUS_OK);
    return booking;
}

START_TEST(is_found_as_it_was_made)
{
    struct booking made = fixture_book("2024-06-11T10:00");
    struct booking found = find(made.number);
    ck_assert_int_eq(found.id, made.id);
    ck_assert_str_eq(found.number, made.number);
    ck_assert_str_eq(found.name, "Amina Yusuf");
    ck_assert_str_eq(booking_status_name(found.status), "confirmed");
    ck_assert_str_eq(booking_origin_name(found.origin), "desk");
    ck_assert_int_eq(found.office_id, fixture.office.id);
    ck_assert_int_eq(found.service_id, fixture.service.id);
    ck_assert_int_eq(found.counter, 1);
    ck_assert_int_eq(found.start, at("2024-06-11T10:00"));
    ck_assert_int_eq(found.end, at("2024-06-11T10:20"));
    ck_assert_int_eq(found.revision, 0);
    ck_assert_int_eq(found.created_at, fixture.now);
    const struct contact *contacts;
    size_t count;
    ck_assert_int_eq(contact_list(fixture.database, made.id, &fixture.arena, &contacts, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(contacts[0].address, "amina@example.org");
    ck_assert_str_eq(contacts[0].language, "nb");
    ck_assert_str_eq(contact_role_name(contacts[0].role), "applicant");
    ck_assert(contacts[0].reachable);
    ck_assert_int_eq(booking_find(fixture.database, "TP000000000", &fixture.arena, &found, &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(booking_by_id(fixture.database, made.id + 1, &fixture.arena, &found, &error), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(counters_fill_up_and_no_further)
{
    struct booking_new wished = fixture_booking(at("2024-06-11T10:00"));
    struct booking booking;
    ck_assert_int_eq(fixture_book("2024-06-11T10:00").counter, 1);
    ck_assert_int_eq(fixture_book("2024-06-11T10:00").counter, 2);
    ck_assert_int_eq(create(&wished, &booking), STATUS_CONFLICT);
    ck_assert_ptr_nonnull(strstr(error.text, "2024-06-11T10:00"));
    /* what overlaps by five minutes is taken as well, what follows is not */
    wished.start = at("2024-06-11T09:45");
    ck_assert_int_eq(create(&wished, &booking), STATUS_CONFLICT);
    wished.start = at("2024-06-11T10:15");
    ck_assert_int_eq(create(&wished, &booking), STATUS_CONFLICT);
    wished.start = at("2024-06-11T09:40");
    ck_assert_int_eq(create(&wished, &booking), STATUS_OK);
    wished.start = at("2024-06-11T10:20");
    ck_assert_int_eq(create(&wished, &booking), STATUS_OK);
}
END_TEST

START_TEST(refuses_times_that_cannot_be)
{
    static const struct {
        const char *start;
        const char *said;
    } cases[] = {
        {"2024-05-31T10:00", "past"},
        {"2024-06-01T09:00", "past"}, /* now */
        {"2024-06-08T10:00", "mon-fri 08:00-15:00"},
        {"2024-06-11T07:55", "mon-fri 08:00-15:00"},
        {"2024-06-11T14:45", "mon-fri 08:00-15:00"}, /* would end after closing */
        {"2024-06-11T10:02", "five-minute grid"},
    };
    struct booking booking;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct booking_new wished = fixture_booking(at(cases[i].start));
        ck_assert_msg(create(&wished, &booking) == STATUS_INVALID, "%s", cases[i].start);
        ck_assert_msg(strstr(error.text, cases[i].said) != NULL, "%s: %s", cases[i].start, error.text);
    }
    struct booking_new last = fixture_booking(at("2024-06-11T14:40"));
    ck_assert_int_eq(create(&last, &booking), STATUS_OK);
}
END_TEST

START_TEST(refuses_people_that_cannot_be_written_to)
{
    static char long_name[BOOKING_NAME_MAX + 2];
    memset(long_name, 'a', BOOKING_NAME_MAX + 1);
    static const struct {
        const char *name;
        const char *address;
        const char *language;
        bool good;
    } cases[] = {
        {"Åse Ødegård", "åse@example.org", "nn", true},
        {"Олена Коваль", "o.koval+x@mail.example", "uk", true},
        {"", "a@example.org", "nb", false},
        {NULL, "a@example.org", "nb", false},
        {"Amina\r\nBcc: evil@example.org", "a@example.org", "nb", false},
        {"Amina\x1b[2J", "a@example.org", "nb", false},
        {"Amina\xc2\x85", "a@example.org", "nb", false},     /* a control character in UTF-8 */
        {"Amina\xe2\x80\xa8", "a@example.org", "nb", false}, /* a line separator */
        {"Amina\xff", "a@example.org", "nb", false},
        {"Amina\xc0\x8a", "a@example.org", "nb", false}, /* overlong */
        {long_name, "a@example.org", "nb", false},
        {"Amina", "", "nb", false},
        {"Amina", NULL, "nb", false},
        {"Amina", "example.org", "nb", false},
        {"Amina", "@example.org", "nb", false},
        {"Amina", "a@", "nb", false},
        {"Amina", "a@b@example.org", "nb", false},
        {"Amina", "a b@example.org", "nb", false},
        {"Amina", "a@example.org\r\nRCPT TO:<x@y>", "nb", false},
        {"Amina", "<a@example.org>", "nb", false},
        {"Amina", "a@example.org", "", false},
        {"Amina", "a@example.org", "nb\n", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct booking booking = {0};
        struct booking_new wished = fixture_booking(at("2024-06-11T10:00"));
        wished.name = cases[i].name;
        wished.address = cases[i].address;
        wished.language = cases[i].language;
        ck_assert_msg(create(&wished, &booking) == (cases[i].good ? STATUS_OK : STATUS_INVALID), "case %zu", i);
    }
}
END_TEST

START_TEST(a_change_outside_a_transaction_is_refused)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    struct booking_new wished = fixture_booking(at("2024-06-11T11:00"));
    ck_assert_int_eq(booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error),
                     STATUS_INTERNAL);
    ck_assert_int_eq(booking_cancel(fixture.database, &booking, fixture.now, &error), STATUS_INTERNAL);
    ck_assert_int_eq(find(booking.number).status, BOOKING_CONFIRMED);
}
END_TEST

/* --- numbers --- */

/* Hands out these numbers, one after the other, then the last one again and again. */
struct script {
    const uint64_t *numbers;
    size_t count;
    size_t next;
};

static void scripted_fill(void *data, void *bytes, size_t length)
{
    struct script *script = data;
    ck_assert_uint_eq(length, sizeof(uint64_t));
    memcpy(bytes, &script->numbers[script->next], length);
    if (script->next + 1 < script->count)
        script->next++;
}

START_TEST(numbers_are_unused_and_end_in_a_check_digit)
{
    static const uint64_t numbers[] = {48217396, 48217396, 300048217396, 7, 7};
    struct script script = {numbers, COUNT(numbers), 0};
    fixture.randomness = (struct randomness){scripted_fill, &script};
    ck_assert_str_eq(fixture_book("2024-06-11T10:00").number, "TP482173967");
    const char *next = fixture_book("2024-06-11T10:00").number;
    ck_assert_uint_eq(strlen(next), strlen("TP000000000"));
    ck_assert_int_eq(strncmp(next, "TP00000007", 10), 0);
    /* nothing but used numbers: an end to it, and nothing written */
    struct booking booking;
    struct booking_new wished = fixture_booking(at("2024-06-11T11:00"));
    ck_assert_int_eq(create(&wished, &booking), STATUS_INTERNAL);
}
END_TEST

/* --- moving --- */

START_TEST(a_move_frees_what_it_leaves)
{
    struct booking booking = fixture_book("2024-06-11T10:00"), other = fixture_book("2024-06-11T10:00");
    ck_assert_int_eq(move(&booking, "2024-06-12T08:00"), STATUS_OK);
    ck_assert_int_eq(booking.revision, 1);
    ck_assert_int_eq(booking.start, at("2024-06-12T08:00"));
    ck_assert_int_eq(booking.end, at("2024-06-12T08:20"));
    struct booking found = find(booking.number);
    ck_assert_int_eq(found.start, booking.start);
    ck_assert_int_eq(found.revision, 1);
    ck_assert_int_eq(found.updated_at, fixture.now + 60);
    ck_assert_int_eq(fixture_book("2024-06-11T10:00").counter, 1);
    ck_assert_int_eq(find(other.number).revision, 0);
}
END_TEST

START_TEST(a_move_may_overlap_its_own_claims)
{
    struct booking first = fixture_book("2024-06-11T10:00"), second = fixture_book("2024-06-11T10:00");
    ck_assert_int_eq(move(&second, "2024-06-11T10:10"), STATUS_OK);
    ck_assert_int_eq(second.counter, 2);
    ck_assert_int_eq(move(&second, "2024-06-11T10:05"), STATUS_OK);
    ck_assert_int_eq(second.revision, 2);
    ck_assert_int_eq(move(&first, "2024-06-11T09:50"), STATUS_OK);
    /* counter 1 is free from 10:10, counter 2 from 10:25 */
    ck_assert_int_eq(fixture_book("2024-06-11T10:10").counter, 1);
    ck_assert_int_eq(fixture_book("2024-06-11T10:25").counter, 2);
}
END_TEST

START_TEST(a_move_that_fails_changes_nothing)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    fixture_book("2024-06-11T11:00");
    fixture_book("2024-06-11T11:00");
    static const struct {
        const char *start;
        enum status status;
    } cases[] = {
        {"2024-06-11T11:00", STATUS_CONFLICT}, {"2024-06-11T11:15", STATUS_CONFLICT},
        {"2024-06-11T10:00", STATUS_INVALID}, /* has it already */
        {"2024-06-09T10:00", STATUS_INVALID},  {"2024-05-30T10:00", STATUS_INVALID},
        {"2024-06-11T10:01", STATUS_INVALID},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(move(&booking, cases[i].start) == cases[i].status, "%s", cases[i].start);
        ck_assert_int_eq(booking.start, at("2024-06-11T10:00"));
        ck_assert_int_eq(booking.revision, 0);
        struct booking found = find(booking.number);
        ck_assert_int_eq(found.start, booking.start);
        ck_assert_int_eq(found.revision, 0);
    }
    ck_assert_int_eq(fixture_book("2024-06-11T10:00").counter, 2);
}
END_TEST

START_TEST(what_was_read_before_somebody_elses_change_is_old)
{
    struct booking booking = fixture_book("2024-06-11T10:00"), old = booking;
    ck_assert_int_eq(move(&booking, "2024-06-12T08:00"), STATUS_OK);
    ck_assert_int_eq(move(&old, "2024-06-13T08:00"), STATUS_CONFLICT);
    ck_assert_int_eq(cancel(&old), STATUS_CONFLICT);
    ck_assert_int_eq(find(booking.number).start, at("2024-06-12T08:00"));
}
END_TEST

START_TEST(a_cancelled_booking_stays_so_and_frees_its_time)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    fixture_book("2024-06-11T10:00");
    ck_assert_int_eq(cancel(&booking), STATUS_OK);
    ck_assert_int_eq(booking.revision, 1);
    ck_assert_int_eq(booking.status, BOOKING_CANCELLED);
    ck_assert_int_eq(find(booking.number).status, BOOKING_CANCELLED);
    ck_assert_int_eq(cancel(&booking), STATUS_INVALID);
    ck_assert_int_eq(move(&booking, "2024-06-12T08:00"), STATUS_INVALID);
    ck_assert_int_eq(find(booking.number).revision, 1);
    ck_assert_int_eq(fixture_book("2024-06-11T10:00").counter, 1);
}
END_TEST

/* --- races --- */

/* Books in a process of its own as soon as all are ready; its exit status is what came of it. */
static void book_in_child(int gate)
{
    struct database *mine = NULL;
    struct booking booking;
    struct booking_new wished = fixture_booking(at("2024-06-11T10:00"));
    uint64_t seed = (uint64_t)getpid() + 1;
    struct randomness randomness = fixture_randomness(&seed);
    char byte;
    if (database_open(fixture.path, DATABASE_EXISTING, &mine, &error) != STATUS_OK || read(gate, &byte, 1) != 0)
        _exit(99);
    enum status status = transaction_begin(mine, &error);
    if (status == STATUS_OK)
        status = booking_create(mine, &wished, &randomness, &fixture.arena, &booking, &error);
    if (status == STATUS_OK)
        status = transaction_commit(mine, &error);
    database_close(&mine);
    _exit((int)status);
}

START_TEST(of_those_who_race_for_a_slot_each_counter_serves_one)
{
    enum { PROCESSES = 6, COUNTERS = 2 };
    int gate[2];
    ck_assert_int_eq(pipe(gate), 0);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            close(gate[1]);
            book_in_child(gate[0]);
        }
    }
    close(gate[0]);
    close(gate[1]); /* opens the gate: they read the end of the pipe */
    int winners = 0, losers = 0;
    for (int i = 0; i < PROCESSES; i++) {
        int result;
        ck_assert_int_ge(wait(&result), 0);
        ck_assert(WIFEXITED(result));
        winners += WEXITSTATUS(result) == STATUS_OK;
        losers += WEXITSTATUS(result) == STATUS_CONFLICT;
    }
    ck_assert_int_eq(winners, COUNTERS);
    ck_assert_int_eq(losers, PROCESSES - COUNTERS);
}
END_TEST

/* --- lists --- */

static const struct booking *bookings;
static size_t count;

START_TEST(bookings_of_an_address)
{
    struct booking later = fixture_book("2024-06-12T10:00"), sooner = fixture_book("2024-06-11T10:00");
    struct booking cancelled = fixture_book("2024-06-10T10:00"), booking;
    ck_assert_int_eq(cancel(&cancelled), STATUS_OK);
    struct booking_new other = fixture_booking(at("2024-06-11T12:00"));
    other.address = "xamina@example.org";
    ck_assert_int_eq(create(&other, &booking), STATUS_OK);
    ck_assert_int_eq(booking_list_by_address(fixture.database, "Amina@Example.ORG", fixture.now, &fixture.arena,
                                             &bookings, &count, &error),
                     STATUS_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(bookings[0].id, sooner.id);
    ck_assert_int_eq(bookings[1].id, later.id);
    /* one that is going on counts, one that is over does not */
    ck_assert_int_eq(booking_list_by_address(fixture.database, "amina@example.org", sooner.end - 1, &fixture.arena,
                                             &bookings, &count, &error),
                     STATUS_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(booking_list_by_address(fixture.database, "amina@example.org", sooner.end, &fixture.arena,
                                             &bookings, &count, &error),
                     STATUS_OK);
    ck_assert_uint_eq(count, 1);
    static const char *const strangers[] = {"mina@example.org", "amina@example.or", "%", "amina@example.org.evil"};
    for (size_t i = 0; i < COUNT(strangers); i++) {
        ck_assert_int_eq(booking_list_by_address(fixture.database, strangers[i], fixture.now, &fixture.arena, &bookings,
                                                 &count, &error),
                         STATUS_OK);
        ck_assert_uint_eq(count, 0);
    }
}
END_TEST

START_TEST(bookings_of_an_office)
{
    struct booking second = fixture_book("2024-06-11T10:00"), third = fixture_book("2024-06-11T10:00");
    struct booking first = fixture_book("2024-06-11T08:00"), cancelled = fixture_book("2024-06-11T09:00");
    fixture_book("2024-06-12T08:00");
    ck_assert_int_eq(cancel(&cancelled), STATUS_OK);
    ck_assert_int_eq(booking_list_by_office(fixture.database, fixture.office.id, at("2024-06-11T08:00"),
                                            at("2024-06-12T08:00"), &fixture.arena, &bookings, &count, &error),
                     STATUS_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(bookings[0].id, first.id);
    ck_assert_int_eq(bookings[1].id, second.id);
    ck_assert_int_eq(bookings[2].id, third.id);
}
END_TEST

START_TEST(pages_hold_each_booking_once)
{
    static const char *const starts[] = {"2024-06-12T10:00", "2024-06-11T10:00", "2024-06-11T08:00",
                                         "2024-06-11T10:00", "2024-06-12T14:00", "2024-06-13T08:00"};
    for (size_t i = 0; i < COUNT(starts); i++)
        fixture_book(starts[i]);
    int64_t after = 0;
    size_t seen = 0;
    do {
        ck_assert_int_eq(booking_list_page(fixture.database, at("2024-06-11"), at("2024-06-13"), after, 2,
                                           &fixture.arena, &bookings, &count, &error),
                         STATUS_OK);
        ck_assert_uint_le(count, 2);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_gt(bookings[i].id, after);
            after = bookings[i].id;
        }
        seen += count;
    } while (count > 0);
    ck_assert_uint_eq(seen, 5);
}
END_TEST

START_TEST(a_contact_that_bounces_is_remembered)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    const struct contact *contacts;
    struct contact contact;
    ck_assert_int_eq(contact_list(fixture.database, booking.id, &fixture.arena, &contacts, &count, &error), STATUS_OK);
    ck_assert_int_eq(contact_set_unreachable(fixture.database, contacts[0].id, &error), STATUS_OK);
    ck_assert_int_eq(contact_by_id(fixture.database, contacts[0].id, &fixture.arena, &contact, &error), STATUS_OK);
    ck_assert(!contact.reachable);
    ck_assert_int_eq(contact.booking_id, booking.id);
    ck_assert_int_eq(contact_set_unreachable(fixture.database, contact.id + 1, &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(contact_by_id(fixture.database, contact.id + 1, &fixture.arena, &contact, &error),
                     STATUS_NOT_FOUND);
}
END_TEST

Suite *booking_suite(void);
Suite *booking_suite(void)
{
    Suite *suite = suite_create("booking");
    TCase *tcase = tcase_create("booking");
    tcase_add_checked_fixture(tcase, state_fixture_setup, state_fixture_teardown);
    tcase_add_test(tcase, is_found_as_it_was_made);
    tcase_add_test(tcase, counters_fill_up_and_no_further);
    tcase_add_test(tcase, refuses_times_that_cannot_be);
    tcase_add_test(tcase, refuses_people_that_cannot_be_written_to);
    tcase_add_test(tcase, a_change_outside_a_transaction_is_refused);
    tcase_add_test(tcase, numbers_are_unused_and_end_in_a_check_digit);
    tcase_add_test(tcase, a_move_frees_what_it_leaves);
    tcase_add_test(tcase, a_move_may_overlap_its_own_claims);
    tcase_add_test(tcase, a_move_that_fails_changes_nothing);
    tcase_add_test(tcase, what_was_read_before_somebody_elses_change_is_old);
    tcase_add_test(tcase, a_cancelled_booking_stays_so_and_frees_its_time);
    tcase_add_test(tcase, of_those_who_race_for_a_slot_each_counter_serves_one);
    tcase_add_test(tcase, bookings_of_an_address);
    tcase_add_test(tcase, bookings_of_an_office);
    tcase_add_test(tcase, pages_hold_each_booking_once);
    tcase_add_test(tcase, a_contact_that_bounces_is_remembered);
    suite_add_tcase(suite, tcase);
    return suite;
}
