#include "parsers/clause.h"

#include <string.h>

enum {
    OBJECT_WORDS = 8,         /* between a verb and what it is about */
    OBJECT_UNKNOWN = 2,       /* unknown ones among them: "my long awaited appointment" */
    CLOSING_WORDS = 3,        /* marks behind the last word of a clause */
    GOVERNING_WORDS = 4,      /* "worried that you will cancel" */
    NEGATION_BEHIND = 2,      /* "avbestill ikke": words between a verb and a negation behind it */
    NEGATION_BEFORE = 4,      /* words between a negation and what is told */
    ACT_WORDS = 2,            /* between "I can" and what is done */
    STATUS_WORDS = 2,         /* a question begins with its word, or with "and" or "but" before it */
    CONTAINING_HITS_MAX = 96, /* hits that are looked back at for one that contains another */
    QUOTATION_WORDS = 40,     /* before and behind a verb that somebody else wrote */
    QUESTION_WORDS = 160,     /* from the beginning of a clause to the mark of its question */
};

/* Phrases whose words mean nothing by themselves: "kan ikke komme" neither denies nor comes. */
static const enum lexicon_key whole_keys[] = {
    LEXICON_CANCEL_PLAIN,  LEXICON_CANNOT_COME,  LEXICON_NOT_COMING,    LEXICON_ANOTHER_TIME,  LEXICON_COME_CAN,
    LEXICON_COME_WILL,     LEXICON_KEEP,         LEXICON_SUITS,         LEXICON_SUITS_NOT,     LEXICON_BUSY,
    LEXICON_BOOK_WISH,     LEXICON_BOOK_NONE,    LEXICON_TIMES_ASK,     LEXICON_EARLIER_PLAIN, LEXICON_LATE_PLAIN,
    LEXICON_ARRIVED_PLAIN, LEXICON_STATUS_PLAIN, LEXICON_UNDO_PLAIN,    LEXICON_UNDO_MIND,     LEXICON_THANKS_PLAIN,
    LEXICON_GREETING,      LEXICON_NOT_NEGATION, LEXICON_POLITE,        LEXICON_DOUBT,         LEXICON_HOLD,
    LEXICON_MOVE_NOUN,     LEXICON_CANCEL_NOUN,  LEXICON_CONJUNCTION,   LEXICON_REASON,        LEXICON_INSTEAD,
    LEXICON_CANCEL_DONE,   LEXICON_MOVE_DONE,    LEXICON_CANCEL_VERB,   LEXICON_MOVE_VERB,     LEXICON_REPORTED,
    LEXICON_POINTER,       LEXICON_NEGATION,     LEXICON_EARLIER_EVENT, LEXICON_RETRACTION,    LEXICON_REQUEST,
    LEXICON_ABLE,          LEXICON_STATUS_TELL,  LEXICON_INSTEAD_OF,    LEXICON_FORMER,        LEXICON_LATTER,
    LEXICON_BOTH,          LEXICON_COME_ASK,     LEXICON_APPOINTMENT,   LEXICON_NUMBER_OTHER,  LEXICON_THING_OTHER,
    LEXICON_CANCEL_DID,    LEXICON_MOVE_DID,
};

/* Words for other things than the appointment: "I deleted your mail". */
static const enum lexicon_key thing_keys[] = {LEXICON_STATUS_WHAT, LEXICON_NUMBER_OTHER, LEXICON_BUSY,
                                              LEXICON_THING_OTHER};

/* What these deny or decide is not told by a shorter phrase that reaches into them: "jeg kommer | ikke". */
static const enum lexicon_key strong_keys[] = {
    LEXICON_CANCEL_PLAIN, LEXICON_CANNOT_COME, LEXICON_NOT_COMING, LEXICON_SUITS_NOT,
    LEXICON_BOOK_NONE,    LEXICON_HOLD,        LEXICON_UNDO_PLAIN,
};
static const enum lexicon_key weak_keys[] = {
    LEXICON_COME_CAN, LEXICON_COME_WILL, LEXICON_SUITS, LEXICON_NEED, LEXICON_ABLE, LEXICON_COME, LEXICON_KEEP,
};

