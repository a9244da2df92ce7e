/* Offices as they are: hours, closures, counters and services as the rules have them. Each test is one rule. */
#include <check.h>
#include <string.h>

#include "state/calendar.h"
#include "state_fixture.h"

static struct error error;

/* A week from Monday 2024-06-10; `card` takes 20 minutes, `talk` 60. */
static struct service talk;

static void setup(void)
{
    static const struct service added = {.code = "talk", .minutes = 60, .more_minutes = 60};
    state_fixture_setup();
    ck_assert_int_eq(service_add(fixture.database, &added, &error), STATUS_OK);
    ck_assert_int_eq(service_find(fixture.database, "talk", &fixture.arena, &talk, &error), STATUS_OK);
}

static struct timetable timetable_of(const char *service, const char *from, const char *until, const char *hours)
{
    struct timetable timetable = {.service = service, .has_from = from != NULL, .has_until = until != NULL};
    if (from != NULL)
        timetable.from = day_of(fixture.zone, at(from)).number;
    if (until != NULL)
        timetable.until = day_of(fixture.zone, at(until)).number;
    ck_assert_int_eq(opening_hours_parse(hours, &fixture.arena, &timetable.hours, &timetable.hours_count, &error),
                     STATUS_OK);
    return timetable;
}

/* Makes Oslo be as `office` says. */
static enum status set_office(const struct office *office)
{
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    enum status status = office_set(fixture.database, office, &error);
    if (status == STATUS_OK)
        status = office_set_neighbours(fixture.database, office, &error);
    if (status == STATUS_OK)
        ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
    else
        transaction_rollback(fixture.database);
    ck_assert_int_eq(office_find(fixture.database, "oslo", &fixture.arena, &fixture.office, &(struct error){0}),
                     STATUS_OK);
    return status;
}

static void set_hours(const char *hours, const struct timetable *timetables, size_t count)
{
    struct office office = fixture.office;
    ck_assert_int_eq(opening_hours_parse(hours, &fixture.arena, &office.hours, &office.hours_count, &error), STATUS_OK);
    office.timetables = timetables;
    office.timetable_count = count;
    ck_assert_msg(set_office(&office) == STATUS_OK, "%s", error.text);
}

static void set_service(const struct service *service)
{
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_msg(service_set(fixture.database, service, &error) == STATUS_OK, "%s", error.text);
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
}

static void close_office(int64_t counter, const char *from, const char *until)
{
    struct closure closure = {.counter = counter, .start = at(from), .end = at(until), .reason = "training"};
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_msg(closure_add(fixture.database, &fixture.office, &closure, &error) == STATUS_OK, "%s", error.text);
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
}

static size_t lift(int64_t counter, const char *from, const char *until)
{
    size_t count = 0;
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(closure_lift(fixture.database, &fixture.office, counter, at(from), at(until), &count, &error),
                     STATUS_OK);
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
    return count;
}

/* "oslo 11 10:00 x2, …" of the days [from, until). */
static const char *find(const struct calendar_query *query)
{
    const struct slot *slots;
    size_t count;
    const char *text = "";
    ck_assert_int_eq(calendar_free(fixture.database, query, &fixture.arena, &slots, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        struct civil civil = zone_civil(fixture.zone, slots[i].start);
        text = arena_printf(&fixture.arena, "%s%s%s%s%02d %02d:%02d x%d", text, i == 0 ? "" : ", ",
                            slots[i].office == query->office ? "" : slots[i].office->code,
                            slots[i].office == query->office ? "" : " ", civil.day, civil.hour, civil.minute,
                            slots[i].free_counters);
    }
    return text;
}

static struct calendar_query query_of(const struct service *service, const char *from, const char *until)
{
    return (struct calendar_query){
        .office = &fixture.office, .service = service, .from = at(from), .to = at(until), .limit = SLOTS_MAX};
}

static const char *free_times(const struct service *service, const char *from, const char *until)
{
    struct calendar_query query = query_of(service, from, until);
    return find(&query);
}

/* What comes of booking Amina then: "" or the error. */
static const char *book(const struct service *service, int people, const char *start)
{
    struct booking booking;
    struct booking_new wished = fixture_booking(at(start));
    wished.service = service;
    wished.people = people;
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    if (booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error) != STATUS_OK) {
        transaction_rollback(fixture.database);
        return arena_strdup(&fixture.arena, error.text);
    }
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
    return "";
}

