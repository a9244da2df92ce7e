/*
 * The body of a mail as lines, each with its marks of quotation counted and
 * its words folded, for the parsers that look at the form of a mail.
 *
 * All memory is of the arena; offsets are bytes of `body` or of `folded`.
 */
#ifndef PARSERS_TEXT_LINES_H
#define PARSERS_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "parsers/fold.h"

enum {
    TEXT_LINES_MAX = 4096,             /* lines of a body; the rest is cut and `overflow` is set */
    TEXT_LINES_BYTES_MAX = 256 * 1024, /* bytes likewise */
};

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
    enum line_role role; /* LINE_NEW until somebody knows better */
    unsigned depth;      /* marks of quotation before it */
    size_t start;        /* in the body, the marks included */
    size_t length;       /* without the line break */
    size_t words;        /* where it goes on behind the marks, as an offset in the body */
    size_t folded_start; /* the same, folded and without blanks around it */
    size_t folded_end;
};

struct text_lines {
    const char *body;
    struct folded folded; /* loosely */
    struct text_line *items;
    size_t count;
    bool overflow;
};

/* Takes any bytes: control characters and what is no UTF-8 are left out. */
void text_lines_read(struct arena *arena, const char *text, size_t length, struct text_lines *ret_lines);

/* Joins the soft line breaks of format=flowed (RFC 3676); `delete_space` is delsp=yes. */
char *text_unflow(struct arena *arena, const char *text, bool delete_space);

bool text_line_is_blank(const struct text_lines *lines, size_t index);

/* A line of nothing but dashes, underscores, stars or equals signs. */
bool text_line_is_rule(const struct text_lines *lines, size_t index);

/* The first line at or after `index` that is not blank; `count` where there is none. */
size_t text_lines_next(const struct text_lines *lines, size_t index);

#endif
