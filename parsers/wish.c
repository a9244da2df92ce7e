#include "parsers/wish.h"

#include <string.h>

enum {
    NEAR_WORDS = 4,   /* between "my appointment" and its time */
    DENIAL_WORDS = 3, /* between "not" and the time that is excluded by it */
    MARKER_WORDS = 2, /* "1.", "2)", "-" before an offer */
};

#define DENIES (FACT(CANNOT) | FACT(BUSY) | FACT(NOT_COMING))
#define WISHES                                                                                                         \
    (FACT(MOVE) | FACT(MOVE_MAYBE) | FACT(ANOTHER) | FACT(INSTEAD) | FACT(BOOK) | FACT(TIMES) | FACT(ASK) |            \
     FACT(CAN) | FACT(SUITS) | FACT(CHOICE) | FACT(EARLIER) | FACT(REQUEST))
#define TELLS                                                                                                          \
    (DENIES | WISHES | FACT(COMING) | FACT(COME) | FACT(KEEP) | FACT(CANCEL) | FACT(CANCEL_MAYBE) | FACT(CANCEL_NOT) | \
     FACT(CANCEL_PAST) | FACT(MOVE_PAST) | FACT(MOVE_NOT) | FACT(LATE) | FACT(STATUS) | FACT(REPORTED) |               \
     FACT(APPOINTMENT) | FACT(UNDO) | FACT(REASON))

static bool is_single_day(const struct time_span *span)
{
    return span->grain <= GRAIN_DAY && span->end - span->start <= DAY + HOUR;
}

static bool is_same_day(struct zone *zone, const struct time_span *left, const struct time_span *right)
{
    return zone_day_start(zone, left->start, 0) == zone_day_start(zone, right->start, 0);
}

/* Nothing but the mark of a list stands before the word on its line. */
static bool begins_item(const struct words *words, size_t index)
{
    for (size_t back = 0; back <= MARKER_WORDS && back <= index; back++) {
        if (words->items[index - back].line)
            return true;
        if (back > 0 && words->items[index - back].kind == WORD_LETTERS)
            return false;
    }
    return false;
}

static void add_offer(const struct time_span *span, struct background *background)
{
    for (size_t i = 0; i < background->offer_count; i++)
        if (background->offers[i].start == span->start)
            return;
    if (background->offer_count < OFFERS_MAX)
        background->offers[background->offer_count++] = *span;
}

/* Times that stand as a list: each on its line, or below the line of their day. */
static void read_offers(const struct when_context *context, const struct content *quoted, struct background *background)
{
    const struct when *day = NULL;
    for (size_t i = 0; i < quoted->when_count; i++) {
        const struct when *when = &quoted->whens[i];
        struct when joined;
        if (!when->possible || !begins_item(&quoted->words, when->first_word))
            continue;
        if (when->dated && when->span.grain == GRAIN_DAY)
            day = when;
        else if (when->dated && when->span.grain == GRAIN_MINUTE && when->span.start > context->now)
            add_offer(&when->span, background);
        else if (day != NULL && when_join(context, day, when, &joined) && joined.span.grain == GRAIN_MINUTE)
            add_offer(&joined.span, background);
    }
    if (background->offer_count < 2)
        background->offer_count = 0;
}

/* The first time that is to come. */
static bool find_current(const struct content *content, int64_t now, enum grain coarsest, struct background *background)
{
    for (size_t i = 0; i < content->when_count && !background->has_current; i++) {
        const struct when *when = &content->whens[i];
        if (!when->dated || !when->possible || !is_single_day(&when->span) || when->span.grain > coarsest ||
            when->limited || when->span.end <= now)
            continue;
        background->has_current = true;
        background->current = when->span;
    }
    return background->has_current;
}

void background_read(const struct when_context *context, const struct content *subject, const struct content *quoted,
                     struct background *ret_background)
{
    *ret_background = (struct background){0};
    int64_t today = zone_day_start(context->zone, context->now, 0);
    read_offers(context, quoted, ret_background);
    if (!find_current(subject, today, GRAIN_DAY, ret_background) && ret_background->offer_count == 0)
        find_current(quoted, today, GRAIN_MINUTE, ret_background);
}

