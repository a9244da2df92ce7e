/*
 * Claims: one row for each five minutes that a booking has of a counter. The key (counter, quantum) of their table is
 * what makes overbooking impossible; what is here only finds room and writes the rows. For this folder only.
 */
#ifndef STATE_CLAIM_H
#define STATE_CLAIM_H

#include <stdint.h>

#include "base/error.h"
#include "state/database.h"
#include "state/service.h"

struct counter {
    int64_t id;
    int64_t number; /* at its office, from 1 */
};

/* A stretch of time at a counter; both ends on the five-minute grid. */
struct claim {
    int64_t counter_id;
    int64_t start;
    int64_t end; /* exclusive */
};

/* A visit that needs a counter, which must be free for the service's buffer after it as well. */
struct claim_wish {
    int64_t office_id;
    const struct service *service;
    int64_t start;
    int64_t end;
    int64_t ignore_booking; /* its claims count as free; 0: none */
};

/* A counter `k` that serves a service, in SQL. */
#define COUNTER_SERVES                                                                                                 \
    "(NOT EXISTS (SELECT 1 FROM counter_service l WHERE l.counter_id = k.id) OR EXISTS (SELECT 1 FROM "                \
    "counter_service l WHERE l.counter_id = k.id AND l.service_id = ?))"

/* The first counter of the office that is in use, serves the service, is on duty then, and free. STATUS_NOT_FOUND,
 * without text: there is none. */
enum status claim_find_counter(struct database *database, const struct claim_wish *wish, struct counter *ret_counter,
                               struct error *error);

/* Takes what of `claim` the booking does not have yet. STATUS_CONFLICT: somebody else has some of it. */
enum status claim_take(struct database *database, int64_t booking_id, const struct claim *claim, struct error *error);

/* Frees all that the booking has but `kept` (NULL: all). */
enum status claim_free(struct database *database, int64_t booking_id, const struct claim *kept, struct error *error);

#endif
