#include "parsers/clause.h"

#include <string.h>

enum {
    OBJECT_WORDS = 5,         /* between a verb and what it is about */
    NEGATION_BEHIND = 2,      /* "avbestill ikke": words between a verb and a negation behind it */
    CONTAINING_HITS_MAX = 96, /* hits that are looked back at for one that contains another */
    SUBJECT_WORDS = 3,        /* "I", "we", a name before "would like" */
};

/* Phrases whose words mean nothing by themselves: "kan ikke komme" neither denies nor comes. */
static const enum lexicon_key whole_keys[] = {
    LEXICON_CANCEL_PLAIN,  LEXICON_CANNOT_COME,  LEXICON_NOT_COMING,  LEXICON_ANOTHER_TIME,  LEXICON_COME_CAN,
    LEXICON_COME_WILL,     LEXICON_KEEP,         LEXICON_SUITS,       LEXICON_SUITS_NOT,     LEXICON_BUSY,
    LEXICON_BOOK_WISH,     LEXICON_BOOK_NONE,    LEXICON_TIMES_ASK,   LEXICON_EARLIER_PLAIN, LEXICON_LATE_PLAIN,
    LEXICON_ARRIVED_PLAIN, LEXICON_STATUS_PLAIN, LEXICON_UNDO_PLAIN,  LEXICON_UNDO_MIND,     LEXICON_THANKS_PLAIN,
    LEXICON_GREETING,      LEXICON_NOT_NEGATION, LEXICON_POLITE,      LEXICON_DOUBT,         LEXICON_HOLD,
    LEXICON_MOVE_NOUN,     LEXICON_CANCEL_NOUN,  LEXICON_CONJUNCTION, LEXICON_REASON,        LEXICON_INSTEAD,
    LEXICON_CANCEL_DONE,   LEXICON_MOVE_DONE,    LEXICON_CANCEL_VERB, LEXICON_MOVE_VERB,     LEXICON_REPORTED,
};

/* What a phrase says where nothing around it changes that. */
static const struct {
    enum lexicon_key key;
    uint64_t fact;
} plain_facts[] = {
    {LEXICON_CANNOT_COME, FACT(CANNOT)},
    {LEXICON_NOT_COMING, FACT(NOT_COMING)},
    {LEXICON_SUITS_NOT, FACT(CANNOT)},
    {LEXICON_BUSY, FACT(CANNOT)},
    {LEXICON_ANOTHER_TIME, FACT(ANOTHER)},
    {LEXICON_INSTEAD, FACT(INSTEAD)},
    {LEXICON_COME_CAN, FACT(CAN)},
    {LEXICON_COME_ASK, FACT(ASK)},
    {LEXICON_COME, FACT(COME)},
    {LEXICON_COME_WILL, FACT(COMING)},
    {LEXICON_KEEP, FACT(KEEP)},
    {LEXICON_SUITS, FACT(SUITS)},
    {LEXICON_OFFER_CHOICE, FACT(CHOICE)},
    {LEXICON_BOOK_WISH, FACT(BOOK)},
    {LEXICON_BOOK_NONE, FACT(NONE)},
    {LEXICON_TIMES_ASK, FACT(TIMES)},
    {LEXICON_EARLIER_PLAIN, FACT(EARLIER)},
    {LEXICON_LATE_PLAIN, FACT(LATE)},
    {LEXICON_ARRIVED_PLAIN, FACT(ARRIVED)},
    {LEXICON_STATUS_PLAIN, FACT(STATUS)},
    {LEXICON_UNDO_PLAIN, FACT(UNDO)},
    {LEXICON_UNDO_MIND, FACT(MIND)},
    {LEXICON_THANKS_PLAIN, FACT(THANKS)},
    {LEXICON_GREETING, FACT(GREETING)},
    {LEXICON_APPOINTMENT, FACT(APPOINTMENT)},
    {LEXICON_QUESTION_WORD, FACT(QUESTION)},
    {LEXICON_CONDITION, FACT(CONDITION)},
    {LEXICON_DOUBT, FACT(DOUBT)},
    {LEXICON_HOLD, FACT(HOLD)},
    {LEXICON_PAST, FACT(PAST)},
    {LEXICON_REPORTED, FACT(REPORTED)},
    {LEXICON_NEGATION, FACT(NEGATION)},
    {LEXICON_REQUEST, FACT(REQUEST)},
    {LEXICON_PASSIVE_REQUEST, FACT(REQUEST)},
    {LEXICON_REASON, FACT(REASON)},
};

struct reader {
    const struct clause_input *input;
    struct arena *arena;
    struct hit *hits;
    size_t hit_count;
    bool *known; /* words that some hit, time or number covers */
};

static bool is_whole(enum lexicon_key key)
{
    for (size_t i = 0; i < sizeof whole_keys / sizeof whole_keys[0]; i++)
        if (whole_keys[i] == key)
            return true;
    return false;
}

