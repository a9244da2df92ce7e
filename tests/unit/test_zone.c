#include <check.h>
#include <string.h>

#include "base/zone.h"

static struct zone *oslo;

static void setup(void)
{
    struct error error;
    ck_assert_int_eq(zone_open("Europe/Oslo", &oslo, &error), STATUS_OK);
}

static void teardown(void)
{
    zone_close(&oslo);
}

START_TEST(formats_with_the_offset_of_the_day)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"2024-06-11T10:00", "2024-06-11T10:00:00+02:00"},
        {"2024-01-11 10:00", "2024-01-11T10:00:00+01:00"},
        {"2024-06-11", "2024-06-11T00:00:00+02:00"},
        {"2024-06-11T08:00:00Z", "2024-06-11T10:00:00+02:00"},
        {"2024-06-11T10:00:00.250-04:00", "2024-06-11T16:00:00+02:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t time;
        struct error error;
        char text[RFC3339_SIZE];
        ck_assert_int_eq(rfc3339_parse(cases[i].text, oslo, &time, &error), STATUS_OK);
        rfc3339_format(oslo, time, text);
        ck_assert_str_eq(text, cases[i].expected);
    }
}
END_TEST

START_TEST(refuses_what_is_no_time)
{
    static const char *const cases[] = {
        "", "tomorrow", "2024-02-30", "2024-06-11T25:00", "2024-06-11T10", "2024-06-11T10:00x", "2024-03-31T02:30"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t time = 42;
        struct error error;
        ck_assert_int_eq(rfc3339_parse(cases[i], oslo, &time, &error), STATUS_INVALID);
        ck_assert_int_eq(time, 42);
    }
}
END_TEST

START_TEST(nights_of_changing_clocks)
{
    struct civil gap = {2024, 3, 31, 2, 30, 0};
    ck_assert(!zone_exists(oslo, gap));
    struct civil moved = zone_civil(oslo, zone_time(oslo, gap));
    ck_assert_int_eq(moved.hour, 3);
    ck_assert_int_eq(moved.minute, 30);
    /* 02:30 comes twice on 27 October: the first is summer time, 00:30 UTC. */
    struct civil twice = {2024, 10, 27, 2, 30, 0};
    ck_assert_int_eq(zone_time(oslo, twice) % DAY, 30 * MINUTE);
    int64_t noon = zone_time(oslo, (struct civil){2024, 3, 30, 12, 0, 0});
    ck_assert_int_eq(zone_day_start(oslo, noon, 2) - zone_day_start(oslo, noon, 1), 23 * HOUR);
}
END_TEST

START_TEST(civil_calendar)
{
    for (int64_t day = -800000; day < 800000; day += 37) {
        struct civil civil = civil_from_day_number(day);
        ck_assert(civil_date_valid(civil.year, civil.month, civil.day) || civil.year < 1);
        ck_assert_int_eq(civil_day_number(civil.year, civil.month, civil.day), day);
    }
    ck_assert_int_eq(civil_weekday(2024, 6, 11), 2);
    ck_assert(!civil_date_valid(2023, 2, 29));
    ck_assert_int_eq(civil_iso_week_monday(2024, 23), civil_day_number(2024, 6, 3));
    ck_assert_int_eq(civil_iso_week_monday(2020, 53), civil_day_number(2020, 12, 28));
    ck_assert_int_eq(civil_iso_week_monday(2024, 53), -1);
}
END_TEST

START_TEST(unknown_zone)
{
    struct zone *zone = NULL;
    struct error error;
    ck_assert_int_eq(zone_open("Europe/Olso", &zone, &error), STATUS_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "Europe/Olso"));
    ck_assert_ptr_null(zone);
}
END_TEST

Suite *zone_suite(void);
Suite *zone_suite(void)
{
    Suite *suite = suite_create("zone");
    TCase *tcase = tcase_create("zone");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, formats_with_the_offset_of_the_day);
    tcase_add_test(tcase, refuses_what_is_no_time);
    tcase_add_test(tcase, nights_of_changing_clocks);
    tcase_add_test(tcase, civil_calendar);
    tcase_add_test(tcase, unknown_zone);
    suite_add_tcase(suite, tcase);
    return suite;
}
