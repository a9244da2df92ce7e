#include "parsers/words.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "parsers/language.h"

enum {
    SHORT_LINE = 44,     /* a line so short was ended by its writer, not by a program that wraps lines */
    WRAPPED_LINE = 60,   /* before a capital letter, a line shorter than this was too */
    FUNCTION_WEIGHT = 2, /* how much a function word tells of the language, against a phrase of another key */
    LIKE_SHARE = 3,      /* a language is like the main one that has all but a third of its weight */
    OWN_SHARE = 4,       /* and another counts whose own words have a fourth of it */
    PHRASE_BACK = 4,     /* words before a conjunction that a phrase around it may begin at */
    LONG_PHRASE = 3,     /* words that do not stand together by chance */
    NUMBER_DIGITS_MAX = 6,
    SLIPS_MAX = 200, /* words that are looked at for a slip */
};

struct splitter {
    const struct lexicon_set *set;
    struct arena *arena;
    const char *original;
    size_t length;
    struct folded folded;
    struct word *words;
    size_t count;
    size_t capacity;
    struct words *result;
    bool own_share[LEXICON_LANGUAGES_MAX]; /* languages that explain words which the main one does not know */
};

static struct word *append_word(struct splitter *splitter)
{
    if (splitter->count == splitter->capacity) {
        size_t capacity = splitter->capacity == 0 ? 64 : splitter->capacity * 2;
        struct word *larger = arena_array(splitter->arena, capacity, sizeof *larger);
        if (splitter->count > 0)
            memcpy(larger, splitter->words, splitter->count * sizeof *larger);
        splitter->words = larger;
        splitter->capacity = capacity;
    }
    return &splitter->words[splitter->count++];
}

static char *without_apostrophes(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_strndup(arena, text, length);
    char *out = copy;
    for (const char *in = copy; *in != '\0'; in++)
        if (*in != '\'')
            *out++ = *in;
    *out = '\0';
    return copy;
}

