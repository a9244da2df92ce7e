#include "agent/decide.h"

/* Sets of enum values, one bit for each. */
#define ONLY(value)   (1U << (value))
#define ANY           (~0U)
#define WRITERS       (ONLY(AUTHORITY_KNOWN) | ONLY(AUTHORITY_HOLDER)) /* may change the booking */
#define CHANGES       (ONLY(INTENT_CANCEL) | ONLY(INTENT_RESCHEDULE))
#define OTHER_TIMES   (ONLY(INTENT_RESCHEDULE) | ONLY(INTENT_TIMES))
#define CHANGING_WORD (CHANGES | ONLY(INTENT_TIMES))
#define NO            ONLY(false)
#define YES           ONLY(true)

struct rule {
    unsigned intents;
    unsigned authorities;
    unsigned bookings;
    unsigned wishes;
    unsigned certain;
    unsigned agreed;
    unsigned elsewhere;
    unsigned too_late;
    unsigned in_part;
    struct decision decision;
};

#define HANDLED(outcome, reason)                                                                                       \
    {                                                                                                                  \
        OUTCOME_##outcome, REASON_##reason, DISPOSITION_HANDLED                                                        \
    }
#define DESK(outcome, reason)                                                                                          \
    {                                                                                                                  \
        OUTCOME_##outcome, REASON_##reason, DISPOSITION_DESK                                                           \
    }

/* clang-format off */
static const struct rule rules[] = {
    /* intent                  who                          booking                          wish                certain agreed elsewhere too late  in part  what */

    /* Nobody acts on half a mail. */
    {ANY,                      ANY,                         ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      YES,     DESK(HANDOVER, TOO_LARGE)},

    /* Thanks need no answer, whoever writes. */
    {ONLY(INTENT_THANKS),      ANY,                         ANY,                             ANY,                YES,    ANY,  ANY,       ANY,      ANY,     HANDLED(IGNORE, NOTHING_TO_DO)},

    /* Whoever is not known gets no letter. A wish to change is asked back of the people on file; an unknown number and
     * somebody else's look the same from outside. */
    {CHANGES,                  ONLY(AUTHORITY_CLAIMED),     ONLY(BOOKING_STATE_OPEN),        ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     HANDLED(ASK_ON_FILE, NOT_AUTHENTICATED)},
    {ANY,                      ONLY(AUTHORITY_CLAIMED),     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, NOT_AUTHENTICATED)},
    {ANY,                      ONLY(AUTHORITY_STRANGER),    ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, STRANGER)},

    /* From here on it is a holder or a known contact. What asks for nothing: */
    {ONLY(INTENT_CONFIRM),     WRITERS,                     ONLY(BOOKING_STATE_CANCELLED),   ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     HANDLED(STATUS, CANCELLED_ALREADY)},
    {ONLY(INTENT_CONFIRM),     WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     HANDLED(IGNORE, NOTHING_TO_DO)},
    {ONLY(INTENT_THANKS),      WRITERS,                     ANY,                             ANY,                NO,     ANY,  ANY,       ANY,      ANY,     HANDLED(IGNORE, NOTHING_TO_DO)},
    /* Known, but it cannot be told which of several bookings is meant. */
    {CHANGING_WORD | ONLY(INTENT_STATUS), WRITERS,          ONLY(BOOKING_STATE_NONE),        ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     HANDLED(ASK_WHICH, SEVERAL_BOOKINGS)},
    {ANY,                      WRITERS,                     ONLY(BOOKING_STATE_NONE),        ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, SEVERAL_BOOKINGS)},
    {ONLY(INTENT_STATUS),      WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     HANDLED(STATUS, ASKED)},

    /* What cannot be changed any more, or not by mail. */
    {ONLY(INTENT_CANCEL),      WRITERS,                     ONLY(BOOKING_STATE_CANCELLED),   ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     HANDLED(STATUS, CANCELLED_ALREADY)},
    {OTHER_TIMES,              WRITERS,                     ONLY(BOOKING_STATE_CANCELLED),   ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, CANCELLED_ALREADY)},
    {CHANGING_WORD,            WRITERS,                     ONLY(BOOKING_STATE_PAST),        ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(CANNOT, PAST)},
    {CHANGING_WORD,            WRITERS,                     ONLY(BOOKING_STATE_LOCKED),      ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(CANNOT, MIGRATED)},
    {CHANGING_WORD,            WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ANY,                ANY,    ANY,  ANY,       YES,      ANY,     DESK(CANNOT, TOO_LATE)},

    /* In doubt it asks. */
    {CHANGES,                  WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ANY,                ANY,    NO,   ANY,       ANY,      ANY,     HANDLED(ASK, SEVERAL_WISHES)},
    {CHANGES,                  WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ANY,                NO,     ANY,  ANY,       ANY,      ANY,     HANDLED(ASK, NOT_CERTAIN)},

    /* What is carried out. */
    {ONLY(INTENT_CANCEL),      WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ANY,                YES,    YES,  ANY,       ANY,      ANY,     HANDLED(CANCEL, ASKED)},
    {OTHER_TIMES,              WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ANY,                ANY,    ANY,  YES,       ANY,      ANY,     DESK(HANDOVER, ELSEWHERE)},
    {ONLY(INTENT_RESCHEDULE),  WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ONLY(WISH_FREE),    YES,    YES,  NO,        ANY,      ANY,     HANDLED(MOVE, WISH_FREE)},
    {ONLY(INTENT_RESCHEDULE),  WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ONLY(WISH_TAKEN),   YES,    YES,  NO,        ANY,      ANY,     HANDLED(TAKEN, WISH_TAKEN)},
    {ONLY(INTENT_RESCHEDULE),  WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ONLY(WISH_SAME),    YES,    YES,  NO,        ANY,      ANY,     HANDLED(STATUS, SAME_TIME)},
    {OTHER_TIMES,              WRITERS,                     ONLY(BOOKING_STATE_OPEN),        ANY,                ANY,    ANY,  NO,        ANY,      ANY,     HANDLED(OFFER, WISH_VAGUE)},

    /* What a person must answer. */
    {ONLY(INTENT_BOOK),        WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, BOOK)},
    {ONLY(INTENT_EARLIER),     WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, EARLIER)},
    {ONLY(INTENT_LATE),        WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, LATE)},
    {ONLY(INTENT_ARRIVED),     WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, ARRIVED)},
    {ONLY(INTENT_UNDO),        WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, UNDO)},
    {ONLY(INTENT_QUESTION),    WRITERS,                     ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, QUESTION)},
    {ANY,                      ANY,                         ANY,                             ANY,                ANY,    ANY,  ANY,       ANY,      ANY,     DESK(HANDOVER, UNCLEAR)},
};
/* clang-format on */

