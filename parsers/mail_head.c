#include "parsers/mail_head.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/buffer.h"

enum {
    FIELDS_MIN = 3,       /* kinds of field that make a block by themselves */
    CONTINUATION_MAX = 6, /* lines of one value */
    VALUE_BYTES_MAX = 8 * 1024,
    MARKER_DASHES_MIN = 2,
    ATTRIBUTION_LINES_MAX = 4,
    ATTRIBUTION_BYTES_MAX = 400, /* of one line */
    NEUTRAL_LETTERS_MAX = 3,     /* so short a word ("kl", "at", "van") is hardly a sign of a sentence */
    PLAIN_WORDS_MAX = 3,
    NAME_WORDS_MAX = 9,
};

static const enum lexicon_key field_keys[FIELD_COUNT] = {
    [FIELD_FROM] = LEXICON_HEADER_FROM,       [FIELD_SENT] = LEXICON_HEADER_SENT,
    [FIELD_TO] = LEXICON_HEADER_TO,           [FIELD_CC] = LEXICON_HEADER_CC,
    [FIELD_SUBJECT] = LEXICON_HEADER_SUBJECT, [FIELD_REPLY_TO] = LEXICON_HEADER_REPLY_TO,
};

/* What the words of one line or several are, for telling an attribution from a sentence. */
struct traits {
    bool known; /* computed already */
    bool numeric_date;
    bool month;
    bool year;
    bool day; /* a number that may be a day */
    bool clock;
    bool verb;
    bool address;
    bool bracketed; /* the address stands in brackets, or one of them does */
    bool opens;     /* it begins as an attribution may */
    bool colon;     /* it ends with one, or with the verb between dashes */
    unsigned names; /* words with a capital letter */
    unsigned plain; /* other words that are not of dates, */
    unsigned small; /* and such of at most NEUTRAL_LETTERS_MAX letters, or of a script without capitals */
};

struct mail_head_finder {
    const struct lexicon_set *set;
    const struct text_lines *lines;
    struct arena *arena;
    struct traits *traits;
};

struct mail_head_finder *mail_head_finder_new(const struct lexicon_set *set, const struct text_lines *lines,
                                              struct arena *arena)
{
    struct mail_head_finder *finder = arena_alloc(arena, sizeof *finder);
    *finder = (struct mail_head_finder){set, lines, arena, arena_array(arena, lines->count, sizeof *finder->traits)};
    return finder;
}

static const struct text_line *line_at(const struct mail_head_finder *finder, size_t index)
{
    return index < finder->lines->count ? &finder->lines->items[index] : NULL;
}

/* ---- Markers --------------------------------------------------------- */

static bool is_ornament(char c)
{
    return strchr("-_=*~+#: ", c) != NULL && c != '\0';
}

enum marker { MARKER_NONE, MARKER_ORIGINAL, MARKER_FORWARD };

/* "-----Original Message-----", "Begin forwarded message:", "----- Forwarded by Kari on 12.06.2024 -----" */
static enum marker read_marker(const struct mail_head_finder *finder, size_t index)
{
    const struct text_line *line = &finder->lines->items[index];
    const struct folded *folded = &finder->lines->folded;
    size_t start = line->folded_start, end = line->folded_end;
    while (start < end && is_ornament(folded->text[start]))
        start++;
    while (end > start && is_ornament(folded->text[end - 1]))
        end--;
    if (start == end)
        return MARKER_NONE;
    enum marker marker = MARKER_ORIGINAL;
    const struct lexicon_phrase *phrase = lexicon_find_at(finder->set, LEXICON_QUOTE_ORIGINAL, folded, start);
    if (phrase == NULL) {
        marker = MARKER_FORWARD;
        phrase = lexicon_find_at(finder->set, LEXICON_FORWARD_MARKER, folded, start);
    }
    if (phrase == NULL)
        return MARKER_NONE;
    bool whole = start + phrase->folded_length == end;
    bool dashes_before = start - line->folded_start >= MARKER_DASHES_MIN;
    bool dashes_behind = line->folded_end - end >= MARKER_DASHES_MIN;
    bool stands_alone = whole && (dashes_before || folded->text[line->folded_end - 1] == ':');
    return (dashes_before && dashes_behind) || stands_alone ? marker : MARKER_NONE;
}

/* ---- Header blocks --------------------------------------------------- */

