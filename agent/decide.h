/*
 * Decide: what to do about one request. A pure function of a request, who asks,
 * the booking and the policy: no SQL, no mail. Its body is a table of rules,
 * intent × authority × booking state, each with its own test; the first row that
 * fits is the answer.
 */
#ifndef AGENT_DECIDE_H
#define AGENT_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/authority.h"
#include "parsers/reading.h"
#include "state/ledger.h"

enum booking_state {
    BOOKING_STATE_NONE,   /* no booking is meant, or the number is unknown */
    BOOKING_STATE_OPEN,   /* confirmed, in the future, may be changed by its people */
    BOOKING_STATE_LOCKED, /* confirmed, in the future, but transferred from the old system: rule 2 */
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
    bool certain;
    enum authority authority;
    enum booking_state booking;
    enum wish_state wish;
};

enum outcome {
    OUTCOME_IGNORE, /* nothing to do: thanks, or it will be as it is */
    OUTCOME_CANCEL,
    OUTCOME_MOVE,
    OUTCOME_OFFER,       /* free times, each a link */
    OUTCOME_TAKEN,       /* an offer that says first that the wished time cannot be had */
    OUTCOME_ASK,         /* asks back with links: cancel, another time, leave it */
    OUTCOME_ASK_ON_FILE, /* the same, to the address on file only: somebody else wrote */
    OUTCOME_CANNOT,      /* may not be changed by mail: the reason and the way to the police; the desk gets it too */
    OUTCOME_STATUS,      /* tells the holder what is booked */
    OUTCOME_HANDOVER,    /* a person must answer */
    OUTCOME_COUNT,
};

const char *outcome_name(enum outcome outcome);

struct decision {
    enum outcome outcome;
    const char *reason;           /* a word for ledger and audit: "not certain", "migrated"; static */
    enum disposition disposition; /* where the mail belongs */
};

struct decision decide(const struct decision_facts *facts);

#endif
