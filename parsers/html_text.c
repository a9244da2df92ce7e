#include "parsers/html_text.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <string.h>
#include <strings.h>
#include <unicode/utf8.h>

#include "base/buffer.h"
#include "parsers/html_style.h"

enum {
    BLANK_LINES_MAX = 2,
    EMOJI_SIZE_MAX = 16,
    FORWARD_LINES_MAX = 6, /* how far into a quotation a forward's header block may begin and reach */
    FORWARD_FIELDS_MIN = 3,
    LABEL_SIZE_MAX = 40,
};

enum role {
    ROLE_INLINE,
    ROLE_BLOCK,     /* on lines of its own */
    ROLE_PARAGRAPH, /* with an empty line around it */
    ROLE_HIDDEN,
    ROLE_BREAK,
    ROLE_RULE,
    ROLE_ITEM,
    ROLE_ROW,
    ROLE_CELL,
    ROLE_PREFORMATTED,
    ROLE_QUOTE,
    ROLE_STYLE,
    ROLE_IMAGE,
};

static const struct {
    const char *name;
    enum role role;
} element_table[] = {
    {"address", ROLE_BLOCK},   {"article", ROLE_BLOCK},  {"blockquote", ROLE_QUOTE}, {"br", ROLE_BREAK},
    {"center", ROLE_BLOCK},    {"dd", ROLE_BLOCK},       {"div", ROLE_BLOCK},        {"dl", ROLE_PARAGRAPH},
    {"dt", ROLE_BLOCK},        {"fieldset", ROLE_BLOCK}, {"footer", ROLE_BLOCK},     {"form", ROLE_BLOCK},
    {"h1", ROLE_PARAGRAPH},    {"h2", ROLE_PARAGRAPH},   {"h3", ROLE_PARAGRAPH},     {"h4", ROLE_PARAGRAPH},
    {"h5", ROLE_PARAGRAPH},    {"h6", ROLE_PARAGRAPH},   {"header", ROLE_BLOCK},     {"hr", ROLE_RULE},
    {"img", ROLE_IMAGE},       {"li", ROLE_ITEM},        {"main", ROLE_BLOCK},       {"noscript", ROLE_HIDDEN},
    {"object", ROLE_HIDDEN},   {"ol", ROLE_PARAGRAPH},   {"p", ROLE_PARAGRAPH},      {"pre", ROLE_PREFORMATTED},
    {"script", ROLE_HIDDEN},   {"section", ROLE_BLOCK},  {"select", ROLE_HIDDEN},    {"style", ROLE_STYLE},
    {"svg", ROLE_HIDDEN},      {"table", ROLE_BLOCK},    {"td", ROLE_CELL},          {"template", ROLE_HIDDEN},
    {"textarea", ROLE_HIDDEN}, {"th", ROLE_CELL},        {"title", ROLE_HIDDEN},     {"tr", ROLE_ROW},
    {"ul", ROLE_PARAGRAPH},
};

/* What mail programs put around the mail that is answered, other than a blockquote. */
static const struct {
    const char *attribute;
    const char *value; /* a word of the attribute, or its start where it ends in '*' */
    enum { MARK_QUOTE, MARK_DIVIDER } mark;
} mark_table[] = {
    {"class", "yahoo_quoted", MARK_QUOTE},          /* Yahoo */
    {"id", "yahoo_quoted*", MARK_QUOTE},            /* Yahoo */
    {"name", "quote", MARK_QUOTE},                  /* GMX, web.de */
    {"id", "divrplyfwdmsg", MARK_DIVIDER},          /* Outlook on the web and on phones */
    {"id", "mail-editor-reference*", MARK_DIVIDER}, /* Outlook on phones */
};

/* The same said by a normalized style: Outlook for Windows has nothing better. */
static const struct {
    const char *declaration;
    enum { STYLE_QUOTE, STYLE_DIVIDER } mark;
} style_mark_table[] = {
    {"border:none;border-left:solid", STYLE_QUOTE},
    {"border:none;border-top:solid", STYLE_DIVIDER},
};

