/*
 * Patterns over words, in the notation that when_grammar.c explains, compiled
 * once: what each element asks for, and by which words a pattern can begin, so
 * that at a word only the few are tried that can.
 */
#ifndef PARSERS_WHEN_PATTERN_H
#define PARSERS_WHEN_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "parsers/words.h"

enum {
    PATTERNS_MAX = 256, /* in a set */
    PATTERN_STEPS_MAX = 16,
    PATTERN_CHOICES_MAX = 4, /* between '|' */
};

enum element_kind { ELEMENT_KEY, ELEMENT_PART, ELEMENT_MARK, ELEMENT_LETTER };

struct element {
    enum element_kind kind;
    bool glued;           /* no space before it */
    enum lexicon_key key; /* of ELEMENT_KEY */
    char letter;          /* of ELEMENT_MARK and ELEMENT_LETTER */
};

struct pattern_step {
    struct element choices[PATTERN_CHOICES_MAX];
    size_t count;
    bool optional;
};

struct pattern {
    struct pattern_step steps[PATTERN_STEPS_MAX];
    size_t count;
};

/* A set of patterns of a set, a bit for each. */
struct pattern_bits {
    uint64_t bits[PATTERNS_MAX / 64];
};

struct pattern_set {
    struct pattern patterns[PATTERNS_MAX];
    size_t count;
    struct pattern_bits by_key[LEXICON_KEY_COUNT]; /* that can begin with a phrase of the key */
    struct pattern_bits by_digits;                 /* that can begin with digits */
};

/*
 * Adds a pattern. `clocks` is the set of spoken clock times, by which the elements C, T, U and V can begin as well;
 * NULL while that set itself is made. STATUS_INTERNAL names the element that is none.
 */
enum status pattern_set_add(struct pattern_set *set, const char *text, const struct pattern_set *clocks,
                            struct error *error);

/* The patterns that can begin at this word. */
struct pattern_bits pattern_set_begin(const struct pattern_set *set, const struct word *word);

/* The first pattern of `bits` from `index` on; PATTERNS_MAX where there is none. */
size_t pattern_bits_next(const struct pattern_bits *bits, size_t index);

#endif
