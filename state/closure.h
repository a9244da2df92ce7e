/*
 * Closures: when nobody is served although the hours say so, of a whole office or of one counter. Bookings that are
 * there already stay; whoever closes decides about them.
 */
#ifndef STATE_CLOSURE_H
#define STATE_CLOSURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/database.h"
#include "state/office.h"

enum { CLOSURE_REASON_MAX = 80 /* bytes */ };

struct closure {
    int64_t counter;    /* its number; 0: the whole office */
    int64_t counter_id; /* 0: … */
    int64_t start;      /* on the five-minute grid, as is the end */
    int64_t end;        /* exclusive */
    const char *reason; /* for staff; NULL for none */
};

/* Those of the office that touch [from, to), by start and counter. */
enum status closure_list(struct database *database, int64_t office_id, int64_t from, int64_t to, struct arena *arena,
                         const struct closure **ret_closures, size_t *ret_count, struct error *error);

/* Inside a transaction. `closure->counter_id` is not read. STATUS_INVALID: off the grid, backwards, a reason that is no
 * line; STATUS_NOT_FOUND: the office has no such counter. */
enum status closure_add(struct database *database, const struct office *office, const struct closure *closure,
                        struct error *error);

/* Makes these the closures of the office from `now` on, as closure_add() each; those that ended before stay, and of
 * these such are left out. Inside a transaction. */
enum status closure_replace(struct database *database, const struct office *office, const struct closure *closures,
                            size_t count, int64_t now, struct error *error);

/* Takes [from, to) out of the closures of the office (`counter` 0) or of one counter: what of them is left before and
 * after stays. Inside a transaction. `ret_count` tells of how many something was taken. */
enum status closure_lift(struct database *database, const struct office *office, int64_t counter, int64_t from,
                         int64_t to, size_t *ret_count, struct error *error);

#endif
