#include <check.h>

#include "base/holiday.h"
#include "base/zone.h"

static const struct {
    enum holiday holiday;
    int year, month, day, days;
} day_table[] = {
    {HOLIDAY_EASTER_SUNDAY, 2024, 3, 31, 1},
    {HOLIDAY_EASTER_SUNDAY, 2025, 4, 20, 1},
    {HOLIDAY_EASTER_SUNDAY, 2026, 4, 5, 1},
    {HOLIDAY_EASTER_SUNDAY, 1954, 4, 18, 1}, /* Gauss's rule alone gives the 25th */
    {HOLIDAY_EASTER_SUNDAY, 1981, 4, 19, 1},
    {HOLIDAY_EASTER_SUNDAY, 2038, 4, 25, 1},
    {HOLIDAY_EASTER_SUNDAY, 2285, 3, 22, 1},
    {HOLIDAY_ORTHODOX_EASTER, 2024, 5, 5, 1},
    {HOLIDAY_ORTHODOX_EASTER, 2025, 4, 20, 1},
    {HOLIDAY_ORTHODOX_EASTER, 2026, 4, 12, 1},
    {HOLIDAY_EASTER, 2024, 3, 28, 5},
    {HOLIDAY_HOLY_WEEK, 2024, 3, 25, 6},
    {HOLIDAY_ASCENSION, 2024, 5, 9, 1},
    {HOLIDAY_WHITSUN, 2024, 5, 19, 2},
    {HOLIDAY_WHIT_MONDAY, 2025, 6, 9, 1},
    {HOLIDAY_CORPUS_CHRISTI, 2024, 5, 30, 1},
    {HOLIDAY_MIDSUMMER, 2024, 6, 21, 2},
    {HOLIDAY_MIDSUMMER, 2026, 6, 19, 2},
    {HOLIDAY_MIDSUMMER, 2027, 6, 25, 2},
    {HOLIDAY_CHRISTMAS, 2024, 12, 24, 3},
    {HOLIDAY_CONSTITUTION_DAY, 2024, 5, 17, 1},
};

START_TEST(test_days)
{
    int days;
    int64_t day = holiday_day(day_table[_i].holiday, day_table[_i].year, &days);
    ck_assert_int_eq(day, civil_day_number(day_table[_i].year, day_table[_i].month, day_table[_i].day));
    ck_assert_int_eq(days, day_table[_i].days);
}
END_TEST

START_TEST(test_each_holiday_is_in_its_year)
{
    for (int year = 1; year <= 9999; year++)
        for (int holiday = 0; holiday < HOLIDAY_COUNT; holiday++) {
            int days;
            int64_t day = holiday_day((enum holiday)holiday, year, &days);
            ck_assert_int_ge(days, 1);
            ck_assert_int_eq(civil_from_day_number(day).year, year);
        }
}
END_TEST

/* 2024 as the Norwegian calendar has it. */
START_TEST(test_public_holidays_of_norway)
{
    static const struct {
        int month, day;
    } closed[] = {{1, 1}, {3, 28}, {3, 29}, {3, 31}, {4, 1},   {5, 1},
                  {5, 9}, {5, 17}, {5, 19}, {5, 20}, {12, 25}, {12, 26}};
    int64_t first = civil_day_number(2024, 1, 1);
    size_t found = 0;
    for (int64_t day = first; day < first + 366; day++) {
        ck_assert(!holiday_is_public(HOLIDAYS_NONE, day));
        found += holiday_is_public(HOLIDAYS_NORWAY, day);
    }
    ck_assert_uint_eq(found, sizeof closed / sizeof closed[0]);
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        ck_assert(holiday_is_public(HOLIDAYS_NORWAY, civil_day_number(2024, closed[i].month, closed[i].day)));
}
END_TEST

Suite *holiday_suite(void);
Suite *holiday_suite(void)
{
    Suite *suite = suite_create("holiday");
    TCase *tests = tcase_create("holiday");
    tcase_add_loop_test(tests, test_days, 0, sizeof day_table / sizeof day_table[0]);
    tcase_add_test(tests, test_each_holiday_is_in_its_year);
    tcase_add_test(tests, test_public_holidays_of_norway);
    suite_add_tcase(suite, tests);
    return suite;
}
