/* Which right word was meant by a wrong one: for "did you mean". */
#ifndef BASE_SPELLING_H
#define BASE_SPELLING_H

#include <stddef.h>

enum { SPELLING_WORD_MAX = 63 };

/* How many letters must be added, left out, replaced or swapped with their neighbour to make one word of the other;
 * case does not count. Words of more than SPELLING_WORD_MAX bytes are as far as their length. */
size_t spelling_distance(const char *left, const char *right);

/* Near enough to be offered: one letter may differ, and one more for every four. */
size_t spelling_tolerance(const char *word);

/* Looks for the nearest of several words: begin, offer each right word, take `best`. */
struct spelling_search {
    const char *word;
    const char *best; /* NULL: none that was offered is near enough */
    size_t distance;  /* of a word that is just too far, or of the best */
};

struct spelling_search spelling_search(const char *word);

/* A right word that begins with all of the wrong one counts as near, too. */
void spelling_offer(struct spelling_search *search, const char *candidate);

#endif
