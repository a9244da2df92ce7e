#include "parsers/new_text.h"

#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/buffer.h"
#include "parsers/html_text.h"
#include "parsers/signature.h"

enum {
    WRAPPED_LINE_MIN = 56,     /* a quoted line of such length may have lost its end to the next line */
    BODY_SAMPLES_MAX = 8,      /* lines by which two forms of a body are compared */
    BODY_SAMPLE_BYTES_MIN = 8, /* shorter ones stand in any mail */
};

/* ---- Roles ----------------------------------------------------------- */

static void set_roles(struct text_lines *lines, size_t first, size_t end, enum line_role role)
{
    for (size_t i = first; i < end && i < lines->count; i++)
        lines->items[i].role = role;
}

/* Gives the lines of the head their roles; blank ones between them go with what follows. */
static void set_head_roles(struct text_lines *lines, const struct mail_head *head)
{
    set_roles(lines, head->first, head->end, LINE_MARKER);
    if (head->header)
        set_roles(lines, head->header_first, head->end, LINE_HEADER);
    else if (head->attribution)
        set_roles(lines, head->marked ? text_lines_next(lines, head->first + 1) : head->first, head->end,
                  LINE_ATTRIBUTION);
}

/* The other mail goes on to the end unless its lines are marked as quoted. */
static bool is_open(const struct text_lines *lines, const struct mail_head *head)
{
    size_t next = text_lines_next(lines, head->end);
    return head->depth == 0 && (next == lines->count || lines->items[next].depth == 0);
}

/* Inside a quotation a head is looked for only where the quotation begins: the others are mails in that mail. */
static bool may_be_head(const struct text_lines *lines, size_t index)
{
    unsigned depth = lines->items[index].depth;
    return depth == 0 || (depth == 1 && (index == 0 || lines->items[index - 1].depth == 0));
}

/* Who writes a letter begins it with "From: …, To: …" of their own. */
static bool is_letterhead(const struct text_lines *lines, const struct mail_head *head, const struct address *writer,
                          struct arena *arena)
{
    const char *from = head->fields[FIELD_FROM];
    if (!head->header || head->marked || head->depth > 0 || text_lines_next(lines, 0) != head->first || from == NULL ||
        writer == NULL)
        return false;
    if (strchr(from, '@') != NULL)
        return writer->address != NULL && strcasestr(from, writer->address) != NULL;
    struct folded name, stated;
    fold_text(arena, from, strlen(from), FOLD_LOOSE, &stated);
    fold_text(arena, writer->name == NULL ? "" : writer->name, writer->name == NULL ? 0 : strlen(writer->name),
              FOLD_LOOSE, &name);
    return name.length > 0 && strcmp(name.text, stated.text) == 0;
}

static void mark_other_mails(const struct lexicon_set *set, const struct address *writer, struct arena *arena,
                             struct new_text *text)
{
    struct text_lines *lines = &text->lines;
    struct mail_head_finder *finder = mail_head_finder_new(set, lines, arena);
    struct mail_head *heads = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < lines->count;) {
        struct mail_head head;
        lines->items[i].role = lines->items[i].depth > 0 ? LINE_QUOTED : LINE_NEW;
        if (!may_be_head(lines, i) || !mail_head_find(finder, i, &head) || is_letterhead(lines, &head, writer, arena)) {
            i++;
            continue;
        }
        set_head_roles(lines, &head);
        if (count == capacity) {
            capacity = capacity == 0 ? 4 : capacity * 2;
            struct mail_head *larger = arena_array(arena, capacity, sizeof *larger);
            if (heads != NULL)
                memcpy(larger, heads, count * sizeof *larger);
            heads = larger;
        }
        heads[count++] = head;
        i = head.end;
        if (is_open(lines, &head)) {
            set_roles(lines, i, lines->count, LINE_QUOTED);
            break;
        }
    }
    text->heads = heads;
    text->head_count = count;
}

static bool begins_lower(const struct text_lines *lines, size_t index)
{
    UChar32 first;
    size_t at = lines->items[index].words, end = lines->items[index].start + lines->items[index].length;
    U8_NEXT(lines->body, at, end, first);
    return first >= 0 && u_islower(first);
}

/* The end of a quoted line that a program broke without marking the rest; where one is, so may the last line be. */
static bool is_broken_off(const struct text_lines *lines, size_t index, bool others)
{
    if (index == 0 || text_line_is_blank(lines, index) || !begins_lower(lines, index))
        return false;
    const struct text_line *above = &lines->items[index - 1];
    bool last = index + 1 == lines->count || text_line_is_blank(lines, index + 1);
    bool goes_on = last ? others : lines->items[index + 1].depth == above->depth;
    return goes_on && above->role == LINE_QUOTED && above->depth > 0 && above->length >= WRAPPED_LINE_MIN &&
           strchr(".?!:;", lines->folded.text[above->folded_end - 1]) == NULL;
}

static void mark_broken_lines(struct text_lines *lines)
{
    bool others = false;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].role == LINE_NEW && is_broken_off(lines, i, others)) {
            lines->items[i].role = LINE_QUOTED;
            others = true;
        }
}

static void mark_signatures(const struct lexicon_set *set, const struct address *writer, struct arena *arena,
                            struct text_lines *lines)
{
    struct signature_reader *reader = signature_reader_new(set, lines, writer, arena);
    for (size_t i = 0; i < lines->count;) {
        size_t end = i;
        while (end < lines->count && lines->items[end].role == LINE_NEW)
            end++;
        if (end > i)
            signature_mark(reader, i, end, end < lines->count);
        i = end > i ? end : i + 1;
    }
}

/* ---- Text ------------------------------------------------------------ */

