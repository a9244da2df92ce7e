#include "base/holiday.h"

#include <stddef.h>

#include "base/zone.h"

enum rule { RULE_DATE, RULE_EASTER, RULE_ORTHODOX_EASTER, RULE_SATURDAY_FROM };

/* `day` is the day of `month`, or days from Easter Sunday; `offset` from the Saturday on or after it. */
static const struct {
    enum rule rule;
    int month;
    int day;
    int offset;
    int days;
} holiday_table[HOLIDAY_COUNT] = {
    [HOLIDAY_NEW_YEAR] = {RULE_DATE, 1, 1, 0, 1},
    [HOLIDAY_EPIPHANY] = {RULE_DATE, 1, 6, 0, 1},
    [HOLIDAY_PALM_SUNDAY] = {RULE_EASTER, 0, -7, 0, 1},
    [HOLIDAY_HOLY_WEEK] = {RULE_EASTER, 0, -6, 0, 6},
    [HOLIDAY_MAUNDY_THURSDAY] = {RULE_EASTER, 0, -3, 0, 1},
    [HOLIDAY_GOOD_FRIDAY] = {RULE_EASTER, 0, -2, 0, 1},
    [HOLIDAY_EASTER_EVE] = {RULE_EASTER, 0, -1, 0, 1},
    [HOLIDAY_EASTER] = {RULE_EASTER, 0, -3, 0, 5},
    [HOLIDAY_EASTER_SUNDAY] = {RULE_EASTER, 0, 0, 0, 1},
    [HOLIDAY_EASTER_MONDAY] = {RULE_EASTER, 0, 1, 0, 1},
    [HOLIDAY_ORTHODOX_EASTER] = {RULE_ORTHODOX_EASTER, 0, 0, 0, 1},
    [HOLIDAY_MAY_DAY] = {RULE_DATE, 5, 1, 0, 1},
    [HOLIDAY_CONSTITUTION_DAY] = {RULE_DATE, 5, 17, 0, 1},
    [HOLIDAY_ASCENSION] = {RULE_EASTER, 0, 39, 0, 1},
    [HOLIDAY_WHIT_EVE] = {RULE_EASTER, 0, 48, 0, 1},
    [HOLIDAY_WHITSUN] = {RULE_EASTER, 0, 49, 0, 2},
    [HOLIDAY_WHIT_SUNDAY] = {RULE_EASTER, 0, 49, 0, 1},
    [HOLIDAY_WHIT_MONDAY] = {RULE_EASTER, 0, 50, 0, 1},
    [HOLIDAY_CORPUS_CHRISTI] = {RULE_EASTER, 0, 60, 0, 1},
    [HOLIDAY_ST_HANS_EVE] = {RULE_DATE, 6, 23, 0, 1},
    [HOLIDAY_ST_HANS] = {RULE_DATE, 6, 24, 0, 1},
    [HOLIDAY_MIDSUMMER] = {RULE_SATURDAY_FROM, 6, 20, -1, 2},
    [HOLIDAY_ASSUMPTION] = {RULE_DATE, 8, 15, 0, 1},
    [HOLIDAY_ALL_SAINTS] = {RULE_DATE, 11, 1, 0, 1},
    [HOLIDAY_CHRISTMAS] = {RULE_DATE, 12, 24, 0, 3},
    [HOLIDAY_CHRISTMAS_EVE] = {RULE_DATE, 12, 24, 0, 1},
    [HOLIDAY_CHRISTMAS_DAY] = {RULE_DATE, 12, 25, 0, 1},
    [HOLIDAY_BOXING_DAY] = {RULE_DATE, 12, 26, 0, 1},
    [HOLIDAY_NEW_YEARS_EVE] = {RULE_DATE, 12, 31, 0, 1},
};

/* The Gregorian computus (Meeus, Jones, Butcher). */
static int64_t easter_sunday(int year)
{
    int golden = year % 19, century = year / 100, rest = year % 100;
    int epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    int weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    int correction = (golden + 11 * epact + 22 * weekday) / 451;
    int number = epact + weekday - 7 * correction + 114;
    return civil_day_number(year, number / 31, number % 31 + 1);
}

/* The Julian one (Meeus), its date carried over into the Gregorian calendar. */
static int64_t orthodox_easter_sunday(int year)
{
    int moon = (19 * (year % 19) + 15) % 30;
    int weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7;
    int number = moon + weekday + 114;
    int behind = year / 100 - year / 400 - 2;
    return civil_day_number(year, number / 31, number % 31 + 1) + behind;
}

int64_t holiday_day(enum holiday holiday, int year, int *ret_days)
{
    int month = holiday_table[holiday].month, day = holiday_table[holiday].day;
    *ret_days = holiday_table[holiday].days;
    switch (holiday_table[holiday].rule) {
    case RULE_EASTER:
        return easter_sunday(year) + day;
    case RULE_ORTHODOX_EASTER:
        return orthodox_easter_sunday(year) + day;
    case RULE_SATURDAY_FROM:
        return civil_day_number(year, month, day) + (13 - civil_weekday(year, month, day)) % 7 +
               holiday_table[holiday].offset;
    default:
        return civil_day_number(year, month, day);
    }
}

/* Those of the law on public holidays and of that on the first and the seventeenth of May. */
static const enum holiday norway[] = {
    HOLIDAY_NEW_YEAR,      HOLIDAY_MAUNDY_THURSDAY, HOLIDAY_GOOD_FRIDAY, HOLIDAY_EASTER_SUNDAY,
    HOLIDAY_EASTER_MONDAY, HOLIDAY_MAY_DAY,         HOLIDAY_ASCENSION,   HOLIDAY_WHIT_SUNDAY,
    HOLIDAY_WHIT_MONDAY,   HOLIDAY_CHRISTMAS_DAY,   HOLIDAY_BOXING_DAY,  HOLIDAY_CONSTITUTION_DAY,
};

bool holiday_is_public(enum holiday_country country, int64_t day)
{
    int year = civil_from_day_number(day).year;
    for (size_t i = 0; country == HOLIDAYS_NORWAY && i < sizeof norway / sizeof norway[0]; i++) {
        int days;
        if (holiday_day(norway[i], year, &days) == day)
            return true;
    }
    return false;
}
