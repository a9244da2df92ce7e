/*
 * The header of a message or a part (RFC 5322, 2045), and what its values say:
 * encoded words (RFC 2047), parameters (RFC 2231), dates, message identifiers.
 *
 * Nothing fails: what cannot be read is absent. Everything is of the arena.
 * A header block ends at the first line that is neither field nor continuation,
 * as it does for the mail server before us, so that both see the same fields.
 */
#ifndef PARSERS_HEADER_H
#define PARSERS_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "parsers/reading.h"

enum {
    HEADER_FIELDS_MAX = 512,       /* fields of one block; more are skipped and `overflow` is set */
    HEADER_VALUE_MAX = 16 * 1024,  /* bytes of one value; the rest is cut and `overflow` is set */
    HEADER_PARAMETERS_MAX = 64,    /* parameters of one field; more are ignored */
    HEADER_COMMENT_DEPTH_MAX = 32, /* nested '(': values with more have no dates and addresses */
};

struct header {
    const char *name;  /* as written */
    const char *value; /* unfolded and trimmed, control characters made blanks, otherwise raw */
};

struct header_list {
    const struct header *items;
    size_t count;
};

struct parameter {
    const char *name; /* lower case, without RFC 2231 marks */
    const char *value;
};

/* A value with parameters, such as that of Content-Type. */
struct header_field {
    const char *value; /* lower case, "" where there is none */
    const struct parameter *parameters;
    size_t parameter_count;
};

/* Reads the fields at the start of `bytes`; returns where the body begins. `*overflow` is set, never cleared. */
size_t header_block_read(struct arena *arena, const char *bytes, size_t length, struct header_list *ret_headers,
                         bool *overflow);

/* The value of the `index`th field of that name (0 is the topmost), NULL where there are not so many. */
const char *header_value(const struct header_list *headers, const char *name, size_t index);

/* A value as a person reads it: encoded words decoded, raw 8-bit guessed, one line of clean UTF-8. */
char *header_decode(struct arena *arena, const char *value);

/* `value` may be NULL. */
struct header_field header_field_read(struct arena *arena, const char *value);

/* NULL where there is no such parameter. */
const char *header_parameter(const struct header_field *field, const char *name);

/* False for NULL and for what is no date. */
bool header_date(const char *value, int64_t *ret_date);

/* Adds the identifiers of `value` (which may be NULL) to `items`, without angle brackets; returns the new count. */
size_t header_message_ids(struct arena *arena, const char *value, const char **items, size_t count, size_t max);

/* False where comments nest so deep that libetpan's recursive grammar must not see the value. */
bool header_is_shallow(const char *value);

#endif
