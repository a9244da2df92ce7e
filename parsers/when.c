#include "parsers/when.h"

#include "base/holiday.h"
#include "parsers/when_grammar.h"

enum {
    OFFICE_OPENS = 8 * 60,
    OFFICE_CLOSES = 16 * 60,
    DAY_MINUTES = 24 * 60,
    GLUE_WORDS_MAX = 3,   /* between a day and its time of day */
    FAR_AHEAD_DAYS = 270, /* a date without year that comes so late may well mean the one that has just been */
};

/* The hours that a part of the day stands for. */
static const struct {
    enum lexicon_key key;
    int from_minute;
    int to_minute;
} part_table[] = {
    {LEXICON_PART_MORNING, 8 * 60, 12 * 60},           {LEXICON_PART_FORENOON, 8 * 60, 12 * 60},
    {LEXICON_PART_BEFORE_LUNCH, 8 * 60, 11 * 60 + 30}, {LEXICON_PART_LUNCH, 11 * 60, 13 * 60},
    {LEXICON_PART_AFTER_LUNCH, 12 * 60, 16 * 60},      {LEXICON_PART_AFTERNOON, 12 * 60, 16 * 60},
    {LEXICON_PART_EVENING, 16 * 60, 21 * 60},
};

/* Words and marks that may stand between a day and its time of day, or between a day and the week it is of. */
static const enum lexicon_key glue_keys[] = {
    LEXICON_ON, LEXICON_OF, LEXICON_IN_TIME, LEXICON_ARTICLE, LEXICON_CLOCK_AT, LEXICON_ABOUT, LEXICON_THIS,
};

struct finder {
    const struct when_context *context;
    const struct words *words;
    struct civil today;
    int64_t today_number; /* day number */
};

/* What an atom is worth: days [day, day + days). */
struct days {
    int64_t day;
    int days;
    enum grain grain;
    bool possible;
    bool certain;
};

static struct days single_day(int64_t day)
{
    return (struct days){day, 1, GRAIN_DAY, true, true};
}

static struct days impossible(void)
{
    return (struct days){0, 0, GRAIN_DAY, false, false};
}

static int64_t time_of(const struct finder *finder, int64_t day, int minute)
{
    struct civil civil = civil_from_day_number(day);
    civil.hour = minute / 60;
    civil.minute = minute % 60;
    return zone_time(finder->context->zone, civil);
}

/* The next such date; one named with its year is taken as it is. */
static struct days resolve_date(const struct finder *finder, const struct atom *atom)
{
    int year = atom->year != 0 ? atom->year : finder->today.year;
    if (!civil_date_valid(year, atom->month, atom->day)) {
        bool leap_day = atom->year == 0 && atom->month == 2 && atom->day == 29 && civil_date_valid(year + 1, 2, 29);
        if (!leap_day)
            return impossible();
        year++;
    }
    struct days days = single_day(civil_day_number(year, atom->month, atom->day));
    if (atom->year == 0 && days.day < finder->today_number) {
        if (!civil_date_valid(year + 1, atom->month, atom->day))
            return impossible();
        days.day = civil_day_number(year + 1, atom->month, atom->day);
        days.certain = days.day - finder->today_number < FAR_AHEAD_DAYS;
    }
    if (atom->weekday != 0) {
        struct civil civil = civil_from_day_number(days.day);
        days.certain = days.certain && civil_weekday(civil.year, civil.month, civil.day) == atom->weekday;
    }
    return days;
}

static struct days resolve_numeric(const struct finder *finder, const struct atom *atom)
{
    struct atom other = *atom;
    if (atom->month > 12 && atom->day <= 12 && atom->month_first) { /* 06/25/2024 */
        other.day = atom->month;
        other.month = atom->day;
        return resolve_date(finder, &other);
    }
    if (atom->month > 12)
        return impossible();
    struct days days = resolve_date(finder, atom);
    bool slash =
        words_is_mark(finder->words, atom->first + 1, '/') || words_is_mark(finder->words, atom->first + 1, '-');
    if ((atom->month_first && slash && atom->day <= 12 && atom->day != atom->month) || atom->doubtful)
        days.certain = false;
    return days;
}

