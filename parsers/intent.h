/*
 * What a writer asks for: requests from the words of a mail, one for each
 * booking it is about.
 *
 * Clause by clause (clause.h); then a table of rules says what the facts of the
 * clauses that are about one booking come to. A request is certain only where
 * one plain reading exists. docs/grammar.md explains the rules.
 */
#ifndef PARSERS_INTENT_H
#define PARSERS_INTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "parsers/content.h"
#include "parsers/reading.h"
#include "parsers/wish.h"

/* Why a request is not certain: a set. */
enum intent_doubt {
    INTENT_DOUBT_RULE = 1,       /* its rule never is */
    INTENT_DOUBT_TIME = 2,       /* a time that it wishes is not */
    INTENT_DOUBT_NUMBER = 4,     /* a booking number was mistyped */
    INTENT_DOUBT_CONTRAST = 8,   /* a "but" is not understood */
    INTENT_DOUBT_CONDITION = 16, /* it hangs on something that nobody here can know */
};

/* How a text came to its requests, for explain. */
struct intent_steps {
    const char *text; /* the words that were read; NULL: none were */
    struct content content;
    const struct wish *wishes;
    size_t wish_count;
    char thread_number[BOOKING_NUMBER_SIZE]; /* of the mail that is answered or passed on; "" for none */
    bool has_current;
    struct time_span current; /* the appointment's time, as that mail tells it */
    struct intent_step {
        uint64_t facts; /* of its clauses, and what its times add */
        size_t rule;    /* row of the table that decided, from 1; 0: none fits */
        uint64_t all, any, none;
        unsigned doubts;
    } requests[READING_REQUESTS_MAX];
    size_t request_count;
};

struct intent_input {
    const char *text;                /* newly written, never NULL */
    const char *subject;             /* NULL for none */
    const char *quoted;              /* what it answers, never NULL: for the number, the present time and the offers */
    const char *passed_on;           /* the mail that is passed on, NULL for none: for the numbers */
    const struct time_span *current; /* the appointment's time where the caller knows it; else NULL */
    int64_t now;                     /* when it was written */
    struct intent_steps *steps;      /* filled where it is not NULL */
};

struct intent_result {
    struct request requests[READING_REQUESTS_MAX];
    size_t count; /* at least 1 */
    char language[LANGUAGE_SIZE];
    bool asks; /* something is asked or told in the writer's own words: more than a greeting, thanks, "see below" */
    bool overflow;
};

void intent_read(const struct content_reader *reader, const struct intent_input *input, struct arena *arena,
                 struct intent_result *ret_result);

#endif
