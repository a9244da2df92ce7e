#include "agent/template.h"

#include <stdlib.h>
#include <string.h>

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_RAW, NODE_SECTION, NODE_INVERTED, NODE_END };

struct node {
    enum node_kind kind;
    const char *text; /* of NODE_TEXT, not terminated; else the name */
    size_t length;
    size_t end; /* of sections: index of their NODE_END */
    int line;
};

struct template
{
    struct arena arena; /* texts and names */
    struct node *nodes;
    size_t count, capacity;
};

/* --- compiling --- */

struct compiler {
    struct template *template;
    const char *name;
    const char *source, *at, *end;
    int line;
    size_t open[TEMPLATE_DEPTH_MAX]; /* indexes of the sections around */
    size_t depth;
    struct error *error;
};

static struct node *add_node(struct compiler *compiler, enum node_kind kind, const char *text, size_t length)
{
    struct template *template = compiler->template;
    if (template->count == template->capacity) {
        template->capacity = template->capacity == 0 ? 32 : template->capacity * 2;
        template->nodes = memory_resize(template->nodes, template->capacity * sizeof *template->nodes);
    }
    struct node *node = &template->nodes[template->count++];
    *node = (struct node){.kind = kind, .text = text, .length = length, .line = compiler->line};
    return node;
}

static bool is_blank(const char *from, const char *to)
{
    while (from < to && strchr(" \t\r", *from) != NULL)
        from++;
    return from == to;
}

static void count_lines(struct compiler *compiler, const char *from, const char *to)
{
    for (; from < to; from++)
        compiler->line += *from == '\n';
}

static enum status fail(const struct compiler *compiler, const char *what, const char *name)
{
    return error_set(compiler->error, STATUS_INVALID, "%s:%d: %s%.*s%s", compiler->name, compiler->line, what,
                     TEMPLATE_NAME_MAX, name, name[0] != '\0' ? "}}" : "");
}

/* A tag between its braces. */
struct tag {
    char sigil; /* one of "#^/!&{", or 0 */
    char name[TEMPLATE_NAME_MAX + 1];
    const char *begin, *end; /* with the braces */
};

static enum status read_name(struct compiler *compiler, const char *from, const char *to, struct tag *tag)
{
    while (from < to && strchr(" \t", *from) != NULL)
        from++;
    while (from < to && strchr(" \t", to[-1]) != NULL)
        to--;
    size_t length = (size_t)(to - from);
    if (length == 0 || length > TEMPLATE_NAME_MAX)
        return fail(compiler, "a tag without a name, or with one that is too long", "");
    memcpy(tag->name, from, length);
    tag->name[length] = '\0';
    if (strspn(tag->name, "abcdefghijklmnopqrstuvwxyz0123456789_-.") != length)
        return fail(compiler, "no name: {{", tag->name);
    return STATUS_OK;
}

/* `begin` is at "{{". */
static enum status read_tag(struct compiler *compiler, const char *begin, struct tag *tag)
{
    *tag = (struct tag){.begin = begin, .end = compiler->end};
    const char *inside = begin + 2;
    if (inside < compiler->end && *inside != '\0' && strchr("#^/!&{", *inside) != NULL)
        tag->sigil = *inside++;
    const char *closing = tag->sigil == '{' ? "}}}" : "}}";
    const char *close = memmem(inside, (size_t)(compiler->end - inside), closing, strlen(closing));
    if (close == NULL)
        return fail(compiler, "a tag that is not closed", "");
    tag->end = close + strlen(closing);
    return tag->sigil == '!' ? STATUS_OK : read_name(compiler, inside, close, tag);
}

static enum status close_section(struct compiler *compiler, const struct tag *tag)
{
    struct node *nodes = compiler->template->nodes;
    if (compiler->depth == 0 || strcmp(nodes[compiler->open[compiler->depth - 1]].text, tag->name) != 0)
        return fail(compiler, "closes a section that is not open: {{/", tag->name);
    size_t section = compiler->open[--compiler->depth];
    add_node(compiler, NODE_END, "", 0);
    compiler->template->nodes[section].end = compiler->template->count - 1;
    return STATUS_OK;
}