/* "the 14th": the next one, or the one behind the date named just before it. */
static struct days resolve_day_of_month(const struct finder *finder, const struct atom *atom, int64_t named_before)
{
    int64_t from = named_before > finder->today_number ? named_before : finder->today_number;
    struct civil civil = civil_from_day_number(from);
    int year = civil.year, month = civil.month;
    for (int tries = 0; tries < 12; tries++) {
        if (civil_date_valid(year, month, atom->day) && civil_day_number(year, month, atom->day) >= from) {
            struct days days = single_day(civil_day_number(year, month, atom->day));
            days.certain = atom->weekday == 0 || civil_weekday(year, month, atom->day) == atom->weekday;
            return days;
        }
        year += month == 12;
        month = month % 12 + 1;
    }
    return impossible();
}

/* The next such holiday that is not over. */
static struct days resolve_holiday(const struct finder *finder, const struct atom *atom)
{
    struct days days = {0, 0, GRAIN_DAY, true, true};
    int year = atom->year != 0 ? atom->year : finder->today.year;
    days.day = holiday_day((enum holiday)atom->holiday, year, &days.days);
    if (atom->year == 0 && days.day + days.days <= finder->today_number)
        days.day = holiday_day((enum holiday)atom->holiday, year + 1, &days.days);
    return days;
}

static int64_t monday_of(const struct finder *finder, int weeks)
{
    int weekday = civil_weekday(finder->today.year, finder->today.month, finder->today.day);
    return finder->today_number - (weekday - 1) + weeks * 7;
}

/* The next such day after today. "neste onsdag" is that one only where it lies in the next week anyway. */
static struct days resolve_weekday(const struct finder *finder, const struct atom *atom)
{
    int weekday = civil_weekday(finder->today.year, finder->today.month, finder->today.day);
    int ahead = (atom->weekday - weekday + 7) % 7;
    struct days days = single_day(finder->today_number + (ahead == 0 ? 7 : ahead));
    if (atom->kind == ATOM_WEEKDAY_NEXT)
        days.certain = days.day >= monday_of(finder, 1);
    return days;
}

/* "Tuesday 11": where the next 11th is no Tuesday the number meant something else. */
static struct days resolve_weekday_day(const struct finder *finder, const struct atom *atom, int64_t named_before)
{
    struct days days = resolve_day_of_month(finder, atom, named_before);
    return days.possible && days.certain ? days : resolve_weekday(finder, atom);
}

/* The latest such day before today. */
static struct days resolve_weekday_last(const struct finder *finder, const struct atom *atom)
{
    int weekday = civil_weekday(finder->today.year, finder->today.month, finder->today.day);
    int ago = (weekday - atom->weekday + 7) % 7;
    return single_day(finder->today_number - (ago == 0 ? 7 : ago));
}

static struct days resolve_iso_week(const struct finder *finder, int week, int year)
{
    int64_t monday = civil_iso_week_monday(year != 0 ? year : finder->today.year, week);
    if (monday >= 0 && year == 0 && monday + 7 <= finder->today_number)
        monday = civil_iso_week_monday(finder->today.year + 1, week);
    if (monday < 0)
        return impossible();
    struct days days = {monday, 7, GRAIN_WEEK, true, true};
    days.certain = year != 0 || monday - finder->today_number < FAR_AHEAD_DAYS;
    return days;
}

/* A month, or its days 1–10, 11–20 or 21 to the last. */
static struct days month_days(int year, int month, int third)
{
    int length = civil_days_in_month(year, month);
    int first = third == 2 ? 11 : third == 3 ? 21 : 1;
    int last = third == 1 ? 10 : third == 2 ? 20 : length;
    return (struct days){civil_day_number(year, month, first), last - first + 1, third == 0 ? GRAIN_MONTH : GRAIN_DAY,
                         true, true};
}

/* The year in which a month without year comes next. */
static int year_of_month(const struct finder *finder, const struct atom *atom)
{
    return atom->year != 0 ? atom->year : finder->today.year + (atom->month < finder->today.month);
}

