/*
 * Answers of calendar programs: iTIP REPLY and COUNTER (RFC 5546) in a
 * text/calendar part or an .ics attachment, read with libical.
 *
 * Lenient where programs are: names in lower case, lines folded anywhere,
 * MAILTO: in capitals, no ORGANIZER, a method only in the calendar or only in
 * the Content-Type. The caller matches the UID and checks who sent it.
 */
#ifndef PARSERS_CALENDAR_ANSWER_H
#define PARSERS_CALENDAR_ANSWER_H

#include <stdbool.h>

#include "base/arena.h"
#include "parsers/message.h"
#include "parsers/reading.h"

enum {
    CALENDAR_TEXT_MAX = 128 * 1024, /* a larger calendar is no answer */
    CALENDAR_COMPONENTS_MAX = 64,   /* BEGIN lines; more are no answer */
    CALENDAR_LINES_MAX = 2048,      /* lines; more are no answer */
};

/* NULL where the message holds no REPLY or COUNTER. An invitation or a cancellation is none. */
const struct calendar_answer *calendar_answer_read(struct arena *arena, const struct message *message);

#endif