struct element {
    enum role role;
    bool hidden;
    bool preformatted;
    bool quotes;
    size_t text_start; /* length of the text when it began */
};

struct reader {
    struct arena *arena;
    htmlParserCtxtPtr parser;
    struct buffer text;
    struct buffer css;
    struct html_hidden_selectors hidden;
    struct element stack[HTML_DEPTH_MAX];
    size_t depth;
    int quote_level;
    int written_level;    /* of the last line that has text */
    int pending_newlines; /* not written yet, so that none stand at the end */
    bool pending_blank;
    bool line_is_blank; /* only no-break spaces so far: such a line counts as an empty one */
    bool overflow;
};

/* ---- Writing --------------------------------------------------------- */

static void write_prefix(struct reader *reader, int level)
{
    for (int i = 0; i < level; i++)
        buffer_append_string(&reader->text, "> ");
}

/* Writes the line ends that are due, and the marks of quotation; none stand at the start of the text. */
static void begin_line(struct reader *reader)
{
    int blank_level = reader->quote_level < reader->written_level ? reader->quote_level : reader->written_level;
    if (reader->text.length == 0)
        write_prefix(reader, reader->quote_level);
    else
        for (int i = reader->pending_newlines; i > 0; i--) {
            buffer_append_char(&reader->text, '\n');
            write_prefix(reader, i == 1 ? reader->quote_level : blank_level);
        }
    reader->pending_newlines = 0;
    reader->pending_blank = false;
    reader->written_level = reader->quote_level;
}

static bool at_line_start(const struct reader *reader)
{
    return reader->text.length == 0 || reader->pending_newlines > 0;
}

static void write_bytes(struct reader *reader, const char *bytes, size_t length)
{
    if (reader->text.length + length > HTML_TEXT_MAX) {
        reader->overflow = true;
        xmlStopParser(reader->parser);
        return;
    }
    if (at_line_start(reader))
        begin_line(reader);
    if (reader->pending_blank)
        buffer_append_char(&reader->text, ' ');
    reader->pending_blank = false;
    reader->line_is_blank = false;
    buffer_append(&reader->text, bytes, length);
}

/* The text that follows stands at least `count` lines below. */
static void break_lines(struct reader *reader, int count)
{
    if (reader->line_is_blank && reader->pending_newlines <= BLANK_LINES_MAX)
        reader->pending_newlines++;
    reader->line_is_blank = false;
    if (reader->pending_newlines < count)
        reader->pending_newlines = count;
    reader->pending_blank = false;
}

static void write_line_break(struct reader *reader)
{
    if (reader->pending_newlines <= BLANK_LINES_MAX)
        reader->pending_newlines++;
    reader->line_is_blank = false;
    reader->pending_blank = false;
}

/* One divider, however many ways the program draws it. */
static void write_divider(struct reader *reader)
{
    size_t length = strlen(HTML_DIVIDER);
    break_lines(reader, 1);
    if (reader->text.length >= length && strcmp(reader->text.data + reader->text.length - length, HTML_DIVIDER) == 0)
        return;
    write_bytes(reader, HTML_DIVIDER, length);
    break_lines(reader, 1);
}

/* Characters that only keep words apart or together for a screen. */
static bool is_invisible(UChar32 point)
{
    return point == 0x200b || point == 0xfeff || point == 0x00ad || point == 0x034f || point == 0x2060;
}

static void write_text(struct reader *reader, const char *text, size_t length, bool preformatted)
{
    const uint8_t *bytes = (const uint8_t *)text;
    for (size_t i = 0; i < length;) {
        size_t start = i;
        UChar32 point;
        U8_NEXT(bytes, i, length, point);
        if (point == '\n' && preformatted) {
            write_line_break(reader);
        } else if (point == ' ' && preformatted) {
            write_bytes(reader, " ", 1);
        } else if (point == 0xa0) {
            reader->line_is_blank = reader->line_is_blank || at_line_start(reader);
            reader->pending_blank = !at_line_start(reader);
        } else if (point == ' ' || (point >= '\t' && point <= '\r')) {
            reader->pending_blank = reader->pending_blank || !at_line_start(reader);
        } else if (point >= 0 && !is_invisible(point)) {
            write_bytes(reader, text + start, i - start);
        }
    }
}

