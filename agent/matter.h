/*
 * The matters of a mail: what it asks for, one matter for each booking it is about. Finding out reads the database
 * and changes nothing; handle.c carries out what was decided.
 */
#ifndef AGENT_MATTER_H
#define AGENT_MATTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/about.h"
#include "agent/agent.h"
#include "agent/authority.h"
#include "agent/decide.h"
#include "base/arena.h"
#include "base/error.h"
#include "parsers/reading.h"
#include "state/calendar.h"

struct matter {
    bool has_booking;
    struct about about; /* where there is a booking */
    struct authority_finding finding;
    const struct request *request; /* the one that `decision` answers */
    int64_t wished;                /* the exact time that was wished; 0 for none */
    struct decision decision;
    bool for_desk; /* a person must see it besides: another request for this booking is theirs */
    enum reason desk_reason;
};

struct matters {
    struct matter items[READING_REQUESTS_MAX];
    size_t count; /* at least 1 */
};

struct matters_question {
    struct agent *agent;
    const struct reading *reading;
    bool in_part;       /* the mail was not read as a whole */
    bool moves_refused; /* a time that looked free could not be had: take it as taken */
    int64_t now;
    struct arena *arena; /* of what comes out */
};

/* Finds bookings, authority and facts, and decides. Release the matters also after a failure. */
enum status matters_find(const struct matters_question *question, struct matters *ret_matters, struct error *error);
void matters_release(struct matters *matters); /* accepts zeroed ones */

/* Free times for the matter's wishes, in order of time; none is no failure. */
enum status matter_offer(const struct matters_question *question, const struct matter *matter,
                         const struct slot **ret_slots, size_t *ret_count, struct error *error);

#endif