enum { RULE_COUNT = sizeof rules / sizeof rules[0] };

static bool fits(const struct rule *rule, const struct decision_facts *facts)
{
    return (rule->intents & ONLY(facts->intent)) != 0 && (rule->authorities & ONLY(facts->authority)) != 0 &&
           (rule->bookings & ONLY(facts->booking)) != 0 && (rule->wishes & ONLY(facts->wish)) != 0 &&
           (rule->certain & ONLY(facts->certain)) != 0 && (rule->agreed & ONLY(facts->agreed)) != 0 &&
           (rule->elsewhere & ONLY(facts->elsewhere)) != 0 && (rule->too_late & ONLY(facts->too_late)) != 0 &&
           (rule->in_part & ONLY(facts->in_part)) != 0;
}

size_t decide_row(const struct decision_facts *facts)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (fits(&rules[i], facts))
            return i;
    return RULE_COUNT - 1; /* the last row fits all */
}

size_t decide_row_count(void)
{
    return RULE_COUNT;
}

struct decision decide(const struct decision_facts *facts)
{
    return rules[decide_row(facts)].decision;
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_IGNORE] = "ignored",
        [OUTCOME_CANCEL] = "cancelled",
        [OUTCOME_MOVE] = "moved",
        [OUTCOME_OFFER] = "offered",
        [OUTCOME_TAKEN] = "taken",
        [OUTCOME_ASK] = "asked",
        [OUTCOME_ASK_WHICH] = "asked-which",
        [OUTCOME_ASK_ON_FILE] = "asked-on-file",
        [OUTCOME_CANNOT] = "cannot",
        [OUTCOME_STATUS] = "status",
        [OUTCOME_HANDOVER] = "handover",
    };
    return (size_t)outcome < sizeof names / sizeof names[0] ? names[outcome] : "";
}
