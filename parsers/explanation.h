/*
 * How a mail came to its reading, for `timepost parse --explain`: what each
 * line of it was taken for, and what was found in each clause. It is told by
 * the one reading there is, on its way, not by a second one.
 */
#ifndef PARSERS_EXPLANATION_H
#define PARSERS_EXPLANATION_H

#include <stddef.h>

#include "parsers/forward.h"
#include "parsers/intent.h"
#include "parsers/new_text.h"
#include "parsers/parser.h"

/* All memory is of the arena of the reading. */
struct explanation {
    const struct lexicon_set *set; /* of the parser, as the zone is */
    struct zone *zone;
    struct new_text text;
    struct intent_steps own;
    struct intent_steps forwarded[FORWARDS_MAX]; /* of the mails passed on; `text` is NULL of those not read */
    bool own_counts;                             /* the requests are those of the writer's own words */
};

/* As parser_read() and parser_read_text(). `ret_explanation` may be NULL. */
void parser_explain(struct parser *parser, const char *bytes, size_t length, struct parser_time time,
                    struct arena *arena, struct reading *reading, struct explanation *ret_explanation);
void parser_explain_text(struct parser *parser, const char *text, size_t length, struct parser_time time,
                         struct arena *arena, struct reading *reading, struct explanation *ret_explanation);

#endif
