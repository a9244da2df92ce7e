/*
 * Where another mail begins inside the text of a mail: a marker ("-----Original
 * Message-----", "Begin forwarded message:"), a block of header fields, or a
 * line that introduces a quotation ("On Monday … wrote:").
 *
 * Each is known by its form, in any language: a label of the lexicon before a
 * colon, several of them together; a date, a name or address, a verb and a
 * colon with few other words. A sentence of the writer's that only holds such
 * words is none. All memory is of the arena.
 */
#ifndef PARSERS_MAIL_HEAD_H
#define PARSERS_MAIL_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "parsers/lexicon.h"
#include "parsers/text_lines.h"

enum mail_field { FIELD_FROM, FIELD_SENT, FIELD_TO, FIELD_CC, FIELD_SUBJECT, FIELD_REPLY_TO, FIELD_COUNT };

struct mail_head {
    size_t first; /* line */
    size_t end;   /* behind its last line */
    bool marked;  /* a marker stands above */
    bool forward; /* and says that the mail is passed on */
    bool header;  /* there is a block of fields, from line `header_first` on */
    size_t header_first;
    bool attribution;                /* or a line that introduces a quotation */
    unsigned depth;                  /* of block and attribution, else of the marker */
    const char *fields[FIELD_COUNT]; /* values; of an attribution only FIELD_FROM, and that only where it holds an
                                      * address. NULL where there is none */
};

struct mail_head_finder;

/* `lines` must live as long as the finder. */
struct mail_head_finder *mail_head_finder_new(const struct lexicon_set *set, const struct text_lines *lines,
                                              struct arena *arena);

/* True if a mail's head begins at line `index`. */
bool mail_head_find(struct mail_head_finder *finder, size_t index, struct mail_head *ret_head);

#endif
