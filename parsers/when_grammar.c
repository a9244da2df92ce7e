#include "parsers/when_grammar.h"

#include <stdlib.h>
#include <string.h>

#include "base/holiday.h"
#include "parsers/when.h"
#include "parsers/when_pattern.h"

enum { MAY_BE_CLOCK = 1 }; /* number of a pattern whose dates look like clock times */

/*
 * Elements of a pattern, parted by spaces:
 *   {key}   a phrase of the lexicon (names in when_pattern.c)
 *   . / - : ,   that mark
 *   d e     a day of the month in digits, first and second
 *   D E     the same as ordinal: "14th", "14-го", "fjortende"
 *   o       an ordinal in digits with its suffix: "14th"
 *   M m N   a month by name; in digits; in two digits
 *   Y y     a year of four digits; of two
 *   W       a weekday
 *   w x     an ISO week in digits, first and second
 *   n       a number in digits or words
 *   F       a holiday
 *   T U     a clock time, first and second; may be a bare hour
 *   C V     the same that shows by itself that it is one: "10:30", "10 am", "halv tre"
 * and in spoken clock times:
 *   h H     the hour in digits or words; in a word of [hours]
 *   p       the hour before which it is half, in one word: "halvtre", "полтретьего"
 *   q r Q   minutes in digits or words; in words; in two digits or words, ten at least
 * '=' before an element: no space before it. '?' behind it: it may be missing. '|' between elements: either.
 */
