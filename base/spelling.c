#include "base/spelling.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

static bool same(char left, char right)
{
    return tolower((unsigned char)left) == tolower((unsigned char)right);
}

size_t spelling_distance(const char *left, const char *right)
{
    size_t rows = strlen(left), columns = strlen(right);
    if (rows > SPELLING_WORD_MAX || columns > SPELLING_WORD_MAX)
        return rows > columns ? rows : columns;
    size_t table[SPELLING_WORD_MAX + 1][SPELLING_WORD_MAX + 1];
    for (size_t row = 0; row <= rows; row++)
        table[row][0] = row;
    for (size_t column = 0; column <= columns; column++)
        table[0][column] = column;
    for (size_t row = 1; row <= rows; row++) {
        for (size_t column = 1; column <= columns; column++) {
            size_t best = table[row - 1][column - 1] + (same(left[row - 1], right[column - 1]) ? 0 : 1);
            best = smaller(best, table[row - 1][column] + 1);
            best = smaller(best, table[row][column - 1] + 1);
            if (row > 1 && column > 1 && same(left[row - 1], right[column - 2]) &&
                same(left[row - 2], right[column - 1]))
                best = smaller(best, table[row - 2][column - 2] + 1);
            table[row][column] = best;
        }
    }
    return table[rows][columns];
}

size_t spelling_tolerance(const char *word)
{
    return 1 + strlen(word) / 4;
}

struct spelling_search spelling_search(const char *word)
{
    return (struct spelling_search){.word = word, .distance = spelling_tolerance(word) + 1};
}

static bool is_beginning(const char *word, const char *candidate)
{
    size_t length = strlen(word);
    return length >= 2 && strncmp(word, candidate, length) == 0;
}

void spelling_offer(struct spelling_search *search, const char *candidate)
{
    size_t distance = spelling_distance(search->word, candidate);
    if (distance > 1 && is_beginning(search->word, candidate))
        distance = 1;
    if (distance >= search->distance)
        return;
    search->best = candidate;
    search->distance = distance;
}
