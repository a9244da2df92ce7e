#include "agent/reason.h"

#include <stddef.h>

static const char *const names[] = {
    [REASON_NONE] = "",
    [REASON_ASKED] = "asked",
    [REASON_WISH_FREE] = "wish-free",
    [REASON_WISH_TAKEN] = "wish-taken",
    [REASON_WISH_VAGUE] = "wish-vague",
    [REASON_SAME_TIME] = "same-time",
    [REASON_NOTHING_TO_DO] = "nothing-to-do",
    [REASON_NOT_CERTAIN] = "not-certain",
    [REASON_SEVERAL_WISHES] = "several-wishes",
    [REASON_MIGRATED] = "migrated",
    [REASON_PAST] = "past",
    [REASON_TOO_LATE] = "too-late",
    [REASON_CANCELLED_ALREADY] = "cancelled-already",
    [REASON_NOT_AUTHENTICATED] = "not-authenticated",
    [REASON_STRANGER] = "stranger",
    [REASON_BOOK] = "book",
    [REASON_EARLIER] = "earlier",
    [REASON_LATE] = "late",
    [REASON_ARRIVED] = "arrived",
    [REASON_UNDO] = "undo",
    [REASON_QUESTION] = "question",
    [REASON_UNCLEAR] = "unclear",
    [REASON_ELSEWHERE] = "elsewhere",
    [REASON_SEVERAL_BOOKINGS] = "several-bookings",
    [REASON_NO_FREE_TIME] = "no-free-time",
    [REASON_NOT_REACHABLE] = "not-reachable",
    [REASON_TOO_LARGE] = "too-large",
    [REASON_UNREAD_ATTACHMENT] = "unread-attachment",
    [REASON_CAP] = "cap",
    [REASON_BOUNCED] = "bounced",
    [REASON_ATTEMPTS] = "attempts",
    [REASON_OWN] = "own",
    [REASON_AUTO_REPLY] = "auto-reply",
    [REASON_RECEIPT] = "receipt",
    [REASON_LIST] = "list",
    [REASON_BOUNCE_OF_NOTHING] = "bounce-of-nothing",
};

const char *reason_name(enum reason reason)
{
    return (size_t)reason < sizeof names / sizeof names[0] ? names[reason] : "";
}
