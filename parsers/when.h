/*
 * Times that people write: dates, weekdays, weeks, parts of a day, clock times,
 * ranges and lists of them, in every language that has the words in its lexicon.
 *
 * The grammar is a table of patterns over words (when_grammar.c, explained in
 * docs/grammar.md); what they mean is worked out from the time of writing. A
 * time that cannot be (31 June, 25:00, 02:30 in the night that has none), that
 * contradicts itself (Thursday of a day that is a Friday) or has two readings
 * ("neste onsdag" on a Monday, 06/12 in an English mail) is not certain.
 */
#ifndef PARSERS_WHEN_H
#define PARSERS_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/zone.h"
#include "parsers/reading.h"
#include "parsers/words.h"

enum {
    WHEN_MAX = 64,          /* time expressions of one text; more are left out */
    WHEN_HORIZON_DAYS = 90, /* "any day after 10 June" ends here */
};

struct when_grammar; /* the patterns, compiled; immutable, so threads may share it */

/* STATUS_INTERNAL for a pattern that is none: a defect of the table. */
enum status when_grammar_new(struct when_grammar **ret_grammar, struct error *error);
void when_grammar_free(struct when_grammar **grammar); /* accepts NULL inside; nulls it */

struct when_context {
    struct zone *zone;
    int64_t now; /* when the text was written */
    const struct lexicon_set *set;
    const struct when_grammar *grammar;
};

struct when {
    size_t first_word; /* in the words that were read */
    size_t word_count;
    size_t start; /* bytes of the original text */
    size_t end;
    struct time_span span;  /* its stance is STANCE_WANT: the text around it decides */
    bool possible;          /* false: there is no such time, and `span` says nothing */
    bool certain;           /* false: impossible, contradictory or open to two readings */
    bool dated;             /* it names a day; else only a time of day, `span` being of no use */
    int weekday;            /* 1 Monday … 7 Sunday where it is named by that alone, else 0 */
    bool every;             /* "Wednesdays": `span` is the next one */
    bool limited;           /* open to one side: "after 10 June", "innen fredag" */
    bool left;              /* what something is moved away from: "z 18 lipca na …" */
    int from_minute;        /* of the day, of a time of day; -1 where there is none */
    int to_minute;          /* end of it; -1 for an exact clock time */
    bool has_ends;          /* "from the 3rd to the 5th": a range, or a move from one to the other */
    struct time_span first; /* its ends, where it has them */
    struct time_span last;
};

/* Fills `whens` (room for WHEN_MAX) in the order of the text; returns their number. */
size_t when_find(const struct when_context *context, const struct words *words, struct when *whens);

/* Puts the time of day of `clock` on the day of `day` ("the 14th … after 13"). False where `day` is no single day. */
bool when_join(const struct when_context *context, const struct when *day, const struct when *clock,
               struct when *ret_joined);

#endif
