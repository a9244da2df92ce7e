/*
 * What stands below a mail's words and is none of them: a closing with name,
 * title and telephone, what follows "-- ", "Sent from my phone", legal and
 * scanners' footers.
 *
 * A closing needs words above it, and what is said below it ("PS: …", "I forgot
 * …", a booking number) stays. Pure; no memory beyond a little of the arena.
 */
#ifndef PARSERS_SIGNATURE_H
#define PARSERS_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "parsers/lexicon.h"
#include "parsers/reading.h"
#include "parsers/text_lines.h"

struct signature_reader;

/* `writer` may be NULL; whoever signs with that name needs no closing. */
struct signature_reader *signature_reader_new(const struct lexicon_set *set, struct text_lines *lines,
                                              const struct address *writer, struct arena *arena);

/*
 * Gives a role to the lines [first, end), which are all of LINE_NEW and of one piece: to be called for each such piece
 * from the top. `followed` tells that another mail begins below it.
 */
void signature_mark(struct signature_reader *reader, size_t first, size_t end, bool followed);

#endif
