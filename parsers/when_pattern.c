#include "parsers/when_pattern.h"

#include <string.h>

#include "base/holiday.h"

/* Names of phrases in patterns. Two more are no key: {weekday} is W, {part} any part of a day. */
static const struct {
    const char *name;
    enum lexicon_key key;
} name_table[] = {
    {"about", LEXICON_ABOUT},
    {"after", LEXICON_AFTER},
    {"after_next", LEXICON_AFTER_NEXT},
    {"and", LEXICON_AND},
    {"article", LEXICON_ARTICLE},
    {"at", LEXICON_CLOCK_AT},
    {"before", LEXICON_BEFORE},
    {"beginning", LEXICON_BEGINNING},
    {"between", LEXICON_BETWEEN},
    {"day", LEXICON_DAY},
    {"day_after_tomorrow", LEXICON_DAY_AFTER_TOMORROW},
    {"day_number", LEXICON_DAY_NUMBER},
    {"end", LEXICON_END},
    {"every", LEXICON_EVERY},
    {"fortnight", LEXICON_FORTNIGHT},
    {"from", LEXICON_FROM},
    {"from_now", LEXICON_FROM_NOW},
    {"half_past", LEXICON_CLOCK_HALF_PAST},
    {"half_to", LEXICON_CLOCK_HALF_TO},
    {"hours", LEXICON_CLOCK_HOURS},
    {"in", LEXICON_IN_TIME},
    {"in_a_month", LEXICON_IN_A_MONTH},
    {"in_a_week", LEXICON_IN_A_WEEK},
    {"into", LEXICON_CLOCK_INTO},
    {"last", LEXICON_LAST},
    {"last_behind", LEXICON_LAST_BEHIND},
    {"less", LEXICON_CLOCK_LESS},
    {"less_quarter", LEXICON_CLOCK_LESS_QUARTER},
    {"middle", LEXICON_MIDDLE},
    {"minute", LEXICON_CLOCK_MINUTE},
    {"month", LEXICON_MONTH_UNIT},
    {"next", LEXICON_NEXT},
    {"next_behind", LEXICON_NEXT_BEHIND},
    {"noon", LEXICON_CLOCK_NOON},
    {"number_word", LEXICON_NUMBER_WORD},
    {"of", LEXICON_OF},
    {"on", LEXICON_ON},
    {"or", LEXICON_OR},
    {"past", LEXICON_CLOCK_PAST},
    {"quarter_into", LEXICON_CLOCK_QUARTER_INTO},
    {"quarter_past", LEXICON_CLOCK_QUARTER_PAST},
    {"quarter_to", LEXICON_CLOCK_QUARTER_TO},
    {"then", LEXICON_CLOCK_THEN},
    {"then_half", LEXICON_CLOCK_THEN_HALF},
    {"then_quarter", LEXICON_CLOCK_THEN_QUARTER},
    {"this", LEXICON_THIS},
    {"to", LEXICON_CLOCK_TO},
    {"to_before", LEXICON_CLOCK_TO_BEFORE},
    {"today", LEXICON_TODAY},
    {"tomorrow", LEXICON_TOMORROW},
    {"until", LEXICON_UNTIL},
    {"up_to", LEXICON_UP_TO},
    {"week", LEXICON_WEEK},
    {"weekday_every", LEXICON_WEEKDAY_EVERY},
    {"whole", LEXICON_CLOCK_WHOLE},
    {"yesterday", LEXICON_YESTERDAY},
};

/* By which words the letters of patterns can begin. */
static const struct {
    const char *letters;
    bool digits;
    bool clock; /* whatever a spoken clock time begins with, too */
    enum lexicon_key from, to;
} letter_table[] = {
    {"demNYywxo", true, false, LEXICON_KEY_COUNT, LEXICON_KEY_COUNT},
    {"DE", true, false, LEXICON_ORDINAL, LEXICON_ORDINAL},
    {"M", false, false, LEXICON_MONTH, LEXICON_MONTH},
    {"W", false, false, LEXICON_WEEKDAY, LEXICON_WEEKDAY},
    {"nqrQhCTUV", true, false, LEXICON_NUMBER, LEXICON_NUMBER},
    {"hHCTUV", false, false, LEXICON_HOUR, LEXICON_HOUR},
    {"p", false, false, LEXICON_HALF_HOUR, LEXICON_HALF_HOUR},
    {"CTUV", false, true, LEXICON_KEY_COUNT, LEXICON_KEY_COUNT},
    {"F", false, false, LEXICON_HOLIDAY_NEW_YEAR, (enum lexicon_key)(LEXICON_HOLIDAY_NEW_YEAR + HOLIDAY_COUNT - 1)},
};

static bool find_name(const char *name, size_t length, struct element *element)
{
    if (strncmp(name, "weekday}", length + 1) == 0) {
        element->kind = ELEMENT_LETTER;
        element->letter = 'W';
        return true;
    }
    element->kind = strncmp(name, "part}", length + 1) == 0 ? ELEMENT_PART : ELEMENT_KEY;
    for (size_t i = 0; i < sizeof name_table / sizeof name_table[0]; i++)
        if (strlen(name_table[i].name) == length && strncmp(name_table[i].name, name, length) == 0) {
            element->key = name_table[i].key;
            return true;
        }
    return element->kind == ELEMENT_PART;
}