/* ---- Elements -------------------------------------------------------- */

static enum role role_of(const char *name)
{
    for (size_t i = 0; i < sizeof element_table / sizeof element_table[0]; i++)
        if (strcasecmp(name, element_table[i].name) == 0)
            return element_table[i].role;
    return ROLE_INLINE;
}

static const char *attribute(const xmlChar **attributes, const char *name)
{
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
        if (strcasecmp((const char *)attributes[0], name) == 0)
            return attributes[1] == NULL ? "" : (const char *)attributes[1];
    return NULL;
}

static bool has_mark(const xmlChar **attributes, size_t row)
{
    const char *value = attribute(attributes, mark_table[row].attribute);
    const char *wanted = mark_table[row].value;
    size_t length = strlen(wanted);
    if (value != NULL && wanted[length - 1] == '*')
        return strncasecmp(value, wanted, length - 1) == 0;
    return html_has_word(value, wanted);
}

static bool starts_divider(const xmlChar **attributes, const char *style)
{
    for (size_t i = 0; i < sizeof mark_table / sizeof mark_table[0]; i++)
        if (mark_table[i].mark == MARK_DIVIDER && has_mark(attributes, i))
            return true;
    for (size_t i = 0; i < sizeof style_mark_table / sizeof style_mark_table[0]; i++)
        if (style_mark_table[i].mark == STYLE_DIVIDER && strstr(style, style_mark_table[i].declaration) != NULL)
            return true;
    return false;
}

/* A blockquote without a border is how writers indent their own words. */
static bool starts_quote(enum role role, const xmlChar **attributes, const char *style)
{
    if (role == ROLE_QUOTE)
        return attribute(attributes, "type") != NULL || attribute(attributes, "class") != NULL ||
               strstr(style, "border:none") == NULL;
    for (size_t i = 0; i < sizeof mark_table / sizeof mark_table[0]; i++)
        if (mark_table[i].mark == MARK_QUOTE && has_mark(attributes, i))
            return true;
    for (size_t i = 0; i < sizeof style_mark_table / sizeof style_mark_table[0]; i++)
        if (role == ROLE_BLOCK && style_mark_table[i].mark == STYLE_QUOTE &&
            strstr(style, style_mark_table[i].declaration) != NULL)
            return true;
    return false;
}

static const struct element *nearest(const struct reader *reader, enum role role)
{
    for (size_t i = reader->depth; i > 0; i--)
        if (reader->stack[i - 1].role == role)
            return &reader->stack[i - 1];
    return NULL;
}

/* The cells of a row stand beside each other, whatever blocks are in the one before. */
static void begin_cell(struct reader *reader)
{
    const struct element *row = nearest(reader, ROLE_ROW);
    if (row == NULL || row->text_start == reader->text.length)
        return;
    reader->pending_newlines = 0;
    reader->pending_blank = true;
}

/* A block begins a line, unless it is the first thing in a cell. */
static void begin_block(struct reader *reader, int lines)
{
    const struct element *cell = nearest(reader, ROLE_CELL);
    if (cell == NULL || cell->text_start != reader->text.length)
        break_lines(reader, lines);
}

/* An emoji that the program sent as a picture. */
static void write_image(struct reader *reader, const xmlChar **attributes)
{
    const char *text = attribute(attributes, "alt");
    if (text != NULL && (unsigned char)text[0] >= 0xe2 && strlen(text) <= EMOJI_SIZE_MAX)
        write_text(reader, text, strlen(text), false);
}