static bool begins_with_capital(const char *original, size_t start, size_t end)
{
    UChar32 character;
    size_t at = start;
    U8_NEXT(original, at, end, character);
    return character >= 0 && (u_isupper(character) || u_istitle(character));
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

static void fill_word(struct splitter *splitter, struct word *word, struct piece piece)
{
    const struct folded *folded = &splitter->folded;
    word->start = folded->offsets[piece.start];
    word->end = folded->offsets[piece.end];
    while (word->end > word->start && strchr(" \t\n", splitter->original[word->end - 1]) != NULL)
        word->end--;
    word->glued = piece.start > 0 && strchr(" \t\n", folded->text[piece.start - 1]) == NULL;
    word->number = -1;
    if (piece.kind == PIECE_LETTERS) {
        word->kind = WORD_LETTERS;
        word->text = without_apostrophes(splitter->arena, folded->text + piece.start, piece.end - piece.start);
        word->capital = begins_with_capital(splitter->original, word->start, word->end);
        if (!is_ascii(splitter->original + word->start, word->end - word->start)) {
            struct folded strict;
            fold_text(splitter->arena, splitter->original + word->start, word->end - word->start, FOLD_STRICT, &strict);
            word->strict = without_apostrophes(splitter->arena, strict.text, strict.length);
        }
    } else {
        word->kind = piece.kind == PIECE_DIGITS ? WORD_DIGITS : WORD_MARK;
        word->text = arena_strndup(splitter->arena, folded->text + piece.start, piece.end - piece.start);
    }
    word->length = strlen(word->text);
    if (word->kind == WORD_DIGITS && word->length <= NUMBER_DIGITS_MAX) {
        word->number = 0;
        for (const char *digit = word->text; *digit != '\0'; digit++)
            word->number = word->number * 10 + (*digit - '0');
    }
}

/* A line that its writer ended: see the limits above. */
static bool was_ended(size_t line_length, unsigned breaks, const struct word *next)
{
    bool item = next->kind == WORD_MARK && strchr("-*", next->text[0]) != NULL;
    return breaks > 1 || item || line_length < SHORT_LINE || (line_length < WRAPPED_LINE && next->capital);
}

static void split(struct splitter *splitter)
{
    size_t line_start = 0, line_length = 0;
    unsigned breaks = 1; /* since the last word; the beginning of the text is the beginning of a line */
    for (size_t at = 0; splitter->count < WORDS_MAX;) {
        struct piece piece = fold_piece(&splitter->folded, at);
        if (piece.kind == PIECE_END)
            return;
        at = piece.end;
        if (piece.kind == PIECE_LINE_BREAK) {
            if (breaks++ == 0)
                line_length = piece.start - line_start;
            line_start = piece.end;
            continue;
        }
        struct word *word = append_word(splitter);
        fill_word(splitter, word, piece);
        word->line = breaks > 0;
        word->fresh = breaks > 0 && was_ended(line_length, breaks, word);
        breaks = 0;
    }
    splitter->result->overflow = true;
}

/* Who types å, ø or æ means them: "så" is not "sa". Who has no such keys may mean either. */
static bool is_same_word(const struct word *word, const struct lexicon_word *wanted)
{
    if (wanted->kind == LEXICON_WORD_PREFIX ? strncmp(word->text, wanted->loose, wanted->length) != 0
                                            : strcmp(word->text, wanted->loose) != 0)
        return false;
    return word->strict == NULL || wanted->strict == NULL || is_ascii(word->strict, strlen(word->strict)) ||
           strncmp(word->strict, wanted->strict, strlen(wanted->strict)) == 0;
}

/* How many words from `index` on the phrase's words from `part` on cover; 0 for no match. A gap stays in its sentence.
 */
static size_t phrase_length(const struct words *words, size_t index, const struct lexicon_phrase *phrase, size_t part)
{
    size_t at = index;
    for (; part < phrase->word_count; part++, at++) {
        const struct lexicon_word *wanted = &phrase->words[part];
        if (wanted->kind == LEXICON_WORD_GAP) {
            for (size_t skipped = 0; skipped <= LEXICON_GAP_WORDS_MAX && at + skipped < words->count; skipped++) {
                size_t rest = phrase_length(words, at + skipped, phrase, part + 1);
                if (rest > 0)
                    return at + skipped + rest - index;
                if (words->items[at + skipped].kind == WORD_MARK)
                    break;
            }
            return 0;
        }
        if (at >= words->count || (at > index && words->items[at].fresh) || !is_same_word(&words->items[at], wanted))
            return 0;
    }
    return at - index;
}

/* Slips of the pen in long words. Names are left alone; so is a text of so many that it is in no language known. */
static void mend_slips(struct splitter *splitter)
{
    size_t tries = 0;
    for (size_t i = 0; i < splitter->count && tries < SLIPS_MAX; i++) {
        struct word *word = &splitter->words[i];
        if (word->kind != WORD_LETTERS || word->length < LEXICON_SLIP_LETTERS || (word->capital && !word->line))
            continue;
        tries++;
        const char *meant = lexicon_meant(splitter->set, word->text, word->length);
        if (meant == NULL)
            continue;
        word->text = meant;
        word->length = strlen(meant);
        word->strict = NULL;
    }
}

static void match_word(struct splitter *splitter, size_t index)
{
    struct word *word = &splitter->words[index];
    struct word_match found[WORD_MATCHES_MAX];
    size_t count = 0, iterator = 0;
    const struct lexicon_phrase *phrase;
    while (count < WORD_MATCHES_MAX &&
           (phrase = lexicon_candidate(splitter->set, word->text, word->length, &iterator)) != NULL) {
        size_t length = phrase_length(splitter->result, index, phrase, 0);
        if (length > 0)
            found[count++] = (struct word_match){phrase, length};
    }
    struct word_match *stored = arena_array(splitter->arena, count, sizeof *stored);
    if (count > 0)
        memcpy(stored, found, count * sizeof *stored);
    word->matches = stored;
    word->match_count = count;
}

static bool is_other_script(const struct lexicon_phrase *phrase)
{
    return (unsigned char)phrase->words[0].loose[0] >= 0x80;
}

/* What a word tells of each language; 0 for one that does not know it. */
static void weigh_word(const struct word *word, unsigned weights[LEXICON_LANGUAGES_MAX])
{
    memset(weights, 0, LEXICON_LANGUAGES_MAX * sizeof *weights);
    for (size_t m = 0; m < word->match_count; m++) {
        const struct lexicon_phrase *phrase = word->matches[m].phrase;
        unsigned weight = phrase->key == LEXICON_LANGUAGE_FUNCTION ? FUNCTION_WEIGHT : 1;
        if (weights[phrase->language] < weight)
            weights[phrase->language] = weight;
    }
}

/*
 * The languages of the text: words of two of them often mean different things ("time" is an appointment in Norwegian,
 * "do" is until in Polish). Beside the main one a language counts that is so like it that nearly all words are of
 * both, or that explains a good part of the text which the main one does not. Phrases of another script cannot be
 * mistaken and always count.
 */
static void choose_languages(struct splitter *splitter, const char *hint)
{
    unsigned weights[LEXICON_LANGUAGES_MAX] = {0}, own[LEXICON_LANGUAGES_MAX] = {0};
    unsigned of_word[LEXICON_LANGUAGES_MAX];
    unsigned main_language = language_main(splitter->set, splitter->original, splitter->length, splitter->result);
    for (size_t i = 0; i < splitter->count; i++) {
        weigh_word(&splitter->words[i], of_word);
        for (size_t l = 0; l < LEXICON_LANGUAGES_MAX; l++)
            weights[l] += of_word[l];
    }
    unsigned best = main_language < LEXICON_LANGUAGES_MAX ? weights[main_language] : 0;
    for (size_t i = 0; i < splitter->count && best > 0; i++) {
        weigh_word(&splitter->words[i], of_word);
        for (size_t l = 0; l < LEXICON_LANGUAGES_MAX; l++)
            own[l] += of_word[main_language] == 0 ? of_word[l] : 0;
    }
    splitter->result->main_language = main_language;
    for (unsigned l = 0; l < lexicon_language_count(splitter->set); l++) {
        splitter->own_share[l] = own[l] > 0 && own[l] * OWN_SHARE >= best;
        splitter->result->languages[l] =
            splitter->own_share[l] || (weights[l] > 0 && weights[l] * LIKE_SHARE >= best * (LIKE_SHARE - 1));
    }
    unsigned hinted;
    if (hint != NULL && lexicon_language(splitter->set, hint, &hinted))
        splitter->result->languages[hinted] = splitter->own_share[hinted] = true;
}

/* The phrase's first word has letters that the text's word is typed without: it may be another word altogether. */
static bool is_loose(const struct word *word, const struct lexicon_phrase *phrase)
{
    const struct lexicon_word *first = &phrase->words[0];
    return word->strict == NULL && first->strict != NULL && !is_ascii(first->strict, strlen(first->strict));
}

/*
 * Neighbours like Danish and Norwegian spell different words alike ("når", "andre"): where the main language knows a
 * word, a phrase of one that is only like it counts no more, unless it is long.
 */
static bool counts(const struct splitter *splitter, const struct word *word, const struct word_match *match,
                   bool known_exactly, bool known)
{
    const struct lexicon_phrase *phrase = match->phrase;
    if (is_other_script(phrase) || phrase->language == splitter->result->main_language)
        return true;
    if (!splitter->result->languages[phrase->language])
        return false;
    if (known_exactly && is_loose(word, phrase))
        return false;
    bool time = phrase->key >= LEXICON_MONTH && phrase->key <= LEXICON_ABOUT;
    return !known || time || splitter->own_share[phrase->language] || match->count >= LONG_PHRASE;
}

static void keep_matches_of_languages(struct splitter *splitter)
{
    for (size_t i = 0; i < splitter->count; i++) {
        struct word *word = &splitter->words[i];
        struct word_match *matches = (struct word_match *)word->matches;
        bool known = false, known_exactly = false;
        for (size_t m = 0; m < word->match_count; m++)
            if (matches[m].phrase->language == splitter->result->main_language) {
                known = true;
                known_exactly = known_exactly || !is_loose(word, matches[m].phrase);
            }
        size_t kept = 0;
        for (size_t m = 0; m < word->match_count; m++)
            if (counts(splitter, word, &matches[m], known_exactly, known))
                matches[kept++] = matches[m];
        word->match_count = kept;
    }
}

/* What a number with a full stop may count: "12. Juni", "25. Woche". */
static bool is_counted(const struct words *words, size_t index)
{
    return words_match(words, index, LEXICON_MONTH, NULL) > 0 || words_match(words, index, LEXICON_WEEKDAY, NULL) > 0 ||
           words_match(words, index, LEXICON_WEEK, NULL) > 0;
}

/* A full stop ends a sentence unless it belongs to a number ("12. juni", "10.30", "kl.") or an abbreviation. */
static bool stop_ends_sentence(const struct words *words, size_t stop)
{
    const struct word *before = stop > 0 ? &words->items[stop - 1] : NULL;
    const struct word *next = stop + 1 < words->count ? &words->items[stop + 1] : NULL;
    if (next == NULL || next->fresh)
        return true;
    if (next->glued && next->kind != WORD_MARK)
        return next->capital && before != NULL && before->kind == WORD_LETTERS && before->length > 1;
    if (before != NULL && before->kind == WORD_DIGITS && words->items[stop].glued)
        return next->capital && !is_counted(words, stop + 1);
    bool abbreviation = before != NULL && words_match(words, stop - 1, LEXICON_ABBREVIATION, NULL) > 0;
    return !abbreviation;
}

static bool ends_sentence(const struct words *words, size_t index)
{
    const struct word *word = &words->items[index];
    if (word->kind != WORD_MARK)
        return false;
    if (word->text[0] == '.')
        return stop_ends_sentence(words, index);
    return word->text[0] == '!' || word->text[0] == '?';
}

/* How many words the phrase of `key` has that ends directly before the word; 0: none does. */
static size_t match_before(const struct words *words, size_t index, enum lexicon_key key)
{
    for (size_t back = 1; back <= PHRASE_BACK && back <= index; back++)
        if (words_match(words, index - back, key, NULL) == back)
            return back;
    return 0;
}

/* Behind a word of cancelling, moving or asking for something back. */
static bool is_behind_act(const struct words *words, size_t index)
{
    static const enum lexicon_key verbs[] = {LEXICON_CANCEL_VERB, LEXICON_MOVE_VERB, LEXICON_UNDO_VERB,
                                             LEXICON_STATUS_TELL};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (match_before(words, index, verbs[i]) > 0)
            return true;
    return false;
}

/* "Cancel, please, my subscription": such commas part no verb from what it is about. */
static bool is_around_please(const struct words *words, size_t comma)
{
    size_t please = match_before(words, comma, LEXICON_REQUEST);
    if (please > 0 && please < comma && words_is_mark(words, comma - please - 1, ','))
        comma -= please + 1; /* the second one */
    else if (words_match(words, comma + 1, LEXICON_REQUEST, NULL) == 0)
        return false;
    return is_behind_act(words, comma);
}

/* Marks and words that part one clause from the next. A hyphen does with spaces around it, a colon not inside 10:30. */
static bool ends_clause(const struct words *words, size_t index)
{
    const struct word *word = &words->items[index];
    const struct word *next = index + 1 < words->count ? &words->items[index + 1] : NULL;
    if (word->kind != WORD_MARK || next == NULL)
        return false;
    if (word->text[0] == ',')
        return !is_around_please(words, index);
    if (strchr(";()", word->text[0]) != NULL)
        return true;
    if (word->text[0] == ':')
        return next->kind != WORD_DIGITS || !next->glued;
    return word->text[0] == '-' && !word->glued && !next->glued;
}

/* Inside a phrase of several words a conjunction parts nothing: "fra og med", "any day but". */
static bool is_inside_phrase(const struct words *words, size_t index)
{
    for (size_t back = 1; back <= PHRASE_BACK && back <= index; back++)
        for (size_t m = 0; m < words->items[index - back].match_count; m++)
            if (words->items[index - back].matches[m].count > back)
                return true;
    return false;
}

static bool begins_clause(const struct words *words, size_t index)
{
    if (is_inside_phrase(words, index))
        return false;
    size_t count = words_match(words, index, LEXICON_CONJUNCTION, NULL);
    if (count == 0)
        count = words_match(words, index, LEXICON_REASON, NULL);
    if (words_match(words, index, LEXICON_PERSON_SUBJECT, NULL) == 1 && is_behind_act(words, index))
        return true; /* "скасуйте я хворий" */
    return count > 0 || (words_match(words, index, LEXICON_CONDITION, NULL) > 0 &&
                         words_match(words, index, LEXICON_POLITE, NULL) == 0);
}

static void mark_clauses(struct splitter *splitter)
{
    struct words *words = splitter->result;
    unsigned sentence = 0, clause = 0;
    bool sentence_ended = false, clause_ended = false, empty = true;
    size_t first = 0; /* of the clause */
    for (size_t i = 0; i < splitter->count; i++) {
        struct word *word = &splitter->words[i];
        bool closing = word->kind == WORD_MARK && (ends_sentence(words, i) || strchr("\"')", word->text[0]) != NULL);
        if ((sentence_ended && !closing) || (word->fresh && i > 0)) {
            sentence++;
            clause++;
            sentence_ended = clause_ended = false;
            empty = true;
            first = i;
        } else if (!empty && (clause_ended || begins_clause(words, i) || i - first == WORDS_CLAUSE_MAX)) {
            clause++;
            clause_ended = false;
            first = i;
        }
        word->sentence = sentence;
        word->clause = clause;
        sentence_ended = sentence_ended || ends_sentence(words, i);
        clause_ended = clause_ended || ends_clause(words, i);
        empty = empty && word->kind == WORD_MARK;
    }
    words->sentence_count = splitter->count == 0 ? 0 : sentence + 1;
    words->clause_count = splitter->count == 0 ? 0 : clause + 1;
}

void words_read(const struct lexicon_set *set, const char *text, size_t length, const char *language,
                struct arena *arena, struct words *ret_words)
{
    *ret_words = (struct words){0};
    struct splitter splitter = {.set = set, .arena = arena, .original = text, .length = length, .result = ret_words};
    fold_text(arena, text, length, FOLD_LOOSE, &splitter.folded);
    split(&splitter);
    ret_words->items = splitter.words;
    ret_words->count = splitter.count;
    mend_slips(&splitter);
    for (size_t i = 0; i < splitter.count; i++)
        match_word(&splitter, i);
    choose_languages(&splitter, language);
    keep_matches_of_languages(&splitter);
    mark_clauses(&splitter);
}

size_t words_match(const struct words *words, size_t index, enum lexicon_key key,
                   const struct lexicon_phrase **ret_phrase)
{
    if (index >= words->count)
        return 0;
    const struct word_match *best = NULL;
    for (size_t i = 0; i < words->items[index].match_count; i++) {
        const struct word_match *match = &words->items[index].matches[i];
        if (match->phrase->key == key && (best == NULL || match->count > best->count))
            best = match;
    }
    if (best != NULL && ret_phrase != NULL)
        *ret_phrase = best->phrase;
    return best == NULL ? 0 : best->count;
}

bool words_is_mark(const struct words *words, size_t index, char mark)
{
    return index < words->count && words->items[index].kind == WORD_MARK && words->items[index].text[0] == mark;
}
