/*
 * One text, read: its words, times, booking numbers and clauses, which is what
 * wish.h and intent.h work on.
 */
#ifndef PARSERS_CONTENT_H
#define PARSERS_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/zone.h"
#include "parsers/booking_number.h"
#include "parsers/clause.h"
#include "parsers/lexicon.h"
#include "parsers/when.h"
#include "parsers/words.h"

/* What every text of a mail is read with. */
struct content_reader {
    const struct lexicon_set *set;
    struct zone *zone;
    struct booking_number_form *form;
    const struct when_grammar *grammar;
};

struct content {
    struct words words;
    struct when *whens;
    size_t when_count;
    struct booking_number *numbers;
    size_t number_count;
    const struct clause *clauses;
    size_t clause_count;
};

/* `text` may be NULL. `now`: when it was written. `language`: see words_read(). */
void content_read(const struct content_reader *reader, const char *text, const char *language, int64_t now,
                  struct arena *arena, struct content *ret_content);

/* The clause that holds word `index`; the last one for a word beyond the end. There must be a clause. */
size_t content_clause_of(const struct content *content, size_t index);

#endif