static const struct {
    const char *pattern;
    enum atom_kind kind;
    int number; /* for kinds that have one and whose pattern names none */
} pattern_table[] = {
    /* 2024-06-11; 11.06.2024; 11/6-24; 11.6. */
    {"Y =- m =- d", ATOM_DATE, 0},
    {"{weekday}? ,? {article}? d =. m =. Y|y", ATOM_DATE_NUMERIC, 0},
    {"{weekday}? ,? {article}? d . m . Y", ATOM_DATE_NUMERIC, 0},
    {"{weekday}? ,? {article}? d =/ m =/|- Y|y", ATOM_DATE_NUMERIC, 0},
    {"{weekday}? ,? {article}? d =- m =- Y|y", ATOM_DATE_NUMERIC, 0},
    {"{weekday}? ,? {article}? d =/ m", ATOM_DATE_NUMERIC, 0},
    {"{weekday}? ,? {article}? d =. m =.", ATOM_DATE_NUMERIC, 0},
    {"{weekday} ,? {article}? d =. m", ATOM_DATE_NUMERIC, 0},
    {"{article} d =. m =.?", ATOM_DATE_NUMERIC, 0},
    {"d =. N", ATOM_DATE_NUMERIC, MAY_BE_CLOCK},
    {"{from}? {article}? d =.? -|{until} {article}? e =. N =.? Y?", ATOM_DATE_RANGE, 0},
    {"{from}? {article}? d =.? -|{until} {article}? e =/ m", ATOM_DATE_RANGE, 0},
    {"{between} {article}? d =.? {and} {article}? e =. N =.? Y?", ATOM_DATE_RANGE, 0},
    {"{weekday}? {article}? d =.? {or}|{and}|, {weekday}? {article}? e =. N =.? Y?", ATOM_DATE_LIST, 0},
    /* tirsdag den 11. juni 2024; Tuesday the 11th of June; June 11th, 2024 */
    {"{weekday}? =.? ,? {article}? D|d =.? {of}? M =.? ,? Y?", ATOM_DATE, 0},
    {"{weekday}? =.? ,? {article}? D|d =.? {of}? M {of} Y", ATOM_DATE, 0},
    {"{on}? {weekday}? =.? ,? {article}? M {article}? D|d ,? Y?", ATOM_DATE, 0},
    {"{weekday}? {article}? D|d =.? {or}|{and}|,|/ {weekday}? {article}? E|e =.? {of}? M Y?", ATOM_DATE_LIST, 0},
    {"{from}? {article}? D|d =.? -|{until} {article}? E|e =.? {of}? M Y?", ATOM_DATE_RANGE, 0},
    {"{between} {article}? D|d =.? {and} {article}? E|e =.? {of}? M Y?", ATOM_DATE_RANGE, 0},
    {"{on}? M {article}? D|d -|{until} E|e ,? Y?", ATOM_DATE_RANGE, 0},
    {"{weekday}? ,? {article} D|d =.?", ATOM_DAY_OF_MONTH, 0},
    {"{weekday} ,? d =.", ATOM_DAY_OF_MONTH, 0},
    {"{weekday} ,? D", ATOM_DAY_OF_MONTH, 0},
    {"{weekday}? ,? {article}? D|d =.? {day_number}", ATOM_DAY_OF_MONTH, 0},
    {"o", ATOM_DAY_OF_MONTH, 0},
    {"{weekday} ,? d", ATOM_WEEKDAY_DAY, 0},
    {"F {of}? Y?", ATOM_HOLIDAY, 0},
    /* days from today */
    {"{yesterday}", ATOM_RELATIVE_DAY, -1},
    {"{today}", ATOM_RELATIVE_DAY, 0},
    {"{tomorrow}", ATOM_RELATIVE_DAY, 1},
    {"{day_after_tomorrow}", ATOM_RELATIVE_DAY, 2},
    {"{in} n {day}", ATOM_RELATIVE_DAY, 0},
    {"n {day} {from_now}", ATOM_RELATIVE_DAY, 0},
    /* weekdays */
    {"{this}? W", ATOM_WEEKDAY, 0},
    {"{next} W", ATOM_WEEKDAY_NEXT, 0},
    {"W {next_behind}", ATOM_WEEKDAY_NEXT, 0},
    {"{last} W", ATOM_WEEKDAY_LAST, 0},
    {"W {last_behind}", ATOM_WEEKDAY_LAST, 0},
    {"{every} W", ATOM_WEEKDAY_EVERY, 0},
    {"{weekday_every}", ATOM_WEEKDAY_EVERY, 0},
    {"{on}? W ,? {on}|{in}|{of}? {next} {week}", ATOM_WEEKDAY_OF_WEEK, 1},
    {"{on}? W ,? {on}|{in}|{of}? {article}? {week} {next_behind}", ATOM_WEEKDAY_OF_WEEK, 1},
    {"{on}? W ,? {on}|{in}|{of}? {after_next} {week}", ATOM_WEEKDAY_OF_WEEK, 2},
    {"W ,? {on}|{in}|{of}? {this} {week}", ATOM_WEEKDAY_OF_WEEK, 0},
    {"{next} {week} ,? {on}? W", ATOM_WEEKDAY_OF_WEEK, 1},
    {"{week} {next_behind} ,? {on}? W", ATOM_WEEKDAY_OF_WEEK, 1},
    {"{after_next} {week} ,? {on}? W", ATOM_WEEKDAY_OF_WEEK, 2},
    {"{this} {week} ,? {on}? W", ATOM_WEEKDAY_OF_WEEK, 0},
    {"W {in} n {week}", ATOM_WEEKDAY_OF_WEEK, 0},
    {"W {in_a_week}", ATOM_WEEKDAY_OF_WEEK, 1},
    {"{in_a_week} ,? {on}? W", ATOM_WEEKDAY_OF_WEEK, 1},
    {"{on}? W ,? {on}|{in}|{of}? {week} =.? w", ATOM_WEEKDAY_OF_ISO_WEEK, 0},
    {"{week} =.? w ,? {on}? W", ATOM_WEEKDAY_OF_ISO_WEEK, 0},
    {"{article}? D W {of}|{on}|{in}? M Y?", ATOM_WEEKDAY_OF_MONTH, 0},
    {"{article}? {last} W {of}|{on}|{in}? M Y?", ATOM_WEEKDAY_OF_MONTH, -1},
    /* weeks */
    {"{this} {week}", ATOM_WEEK, 0},
    {"{next} {week}", ATOM_WEEK, 1},
    {"{week} {next_behind}", ATOM_WEEK, 1},
    {"{after_next} {week}", ATOM_WEEK, 2},
    {"{week} {after_next}", ATOM_WEEK, 2},
    {"{last} {week}", ATOM_WEEK, -1},
    {"{week} {last_behind}", ATOM_WEEK, -1},
    {"{in} n {week} {from_now}?", ATOM_WEEK, 0},
    {"n {week} {from_now}", ATOM_WEEK, 0},
    {"{in_a_week}", ATOM_WEEK, 1},
    {"{in} {fortnight}", ATOM_WEEK, 2},
    {"{beginning} {article}? {next}|{this}? {week}", ATOM_WEEK_END, 1},
    {"{middle} {article}? {next}|{this}? {week}", ATOM_WEEK_END, 2},
    {"{end} {article}? {next}|{this}? {week}", ATOM_WEEK_END, 3},
    {"{beginning} {article}? {week} {next_behind}", ATOM_WEEK_END, 1},
    {"{middle} {article}? {week} {next_behind}", ATOM_WEEK_END, 2},
    {"{end} {article}? {week} {next_behind}", ATOM_WEEK_END, 3},
    {"{beginning} {week} =.? w", ATOM_WEEK_END, 1},
    {"{middle} {week} =.? w", ATOM_WEEK_END, 2},
    {"{end} {week} =.? w", ATOM_WEEK_END, 3},
    {"{week} =.? w =.? {or}|{and}|,|/ {week}? x", ATOM_ISO_WEEK_LIST, 0},
    {"{week} =.? w =.? -|{until} {week}? x", ATOM_ISO_WEEK_RANGE, 0},
    {"{week} =.? {number_word}? w ,? Y?", ATOM_ISO_WEEK, 0},
    {"w =. {week}", ATOM_ISO_WEEK, 0},
    {"{article}? D {week} {of}|{on}|{in}? M Y?", ATOM_WEEK_OF_MONTH, 0},
    {"{article}? {last} {week} {of}|{on}|{in}? M Y?", ATOM_WEEK_OF_MONTH, -1},
    /* months; third: +10 is this month, not the next */
    {"{beginning} M Y?", ATOM_MONTH, 1},
    {"{middle} M Y?", ATOM_MONTH, 2},
    {"{end} M Y?", ATOM_MONTH, 3},
    {"{on} M Y?", ATOM_MONTH, 0},
    {"M {of}? Y", ATOM_MONTH, 0},
    {"{next} M", ATOM_MONTH, 0},
    {"M {next_behind}", ATOM_MONTH, 0},
    {"{this} {month}", ATOM_MONTH_RELATIVE, 10},
    {"{next} {month}", ATOM_MONTH_RELATIVE, 0},
    {"{month} {next_behind}", ATOM_MONTH_RELATIVE, 0},
    {"{in_a_month}", ATOM_MONTH_RELATIVE, 0},
    {"{in} n {month}", ATOM_MONTH_RELATIVE, 0},
    {"{beginning} {article}? {next} {month}", ATOM_MONTH_RELATIVE, 1},
    {"{middle} {article}? {next} {month}", ATOM_MONTH_RELATIVE, 2},
    {"{end} {article}? {next} {month}", ATOM_MONTH_RELATIVE, 3},
    {"{beginning} {article}? {month} {next_behind}", ATOM_MONTH_RELATIVE, 1},
    {"{middle} {article}? {month} {next_behind}", ATOM_MONTH_RELATIVE, 2},
    {"{end} {article}? {month} {next_behind}", ATOM_MONTH_RELATIVE, 3},
    {"{beginning} {article}? {this}? {month}", ATOM_MONTH_RELATIVE, 11},
    {"{middle} {article}? {this}? {month}", ATOM_MONTH_RELATIVE, 12},
    {"{end} {article}? {this}? {month}", ATOM_MONTH_RELATIVE, 13},
    /* times of day */
    {"{at}? {about}? C", ATOM_CLOCK, 0},
    {"{about}? {at} {about}? T", ATOM_CLOCK, 0},
    {"{between} {at}? T {and} {at}? U", ATOM_CLOCK_RANGE, 0},
    {"{from} {at}? T {until}|- {at}? U", ATOM_CLOCK_RANGE, 0},
    {"{of} {at}? T {until}|- {at}? U", ATOM_CLOCK_RANGE, 0},
    {"{at} T {until}|-|/ {at}? U", ATOM_CLOCK_RANGE, 0},
    {"C {until}|- {at}? U", ATOM_CLOCK_RANGE, 0},
    {"T {until}|- {at}? V", ATOM_CLOCK_RANGE, 0},
    {"{after} {at}? T", ATOM_CLOCK_AFTER, 0},
    {"{from} {at}? T", ATOM_CLOCK_AFTER, 0},
    {"{before} {at}? T", ATOM_CLOCK_BEFORE, 0},
    {"{up_to} {at}? T", ATOM_CLOCK_BEFORE, 0},
    {"{noon}", ATOM_CLOCK, 12 * 60},
    {"{after} {noon}", ATOM_CLOCK_AFTER, 12 * 60},
    {"{before} {noon}", ATOM_CLOCK_BEFORE, 12 * 60},
    {"{part}", ATOM_PART, 0},
    {"{this} {part}", ATOM_PART_TODAY, 0},
};

