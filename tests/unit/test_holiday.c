#include <check.h>

#include "base/zone.h"
#include "parsers/holiday.h"

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

Suite *holiday_suite(void);
Suite *holiday_suite(void)
{
    Suite *suite = suite_create("holiday");
    TCase *tests = tcase_create("holiday");
    tcase_add_loop_test(tests, test_days, 0, sizeof day_table / sizeof day_table[0]);
    tcase_add_test(tests, test_each_holiday_is_in_its_year);
    suite_add_tcase(suite, tests);
    return suite;
}
