/*
 * Folding: text in the form in which words are compared, with the way back.
 *
 * Case, diacritics, kinds of quotation mark, dash, space and digit are made
 * alike, and so are the ways to write Nordic letters: "Ønsker", "Oensker" and
 * "onsker" fold to one form, "på", "paa" and "pa" too. Invisible characters
 * (soft hyphen, zero-width space, BOM) vanish. Whatever bytes come in, UTF-8
 * comes out; broken bytes become spaces.
 */
#ifndef PARSERS_FOLD_H
#define PARSERS_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* offsets[i] is the byte of the original that text[i] came from; offsets[length] is the original's length. */
struct folded {
    const char *text; /* NUL-terminated */
    size_t length;
    const uint32_t *offsets;
};

enum fold_level {
    FOLD_LOOSE,  /* as above */
    FOLD_STRICT, /* keeps å, æ, ø, ä, ö and double letters apart: who writes "så" does not mean "sa" */
};

/* All memory is of the arena. `length` is below 4 GiB. */
void fold_text(struct arena *arena, const char *text, size_t length, enum fold_level level, struct folded *ret_folded);

/* A run of letters (with apostrophes between them), a run of digits, a line break, or one other character. */
enum piece_kind { PIECE_END, PIECE_LETTERS, PIECE_DIGITS, PIECE_LINE_BREAK, PIECE_MARK };

struct piece {
    enum piece_kind kind;
    size_t start; /* in the folded text */
    size_t end;
};

/* The next piece at or after `position`, spaces skipped; at the end one of kind PIECE_END. */
struct piece fold_piece(const struct folded *folded, size_t position);

#endif