static bool means_something(enum lexicon_key key)
{
    return (key >= LEXICON_CANCEL_VERB && key != LEXICON_ABBREVIATION) || key == LEXICON_NUMBER_WORD ||
           key == LEXICON_NUMBER_OTHER;
}

/* Every phrase of a meaning, also those inside others. */
static void collect_hits(struct reader *reader)
{
    const struct words *words = reader->input->words;
    size_t count = 0;
    for (size_t i = 0; i < words->count; i++)
        count += words->items[i].match_count;
    reader->hits = arena_array(reader->arena, count, sizeof *reader->hits);
    for (size_t i = 0; i < words->count; i++)
        for (size_t m = 0; m < words->items[i].match_count; m++) {
            const struct word_match *match = &words->items[i].matches[m];
            if (means_something(match->phrase->key))
                reader->hits[reader->hit_count++] = (struct hit){match->phrase->key, i, i + match->count};
        }
}

/* Some other hit that is whole contains it and is longer. */
static bool is_contained(const struct reader *reader, size_t index)
{
    const struct hit *hit = &reader->hits[index];
    size_t from = index > CONTAINING_HITS_MAX ? index - CONTAINING_HITS_MAX : 0;
    for (size_t i = from; i < reader->hit_count && reader->hits[i].first <= hit->first; i++) {
        const struct hit *other = &reader->hits[i];
        if (other->end >= hit->end && other->end - other->first > hit->end - hit->first && is_whole(other->key))
            return true;
    }
    return false;
}

static void drop_contained(struct reader *reader)
{
    struct hit *kept = arena_array(reader->arena, reader->hit_count, sizeof *kept);
    size_t count = 0;
    for (size_t i = 0; i < reader->hit_count; i++)
        if (!is_contained(reader, i))
            kept[count++] = reader->hits[i];
    reader->hits = kept;
    reader->hit_count = count;
}

static void mark_known(struct reader *reader)
{
    const struct clause_input *input = reader->input;
    reader->known = arena_array(reader->arena, input->words->count, sizeof *reader->known);
    for (size_t i = 0; i < reader->hit_count; i++)
        for (size_t w = reader->hits[i].first; w < reader->hits[i].end; w++)
            reader->known[w] = true;
    for (size_t i = 0; i < input->when_count; i++)
        memset(reader->known + input->whens[i].first_word, true, input->whens[i].word_count);
    for (size_t i = 0; i < input->number_count; i++)
        memset(reader->known + input->numbers[i].first_word, true, input->numbers[i].word_count);
    for (size_t i = 0; i < input->words->count; i++)
        reader->known[i] = reader->known[i] || input->words->items[i].kind != WORD_LETTERS ||
                           words_match(input->words, i, LEXICON_LANGUAGE_FUNCTION, NULL) > 0;
}

bool clause_has(const struct clause *clause, enum lexicon_key key)
{
    for (size_t i = 0; i < clause->hit_count; i++)
        if (clause->hits[i].key == key)
            return true;
    return false;
}

static bool touches(size_t first, size_t count, size_t from, size_t to)
{
    return first < to && first + count > from;
}

static bool has_time(const struct clause_input *input, size_t from, size_t to)
{
    for (size_t i = 0; i < input->when_count; i++)
        if (touches(input->whens[i].first_word, input->whens[i].word_count, from, to))
            return true;
    return false;
}

static bool has_number(const struct clause_input *input, size_t from, size_t to)
{
    for (size_t i = 0; i < input->number_count; i++)
        if (touches(input->numbers[i].first_word, input->numbers[i].word_count, from, to))
            return true;
    return false;
}

static bool has_hit(const struct clause *clause, enum lexicon_key key, size_t from, size_t to)
{
    for (size_t i = 0; i < clause->hit_count; i++)
        if (clause->hits[i].key == key && clause->hits[i].first >= from && clause->hits[i].first < to)
            return true;
    return false;
}

static bool names_thing(const struct reader *reader, const struct clause *clause, size_t from, size_t to)
{
    return has_hit(clause, LEXICON_APPOINTMENT, from, to) || has_hit(clause, LEXICON_IT, from, to) ||
           has_number(reader->input, from, to);
}

static bool all_known(const struct reader *reader, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!reader->known[i])
            return false;
    return true;
}

/* What the verb is about is the appointment: named behind it or before it, or nothing else is named. */
static bool is_about_appointment(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    size_t near = verb->end + OBJECT_WORDS < clause->end ? verb->end + OBJECT_WORDS : clause->end;
    return names_thing(reader, clause, verb->end, near) || all_known(reader, verb->end, clause->end) ||
           (names_thing(reader, clause, clause->first, verb->first) && all_known(reader, verb->end, near));
}

