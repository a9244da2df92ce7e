/*
 * Logic-less templates: Mustache (mustache.5) with interpolation, {{{raw}}} and {{&raw}}, sections, inverted sections,
 * comments and dotted names; a tag that opens or closes a section, or a comment, alone on its line leaves no line
 * behind. Partials and other delimiters are no part of it and are errors.
 *
 * Compiled once, with the line of each tag for errors; immutable afterwards, so threads may share it.
 */
#ifndef AGENT_TEMPLATE_H
#define AGENT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

enum { TEMPLATE_NAME_MAX = 64, TEMPLATE_DEPTH_MAX = 16 };

struct template;

/* `name` is what errors call it; `first_line` is the line where `text` begins in its file. Both texts are copied.
 * STATUS_INVALID: "NAME:LINE: …". */
enum status template_compile(const char *name, int first_line, const char *text, size_t length,
                             struct template **ret_template, struct error *error);
void template_free(struct template **template); /* accepts NULL inside; nulls it */

/* What there is to say: a tree of names. Memory is of the arena; texts are not copied. */
struct template_value;

struct template_value *template_values(struct arena *arena);
/* NULL and "" are nothing: a section of that name is left out, an inverted one is shown. */
void template_put(struct arena *arena, struct template_value *object, const char *name, const char *text);
void template_put_flag(struct arena *arena, struct template_value *object, const char *name, bool flag);
struct template_value *template_put_object(struct arena *arena, struct template_value *object, const char *name);
/* Adds an item to the list of that name, which begins with its first item. */
struct template_value *template_put_item(struct arena *arena, struct template_value *object, const char *name);

enum template_escape { TEMPLATE_TEXT, TEMPLATE_HTML };

/* Appends. A name that there is no value for is nothing. */
void template_render(const struct template *template, const struct template_value *values, enum template_escape escape,
                     struct buffer *out);

/* The tags in order of the text, for checks: names only, no texts. */
enum template_tag_kind { TAG_VALUE, TAG_OPEN, TAG_CLOSE };
struct template_tag {
    enum template_tag_kind kind;
    const char *name; /* "" of TAG_CLOSE */
    int line;
};
/* False: there is no `index`th tag. */
bool template_tag(const struct template *template, size_t index, struct template_tag *ret_tag);

#endif