/* --- hours --- */

START_TEST(a_service_may_have_hours_of_its_own)
{
    const struct timetable own = timetable_of("talk", NULL, NULL, "wed 13:00-15:00");
    set_hours("mon-fri 08:00-08:40", &own, 1);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-13"),
                     "11 08:00 x2, 11 08:20 x2, 12 08:00 x2, 12 08:20 x2");
    ck_assert_str_eq(free_times(&talk, "2024-06-11", "2024-06-13"), "12 13:00 x2, 12 14:00 x2");
    ck_assert_str_eq(book(&talk, 1, "2024-06-12T13:00"), "");
    ck_assert_ptr_nonnull(strstr(book(&talk, 1, "2024-06-11T08:00"), "it is open wed 13:00-15:00"));
}
END_TEST

START_TEST(dated_hours_count_from_their_first_day_to_their_last)
{
    const struct timetable summer = timetable_of(NULL, "2024-06-11", "2024-06-12", "tue,wed 10:00-10:20");
    set_hours("mon-fri 08:00-08:20", &summer, 1);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-10", "2024-06-14"),
                     "10 08:00 x2, 11 10:00 x2, 12 10:00 x2, 13 08:00 x2");
}
END_TEST

START_TEST(hours_of_a_service_count_before_dates_and_dates_before_the_rest)
{
    const struct timetable all[] = {
        timetable_of(NULL, "2024-06-11", NULL, "mon-fri 09:00-10:00"),
        timetable_of("talk", NULL, NULL, "mon-fri 11:00-12:00"),
        timetable_of("talk", "2024-06-13", "2024-06-13", "thu 14:00-15:00"),
    };
    set_hours("mon-fri 08:00-09:00", all, COUNT(all));
    ck_assert_str_eq(free_times(&talk, "2024-06-10", "2024-06-15"),
                     "10 11:00 x2, 11 11:00 x2, 12 11:00 x2, 13 14:00 x2, 14 11:00 x2");
    const struct service other = {.id = 99, .code = "other", .minutes = 60};
    ck_assert_str_eq(free_times(&other, "2024-06-10", "2024-06-13"), "10 08:00 x2, 11 09:00 x2, 12 09:00 x2");
}
END_TEST

START_TEST(two_timetables_for_the_same_day_are_refused)
{
    const struct timetable all[] = {
        timetable_of(NULL, "2024-06-11", "2024-06-20", "mon 09:00-10:00"),
        timetable_of(NULL, "2024-06-20", NULL, "mon 11:00-12:00"),
    };
    struct office office = fixture.office;
    office.timetables = all;
    office.timetable_count = COUNT(all);
    ck_assert_int_eq(set_office(&office), STATUS_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "two timetables of all services for the same days"));
}
END_TEST

START_TEST(public_holidays_are_closed_where_the_office_keeps_them)
{
    ck_assert_str_eq(free_times(&fixture.service, "2024-05-17T14:30", "2024-05-18"), "17 14:40 x2");
    struct office office = fixture.office;
    office.holidays = HOLIDAYS_NORWAY;
    ck_assert_int_eq(set_office(&office), STATUS_OK);
    ck_assert_int_eq(fixture.office.holidays, HOLIDAYS_NORWAY);
    /* the seventeenth of May was a Friday, the twentieth Whit Monday */
    ck_assert_str_eq(free_times(&fixture.service, "2024-05-16T14:30", "2024-05-21T08:10"), "16 14:40 x2, 21 08:00 x2");
    fixture.now = at("2024-05-01");
    ck_assert_ptr_nonnull(strstr(book(&fixture.service, 1, "2024-05-17T10:00"), "but on no public holiday"));
}
END_TEST

