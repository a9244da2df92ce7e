/*
 * Why a mail came to what it came to: one list of words for ledger, audit, journal and letters. In a letter
 * the reason is said in its language: templates/XX/words.txt has a line for each.
 */
#ifndef AGENT_REASON_H
#define AGENT_REASON_H

enum reason {
    REASON_NONE,
    /* what was asked for, and it was plain what to do */
    REASON_ASKED,
    REASON_WISH_FREE,
    REASON_WISH_TAKEN,
    REASON_WISH_VAGUE,
    REASON_SAME_TIME,
    REASON_NOTHING_TO_DO,
    /* why not */
    REASON_NOT_CERTAIN,
    REASON_SEVERAL_WISHES, /* for one booking, and they do not agree */
    REASON_MIGRATED,
    REASON_PAST,
    REASON_TOO_LATE, /* the time before the visit in which it can be changed is over */
    REASON_CANCELLED_ALREADY,
    REASON_NOT_AUTHENTICATED, /* a number is named, but the writer is not known to be one of its people */
    REASON_STRANGER,
    /* why a person must answer */
    REASON_BOOK,
    REASON_EARLIER,
    REASON_LATE,
    REASON_ARRIVED,
    REASON_UNDO,
    REASON_QUESTION,
    REASON_UNCLEAR,
    REASON_ELSEWHERE, /* another office is wished */
    REASON_SEVERAL_BOOKINGS,
    REASON_NO_FREE_TIME,
    REASON_NOT_REACHABLE, /* nobody on file can be written to */
    REASON_TOO_LARGE,
    REASON_UNREAD_ATTACHMENT,
    REASON_CAP,
    REASON_BOUNCED,
    REASON_ATTEMPTS,
    /* why nobody is answered */
    REASON_OWN,
    REASON_AUTO_REPLY,
    REASON_RECEIPT,
    REASON_LIST,
    REASON_BOUNCE_OF_NOTHING, /* a delivery report without a token of ours, or only of a delay */
    REASON_COUNT,
};

/* "not-certain"; "" for REASON_NONE; never NULL. */
const char *reason_name(enum reason reason);

#endif