static bool is_letter(char letter)
{
    for (size_t i = 0; i < sizeof letter_table / sizeof letter_table[0]; i++)
        if (strchr(letter_table[i].letters, letter) != NULL)
            return true;
    return false;
}

/* One alternative, of `length` bytes. */
static bool read_element(const char *text, size_t length, struct element *element)
{
    element->glued = length > 1 && text[0] == '=';
    text += element->glued;
    length -= element->glued;
    if (length > 2 && text[0] == '{' && text[length - 1] == '}')
        return find_name(text + 1, length - 2, element);
    if (length != 1)
        return false;
    element->kind = strchr(".,:/-", text[0]) != NULL ? ELEMENT_MARK : ELEMENT_LETTER;
    element->letter = text[0];
    return element->kind == ELEMENT_MARK || is_letter(text[0]);
}

/* The alternatives of a step, of `length` bytes. */
static bool read_step(const char *text, size_t length, struct pattern_step *step)
{
    step->optional = length > 1 && text[length - 1] == '?';
    length -= step->optional;
    for (size_t at = 0; at <= length;) {
        size_t end = at;
        while (end < length && text[end] != '|')
            end++;
        if (step->count == PATTERN_CHOICES_MAX || !read_element(text + at, end - at, &step->choices[step->count++]))
            return false;
        at = end + 1;
    }
    return true;
}

static void set_bit(struct pattern_bits *bits, size_t index)
{
    bits->bits[index / 64] |= UINT64_C(1) << index % 64;
}

static bool is_empty(const struct pattern_bits *bits)
{
    return pattern_bits_next(bits, 0) == PATTERNS_MAX;
}

static void begin_with_letter(struct pattern_set *set, size_t index, char letter, const struct pattern_set *clocks)
{
    for (size_t i = 0; i < sizeof letter_table / sizeof letter_table[0]; i++) {
        if (strchr(letter_table[i].letters, letter) == NULL)
            continue;
        if (letter_table[i].digits)
            set_bit(&set->by_digits, index);
        for (enum lexicon_key key = letter_table[i].from; key <= letter_table[i].to && key < LEXICON_KEY_COUNT; key++)
            set_bit(&set->by_key[key], index);
        for (enum lexicon_key key = 0; letter_table[i].clock && clocks != NULL && key < LEXICON_KEY_COUNT; key++)
            if (!is_empty(&clocks->by_key[key]))
                set_bit(&set->by_key[key], index);
    }
}

/* A mark begins no pattern: may_begin() in when_grammar.c asks for a word. */
static void begin_with(struct pattern_set *set, size_t index, const struct element *element,
                       const struct pattern_set *clocks)
{
    if (element->kind == ELEMENT_KEY)
        set_bit(&set->by_key[element->key], index);
    else if (element->kind == ELEMENT_LETTER)
        begin_with_letter(set, index, element->letter, clocks);
    for (enum lexicon_key key = LEXICON_PART_MORNING; element->kind == ELEMENT_PART && key <= LEXICON_PART_EVENING;
         key++)
        set_bit(&set->by_key[key], index);
}

enum status pattern_set_add(struct pattern_set *set, const char *text, const struct pattern_set *clocks,
                            struct error *error)
{
    size_t index = set->count;
    const char *at = text;
    if (index == PATTERNS_MAX)
        return error_set(error, STATUS_INTERNAL, "more than %d patterns", PATTERNS_MAX);
    struct pattern *pattern = &set->patterns[set->count++];
    bool first = true;
    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        struct pattern_step *step = &pattern->steps[pattern->count];
        if (pattern->count == PATTERN_STEPS_MAX || !read_step(at, length, step))
            return error_set(error, STATUS_INTERNAL, "pattern '%s' has no meaning at '%s'", text, at);
        for (size_t i = 0; first && i < step->count; i++)
            begin_with(set, index, &step->choices[i], clocks);
        first = first && step->optional;
        pattern->count++;
        at += length + strspn(at + length, " ");
    }
    return STATUS_OK;
}

struct pattern_bits pattern_set_begin(const struct pattern_set *set, const struct word *word)
{
    struct pattern_bits bits = {{0}};
    if (word->kind == WORD_DIGITS)
        bits = set->by_digits;
    for (size_t m = 0; m < word->match_count; m++)
        for (size_t i = 0; i < sizeof bits.bits / sizeof bits.bits[0]; i++)
            bits.bits[i] |= set->by_key[word->matches[m].phrase->key].bits[i];
    return bits;
}

size_t pattern_bits_next(const struct pattern_bits *bits, size_t index)
{
    for (; index < PATTERNS_MAX; index = (index / 64 + 1) * 64) {
        uint64_t rest = bits->bits[index / 64] >> index % 64;
        if (rest != 0)
            return index + (size_t)__builtin_ctzll(rest);
    }
    return PATTERNS_MAX;
}
