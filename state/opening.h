/*
 * When an office is open: its hours, timetables and holidays as moments of time. Pure: no database. Closures are not
 * known here, see closure.h.
 */
#ifndef STATE_OPENING_H
#define STATE_OPENING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/zone.h"
#include "state/office.h"

/* A civil day with its beginning and its end. */
struct day {
    int64_t number; /* since 1970-01-01 */
    int64_t start;
    int64_t end;
};

struct day day_of(struct zone *zone, int64_t time);
struct day day_after(struct zone *zone, const struct day *day);

/* A stretch of time in which an office is open. */
struct window {
    int64_t opens;
    int64_t closes;
};

/* The windows of a day for a service (NULL: for those without hours of their own), in order. */
size_t opening_windows(const struct office *office, const struct service *service, struct zone *zone,
                       const struct day *day, struct window windows[OPENING_HOURS_MAX]);

/* Is it open for the service for the whole of [start, end)? */
bool opening_covers(const struct office *office, const struct service *service, struct zone *zone, int64_t start,
                    int64_t end);

/* When it is open for the service on that day, for people: "mon-fri 08:00-15:00", "never". */
const char *opening_describe(const struct office *office, const struct service *service, int64_t day,
                             struct arena *arena);

#endif
