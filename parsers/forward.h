/*
 * Mails that the writer passed on: inline in any common program's form and
 * language, or attached as message/rfc822; of nested ones the innermost. The
 * writer's own words above them are what new_text.h finds.
 *
 * A header block inside a mail may as well begin the mail that is answered:
 * subject, marker, and who wrote it decide. Pure; all memory is of the arena.
 */
#ifndef PARSERS_FORWARD_H
#define PARSERS_FORWARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/zone.h"
#include "parsers/lexicon.h"
#include "parsers/message.h"
#include "parsers/new_text.h"
#include "parsers/reading.h"

enum {
    FORWARDS_MAX = 8,       /* side by side; more are left out and `overflow` is set */
    FORWARDS_DEPTH_MAX = 8, /* inside each other; what is deeper is not read */
};

struct forwards {
    const struct forwarded *items; /* in the order of the mail; `text` is what each one's writer newly wrote */
    const char *const *quoted;     /* what each of them quotes itself; "" for nothing */
    const bool *from_desk;         /* it is a letter of the desk's own: nobody asks for anything in it */
    size_t count;                  /* 0: nothing was passed on. The first is reading.forwarded */
    bool overflow;
};

/* What the caller knows; all but `set` may be NULL. */
struct forward_context {
    const struct lexicon_set *set;
    struct zone *zone; /* of dates that name none, as Outlook writes them; NULL: those are left out */
    /* Wrote what people answer or pass on below their own words: in a forward that is a quote. */
    const char *desk_address;
};

/*
 * `text` is what new_text_read() found in `message`, which is NULL for a bare text. Where no desk address is known,
 * the message's first recipient is taken for it.
 */
void forwards_read(const struct forward_context *context, const struct message *message, const struct new_text *text,
                   struct arena *arena, struct forwards *ret_forwards);

#endif