static struct days resolve_month(const struct finder *finder, const struct atom *atom)
{
    return month_days(year_of_month(finder, atom), atom->month, atom->third);
}

/* "the end of the month"; its beginning is that of the next one where this one's is over. */
static struct days resolve_month_relative(const struct finder *finder, const struct atom *atom)
{
    bool this_month = atom->third >= 10;
    int ahead = this_month ? 0 : atom->number == 0 ? 1 : atom->number;
    struct days days;
    do {
        int month = finder->today.month - 1 + ahead;
        days = month_days(finder->today.year + month / 12, month % 12 + 1, atom->third % 10);
        ahead++;
    } while (this_month && days.day + days.days <= finder->today_number);
    return days;
}

/* The first Monday of a month, the last; its first week is the first that is wholly in it, as its last is. */
static struct days resolve_of_month(const struct finder *finder, const struct atom *atom)
{
    bool week = atom->kind == ATOM_WEEK_OF_MONTH;
    int year = year_of_month(finder, atom), length = civil_days_in_month(year, atom->month);
    int weekday = week ? 1 : atom->weekday, span = week ? 7 : 1;
    int first = 1 + (weekday - civil_weekday(year, atom->month, 1) + 7) % 7;
    int day = first + 7 * (atom->day - 1);
    if (atom->number < 0)
        day = first + (length + 1 - span - first) / 7 * 7;
    if (day + span - 1 > length)
        return impossible();
    return (struct days){civil_day_number(year, atom->month, day), span, week ? GRAIN_WEEK : GRAIN_DAY, true, true};
}

/* Early in the week is Monday and Tuesday, late in it Thursday and Friday. */
static struct days resolve_week_end(const struct finder *finder, const struct atom *atom)
{
    static const int first[] = {0, 0, 1, 3}, length[] = {7, 2, 3, 2};
    struct days days = atom->week != 0 ? resolve_iso_week(finder, atom->week, 0)
                                       : (struct days){monday_of(finder, atom->number), 7, GRAIN_WEEK, true, true};
    days.day += first[atom->third];
    days.days = length[atom->third];
    days.grain = GRAIN_DAY;
    return days;
}

static struct days resolve_days(const struct finder *finder, const struct atom *atom, int64_t named_before)
{
    struct days days;
    switch (atom->kind) {
    case ATOM_DATE:
    case ATOM_DATE_RANGE:
    case ATOM_DATE_LIST:
        days = atom->month > 12 ? impossible() : resolve_date(finder, atom);
        if (atom->kind == ATOM_DATE_RANGE && days.possible) {
            days.possible = atom->day2 >= atom->day;
            days.days = atom->day2 - atom->day + 1;
        }
        return days;
    case ATOM_DATE_NUMERIC:
        return resolve_numeric(finder, atom);
    case ATOM_DAY_OF_MONTH:
        return resolve_day_of_month(finder, atom, named_before);
    case ATOM_WEEKDAY_DAY:
        return resolve_weekday_day(finder, atom, named_before);
    case ATOM_HOLIDAY:
        return resolve_holiday(finder, atom);
    case ATOM_RELATIVE_DAY:
        return single_day(finder->today_number + atom->number);
    case ATOM_WEEKDAY:
    case ATOM_WEEKDAY_NEXT:
    case ATOM_WEEKDAY_EVERY:
        return resolve_weekday(finder, atom);
    case ATOM_WEEKDAY_LAST:
        return resolve_weekday_last(finder, atom);
    case ATOM_WEEKDAY_OF_MONTH:
    case ATOM_WEEK_OF_MONTH:
        return resolve_of_month(finder, atom);
    case ATOM_WEEKDAY_OF_WEEK:
        return single_day(monday_of(finder, atom->number) + atom->weekday - 1);
    case ATOM_WEEKDAY_OF_ISO_WEEK:
        days = resolve_iso_week(finder, atom->week, 0);
        days.day += atom->weekday - 1;
        days.days = 1;
        days.grain = GRAIN_DAY;
        return days;
    case ATOM_WEEK:
        return (struct days){monday_of(finder, atom->number), 7, GRAIN_WEEK, true, true};
    case ATOM_WEEK_END:
        return resolve_week_end(finder, atom);
    case ATOM_ISO_WEEK:
    case ATOM_ISO_WEEK_LIST:
    case ATOM_ISO_WEEK_RANGE:
        days = resolve_iso_week(finder, atom->week, atom->year);
        if (atom->kind == ATOM_ISO_WEEK_RANGE && atom->week2 > atom->week)
            days.days = (atom->week2 - atom->week + 1) * 7;
        return days;
    case ATOM_MONTH:
        return resolve_month(finder, atom);
    case ATOM_MONTH_RELATIVE:
        return resolve_month_relative(finder, atom);
    default:
        return impossible();
    }
}

