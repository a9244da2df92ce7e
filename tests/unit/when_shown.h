/*
 * Shows what when.h finds in a text, short enough for a table of tests: "11 14:00"
 * for a minute, "11" for a day, else "from/to" or "from-to"; days of June 2024 by
 * their number alone, others in full; "?" behind what is not certain.
 */
#ifndef TESTS_UNIT_WHEN_SHOWN_H
#define TESTS_UNIT_WHEN_SHOWN_H

#include "base/buffer.h"
#include "base/zone.h"
#include "parsers/lexicon.h"

/* `now` as RFC 3339; what is returned is of `out`. */
const char *when_shown(const struct lexicon_set *set, struct zone *zone, const char *text, const char *now,
                       struct buffer *out);

#endif
