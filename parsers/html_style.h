/*
 * As much CSS as it takes to know what a mail hides: the style attribute of an
 * element and rules with a plain class or id in a <style>. Rules inside @media
 * and selectors of several elements are not followed.
 */
#ifndef PARSERS_HTML_STYLE_H
#define PARSERS_HTML_STYLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { HTML_HIDDEN_SELECTORS_MAX = 64 }; /* that a <style> hides; more are ignored */

/* ".name" and "#name", in lower case. */
struct html_hidden_selectors {
    const char *items[HTML_HIDDEN_SELECTORS_MAX];
    size_t count;
};

/* Lower case without blanks, so that declarations can be searched in it. NULL gives "". */
char *html_style_normalize(struct arena *arena, const char *style, size_t length);

/* Of a normalized style: display:none, visibility:hidden, a font size of nothing and the like. */
bool html_style_hides(const char *normalized);

/* Adds the selectors that a <style> hides. */
void html_stylesheet_read(struct arena *arena, const char *css, size_t length, struct html_hidden_selectors *hidden);

/* `classes` and `id` are attribute values, NULL where absent. */
bool html_selectors_hide(const struct html_hidden_selectors *hidden, const char *classes, const char *id);

/* True if `word` is one of the blank-separated `words` (NULL: none), without case. */
bool html_has_word(const char *words, const char *word);

#endif