struct finder {
    const struct when_context *context;
    const struct content *content;
    const struct background *background;
    struct wish *wishes;
    size_t count;
};

static bool clause_hit_between(const struct clause *clause, enum lexicon_key key, size_t from, size_t to)
{
    for (size_t i = 0; i < clause->hit_count; i++)
        if (clause->hits[i].key == key && clause->hits[i].end > from && clause->hits[i].first < to)
            return true;
    return false;
}

/* What a clause that is only a time says is said by the next one of its sentence, or by the one before. */
static size_t telling_clause(const struct content *content, size_t index)
{
    const struct clause *clause = &content->clauses[index];
    if ((clause->facts & TELLS) != 0)
        return index;
    if (index + 1 < content->clause_count && content->clauses[index + 1].sentence == clause->sentence &&
        (content->clauses[index + 1].facts & FACT(TIME)) != 0)
        return telling_clause(content, index + 1);
    for (size_t i = index; i > 0 && content->clauses[i - 1].sentence == clause->sentence; i--)
        if ((content->clauses[i - 1].facts & TELLS) != 0)
            return i - 1;
    return index;
}

/* "timen min 18. juli", "time TP482173967 mandag kl. 9": the appointment is named directly before its time. */
static bool is_of_appointment(const struct finder *finder, const struct clause *clause, const struct when *when)
{
    const struct words *words = &finder->content->words;
    size_t at = when->first_word, from = at > clause->first + NEAR_WORDS ? at - NEAR_WORDS : clause->first;
    bool number_before = false;
    for (size_t i = 0; i < finder->content->number_count; i++) { /* a number in between counts as nothing */
        const struct booking_number *number = &finder->content->numbers[i];
        if (number->first_word >= clause->first && number->first_word + number->word_count <= at &&
            number->first_word + number->word_count + NEAR_WORDS > at) {
            from = number->first_word > clause->first + NEAR_WORDS ? number->first_word - NEAR_WORDS : clause->first;
            number_before = number_before || number->first_word + number->word_count + 1 >= at;
        }
    }
    /* Where the mail that is answered tells the appointment's time, no other day is it. */
    if (finder->background->has_current && finder->content->number_count == 0 &&
        !is_same_day(finder->context->zone, &finder->background->current, &when->span))
        return false;
    bool asks = (clause->facts & (FACT(TIMES) | FACT(BOOK) | FACT(NONE) | FACT(EARLIER) | FACT(ASK))) != 0 &&
                (clause->facts & (FACT(MOVE) | FACT(MOVE_MAYBE) | FACT(CANCEL))) == 0;
    if (asks)
        return false;
    for (size_t i = from; i <= at; i++)
        if (words_match(words, i, LEXICON_UNTIL, NULL) > 0 || words_match(words, i, LEXICON_ONTO, NULL) > 0 ||
            words_match(words, i, LEXICON_EVERY, NULL) > 0)
            return false;
    bool named = clause_hit_between(clause, LEXICON_APPOINTMENT, from, at) ||
                 (number_before && (clause->facts & WISHES) == 0); /* "TP482173967 on 12 June" */
    return named && !clause_hit_between(clause, LEXICON_ANOTHER_TIME, from, at) &&
           !clause_hit_between(clause, LEXICON_BOOK_WISH, clause->first, at);
}

/* "unntatt onsdager", "not on Fridays". */
static bool is_excluded(const struct clause *clause, const struct when *when)
{
    size_t at = when->first_word, from = at > clause->first + DENIAL_WORDS ? at - DENIAL_WORDS : clause->first;
    return clause_hit_between(clause, LEXICON_NEGATION, from, at + 1) ||
           clause_hit_between(clause, LEXICON_SUITS_NOT, from, at + 1);
}

