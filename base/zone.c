#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/arena.h"

struct zone {
    UCalendar *calendar;
    char *name;
};

enum status zone_open(const char *name, struct zone **ret_zone, struct error *error)
{
    UChar wide[64], canonical[64];
    UErrorCode code = U_ZERO_ERROR;
    UBool known = 0;
    int32_t length = 0;
    u_strFromUTF8(wide, sizeof wide / sizeof wide[0], &length, name, -1, &code);
    if (U_SUCCESS(code) && length > 0)
        ucal_getCanonicalTimeZoneID(wide, length, canonical, sizeof canonical / sizeof canonical[0], &known, &code);
    if (U_FAILURE(code) || !known)
        return error_set(error, STATUS_INVALID, "no time zone “%.60s” (names are like Europe/Oslo)", name);
    UCalendar *calendar = ucal_open(wide, length, "en_US@calendar=gregorian", UCAL_GREGORIAN, &code);
    if (U_FAILURE(code))
        return error_set(error, STATUS_INTERNAL, "time zone %s: %s", name, u_errorName(code));
    /* The first of two equal clock times, and forward over a gap: see zone_time. */
    ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
    ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_LAST);
    ucal_setGregorianChange(calendar, -1e17, &code); /* proleptic */
    struct zone *zone = memory_allocate(sizeof *zone);
    zone->calendar = calendar;
    zone->name = memory_strdup(name);
    *ret_zone = zone;
    return STATUS_OK;
}

void zone_close(struct zone **zone)
{
    if (*zone == NULL)
        return;
    ucal_close((*zone)->calendar);
    free((*zone)->name);
    free(*zone);
    *zone = NULL;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

/* Seconds east of UTC at `time`. */
static int32_t offset_at(struct zone *zone, int64_t time)
{
    UErrorCode code = U_ZERO_ERROR;
    ucal_setMillis(zone->calendar, (double)time * 1000.0, &code);
    int32_t offset = ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &code);
    offset += ucal_get(zone->calendar, UCAL_DST_OFFSET, &code);
    return U_FAILURE(code) ? 0 : offset / 1000;
}

