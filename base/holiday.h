/*
 * Holidays by name: the days that "pinse", "17. mai" or "Christmas Eve" are in
 * a year. What is not of the same date each year is computed from Easter.
 *
 * A name of several days ("påske", "jul") gives all that offices keep closed.
 * The public holidays of a country are the days on which its offices are closed by law.
 */
#ifndef BASE_HOLIDAY_H
#define BASE_HOLIDAY_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of the lexicon's keys LEXICON_HOLIDAY_*. */
enum holiday {
    HOLIDAY_NEW_YEAR,
    HOLIDAY_EPIPHANY,
    HOLIDAY_PALM_SUNDAY,
    HOLIDAY_HOLY_WEEK,
    HOLIDAY_MAUNDY_THURSDAY,
    HOLIDAY_GOOD_FRIDAY,
    HOLIDAY_EASTER_EVE,
    HOLIDAY_EASTER,
    HOLIDAY_EASTER_SUNDAY,
    HOLIDAY_EASTER_MONDAY,
    HOLIDAY_ORTHODOX_EASTER,
    HOLIDAY_MAY_DAY,
    HOLIDAY_CONSTITUTION_DAY,
    HOLIDAY_ASCENSION,
    HOLIDAY_WHIT_EVE,
    HOLIDAY_WHITSUN,
    HOLIDAY_WHIT_SUNDAY,
    HOLIDAY_WHIT_MONDAY,
    HOLIDAY_CORPUS_CHRISTI,
    HOLIDAY_ST_HANS_EVE,
    HOLIDAY_ST_HANS,
    HOLIDAY_MIDSUMMER,
    HOLIDAY_ASSUMPTION,
    HOLIDAY_ALL_SAINTS,
    HOLIDAY_CHRISTMAS,
    HOLIDAY_CHRISTMAS_EVE,
    HOLIDAY_CHRISTMAS_DAY,
    HOLIDAY_BOXING_DAY,
    HOLIDAY_NEW_YEARS_EVE,
    HOLIDAY_COUNT
};

/* First day (a day number, see civil_day_number()) of the holiday in this year of 1–9999; *ret_days days long. */
int64_t holiday_day(enum holiday holiday, int year, int *ret_days);

/* Whose public holidays an office keeps. */
enum holiday_country { HOLIDAYS_NONE, HOLIDAYS_NORWAY, HOLIDAYS_COUNT };

bool holiday_is_public(enum holiday_country country, int64_t day);

#endif