static void begin_visible(struct reader *reader, const struct element *element, const xmlChar **attributes,
                          const char *style)
{
    switch (element->role) {
    case ROLE_PARAGRAPH: {
        const char *classes = attribute(attributes, "class");
        bool tight = classes != NULL && strncasecmp(classes, "Mso", 3) == 0; /* Word's paragraphs are lines */
        begin_block(reader, tight ? 1 : 2);
        break;
    }
    case ROLE_BLOCK:
    case ROLE_ROW:
    case ROLE_QUOTE:
    case ROLE_PREFORMATTED:
        begin_block(reader, 1);
        break;
    case ROLE_BREAK:
        write_line_break(reader);
        break;
    case ROLE_RULE:
        write_divider(reader);
        break;
    case ROLE_ITEM:
        break_lines(reader, 1);
        write_bytes(reader, "- ", 2);
        break;
    case ROLE_CELL:
        begin_cell(reader);
        break;
    case ROLE_IMAGE:
        write_image(reader, attributes);
        break;
    default:
        break;
    }
    if (starts_divider(attributes, style))
        write_divider(reader);
}

static void start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct reader *reader = context;
    if (reader->depth == HTML_DEPTH_MAX) {
        reader->overflow = true;
        xmlStopParser(reader->parser);
        return;
    }
    const struct element *parent = reader->depth == 0 ? NULL : &reader->stack[reader->depth - 1];
    struct element *element = &reader->stack[reader->depth++];
    const char *value = attribute(attributes, "style");
    const char *style =
        html_style_normalize(reader->arena, value == NULL ? "" : value, value == NULL ? 0 : strlen(value));
    *element = (struct element){.role = role_of((const char *)name), .text_start = reader->text.length};
    element->preformatted = (parent != NULL && parent->preformatted) || element->role == ROLE_PREFORMATTED ||
                            strstr(style, "white-space:pre") != NULL;
    element->hidden = (parent != NULL && parent->hidden) || element->role == ROLE_HIDDEN ||
                      element->role == ROLE_STYLE || attribute(attributes, "hidden") != NULL ||
                      html_style_hides(style) ||
                      html_selectors_hide(&reader->hidden, attribute(attributes, "class"), attribute(attributes, "id"));
    if (element->hidden)
        return;
    begin_visible(reader, element, attributes, style);
    element->quotes = starts_quote(element->role, attributes, style);
    reader->quote_level += element->quotes;
}

static void end_visible(struct reader *reader, const struct element *element)
{
    switch (element->role) {
    case ROLE_PARAGRAPH:
    case ROLE_BLOCK:
    case ROLE_ROW:
    case ROLE_QUOTE:
    case ROLE_ITEM:
    case ROLE_PREFORMATTED:
        break_lines(reader, 1);
        break;
    default:
        break;
    }
}

static void end_element(void *context, const xmlChar *name)
{
    struct reader *reader = context;
    (void)name;
    if (reader->depth == 0)
        return;
    struct element *element = &reader->stack[--reader->depth];
    if (element->role == ROLE_STYLE) {
        html_stylesheet_read(reader->arena, reader->css.data, reader->css.length, &reader->hidden);
        buffer_clear(&reader->css);
    }
    if (element->hidden)
        return;
    if (element->quotes) {
        break_lines(reader, 1);
        reader->quote_level--;
    }
    end_visible(reader, element);
}

static void characters(void *context, const xmlChar *text, int length)
{
    struct reader *reader = context;
    const struct element *element = reader->depth == 0 ? NULL : &reader->stack[reader->depth - 1];
    if (element != NULL && element->role == ROLE_STYLE)
        buffer_append(&reader->css, text, (size_t)length);
    else if (element == NULL || !element->hidden)
        write_text(reader, (const char *)text, (size_t)length, element != NULL && element->preformatted);
}

/* ---- Forwards in quotations ------------------------------------------ */

struct line {
    const char *start;
    size_t length;
};

static bool next_line(const char **at, struct line *line)
{
    if (**at == '\0')
        return false;
    *line = (struct line){*at, strcspn(*at, "\n")};
    *at += line->length;
    *at += **at == '\n';
    return true;
}

static struct line without_mark(struct line line)
{
    size_t mark = line.length >= 2 && line.start[1] == ' ' ? 2 : 1;
    return (struct line){line.start + mark, line.length - mark};
}

