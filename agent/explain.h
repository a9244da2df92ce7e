/*
 * `timepost parse --explain`: a mail with what was taken for what, for the
 * person who wants to know why it was understood so and which phrase of which
 * lexicon to mend.
 */
#ifndef AGENT_EXPLAIN_H
#define AGENT_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "parsers/explanation.h"

/* Standard output is a terminal, and NO_COLOR is not set (no-color.org). */
bool explain_wants_colour(void);

void explain_print(const struct reading *reading, const struct explanation *explanation, bool colour, FILE *out);

#endif