static struct time_span span_of_days(const struct finder *finder, int64_t first, int64_t end, enum grain grain)
{
    return (struct time_span){time_of(finder, first, 0), time_of(finder, end, 0), grain, STANCE_WANT};
}

/* A single day or week beside the days, "the week after Easter"; false where the limit is another. */
static bool apply_neighbour(enum atom_limit limit, struct days *days)
{
    int64_t beside = limit == LIMIT_DAY_AFTER || limit == LIMIT_WEEK_AFTER ? days->day + days->days - 1 : days->day;
    struct civil civil = civil_from_day_number(beside);
    int64_t monday = beside - civil_weekday(civil.year, civil.month, civil.day) + 1;
    if (limit == LIMIT_DAY_AFTER || limit == LIMIT_DAY_BEFORE)
        *days = single_day(beside + (limit == LIMIT_DAY_AFTER ? 1 : -1));
    else if (limit == LIMIT_WEEK_AFTER || limit == LIMIT_WEEK_BEFORE)
        *days = (struct days){monday + (limit == LIMIT_WEEK_AFTER ? 7 : -7), 7, GRAIN_WEEK, true, true};
    else
        return false;
    return true;
}

/* Opens the days to one side: from the next day to the horizon, from today to the day before. */
static void apply_limit(const struct finder *finder, enum atom_limit limit, const struct days *days, struct when *when)
{
    int64_t first = days->day, end = days->day + days->days;
    int64_t horizon = finder->today_number + WHEN_HORIZON_DAYS;
    if (limit == LIMIT_AFTER || limit == LIMIT_FROM) {
        first = limit == LIMIT_AFTER ? end : first;
        end = first < horizon ? horizon : first + WHEN_HORIZON_DAYS;
    } else if (limit == LIMIT_BEFORE || limit == LIMIT_UNTIL) {
        end = limit == LIMIT_BEFORE ? first : end;
        first = finder->today_number;
        when->possible = when->possible && end > first;
        when->certain = when->certain && when->possible;
    }
    when->limited = limit != LIMIT_NONE;
    when->span = span_of_days(finder, first, end, when->limited ? GRAIN_DAY : days->grain);
}

static void place(const struct finder *finder, size_t first_word, size_t word_count, struct when *when)
{
    when->first_word = first_word;
    when->word_count = word_count;
    when->start = finder->words->items[first_word].start;
    when->end = finder->words->items[first_word + word_count - 1].end;
}

static struct when when_of_days(const struct finder *finder, const struct atom *atom, struct days *days)
{
    struct when when = {.possible = days->possible, .certain = days->certain && days->possible, .dated = true};
    enum atom_limit limit = days->possible && apply_neighbour(atom->limit, days) ? LIMIT_NONE : atom->limit;
    place(finder, atom->first, atom->count, &when);
    when.every = atom->kind == ATOM_WEEKDAY_EVERY;
    when.weekday = atom->kind == ATOM_WEEKDAY || atom->kind == ATOM_WEEKDAY_EVERY ? atom->weekday : 0;
    when.left = limit == LIMIT_LEFT;
    limit = when.left ? LIMIT_NONE : limit;
    when.from_minute = when.to_minute = -1;
    if (days->possible)
        apply_limit(finder, limit, days, &when);
    if (atom->kind == ATOM_DATE_RANGE && days->days > 1 && !when.limited) {
        when.has_ends = true;
        when.first = span_of_days(finder, days->day, days->day + 1, GRAIN_DAY);
        when.last = span_of_days(finder, days->day + days->days - 1, days->day + days->days, GRAIN_DAY);
    }
    return when;
}

