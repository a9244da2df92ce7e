#include <check.h>

#include "agent/decide.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Facts by their short names, so that a row reads like a sentence. */
#define I(word) .intent = INTENT_##word
#define A(word) .authority = AUTHORITY_##word
#define B(word) .booking = BOOKING_STATE_##word
#define W(word) .wish = WISH_##word
#define SURE    .certain = true, .agreed = true

struct row {
    struct decision_facts facts;
    enum outcome outcome;
    enum reason reason;
    enum disposition disposition;
};

#define HANDLED(outcome, reason) OUTCOME_##outcome, REASON_##reason, DISPOSITION_HANDLED
#define DESK(outcome, reason)    OUTCOME_##outcome, REASON_##reason, DISPOSITION_DESK

static const struct row rows[] = {
    {{I(CANCEL), A(HOLDER), B(OPEN), SURE, .in_part = true}, DESK(HANDOVER, TOO_LARGE)},
    {{I(THANKS), A(STRANGER), B(NONE), SURE}, HANDLED(IGNORE, NOTHING_TO_DO)},
    {{I(CANCEL), A(CLAIMED), B(OPEN), SURE}, HANDLED(ASK_ON_FILE, NOT_AUTHENTICATED)},
    {{I(STATUS), A(CLAIMED), B(OPEN), SURE}, DESK(HANDOVER, NOT_AUTHENTICATED)},
    {{I(CANCEL), A(STRANGER), B(NONE), SURE}, DESK(HANDOVER, STRANGER)},
    {{I(CONFIRM), A(KNOWN), B(CANCELLED), SURE}, HANDLED(STATUS, CANCELLED_ALREADY)},
    {{I(CONFIRM), A(KNOWN), B(OPEN), SURE}, HANDLED(IGNORE, NOTHING_TO_DO)},
    {{I(THANKS), A(KNOWN), B(OPEN), .agreed = true}, HANDLED(IGNORE, NOTHING_TO_DO)},
    {{I(CANCEL), A(KNOWN), B(NONE), SURE}, HANDLED(ASK_WHICH, SEVERAL_BOOKINGS)},
    {{I(QUESTION), A(KNOWN), B(NONE), SURE}, DESK(HANDOVER, SEVERAL_BOOKINGS)},
    {{I(STATUS), A(HOLDER), B(OPEN), SURE}, HANDLED(STATUS, ASKED)},
    {{I(CANCEL), A(HOLDER), B(CANCELLED), SURE}, HANDLED(STATUS, CANCELLED_ALREADY)},
    {{I(RESCHEDULE), A(HOLDER), B(CANCELLED), SURE}, DESK(HANDOVER, CANCELLED_ALREADY)},
    {{I(CANCEL), A(HOLDER), B(PAST), SURE}, DESK(CANNOT, PAST)},
    {{I(RESCHEDULE), A(HOLDER), B(LOCKED), W(FREE), SURE}, DESK(CANNOT, MIGRATED)},
    {{I(CANCEL), A(HOLDER), B(OPEN), SURE, .too_late = true}, DESK(CANNOT, TOO_LATE)},
    {{I(CANCEL), A(HOLDER), B(OPEN), .certain = true}, HANDLED(ASK, SEVERAL_WISHES)},
    {{I(CANCEL), A(HOLDER), B(OPEN), .agreed = true}, HANDLED(ASK, NOT_CERTAIN)},
    {{I(CANCEL), A(HOLDER), B(OPEN), SURE}, HANDLED(CANCEL, ASKED)},
    {{I(RESCHEDULE), A(HOLDER), B(OPEN), W(FREE), SURE, .elsewhere = true}, DESK(HANDOVER, ELSEWHERE)},
    {{I(RESCHEDULE), A(HOLDER), B(OPEN), W(FREE), SURE}, HANDLED(MOVE, WISH_FREE)},
    {{I(RESCHEDULE), A(HOLDER), B(OPEN), W(TAKEN), SURE}, HANDLED(TAKEN, WISH_TAKEN)},
    {{I(RESCHEDULE), A(HOLDER), B(OPEN), W(SAME), SURE}, HANDLED(STATUS, SAME_TIME)},
    {{I(RESCHEDULE), A(HOLDER), B(OPEN), W(NONE), SURE}, HANDLED(OFFER, WISH_VAGUE)},
    {{I(BOOK), A(KNOWN), B(OPEN), SURE}, DESK(HANDOVER, BOOK)},
    {{I(EARLIER), A(KNOWN), B(OPEN), SURE}, DESK(HANDOVER, EARLIER)},
    {{I(LATE), A(KNOWN), B(OPEN), SURE}, DESK(HANDOVER, LATE)},
    {{I(ARRIVED), A(KNOWN), B(OPEN), SURE}, DESK(HANDOVER, ARRIVED)},
    {{I(UNDO), A(KNOWN), B(CANCELLED), SURE}, DESK(HANDOVER, UNDO)},
    {{I(QUESTION), A(KNOWN), B(OPEN), SURE}, DESK(HANDOVER, QUESTION)},
    {{I(UNCLEAR), A(KNOWN), B(OPEN)}, DESK(HANDOVER, UNCLEAR)},
};

