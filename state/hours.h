/*
 * Opening hours as people write them, and timetables: which hours count on a day for a service.
 */
#ifndef STATE_HOURS_H
#define STATE_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum { OPENING_HOURS_MAX = 64, TIMETABLES_MAX = 200 /* of an office */ };

struct opening_hours {
    int weekday; /* 1 Monday … 7 Sunday */
    int opens;   /* minutes after midnight, office time; a multiple of 5 */
    int closes;  /* exclusive */
};

/* Hours that replace those of the office: of a service, for some time, or both. */
struct timetable {
    const char *service; /* code; NULL: every service */
    bool has_from;
    bool has_until;
    int64_t from;  /* day numbers, see civil_day_number(); both belong to it */
    int64_t until; /* … */
    const struct opening_hours *hours;
    size_t hours_count;
};

/*
 * Reads "mon-fri 08:00-15:00", "mon,wed 09:00-11:30; thu 12:00-18:00 ": days or
 * ranges of days, then one or more windows separated by spaces, parts separated by ';' .
 * STATUS_INVALID names the part and what would be right (overlaps and times off the five-minute grid too).
 */
enum status opening_hours_parse(const char *text, struct arena *arena, const struct opening_hours **ret_hours,
                                size_t *ret_count, struct error *error);
/* The same form back: "mon-fri 08:00-15:00". */
const char *opening_hours_format(const struct opening_hours *hours, size_t count, struct arena *arena);

bool opening_hours_overlap(const struct opening_hours *hours, size_t count);

/* By weekday and time. */
void opening_hours_sort(struct opening_hours *hours, size_t count);

/*
 * The timetable that counts for a service on a day. One of the service counts before one of all, and among those one
 * with dates before one without. NULL: none does, the office's own hours count. `service` NULL: hours of all.
 */
const struct timetable *timetable_find(const struct timetable *timetables, size_t count, const char *service,
                                       int64_t day);

/* Could both be the one that counts, on some day? */
bool timetables_overlap(const struct timetable *a, const struct timetable *b);

#endif