static enum status compile_tag(struct compiler *compiler, const struct tag *tag)
{
    char *name = arena_strdup(&compiler->template->arena, tag->name);
    switch (tag->sigil) {
    case '!':
        return STATUS_OK;
    case '/':
        return close_section(compiler, tag);
    case '#':
    case '^':
        if (compiler->depth == TEMPLATE_DEPTH_MAX)
            return fail(compiler, "sections too deep: {{#", tag->name);
        compiler->open[compiler->depth++] = compiler->template->count;
        add_node(compiler, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED, name, strlen(name));
        return STATUS_OK;
    default:
        add_node(compiler, tag->sigil == 0 ? NODE_VALUE : NODE_RAW, name, strlen(name));
        return STATUS_OK;
    }
}

/* Where the line of a tag begins and ends if nothing else stands on it, and if it is of a kind that shows nothing. */
static bool stands_alone(const struct compiler *compiler, const struct tag *tag, const char **ret_begin,
                         const char **ret_end)
{
    if (tag->sigil == 0 || strchr("#^/!", tag->sigil) == NULL)
        return false;
    const char *begin = tag->begin;
    while (begin > compiler->source && begin[-1] != '\n')
        begin--;
    const char *newline = memchr(tag->end, '\n', (size_t)(compiler->end - tag->end));
    const char *end = newline != NULL ? newline : compiler->end;
    if (begin < compiler->at || !is_blank(begin, tag->begin) || !is_blank(tag->end, end))
        return false;
    *ret_begin = begin;
    *ret_end = newline != NULL ? newline + 1 : end;
    return true;
}

static enum status compile(struct compiler *compiler)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && compiler->at < compiler->end) {
        const char *brace = memmem(compiler->at, (size_t)(compiler->end - compiler->at), "{{", 2);
        const char *text_end = brace != NULL ? brace : compiler->end, *next = compiler->end;
        struct tag tag;
        count_lines(compiler, compiler->at, text_end);
        if (brace != NULL) {
            status = read_tag(compiler, brace, &tag);
            if (status != STATUS_OK)
                break;
            next = tag.end;
            stands_alone(compiler, &tag, &text_end, &next);
        }
        if (text_end > compiler->at)
            add_node(compiler, NODE_TEXT, compiler->at, (size_t)(text_end - compiler->at));
        if (brace != NULL) {
            status = compile_tag(compiler, &tag);
            count_lines(compiler, tag.begin, next);
        }
        compiler->at = next;
    }
    if (status == STATUS_OK && compiler->depth > 0) {
        const struct node *section = &compiler->template->nodes[compiler->open[compiler->depth - 1]];
        compiler->line = section->line;
        status = fail(compiler, "a section that is not closed: {{#", section->text);
    }
    return status;
}

enum status template_compile(const char *name, int first_line, const char *text, size_t length,
                             struct template **ret_template, struct error *error)
{
    struct template *template = memory_allocate(sizeof *template);
    *template = (struct template){.arena = ARENA_INIT};
    const char *source = arena_strndup(&template->arena, text, length);
    struct compiler compiler = {.template = template,
                                .name = name,
                                .source = source,
                                .at = source,
                                .end = source + length,
                                .line = first_line,
                                .error = error};
    enum status status = compile(&compiler);
    if (status != STATUS_OK) {
        template_free(&template);
        return status;
    }
    *ret_template = template;
    return STATUS_OK;
}

void template_free(struct template **template)
{
    if (*template == NULL)
        return;
    arena_clear(&(*template)->arena);
    free((*template)->nodes);
    free(*template);
    *template = NULL;
}

bool template_tag(const struct template *template, size_t index, struct template_tag *ret_tag)
{
    for (size_t i = 0; i < template->count; i++) {
        const struct node *node = &template->nodes[i];
        if (node->kind == NODE_TEXT || index-- > 0)
            continue;
        bool opens = node->kind == NODE_SECTION || node->kind == NODE_INVERTED;
        *ret_tag = (struct template_tag){node->kind == NODE_END ? TAG_CLOSE
                                         : opens                ? TAG_OPEN
                                                                : TAG_VALUE,
                                         node->text, node->line};
        return true;
    }
    return false;
}

/* --- values --- */

enum value_kind { VALUE_TEXT, VALUE_OBJECT, VALUE_LIST };

struct template_value {
    enum value_kind kind;
    const char *name; /* in the object around it; NULL of items */
    const char *text;
    struct template_value *first, *last; /* fields of an object, items of a list */
    struct template_value *next;
};