START_TEST(each_row_of_the_table)
{
    ck_assert_uint_eq(COUNT(rows), decide_row_count());
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decision decision = decide(&rows[i].facts);
        ck_assert_uint_eq(decide_row(&rows[i].facts), i);
        ck_assert_str_eq(outcome_name(decision.outcome), outcome_name(rows[i].outcome));
        ck_assert_str_eq(reason_name(decision.reason), reason_name(rows[i].reason));
        ck_assert_int_eq(decision.disposition, rows[i].disposition);
    }
}
END_TEST

/* More that people care about, beside the first example of each row. */
static const struct row others[] = {
    {{I(RESCHEDULE), A(KNOWN), B(OPEN), W(VAGUE), SURE}, HANDLED(OFFER, WISH_VAGUE)},
    {{I(RESCHEDULE), A(KNOWN), B(OPEN), W(FREE), .agreed = true}, HANDLED(ASK, NOT_CERTAIN)},
    {{I(RESCHEDULE), A(CLAIMED), B(OPEN), W(FREE), SURE}, HANDLED(ASK_ON_FILE, NOT_AUTHENTICATED)},
    {{I(TIMES), A(KNOWN), B(OPEN), SURE}, HANDLED(OFFER, WISH_VAGUE)},
    {{I(TIMES), A(KNOWN), B(LOCKED), SURE}, DESK(CANNOT, MIGRATED)},
    {{I(RESCHEDULE), A(KNOWN), B(OPEN), W(FREE), SURE, .too_late = true}, DESK(CANNOT, TOO_LATE)},
    {{I(CONFIRM), A(KNOWN), B(OPEN), SURE, .too_late = true}, HANDLED(IGNORE, NOTHING_TO_DO)},
    {{I(CANCEL), A(CLAIMED), B(OPEN), SURE, .too_late = true}, HANDLED(ASK_ON_FILE, NOT_AUTHENTICATED)},
    {{I(TIMES), A(STRANGER), B(NONE), SURE}, DESK(HANDOVER, STRANGER)},
    {{I(CANCEL), A(CLAIMED), B(NONE), SURE}, DESK(HANDOVER, NOT_AUTHENTICATED)},
    {{I(CANCEL), A(CLAIMED), B(LOCKED), SURE}, DESK(HANDOVER, NOT_AUTHENTICATED)},
    {{I(RESCHEDULE), A(KNOWN), B(PAST), W(FREE), SURE}, DESK(CANNOT, PAST)},
    {{I(STATUS), A(KNOWN), B(LOCKED), SURE}, HANDLED(STATUS, ASKED)},
    {{I(CONFIRM), A(STRANGER), B(NONE), SURE}, DESK(HANDOVER, STRANGER)},
};