/* What a phrase says where nothing around it changes that; and what it says where it is denied. */
static const struct {
    enum lexicon_key key;
    uint64_t fact;
    uint64_t denied;
} plain_facts[] = {
    {LEXICON_CANNOT_COME, FACT(CANNOT), 0},
    {LEXICON_NOT_COMING, FACT(NOT_COMING), 0},
    {LEXICON_SUITS_NOT, FACT(CANNOT), 0},
    {LEXICON_BUSY, FACT(BUSY), 0},
    {LEXICON_INSTEAD, FACT(INSTEAD), FACT(INSTEAD)},
    {LEXICON_INSTEAD_OF, FACT(INSTEAD), FACT(INSTEAD)},
    {LEXICON_COME_CAN, FACT(CAN), FACT(CANNOT)},
    {LEXICON_COME_ASK, FACT(ASK), FACT(ASK)},
    {LEXICON_COME_WILL, FACT(COMING), FACT(NOT_COMING)},
    {LEXICON_KEEP, FACT(KEEP), 0},
    {LEXICON_SUITS, FACT(SUITS), FACT(CANNOT)},
    {LEXICON_OFFER_CHOICE, FACT(CHOICE), 0},
    {LEXICON_BOOK_WISH, FACT(BOOK), FACT(MOVE_NOT)},
    {LEXICON_BOOK_NONE, FACT(NONE), 0},
    {LEXICON_TIMES_ASK, FACT(TIMES), 0},
    {LEXICON_EARLIER_PLAIN, FACT(EARLIER), 0},
    {LEXICON_LATE_PLAIN, FACT(LATE), 0},
    {LEXICON_ARRIVED_PLAIN, FACT(ARRIVED), 0},
    {LEXICON_STATUS_PLAIN, FACT(STATUS), FACT(STATUS)},
    {LEXICON_UNDO_PLAIN, FACT(UNDO), 0},
    {LEXICON_UNDO_MIND, FACT(MIND), 0},
    {LEXICON_RETRACTION, FACT(RETRACT), 0},
    {LEXICON_CONTRAST, FACT(CONTRAST), FACT(CONTRAST)},
    {LEXICON_THANKS_PLAIN, FACT(THANKS), 0},
    {LEXICON_GREETING, FACT(GREETING), FACT(GREETING)},
    {LEXICON_POINTER, FACT(POINTER), FACT(POINTER)},
    {LEXICON_APPOINTMENT, FACT(APPOINTMENT), FACT(APPOINTMENT)},
    {LEXICON_DOUBT, FACT(DOUBT), FACT(DOUBT)},
    {LEXICON_HOLD, FACT(HOLD), FACT(HOLD)},
    {LEXICON_CONDITION, FACT(CONDITION), FACT(CONDITION)},
    {LEXICON_PAST, FACT(PAST), FACT(PAST)},
    {LEXICON_REPORTED, FACT(REPORTED), FACT(REPORTED)},
    {LEXICON_NEGATION, FACT(NEGATION), FACT(NEGATION)},
    {LEXICON_REQUEST, FACT(REQUEST), FACT(REQUEST)},
    {LEXICON_PASSIVE_REQUEST, FACT(REQUEST), FACT(REQUEST)},
    {LEXICON_REASON, FACT(REASON), FACT(REASON)},
};

struct reader {
    const struct clause_input *input;
    struct arena *arena;
    struct hit *hits;
    size_t hit_count;
    const struct clause *before;    /* the clause before this one in its sentence; NULL for none */
    const struct clause *governing; /* the same where it tells this one: "they say | that ..." */
    bool *known;                    /* words that some hit, time or number covers */
    bool *plain;                    /* of these, words that name no other thing */
};

static bool is_one_of(enum lexicon_key key, const enum lexicon_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i] == key)
            return true;
    return false;
}

#define IS_ONE_OF(key, keys) is_one_of(key, keys, sizeof(keys) / sizeof(keys)[0])

static bool means_something(enum lexicon_key key)
{
    return (key >= LEXICON_CANCEL_VERB && key != LEXICON_ABBREVIATION) || key == LEXICON_NUMBER_WORD ||
           key == LEXICON_NUMBER_OTHER;
}

/* Languages share words: the same meaning of the same words counts once ("не" is one negation, not two). */
static bool is_collected(const struct reader *reader, const struct hit *hit)
{
    for (size_t i = reader->hit_count; i > 0 && reader->hits[i - 1].first == hit->first; i--)
        if (reader->hits[i - 1].key == hit->key && reader->hits[i - 1].end == hit->end)
            return true;
    return false;
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
            struct hit hit = {match->phrase->key, i, i + match->count, match->phrase};
            if (means_something(hit.key) && !is_collected(reader, &hit))
                reader->hits[reader->hit_count++] = hit;
        }
}

/* "sagen Sie meinen Termin nicht ab": the negation stands in the gap of "sagen ... ab" and is no part of it. */
static bool is_in_gap(const struct reader *reader, const struct hit *hit, const struct hit *whole)
{
    bool gap = false;
    for (size_t i = 0; i < whole->phrase->word_count; i++) {
        const struct lexicon_word *word = &whole->phrase->words[i];
        gap = gap || word->kind == LEXICON_WORD_GAP;
        if (word->kind != LEXICON_WORD_GAP && strcmp(word->loose, reader->input->words->items[hit->first].text) == 0)
            return false;
    }
    return gap;
}

/* "only not" excludes a time, but not where a verb follows: "only don't | cancel". */
static bool is_before_act(const struct reader *reader, const struct hit *hit)
{
    return words_match(reader->input->words, hit->end, LEXICON_CANCEL_VERB, NULL) > 0 ||
           words_match(reader->input->words, hit->end, LEXICON_MOVE_VERB, NULL) > 0;
}

/* Some other hit is whole and longer, and contains it; or is stronger and reaches into it. */
static bool is_overruled(const struct reader *reader, size_t index)
{
    const struct hit *hit = &reader->hits[index];
    bool weak = IS_ONE_OF(hit->key, weak_keys);
    size_t from = index > CONTAINING_HITS_MAX ? index - CONTAINING_HITS_MAX : 0;
    for (size_t i = from; i < reader->hit_count && reader->hits[i].first < hit->end; i++) {
        const struct hit *other = &reader->hits[i];
        bool contains = other->first <= hit->first && other->end >= hit->end;
        if (contains && hit->key == LEXICON_NEGATION &&
            (is_in_gap(reader, hit, other) || (other->key == LEXICON_SUITS_NOT && is_before_act(reader, other))))
            continue;
        if (contains && hit->key == LEXICON_NEED && other->key == LEXICON_BOOK_WISH) /* "I need | an appointment" */
            continue;
        if (contains && other->end - other->first > hit->end - hit->first && IS_ONE_OF(other->key, whole_keys))
            return true;
        bool kept = hit->key == LEXICON_KEEP && hit->first < other->first; /* "do not give my | place to someone" */
        if (weak && !kept && other->end > hit->first && IS_ONE_OF(other->key, strong_keys))
            return true;
    }
    return false;
}

