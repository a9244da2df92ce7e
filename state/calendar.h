/*
 * Free times: where opening hours, closures, counters and claims leave room.
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
#include "state/opening.h"
#include "state/search.h"

/* Slots, best first as the query says (see search.h); in order of time where it wishes nothing. Those of neighbours
 * come after those of its own office, and only where they serve the service. */
enum status calendar_free(struct database *database, const struct calendar_query *query, struct arena *arena,
                          const struct slot **ret_slots, size_t *ret_count, struct error *error);

/* A visit of `people` at a time, wished or booked. */
struct visit {
    const struct office *office;
    const struct service *service;
    int people; /* 0: one */
    int64_t start;
    int64_t ignore_booking; /* its claims count as free; 0 for none */
};

/* Is it possible now: open, on the five-minute grid, a counter free? */
enum status calendar_is_free(struct database *database, const struct visit *visit, bool *ret_free, struct error *error);

/* The stretches of a day in which the office serves anybody, whatever for, less its closures; in order. */
enum status calendar_open_windows(struct database *database, const struct office *office, const struct day *day,
                                  struct arena *arena, const struct window **ret_windows, size_t *ret_count,
                                  struct error *error);

#endif
