/*
 * What each clause of a text says, as a set of facts: that something is to be
 * cancelled or moved, that somebody cannot come, that a time suits; and how it
 * is said: asked for, denied, only thought of, asked about, told of the past.
 *
 * The facts of the clauses are put together to requests by intent.h. The rules
 * are explained in docs/grammar.md.
 */
#ifndef PARSERS_CLAUSE_H
#define PARSERS_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "parsers/booking_number.h"
#include "parsers/when.h"
#include "parsers/words.h"

/* X(NAME): each is a bit of a set of facts. */
#define CLAUSE_FACTS(X)                                                                                                \
    /* Asked for in plain words. */                                                                                    \
    X(CANCEL)                                                                                                          \
    X(MOVE)                                                                                                            \
    X(ANOTHER) /* another time, with no word of moving */                                                              \
    X(INSTEAD)                                                                                                         \
    X(BOOK)                                                                                                            \
    X(EARLIER)                                                                                                         \
    X(UNDO)                                                                                                            \
    X(STATUS)                                                                                                          \
    X(TIMES)                                                                                                           \
    /* The same, but not so that it may be acted on: conditional, doubted, asked about, reported. */                   \
    X(CANCEL_ASK) /* "may I cancel?" */                                                                                \
    X(CANCEL_MAYBE)                                                                                                    \
    X(MOVE_MAYBE)                                                                                                      \
    /* Denied: "do not cancel", "I need no other time". */                                                             \
    X(CANCEL_NOT)                                                                                                      \
    X(MOVE_NOT)                                                                                                        \
    /* Told as having happened. */                                                                                     \
    X(CANCEL_PAST)                                                                                                     \
    X(MOVE_PAST)                                                                                                       \
    /* Told. */                                                                                                        \
    X(CANNOT)     /* cannot come, does not suit */                                                                     \
    X(BUSY)       /* is elsewhere */                                                                                   \
    X(NOT_COMING) /* does not come */                                                                                  \
    X(COMING)                                                                                                          \
    X(CAN)  /* could come */                                                                                           \
    X(ASK)  /* asks whether they can come */                                                                           \
    X(COME) /* to come, in whatever form */                                                                            \
    X(KEEP)                                                                                                            \
    X(SUITS)                                                                                                           \
    X(CHOICE) /* "alternative 2" */                                                                                    \
    X(NONE)   /* has no appointment, or wants one more */                                                              \
    X(LATE)                                                                                                            \
    X(ARRIVED)                                                                                                         \
    X(MIND)    /* has changed their mind */                                                                            \
    X(RETRACT) /* takes back what they wrote */                                                                        \
    X(THANKS)                                                                                                          \
    X(GREETING)                                                                                                        \
    X(POINTER)     /* "see below" */                                                                                   \
    X(APPOINTMENT) /* names the appointment */                                                                         \
    /* How it is said. */                                                                                              \
    X(QUESTION)                                                                                                        \
    X(CONDITION)                                                                                                       \
    X(AVAILABLE) /* "if it is possible", "if there is room": a condition that every wish has */                        \
    X(DOUBT)                                                                                                           \
    X(HOLD)                                                                                                            \
    X(PAST)                                                                                                            \
    X(REPORTED)                                                                                                        \
    X(NEGATION)                                                                                                        \
    X(REQUEST)                                                                                                         \
    X(REASON)                                                                                                          \
    X(CONTRAST)                                                                                                        \
    /* What else is in it. */                                                                                          \
    X(TIME)    /* a day or a time of day */                                                                            \
    X(NUMBER)  /* a booking number */                                                                                  \
    X(UNKNOWN) /* words of no lexicon key */                                                                           \
    /* Of all clauses about one booking, which intent.c adds. */                                                       \
    X(WANTED)  /* some time is wished */                                                                               \
    X(AVOIDED) /* some time is excluded */                                                                             \
    X(MEETS)   /* the time it is at is named, and no other */                                                          \
    X(OFFERED) /* one of the times that were offered is named */                                                       \
    X(BOOKED)  /* there is an appointment */

enum clause_fact_index {
#define X(NAME) CLAUSE_INDEX_##NAME,
    CLAUSE_FACTS(X)
#undef X
        CLAUSE_FACT_COUNT
};

#define FACT(NAME) (UINT64_C(1) << CLAUSE_INDEX_##NAME)

/* A phrase of the lexicon that means something here: not one inside a longer phrase of another meaning. */
struct hit {
    enum lexicon_key key;
    size_t first; /* word */
    size_t end;
    const struct lexicon_phrase *phrase;
};

struct clause {
    size_t first; /* word */
    size_t end;
    unsigned sentence;
    uint64_t facts;
    const struct hit *hits; /* that begin in it, in order */
    size_t hit_count;
};

/* What is known of a text before its clauses are read. */
struct clause_input {
    const struct words *words;
    const struct when *whens;
    size_t when_count;
    const struct booking_number *numbers;
    size_t number_count;
};

/* Of the arena; returns how many. */
size_t clauses_read(const struct clause_input *input, struct arena *arena, const struct clause **ret_clauses);

/* "CANCEL", as above. */
const char *clause_fact_name(enum clause_fact_index fact);

/* True if the clause has a phrase of that key. */
bool clause_has(const struct clause *clause, enum lexicon_key key);

#endif