/* The field that the line begins with, "*Fra:* Ola" too; FIELD_COUNT for none. `*ret_value` is a folded offset. */
static enum mail_field read_label(const struct mail_head_finder *finder, const struct text_line *line,
                                  size_t *ret_value)
{
    const struct folded *folded = &finder->lines->folded;
    size_t at = line->folded_start;
    while (at < line->folded_end && strchr("*_", folded->text[at]) != NULL)
        at++;
    for (enum mail_field field = 0; field < FIELD_COUNT; field++) {
        const struct lexicon_phrase *phrase = lexicon_find_at(finder->set, field_keys[field], folded, at);
        if (phrase == NULL)
            continue;
        size_t end = at + phrase->folded_length;
        while (end < line->folded_end && strchr("*_ ", folded->text[end]) != NULL)
            end++;
        if (end >= line->folded_end || folded->text[end] != ':')
            continue;
        end++;
        while (end < line->folded_end && strchr("*_ \t", folded->text[end]) != NULL)
            end++;
        *ret_value = end;
        return field;
    }
    return FIELD_COUNT;
}

/* A field that no lexicon has: "Importance: High". */
static bool is_other_field(const struct mail_head_finder *finder, const struct text_line *line)
{
    enum { LABEL_MAX = 24 };
    const char *text = finder->lines->folded.text + line->folded_start;
    size_t length = line->folded_end - line->folded_start;
    const char *colon = memchr(text, ':', length < LABEL_MAX ? length : LABEL_MAX);
    return colon != NULL && colon > text && memchr(text, '.', (size_t)(colon - text)) == NULL &&
           memchr(text, ',', (size_t)(colon - text)) == NULL && (colon + 1 == text + length || colon[1] == ' ');
}

static bool starts_field(const struct mail_head_finder *finder, size_t index, unsigned depth, const bool *seen)
{
    const struct text_line *line = line_at(finder, index);
    size_t value;
    if (line == NULL || line->depth != depth)
        return false;
    enum mail_field field = read_label(finder, line, &value);
    return field != FIELD_COUNT && (seen == NULL || !seen[field]);
}

/* The line behind the value that begins at `index`: a long list of recipients goes on below where a field follows. */
static size_t value_end(const struct mail_head_finder *finder, size_t index, unsigned depth)
{
    for (size_t end = index + 1; end <= index + CONTINUATION_MAX; end++) {
        const struct text_line *line = line_at(finder, end);
        if (line == NULL || line->depth != depth || text_line_is_blank(finder->lines, end))
            break;
        if (starts_field(finder, end, depth, NULL))
            return end;
        if (is_other_field(finder, line))
            break;
    }
    return index + 1;
}

static const char *copy_value(const struct mail_head_finder *finder, size_t index, size_t end, size_t value)
{
    const struct text_lines *lines = finder->lines;
    struct buffer text = BUFFER_INIT;
    size_t from = lines->folded.offsets[value];
    for (; index < end; index++) {
        const struct text_line *line = &lines->items[index];
        size_t to = lines->folded.offsets[line->folded_end];
        if (to > from && text.length + (to - from) <= VALUE_BYTES_MAX)
            buffer_append(&text, lines->body + from, to - from);
        buffer_append_char(&text, ' ');
        from = index + 1 < lines->count ? lines->items[index + 1].words : 0;
    }
    while (text.length > 0 && strchr(" *\t\r\n", text.data[text.length - 1]) != NULL)
        buffer_truncate(&text, text.length - 1);
    const char *copy = arena_strndup(finder->arena, text.data, text.length);
    buffer_release(&text);
    return copy;
}

/* "08:00", "kl. 08.00": programs state it; who dates a letter by hand does not. */
static bool has_clock(const char *text)
{
    size_t digits;
    for (; *text != '\0'; text += digits == 0 ? 1 : digits) {
        digits = strspn(text, "0123456789");
        bool hour = digits == 1 || digits == 2;
        if (hour && text[digits] == ':' && strspn(text + digits + 1, "0123456789") == 2)
            return true;
        if (hour && text[digits] == '.' && strspn(text + digits + 1, "0123456789") == 2 && text[digits + 3] != '.')
            return true;
        if (digits > 0 && text[digits] == '.')
            digits += 1 + strspn(text + digits + 1, "0123456789.");
    }
    return false;
}