/* A time of day by itself. */
static struct when when_of_clock(const struct finder *finder, const struct atom *atom)
{
    struct when when = {.possible = !atom->doubtful, .certain = !atom->doubtful};
    place(finder, atom->first, atom->count, &when);
    when.from_minute = atom->from_minute;
    when.to_minute = -1;
    switch (atom->kind) {
    case ATOM_CLOCK_RANGE:
        when.to_minute = atom->to_minute;
        break;
    case ATOM_CLOCK_AFTER:
        when.to_minute = atom->from_minute < OFFICE_CLOSES ? OFFICE_CLOSES : DAY_MINUTES;
        when.limited = true;
        break;
    case ATOM_CLOCK_BEFORE:
        when.to_minute = atom->from_minute;
        when.from_minute = atom->from_minute > OFFICE_OPENS ? OFFICE_OPENS : 0;
        when.limited = true;
        break;
    case ATOM_PART:
    case ATOM_PART_TODAY:
        for (size_t i = 0; i < sizeof part_table / sizeof part_table[0]; i++)
            if (part_table[i].key == atom->part) {
                when.from_minute = part_table[i].from_minute;
                when.to_minute = part_table[i].to_minute;
            }
        break;
    default:
        if (atom->about) /* an hour's room */
            when.to_minute = atom->from_minute + 60;
        break;
    }
    if (when.to_minute >= 0 && when.to_minute <= when.from_minute)
        when.possible = when.certain = false;
    return when;
}

static bool is_single_day(const struct when *when)
{
    return when->dated && when->possible && !when->limited && when->span.grain == GRAIN_DAY && !when->has_ends &&
           when->span.end - when->span.start <= DAY + HOUR;
}

/* Sets the time of day on the day; a time that this day's night of changing clocks does not have is not certain. */
static void set_time_of_day(struct zone *zone, int from_minute, int to_minute, struct when *when)
{
    struct civil day = zone_civil(zone, when->span.start);
    struct civil from = {day.year, day.month, day.day, from_minute / 60, from_minute % 60, 0};
    when->from_minute = from_minute;
    when->to_minute = to_minute;
    if (!zone_exists(zone, from) && from_minute < DAY_MINUTES)
        when->certain = false;
    when->span.start = zone_time(zone, from);
    if (to_minute < 0) {
        when->span.end = when->span.start + MINUTE;
        when->span.grain = GRAIN_MINUTE;
    } else {
        struct civil to = {day.year, day.month, day.day, to_minute / 60, to_minute % 60, 0};
        when->span.end = zone_time(zone, to);
        when->span.grain = to_minute - from_minute == 60 ? GRAIN_HOUR : GRAIN_PART;
    }
}

bool when_join(const struct when_context *context, const struct when *day, const struct when *clock,
               struct when *ret_joined)
{
    if (!is_single_day(day) || day->from_minute >= 0 || clock->dated || !clock->possible || clock->from_minute < 0)
        return false;
    struct when joined = *day;
    joined.certain = day->certain && clock->certain;
    joined.limited = false;
    set_time_of_day(context->zone, clock->from_minute, clock->to_minute, &joined);
    *ret_joined = joined;
    return true;
}

/* Only glue stands between words `from` and `to`, in one sentence. */
static bool is_glued(const struct words *words, size_t from, size_t to)
{
    if (to < from || to - from > GLUE_WORDS_MAX || to >= words->count ||
        words->items[from > 0 ? from - 1 : 0].sentence != words->items[to].sentence)
        return false;
    for (size_t i = from; i < to;) {
        size_t count =
            words_is_mark(words, i, ',') || words_is_mark(words, i, '.') || words_is_mark(words, i, '(') ? 1 : 0;
        for (size_t key = 0; count == 0 && key < sizeof glue_keys / sizeof glue_keys[0]; key++)
            count = words_match(words, i, glue_keys[key], NULL);
        if (count == 0)
            return false;
        i += count;
    }
    return true;
}