/* Parts of a day, told by which key matched. */
static const enum lexicon_key part_keys[] = {
    LEXICON_PART_BEFORE_LUNCH, LEXICON_PART_AFTER_LUNCH, LEXICON_PART_MORNING, LEXICON_PART_FORENOON,
    LEXICON_PART_LUNCH,        LEXICON_PART_AFTERNOON,   LEXICON_PART_EVENING,
};

/* Clock times in words: what stands beside the hour, and the minutes that it adds to it. */
static const struct {
    const char *pattern;
    int minutes;
    int sign;  /* of q and Q */
    bool told; /* only where something before has told that a clock time comes */
} spoken_table[] = {
    {"{half_to} h", -30, 0, false},
    {"{half_past} h", 30, 0, false},
    {"{quarter_past} h", 15, 0, false},
    {"{quarter_to} h", -15, 0, false},
    {"{quarter_into} h", -45, 0, false},
    {"q {past} {half_to} h", -30, 1, false},
    {"q {to} {half_to} h", -30, -1, false},
    {"q {past} h", 0, 1, false},
    {"q {to} h", 0, -1, false},
    {"q {into} H", -60, 1, false},
    {"{to_before} q H", 0, -1, false},
    {"{to_before} r h", 0, -1, false},
    {"{to_before} q h", 0, -1, true},
    {"p", -30, 0, false},
    {"h {whole}|{hours}? {then_half}", 30, 0, false},
    {"h {whole}|{hours}? {then_quarter}", 15, 0, false},
    {"h {whole}|{hours}? {less_quarter}", -15, 0, false},
    {"h {whole}|{hours}? {then} r", 0, 1, true},
    {"h {whole} Q {minute}?", 0, 1, false},
    {"h {hours} Q {minute}?", 0, 1, true},
    {"h {whole}|{hours}? {less} q {minute}?", 0, -1, false},
    {"h Q", 0, 1, true},
};

enum {
    WEEKDAY_SHORT = 4,     /* an abbreviation of at most so many letters is a word of its own ("man", "sun") */
    ORDINAL_WORD_MIN = 4,  /* "the second one" is seldom the 2nd of the month */
    OFFICE_HOUR_FIRST = 7, /* a bare hour before this is one of the afternoon */
    COUNTED_WEEKS_MAX = 6, /* "the 2. week" is seldom that of the year */
    LIMIT_WORDS = 4,       /* of "from", "not earlier than the" */
    YEAR_MIN = 1900,
    YEAR_MAX = 2100,
};

struct when_grammar {
    struct pattern_set patterns; /* of pattern_table */
    struct pattern_set spoken;   /* of spoken_table */
};

/* Matching state: the atom that is being filled. */
struct matcher {
    const struct when_grammar *grammar;
    const struct words *words;
    struct atom atom;
    bool at; /* "kl.", "o godz." has been read */
};

static const struct word *word_at(const struct words *words, size_t index)
{
    return index < words->count ? &words->items[index] : NULL;
}

static int digits_at(const struct words *words, size_t index, size_t length_min, size_t length_max, int low, int high)
{
    const struct word *word = word_at(words, index);
    if (word == NULL || word->kind != WORD_DIGITS || word->length < length_min || word->length > length_max ||
        word->number < low || word->number > high)
        return -1;
    return word->number;
}

/* A number in digits or words; *ret_count words. */
static int number_at(const struct words *words, size_t index, int high, size_t *ret_count)
{
    *ret_count = 1;
    int number = digits_at(words, index, 1, 2, 0, high);
    if (number >= 0)
        return number;
    const struct lexicon_phrase *phrase;
    *ret_count = words_match(words, index, LEXICON_NUMBER, &phrase);
    return *ret_count > 0 && phrase->value <= high ? phrase->value : -1;
}

/* Letters that are glued to digits, perhaps by a hyphen ("14th", "14-го"): their words, 0 for none. */
static size_t suffix_at(const struct words *words, size_t index, enum lexicon_key key)
{
    size_t hyphen = words_is_mark(words, index, '-') && words->items[index].glued ? 1 : 0;
    const struct word *suffix = word_at(words, index + hyphen);
    return suffix != NULL && suffix->glued && words_match(words, index + hyphen, key, NULL) == 1 ? hyphen + 1 : 0;
}

/* "14th"; *ret_count words. */
static int numbered_ordinal_at(const struct words *words, size_t index, size_t *ret_count)
{
    size_t suffix = suffix_at(words, index + 1, LEXICON_ORDINAL_SUFFIX);
    *ret_count = 1 + suffix;
    return suffix == 0 ? -1 : digits_at(words, index, 1, 2, 1, 31);
}

/* "14th", "fjortende"; *ret_count words. */
static int ordinal_at(const struct words *words, size_t index, size_t *ret_count)
{
    int day = numbered_ordinal_at(words, index, ret_count);
    if (day > 0)
        return day;
    const struct lexicon_phrase *phrase;
    *ret_count = words_match(words, index, LEXICON_ORDINAL, &phrase);
    return *ret_count > 0 ? phrase->value : -1;
}

/* An hour in a word of its own, as languages have that count them by ordinals ("о третій"); *ret_count words. */
static int hour_word_at(const struct words *words, size_t index, size_t *ret_count)
{
    const struct lexicon_phrase *phrase;
    *ret_count = words_match(words, index, LEXICON_HOUR, &phrase);
    return *ret_count > 0 ? phrase->value : -1;
}

static int hour_at(const struct words *words, size_t index, int high, size_t *ret_count)
{
    int hour = hour_word_at(words, index, ret_count);
    return hour >= 0 ? hour : number_at(words, index, high, ret_count);
}