static void drop_overruled(struct reader *reader)
{
    struct hit *kept = arena_array(reader->arena, reader->hit_count, sizeof *kept);
    size_t count = 0;
    for (size_t i = 0; i < reader->hit_count; i++)
        if (!is_overruled(reader, i))
            kept[count++] = reader->hits[i];
    reader->hits = kept;
    reader->hit_count = count;
}

static void mark_known(struct reader *reader)
{
    const struct clause_input *input = reader->input;
    reader->known = arena_array(reader->arena, input->words->count, sizeof *reader->known);
    reader->plain = arena_array(reader->arena, input->words->count, sizeof *reader->plain);
    for (size_t i = 0; i < input->words->count; i++)
        reader->plain[i] = true;
    for (size_t i = 0; i < reader->hit_count; i++)
        for (size_t w = reader->hits[i].first; w < reader->hits[i].end; w++) {
            reader->known[w] = true;
            reader->plain[w] = reader->plain[w] && !IS_ONE_OF(reader->hits[i].key, thing_keys);
        }
    for (size_t i = 0; i < input->when_count; i++)
        memset(reader->known + input->whens[i].first_word, true, input->whens[i].word_count);
    for (size_t i = 0; i < input->number_count; i++)
        memset(reader->known + input->numbers[i].first_word, true, input->numbers[i].word_count);
    for (size_t i = 0; i < input->words->count; i++)
        reader->known[i] = reader->known[i] || input->words->items[i].kind != WORD_LETTERS ||
                           words_match(input->words, i, LEXICON_LANGUAGE_FUNCTION, NULL) > 0;
}

const char *clause_fact_name(enum clause_fact_index fact)
{
    static const char *const names[] = {
#define X(NAME) #NAME,
        CLAUSE_FACTS(X)
#undef X
    };
    return names[fact];
}

bool clause_has(const struct clause *clause, enum lexicon_key key)
{
    for (size_t i = 0; i < clause->hit_count; i++)
        if (clause->hits[i].key == key)
            return true;
    return false;
}

static bool has_time(const struct clause_input *input, size_t from, size_t to)
{
    size_t i = 0;
    while (i < input->when_count && input->whens[i].first_word + input->whens[i].word_count <= from)
        i++;
    return i < input->when_count && input->whens[i].first_word < to;
}

static bool has_number(const struct clause_input *input, size_t from, size_t to)
{
    size_t i = 0;
    while (i < input->number_count && input->numbers[i].first_word + input->numbers[i].word_count <= from)
        i++;
    return i < input->number_count && input->numbers[i].first_word < to;
}

/* The first hit of the clause that begins at word `from` or behind it. */
static size_t hit_from(const struct clause *clause, size_t from)
{
    size_t low = 0, high = clause->hit_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (clause->hits[middle].first < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_hit(const struct clause *clause, enum lexicon_key key, size_t from, size_t to)
{
    for (size_t i = hit_from(clause, from); i < clause->hit_count && clause->hits[i].first < to; i++)
        if (clause->hits[i].key == key)
            return true;
    return false;
}

static bool all_known(const struct reader *reader, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!reader->known[i])
            return false;
    return true;
}

/* "den", "it": not where it only stands before a word that is not known ("det nye passet"). */
static bool is_pronoun(const struct reader *reader, const struct clause *clause, size_t index)
{
    return has_hit(clause, LEXICON_IT, index, index + 1) && (index + 1 >= clause->end || reader->known[index + 1]);
}

static bool is_thing(const struct reader *reader, const struct clause *clause, size_t index)
{
    return has_hit(clause, LEXICON_APPOINTMENT, index, index + 1) || has_number(reader->input, index, index + 1) ||
           has_hit(clause, LEXICON_ANOTHER_TIME, index, index + 1);
}

/* "flytt til onsdag", "move Amina to Friday"; but not "flytter til Sverige neste måned". */
static bool is_time_of_verb(const struct reader *reader, size_t index, size_t unknown)
{
    const struct words *words = reader->input->words;
    if (!has_time(reader->input, index, index + 1))
        return false;
    static const enum lexicon_key directions[] = {LEXICON_UNTIL, LEXICON_ONTO};
    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++)
        if (words_match(words, index, directions[i], NULL) > 0 ||
            (index > 0 && words_match(words, index - 1, directions[i], NULL) > 0))
            return true;
    return unknown == 0;
}

static bool is_preposition(const struct words *words, size_t index)
{
    static const enum lexicon_key keys[] = {LEXICON_ON, LEXICON_BEFORE, LEXICON_AFTER, LEXICON_CLOCK_AT,
                                            LEXICON_PREPOSITION};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (words_match(words, index, keys[i], NULL) > 0)
            return true;
    return false;
}

/* "change my passport before the appointment": what is named first, and not only as "my passport appointment", is it.
 */
static bool is_about_other(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    bool other = false;
    for (size_t i = verb->end; i < clause->end && i < verb->end + OBJECT_WORDS; i++) {
        if (is_thing(reader, clause, i))
            return false;
        if (has_hit(clause, LEXICON_THING_OTHER, i, i + 1))
            other = true;
        else if (is_preposition(reader->input->words, i) || (!other && !reader->known[i]))
            break;
    }
    return other;
}

/* What the verb is about is the appointment: named behind it or before it, or nothing else is named. */
static bool is_about_appointment(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    size_t unknown = 0;
    for (size_t i = verb->end; i < clause->end && i < verb->end + OBJECT_WORDS && unknown <= OBJECT_UNKNOWN; i++) {
        if (is_thing(reader, clause, i) || is_time_of_verb(reader, i, unknown) ||
            (unknown == 0 && is_pronoun(reader, clause, i)))
            return true;
        unknown += !reader->known[i] || !reader->plain[i];
    }
    if (unknown == 0 && all_known(reader, verb->end, clause->end))
        return true;
    for (size_t i = clause->first; i < verb->first; i++)
        if (is_thing(reader, clause, i) || has_time(reader->input, i, i + 1) || is_pronoun(reader, clause, i))
            return true;
    return false;
}