static void widen(const struct finder *finder, struct when *when, const struct when *other)
{
    size_t first = when->first_word < other->first_word ? when->first_word : other->first_word;
    size_t end = when->first_word + when->word_count, other_end = other->first_word + other->word_count;
    place(finder, first, (end > other_end ? end : other_end) - first, when);
}

/* Later words that say the same day again, or its time, become part of `when`. */
static bool absorb(const struct finder *finder, struct when *when, const struct when *next)
{
    if (!is_glued(finder->words, when->first_word + when->word_count, next->first_word))
        return false;
    struct when joined;
    if (when->dated && !next->dated && when_join(finder->context, when, next, &joined)) {
        widen(finder, &joined, next);
        *when = joined;
        return true;
    }
    bool until = words_match(finder->words, when->first_word + when->word_count, LEXICON_UNTIL, NULL) > 0;
    if (!when->dated && next->dated && !until && when_join(finder->context, next, when, &joined)) {
        widen(finder, &joined, when);
        *when = joined;
        return true;
    }
    if (is_single_day(when) && is_single_day(next) && when->from_minute < 0 && when->span.start == next->span.start) {
        when->certain = when->certain && next->certain;
        widen(finder, when, next);
        return true;
    }
    /* "kl. 3 om ettermiddagen", "8 in the evening": the part of the day tells which half of it is meant. */
    if (when->from_minute >= 0 && when->to_minute < 0 && !next->dated && next->to_minute >= 0) {
        int later = when->from_minute + DAY_MINUTES / 2;
        if (when->from_minute < next->from_minute && later < DAY_MINUTES && later >= next->from_minute && when->dated)
            set_time_of_day(finder->context->zone, later, -1, when);
        else if (when->from_minute < next->from_minute && later < DAY_MINUTES && later >= next->from_minute)
            when->from_minute = later;
        widen(finder, when, next);
        return true;
    }
    return false;
}

/* "uke 25, torsdag": a weekday beside a week is of that week. */
static bool take_weekday_of_week(const struct finder *finder, struct atom *week, const struct atom *weekday,
                                 int64_t week_day)
{
    size_t from = week->first < weekday->first ? week->first + week->count : weekday->first + weekday->count;
    size_t to = week->first < weekday->first ? weekday->first : week->first;
    if (weekday->kind != ATOM_WEEKDAY || weekday->limit != LIMIT_NONE || week->limit != LIMIT_NONE ||
        !is_glued(finder->words, from, to))
        return false;
    size_t first = week->first < weekday->first ? week->first : weekday->first;
    size_t end = week->first < weekday->first ? weekday->first + weekday->count : week->first + week->count;
    struct civil civil = civil_from_day_number(week_day + weekday->weekday - 1);
    *week = (struct atom){.kind = ATOM_DATE,
                          .first = first,
                          .count = end - first,
                          .day = civil.day,
                          .month = civil.month,
                          .year = civil.year,
                          .from_minute = -1,
                          .to_minute = -1};
    return true;
}

static void join_weekdays_to_weeks(const struct finder *finder, struct atom *atoms, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        struct atom *before = kept > 0 ? &atoms[kept - 1] : NULL;
        bool is_week = atoms[i].kind == ATOM_WEEK || atoms[i].kind == ATOM_ISO_WEEK;
        bool was_week = before != NULL && (before->kind == ATOM_WEEK || before->kind == ATOM_ISO_WEEK);
        struct days days = is_week    ? resolve_days(finder, &atoms[i], 0)
                           : was_week ? resolve_days(finder, before, 0)
                                      : impossible();
        if (days.possible && before != NULL && is_week && take_weekday_of_week(finder, &atoms[i], before, days.day))
            atoms[kept - 1] = atoms[i];
        else if (!(days.possible && was_week && take_weekday_of_week(finder, before, &atoms[i], days.day)))
            atoms[kept++] = atoms[i];
    }
    *count = kept;
}

