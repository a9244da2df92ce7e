#include "parsers/language.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum {
    SHARE = 6000,           /* what a word gives to all the languages that know it, in equal parts */
    FUNCTION_SHARE = 12000, /* the same of a function word */
    LETTER_SHARE = 6000,
    LETTERS_MAX = 512, /* characters that are looked at */
    PERCENT = 100,
};

/* Gives `share` to each language of the set, divided by their number. */
static void divide(unsigned share, const bool languages[LEXICON_LANGUAGES_MAX], unsigned weights[LEXICON_LANGUAGES_MAX])
{
    unsigned count = 0;
    for (size_t l = 0; l < LEXICON_LANGUAGES_MAX; l++)
        count += languages[l];
    for (size_t l = 0; count > 0 && l < LEXICON_LANGUAGES_MAX; l++)
        if (languages[l])
            weights[l] += share / count;
}

static void weigh_word(const struct word *word, unsigned weights[LEXICON_LANGUAGES_MAX])
{
    bool known[LEXICON_LANGUAGES_MAX] = {false}, function[LEXICON_LANGUAGES_MAX] = {false};
    bool longest[LEXICON_LANGUAGES_MAX] = {false};
    bool any_function = false;
    size_t most = 1;
    for (size_t m = 0; m < word->match_count; m++)
        most = word->matches[m].count > most ? word->matches[m].count : most;
    for (size_t m = 0; m < word->match_count; m++) {
        const struct lexicon_phrase *phrase = word->matches[m].phrase;
        known[phrase->language] = true;
        longest[phrase->language] = longest[phrase->language] || word->matches[m].count == most;
        if (phrase->key == LEXICON_LANGUAGE_FUNCTION)
            any_function = function[phrase->language] = true;
    }
    divide(SHARE, known, weights);
    if (most > 1) /* whole phrases tell more than their first word */
        divide(SHARE * ((unsigned)most - 1), longest, weights);
    if (any_function)
        divide(FUNCTION_SHARE, function, weights);
}

static UChar32 first_character(const char *text)
{
    UChar32 character;
    int32_t at = 0;
    U8_NEXT(text, at, -1, character);
    return u_tolower(character);
}

static void weigh_letter(const struct lexicon_set *set, UChar32 letter, unsigned weights[LEXICON_LANGUAGES_MAX])
{
    struct lexicon_phrases letters = lexicon_phrases(set, LEXICON_LANGUAGE_LETTERS);
    bool languages[LEXICON_LANGUAGES_MAX] = {false};
    for (size_t i = 0; i < letters.count; i++)
        if (first_character(letters.items[i]->text) == letter)
            languages[letters.items[i]->language] = true;
    divide(LETTER_SHARE, languages, weights);
}

static void weigh(const struct lexicon_set *set, const char *text, size_t length, const struct words *words,
                  unsigned weights[LEXICON_LANGUAGES_MAX])
{
    for (size_t i = 0; i < words->count; i++)
        weigh_word(&words->items[i], weights);
    size_t at = 0;
    for (size_t letters = 0; at < length && letters < LETTERS_MAX;) {
        UChar32 character;
        U8_NEXT(text, at, length, character);
        if (character < 0x80)
            continue;
        weigh_letter(set, u_tolower(character), weights);
        letters++;
    }
}

/* What is expected before a word is read, in percent: the desk's own language rather than its neighbours. */
static unsigned prior_of(const struct lexicon_set *set, unsigned language)
{
    struct lexicon_phrases prior = lexicon_phrases_of(set, language, LEXICON_LANGUAGE_PRIOR);
    unsigned percent = 0;
    for (const char *digit = prior.count > 0 ? prior.items[0]->text : ""; *digit >= '0' && *digit <= '9'; digit++)
        percent = percent * 10 + (unsigned)(*digit - '0');
    return percent < PERCENT ? percent : PERCENT;
}

unsigned language_main(const struct lexicon_set *set, const char *text, size_t length, const struct words *words)
{
    unsigned weights[LEXICON_LANGUAGES_MAX] = {0}, best = LEXICON_LANGUAGES_MAX;
    weigh(set, text, length, words, weights);
    for (unsigned l = 0; l < LEXICON_LANGUAGES_MAX; l++) {
        if (weights[l] == 0)
            continue;
        weights[l] += weights[l] * prior_of(set, l) / PERCENT;
        bool fuller = best < LEXICON_LANGUAGES_MAX && lexicon_is_full(set, l) && !lexicon_is_full(set, best);
        if (best == LEXICON_LANGUAGES_MAX || weights[l] > weights[best] || (weights[l] == weights[best] && fuller))
            best = l;
    }
    return best;
}