/*
 * "Stornieren Sie meinen Termin nicht!": a negation that ends its clause denies the verb before it, unless another
 * verb stands between that it may belong to ("avbestill timen jeg trenger den ikke").
 */
static bool denies_from_end(const struct clause *clause, const struct hit *hit, const struct hit *negation)
{
    static const enum lexicon_key verbs[] = {LEXICON_NEED,      LEXICON_ABLE,  LEXICON_COME,
                                             LEXICON_COME_WILL, LEXICON_SUITS, LEXICON_BOOK_VERB};
    if (negation->first < hit->end || clause->end > negation->end + CLOSING_WORDS)
        return false;
    for (size_t i = 0; i < clause->hit_count; i++) {
        const struct hit *other = &clause->hits[i];
        bool between = other->first >= hit->end && other->end <= negation->first;
        if (other->first >= negation->end || (between && IS_ONE_OF(other->key, verbs)))
            return false;
    }
    return true;
}

/* How many negations bear on the hit: two make none. */
static size_t negations(const struct clause *clause, const struct hit *hit, size_t from)
{
    size_t count = 0;
    for (size_t i = 0; i < clause->hit_count; i++) {
        const struct hit *other = &clause->hits[i];
        bool before = other->first < hit->first && other->first >= from;
        bool behind = other->first >= hit->end && other->first < hit->end + NEGATION_BEHIND;
        bool inside = other->first > hit->first && other->end <= hit->end;
        count += other->key == LEXICON_NEGATION && (before || inside || behind || denies_from_end(clause, hit, other));
    }
    return count;
}

static bool in_question(const struct words *words, const struct clause *clause)
{
    size_t end = clause->first + QUESTION_WORDS;
    for (size_t i = clause->first; i < words->count && i < end && words->items[i].sentence == clause->sentence; i++)
        if (words_is_mark(words, i, '?'))
            return true;
    return false;
}

/*
 * "I refuse to cancel", "the link to cancel": a word that is not known may turn the verb behind it into anything,
 * unless the clause asks before. Names do not.
 */
static bool is_governed(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    static const enum lexicon_key asking[] = {LEXICON_REQUEST, LEXICON_PASSIVE_REQUEST, LEXICON_COME_ASK, LEXICON_ABLE};
    for (size_t i = 0; i < sizeof asking / sizeof asking[0]; i++)
        if (has_hit(clause, asking[i], clause->first, verb->first))
            return false;
    size_t from = verb->first > clause->first + GOVERNING_WORDS ? verb->first - GOVERNING_WORDS : clause->first;
    for (size_t i = from; i < verb->first; i++)
        if (!reader->known[i] && !reader->input->words->items[i].capital)
            return true;
    return false;
}

/* "My friend says | that I must cancel", "this does not mean | that I cancel". */
static bool is_told(const struct reader *reader)
{
    static const uint64_t hedges = FACT(REPORTED) | FACT(DOUBT) | FACT(NEGATION) | FACT(CONDITION);
    return reader->governing != NULL && (reader->governing->facts & hedges) != 0;
}

/* Something before the verb keeps it from being a plain wish. */
static bool is_hedged(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    static const enum lexicon_key hedges[] = {LEXICON_CONDITION, LEXICON_REPORTED, LEXICON_QUESTION_WORD};
    for (size_t i = 0; i < sizeof hedges / sizeof hedges[0]; i++)
        if (has_hit(clause, hedges[i], clause->first, verb->first))
            return true;
    return clause_has(clause, LEXICON_DOUBT) || clause_has(clause, LEXICON_HOLD) || is_told(reader) ||
           (has_hit(clause, LEXICON_INVERTED, clause->first, verb->first) && in_question(reader->input->words, clause));
}

/* What others said is a reason to ask back, no doubt of the writer's. */
static bool is_only_reported(const struct reader *reader, const struct clause *clause)
{
    static const uint64_t doubts = FACT(DOUBT) | FACT(NEGATION) | FACT(CONDITION);
    const struct clause *told = reader->governing;
    bool reported = clause_has(clause, LEXICON_REPORTED) || (told != NULL && (told->facts & FACT(REPORTED)) != 0);
    if (told != NULL && (told->facts & doubts) != 0)
        return false;
    return reported && !clause_has(clause, LEXICON_CONDITION) && !clause_has(clause, LEXICON_DOUBT) &&
           !clause_has(clause, LEXICON_HOLD);
}

/* Every form in which an act can be meant. */
struct act_facts {
    uint64_t asked, ask, maybe, reported, denied, past;
};

static bool is_asked_for(const struct clause *clause)
{
    return clause_has(clause, LEXICON_REQUEST) || clause_has(clause, LEXICON_PASSIVE_REQUEST) ||
           clause_has(clause, LEXICON_COME_ASK);
}

/* The sentence has asked before: "could you please, if it is possible, cancel it?" */
static bool was_asked_for(const struct reader *reader, const struct clause *clause)
{
    const struct words *words = reader->input->words;
    for (size_t i = clause->first; i > 0 && words->items[i - 1].sentence == clause->sentence; i--)
        if (words_match(words, i - 1, LEXICON_REQUEST, NULL) > 0 ||
            words_match(words, i - 1, LEXICON_COME_ASK, NULL) > 0)
            return true;
    return false;
}

