/*
 * What the writer of a mail newly wrote: the body without quoted mail and the
 * line above it that introduces it, without signature, legal footer and "sent
 * from my phone".
 *
 * Every line of the body gets one role, so that `timepost parse --explain` can
 * show what was taken for what. A line goes only where its form says so; in
 * doubt it is the writer's own. Pure; all memory is of the arena; time is
 * linear in the length.
 */
#ifndef PARSERS_NEW_TEXT_H
#define PARSERS_NEW_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "parsers/lexicon.h"
#include "parsers/message.h"

enum { NEW_TEXT_BODY_MAX = 256 * 1024 }; /* bytes of a body; the rest is cut and `overflow` is set */

enum line_role {
    LINE_NEW,         /* the writer's own words; empty lines between them too */
    LINE_QUOTED,      /* of another mail: behind ">" or below its header */
    LINE_ATTRIBUTION, /* "On Monday … wrote:", over one line or several */
    LINE_MARKER,      /* "-----Original Message-----", "Begin forwarded message:", a divider above a header */
    LINE_HEADER,      /* "From: …" of a header block above another mail */
    LINE_SIGNATURE,   /* a closing and what follows it, or what follows "-- " */
    LINE_DEVICE,      /* "Sent from my iPhone" */
    LINE_DISCLAIMER,  /* a legal, scanner's or mailing list's footer */
};

struct text_line {
    enum line_role role;
    unsigned depth; /* marks of quotation before it */
    size_t start;   /* in the body, the marks included */
    size_t length;  /* without the line break */
    size_t words;   /* where it goes on behind the marks, as an offset in the body */
};

struct new_text {
    const char *body; /* the body that was read: the plain one, or the HTML one as text; soft line breaks are gone */
    const struct text_line *lines;
    size_t line_count;
    const char *text;   /* the lines of LINE_NEW, trimmed, paragraphs kept; never NULL */
    const char *quoted; /* what others wrote, quoted or passed on, without marks: for numbers and offers; never NULL */
    bool overflow;
};

void new_text_read(const struct lexicon_set *set, const struct message *message, struct arena *arena,
                   struct new_text *ret_text);

/* The same of a bare UTF-8 text. */
void new_text_read_plain(const struct lexicon_set *set, const char *text, size_t length, struct arena *arena,
                         struct new_text *ret_text);

/* "new", "quoted", …, for explain; never NULL. */
const char *line_role_name(enum line_role role);

#endif