/* --- closures --- */

START_TEST(a_closed_part_of_a_day_has_no_times)
{
    close_office(0, "2024-06-11T08:30", "2024-06-11T14:30");
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-12"), "11 08:00 x2, 11 14:40 x2");
    ck_assert_str_eq(book(&fixture.service, 1, "2024-06-11T14:30"), "");
    ck_assert_str_eq(book(&fixture.service, 1, "2024-06-11T14:25"),
                     "oslo is closed from 2024-06-11T08:30:00+02:00 until 2024-06-11T14:30:00+02:00: training");
}
END_TEST

START_TEST(closed_days_are_skipped)
{
    close_office(0, "2024-06-11", "2024-06-14");
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-10T14:30", "2024-06-14T08:10"), "10 14:40 x2, 14 08:00 x2");
}
END_TEST

START_TEST(a_counter_out_of_duty_is_not_free)
{
    close_office(2, "2024-06-11T08:00", "2024-06-11T08:20");
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-11T08:30"), "11 08:00 x1, 11 08:20 x2");
    ck_assert_str_eq(book(&fixture.service, 1, "2024-06-11T08:00"), "");
    ck_assert_ptr_nonnull(strstr(book(&fixture.service, 1, "2024-06-11T08:00"), "no counter free"));
}
END_TEST

START_TEST(a_closure_can_be_lifted_in_part)
{
    close_office(0, "2024-06-11", "2024-06-14");
    close_office(1, "2024-06-12", "2024-06-13");
    ck_assert_uint_eq(lift(0, "2024-06-12T08:00", "2024-06-12T08:40"), 1);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-14"), "12 08:00 x1, 12 08:20 x1");
    ck_assert_uint_eq(lift(1, "2024-06-01", "2024-07-01"), 1);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-14"), "12 08:00 x2, 12 08:20 x2");
    ck_assert_uint_eq(lift(0, "2024-06-01", "2024-07-01"), 2);
    ck_assert_uint_eq(lift(0, "2024-06-01", "2024-07-01"), 0);
}
END_TEST

START_TEST(a_wrong_closure_is_refused)
{
    const struct closure closures[] = {
        {.start = at("2024-06-11"), .end = at("2024-06-11")},
        {.start = at("2024-06-11T08:02"), .end = at("2024-06-12")},
        {.start = at("2024-06-11"), .end = at("2024-06-12"), .reason = "two\nlines"},
        {.counter = 3, .start = at("2024-06-11"), .end = at("2024-06-12")},
    };
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    for (size_t i = 0; i < COUNT(closures); i++)
        ck_assert_int_ne(closure_add(fixture.database, &fixture.office, &closures[i], &error), STATUS_OK);
    ck_assert_str_eq(error.text, "office oslo has no counter 3 (it has 1 to 2)");
    transaction_rollback(fixture.database);
}
END_TEST

/* --- counters and services --- */

START_TEST(a_counter_serves_only_what_it_is_for)
{
    static const char *const services[] = {"talk"};
    const struct counter_limit limit = {2, services, 1};
    struct office office = fixture.office;
    office.limits = &limit;
    office.limit_count = 1;
    ck_assert_int_eq(set_office(&office), STATUS_OK);
    ck_assert_uint_eq(fixture.office.limit_count, 1);
    ck_assert_str_eq(free_times(&talk, "2024-06-11", "2024-06-11T08:30"), "11 08:00 x2");
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-11T08:10"), "11 08:00 x1");
    ck_assert_str_eq(book(&fixture.service, 1, "2024-06-11T08:00"), "");
    ck_assert_ptr_nonnull(strstr(book(&fixture.service, 1, "2024-06-11T08:00"), "no counter free"));
    ck_assert_str_eq(book(&talk, 1, "2024-06-11T08:00"), "");
}
END_TEST