/* "avbestilt", "cancelled": told of the past, unless it is asked for. */
static uint64_t done_fact(const struct clause *clause, const struct hit *verb, const struct act_facts *facts)
{
    bool past = has_hit(clause, LEXICON_PAST, clause->first, verb->first);
    bool request = has_hit(clause, LEXICON_REQUEST, clause->first, verb->first) ||
                   has_hit(clause, LEXICON_PASSIVE_REQUEST, clause->first, verb->first);
    if (past && !request)
        return facts->past;
    return is_asked_for(clause) ? facts->asked : facts->maybe;
}

/* The next quotation mark, or `to`. */
static size_t find_quotation_mark(const struct words *words, size_t from, size_t to)
{
    while (from < to && !words_is_mark(words, from, '"'))
        from++;
    return from;
}

/* «avbestill timen» between quotation marks is what somebody else wrote, unless the sentence is nothing else. */
static bool is_cited(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    const struct words *words = reader->input->words;
    size_t begin = clause->first, end = clause->end, inside = 0;
    while (begin > 0 && begin + QUOTATION_WORDS > verb->first && words->items[begin - 1].sentence == clause->sentence)
        begin--;
    while (end < words->count && end < verb->end + QUOTATION_WORDS && words->items[end].sentence == clause->sentence)
        end++;
    for (size_t mark = find_quotation_mark(words, begin, verb->first); mark < verb->first;
         mark = find_quotation_mark(words, mark + 1, verb->first))
        inside = inside == 0 ? mark + 1 : 0;
    size_t close = find_quotation_mark(words, verb->end, end);
    return inside > 0 && close < end && (inside > begin + 1 || end > close + CLOSING_WORDS);
}

/* "thank you for the change", "I have the letter of cancellation": what is named before the noun is not asked for. */
static bool is_of_other(const struct clause *clause, const struct hit *noun)
{
    static const enum lexicon_key keys[] = {LEXICON_THANKS_PLAIN, LEXICON_STATUS_WHAT, LEXICON_STATUS_TELL,
                                            LEXICON_THING_OTHER};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (has_hit(clause, keys[i], clause->first, noun->first))
            return true;
    return false;
}

/* "I appeal against the decision, | please cancel it." */
static bool refers_to_other(const struct reader *reader, const struct clause *clause)
{
    return reader->before != NULL && clause_has(clause, LEXICON_IT) && !clause_has(clause, LEXICON_APPOINTMENT) &&
           !has_number(reader->input, clause->first, clause->end) && clause_has(reader->before, LEXICON_THING_OTHER) &&
           !clause_has(reader->before, LEXICON_APPOINTMENT);
}

static uint64_t act_fact(const struct reader *reader, const struct clause *clause, const struct hit *verb,
                         const struct act_facts *facts)
{
    if (is_cited(reader, clause, verb))
        return FACT(UNKNOWN);
    bool question = in_question(reader->input->words, clause);
    size_t denials = negations(clause, verb, clause->first);
    bool noun = verb->key == LEXICON_CANCEL_NOUN || verb->key == LEXICON_MOVE_NOUN; /* "the cancellation link fails" */
    if (denials > 0) /* "can you not just cancel it?" may mean either */
        return denials > 1 || noun || (question && is_asked_for(clause)) ||
                       has_hit(clause, LEXICON_ABLE, clause->first, verb->first) || /* "I can't cancel it online" */
                       has_hit(clause, LEXICON_QUESTION_WORD, clause->first, verb->first) /* "I do not see why …" */
                   ? facts->maybe
                   : facts->denied;
    if (is_about_other(reader, clause, verb) || (noun && is_of_other(clause, verb)) || refers_to_other(reader, clause))
        return FACT(UNKNOWN);
    if (!is_about_appointment(reader, clause, verb))
        return 0;
    bool done = verb->key == LEXICON_CANCEL_DONE || verb->key == LEXICON_MOVE_DONE;
    bool can = question && has_hit(clause, LEXICON_ABLE, clause->first, verb->first); /* "kan timen flyttes?" */
    if (done && done_fact(clause, verb, facts) == facts->past)
        return facts->past;
    if (is_hedged(reader, clause, verb) || (!done && is_governed(reader, clause, verb)))
        return is_only_reported(reader, clause) ? facts->reported : facts->maybe;
    if (done && !can)
        return done_fact(clause, verb, facts);
    if (question && !can && !is_asked_for(clause) &&
        !was_asked_for(reader, clause)) /* "what does it cost to cancel?" */
        return facts->maybe;
    bool may = (can || has_hit(clause, LEXICON_COME_ASK, clause->first, verb->first)) &&
               !has_hit(clause, LEXICON_REQUEST, clause->first, verb->first);
    return may ? facts->ask : facts->asked;
}

/* "I need no passport for the appointment", "the passport is not needed for it": behind a preposition nothing is what
 * is needed. */
static bool is_appointment_needed(const struct reader *reader, const struct clause *clause, const struct hit *need)
{
    const struct words *words = reader->input->words;
    size_t unknown = 0;
    for (size_t i = need->end; i < clause->end && (unknown == 0 || !is_preposition(words, i)); i++) {
        if (is_thing(reader, clause, i) || (unknown == 0 && is_pronoun(reader, clause, i)))
            return true;
        unknown += !reader->known[i] || !reader->plain[i];
    }
    for (size_t i = need->first; unknown == 0 && i > clause->first; i--) {
        bool named = is_thing(reader, clause, i - 1) || is_pronoun(reader, clause, i - 1);
        if (named && (i - 1 == clause->first || !is_preposition(words, i - 2)))
            return true;
        unknown += !named && (!reader->known[i - 1] || !reader->plain[i - 1]);
    }
    return unknown == 0;
}