/*
 * The end of a range whose beginning is `first`: behind a dash, "and" or "until". Languages in which "until" may open
 * the days before ("do 14 czerwca") have read it as a limit, which it is not behind a "from".
 */
static bool find_range_end(const struct finder *finder, const struct atom *before, const struct when *first,
                           const struct atom *atom, struct when *last)
{
    const struct words *words = finder->words;
    size_t end = first->first_word + first->word_count;
    bool limit_ends = atom->limit == LIMIT_UNTIL || atom->limit == LIMIT_BEFORE;
    if (before->limit == LIMIT_FROM && limit_ends && atom->first == end) {
        struct atom plain = *atom;
        plain.limit = LIMIT_NONE;
        struct days days = resolve_days(finder, &plain, 0);
        *last = when_of_days(finder, &plain, &days);
        return true;
    }
    bool opened = before->limit == LIMIT_FROM ||
                  (before->first > 0 && words_match(words, before->first - 1, LEXICON_BETWEEN, NULL) == 1);
    bool dash = words_is_mark(words, end, '-');
    size_t link = dash ? 1 : words_match(words, end, before->limit == LIMIT_FROM ? LEXICON_UNTIL : LEXICON_AND, NULL);
    return link > 0 && end + link == last->first_word && (opened || dash);
}

/* "from the 3rd to the 5th of June", "fra 12. juni til 14. juni". */
static bool join_range(const struct finder *finder, const struct atom *before, const struct atom *atom,
                       struct when *first, struct when last)
{
    if (!find_range_end(finder, before, first, atom, &last) || !last.dated || !last.possible || last.limited ||
        last.span.grain > GRAIN_DAY || last.has_ends)
        return false;
    struct when range = *first;
    struct days days = resolve_days(finder, before, 0);
    if (!days.possible)
        return false;
    range.first = range.span = span_of_days(finder, days.day, days.day + days.days, days.grain);
    if (!first->limited)
        range.first = range.span = first->span;
    range.last = last.span;
    if (before->kind == ATOM_WEEKDAY && last.span.start < range.first.start) { /* "Monday to Friday" on a Wednesday */
        struct civil civil = zone_civil(finder->context->zone, last.span.start);
        int64_t day = civil_day_number(civil.year, civil.month, civil.day) + 7;
        range.last = span_of_days(finder, day, day + 1, GRAIN_DAY);
    }
    range.has_ends = true;
    range.limited = false;
    range.possible = range.last.end > range.first.start;
    range.certain = first->certain && last.certain && range.possible;
    range.span.end = range.last.end;
    widen(finder, &range, &last);
    *first = range;
    return true;
}

/* "this afternoon" */
static void put_on_today(const struct finder *finder, const struct atom *atom, struct when *when)
{
    struct days days = single_day(finder->today_number);
    struct when today = when_of_days(finder, atom, &days);
    when_join(finder->context, &today, when, when);
}

/* "the Monday after Easter", "fredag før 14. juni": the weekday nearest to the day behind it. */
static bool take_weekday_beside(const struct finder *finder, struct atom *weekday, const struct atom *day)
{
    bool after = day->limit == LIMIT_AFTER;
    if (weekday->kind != ATOM_WEEKDAY || weekday->limit != LIMIT_NONE || (!after && day->limit != LIMIT_BEFORE) ||
        weekday->first + weekday->count != day->first)
        return false;
    struct days days = resolve_days(finder, day, 0);
    if (!days.possible)
        return false;
    struct civil civil = civil_from_day_number(after ? days.day + days.days - 1 : days.day);
    int distance = weekday->weekday - civil_weekday(civil.year, civil.month, civil.day);
    int days_on = after ? (distance + 6) % 7 + 1 : -((6 - distance) % 7 + 1);
    civil = civil_from_day_number(civil_day_number(civil.year, civil.month, civil.day) + days_on);
    weekday->kind = ATOM_DATE;
    weekday->day = civil.day;
    weekday->month = civil.month;
    weekday->year = civil.year;
    weekday->count += day->count;
    return true;
}

