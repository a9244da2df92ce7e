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
#include "parsers/mail_head.h"
#include "parsers/message.h"
#include "parsers/text_lines.h"

struct new_text {
    struct text_lines lines;       /* of the body that was read: the plain one, or the HTML one as text */
    const struct mail_head *heads; /* where the mails begin that are quoted or passed on; not those inside of them */
    size_t head_count;
    const char *text;   /* the lines of LINE_NEW, trimmed, paragraphs kept; never NULL */
    const char *quoted; /* what others wrote, quoted or passed on, without marks: for numbers and offers; never NULL */
    bool overflow;
};

void new_text_read(const struct lexicon_set *set, const struct message *message, struct arena *arena,
                   struct new_text *ret_text);

/* The same of a bare UTF-8 text by `writer`, who is NULL where nobody knows. */
void new_text_read_plain(const struct lexicon_set *set, const char *text, size_t length, const struct address *writer,
                         struct arena *arena, struct new_text *ret_text);

/* "new", "quoted", …, for explain; never NULL. */
const char *line_role_name(enum line_role role);

#endif