static bool is_denied(const struct clause *clause, const struct hit *verb)
{
    return has_hit(clause, LEXICON_NEGATION, clause->first, verb->first) ||
           has_hit(clause, LEXICON_NEGATION, verb->end, verb->end + NEGATION_BEHIND);
}

/* Something before the verb keeps it from being a plain wish. */
static bool is_hedged(const struct clause *clause, const struct hit *verb)
{
    static const enum lexicon_key hedges[] = {LEXICON_CONDITION, LEXICON_DOUBT, LEXICON_REPORTED,
                                              LEXICON_QUESTION_WORD};
    for (size_t i = 0; i < sizeof hedges / sizeof hedges[0]; i++)
        if (has_hit(clause, hedges[i], clause->first, verb->first))
            return true;
    return clause_has(clause, LEXICON_DOUBT) || clause_has(clause, LEXICON_HOLD);
}

/* "har avbestilt", "was cancelled": an auxiliary of the past directly before, and nothing that asks. */
static bool is_past(const struct clause *clause, const struct hit *verb)
{
    bool done = verb->key == LEXICON_CANCEL_DONE || verb->key == LEXICON_MOVE_DONE;
    return done && has_hit(clause, LEXICON_PAST, clause->first, verb->first) &&
           !has_hit(clause, LEXICON_PASSIVE_REQUEST, clause->first, verb->first) &&
           !has_hit(clause, LEXICON_REQUEST, clause->first, verb->first);
}

struct act_facts {
    uint64_t asked, maybe, denied, past;
};

static uint64_t act_fact(const struct reader *reader, const struct clause *clause, const struct hit *verb,
                         const struct act_facts *facts)
{
    if (is_denied(clause, verb))
        return facts->denied;
    if (is_past(clause, verb))
        return facts->past;
    if (!is_about_appointment(reader, clause, verb))
        return 0;
    return is_hedged(clause, verb) ? facts->maybe : facts->asked;
}

static uint64_t hit_facts(const struct reader *reader, const struct clause *clause, const struct hit *hit)
{
    static const struct act_facts cancel = {FACT(CANCEL), FACT(CANCEL_MAYBE), FACT(CANCEL_NOT), FACT(CANCEL_PAST)};
    static const struct act_facts move = {FACT(MOVE), FACT(MOVE_MAYBE), FACT(MOVE_NOT), FACT(MOVE_PAST)};
    switch (hit->key) {
    case LEXICON_CANCEL_VERB:
    case LEXICON_CANCEL_DONE:
    case LEXICON_CANCEL_NOUN:
        return act_fact(reader, clause, hit, &cancel);
    case LEXICON_CANCEL_PLAIN:
        return is_hedged(clause, hit) ? FACT(CANCEL_MAYBE) : FACT(CANCEL);
    case LEXICON_MOVE_VERB:
    case LEXICON_MOVE_DONE:
    case LEXICON_MOVE_NOUN:
        return act_fact(reader, clause, hit, &move);
    default:
        for (size_t i = 0; i < sizeof plain_facts / sizeof plain_facts[0]; i++)
            if (plain_facts[i].key == hit->key)
                return plain_facts[i].fact;
        return 0;
    }
}

static bool ends_in_question(const struct words *words, const struct clause *clause)
{
    for (size_t i = clause->first; i < words->count && words->items[i].sentence == clause->sentence; i++)
        if (words_is_mark(words, i, '?'))
            return true;
    return false;
}

static void read_clause(const struct reader *reader, struct clause *clause)
{
    const struct clause_input *input = reader->input;
    for (size_t i = 0; i < clause->hit_count; i++)
        clause->facts |= hit_facts(reader, clause, &clause->hits[i]);
    if (ends_in_question(input->words, clause))
        clause->facts |= FACT(QUESTION);
    if (has_time(input, clause->first, clause->end))
        clause->facts |= FACT(TIME);
    if (has_number(input, clause->first, clause->end))
        clause->facts |= FACT(NUMBER);
    if (!all_known(reader, clause->first, clause->end))
        clause->facts |= FACT(UNKNOWN);
}

size_t clauses_read(const struct clause_input *input, struct arena *arena, const struct clause **ret_clauses)
{
    const struct words *words = input->words;
    struct reader reader = {.input = input, .arena = arena};
    collect_hits(&reader);
    drop_contained(&reader);
    mark_known(&reader);
    struct clause *clauses = arena_array(arena, words->clause_count, sizeof *clauses);
    size_t count = 0, hit = 0;
    for (size_t i = 0; i < words->count;) {
        struct clause *clause = &clauses[count++];
        clause->first = i;
        clause->sentence = words->items[i].sentence;
        while (i < words->count && words->items[i].clause == words->items[clause->first].clause)
            i++;
        clause->end = i;
        clause->hits = reader.hits + hit;
        for (; hit < reader.hit_count && reader.hits[hit].first < i; hit++)
            clause->hit_count++;
        read_clause(&reader, clause);
    }
    *ret_clauses = clauses;
    return count;
}
