/*
 * Free times: where opening hours, counters and claims leave room.
 */
#ifndef STATE_CALENDAR_H
#define STATE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/zone.h"
#include "state/booking.h"
#include "state/database.h"
#include "state/office.h"

/* A start at which a service can be had, and how many counters are free then. */
struct slot {
    int64_t start;
    int64_t end;
    int free_counters;
};

enum { SLOTS_MAX = 100000 };

/* A wish about the time, [start, end). */
struct wish {
    int64_t start;
    int64_t end;
};

struct calendar_query {
    const struct office *office;
    const struct service *service;
    int64_t from;             /* the first start allowed: not before now */
    int64_t to;               /* exclusive */
    const struct wish *wants; /* starts inside one of these come first; none: any time is as good */
    size_t want_count;
    const struct wish *avoids; /* starts that overlap one of these are left out */
    size_t avoid_count;
    int64_t near;           /* among equals, nearest to this time first; 0: earliest first */
    int64_t ignore_booking; /* its claims count as free (a booking that is to be moved); 0 for none */
    size_t limit;
};

/* Slots on the service's grid (every `minutes` from opening), best first as the query says; in order of time where
 * there is neither want nor near. */
enum status calendar_free(struct database *database, const struct calendar_query *query, struct arena *arena,
                          const struct slot **ret_slots, size_t *ret_count, struct error *error);

/* Is `start` possible for this service now: open, on the five-minute grid, a counter free? STATUS_OK with `ret_free`.
 */
enum status calendar_is_free(struct database *database, const struct office *office, const struct service *service,
                             int64_t start, int64_t ignore_booking, bool *ret_free, struct error *error);

/* Is the office open for the whole of [start, end)? Needs no database. */
bool calendar_is_open(const struct office *office, struct zone *zone, int64_t start, int64_t end);

#endif