/* Minutes behind an hour without any mark: "ti tretti", "10 30". */
static int long_minutes_at(const struct words *words, size_t index, size_t *ret_count)
{
    const struct word *word = word_at(words, index);
    if (word == NULL || (word->kind == WORD_DIGITS && word->length != 2))
        return -1;
    int minutes = number_at(words, index, 59, ret_count);
    return minutes < 10 && word->kind != WORD_DIGITS ? -1 : minutes;
}

/* "man" and "sun" are weekdays only before a full stop, a comma, a number or a clock time. */
static size_t weekday_at(const struct words *words, size_t index, int *ret_weekday)
{
    const struct lexicon_phrase *phrase;
    size_t count = words_match(words, index, LEXICON_WEEKDAY, &phrase);
    if (count == 0)
        return 0;
    const struct word *next = word_at(words, index + count);
    bool marked =
        next != NULL && !next->fresh &&
        (next->kind == WORD_DIGITS || words_is_mark(words, index + count, '.') ||
         words_is_mark(words, index + count, ',') || words_match(words, index + count, LEXICON_CLOCK_AT, NULL) > 0 ||
         words_match(words, index + count, LEXICON_ARTICLE, NULL) > 0);
    if (phrase->folded_length <= WEEKDAY_SHORT && !marked)
        return 0;
    *ret_weekday = phrase->value;
    return count;
}

/* What makes the number before it something else than an hour: a month, a unit, more digits. */
static bool is_hour_end(const struct words *words, size_t index)
{
    const struct word *next = word_at(words, index);
    if (next == NULL || next->fresh)
        return true;
    if (next->kind == WORD_DIGITS)
        return false;
    if (next->kind == WORD_MARK && next->glued && strchr("./:-", next->text[0]) != NULL) {
        const struct word *after = word_at(words, index + 1);
        if (after != NULL && after->glued && after->kind == WORD_DIGITS && next->text[0] != '-')
            return false;
    }
    size_t at = index + (words_is_mark(words, index, '.') ? 1 : 0);
    if (at < words->count && index > 0 && words->items[at].sentence != words->items[index - 1].sentence)
        return true;
    if (suffix_at(words, index, LEXICON_ORDINAL_SUFFIX) > 0) /* "12-тим" */
        return false;
    size_t of = words_match(words, at, LEXICON_OF, NULL); /* "10 de junio" */
    if (of > 0 && words_match(words, at + of, LEXICON_MONTH, NULL) > 0)
        return false;
    static const enum lexicon_key others[] = {
        LEXICON_MONTH,         LEXICON_DAY,          LEXICON_WEEK,        LEXICON_MONTH_UNIT,    LEXICON_ORDINAL_SUFFIX,
        LEXICON_WEEKDAY_EVERY, LEXICON_CLOCK_MINUTE, LEXICON_CLOCK_HOURS, LEXICON_CLOCK_NOT_HOUR};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (words_match(words, at, others[i], NULL) > 0)
            return false;
    return next->kind != WORD_LETTERS || words_match(words, at, LEXICON_NUMBER, NULL) == 0 ||
           words_match(words, at, LEXICON_OR, NULL) > 0;
}

/* "Uhr", "годині" behind an hour; "часов" too, which may be a duration, where "at" has told that a clock time comes. */
static size_t hour_unit_at(const struct matcher *matcher, size_t index)
{
    size_t count = words_match(matcher->words, index, LEXICON_CLOCK_WHOLE, NULL);
    return count == 0 && matcher->at ? words_match(matcher->words, index, LEXICON_CLOCK_HOURS, NULL) : count;
}

/* am and pm move an hour; without them an hour that no office is open at is one of the afternoon. */
static size_t half_day(struct matcher *matcher, size_t index, int *minute, bool may_move)
{
    size_t count = words_match(matcher->words, index, LEXICON_CLOCK_AM, NULL);
    if (count > 0) {
        if (*minute / 60 == 12)
            *minute -= 12 * 60;
        return count;
    }
    count = words_match(matcher->words, index, LEXICON_CLOCK_PM, NULL);
    bool days = !matcher->at && words_match(matcher->words, index, LEXICON_DAY, NULL) > 0; /* "2 дня" is two days too */
    if (count > 0 && !days) {
        if (*minute / 60 < 12)
            *minute += 12 * 60;
        return count;
    }
    if (may_move && *minute > 0 && *minute / 60 < OFFICE_HOUR_FIRST)
        *minute += 12 * 60;
    return 0;
}

static bool match_rest(struct matcher *matcher, const struct pattern *pattern, size_t step, size_t index,
                       size_t *ret_end);

/* "halv tre", "ten past four": *ret_count words, the minute of the day or -1. */
static int spoken_at(const struct when_grammar *grammar, const struct words *words, size_t index, bool told,
                     size_t *ret_count)
{
    int minute = -1;
    *ret_count = 0;
    if (index >= words->count)
        return -1;
    struct pattern_bits bits = pattern_set_begin(&grammar->spoken, &words->items[index]);
    for (size_t row = pattern_bits_next(&bits, 0); row < PATTERNS_MAX; row = pattern_bits_next(&bits, row + 1)) {
        struct matcher matcher = {.grammar = grammar, .words = words};
        size_t end;
        if ((spoken_table[row].told && !told) ||
            !match_rest(&matcher, &grammar->spoken.patterns[row], 0, index, &end) || end - index <= *ret_count ||
            matcher.atom.hour == 0 || !is_hour_end(words, end))
            continue;
        *ret_count = end - index;
        minute = matcher.atom.hour * 60 + spoken_table[row].minutes + spoken_table[row].sign * matcher.atom.minutes;
    }
    return minute;
}

/* Minutes behind an hour: ":30", ".30"; *ret_count words, -1 for none. */
static int minutes_at(const struct words *words, size_t index, size_t *ret_count)
{
    const struct word *mark = word_at(words, index), *digits = word_at(words, index + 1);
    if (mark == NULL || digits == NULL || mark->kind != WORD_MARK || !mark->glued || !digits->glued ||
        strchr(".:", mark->text[0]) == NULL || digits->length != 2 || digits->kind != WORD_DIGITS)
        return -1;
    const struct word *more = word_at(words, index + 2), *rest = word_at(words, index + 3);
    if (more != NULL && more->kind == WORD_MARK && more->glued && rest != NULL && rest->glued &&
        rest->kind == WORD_DIGITS && strchr("./", more->text[0]) != NULL)
        return -1; /* 10.12.2024 */
    *ret_count = 2;
    return digits->number;
}

