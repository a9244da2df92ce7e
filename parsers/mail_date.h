/*
 * The date in a header block that a mail program wrote for people: "onsdag 22.
 * mai 2024 12:17", "Wednesday, June 12, 2024 8:00 AM", "12.06.2024 08:00
 * (GMT+02:00)", besides the form of RFC 5322.
 *
 * It is read only where it has one meaning: a month that no lexicon knows, 6/7
 * without a hint which is the day, a zone by a name that is not the desk's, and
 * there is no date.
 */
#ifndef PARSERS_MAIL_DATE_H
#define PARSERS_MAIL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/zone.h"
#include "parsers/lexicon.h"

/* `zone` is that of dates without one; NULL: those are not read. `text` may be NULL. */
bool mail_date_read(const struct lexicon_set *set, struct zone *zone, const char *text, struct arena *arena,
                    int64_t *ret_date);

#endif
