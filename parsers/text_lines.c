#include "parsers/text_lines.h"

#include <string.h>

#include "base/buffer.h"
#include "parsers/charset.h"

enum { RULE_MIN = 3 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- format=flowed --------------------------------------------------- */

struct flowed_line {
    const char *start; /* behind marks and stuffing */
    size_t length;
    unsigned depth;
    bool soft;
};

static struct flowed_line read_flowed_line(const char *text, size_t length)
{
    struct flowed_line line = {text, length, 0, false};
    for (; line.length > 0 && line.start[0] == '>'; line.start++, line.length--)
        line.depth++;
    if (line.length > 0 && line.start[0] == ' ') {
        line.start++;
        line.length--;
    }
    bool signature = line.length == 3 && memcmp(line.start, "-- ", 3) == 0;
    line.soft = !signature && line.length > 0 && line.start[line.length - 1] == ' ';
    return line;
}

static void write_marks(struct buffer *out, const struct flowed_line *line)
{
    for (unsigned i = 0; i < line->depth; i++)
        buffer_append_char(out, '>');
    /* A '>' of the writer's own stays behind a blank, where nobody takes it for a mark. */
    if (line->depth > 0 || (line->length > 0 && line->start[0] == '>'))
        buffer_append_char(out, ' ');
}

char *text_unflow(struct arena *arena, const char *text, bool delete_space)
{
    struct buffer out = BUFFER_INIT;
    bool joining = false;
    unsigned depth = 0;
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        struct flowed_line line = read_flowed_line(at, length);
        if (joining && line.depth != depth) {
            buffer_append_char(&out, '\n');
            joining = false;
        }
        if (!joining)
            write_marks(&out, &line);
        depth = line.depth;
        buffer_append(&out, line.start, line.length - (line.soft && delete_space));
        joining = line.soft && at[length] == '\n';
        if (!joining && at[length] == '\n')
            buffer_append_char(&out, '\n');
        at += length + (at[length] == '\n');
    }
    char *joined = arena_strndup(arena, out.data, out.length);
    buffer_release(&out);
    return joined;
}

/* ---- Lines ----------------------------------------------------------- */

static size_t cut_length(const char *text, size_t length, bool *overflow)
{
    if (length <= TEXT_LINES_BYTES_MAX)
        return length;
    *overflow = true;
    length = TEXT_LINES_BYTES_MAX;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

/* Reads the marks and trims the words of the line whose folded form is [start, end). */
static void read_line(const struct folded *folded, size_t start, size_t end, struct text_line *line)
{
    *line = (struct text_line){.start = folded->offsets[start], .length = folded->offsets[end]};
    line->length -= line->start;
    size_t at = start;
    while (at < end && folded->text[at] == '>') {
        line->depth++;
        at++;
        if (at + 1 < end && folded->text[at] == ' ' && folded->text[at + 1] == '>')
            at++;
    }
    while (at < end && is_space(folded->text[at]))
        at++;
    while (end > at && is_space(folded->text[end - 1]))
        end--;
    line->words = folded->offsets[at];
    line->folded_start = at;
    line->folded_end = end;
}

void text_lines_read(struct arena *arena, const char *text, size_t length, struct text_lines *ret_lines)
{
    bool overflow = false;
    length = cut_length(text, length, &overflow);
    const char *body = text_clean(arena, text, length);
    *ret_lines = (struct text_lines){.body = body, .overflow = overflow};
    fold_text(arena, body, strlen(body), FOLD_LOOSE, &ret_lines->folded);
    const struct folded *folded = &ret_lines->folded;
    size_t count = 1;
    for (size_t i = 0; i < folded->length && count < TEXT_LINES_MAX; i++)
        count += folded->text[i] == '\n';
    ret_lines->items = arena_array(arena, count, sizeof *ret_lines->items);
    size_t start = 0;
    while (ret_lines->count < count) {
        const char *newline = memchr(folded->text + start, '\n', folded->length - start);
        size_t end = newline == NULL ? folded->length : (size_t)(newline - folded->text);
        read_line(folded, start, end, &ret_lines->items[ret_lines->count++]);
        start = end + 1;
        if (newline == NULL)
            return;
    }
    ret_lines->overflow = true;
}

bool text_line_is_blank(const struct text_lines *lines, size_t index)
{
    return lines->items[index].folded_start == lines->items[index].folded_end;
}

bool text_line_is_rule(const struct text_lines *lines, size_t index)
{
    const struct text_line *line = &lines->items[index];
    const char *text = lines->folded.text + line->folded_start;
    size_t length = line->folded_end - line->folded_start;
    if (length < RULE_MIN || strchr("-_=*", text[0]) == NULL)
        return false;
    for (size_t i = 1; i < length; i++)
        if (text[i] != text[0] && text[i] != ' ')
            return false;
    return true;
}

size_t text_lines_next(const struct text_lines *lines, size_t index)
{
    while (index < lines->count && text_line_is_blank(lines, index))
        index++;
    return index;
}