/* A wish for an appointment that is more than the word of needing itself. */
static bool wishes_more(const struct clause *clause, const struct hit *need)
{
    for (size_t i = 0; i < clause->hit_count; i++)
        if (clause->hits[i].key == LEXICON_BOOK_WISH &&
            (clause->hits[i].end <= need->first || clause->hits[i].first >= need->end))
            return true;
    return false;
}

/* The question of the sentence is asked behind the clause: "we don't need it, can you cancel?" */
static bool asks_behind(const struct reader *reader, const struct clause *clause)
{
    const struct words *words = reader->input->words;
    size_t end = clause->end + QUESTION_WORDS;
    for (size_t i = clause->end; i < words->count && i < end && words->items[i].sentence == clause->sentence; i++)
        if (words_match(words, i, LEXICON_REQUEST, NULL) > 0 || words_match(words, i, LEXICON_COME_ASK, NULL) > 0)
            return true;
    return false;
}

/* "trenger ikke timen": who does not need it gives it up; who does not need another one, moves nothing. */
static uint64_t need_fact(const struct reader *reader, const struct clause *clause, const struct hit *need)
{
    bool acts = clause_has(clause, LEXICON_CANCEL_VERB) || clause_has(clause, LEXICON_MOVE_VERB);
    if (acts || negations(clause, need, clause->first) != 1) /* "you need not move it" */
        return 0;
    if (!is_appointment_needed(reader, clause, need))
        return FACT(UNKNOWN);
    if (clause_has(clause, LEXICON_ANOTHER_TIME) || wishes_more(clause, need))
        return FACT(MOVE_NOT);
    if (in_question(reader->input->words, clause) && !asks_behind(reader, clause))
        return 0; /* "don't I need an appointment?" */
    return is_hedged(reader, clause, need) ? FACT(CANCEL_MAYBE) : FACT(CANCEL);
}

/* "får ikke møtt", "kan ikke på torsdag"; but not "kan ikke norsk". */
static uint64_t able_fact(const struct reader *reader, const struct clause *clause, const struct hit *able)
{
    if (negations(clause, able, clause->first) != 1)
        return 0;
    bool about = clause_has(clause, LEXICON_COME) || is_about_appointment(reader, clause, able);
    return about ? FACT(CANNOT) : 0;
}

static uint64_t plain_fact(const struct clause *clause, const struct hit *hit)
{
    for (size_t i = 0; i < sizeof plain_facts / sizeof plain_facts[0]; i++)
        if (plain_facts[i].key == hit->key) {
            size_t near = hit->first > clause->first + NEGATION_BEFORE ? hit->first - NEGATION_BEFORE : clause->first;
            if (plain_facts[i].denied == 0) /* what denies already is undone by any other denial: "not that I cannot" */
                near = clause->first;
            size_t count = negations(clause, hit, near);
            return count == 0 ? plain_facts[i].fact : count == 1 ? plain_facts[i].denied : 0;
        }
    return 0;
}

/* "I can come"; but not "I can cancel". */
static uint64_t can_fact(const struct clause *clause, const struct hit *can)
{
    bool acts = has_hit(clause, LEXICON_CANCEL_VERB, can->end, can->end + ACT_WORDS) ||
                has_hit(clause, LEXICON_MOVE_VERB, can->end, can->end + ACT_WORDS);
    return acts ? 0 : plain_fact(clause, can);
}

/* "give me my appointment back"; but not "give me my money back". */
static uint64_t restore_fact(const struct reader *reader, const struct clause *clause, const struct hit *verb)
{
    if (negations(clause, verb, clause->first) > 0 || is_hedged(reader, clause, verb) ||
        is_about_other(reader, clause, verb) || !is_about_appointment(reader, clause, verb))
        return FACT(UNKNOWN);
    return FACT(UNDO);
}

static uint64_t come_fact(const struct clause *clause, const struct hit *come)
{
    size_t denials = negations(clause, come, clause->first);
    if (denials == 0)
        return FACT(COME);
    return denials == 1 && !clause_has(clause, LEXICON_ABLE) ? FACT(NOT_COMING) : 0;
}

/* "another day": asked for, unless they have it ("I have another appointment at 12") or it is for something else ("can
 * I bring the papers another day?"). */
static uint64_t another_fact(const struct clause *clause, const struct hit *another)
{
    size_t near = another->first > clause->first + NEGATION_BEFORE ? another->first - NEGATION_BEFORE : clause->first;
    if (negations(clause, another, near) > 0)
        return FACT(MOVE_NOT);
    size_t asked = clause->end;
    if (has_hit(clause, LEXICON_CANCEL_DID, clause->first, another->first)) /* "I cancelled another appointment" */
        return FACT(UNKNOWN);
    for (size_t i = 0; i < clause->hit_count && clause->hits[i].first < another->first; i++) {
        const struct hit *had = &clause->hits[i];
        if (had->key == LEXICON_COME_ASK || had->key == LEXICON_REQUEST)
            asked = had->end;
        if (had->key == LEXICON_HAS && had->end == another->first &&
            !has_hit(clause, LEXICON_COME_ASK, clause->first, another->first) &&
            !has_hit(clause, LEXICON_REQUEST, clause->first, another->first))
            return FACT(BUSY);
    }
    return has_hit(clause, LEXICON_THING_OTHER, asked, another->first) ? FACT(UNKNOWN) : FACT(ANOTHER);
}

static uint64_t question_fact(const struct reader *reader, const struct clause *clause, const struct hit *hit)
{
    bool first = hit->first == clause->first;
    return in_question(reader->input->words, clause) || (first && hit->key == LEXICON_QUESTION_WORD) ? FACT(QUESTION)
                                                                                                     : 0;
}

/*
 * "give my place to someone else"; "do not" before it is not always a no to it, but never a yes. In a question it is a
 * wish only where it is asked for ("may my sister take it over?").
 */