/* "z 18 lipca na koniec lipca": where "from" is followed by a word that only a move has, it opens no days. */
static void mark_left(const struct words *words, const struct atom *next, struct atom *from)
{
    size_t end = from->first + from->count;
    size_t onto = words_match(words, end, LEXICON_ONTO, NULL);
    if (from->limit == LIMIT_FROM && onto > 0 && end <= next->first && next->first <= end + onto)
        from->limit = LIMIT_LEFT;
}

static void join_weekdays_to_days(const struct finder *finder, struct atom *atoms, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || !take_weekday_beside(finder, &atoms[kept - 1], &atoms[i]))
            atoms[kept++] = atoms[i];
    *count = kept;
}

/* The atoms of a list ("3. og 4. juni") as two times. */
static size_t expand(const struct finder *finder, const struct atom *atom, int64_t named_before, struct when *whens)
{
    if (atom->kind >= ATOM_CLOCK) {
        whens[0] = when_of_clock(finder, atom);
        if (atom->kind == ATOM_PART_TODAY)
            put_on_today(finder, atom, &whens[0]);
        return 1;
    }
    struct days days = resolve_days(finder, atom, named_before);
    whens[0] = when_of_days(finder, atom, &days);
    if (atom->kind != ATOM_DATE_LIST && atom->kind != ATOM_ISO_WEEK_LIST)
        return 1;
    struct atom second = *atom;
    second.kind = atom->kind == ATOM_DATE_LIST ? ATOM_DATE : ATOM_ISO_WEEK;
    second.day = atom->day2;
    second.week = atom->week2;
    second.weekday = 0;
    days = resolve_days(finder, &second, named_before);
    whens[1] = when_of_days(finder, &second, &days);
    if (atom->weekday != 0) /* it is the second day's as well as the first's: neither is checked by it */
        whens[0].certain = whens[0].possible;
    return 2;
}

/* "from the 8th at 9 to the 15th": a clock right behind the day that something begins on is not of the day named next.
 */
static bool is_clock_of_beginning(const struct finder *finder, const struct when *day, const struct when *clock)
{
    return day->dated && day->limited && !clock->dated && clock->to_minute < 0 &&
           words_match(finder->words, day->first_word, LEXICON_FROM, NULL) > 0 &&
           is_glued(finder->words, day->first_word + day->word_count, clock->first_word);
}

size_t when_find(const struct when_context *context, const struct words *words, struct when *whens)
{
    struct finder finder = {.context = context, .words = words, .today = zone_civil(context->zone, context->now)};
    finder.today_number = civil_day_number(finder.today.year, finder.today.month, finder.today.day);
    struct atom atoms[WHEN_MAX];
    size_t atom_count = when_atoms(context->grammar, context->set, words, atoms, WHEN_MAX), count = 0;
    join_weekdays_to_weeks(&finder, atoms, &atom_count);
    join_weekdays_to_days(&finder, atoms, &atom_count);
    int64_t named_before = 0;
    for (size_t i = 0; i + 1 < atom_count; i++)
        mark_left(words, &atoms[i + 1], &atoms[i]);
    for (size_t i = 0; i < atom_count && count + 2 <= WHEN_MAX; i++) {
        struct when found[2];
        size_t found_count = expand(&finder, &atoms[i], named_before, found);
        if (found[0].dated && found[0].possible && !found[0].limited && atoms[i].kind <= ATOM_DATE_LIST)
            named_before = resolve_days(&finder, &atoms[i], named_before).day;
        bool is_taken = count > 1 && is_clock_of_beginning(&finder, &whens[count - 2], &whens[count - 1]);
        if (i > 0 && count > 0 && found_count == 1 && !(is_taken && found[0].dated) &&
            (join_range(&finder, &atoms[i - 1], &atoms[i], &whens[count - 1], found[0]) ||
             absorb(&finder, &whens[count - 1], &found[0])))
            continue;
        for (size_t f = 0; f < found_count; f++)
            whens[count++] = found[f];
    }
    return count;
}