START_TEST(a_counter_that_is_given_up_keeps_its_bookings_and_gets_no_more)
{
    fixture_book("2024-06-11T08:00");
    struct booking second = fixture_book("2024-06-11T08:00");
    struct office office = fixture.office;
    office.counters = 1;
    ck_assert_int_eq(set_office(&office), STATUS_OK);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-11T08:30"), "11 08:20 x1");
    ck_assert_int_eq(booking_by_id(fixture.database, second.id, &fixture.arena, &second, &error), STATUS_OK);
    ck_assert_int_eq(second.counter, 2);
    office.counters = 3;
    ck_assert_int_eq(set_office(&office), STATUS_OK);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-11T08:30"), "11 08:00 x1, 11 08:20 x3");
}
END_TEST

START_TEST(the_counter_is_not_free_in_the_buffer_after_a_visit)
{
    struct service card = fixture.service;
    card.buffer_minutes = 10;
    set_service(&card);
    ck_assert_str_eq(book(&card, 1, "2024-06-11T08:00"), "");
    ck_assert_str_eq(book(&card, 1, "2024-06-11T08:00"), "");
    ck_assert_ptr_nonnull(strstr(book(&card, 1, "2024-06-11T08:20"), "no counter free"));
    ck_assert_str_eq(book(&card, 1, "2024-06-11T08:30"), "");
    /* the last one may end when the office closes: only the buffer is after it */
    ck_assert_str_eq(free_times(&card, "2024-06-11T08:00", "2024-06-11T09:10"), "11 08:30 x1, 11 09:00 x2");
    ck_assert_str_eq(book(&card, 1, "2024-06-11T14:40"), "");
}
END_TEST

START_TEST(a_family_takes_one_longer_visit)
{
    struct service card = fixture.service;
    card.more_minutes = 10;
    card.people_max = 4;
    set_service(&card);
    struct calendar_query query = query_of(&card, "2024-06-11T14:00", "2024-06-12");
    query.people = 3;
    ck_assert_str_eq(find(&query), "11 14:00 x2, 11 14:20 x2"); /* of 40 minutes */
    ck_assert_str_eq(book(&card, 3, "2024-06-11T14:20"), "");
    ck_assert_str_eq(find(&query), "11 14:00 x1, 11 14:20 x1");
    ck_assert_ptr_nonnull(strstr(book(&card, 4, "2024-06-11T14:20"), "not open at"));
    ck_assert_str_eq(book(&card, 5, "2024-06-11T10:00"), "5 people cannot come together for card (it must be 1 to 4)");
}
END_TEST

START_TEST(a_family_keeps_its_size_when_it_moves)
{
    struct booking_new wished = fixture_booking(at("2024-06-11T08:00"));
    struct booking booking;
    wished.people = 3;
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(booking_create(fixture.database, &wished, &fixture.randomness, &fixture.arena, &booking, &error),
                     STATUS_OK);
    ck_assert_int_eq(booking.end - booking.start, 60 * MINUTE);
    ck_assert_int_eq(booking_move(fixture.database, &booking, &fixture.office, &fixture.service, at("2024-06-11T08:30"),
                                  fixture.now, &error),
                     STATUS_OK);
    ck_assert_int_eq(booking.end, at("2024-06-11T09:30"));
    ck_assert_int_eq(booking_move(fixture.database, &booking, &fixture.office, &fixture.service, at("2024-06-11T14:20"),
                                  fixture.now, &error),
                     STATUS_INVALID);
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
    ck_assert_str_eq(free_times(&fixture.service, "2024-06-11", "2024-06-11T09:30"),
                     "11 08:00 x2, 11 08:20 x1, 11 08:40 x1, 11 09:00 x1, 11 09:20 x1");
}
END_TEST

/* --- ranking --- */

START_TEST(a_part_of_the_day_comes_first_on_all_days)
{
    struct calendar_query query = query_of(&talk, "2024-06-11", "2024-06-13");
    query.part_from = 14 * 60;
    query.part_until = 24 * 60;
    query.limit = 3;
    ck_assert_str_eq(find(&query), "11 14:00 x2, 12 14:00 x2, 11 08:00 x2");
}
END_TEST