static bool begins_time(const struct finder *finder, size_t word)
{
    for (size_t i = 0; i < finder->content->when_count; i++)
        if (finder->content->whens[i].first_word >= word && finder->content->whens[i].first_word <= word + 1)
            return true;
    return false;
}

/* In a clause that says both, the nearest word decides: "mandag passer ikke tirsdag passer". */
static bool is_denied(const struct finder *finder, const struct clause *clause, const struct when *when)
{
    size_t end = when->first_word + when->word_count;
    static const enum lexicon_key denials[] = {LEXICON_SUITS_NOT, LEXICON_CANNOT_COME, LEXICON_NOT_COMING,
                                               LEXICON_BUSY};
    bool says_both = (clause->facts & (FACT(SUITS) | FACT(CAN) | FACT(ASK) | FACT(INSTEAD) | FACT(MOVE))) != 0;
    if (!says_both)
        return true;
    for (size_t i = 0; i < sizeof denials / sizeof denials[0]; i++)
        for (size_t h = 0; h < clause->hit_count; h++) {
            const struct hit *hit = &clause->hits[h];
            bool near = hit->key == denials[i] && hit->end > when->first_word && hit->first < end + DENIAL_WORDS;
            if (near && !(hit->first >= end && begins_time(finder, hit->end))) /* "week 11 except | Friday" */
                return true;
        }
    return false;
}

static bool is_current(const struct finder *finder, const struct time_span *span)
{
    const struct background *background = finder->background;
    if (!background->has_current || !is_single_day(span) ||
        !is_same_day(finder->context->zone, &background->current, span))
        return false;
    return span->grain == GRAIN_DAY || (span->grain == GRAIN_MINUTE && span->start == background->current.start);
}

/* "Happy Easter" is no time. */
static bool is_greeting(const struct clause *clause, const struct when *when)
{
    for (size_t i = 0; i < clause->hit_count; i++)
        if (clause->hits[i].key == LEXICON_GREETING && clause->hits[i].first <= when->first_word &&
            clause->hits[i].end >= when->first_word + when->word_count)
            return true;
    return false;
}

static bool has_question_mark(const struct finder *finder, const struct clause *clause)
{
    for (size_t i = clause->first; i < clause->end; i++)
        if (words_is_mark(&finder->content->words, i, '?'))
            return true;
    return false;
}

static enum wish_role role_of(const struct finder *finder, const struct when *when, size_t own, size_t telling)
{
    const struct clause *clause = &finder->content->clauses[own];
    uint64_t facts = finder->content->clauses[telling].facts;
    bool past = when->span.end <= zone_day_start(finder->context->zone, finder->context->now, 0);
    if (past || is_greeting(clause, when))
        return WISH_ROLE_NONE;
    size_t before = when->first_word > clause->first ? when->first_word - 1 : clause->first;
    if (when->left || clause_hit_between(clause, LEXICON_INSTEAD_OF, before, when->first_word + 1))
        return WISH_ROLE_CURRENT;
    bool now_booked = is_current(finder, &when->span) || is_of_appointment(finder, clause, when);
    if (is_excluded(clause, when) ||
        ((facts & DENIES) != 0 && is_denied(finder, &finder->content->clauses[telling], when)))
        return WISH_ROLE_AVOID;
    if (now_booked || (facts & (FACT(CANCEL) | FACT(KEEP) | FACT(CANCEL_NOT) | FACT(LATE))) != 0)
        return WISH_ROLE_CURRENT;
    bool day_of_current = finder->background->has_current && when->span.end - when->span.start <= DAY + HOUR &&
                          is_same_day(finder->context->zone, &finder->background->current, &when->span);
    if (day_of_current && (facts & FACT(COMING)) != 0 && (facts & (FACT(MOVE) | FACT(ASK) | FACT(INSTEAD))) == 0)
        return WISH_ROLE_CURRENT;
    if ((facts & FACT(MOVE_PAST)) != 0 && (facts & (WISHES & ~FACT(REQUEST))) == 0)
        return WISH_ROLE_CURRENT;
    bool reported = (facts & FACT(REPORTED)) != 0 && (facts & WISHES & ~FACT(REQUEST)) == 0;
    if ((facts & WISHES) != 0 && !reported)
        return WISH_ROLE_WANT;
    if ((facts & (FACT(COMING) | FACT(COME))) != 0)
        return WISH_ROLE_COMING;
    if ((facts & TELLS) == 0 && has_question_mark(finder, clause)) /* "would Friday do?", in whatever words */
        return WISH_ROLE_WANT;
    bool bare = (facts & (TELLS | FACT(UNKNOWN))) == 0 && (clause->facts & FACT(UNKNOWN)) == 0;
    return bare ? WISH_ROLE_WANT : WISH_ROLE_NONE;
}

