/*
 * HTML as the text that a reader sees, for the parsers that expect a plain mail.
 *
 * Block structure becomes lines; what is hidden is left out; what the writer's
 * program quotes (blockquote, yahoo_quoted and the like) gets "> " before each
 * line, so that new and quoted text are told apart as in a plain mail. The
 * attribution line above it stays. Outlook's divider becomes a line of
 * underscores, as in its plain mails. A forward is not quoted, however its
 * program marks it: its header block must stay readable.
 *
 * libxml2's SAX parser reads; nothing is fetched, and no entity expands to more
 * than its character.
 */
#ifndef PARSERS_HTML_TEXT_H
#define PARSERS_HTML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum {
    HTML_DEPTH_MAX = 512,        /* open elements; reading ends at the first deeper one */
    HTML_TEXT_MAX = 256 * 1024,  /* bytes of text; reading ends there */
    HTML_MARKUP_MAX = 32 * 1024, /* tags and entities; reading ends there */
    HTML_TAG_BLANKS_MAX = 1024,  /* blanks in one tag outside quotes, which bounds its attributes; reading ends there */
};

/* A line of its own that stands for a divider above the mail that is answered. */
#define HTML_DIVIDER "________________________________"

/* `html` is clean UTF-8 (text_clean). Never NULL. `*overflow` (may be NULL) is set where something was left out, never
 * cleared. */
char *html_to_text(struct arena *arena, const char *html, bool *overflow);

#endif