/* "Fra: Amina <amina@x.example>": a short label, a colon, something behind it. */
static bool is_header_line(struct line line)
{
    const char *colon = memchr(line.start, ':', line.length);
    return colon != NULL && colon > line.start && colon - line.start <= LABEL_SIZE_MAX &&
           (colon + 1 == line.start + line.length || colon[1] == ' ') &&
           memchr(line.start, '@', (size_t)(colon - line.start)) == NULL;
}

static bool is_dashed_line(struct line line)
{
    return line.length > 6 && strncmp(line.start, "---", 3) == 0 &&
           strncmp(line.start + line.length - 3, "---", 3) == 0;
}

/* Whether the quotation that begins at `text` is a mail passed on: it opens with its header block. */
static bool begins_with_forward(const char *text)
{
    struct line line;
    size_t lines = 0, fields = 0;
    bool address = false;
    while (lines < FORWARD_LINES_MAX && next_line(&text, &line) && line.length > 0 && line.start[0] == '>') {
        line = without_mark(line);
        if (line.length == 0)
            continue;
        if (lines++ == 0 && is_dashed_line(line))
            return true;
        if (!is_header_line(line))
            break;
        fields++;
        address = address || memchr(line.start, '@', line.length) != NULL;
    }
    return fields >= FORWARD_FIELDS_MIN && address;
}

/* Takes one mark off each line of a quotation that is a forward. */
static void uncover_forwards(const char *text, struct buffer *out)
{
    struct line line;
    bool quoted = false, forward = false;
    for (const char *at = text; next_line(&at, &line);) {
        bool marked = line.length > 0 && line.start[0] == '>';
        if (marked && !quoted)
            forward = begins_with_forward(line.start);
        quoted = marked;
        if (marked && forward)
            line = without_mark(line);
        while (line.length > 0 && line.start[line.length - 1] == ' ')
            line.length--;
        buffer_append(out, line.start, line.length);
        buffer_append_char(out, '\n');
    }
}

/* ---- The whole ------------------------------------------------------- */

/* How much of the input may be read: tags and entities cost more than text, most of all those that are wrong, and
 * libxml2 compares each attribute of a tag with all before it. */
static size_t bounded_length(const char *html, bool *overflow)
{
    size_t blanks = 0, markup = 0;
    char quote = '\0';
    bool tag = false;
    for (size_t i = 0; html[i] != '\0'; i++) {
        char c = html[i];
        markup += c == '<' || c == '&';
        if (markup > HTML_MARKUP_MAX) {
            *overflow = true;
            return i;
        }
        if (!tag) {
            tag = c == '<';
            blanks = 0;
            quote = '\0';
        } else if (quote != '\0') {
            if (c == quote)
                quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            tag = false;
        } else if ((isspace((unsigned char)c) || c == '/') && ++blanks > HTML_TAG_BLANKS_MAX) {
            *overflow = true;
            return i;
        }
    }
    return strlen(html);
}

char *html_to_text(struct arena *arena, const char *html, bool *overflow)
{
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    reader->arena = arena;
    buffer_init(&reader->text);
    buffer_init(&reader->css);
    struct buffer out = BUFFER_INIT;
    size_t length = bounded_length(html, &reader->overflow);
    xmlInitParser(); /* does nothing after the first time; by itself libxml2 would do it without a lock */
    reader->parser = htmlNewParserCtxt();
    if (reader->parser != NULL) {
        *reader->parser->sax = (xmlSAXHandler){
            .startElement = start_element,
            .endElement = end_element,
            .characters = characters,
            .ignorableWhitespace = characters,
            .cdataBlock = characters,
        };
        reader->parser->userData = reader;
        htmlDocPtr document = htmlCtxtReadMemory(reader->parser, html, (int)length, NULL, "UTF-8",
                                                 HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                                     HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
        xmlFreeDoc(document);
        htmlFreeParserCtxt(reader->parser);
        uncover_forwards(reader->text.data, &out);
    }
    if (overflow != NULL && reader->overflow)
        *overflow = true;
    char *text = arena_strndup(arena, out.data, out.length);
    buffer_release(&out);
    buffer_release(&reader->css);
    buffer_release(&reader->text);
    return text;
}