static bool is_block(const struct mail_head *head, unsigned kinds)
{
    const char *from = head->fields[FIELD_FROM];
    if (from == NULL || from[0] == '\0' || (from[0] >= '0' && from[0] <= '9'))
        return false;
    bool dated = head->fields[FIELD_SENT] != NULL && has_clock(head->fields[FIELD_SENT]);
    bool address = strchr(from, '@') != NULL;
    if (kinds >= FIELDS_MIN)
        return address || (dated && head->fields[FIELD_SUBJECT] != NULL) || head->marked;
    return kinds == FIELDS_MIN - 1 && (head->marked || (address && dated));
}

/* Reads the fields from line `index` on into `head`; false where they make no header of a mail. */
static bool read_block(const struct mail_head_finder *finder, size_t index, struct mail_head *head)
{
    const struct text_lines *lines = finder->lines;
    unsigned depth = lines->items[index].depth, kinds = 0;
    bool seen[FIELD_COUNT] = {false};
    struct mail_head block = *head;
    size_t at = index, end = index;
    while (starts_field(finder, at, depth, seen)) {
        size_t value, after = value_end(finder, at, depth);
        enum mail_field field = read_label(finder, &lines->items[at], &value);
        seen[field] = true;
        kinds++;
        block.fields[field] = copy_value(finder, at, after, value);
        end = at = after;
        while (line_at(finder, at) != NULL && lines->items[at].depth == depth && !text_line_is_blank(lines, at) &&
               !starts_field(finder, at, depth, NULL) && is_other_field(finder, &lines->items[at]))
            at++;
        if (starts_field(finder, at, depth, seen) || kinds >= FIELDS_MIN)
            end = at;
        /* Programs that make a paragraph of each field leave an empty line between two. */
        if (line_at(finder, at) != NULL && text_line_is_blank(lines, at) && starts_field(finder, at + 1, depth, seen))
            at++;
    }
    if (!is_block(&block, kinds))
        return false;
    *head = block;
    head->header = true;
    head->header_first = index;
    head->depth = depth;
    head->end = end;
    return true;
}

/* ---- Attributions ---------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Words of dates that are not counted as words of a sentence. */
static bool is_date_word(const struct mail_head_finder *finder, const char *word, size_t length, bool *ret_month)
{
    size_t iterator = 0;
    const struct lexicon_phrase *phrase;
    bool found = false;
    while ((phrase = lexicon_of_word(finder->set, word, length, &iterator)) != NULL) {
        *ret_month = *ret_month || phrase->key == LEXICON_MONTH;
        found = found || phrase->key == LEXICON_MONTH || phrase->key == LEXICON_WEEKDAY ||
                phrase->key == LEXICON_CLOCK_AT || phrase->key == LEXICON_CLOCK_AM || phrase->key == LEXICON_CLOCK_PM;
    }
    return found;
}

static void read_word(const struct mail_head_finder *finder, struct piece piece, struct traits *traits)
{
    const struct text_lines *lines = finder->lines;
    const struct folded *folded = &lines->folded;
    if (is_date_word(finder, folded->text + piece.start, piece.end - piece.start, &traits->month))
        return;
    UChar32 first;
    size_t at = folded->offsets[piece.start], end = folded->offsets[piece.end];
    U8_NEXT(lines->body, at, end, first);
    size_t letters = 0;
    for (size_t i = piece.start; i < piece.end; letters++)
        U8_FWD_1(folded->text, i, piece.end);
    if (first >= 0 && (u_isupper(first) || u_istitle(first)))
        traits->names++;
    else if (first >= 0 && u_islower(first) && letters > NEUTRAL_LETTERS_MAX)
        traits->plain++;
    else
        traits->small++;
}

/* The end of the number's whole expression: "12.06.2024", "08:00:00", "2024". */
static size_t read_number(const struct folded *folded, struct piece piece, struct traits *traits)
{
    const char *text = folded->text;
    size_t end = piece.end, groups = 1, digits = piece.end - piece.start;
    char separator = '\0';
    while (strchr(":./-", text[end]) != NULL && text[end] != '\0' && is_digit(text[end + 1]) && groups < 3) {
        separator = text[end++];
        while (is_digit(text[end]))
            end++;
        groups++;
    }
    if (groups == 3 && separator != ':')
        traits->numeric_date = true;
    else if (groups > 1 && separator != '/')
        traits->clock = true;
    else if (digits == 4 && (text[piece.start] == '1' || text[piece.start] == '2'))
        traits->year = true;
    else if (digits <= 2)
        traits->day = true;
    return end;
}