/*
 * A clock time at `index`; *ret_count words, the minute of the day or -1. `bare`: a number alone may be one,
 * which what stands before it must have told.
 */
static int clock_at(struct matcher *matcher, size_t index, bool bare, size_t *ret_count)
{
    const struct words *words = matcher->words;
    const struct word *word = word_at(words, index);
    size_t count = 0, extra;
    int minute = spoken_at(matcher->grammar, words, index, bare, &count);
    if (minute >= 0) {
        *ret_count = count + half_day(matcher, index + count, &minute, true);
        matcher->atom.doubtful = matcher->atom.doubtful || minute > 24 * 60;
        return minute;
    }
    int hour = hour_at(words, index, 99, &count);
    if (hour >= 0) {
        int minutes = word->kind == WORD_DIGITS ? minutes_at(words, index + count, &extra) : -1;
        bool shown = minutes >= 0;
        if (shown) {
            /* "10.12" is a date unless "kl." stands before it; ":" never is. */
            bool dated = !words_is_mark(words, index + count, ':') && minutes > 0 && minutes <= 12;
            if (dated && !matcher->at)
                return -1;
            count += extra;
        } else if (word->kind == WORD_DIGITS) {
            count += suffix_at(words, index + count, LEXICON_CLOCK_SUFFIX);
        }
        minute = hour * 60 + (minutes < 0 ? 0 : minutes);
        matcher->atom.doubtful = matcher->atom.doubtful || minute > 24 * 60 || minutes > 59;
        bool zero = word->kind == WORD_DIGITS && word->text[0] == '0' && word->length > 1;
        size_t whole = hour_unit_at(matcher, index + count);
        size_t half = half_day(matcher, index + count + whole, &minute, !zero && hour > 0);
        if (whole == 0)
            whole = hour_unit_at(matcher, index + count + half);
        shown = shown || half > 0 || whole > 0;
        count += half + whole;
        if ((!shown && (!bare || !is_hour_end(words, index + count))) || (half == 0 && !shown && hour > 24 && !bare))
            return -1;
        *ret_count = count;
        return minute;
    }
    hour = digits_at(words, index, 4, 4, 0, 2400); /* "kl. 0930" */
    if (bare && hour >= 0 && hour % 100 < 60 && (word->text[0] == '0' || hour < 2000)) {
        *ret_count = 1;
        return hour / 100 * 60 + hour % 100;
    }
    return -1;
}

static bool set_number(int *slot, int value, size_t count, size_t *ret_count)
{
    if (value < 0 || count == 0)
        return false;
    *slot = value;
    *ret_count = count;
    return true;
}

static bool part_matches(struct matcher *matcher, size_t index, size_t *ret_count)
{
    size_t best = 0;
    for (size_t i = 0; i < sizeof part_keys / sizeof part_keys[0]; i++) {
        size_t count = words_match(matcher->words, index, part_keys[i], NULL);
        if (count > best) {
            best = count;
            matcher->atom.part = part_keys[i];
        }
    }
    *ret_count = best;
    return best > 0;
}

static bool holiday_matches(struct matcher *matcher, size_t index, size_t *ret_count)
{
    size_t best = 0;
    for (int holiday = 0; holiday < HOLIDAY_COUNT; holiday++) {
        size_t count = words_match(matcher->words, index, LEXICON_HOLIDAY_NEW_YEAR + holiday, NULL);
        if (count > best) {
            best = count;
            matcher->atom.holiday = holiday;
        }
    }
    *ret_count = best;
    return best > 0;
}

/* "i stedet for kl. 10": the "for" is no "før". */
static bool is_inside_instead(const struct words *words, size_t index)
{
    for (size_t back = 1; back <= 2 && back <= index; back++)
        if (words_match(words, index - back, LEXICON_INSTEAD_OF, NULL) > back)
            return true;
    return false;
}

static bool key_matches(struct matcher *matcher, enum lexicon_key key, size_t index, size_t *ret_count)
{
    const struct lexicon_phrase *phrase;
    *ret_count = words_match(matcher->words, index, key, &phrase);
    if (*ret_count == 0 || (key == LEXICON_BEFORE && is_inside_instead(matcher->words, index)))
        return false;
    if (key == LEXICON_WEEKDAY_EVERY)
        matcher->atom.weekday = phrase->value;
    if (key == LEXICON_CLOCK_AT) { /* "kl." */
        *ret_count += words_is_mark(matcher->words, index + *ret_count, '.');
        matcher->at = true;
    }
    if (key == LEXICON_ABOUT)
        matcher->atom.about = true;
    if ((key == LEXICON_NEXT || key == LEXICON_NEXT_BEHIND) && matcher->atom.number == 0)
        matcher->atom.number = 1;
    return true;
}

