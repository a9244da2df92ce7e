/*
 * The words of a text: tokens with their place in the original, the lexicon
 * phrases that stand at each of them, and the sentences and clauses they make.
 *
 * Everything above (when.h, intent.h) works on these and never on bytes. All
 * memory is of the arena; offsets are bytes of the original text.
 */
#ifndef PARSERS_WORDS_H
#define PARSERS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "parsers/lexicon.h"

enum {
    WORDS_MAX = 5000, /* ten pages */
    WORD_MATCHES_MAX = 64,
    WORDS_CLAUSE_MAX = 80, /* a longer one is parted */
};

enum word_kind { WORD_LETTERS, WORD_DIGITS, WORD_MARK };

/* A phrase of the lexicon that begins at a word. */
struct word_match {
    const struct lexicon_phrase *phrase;
    size_t count; /* words of the text that it covers */
};

struct word {
    enum word_kind kind;
    const char *text;   /* loosely folded, without apostrophes */
    const char *strict; /* strictly folded; NULL where the original is plain ASCII */
    size_t length;      /* of `text` */
    size_t start;       /* in the original text, in bytes */
    size_t end;
    int number;   /* of WORD_DIGITS of at most 6 digits, else -1 */
    bool glued;   /* no space before it */
    bool capital; /* the original begins with a capital letter */
    bool line;    /* the first of its line */
    bool fresh;   /* and the line before was ended by its writer, not by a program that wraps lines */
    unsigned sentence;
    unsigned clause; /* counts through the whole text */
    const struct word_match *matches;
    size_t match_count;
};

struct words {
    const struct word *items;
    size_t count;
    unsigned sentence_count;
    unsigned clause_count;
    bool languages[LEXICON_LANGUAGES_MAX]; /* whose phrases count in this text */
    unsigned main_language;                /* the one with most words; beyond all languages where there is none */
    bool overflow;                         /* text beyond WORDS_MAX words was left out */
};

/* `language` is what the text was taken for (BCP 47), or NULL; its phrases always count. */
void words_read(const struct lexicon_set *set, const char *text, size_t length, const char *language,
                struct arena *arena, struct words *ret_words);

/* The longest phrase of `key` that begins at word `index`: its number of words, 0 for none. `ret_phrase` may be NULL.
 */
size_t words_match(const struct words *words, size_t index, enum lexicon_key key,
                   const struct lexicon_phrase **ret_phrase);

/* True if word `index` is this mark: words_is_mark(words, i, '?'). False beyond the end. */
bool words_is_mark(const struct words *words, size_t index, char mark);

#endif