static uint64_t plain_cancel_fact(const struct reader *reader, const struct clause *clause, const struct hit *hit)
{
    size_t near = hit->first > clause->first + NEGATION_BEFORE ? hit->first - NEGATION_BEFORE : clause->first;
    if (negations(clause, hit, near) == 1)
        return FACT(CANCEL_NOT);
    if (negations(clause, hit, clause->first) > 0)
        return FACT(CANCEL_MAYBE);
    if (is_hedged(reader, clause, hit))
        return is_only_reported(reader, clause) ? FACT(CANCEL_ASK) : FACT(CANCEL_MAYBE);
    bool asked = clause_has(clause, LEXICON_REQUEST) || was_asked_for(reader, clause);
    return in_question(reader->input->words, clause) && !asked ? FACT(CANCEL_MAYBE) : FACT(CANCEL);
}

static uint64_t hit_facts(const struct reader *reader, const struct clause *clause, const struct hit *hit)
{
    static const struct act_facts cancel = {FACT(CANCEL),     FACT(CANCEL_ASK), FACT(CANCEL_MAYBE),
                                            FACT(CANCEL_ASK), FACT(CANCEL_NOT), FACT(CANCEL_PAST)};
    static const struct act_facts move = {FACT(MOVE),       FACT(MOVE),     FACT(MOVE_MAYBE),
                                          FACT(MOVE_MAYBE), FACT(MOVE_NOT), FACT(MOVE_PAST)};
    switch (hit->key) {
    case LEXICON_CANCEL_VERB:
    case LEXICON_CANCEL_DONE:
    case LEXICON_CANCEL_NOUN:
        return act_fact(reader, clause, hit, &cancel);
    case LEXICON_CANCEL_DID:
        return FACT(CANCEL_PAST);
    case LEXICON_CANCEL_PLAIN:
        return plain_cancel_fact(reader, clause, hit);
    case LEXICON_MOVE_VERB:
    case LEXICON_MOVE_DONE:
    case LEXICON_MOVE_NOUN:
        return act_fact(reader, clause, hit, &move);
    case LEXICON_MOVE_DID:
        return FACT(MOVE_PAST);
    case LEXICON_NEED:
        return need_fact(reader, clause, hit);
    case LEXICON_ABLE:
        return able_fact(reader, clause, hit);
    case LEXICON_COME_CAN:
        return can_fact(clause, hit);
    case LEXICON_UNDO_VERB:
        return restore_fact(reader, clause, hit);
    case LEXICON_ANOTHER_TIME:
        return another_fact(clause, hit);
    case LEXICON_COME:
        return come_fact(clause, hit);
    case LEXICON_COME_ASK: /* "nå kan jeg komme": what stands behind something else and asks nothing, tells */
        return FACT(ASK) | (hit->first > clause->first && !in_question(reader->input->words, clause) ? FACT(CAN) : 0);
    case LEXICON_QUESTION_WORD:
    case LEXICON_INVERTED:
        return question_fact(reader, clause, hit);
    default:
        return plain_fact(clause, hit);
    }
}

/* "we would like another day", "I want to cancel | and take another day": as plain as a word of moving. */
static bool wishes_another(const struct reader *reader, const struct clause *clause)
{
    static const uint64_t asks = FACT(REQUEST) | FACT(ASK);
    static const uint64_t hedges = FACT(CONDITION) | FACT(DOUBT) | FACT(REPORTED) | FACT(MOVE_NOT) | FACT(MOVE_PAST) |
                                   FACT(MOVE_MAYBE) | FACT(NONE) | FACT(EARLIER) | FACT(BOOK);
    bool goes_on = reader->before != NULL && (reader->before->facts & FACT(CANCEL)) != 0 &&
                   words_match(reader->input->words, clause->first, LEXICON_AND, NULL) > 0;
    return (clause->facts & FACT(ANOTHER)) != 0 && (clause->facts & hedges) == 0 &&
           ((clause->facts & asks) != 0 || goes_on);
}

/* What may stand in a clause that only tells that somebody comes. */
#define TELLS_COMING                                                                                                   \
    (FACT(COME) | FACT(TIME) | FACT(APPOINTMENT) | FACT(NUMBER) | FACT(THANKS) | FACT(GREETING) | FACT(PAST))

/* "tell me the date of my appointment", "when is my appointment?" */
static bool asks_status(const struct reader *reader, const struct clause *clause)
{
    if (!clause_has(clause, LEXICON_STATUS_WHAT) || clause_has(clause, LEXICON_CONDITION))
        return false;
    bool question = has_hit(clause, LEXICON_STATUS_WHAT, clause->first, clause->first + STATUS_WORDS) &&
                    has_hit(clause, LEXICON_QUESTION_WORD, clause->first, clause->first + STATUS_WORDS) &&
                    in_question(reader->input->words, clause);
    return clause_has(clause, LEXICON_STATUS_TELL) || (question && clause_has(clause, LEXICON_APPOINTMENT));
}

/* "I'll be there" in one word, which means other things in longer clauses: "буду", but not "буду у відпустці". */
static uint64_t brief_fact(const struct clause *clause)
{
    bool alone = (clause->facts & ~(TELLS_COMING | FACT(NEGATION) | FACT(COMING))) == 0;
    if (!clause_has(clause, LEXICON_COME_BRIEF) || !alone)
        return 0;
    return (clause->facts & FACT(NEGATION)) != 0 ? FACT(NOT_COMING) : FACT(COMING);
}