static void add_wish(struct finder *finder, struct time_span span, enum wish_role role, bool certain, size_t clause)
{
    if (finder->count < WISHES_MAX)
        finder->wishes[finder->count++] = (struct wish){span, role, certain, clause};
}

/* "from 10 to 11", "from Thursday to Friday": the first end is the appointment's own time of day or weekday. */
static bool part_from_current(const struct when_context *context, struct when *when, const struct time_span *current)
{
    struct civil civil = zone_civil(context->zone, current->start);
    int weekday = civil_weekday(civil.year, civil.month, civil.day);
    if (!when->dated && current->grain == GRAIN_MINUTE && when->to_minute >= 0 &&
        when->from_minute == civil.hour * 60 + civil.minute) {
        when->from_minute = when->to_minute;
        when->to_minute = -1;
        return true;
    }
    struct civil first = zone_civil(context->zone, when->first.start),
                 last = zone_civil(context->zone, when->last.start);
    bool weekdays = when->has_ends && when->from_minute < 0 && is_single_day(&when->first) &&
                    is_single_day(&when->last) && when->weekday > 0;
    if (!weekdays || civil_weekday(first.year, first.month, first.day) != weekday)
        return false;
    int ahead = (civil_weekday(last.year, last.month, last.day) - weekday + 7) % 7;
    when->has_ends = false;
    when->span = (struct time_span){zone_day_start(context->zone, current->start, ahead),
                                    zone_day_start(context->zone, current->start, ahead + 1), GRAIN_DAY, STANCE_WANT};
    return true;
}

/* "flytt timen fra 12. til 14. juni": the first end is what is left, the last what is wished. */
static void part_moves(const struct when_context *context, struct content *content, const struct background *background)
{
    for (size_t i = 0; i < content->when_count && content->when_count < WHEN_MAX; i++) {
        struct when *when = &content->whens[i];
        uint64_t facts = content->clauses[content_clause_of(content, when->first_word)].facts;
        bool moves = (facts & (FACT(MOVE) | FACT(MOVE_MAYBE))) != 0;
        if (moves && background->has_current && part_from_current(context, when, &background->current))
            continue;
        bool between = words_match(&content->words, when->first_word, LEXICON_BETWEEN, NULL) > 0;
        if (!when->has_ends || !moves || between || !is_single_day(&when->first) || !is_single_day(&when->last) ||
            (background->has_current && !is_same_day(context->zone, &when->first, &background->current)))
            continue;
        memmove(when + 1, when, (content->when_count - i) * sizeof *when);
        content->when_count++;
        when[0].span = when[0].first;
        when[0].left = true;
        when[1].span = when[1].last;
        when[0].has_ends = when[1].has_ends = false;
        when[1].first_word += when[1].word_count - 1; /* behind the "to" */
        when[1].word_count = 1;
    }
}

/* Only words and marks of a list stand between the two. */
static bool is_listed(const struct words *words, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        size_t count = words_is_mark(words, i, ',') || words_is_mark(words, i, '/') ? 1 : 0;
        if (count == 0)
            count = words_match(words, i, LEXICON_OR, NULL);
        if (count == 0)
            count = words_match(words, i, LEXICON_AND, NULL);
        if (count == 0)
            count = words_match(words, i, LEXICON_ON, NULL);
        if (count == 0)
            return false;
        i += count;
    }
    return from < to;
}

