#include "agent/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <unistd.h>

#include "base/buffer.h"

enum { COLUMNS_MAX = 1000, GAP = 2, BAR_WIDTH = 30 };

/* --- text --- */

static bool is_harmless(UChar32 character)
{
    switch (u_charType(character)) {
    case U_CONTROL_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SURROGATE:
        return false;
    default:
        break;
    }
    bool turns = (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
    return !turns;
}

/* Reads the character at `*at` and moves on; false where it must not be written as it is. */
static bool next_harmless(const char *text, int32_t *at, int32_t length, UChar32 *ret_character)
{
    U8_NEXT(text, *at, length, *ret_character);
    return *ret_character >= 0 && is_harmless(*ret_character);
}

bool terminal_text_is_plain(const char *text)
{
    int32_t length = (int32_t)strlen(text);
    UChar32 character;
    for (int32_t at = 0; at < length;)
        if (!next_harmless(text, &at, length, &character))
            return false;
    return true;
}

const char *terminal_text(struct arena *arena, const char *text)
{
    if (terminal_text_is_plain(text))
        return text;
    struct buffer out = BUFFER_INIT;
    int32_t length = (int32_t)strlen(text);
    UChar32 character;
    for (int32_t at = 0, start = 0; at < length; start = at) {
        if (next_harmless(text, &at, length, &character)) {
            buffer_append(&out, text + start, (size_t)(at - start));
        } else if (character > 0x7f) {
            buffer_printf(&out, "\\u{%x}", (unsigned)character);
        } else {
            at = start + 1;
            buffer_printf(&out, "\\x%02x", (unsigned char)text[start]);
        }
    }
    const char *plain = arena_strndup(arena, out.data, out.length);
    buffer_release(&out);
    return plain;
}

static size_t character_width(UChar32 character)
{
    switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
        return 0;
    default:
        break;
    }
    int32_t width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

size_t terminal_width(const char *text)
{
    int32_t length = (int32_t)strlen(text);
    size_t width = 0;
    for (int32_t at = 0; at < length;) {
        UChar32 character;
        U8_NEXT(text, at, length, character);
        width += character_width(character);
    }
    return width;
}

size_t terminal_columns(void)
{
    struct winsize size;
    const char *set = getenv("COLUMNS");
    int columns = set != NULL ? atoi(set) : 0;
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns > 0 && columns <= COLUMNS_MAX ? (size_t)columns : 0;
}

/* As much of the text as `width` columns hold, the last of them "…" where something is missing. */
static const char *cut(struct arena *arena, const char *text, size_t width)
{
    if (terminal_width(text) <= width)
        return text;
    int32_t length = (int32_t)strlen(text), end = 0;
    size_t used = 0;
    for (int32_t at = 0; at < length;) {
        UChar32 character;
        U8_NEXT(text, at, length, character);
        used += character_width(character);
        if (used > width - 1)
            break;
        end = at;
    }
    return arena_printf(arena, "%.*s…", (int)end, text);
}

/* --- tables --- */

void table_begin(struct table *table, struct arena *arena, size_t columns, const char *const *heads)
{
    *table = (struct table){.arena = arena, .has_heads = heads != NULL, .columns = columns};
    if (heads != NULL)
        table_row(table, heads);
}

void table_row(struct table *table, const char *const *cells)
{
    if (table->rows == table->room) {
        size_t room = table->room == 0 ? 16 : table->room * 2;
        const char **grown = arena_array(table->arena, room * table->columns, sizeof *grown);
        if (table->rows > 0)
            memcpy(grown, table->cells, table->rows * table->columns * sizeof *grown);
        table->cells = grown;
        table->room = room;
    }
    for (size_t i = 0; i < table->columns; i++)
        table->cells[table->rows * table->columns + i] = cells[i] != NULL ? terminal_text(table->arena, cells[i]) : "";
    table->rows++;
}

static void measure(const struct table *table, size_t widths[TABLE_COLUMNS_MAX])
{
    memset(widths, 0, TABLE_COLUMNS_MAX * sizeof *widths);
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        size_t width = terminal_width(table->cells[i]);
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
}

/* Takes columns away where there are most, until the table fits or nothing more can be taken. */
static void fit(const struct table *table, size_t available, size_t widths[TABLE_COLUMNS_MAX])
{
    for (;;) {
        size_t total = GAP * (table->columns - 1), widest = 0;
        for (size_t i = 0; i < table->columns; i++) {
            total += widths[i];
            if (widths[i] > widths[widest])
                widest = i;
        }
        if (total <= available || widths[widest] <= TABLE_CELL_MIN)
            return;
        widths[widest]--;
    }
}

void table_print(const struct table *table, FILE *out)
{
    size_t widths[TABLE_COLUMNS_MAX], available = terminal_columns();
    measure(table, widths);
    if (available > 0 && table->has_heads)
        fit(table, available, widths);
    for (size_t row = 0; row < table->rows; row++) {
        const char **cells = table->cells + row * table->columns;
        size_t last = table->columns; /* blanks at the end of a line are no use */
        while (last > 1 && *cells[last - 1] == '\0')
            last--;
        for (size_t i = 0; i < last; i++) {
            const char *cell = cut(table->arena, cells[i], widths[i]);
            size_t padding = i + 1 < last ? widths[i] - terminal_width(cell) + GAP : 0;
            fprintf(out, "%s%*s", cell, (int)padding, "");
        }
        fputc('\n', out);
    }
}

/* --- progress --- */

void progress_begin(struct progress *progress, const char *what, size_t total)
{
    *progress = (struct progress){.what = what, .total = total, .shown = -1};
}

void progress_step(struct progress *progress)
{
    progress->done++;
    int percent = progress->total > 0 ? (int)(progress->done * 100 / progress->total) : 100;
    if (percent > 100)
        percent = 100; /* more has come meanwhile */
    if (percent == progress->shown || !isatty(STDERR_FILENO))
        return;
    char bar[BAR_WIDTH + 1];
    int filled = percent * BAR_WIDTH / 100;
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %3d %% of %zu", progress->what, bar, percent, progress->total);
    fflush(stderr);
    progress->shown = percent;
}

void progress_end(struct progress *progress)
{
    if (progress->shown >= 0)
        fputs("\r\033[K", stderr);
    progress->shown = -1;
}