static bool letter_matches(struct matcher *matcher, char letter, size_t index, size_t *ret_count)
{
    const struct words *words = matcher->words;
    struct atom *atom = &matcher->atom;
    const struct lexicon_phrase *phrase;
    size_t count = 1;
    switch (letter) {
    case 'd':
        return set_number(&atom->day, digits_at(words, index, 1, 2, 1, 31), 1, ret_count);
    case 'e':
        return set_number(&atom->day2, digits_at(words, index, 1, 2, 1, 31), 1, ret_count);
    case 'D': {
        int day = ordinal_at(words, index, &count);
        return set_number(&atom->day, day, count, ret_count);
    }
    case 'E': {
        int day = ordinal_at(words, index, &count);
        return set_number(&atom->day2, day, count, ret_count);
    }
    case 'o': {
        int day = numbered_ordinal_at(words, index, &count);
        return set_number(&atom->day, day, count, ret_count);
    }
    case 'N':
        return set_number(&atom->month, digits_at(words, index, 2, 2, 1, 12), 1, ret_count);
    case 'm':
        return set_number(&atom->month, digits_at(words, index, 1, 2, 1, 31), 1, ret_count);
    case 'M':
        count = words_match(words, index, LEXICON_MONTH, &phrase);
        return count > 0 && set_number(&atom->month, phrase->value, count, ret_count);
    case 'Y':
        return set_number(&atom->year, digits_at(words, index, 4, 4, YEAR_MIN, YEAR_MAX), 1, ret_count);
    case 'y': {
        int year = digits_at(words, index, 2, 2, 0, 99);
        return set_number(&atom->year, year < 0 ? -1 : 2000 + year, 1, ret_count);
    }
    case 'W':
        return (*ret_count = weekday_at(words, index, &atom->weekday)) > 0;
    case 'w':
        return set_number(&atom->week, digits_at(words, index, 1, 2, 1, 53), 1, ret_count);
    case 'x':
        return set_number(&atom->week2, digits_at(words, index, 1, 2, 1, 53), 1, ret_count);
    case 'n': {
        int number = number_at(words, index, 60, &count);
        return set_number(&atom->number, number, count, ret_count);
    }
    case 'F':
        return holiday_matches(matcher, index, ret_count);
    case 'h': {
        int hour = hour_at(words, index, 24, &count);
        return set_number(&atom->hour, hour, count, ret_count);
    }
    case 'H': {
        int hour = hour_word_at(words, index, &count);
        return set_number(&atom->hour, hour, count, ret_count);
    }
    case 'p':
        count = words_match(words, index, LEXICON_HALF_HOUR, &phrase);
        return count > 0 && set_number(&atom->hour, phrase->value, count, ret_count);
    case 'q':
    case 'r': {
        int minutes = number_at(words, index, 59, &count);
        return (letter == 'q' || words->items[index].kind == WORD_LETTERS) &&
               set_number(&atom->minutes, minutes, count, ret_count);
    }
    case 'Q': {
        int minutes = long_minutes_at(words, index, &count);
        return set_number(&atom->minutes, minutes, count, ret_count);
    }
    case 'C':
    case 'T': {
        int minute = clock_at(matcher, index, letter == 'T', &count);
        atom->bare = letter == 'T' && count == 1;
        return set_number(&atom->from_minute, minute, count, ret_count);
    }
    case 'U':
    case 'V': {
        matcher->at = matcher->at || letter == 'U';
        int minute = clock_at(matcher, index, letter == 'U', &count);
        return set_number(&atom->to_minute, minute, count, ret_count);
    }
    default:
        return false;
    }
}

static bool element_matches(struct matcher *matcher, const struct element *element, size_t index, size_t *ret_count)
{
    const struct word *word = word_at(matcher->words, index);
    if (word == NULL || (element->glued && !word->glued))
        return false;
    switch (element->kind) {
    case ELEMENT_KEY:
        return key_matches(matcher, element->key, index, ret_count);
    case ELEMENT_PART:
        return part_matches(matcher, index, ret_count);
    case ELEMENT_MARK:
        *ret_count = 1;
        return words_is_mark(matcher->words, index, element->letter);
    default:
        return letter_matches(matcher, element->letter, index, ret_count);
    }
}

/*
 * The rest of a pattern, from `step` on, at word `index`; the end of the match in *ret_end. Alternatives and optional
 * elements are tried in their order, the longer way first; patterns are short, so the ways are few.
 */
static bool match_rest(struct matcher *matcher, const struct pattern *pattern, size_t step, size_t index,
                       size_t *ret_end)
{
    if (step == pattern->count) {
        *ret_end = index;
        return true;
    }
    const struct pattern_step *here = &pattern->steps[step];
    struct matcher before = *matcher;
    for (size_t i = 0; i < here->count; i++) {
        size_t count = 0;
        if (element_matches(matcher, &here->choices[i], index, &count) &&
            match_rest(matcher, pattern, step + 1, index + count, ret_end))
            return true;
        *matcher = before;
    }
    return here->optional && match_rest(matcher, pattern, step + 1, index, ret_end);
}

/* The second date of "12.06-14.06". */
static bool ends_dash_range(const struct words *words, size_t first)
{
    return first >= 4 && words_is_mark(words, first - 1, '-') && words->items[first - 2].kind == WORD_DIGITS &&
           (words_is_mark(words, first - 3, '.') || words_is_mark(words, first - 3, '/')) &&
           words->items[first - 4].kind == WORD_DIGITS;
}

/* Digits that go on before or behind are a telephone number or the like. */
static bool is_part_of_number(const struct words *words, size_t first, size_t end)
{
    const struct word *before = first > 0 ? &words->items[first - 1] : NULL, *behind = word_at(words, end);
    bool led = before != NULL && !words->items[first].line && words->items[first].kind == WORD_DIGITS &&
               (before->kind == WORD_DIGITS || (words->items[first].glued && strchr("/-+#", before->text[0]) != NULL &&
                                                !ends_dash_range(words, first)));
    bool followed = behind != NULL && !behind->line && words->items[end - 1].kind == WORD_DIGITS &&
                    (behind->kind == WORD_DIGITS || (behind->kind == WORD_LETTERS && behind->glued));
    return led || followed;
}

/* Where a number in digits with an ordinal's ending is a day of the month: "from 14th", "на 14-те", "14-го можу". */
static bool is_led_by_time_word(const struct words *words, size_t index)
{
    static const enum lexicon_key leaders[] = {LEXICON_ON,   LEXICON_AFTER,   LEXICON_BEFORE,
                                               LEXICON_FROM, LEXICON_UNTIL,   LEXICON_UP_TO,
                                               LEXICON_AND,  LEXICON_BETWEEN, LEXICON_OR};
    if (index == 0 || words->items[index - 1].clause != words->items[index].clause)
        return true;
    for (size_t i = 0; i < sizeof leaders / sizeof leaders[0]; i++)
        if (words_match(words, index - 1, leaders[i], NULL) == 1)
            return true;
    return false;
}

static bool is_sensible_day_of_month(const struct words *words, const struct atom *atom)
{
    size_t end = atom->first + atom->count;
    const struct word *last = &words->items[end - 1], *next = word_at(words, end);
    bool in_words = last->kind == WORD_LETTERS && words_match(words, end - 1, LEXICON_ORDINAL, NULL) > 0;
    bool numbered = words_match(words, end - 1, LEXICON_DAY_NUMBER, NULL) > 0;
    if ((in_words || words->items[atom->first].kind == WORD_DIGITS) && !numbered && atom->day < ORDINAL_WORD_MIN)
        return false;
    if (words->items[atom->first].kind == WORD_DIGITS && !numbered && !is_led_by_time_word(words, atom->first))
        return false;
    if (next != NULL && !next->fresh && next->kind == WORD_LETTERS && words_match(words, end, LEXICON_MONTH, NULL) > 0)
        return false;
    return !is_part_of_number(words, atom->first, end) && is_hour_end(words, end);
}