START_TEST(neighbours_come_after_the_own_office_and_only_where_they_serve_it)
{
    static const char *const neighbours[] = {"lillestrom", "drammen"};
    static const char *const services[] = {"card"};
    const struct counter_limit limit = {1, services, 1};
    fixture_office("lillestrom", "Europe/Oslo", "tue 08:00-09:00", 1);
    struct office drammen = fixture_office("drammen", "Europe/Oslo", "tue 07:00-08:00", 1);
    struct office oslo = fixture.office;
    oslo.neighbours = neighbours;
    oslo.neighbour_count = COUNT(neighbours);
    ck_assert_int_eq(opening_hours_parse("tue 10:00-11:00", &fixture.arena, &oslo.hours, &oslo.hours_count, &error),
                     STATUS_OK);
    ck_assert_int_eq(set_office(&oslo), STATUS_OK);
    struct calendar_query query = query_of(&talk, "2024-06-11", "2024-06-12");
    ck_assert_str_eq(find(&query), "11 10:00 x2");
    query.nearby = true;
    ck_assert_str_eq(find(&query), "11 10:00 x2, lillestrom 11 08:00 x1, drammen 11 07:00 x1");
    query.limit = 2;
    ck_assert_str_eq(find(&query), "11 10:00 x2, lillestrom 11 08:00 x1");
    drammen.limits = &limit;
    drammen.limit_count = 1;
    ck_assert_int_eq(set_office(&drammen), STATUS_OK);
    query.limit = 10;
    ck_assert_str_eq(find(&query), "11 10:00 x2, lillestrom 11 08:00 x1");
}
END_TEST

START_TEST(an_unknown_neighbour_is_refused)
{
    static const char *const unknown[] = {"bergen"}, *const itself[] = {"oslo"};
    struct office office = fixture.office;
    office.neighbour_count = 1;
    office.neighbours = unknown;
    ck_assert_int_eq(set_office(&office), STATUS_NOT_FOUND);
    ck_assert_str_eq(error.text, "no office “bergen” (there are: oslo)");
    office.neighbours = itself;
    ck_assert_int_eq(set_office(&office), STATUS_INVALID);
}
END_TEST

Suite *opening_suite(void);
Suite *opening_suite(void)
{
    Suite *suite = suite_create("opening");
    TCase *tcase = tcase_create("opening");
    tcase_add_checked_fixture(tcase, setup, state_fixture_teardown);
    tcase_add_test(tcase, a_service_may_have_hours_of_its_own);
    tcase_add_test(tcase, dated_hours_count_from_their_first_day_to_their_last);
    tcase_add_test(tcase, hours_of_a_service_count_before_dates_and_dates_before_the_rest);
    tcase_add_test(tcase, two_timetables_for_the_same_day_are_refused);
    tcase_add_test(tcase, public_holidays_are_closed_where_the_office_keeps_them);
    tcase_add_test(tcase, a_closed_part_of_a_day_has_no_times);
    tcase_add_test(tcase, closed_days_are_skipped);
    tcase_add_test(tcase, a_counter_out_of_duty_is_not_free);
    tcase_add_test(tcase, a_closure_can_be_lifted_in_part);
    tcase_add_test(tcase, a_wrong_closure_is_refused);
    tcase_add_test(tcase, a_counter_serves_only_what_it_is_for);
    tcase_add_test(tcase, a_counter_that_is_given_up_keeps_its_bookings_and_gets_no_more);
    tcase_add_test(tcase, the_counter_is_not_free_in_the_buffer_after_a_visit);
    tcase_add_test(tcase, a_family_takes_one_longer_visit);
    tcase_add_test(tcase, a_family_keeps_its_size_when_it_moves);
    tcase_add_test(tcase, a_part_of_the_day_comes_first_on_all_days);
    tcase_add_test(tcase, neighbours_come_after_the_own_office_and_only_where_they_serve_it);
    tcase_add_test(tcase, an_unknown_neighbour_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