/* Where the run of characters without blanks ends that holds an address; `start` where it holds none. */
static size_t read_address(const struct folded *folded, size_t start, size_t line_end, struct traits *traits)
{
    size_t end = start;
    while (end < line_end && folded->text[end] != ' ' && folded->text[end] != '\t')
        end++;
    const char *at = memchr(folded->text + start, '@', end - start);
    if (at == NULL || at == folded->text + start || at + 1 >= folded->text + end)
        return start;
    traits->address = true;
    for (size_t i = start; i < end; i++)
        traits->bracketed = traits->bracketed || strchr("<>([", folded->text[i]) != NULL;
    return end;
}

static bool opens_attribution(const struct mail_head_finder *finder, const struct text_line *line)
{
    const struct folded *folded = &finder->lines->folded;
    size_t start = line->folded_start;
    if (is_digit(folded->text[start]) || folded->text[start] == '-')
        return true;
    if (lexicon_find_at(finder->set, LEXICON_QUOTE_BEGIN, folded, start) != NULL ||
        lexicon_find_at(finder->set, LEXICON_QUOTE_WROTE, folded, start) != NULL)
        return true;
    struct piece piece = fold_piece(folded, start);
    bool month = false;
    return piece.kind == PIECE_LETTERS &&
           (is_date_word(finder, folded->text + piece.start, piece.end - piece.start, &month) ||
            strchr(",.", folded->text[piece.end]) != NULL);
}

static void compute_traits(const struct mail_head_finder *finder, const struct text_line *line, struct traits *traits)
{
    const struct folded *folded = &finder->lines->folded;
    size_t at = line->folded_start;
    const struct lexicon_phrase *begin = lexicon_find_at(finder->set, LEXICON_QUOTE_BEGIN, folded, at);
    traits->opens = opens_attribution(finder, line);
    if (begin != NULL)
        at += begin->folded_length;
    while (at < line->folded_end) {
        bool run_starts = at == line->folded_start || strchr(" \t", folded->text[at - 1]) != NULL;
        size_t address_end = run_starts ? read_address(folded, at, line->folded_end, traits) : at;
        struct piece piece = fold_piece(folded, at);
        const struct lexicon_phrase *verb = NULL;
        if (address_end > at)
            at = address_end;
        else if (piece.kind == PIECE_DIGITS)
            at = read_number(folded, piece, traits);
        else if (piece.kind == PIECE_LETTERS) {
            verb = lexicon_find_at(finder->set, LEXICON_QUOTE_WROTE, folded, piece.start);
            if (verb == NULL)
                read_word(finder, piece, traits);
            traits->verb = traits->verb || verb != NULL;
            at = verb != NULL ? piece.start + verb->folded_length : piece.end;
        } else
            at = piece.end;
        while (at < line->folded_end && strchr(" \t", folded->text[at]) != NULL)
            at++;
    }
    char last = folded->text[line->folded_end - 1];
    traits->bracketed = traits->bracketed || last == '<';
    traits->colon = last == ':' || (last == '-' && traits->verb);
    traits->opens = traits->opens || (traits->address && traits->plain + traits->small == 0);
}

static const struct traits *traits_of(const struct mail_head_finder *finder, size_t index)
{
    struct traits *traits = &finder->traits[index];
    const struct text_line *line = &finder->lines->items[index];
    if (!traits->known && line->folded_end > line->folded_start &&
        line->folded_end - line->folded_start <= ATTRIBUTION_BYTES_MAX)
        compute_traits(finder, line, traits);
    traits->known = true;
    return traits;
}

static struct traits combined_traits(const struct mail_head_finder *finder, size_t first, size_t last)
{
    struct traits all = *traits_of(finder, last);
    for (size_t i = first; i < last; i++) {
        const struct traits *traits = traits_of(finder, i);
        all.numeric_date = all.numeric_date || traits->numeric_date;
        all.month = all.month || traits->month;
        all.year = all.year || traits->year;
        all.day = all.day || traits->day;
        all.clock = all.clock || traits->clock;
        all.verb = all.verb || traits->verb;
        all.address = all.address || traits->address;
        all.bracketed = all.bracketed || traits->bracketed;
        all.names += traits->names;
        all.plain += traits->plain;
        all.small += traits->small;
    }
    return all;
}

static bool has_date(const struct traits *traits)
{
    return traits->numeric_date || (traits->day && (traits->month || traits->year));
}

