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

struct intent_input {
    const char *text;                /* newly written, never NULL */
    const char *subject;             /* NULL for none */
    const char *quoted;              /* what it answers, never NULL: for the number, the present time and the offers */
    const char *passed_on;           /* the mail that is passed on, NULL for none: for the numbers */
    const struct time_span *current; /* the appointment's time where the caller knows it; else NULL */
    int64_t now;                     /* when it was written */
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