static int64_t floor_divide(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

struct civil zone_civil(struct zone *zone, int64_t time)
{
    int64_t local = time + offset_at(zone, time);
    int64_t day = floor_divide(local, DAY);
    int second = (int)(local - day * DAY);
    struct civil civil = civil_from_day_number(day);
    civil.hour = second / HOUR;
    civil.minute = second / MINUTE % 60;
    civil.second = second % 60;
    return civil;
}

int64_t zone_time(struct zone *zone, struct civil civil)
{
    UErrorCode code = U_ZERO_ERROR;
    ucal_clear(zone->calendar);
    ucal_setDateTime(zone->calendar, civil.year, civil.month - 1, civil.day, civil.hour, civil.minute, civil.second,
                     &code);
    double milliseconds = ucal_getMillis(zone->calendar, &code);
    return U_FAILURE(code) ? 0 : floor_divide((int64_t)milliseconds, 1000);
}

bool zone_exists(struct zone *zone, struct civil civil)
{
    struct civil back = zone_civil(zone, zone_time(zone, civil));
    return back.year == civil.year && back.month == civil.month && back.day == civil.day && back.hour == civil.hour &&
           back.minute == civil.minute && back.second == civil.second;
}

int64_t zone_day_start(struct zone *zone, int64_t time, int days)
{
    struct civil civil = zone_civil(zone, time);
    struct civil start = civil_from_day_number(civil_day_number(civil.year, civil.month, civil.day) + days);
    return zone_time(zone, start);
}

int64_t civil_day_number(int year, int month, int day)
{
    /* Days from civil, in 400-year eras that begin in March, so that leap days come last. */
    int64_t y = year - (month <= 2);
    int64_t era = floor_divide(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil civil_from_day_number(int64_t number)
{
    int64_t shifted = number + 719468;
    int64_t era = floor_divide(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    struct civil civil = {0};
    civil.day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    civil.month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    civil.year = (int)(year_of_era + era * 400 + (civil.month <= 2));
    return civil;
}

int civil_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool civil_date_valid(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= civil_days_in_month(year, month);
}

int civil_weekday(int year, int month, int day)
{
    int64_t number = civil_day_number(year, month, day) + 3; /* 1970-01-01 was a Thursday */
    return (int)(number - floor_divide(number, 7) * 7) + 1;
}

int64_t civil_iso_week_monday(int year, int week)
{
    /* Week 1 holds 4 January. */
    int64_t fourth = civil_day_number(year, 1, 4);
    int64_t monday = fourth - (civil_weekday(year, 1, 4) - 1) + (int64_t)(week - 1) * 7;
    struct civil thursday = civil_from_day_number(monday + 3);
    return week >= 1 && week <= 53 && thursday.year == year ? monday : -1;
}

void rfc3339_format(struct zone *zone, int64_t time, char out[RFC3339_SIZE])
{
    struct civil civil = zone_civil(zone, time);
    int offset = offset_at(zone, time) / MINUTE;
    char sign = offset < 0 ? '-' : '+';
    offset = offset < 0 ? -offset : offset;
    snprintf(out, RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", civil.year % 10000, civil.month % 100,
             civil.day % 100, civil.hour % 100, civil.minute % 100, civil.second % 100, sign, offset / 60 % 100,
             offset % 60);
}

static bool read_digits(const char **text, int count, int *value)
{
    int result = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        result = result * 10 + (c - '0');
    }
    *text += count;
    *value = result;
    return true;
}

static bool read_char(const char **text, const char *accepted)
{
    if (**text == '\0' || strchr(accepted, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

enum status rfc3339_parse(const char *text, struct zone *zone, int64_t *ret_time, struct error *error)
{
    const char *at = text;
    struct civil civil = {0};
    bool good = read_digits(&at, 4, &civil.year) && read_char(&at, "-") && read_digits(&at, 2, &civil.month) &&
                read_char(&at, "-") && read_digits(&at, 2, &civil.day);
    bool offset_given = false;
    int offset = 0;
    if (good && *at != '\0') {
        good = read_char(&at, "Tt ") && read_digits(&at, 2, &civil.hour) && read_char(&at, ":") &&
               read_digits(&at, 2, &civil.minute);
        if (good && read_char(&at, ":"))
            good = read_digits(&at, 2, &civil.second);
        if (good && read_char(&at, "."))
            while (*at >= '0' && *at <= '9')
                at++;
        if (good && read_char(&at, "Zz")) {
            offset_given = true;
        } else if (good && (*at == '+' || *at == '-')) {
            int sign = *at++ == '-' ? -1 : 1;
            int hours = 0, minutes = 0;
            good = read_digits(&at, 2, &hours) && read_char(&at, ":") && read_digits(&at, 2, &minutes) && hours < 24 &&
                   minutes < 60;
            offset = sign * (hours * HOUR + minutes * MINUTE);
            offset_given = true;
        }
        good = good && *at == '\0';
    }
    good = good && civil_date_valid(civil.year, civil.month, civil.day) && civil.hour < 24 && civil.minute < 60 &&
           civil.second < 60;
    if (!good)
        return error_set(error, STATUS_INVALID,
                         "“%.60s” is no time (write it like 2024-06-11T10:00 or 2024-06-11T10:00:00+02:00)", text);
    if (offset_given) {
        *ret_time = civil_day_number(civil.year, civil.month, civil.day) * DAY + civil.hour * HOUR +
                    civil.minute * MINUTE + civil.second - offset;
        return STATUS_OK;
    }
    if (!zone_exists(zone, civil))
        return error_set(error, STATUS_INVALID, "%.60s does not exist in %s: the clocks go forward then", text,
                         zone->name);
    *ret_time = zone_time(zone, civil);
    return STATUS_OK;
}