/* "Tuesday or Thursday at 10": the time of day of the last one is that of all. */
static void spread_clock(const struct when_context *context, const struct content *content, size_t index)
{
    const struct when *last = &content->whens[index];
    struct when clock = {
        .possible = true, .certain = last->certain, .from_minute = last->from_minute, .to_minute = last->to_minute};
    for (size_t i = index; i > 0 && last->from_minute >= 0; i--) {
        struct when *before = &content->whens[i - 1], joined;
        const struct when *behind = &content->whens[i];
        if (!is_listed(&content->words, before->first_word + before->word_count, behind->first_word) ||
            before->from_minute >= 0 || !when_join(context, before, &clock, &joined))
            return;
        *before = joined;
    }
}

/*
 * A time of day is of the day named last, in its sentence or the one before: "den fjortende … Etter kl. 13". It goes
 * to all days of a list that it stands behind.
 */
static bool join_back(const struct when_context *context, const struct content *content, size_t index)
{
    const struct when *clock = &content->whens[index];
    unsigned sentence = content->words.items[clock->first_word].sentence;
    for (size_t i = index; i > 0; i--) {
        struct when *day = &content->whens[i - 1], joined, start = *day;
        bool other_sentence = content->words.items[day->first_word].sentence != sentence;
        const struct clause *clause = &content->clauses[content_clause_of(content, day->first_word)];
        if (content->words.items[day->first_word].sentence + 1 < sentence ||
            (other_sentence && (clause->facts & DENIES) != 0))
            return false;
        if (!day->dated || day->from_minute >= 0 || day->every)
            continue;
        bool moved_from = (clause->facts & (FACT(MOVE) | FACT(MOVE_MAYBE))) != 0 &&
                          words_match(&content->words, day->first_word, LEXICON_FROM, NULL) > 0;
        if (day->limited && day->span.grain == GRAIN_DAY && moved_from) { /* "fra 16.2. kl. 9 til 24.2. kl. 10" */
            start.limited = false;
            start.left = true;
            start.span.end = zone_day_start(context->zone, start.span.start, 1);
        }
        if (!when_join(context, &start, clock, &joined))
            continue;
        *day = joined;
        spread_clock(context, content, i - 1);
        return true;
    }
    return false;
}

static bool sentence_has(const struct finder *finder, size_t clause, uint64_t facts)
{
    const struct clause *clauses = finder->content->clauses;
    for (size_t i = 0; i < finder->content->clause_count; i++)
        if (clauses[i].sentence == clauses[clause].sentence && (clauses[i].facts & facts) != 0)
            return true;
    return false;
}

/* A time of day alone is of the day that the appointment is on: "kan jeg komme kl. 13 i stedet?" */
static void join_current(struct finder *finder, const struct when *clock, size_t clause)
{
    if (!finder->background->has_current || !clock->possible)
        return;
    int64_t start = zone_day_start(finder->context->zone, finder->background->current.start, 0);
    int64_t end = zone_day_start(finder->context->zone, finder->background->current.start, 1);
    struct when day = {.possible = true,
                       .certain = true,
                       .dated = true,
                       .from_minute = -1,
                       .span = {start, end, GRAIN_DAY, STANCE_WANT}};
    struct when joined;
    if (!when_join(finder->context, &day, clock, &joined))
        return;
    uint64_t own = finder->content->clauses[clause].facts;
    if ((own & FACT(UNKNOWN)) != 0 && (own & TELLS) == 0) /* "my plane lands at 11, so …" */
        return;
    size_t telling = telling_clause(finder->content, clause);
    enum wish_role role = role_of(
        finder, &(struct when){.first_word = clock->first_word, .word_count = clock->word_count, .span = joined.span},
        clause, telling);
    bool wished = role == WISH_ROLE_WANT && sentence_has(finder, clause, WISHES & ~FACT(REQUEST));
    if (wished || role == WISH_ROLE_AVOID || role == WISH_ROLE_CURRENT)
        add_wish(finder, joined.span, role, joined.certain, clause);
}

