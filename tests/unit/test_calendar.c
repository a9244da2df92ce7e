#include "state/calendar.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "state_fixture.h"

static struct error error;
static const struct slot *slots;
static size_t count;

static struct calendar_query query_of(const char *from, const char *to)
{
    return (struct calendar_query){
        .office = &fixture.office, .service = &fixture.service, .from = at(from), .to = at(to), .limit = SLOTS_MAX};
}

static void ask(const struct calendar_query *query)
{
    ck_assert_int_eq(calendar_free(fixture.database, query, &fixture.arena, &slots, &count, &error), STATUS_OK);
}

static bool is_free(const char *start, int64_t ignore_booking)
{
    bool answer;
    struct visit visit = {&fixture.office, &fixture.service, 1, at(start), ignore_booking};
    ck_assert_int_eq(calendar_is_free(fixture.database, &visit, &answer, &error), STATUS_OK);
    return answer;
}

/* The starts as an office's clocks show them: "Tu 10:00 x2, …" with how many counters are free. */
static const char *show(void)
{
    static const char *const days[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        struct civil civil = zone_civil(fixture.zone, slots[i].start);
        text = arena_printf(&fixture.arena, "%s%s%s %02d:%02d x%d", text, i == 0 ? "" : ", ",
                            days[civil_weekday(civil.year, civil.month, civil.day) - 1], civil.hour, civil.minute,
                            slots[i].free_counters);
    }
    return text;
}

/* --- what is free --- */

START_TEST(an_empty_day_is_all_free)
{
    struct calendar_query query = query_of("2024-06-11", "2024-06-12");
    ask(&query);
    ck_assert_uint_eq(count, 21);
    ck_assert_int_eq(slots[0].start, at("2024-06-11T08:00"));
    ck_assert_int_eq(slots[0].end, at("2024-06-11T08:20"));
    ck_assert_int_eq(slots[20].end, at("2024-06-11T15:00"));
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(slots[i].free_counters, 2);
}
END_TEST

