#include "parsers/mail_date.h"

#include <string.h>

#include "parsers/fold.h"

enum {
    DATE_BYTES_MAX = 128,
    NUMBERS_MAX = 3, /* in one expression: 12.06.2024, 08:00:00 */
    CENTURY = 2000,  /* of a year of two digits */
    NOON = 12,
};

/* Zones that people's programs name, as far as they are a fixed or the desk's time. */
static const struct {
    const char *name;
    enum { ZONE_UTC, ZONE_LOCAL } meaning;
} zone_table[] = {
    {"utc", ZONE_UTC},    {"gmt", ZONE_UTC},   {"cet", ZONE_LOCAL},
    {"cest", ZONE_LOCAL}, {"mez", ZONE_LOCAL}, {"mesz", ZONE_LOCAL},
};

struct date_reader {
    const struct lexicon_set *set;
    const struct folded *text;
    int year, month, day; /* 0: not seen */
    int hour, minute, second;
    bool clock;
    bool slashes; /* the date is written with them and open to two readings */
    bool am, pm;
    bool has_offset;
    int offset; /* seconds east of Greenwich */
    bool certain;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool put(int *field, int value)
{
    bool free = *field == 0;
    *field = value;
    return free;
}

static int number_at(const char *text, size_t *at)
{
    int value = 0;
    for (size_t digits = 0; is_digit(text[*at]); (*at)++, digits++)
        value = digits < 6 ? value * 10 + (text[*at] - '0') : value;
    return value;
}

/* 12.06.2024, 2024-06-12, 6/13/24 */
static bool take_numeric_date(struct date_reader *reader, const int *numbers, char separator, bool year_first)
{
    int first = numbers[0], second = numbers[1], year = numbers[2];
    if (year_first) {
        year = numbers[0];
        first = numbers[2];
    } else if (separator == '/' && second > 12) {
        first = numbers[1];
        second = numbers[0];
    } else if (separator == '/' && first <= 12 && first != second) {
        reader->slashes = true;
    }
    return put(&reader->year, year < 100 ? year + CENTURY : year) && put(&reader->month, second) &&
           put(&reader->day, first);
}

static bool take_clock(struct date_reader *reader, const int *numbers, size_t count)
{
    if (reader->clock)
        return false;
    reader->clock = true;
    reader->hour = numbers[0];
    reader->minute = numbers[1];
    reader->second = count > 2 ? numbers[2] : 0;
    return true;
}

/* "+0200", "+02:00", "+2" behind the time, "GMT" or a bracket. */
static bool read_offset(struct date_reader *reader, size_t *position)
{
    const char *text = reader->text->text;
    size_t at = *position;
    int sign = text[at] == '-' ? -1 : 1;
    size_t digits = strspn(text + at + 1, "0123456789");
    if (!reader->clock || (text[at] != '+' && text[at] != '-') || digits == 0 || digits == 3 || digits > 4)
        return false;
    at++;
    int value = number_at(text, &at), minutes = value % 100, hours = value / 100;
    if (digits < 4) {
        hours = value;
        minutes = 0;
        if (text[at] == ':') {
            at++;
            minutes = number_at(text, &at);
        }
    }
    reader->has_offset = true;
    reader->offset = sign * (hours * HOUR + minutes * MINUTE);
    *position = at;
    return true;
}

static bool read_numbers(struct date_reader *reader, size_t *position)
{
    const char *text = reader->text->text;
    int numbers[NUMBERS_MAX];
    size_t count = 0, start = *position;
    char separator = '\0';
    for (;;) {
        numbers[count++] = number_at(text, position);
        char next = text[*position];
        bool same = separator == '\0' ? next != '\0' && strchr(":./-", next) != NULL : next == separator;
        if (count == NUMBERS_MAX || !same || !is_digit(text[*position + 1]))
            break;
        separator = next;
        (*position)++;
    }
    bool year_first = is_digit(text[start]) && is_digit(text[start + 1]) && is_digit(text[start + 2]);
    if (count == NUMBERS_MAX && separator != ':')
        return take_numeric_date(reader, numbers, separator, year_first);
    if (count > 1 && (separator == ':' || separator == '.'))
        return take_clock(reader, numbers, count);
    if (count == 1)
        return year_first ? put(&reader->year, numbers[0]) : put(&reader->day, numbers[0]);
    return false;
}

/* What a word may be: a month, a weekday, a word before the time. False where it may change what the rest means. */
static bool read_word(struct date_reader *reader, struct piece piece)
{
    const char *word = reader->text->text + piece.start;
    size_t length = piece.end - piece.start, iterator = 0;
    for (size_t i = 0; i < sizeof zone_table / sizeof zone_table[0]; i++)
        if (strlen(zone_table[i].name) == length && memcmp(zone_table[i].name, word, length) == 0) {
            reader->has_offset = reader->has_offset || zone_table[i].meaning == ZONE_UTC;
            return true;
        }
    bool known = false;
    int month = 0;
    const struct lexicon_phrase *phrase;
    while ((phrase = lexicon_of_word(reader->set, word, length, &iterator)) != NULL) {
        reader->am = reader->am || phrase->key == LEXICON_CLOCK_AM;
        reader->pm = reader->pm || phrase->key == LEXICON_CLOCK_PM;
        known = known || phrase->key == LEXICON_WEEKDAY || phrase->key == LEXICON_CLOCK_AT ||
                phrase->key == LEXICON_CLOCK_AM || phrase->key == LEXICON_CLOCK_PM;
        if (phrase->key != LEXICON_MONTH)
            continue;
        if (month != 0 && month != phrase->value)
            return false;
        month = phrase->value;
    }
    /* "mar" is a month in one language and a weekday in another; then the month proper is the second. */
    if (month != 0 && !put(&reader->month, month))
        return false;
    bool early = reader->clock && reader->hour <= NOON;
    return known || month != 0 || !early;
}

static bool is_valid(const struct date_reader *reader)
{
    return reader->certain && reader->clock && civil_date_valid(reader->year, reader->month, reader->day) &&
           reader->year >= 1990 && reader->hour < 24 && reader->minute < 60 && reader->second < 60 &&
           (!reader->slashes || reader->am != reader->pm);
}

static void settle_halves_of_day(struct date_reader *reader)
{
    if (reader->slashes && reader->am != reader->pm) {
        int day = reader->month;
        reader->month = reader->day;
        reader->day = day;
    }
    if (reader->pm && reader->hour < NOON)
        reader->hour += NOON;
    if (reader->am && reader->hour == NOON)
        reader->hour = 0;
}

bool mail_date_read(const struct lexicon_set *set, struct zone *zone, const char *text, struct arena *arena,
                    int64_t *ret_date)
{
    if (text == NULL || strlen(text) > DATE_BYTES_MAX)
        return false;
    struct folded folded;
    fold_text(arena, text, strlen(text), FOLD_LOOSE, &folded);
    struct date_reader reader = {.set = set, .text = &folded, .certain = true};
    for (size_t at = 0; reader.certain;) {
        struct piece piece = fold_piece(&folded, at);
        if (piece.kind == PIECE_END)
            break;
        at = piece.start;
        if (piece.kind == PIECE_DIGITS)
            reader.certain = read_numbers(&reader, &at);
        else if (piece.kind == PIECE_LETTERS)
            reader.certain = read_word(&reader, piece);
        if (piece.kind == PIECE_LETTERS || (piece.kind != PIECE_DIGITS && !read_offset(&reader, &at)))
            at = piece.end;
    }
    settle_halves_of_day(&reader);
    if (!is_valid(&reader) || (!reader.has_offset && zone == NULL))
        return false;
    struct civil civil = {reader.year, reader.month, reader.day, reader.hour, reader.minute, reader.second};
    if (reader.has_offset)
        *ret_date = civil_day_number(civil.year, civil.month, civil.day) * DAY + civil.hour * HOUR +
                    civil.minute * MINUTE + civil.second - reader.offset;
    else
        *ret_date = zone_time(zone, civil);
    return true;
}