/* "the day after" of "the day after tomorrow" */
static bool is_in_when(const struct content *content, size_t word)
{
    for (size_t i = 0; i < content->when_count; i++)
        if (content->whens[i].first_word <= word && word < content->whens[i].first_word + content->whens[i].word_count)
            return true;
    return false;
}

/* "samme dag", "uka etter": counted from the appointment's day. */
static void add_relative(struct finder *finder)
{
    static const struct {
        enum lexicon_key key;
        int weeks;
        int days;
        int length;
        enum grain grain;
    } table[] = {{LEXICON_WEEK_AFTER, 1, 0, 7, GRAIN_WEEK},
                 {LEXICON_SAME_WEEK, 0, 0, 7, GRAIN_WEEK},
                 {LEXICON_WEEK_LATER, 0, 7, 1, GRAIN_DAY},
                 {LEXICON_DAY_AFTER, 0, 1, 1, GRAIN_DAY}};
    const struct background *background = finder->background;
    for (size_t row = 0; background->has_current && row < sizeof table / sizeof table[0]; row++)
        for (size_t i = 0; i < finder->content->words.count; i++) {
            if (words_match(&finder->content->words, i, table[row].key, NULL) == 0 || is_in_when(finder->content, i))
                continue;
            struct civil civil = zone_civil(finder->context->zone, background->current.start);
            int back = table[row].length == 7 ? civil_weekday(civil.year, civil.month, civil.day) - 1 : 0;
            int first = table[row].weeks * 7 + table[row].days - back;
            struct time_span span = {
                zone_day_start(finder->context->zone, background->current.start, first),
                zone_day_start(finder->context->zone, background->current.start, first + table[row].length),
                table[row].grain, STANCE_WANT};
            size_t clause = content_clause_of(finder->content, i);
            bool denied = (finder->content->clauses[clause].facts & DENIES) != 0 &&
                          (finder->content->clauses[clause].facts & WISHES) == 0;
            add_wish(finder, span, denied ? WISH_ROLE_AVOID : WISH_ROLE_WANT, true, clause);
            break;
        }
}

/* "Tuesday, no wait, Wednesday": what was wished before in the sentence is not. */
static void drop_corrected(struct finder *finder)
{
    for (size_t i = 0; i < finder->content->clause_count; i++) {
        const struct clause *clause = &finder->content->clauses[i];
        bool goes_on = i + 1 < finder->content->clause_count && clause[1].sentence == clause->sentence;
        uint64_t facts = clause->facts | (goes_on ? clause[1].facts : 0);
        if (!clause_has(clause, LEXICON_CORRECTION) || (facts & FACT(TIME)) == 0)
            continue;
        for (size_t w = 0; w < finder->count; w++) {
            struct wish *wish = &finder->wishes[w];
            if (wish->clause < i && finder->content->clauses[wish->clause].sentence == clause->sentence &&
                wish->role == WISH_ROLE_WANT)
                wish->role = WISH_ROLE_NONE;
        }
    }
}

/* "at 13 instead, same day 27 June": the day may come behind. */
static bool join_on(const struct when_context *context, const struct content *content, size_t index)
{
    const struct when *clock = &content->whens[index];
    struct when *day = &content->whens[index + 1], joined;
    if (index + 1 >= content->when_count || !day->dated || day->from_minute >= 0 ||
        content->words.items[day->first_word].sentence != content->words.items[clock->first_word].sentence ||
        !when_join(context, day, clock, &joined))
        return false;
    *day = joined;
    return true;
}

/* "week 11, any day but Friday": a weekday is one of the week named before it. */
static void place_weekdays(const struct when_context *context, const struct content *content)
{
    const struct when *week = NULL;
    for (size_t i = 0; i < content->when_count; i++) {
        struct when *when = &content->whens[i];
        bool near = week != NULL && content->words.items[week->first_word].sentence + 1 >=
                                        content->words.items[when->first_word].sentence;
        if (when->dated && when->possible && when->span.grain == GRAIN_WEEK) {
            week = when;
        } else if (near && when->dated && when->weekday > 0 && when->from_minute < 0 && !when->limited) {
            when->span.start = zone_day_start(context->zone, week->span.start, when->weekday - 1);
            when->span.end = zone_day_start(context->zone, week->span.start, when->weekday);
            when->certain = week->certain;
        } else if (when->dated && !when->every) {
            week = NULL;
        }
    }
}