START_TEST(weekends_and_nights_are_closed)
{
    struct calendar_query query = query_of("2024-06-07T14:30", "2024-06-10T08:20");
    ask(&query);
    ck_assert_str_eq(show(), "Fr 14:40 x2, Mo 08:00 x2");
    query = query_of("2024-06-08", "2024-06-10");
    ask(&query);
    ck_assert_uint_eq(count, 0);
    query = query_of("2024-06-12", "2024-06-11");
    ask(&query);
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(bookings_take_counters)
{
    fixture_book("2024-06-11T10:00");
    fixture_book("2024-06-11T10:00");
    fixture_book("2024-06-11T10:50"); /* off the grid: takes half of two slots */
    struct calendar_query query = query_of("2024-06-11T09:40", "2024-06-11T11:21");
    ask(&query);
    ck_assert_str_eq(show(), "Tu 09:40 x2, Tu 10:20 x2, Tu 10:40 x1, Tu 11:00 x1, Tu 11:20 x2");
    query.limit = 2;
    ask(&query);
    ck_assert_str_eq(show(), "Tu 09:40 x2, Tu 10:20 x2");
}
END_TEST

START_TEST(the_own_booking_is_no_hindrance)
{
    struct booking mine = fixture_book("2024-06-11T10:00");
    fixture_book("2024-06-11T10:00");
    struct calendar_query query = query_of("2024-06-11T09:50", "2024-06-11T10:20");
    ask(&query);
    ck_assert_str_eq(show(), "");
    query.ignore_booking = mine.id;
    ask(&query);
    ck_assert_str_eq(show(), "Tu 10:00 x1");
    ck_assert(!is_free("2024-06-11T10:10", 0));
    ck_assert(is_free("2024-06-11T10:10", mine.id));
}
END_TEST

START_TEST(another_office_is_another_calendar)
{
    fixture_book("2024-06-11T10:00");
    fixture_book("2024-06-11T10:00");
    struct office bergen = fixture_office("bergen", "Europe/Oslo", "tue 10:00-10:20", 1);
    struct calendar_query query = query_of("2024-06-11", "2024-06-12");
    query.office = &bergen;
    ask(&query);
    ck_assert_str_eq(show(), "Tu 10:00 x1");
}
END_TEST

START_TEST(each_window_has_its_own_grid)
{
    fixture.office =
        fixture_office("split", "Europe/Oslo", "tue 09:05-09:50 12:00-12:20; wed 23:30-24:00; thu 00:00-00:30", 1);
    struct calendar_query query = query_of("2024-06-11", "2024-06-14");
    ask(&query);
    ck_assert_str_eq(show(), "Tu 09:05 x1, Tu 09:25 x1, Tu 12:00 x1, We 23:30 x1, Th 00:00 x1");
    ck_assert(is_free("2024-06-12T23:50", 0)); /* over midnight: open without a gap */
    ck_assert(!is_free("2024-06-13T00:15", 0));
}
END_TEST

START_TEST(one_time_is_asked_without_the_grid_of_the_service)
{
    static const struct {
        const char *start;
        bool expected;
    } cases[] = {
        {"2024-06-11T10:05", true},  {"2024-06-11T10:02", false}, {"2024-06-11T14:40", true},
        {"2024-06-11T14:45", false}, {"2024-06-11T07:55", false}, {"2024-06-08T10:00", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg(is_free(cases[i].start, 0) == cases[i].expected, "%s", cases[i].start);
}
END_TEST

/* --- ranking --- */

START_TEST(wishes_come_first_and_the_rest_after)
{
    const struct wish wants[] = {{at("2024-06-13T09:00"), at("2024-06-13T09:40")},
                                 {at("2024-06-12T14:40"), at("2024-06-12T14:41")}};
    struct calendar_query query = query_of("2024-06-11", "2024-06-14");
    query.wants = wants;
    query.want_count = COUNT(wants);
    query.limit = 5;
    ask(&query);
    ck_assert_str_eq(show(), "We 14:40 x2, Th 09:00 x2, Th 09:20 x2, Tu 08:00 x2, Tu 08:20 x2");
}
END_TEST

START_TEST(the_nearest_comes_first)
{
    fixture_book("2024-06-12T10:00");
    fixture_book("2024-06-12T10:00");
    struct calendar_query query = query_of("2024-06-11", "2024-06-14");
    query.near = at("2024-06-12T10:00");
    query.limit = 4;
    ask(&query);
    ck_assert_str_eq(show(), "We 09:40 x2, We 10:20 x2, We 09:20 x2, We 10:40 x2");
    const struct wish want = {at("2024-06-13"), at("2024-06-14")};
    query.wants = &want;
    query.want_count = 1;
    query.limit = 2;
    ask(&query);
    ck_assert_str_eq(show(), "Th 08:00 x2, Th 08:20 x2");
}
END_TEST

START_TEST(what_is_to_be_avoided_is_left_out)
{
    const struct wish avoids[] = {{at("2024-06-11T08:10"), at("2024-06-11T14:20")},
                                  {at("2024-06-12"), at("2024-06-13")}};
    struct calendar_query query = query_of("2024-06-11", "2024-06-13T08:20");
    query.avoids = avoids;
    query.avoid_count = COUNT(avoids);
    ask(&query);
    ck_assert_str_eq(show(), "Tu 14:20 x2, Tu 14:40 x2, Th 08:00 x2");
}
END_TEST

/* --- the nights in which clocks change --- */

START_TEST(office_hours_keep_their_clock_times)
{
    static const char *const days[] = {"2024-03-29", "2024-04-01", "2024-10-25", "2024-10-28"};
    for (size_t i = 0; i < COUNT(days); i++) {
        int64_t day = at(days[i]);
        struct calendar_query query = query_of(days[i], days[i]);
        query.to = day + DAY;
        ask(&query);
        ck_assert_uint_eq(count, 21);
        ck_assert_int_eq(slots[0].start, day + 8 * HOUR);
        ck_assert(opening_covers(&fixture.office, &fixture.service, fixture.zone, day + 8 * HOUR, day + 15 * HOUR));
        ck_assert(
            !opening_covers(&fixture.office, &fixture.service, fixture.zone, day + 8 * HOUR - 300, day + 9 * HOUR));
    }
    /* a window over the change: the Friday before and the Monday after */
    struct calendar_query query = query_of("2024-03-29T14:40", "2024-04-01T08:20");
    ask(&query);
    ck_assert_str_eq(show(), "Fr 14:40 x2, Mo 08:00 x2");
}
END_TEST

START_TEST(nights_of_changing_clocks)
{
    static const struct {
        const char *day;
        const char *hours;
        const char *expected;
    } cases[] = {
        {"2024-03-31", "sun 00:00-05:00", "Su 00:00 x1, Su 01:00 x1, Su 03:00 x1, Su 04:00 x1"},
        {"2024-03-31", "sun 01:00-02:30", "Su 01:00 x1"}, /* ends when the clocks go on */
        {"2024-03-31", "sun 02:30-04:00", "Su 03:00 x1"},
        {"2024-03-31", "sun 02:00-03:00", ""},
        {"2024-03-31", "sun 23:00-24:00", "Su 23:00 x1"},
        {"2024-10-27", "sun 00:00-05:00",
         "Su 00:00 x1, Su 01:00 x1, Su 02:00 x1, Su 02:00 x1, Su 03:00 x1, Su 04:00 x1"},
        {"2024-10-27", "sun 03:00-04:00", "Su 03:00 x1"},
        {"2024-10-27", "sun 23:00-24:00", "Su 23:00 x1"},
    };
    fixture.service.minutes = 60;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture.office = fixture_office(arena_printf(&fixture.arena, "night-%zu", i), "Europe/Oslo", cases[i].hours, 1);
        struct calendar_query query = query_of(cases[i].day, cases[i].day);
        query.to = zone_day_start(fixture.zone, query.from, 1);
        ask(&query);
        ck_assert_str_eq(show(), cases[i].expected);
        for (size_t n = 0; n < count; n++) {
            bool answer;
            ck_assert_int_eq(slots[n].end - slots[n].start, HOUR);
            struct visit visit = {&fixture.office, &fixture.service, 1, slots[n].start, 0};
            ck_assert_int_eq(calendar_is_free(fixture.database, &visit, &answer, &error), STATUS_OK);
            ck_assert(answer);
        }
    }
}
END_TEST

START_TEST(an_office_elsewhere_has_its_own_clocks)
{
    fixture.office = fixture_office("tokyo", "Asia/Tokyo", "tue 09:00-09:20", 1);
    struct calendar_query query = query_of("2024-06-10", "2024-06-12");
    ask(&query);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(slots[0].start, at("2024-06-11T09:00:00+09:00"));
}
END_TEST

Suite *calendar_suite(void);
Suite *calendar_suite(void)
{
    Suite *suite = suite_create("calendar");
    TCase *tcase = tcase_create("calendar");
    tcase_add_checked_fixture(tcase, state_fixture_setup, state_fixture_teardown);
    tcase_add_test(tcase, an_empty_day_is_all_free);
    tcase_add_test(tcase, weekends_and_nights_are_closed);
    tcase_add_test(tcase, bookings_take_counters);
    tcase_add_test(tcase, the_own_booking_is_no_hindrance);
    tcase_add_test(tcase, another_office_is_another_calendar);
    tcase_add_test(tcase, each_window_has_its_own_grid);
    tcase_add_test(tcase, one_time_is_asked_without_the_grid_of_the_service);
    tcase_add_test(tcase, wishes_come_first_and_the_rest_after);
    tcase_add_test(tcase, the_nearest_comes_first);
    tcase_add_test(tcase, what_is_to_be_avoided_is_left_out);
    tcase_add_test(tcase, office_hours_keep_their_clock_times);
    tcase_add_test(tcase, nights_of_changing_clocks);
    tcase_add_test(tcase, an_office_elsewhere_has_its_own_clocks);
    suite_add_tcase(suite, tcase);
    return suite;
}