/* So much of an attribution that it is one whatever stands below. */
static bool is_plain_attribution(const struct traits *traits)
{
    if (!has_date(traits) || traits->names > NAME_WORDS_MAX)
        return false;
    if (traits->address && (traits->bracketed || traits->verb))
        return traits->plain <= PLAIN_WORDS_MAX;
    return traits->clock && traits->plain == 0 && (traits->address || (traits->verb && traits->names > 0));
}

/* What is one above a quotation: "Kari Berg wrote:", "Zitat von kari@x.example:" */
static bool introduces_quotation(const struct traits *traits)
{
    if (traits->names > NAME_WORDS_MAX || (!traits->verb && !traits->address))
        return false;
    if (has_date(traits))
        return traits->plain <= PLAIN_WORDS_MAX;
    return traits->address ? traits->plain <= 1 : traits->names > 0 && traits->plain + traits->small == 0;
}

static bool is_quoted_below(const struct mail_head_finder *finder, size_t index)
{
    size_t next = text_lines_next(finder->lines, index + 1);
    return next < finder->lines->count && finder->lines->items[next].depth > finder->lines->items[index].depth;
}

/* The first line of the shortest attribution that ends in line `last`; `last` + 1 for none. */
static size_t attribution_start(const struct mail_head_finder *finder, size_t last,
                                bool (*is_one)(const struct traits *))
{
    for (size_t lines = 1; lines <= ATTRIBUTION_LINES_MAX && lines <= last + 1; lines++) {
        size_t first = last + 1 - lines;
        if (text_line_is_blank(finder->lines, first) ||
            finder->lines->items[first].depth != finder->lines->items[last].depth)
            break;
        struct traits all = combined_traits(finder, first, last);
        if ((first == last || traits_of(finder, first)->opens) && is_one(&all))
            return first;
    }
    return last + 1;
}

/* The address in the attribution, for whoever wants to know who wrote the quoted mail. */
static const char *attribution_address(const struct mail_head_finder *finder, size_t first, size_t end)
{
    const char *text = copy_value(finder, first, end, finder->lines->items[first].folded_start);
    const char *at = strchr(text, '@');
    if (at == NULL)
        return NULL;
    const char *start = at, *stop = at;
    while (start > text && strchr(" <([:\"", start[-1]) == NULL)
        start--;
    stop += strcspn(at, " >)]:\",;");
    return arena_strndup(finder->arena, start, (size_t)(stop - start));
}

/* Looked at first, for few lines do. */
static bool ends_attribution(const struct mail_head_finder *finder, size_t index)
{
    char last = finder->lines->folded.text[finder->lines->items[index].folded_end - 1];
    return (last == ':' || last == '-') && traits_of(finder, index)->colon;
}

static bool read_attribution(const struct mail_head_finder *finder, size_t index, struct mail_head *head)
{
    const struct text_lines *lines = finder->lines;
    size_t last = index;
    while (!ends_attribution(finder, last)) {
        last++;
        if (last == lines->count || last == index + ATTRIBUTION_LINES_MAX || text_line_is_blank(lines, last) ||
            lines->items[last].depth != lines->items[index].depth)
            return false;
    }
    size_t first = attribution_start(finder, last, is_plain_attribution);
    if (first > last && is_quoted_below(finder, last))
        first = attribution_start(finder, last, introduces_quotation);
    if (first != index)
        return false;
    head->attribution = true;
    head->depth = lines->items[index].depth;
    head->end = last + 1;
    head->fields[FIELD_FROM] = attribution_address(finder, index, last + 1);
    return true;
}

/* ---- The whole ------------------------------------------------------- */

bool mail_head_find(struct mail_head_finder *finder, size_t index, struct mail_head *ret_head)
{
    const struct text_lines *lines = finder->lines;
    if (text_line_is_blank(lines, index))
        return false;
    struct mail_head head = {.first = index, .end = index + 1, .depth = lines->items[index].depth};
    enum marker marker = read_marker(finder, index);
    head.marked = marker != MARKER_NONE;
    head.forward = marker == MARKER_FORWARD;
    size_t next = text_lines_next(lines, index + 1);
    bool found = head.marked;
    if (head.marked)
        (void)(next < lines->count && (read_block(finder, next, &head) || read_attribution(finder, next, &head)));
    else if (text_line_is_rule(lines, index))
        found = next < lines->count && next <= index + 2 && read_block(finder, next, &head);
    else
        found = read_block(finder, index, &head) || read_attribution(finder, index, &head);
    if (found)
        *ret_head = head;
    return found;
}