/* "the Monday after": behind the appointment's day. */
static void place_after(const struct when_context *context, const struct content *content,
                        const struct background *background)
{
    for (size_t i = 0; background->has_current && i < content->when_count; i++) {
        struct when *when = &content->whens[i];
        size_t end = when->first_word + when->word_count;
        bool after = words_match(&content->words, end, LEXICON_AFTER_THAT, NULL) > 0;
        bool before =
            when->first_word > 0 && words_match(&content->words, when->first_word - 1, LEXICON_FOLLOWING, NULL) > 0;
        if (when->weekday == 0 || (before ? when->limited : when->from_minute >= 0 || !after) ||
            (i + 1 < content->when_count && content->whens[i + 1].first_word <= end + 1))
            continue;
        struct civil civil = zone_civil(context->zone, background->current.start);
        int ahead = (when->weekday - civil_weekday(civil.year, civil.month, civil.day) + 6) % 7 + 1;
        when->certain = when->from_minute < 0;
        if (!when->certain)
            continue;
        when->span.start = zone_day_start(context->zone, background->current.start, ahead);
        when->span.end = zone_day_start(context->zone, background->current.start, ahead + 1);
    }
}

/* A time of day alone that is that of one of the times offered. */
static void match_offers(const struct when_context *context, const struct content *content,
                         const struct background *background)
{
    for (size_t i = 0; i < content->when_count; i++) {
        struct when *when = &content->whens[i];
        const struct time_span *found = NULL;
        size_t count = 0;
        for (size_t o = 0; !when->dated && when->possible && when->to_minute < 0 && o < background->offer_count; o++) {
            struct civil civil = zone_civil(context->zone, background->offers[o].start);
            if (civil.hour * 60 + civil.minute != when->from_minute)
                continue;
            found = &background->offers[o];
            count++;
        }
        if (count == 1) {
            when->span = *found;
            when->dated = true;
        }
    }
}

/* Some other day than the present one is wished. */
static bool wants_a_day(const struct finder *finder)
{
    for (size_t i = 0; i < finder->count; i++)
        if (finder->wishes[i].role == WISH_ROLE_WANT && finder->wishes[i].span.grain >= GRAIN_DAY)
            return true;
    return false;
}

size_t wishes_read(const struct when_context *context, struct content *content, const struct background *background,
                   struct wish *wishes)
{
    struct finder finder = {context, content, background, wishes, 0};
    part_moves(context, content, background);
    place_weekdays(context, content);
    place_after(context, content, background);
    for (size_t i = 0; i < content->when_count; i++)
        if (content->whens[i].dated)
            spread_clock(context, content, i);
    for (size_t i = 0; i < content->when_count; i++)
        if (!content->whens[i].dated && (join_back(context, content, i) || join_on(context, content, i)))
            content->whens[i].possible = false; /* it is told by its day */
    match_offers(context, content, background);
    for (size_t i = 0; i < content->when_count; i++) {
        const struct when *when = &content->whens[i];
        size_t clause = content_clause_of(content, when->first_word);
        if (!when->dated)
            continue;
        if (!when->possible) {
            add_wish(&finder, when->span, WISH_ROLE_NONE, false, clause);
            continue;
        }
        size_t telling = telling_clause(content, clause);
        add_wish(&finder, when->span, role_of(&finder, when, clause, telling), when->certain, clause);
    }
    add_relative(&finder);
    drop_corrected(&finder);
    for (size_t i = 0; i < content->when_count; i++)
        if (!content->whens[i].dated && !wants_a_day(&finder))
            join_current(&finder, &content->whens[i], content_clause_of(content, content->whens[i].first_word));
    return finder.count;
}