START_TEST(other_cases)
{
    for (size_t i = 0; i < COUNT(others); i++) {
        struct decision decision = decide(&others[i].facts);
        ck_assert_msg(decision.outcome == others[i].outcome && decision.reason == others[i].reason &&
                          decision.disposition == others[i].disposition,
                      "case %zu: %s because of %s", i, outcome_name(decision.outcome), reason_name(decision.reason));
    }
}
END_TEST

static bool changes(enum outcome outcome)
{
    return outcome == OUTCOME_CANCEL || outcome == OUTCOME_MOVE;
}

static bool answers(enum outcome outcome)
{
    return outcome != OUTCOME_IGNORE && outcome != OUTCOME_ASK_ON_FILE && outcome != OUTCOME_HANDOVER;
}

/* What must hold for all facts there can be, whatever the table says. */
static void check_promises(const struct decision_facts *facts)
{
    struct decision decision = decide(facts);
    bool writer = facts->authority == AUTHORITY_HOLDER || facts->authority == AUTHORITY_KNOWN;
    if (changes(decision.outcome))
        ck_assert(writer && facts->certain && facts->agreed && !facts->in_part && !facts->too_late &&
                  facts->booking == BOOKING_STATE_OPEN);
    if (decision.outcome == OUTCOME_CANCEL)
        ck_assert_int_eq(facts->intent, INTENT_CANCEL);
    if (decision.outcome == OUTCOME_MOVE)
        ck_assert(facts->intent == INTENT_RESCHEDULE && facts->wish == WISH_FREE && !facts->elsewhere);
    if (answers(decision.outcome))
        ck_assert(writer && (facts->booking == BOOKING_STATE_NONE) == (decision.outcome == OUTCOME_ASK_WHICH));
    if (decision.outcome == OUTCOME_ASK_ON_FILE)
        ck_assert_int_eq(facts->authority, AUTHORITY_CLAIMED);
    if (decision.outcome == OUTCOME_HANDOVER || decision.outcome == OUTCOME_CANNOT)
        ck_assert_int_eq(decision.disposition, DISPOSITION_DESK);
}

START_TEST(nobody_acts_for_a_stranger_or_in_doubt)
{
    enum { FLAGS = 32 };
    for (unsigned i = 0; i < INTENT_COUNT * AUTHORITY_COUNT * BOOKING_STATE_COUNT * WISH_COUNT * FLAGS; i++) {
        unsigned rest = i / FLAGS;
        struct decision_facts facts = {.certain = (i & 1) != 0,
                                       .agreed = (i & 2) != 0,
                                       .elsewhere = (i & 4) != 0,
                                       .in_part = (i & 8) != 0,
                                       .too_late = (i & 16) != 0};
        facts.intent = (enum intent)(rest % INTENT_COUNT);
        rest /= INTENT_COUNT;
        facts.authority = (enum authority)(rest % AUTHORITY_COUNT);
        rest /= AUTHORITY_COUNT;
        facts.booking = (enum booking_state)(rest % BOOKING_STATE_COUNT);
        facts.wish = (enum wish_state)(rest / BOOKING_STATE_COUNT);
        check_promises(&facts);
    }
}
END_TEST

START_TEST(every_outcome_and_reason_has_a_word)
{
    for (int i = 0; i < OUTCOME_COUNT; i++)
        ck_assert_str_ne(outcome_name((enum outcome)i), "");
    for (int i = REASON_NONE + 1; i < REASON_COUNT; i++)
        ck_assert_str_ne(reason_name((enum reason)i), "");
}
END_TEST

Suite *decide_suite(void);
Suite *decide_suite(void)
{
    Suite *suite = suite_create("decide");
    TCase *all = tcase_create("all");
    tcase_add_test(all, each_row_of_the_table);
    tcase_add_test(all, other_cases);
    tcase_add_test(all, nobody_acts_for_a_stranger_or_in_doubt);
    tcase_add_test(all, every_outcome_and_reason_has_a_word);
    suite_add_tcase(suite, all);
    return suite;
}
