/*
 * Decide: what to do about one request. A pure function of a request, who asks,
 * the booking and the policy: no SQL, no mail. Its body is a table of rules,
 * intent × authority × booking state, each with its own test; the first row that
 * fits is the answer.
 */
#ifndef AGENT_DECIDE_H
#define AGENT_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/authority.h"
#include "agent/reason.h"
#include "parsers/reading.h"
#include "state/ledger.h"

enum booking_state {
    BOOKING_STATE_NONE,   /* no booking is meant, or the number is unknown */
    BOOKING_STATE_OPEN,   /* confirmed, in the future, may be changed by its people */
    BOOKING_STATE_LOCKED, /* confirmed, in the future, but transferred from the old system and not to be changed */
    BOOKING_STATE_CANCELLED,
    BOOKING_STATE_PAST,
    BOOKING_STATE_COUNT,
};

/* What the times of a request come to, against the calendar. */
enum wish_state {
    WISH_NONE,  /* no wished time */
    WISH_VAGUE, /* wished times, but not exactly one minute */
    WISH_FREE,  /* one exact time, and it can be had */
    WISH_TAKEN, /* one exact time, but it cannot: taken, closed, past */
    WISH_SAME,  /* the time it has already */
    WISH_COUNT,
};

struct decision_facts {
    enum intent intent;
    bool certain; /* this request, and every other one of its mail */
    bool agreed;  /* no other request of the mail wants something else for the same booking */
    enum authority authority;
    enum booking_state booking;
    enum wish_state wish;
    bool elsewhere; /* another office than the booking's is wished */
    bool too_late;  /* what is asked for ended before: the service's time for changing, or for cancelling, is over */
    bool in_part;   /* the mail could not be read as a whole */
};

enum outcome {
    OUTCOME_IGNORE, /* nothing to do: thanks, or it will be as it is */
    OUTCOME_CANCEL,
    OUTCOME_MOVE,
    OUTCOME_OFFER,       /* free times, each a link */
    OUTCOME_TAKEN,       /* an offer that says first that the wished time cannot be had */
    OUTCOME_ASK,         /* asks back with links: cancel, another time, leave it */
    OUTCOME_ASK_WHICH,   /* asks which of the writer's bookings is meant, each with its links */
    OUTCOME_ASK_ON_FILE, /* asks back at the address on file only: somebody else wrote */
    OUTCOME_CANNOT,      /* may not be changed by mail: the reason and the way to the police; the desk gets it too */
    OUTCOME_STATUS,      /* tells the holder what is booked */
    OUTCOME_HANDOVER,    /* a person must answer; a holder or known contact is told so, nobody else */
    OUTCOME_COUNT,
};

const char *outcome_name(enum outcome outcome); /* "cancelled", "moved", "asked-on-file" …; never NULL */

struct decision {
    enum outcome outcome;
    enum reason reason;
    enum disposition disposition; /* where the mail belongs; DISPOSITION_DESK: the desk gets a letter too */
};

struct decision decide(const struct decision_facts *facts);

/* The row of the table that answers, for the test that holds each row to account. */
size_t decide_row(const struct decision_facts *facts);
size_t decide_row_count(void);

#endif