static void append_words(struct buffer *out, const struct text_lines *lines, const struct text_line *line,
                         size_t *blanks)
{
    size_t end = line->start + line->length;
    while (end > line->words && strchr(" \t\r", lines->body[end - 1]) != NULL)
        end--;
    if (end <= line->words) {
        (*blanks)++;
        return;
    }
    if (out->length > 0)
        buffer_append_string(out, *blanks > 0 ? "\n\n" : "\n");
    *blanks = 0;
    buffer_append(out, lines->body + line->words, end - line->words);
}

/* The words of the lines with one of two roles; between what does not stand together is an empty line. */
static const char *join_lines(struct arena *arena, const struct text_lines *lines, enum line_role role,
                              enum line_role other, bool *overflow)
{
    struct buffer out = BUFFER_INIT;
    size_t blanks = 0;
    for (size_t i = 0; i < lines->count && out.length < READING_TEXT_MAX; i++) {
        if (lines->items[i].role == role || lines->items[i].role == other)
            append_words(&out, lines, &lines->items[i], &blanks);
        else
            blanks++;
    }
    size_t length = out.length;
    if (length > READING_TEXT_MAX) {
        *overflow = true;
        length = READING_TEXT_MAX;
        while (length > 0 && ((unsigned char)out.data[length] & 0xC0) == 0x80)
            length--;
    }
    const char *text = arena_strndup(arena, out.data, length);
    buffer_release(&out);
    return text;
}

void new_text_read_plain(const struct lexicon_set *set, const char *text, size_t length, const struct address *writer,
                         struct arena *arena, struct new_text *ret_text)
{
    *ret_text = (struct new_text){0};
    text_lines_read(arena, text, length, &ret_text->lines);
    mark_other_mails(set, writer, arena, ret_text);
    mark_broken_lines(&ret_text->lines);
    mark_signatures(set, writer, arena, &ret_text->lines);
    ret_text->overflow = ret_text->lines.overflow;
    ret_text->text = join_lines(arena, &ret_text->lines, LINE_NEW, LINE_NEW, &ret_text->overflow);
    ret_text->quoted = join_lines(arena, &ret_text->lines, LINE_QUOTED, LINE_HEADER, &ret_text->overflow);
}

/* ---- The body -------------------------------------------------------- */

static const char *plain_body(const struct message *message, struct arena *arena)
{
    if (message->plain == NULL)
        return NULL;
    const struct message_part *part = message_find_part(message, "text/plain");
    const char *format = part == NULL ? NULL : message_part_parameter(part, "format");
    const char *delete_space = part == NULL ? NULL : message_part_parameter(part, "delsp");
    if (format == NULL || strcasecmp(format, "flowed") != 0)
        return message->plain;
    return text_unflow(arena, message->plain, delete_space != NULL && strcasecmp(delete_space, "yes") == 0);
}

/* Letters and digits without what lies between them, which differs between two forms of a body. */
static const char *squeezed(struct arena *arena, const char *text, size_t length)
{
    struct folded folded;
    fold_text(arena, text, length, FOLD_LOOSE, &folded);
    char *out = arena_alloc(arena, folded.length + 1);
    size_t used = 0;
    for (size_t i = 0; i < folded.length; i++)
        if (strchr(" \t\n>*_<", folded.text[i]) == NULL)
            out[used++] = folded.text[i];
    return out;
}

/* Whether lines that `plain` takes for the writer's own are quoted in the HTML form, and not its own as well. */
static bool is_quoted_in(const struct new_text *plain, const struct new_text *html, struct arena *arena)
{
    if (html->text[0] == '\0' || html->quoted[0] == '\0')
        return false;
    const char *own = squeezed(arena, html->text, strlen(html->text));
    const char *quoted = squeezed(arena, html->quoted, strlen(html->quoted));
    size_t samples = 0;
    for (size_t i = plain->lines.count; i > 0 && samples < BODY_SAMPLES_MAX; i--) {
        const struct text_line *line = &plain->lines.items[i - 1];
        if (line->role != LINE_NEW || line->length < BODY_SAMPLE_BYTES_MIN)
            continue;
        samples++;
        const char *words = squeezed(arena, plain->lines.body + line->start, line->length);
        if (strstr(quoted, words) != NULL && strstr(own, words) == NULL)
            return true;
    }
    return false;
}

void new_text_read(const struct lexicon_set *set, const struct message *message, struct arena *arena,
                   struct new_text *ret_text)
{
    const char *plain = plain_body(message, arena);
    if (plain == NULL)
        plain = "";
    new_text_read_plain(set, plain, strlen(plain), &message->from, arena, ret_text);
    bool empty = ret_text->text[0] == '\0';
    if (message->html == NULL || (ret_text->head_count > 0 && !empty))
        return;
    bool overflow = false;
    const char *html = html_to_text(arena, message->html, &overflow);
    struct new_text other;
    new_text_read_plain(set, html, strlen(html), &message->from, arena, &other);
    other.overflow = other.overflow || overflow;
    /* Words below a quotation that only the HTML form bounds. */
    bool found_below = empty && other.head_count > 0 && other.text[0] != '\0';
    bool stub = ret_text->head_count == 0 && message_plain_is_stub(plain, html);
    if (stub || found_below || is_quoted_in(ret_text, &other, arena))
        *ret_text = other;
}

const char *line_role_name(enum line_role role)
{
    static const char *const names[] = {
        [LINE_NEW] = "new",       [LINE_QUOTED] = "quoted",         [LINE_ATTRIBUTION] = "attribution",
        [LINE_MARKER] = "marker", [LINE_HEADER] = "header",         [LINE_SIGNATURE] = "signature",
        [LINE_DEVICE] = "device", [LINE_DISCLAIMER] = "disclaimer",
    };
    return (size_t)role < sizeof names / sizeof names[0] ? names[role] : "";
}