/* "I do not think | that I can", "it does not mean | that I won't come", "I do not know | whether I can". */
static uint64_t told_facts(const struct clause *governing, uint64_t facts)
{
    static const uint64_t plans = FACT(CAN) | FACT(ASK) | FACT(COMING);
    if (governing == NULL || (governing->facts & (FACT(NEGATION) | FACT(DOUBT))) == 0)
        return facts;
    if ((governing->facts & FACT(NEGATION)) == 0)
        return facts & ~plans;
    uint64_t cannot = (facts & FACT(CAN)) != 0 ? FACT(CANNOT) : 0;
    return (facts & ~(plans | FACT(CANNOT) | FACT(NOT_COMING))) | cannot;
}

static void read_clause(const struct reader *reader, struct clause *clause)
{
    const struct clause_input *input = reader->input;
    for (size_t i = 0; i < clause->hit_count; i++)
        clause->facts |= hit_facts(reader, clause, &clause->hits[i]);
    if (in_question(input->words, clause))
        clause->facts |= FACT(QUESTION);
    if (has_time(input, clause->first, clause->end))
        clause->facts |= FACT(TIME);
    if (has_number(input, clause->first, clause->end))
        clause->facts |= FACT(NUMBER);
    if (!all_known(reader, clause->first, clause->end) || clause_has(clause, LEXICON_THING_OTHER))
        clause->facts |= FACT(UNKNOWN);
    if ((clause->facts & FACT(TIME)) != 0 && (clause->facts & (FACT(CANCEL_MAYBE) | FACT(MOVE_MAYBE))) == 0)
        clause->facts &= ~FACT(DOUBT); /* "perhaps Friday" doubts the day, not the wish */
    if (wishes_another(reader, clause))
        clause->facts |= FACT(MOVE);
    bool coming = (clause->facts & FACT(COME)) != 0 && (clause->facts & ~(TELLS_COMING | FACT(UNKNOWN))) == 0;
    bool about = (clause->facts & FACT(UNKNOWN)) == 0 || (clause->facts & (FACT(APPOINTMENT) | FACT(TIME))) != 0;
    if (coming && about)
        clause->facts |= FACT(COMING);
    if (in_question(input->words, clause))
        clause->facts &= ~FACT(COMING);
    clause->facts |= brief_fact(clause);
    if ((clause->facts & FACT(MIND)) != 0 && (clause->facts & FACT(CONTRAST)) != 0)
        clause->facts |= FACT(RETRACT); /* "I wanted to cancel, | but I have changed my mind" */
    clause->facts = told_facts(reader->governing, clause->facts);
    if (asks_status(reader, clause))
        clause->facts |= FACT(STATUS);
    if (clause_has(clause, LEXICON_EARLIER_EVENT) && clause_has(clause, LEXICON_CONDITION))
        clause->facts |= FACT(EARLIER);
    if ((clause->facts & FACT(CONDITION)) != 0 &&
        (clause->facts & (FACT(TIMES) | FACT(SUITS) | FACT(ASK) | FACT(EARLIER))) != 0)
        clause->facts |= FACT(AVAILABLE);
}

/* A condition bears on the whole sentence: "if it rains, cancel it". One that every wish has does not. */
static void apply_condition(struct clause *clauses, size_t count)
{
    bool conditional = false;
    for (size_t i = 0; i < count; i++)
        conditional =
            conditional || ((clauses[i].facts & FACT(CONDITION)) != 0 && (clauses[i].facts & FACT(AVAILABLE)) == 0);
    for (size_t i = 0; conditional && i < count; i++) {
        if ((clauses[i].facts & (FACT(CANCEL) | FACT(CANCEL_ASK))) != 0)
            clauses[i].facts |= FACT(CANCEL_MAYBE);
        if ((clauses[i].facts & FACT(MOVE)) != 0)
            clauses[i].facts |= FACT(MOVE_MAYBE);
        clauses[i].facts &= ~(FACT(CANCEL) | FACT(CANCEL_ASK) | FACT(MOVE) | FACT(COMING));
        if ((clauses[i].facts & FACT(CONDITION)) != 0)
            clauses[i].facts &= ~(FACT(CANNOT) | FACT(NOT_COMING));
    }
}

/* The comma in "Tuesday, 26 November" parts no clauses. */
static bool in_time(const struct clause_input *input, size_t index)
{
    for (size_t i = 0; i < input->when_count; i++) {
        const struct when *when = &input->whens[i];
        if (when->first_word < index && index < when->first_word + when->word_count)
            return true;
    }
    return false;
}

size_t clauses_read(const struct clause_input *input, struct arena *arena, const struct clause **ret_clauses)
{
    const struct words *words = input->words;
    struct reader reader = {.input = input, .arena = arena};
    collect_hits(&reader);
    drop_overruled(&reader);
    mark_known(&reader);
    struct clause *clauses = arena_array(arena, words->clause_count, sizeof *clauses);
    size_t count = 0, hit = 0, sentence = 0;
    for (size_t i = 0; i < words->count;) {
        struct clause *clause = &clauses[count++];
        clause->first = i;
        clause->sentence = words->items[i].sentence;
        do
            i++;
        while (i < words->count && (words->items[i].clause == words->items[i - 1].clause || in_time(input, i)));
        clause->end = i;
        clause->hits = reader.hits + hit;
        for (; hit < reader.hit_count && reader.hits[hit].first < i; hit++)
            clause->hit_count++;
        reader.before = count > 1 && clause[-1].sentence == clause->sentence ? clause - 1 : NULL;
        reader.governing = words_match(words, clause->first, LEXICON_THAT, NULL) > 0 ? reader.before : NULL;
        read_clause(&reader, clause);
        if (i == words->count || words->items[i].sentence != clause->sentence) {
            apply_condition(clauses + sentence, count - sentence);
            sentence = count;
        }
    }
    *ret_clauses = clauses;
    return count;
}