static struct template_value *add_value(struct arena *arena, struct template_value *parent, enum value_kind kind,
                                        const char *name)
{
    struct template_value *value = arena_alloc(arena, sizeof *value);
    *value = (struct template_value){.kind = kind, .name = name};
    if (parent->last != NULL)
        parent->last->next = value;
    else
        parent->first = value;
    parent->last = value;
    return value;
}

static struct template_value *find_field(const struct template_value *object, const char *name, size_t length)
{
    for (struct template_value *field = object->first; object->kind == VALUE_OBJECT && field != NULL;
         field = field->next)
        if (strlen(field->name) == length && memcmp(field->name, name, length) == 0)
            return field;
    return NULL;
}

struct template_value *template_values(struct arena *arena)
{
    struct template_value *value = arena_alloc(arena, sizeof *value);
    *value = (struct template_value){.kind = VALUE_OBJECT};
    return value;
}

void template_put(struct arena *arena, struct template_value *object, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        add_value(arena, object, VALUE_TEXT, name)->text = text;
}

void template_put_flag(struct arena *arena, struct template_value *object, const char *name, bool flag)
{
    if (flag)
        add_value(arena, object, VALUE_OBJECT, name);
}

struct template_value *template_put_object(struct arena *arena, struct template_value *object, const char *name)
{
    return add_value(arena, object, VALUE_OBJECT, name);
}

struct template_value *template_put_item(struct arena *arena, struct template_value *object, const char *name)
{
    struct template_value *list = find_field(object, name, strlen(name));
    if (list == NULL)
        list = add_value(arena, object, VALUE_LIST, name);
    return add_value(arena, list, VALUE_OBJECT, NULL);
}

/* --- rendering --- */

/* The values that names are looked up in, innermost last. */
struct context {
    const struct template_value *stack[TEMPLATE_DEPTH_MAX + 1];
    size_t depth;
    enum template_escape escape;
    struct buffer *out;
};

/* "a.b": the innermost value that has an "a", then its "b". */
static const struct template_value *look_up(const struct context *context, const char *name)
{
    size_t length = strcspn(name, ".");
    const struct template_value *value = NULL;
    for (size_t i = context->depth; i-- > 0 && value == NULL;)
        value = find_field(context->stack[i], name, length);
    while (value != NULL && name[length] == '.') {
        name += length + 1;
        length = strcspn(name, ".");
        value = find_field(value, name, length);
    }
    return value;
}

static void append_escaped(struct buffer *out, const char *text)
{
    static const struct {
        char byte;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < sizeof entities / sizeof entities[0] && entities[i].byte != *text)
            i++;
        if (i < sizeof entities / sizeof entities[0])
            buffer_append_string(out, entities[i].entity);
        else
            buffer_append_char(out, *text);
    }
}

static void render(const struct template *template, size_t from, size_t to, struct context *context);

static void render_section(const struct template *template, size_t at, struct context *context)
{
    const struct node *node = &template->nodes[at];
    const struct template_value *value = look_up(context, node->text);
    if (node->kind == NODE_INVERTED) {
        if (value == NULL)
            render(template, at + 1, node->end, context);
        return;
    }
    if (value == NULL)
        return;
    bool list = value->kind == VALUE_LIST;
    for (const struct template_value *item = list ? value->first : value; item != NULL;
         item = list ? item->next : NULL) {
        context->stack[context->depth++] = item;
        render(template, at + 1, node->end, context);
        context->depth--;
    }
}

static void render(const struct template *template, size_t from, size_t to, struct context *context)
{
    for (size_t i = from; i < to; i++) {
        const struct node *node = &template->nodes[i];
        const struct template_value *value;
        switch (node->kind) {
        case NODE_TEXT:
            buffer_append(context->out, node->text, node->length);
            break;
        case NODE_VALUE:
        case NODE_RAW:
            value = look_up(context, node->text);
            if (value == NULL || value->kind != VALUE_TEXT)
                break;
            if (node->kind == NODE_VALUE && context->escape == TEMPLATE_HTML)
                append_escaped(context->out, value->text);
            else
                buffer_append_string(context->out, value->text);
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            render_section(template, i, context);
            i = node->end;
            break;
        case NODE_END:
            break;
        }
    }
}

void template_render(const struct template *template, const struct template_value *values, enum template_escape escape,
                     struct buffer *out)
{
    struct context context = {.stack = {values}, .depth = 1, .escape = escape, .out = out};
    render(template, 0, template->count, &context);
}
