/*
 * Time zones and the civil calendar.
 *
 * A time is an int64_t of seconds since 1970-01-01T00:00:00Z; it is stored and
 * compared as such everywhere. A civil date and time is what a clock on a wall
 * shows; a zone (by its IANA name, with ICU's tz database) turns one into the
 * other. This is the only place that does, so no two letters can disagree.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct zone; /* for one thread at a time */

struct civil {
    int year;
    int month;  /* 1–12 */
    int day;    /* 1–31 */
    int hour;   /* 0–23 */
    int minute; /* 0–59 */
    int second; /* 0–59 */
};

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* STATUS_INVALID for a name that the tz database does not know. */
enum status zone_open(const char *name, struct zone **ret_zone, struct error *error);
void zone_close(struct zone **zone); /* accepts NULL inside; nulls it */
const char *zone_name(const struct zone *zone);

struct civil zone_civil(struct zone *zone, int64_t time);

/*
 * The time at which the zone's clocks show `civil`. In the night when clocks go
 * forward a time that does not exist is moved forward by the gap (02:30 →
 * 03:30); when they go back, the first of the two is meant. Fields beyond their
 * range carry over (day 32, hour 24), so a caller can add to them.
 */
int64_t zone_time(struct zone *zone, struct civil civil);

/* True if `civil` is a real date and time of this zone: not in a gap, no field beyond its range. */
bool zone_exists(struct zone *zone, struct civil civil);

/* Start of the civil day that holds `time`, `days` days later (or earlier). */
int64_t zone_day_start(struct zone *zone, int64_t time, int days);

/* Days since 1970-01-01 (proleptic Gregorian) and back; hour, minute, second are 0. */
int64_t civil_day_number(int year, int month, int day);
struct civil civil_from_day_number(int64_t number);

bool civil_date_valid(int year, int month, int day); /* years 1–9999 */
int civil_days_in_month(int year, int month);
int civil_weekday(int year, int month, int day); /* 1 Monday … 7 Sunday */

/* Day number of the Monday of ISO week `week` (1–53) of `year`, -1 where the year has no such week. */
int64_t civil_iso_week_monday(int year, int week);

enum { RFC3339_SIZE = sizeof "2024-06-11T10:00:00+02:00" + 8 };

/* "2024-06-11T10:00:00+02:00". */
void rfc3339_format(struct zone *zone, int64_t time, char out[RFC3339_SIZE]);

/*
 * Reads RFC 3339 date-times, and with them what a person types: a space for the
 * T, no seconds ("2024-06-11T10:00"), only a date. Without offset it is civil time
 * in `zone`. STATUS_INVALID with an example of what would be right.
 */
enum status rfc3339_parse(const char *text, struct zone *zone, int64_t *ret_time, struct error *error);

#endif
