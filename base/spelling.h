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

#endif