/* What a pattern cannot say. */
static bool is_sensible(const struct when_grammar *grammar, const struct words *words, const struct atom *atom)
{
    size_t end = atom->first + atom->count;
    switch (atom->kind) {
    case ATOM_DATE:
    case ATOM_DATE_NUMERIC:
    case ATOM_DATE_RANGE:
        return !is_part_of_number(words, atom->first, end) &&
               (atom->kind == ATOM_DATE || atom->year != 0 ||
                words_match(words, end, LEXICON_CLOCK_NOT_HOUR, NULL) == 0);
    case ATOM_DAY_OF_MONTH:
        return is_sensible_day_of_month(words, atom);
    case ATOM_WEEKDAY_DAY: {
        struct matcher probe = {.grammar = grammar, .words = words};
        size_t count;
        return !is_part_of_number(words, atom->first, end) && is_hour_end(words, end) &&
               !words_is_mark(words, end, '-') && clock_at(&probe, end - 1, false, &count) < 0;
    }
    case ATOM_ISO_WEEK:
        return words->items[atom->first].kind != WORD_DIGITS || atom->week >= COUNTED_WEEKS_MAX;
    default:
        return true;
    }
}

/* Numbers may stand month first where the language of the text is written so by some. */
static bool may_be_month_first(const struct lexicon_set *set, const struct words *words)
{
    struct lexicon_phrases order = lexicon_phrases_of(set, words->main_language, LEXICON_DATE_ORDER);
    return order.count > 0 && strcmp(order.items[0]->text, "both") == 0;
}

static bool may_begin(const struct word *word)
{
    if (word->kind == WORD_DIGITS)
        return true;
    for (size_t i = 0; i < word->match_count; i++)
        if (word->matches[i].phrase->key >= LEXICON_MONTH && word->matches[i].phrase->key <= LEXICON_ABOUT)
            return true;
    return false;
}

/* The number of a pattern: what the words of it do not name. */
static void set_pattern_number(struct atom *atom, int number)
{
    switch (atom->kind) {
    case ATOM_MONTH:
    case ATOM_MONTH_RELATIVE:
    case ATOM_WEEK_END:
        atom->third = number;
        break;
    case ATOM_DATE_NUMERIC: /* appointments begin at whole five minutes: 10.05 and 10.10 are both, 10.06 is a date */
        atom->doubtful = number == MAY_BE_CLOCK && atom->month % 5 == 0 && atom->day < 24;
        break;
    case ATOM_CLOCK:
    case ATOM_CLOCK_AFTER:
    case ATOM_CLOCK_BEFORE:
        if (atom->from_minute < 0)
            atom->from_minute = number;
        break;
    default:
        if (number != 0)
            atom->number = number;
        break;
    }
}

/* The longest pattern at word `index`. */
static bool longest_at(const struct when_grammar *grammar, const struct words *words, size_t index,
                       struct atom *ret_atom)
{
    bool found = false;
    struct pattern_bits bits = pattern_set_begin(&grammar->patterns, &words->items[index]);
    for (size_t row = pattern_bits_next(&bits, 0); row < PATTERNS_MAX; row = pattern_bits_next(&bits, row + 1)) {
        struct matcher matcher = {.grammar = grammar, .words = words};
        matcher.atom.kind = pattern_table[row].kind;
        matcher.atom.from_minute = matcher.atom.to_minute = -1;
        size_t end;
        if (!match_rest(&matcher, &grammar->patterns.patterns[row], 0, index, &end) || end == index)
            continue;
        matcher.atom.first = index;
        matcher.atom.count = end - index;
        set_pattern_number(&matcher.atom, pattern_table[row].number);
        if (is_sensible(grammar, words, &matcher.atom) && (!found || matcher.atom.count > ret_atom->count)) {
            *ret_atom = matcher.atom;
            found = true;
        }
    }
    return found;
}

/* "the day after Easter", "uken før pinse": one day or week beside the other, not all that lie there. */
static void read_neighbour(const struct words *words, struct atom *atom, size_t lowest)
{
    static const struct {
        enum lexicon_key key;
        enum atom_limit after, before;
    } units[] = {
        {LEXICON_THE_DAY, LIMIT_DAY_AFTER, LIMIT_DAY_BEFORE},
        {LEXICON_THE_WEEK, LIMIT_WEEK_AFTER, LIMIT_WEEK_BEFORE},
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        for (size_t back = 1; back <= 3 && atom->first >= lowest + back; back++)
            if (words_match(words, atom->first - back, units[i].key, NULL) == back) {
                atom->limit = atom->limit == LIMIT_AFTER ? units[i].after : units[i].before;
                atom->first -= back;
                atom->count += back;
                return;
            }
}

/* Tells whether some phrase of `key`, not only the longest, is exactly these words. */
static bool is_phrase(const struct words *words, size_t index, enum lexicon_key key, size_t count)
{
    for (size_t i = 0; i < words->items[index].match_count; i++)
        if (words->items[index].matches[i].phrase->key == key && words->items[index].matches[i].count == count)
            return true;
    return false;
}

/* "from", "from the" */
static bool is_limit(const struct words *words, size_t index, enum lexicon_key key, size_t count)
{
    if (is_phrase(words, index, key, count))
        return true;
    for (size_t glue = 1; glue < count; glue++)
        if (is_phrase(words, index, key, count - glue) &&
            (is_phrase(words, index + count - glue, LEXICON_ON, glue) ||
             is_phrase(words, index + count - glue, LEXICON_ARTICLE, glue)))
            return true;
    return false;
}

/* "bortsett fra torsdag": the "fra" opens nothing. */
static bool is_inside_except(const struct words *words, size_t index)
{
    return index > 0 && words_match(words, index - 1, LEXICON_SUITS_NOT, NULL) > 1;
}

/* "after", "from" … before a day, the longest first: "not before" is no "before". The atom then begins there. */
static void read_limit(const struct words *words, struct atom *atom, size_t lowest)
{
    static const struct {
        enum lexicon_key key;
        enum atom_limit limit;
    } limits[] = {
        {LEXICON_UP_TO, LIMIT_UNTIL},
        {LEXICON_AFTER, LIMIT_AFTER},
        {LEXICON_BEFORE, LIMIT_BEFORE},
        {LEXICON_FROM, LIMIT_FROM},
    };
    for (size_t back = LIMIT_WORDS; back > 0; back--)
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
            if (atom->first >= lowest + back && is_limit(words, atom->first - back, limits[i].key, back) &&
                !is_inside_except(words, atom->first - back)) {
                atom->limit = limits[i].limit;
                atom->first -= back;
                atom->count += back;
                if (atom->limit == LIMIT_AFTER || atom->limit == LIMIT_BEFORE)
                    read_neighbour(words, atom, lowest);
                return;
            }
        }
}

