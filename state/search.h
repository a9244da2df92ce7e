/*
 * The search of free times: from opening hours, closures, claims and wishes to ranked slots. The one function that
 * mail, command line and waiting list use. Pure but for the claims, which it asks for as far as it needs them: it looks
 * at days in the order in which they can hold the best, and stops when no later one can be better.
 */
#ifndef STATE_SEARCH_H
#define STATE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/zone.h"
#include "state/closure.h"
#include "state/office.h"
#include "state/service.h"

enum { SLOTS_MAX = 100000 };

/* A start at which a service can be had, and how many counters are free then. */
struct slot {
    int64_t start;
    int64_t end;
    int free_counters;
    const struct office *office;
};

/* A wish about the time, [start, end). */
struct wish {
    int64_t start;
    int64_t end;
};

/*
 * What is looked for. Slots are on the grid of the service: every visit of one person and its buffer from opening.
 * They are ranked by: inside a wish, in the part of the day, near, early. Those that are to be avoided are left out.
 */
struct calendar_query {
    const struct office *office;
    const struct service *service;
    int people;               /* who come together; 0: one */
    int64_t from;             /* the first start allowed: not before now */
    int64_t to;               /* exclusive */
    const struct wish *wants; /* starts inside one of these come first; none: any time is as good */
    size_t want_count;
    const struct wish *avoids; /* starts that overlap one of these are left out */
    size_t avoid_count;
    int part_from; /* minutes after midnight: starts in this part of any day come first; both 0: none */
    int part_until;
    int64_t near;           /* among equals, nearest to this time first; 0: earliest first */
    int64_t ignore_booking; /* its claims count as free (a booking that is to be moved); 0 for none */
    bool nearby;            /* where its office has fewer than `limit`: those of its neighbours after them */
    size_t limit;
};

enum {
    SEARCH_BLOCK_DAYS = 16,
    SEARCH_WORDS_PER_DAY = 6,
    SEARCH_WORD_QUANTA = 48,
    SEARCH_BLOCK_WORDS = SEARCH_BLOCK_DAYS * SEARCH_WORDS_PER_DAY,
};

/*
 * The claims of an office. read() sets the bits of what is taken on SEARCH_BLOCK_DAYS days of UTC from `day`: counter
 * after counter SEARCH_BLOCK_WORDS words, four hours in each, the lowest bit for the first five minutes. The words come
 * zeroed.
 */
struct search_claims {
    void *data;
    size_t counters;
    const int64_t *counter_ids; /* of the counters that serve the service */
    enum status (*read)(void *data, int64_t day, uint64_t *words, struct error *error);
};

/* What `query` looks for at its own office. Neighbours are the caller's business, see calendar.h. */
enum status search_slots(const struct calendar_query *query, struct zone *zone, const struct search_claims *claims,
                         const struct closure *closures, size_t closure_count, struct arena *arena,
                         const struct slot **ret_slots, size_t *ret_count, struct error *error);

#endif