/* A comma or "and", "or" between the items of a list, which ends before word `end`: its words. */
static size_t separator_before(const struct words *words, size_t end)
{
    size_t count = end > 0 && (words_match(words, end - 1, LEXICON_AND, NULL) == 1 ||
                               words_match(words, end - 1, LEXICON_OR, NULL) == 1);
    return count + (end > count && words_is_mark(words, end - count - 1, ','));
}

/* A day in digits that ends before word `end`, "12" or "12.": its first word in *ret_first. */
static int day_before(const struct words *words, size_t end, size_t lowest, bool stop_needed, size_t *ret_first)
{
    size_t stop = end > lowest && words_is_mark(words, end - 1, '.') ? 1 : 0;
    if (end < lowest + stop + 1 || (stop_needed && stop == 0))
        return -1;
    *ret_first = end - stop - 1;
    const struct word *word = &words->items[*ret_first];
    bool led = *ret_first > 0 && !word->line && (word->glued || words->items[*ret_first - 1].kind == WORD_DIGITS);
    return led ? -1 : digits_at(words, *ret_first, 1, 2, 1, 31);
}

/* "den 12., 13. og 14. juni": the days of a list whose last has named the month. Returns the number of atoms. */
static size_t take_days_before(const struct words *words, const struct atom *named, size_t lowest, struct atom *atoms,
                               size_t count, size_t max)
{
    size_t at = named->first, separator, inserted = count;
    for (size_t i = count; i > 0 && (separator = separator_before(words, at)) > 0; i--) {
        struct atom *before = &atoms[i - 1];
        if ((before->kind != ATOM_DAY_OF_MONTH && before->kind != ATOM_WEEKDAY_DAY) ||
            before->first + before->count + separator != at)
            break;
        before->kind = ATOM_DATE;
        before->month = named->month;
        before->year = named->year;
        at = before->first;
    }
    while (at > lowest && inserted < max && (separator = separator_before(words, at)) > 0) {
        size_t first, end = at - separator;
        bool stop_needed = named->kind != ATOM_DATE_LIST && words_is_mark(words, end, ',');
        int day = day_before(words, end, lowest, stop_needed, &first);
        if (day < 0)
            break;
        memmove(&atoms[count + 1], &atoms[count], (inserted - count) * sizeof *atoms);
        atoms[count] = *named;
        atoms[count].kind = ATOM_DATE;
        atoms[count].day = day;
        atoms[count].weekday = 0;
        atoms[count].first = first;
        atoms[count].count = end - first;
        inserted++;
        at = first;
    }
    return inserted;
}

/* "uke 23, 24 og 25": the weeks behind the first ones. Returns the number of atoms. */
static size_t take_weeks_behind(const struct words *words, struct atom *atoms, size_t count, size_t max)
{
    while (count < max) {
        const struct atom *last = &atoms[count - 1];
        size_t end = last->first + last->count, at = end;
        at += words_is_mark(words, at, ',');
        at += words_match(words, at, LEXICON_AND, NULL) == 1 || words_match(words, at, LEXICON_OR, NULL) == 1;
        int week = digits_at(words, at, 1, 2, 1, 53);
        if (at == end || week < 0 || !is_hour_end(words, at + 1))
            break;
        atoms[count] = (struct atom){.kind = ATOM_ISO_WEEK, .first = at, .count = 1, .week = week};
        atoms[count].from_minute = atoms[count].to_minute = -1;
        count++;
    }
    return count;
}

enum status when_grammar_new(struct when_grammar **ret_grammar, struct error *error)
{
    struct when_grammar *grammar = memory_allocate(sizeof *grammar);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof spoken_table / sizeof spoken_table[0]; i++)
        status = pattern_set_add(&grammar->spoken, spoken_table[i].pattern, NULL, error);
    for (size_t i = 0; status == STATUS_OK && i < sizeof pattern_table / sizeof pattern_table[0]; i++)
        status = pattern_set_add(&grammar->patterns, pattern_table[i].pattern, &grammar->spoken, error);
    if (status != STATUS_OK)
        when_grammar_free(&grammar);
    else
        *ret_grammar = grammar;
    return status;
}

void when_grammar_free(struct when_grammar **grammar)
{
    free(*grammar);
    *grammar = NULL;
}

size_t when_atoms(const struct when_grammar *grammar, const struct lexicon_set *set, const struct words *words,
                  struct atom *atoms, size_t max)
{
    size_t count = 0, lowest = 0;
    bool month_first = may_be_month_first(set, words);
    for (size_t i = 0; i < words->count && count < max;) {
        struct atom atom;
        size_t greeting = words_match(words, i, LEXICON_GREETING, NULL); /* "good afternoon" is no time */
        if (greeting > 1 || !may_begin(&words->items[i]) || !longest_at(grammar, words, i, &atom)) {
            i += greeting > 1 ? greeting : 1;
            continue;
        }
        atom.month_first = month_first;
        i = atom.first + atom.count;
        if (atom.kind < ATOM_CLOCK && atom.kind != ATOM_WEEKDAY_EVERY)
            read_limit(words, &atom, lowest);
        if ((atom.kind == ATOM_DATE || atom.kind == ATOM_DATE_LIST || atom.kind == ATOM_DATE_NUMERIC) &&
            atom.limit == LIMIT_NONE)
            count = take_days_before(words, &atom, lowest, atoms, count, max - 1);
        atoms[count++] = atom;
        if (atom.kind == ATOM_ISO_WEEK || atom.kind == ATOM_ISO_WEEK_LIST) {
            count = take_weeks_behind(words, atoms, count, max);
            i = atoms[count - 1].first + atoms[count - 1].count;
        }
        lowest = i;
    }
    return count;
}
