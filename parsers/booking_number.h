/*
 * Booking numbers in text: the configured prefix and nine digits, the last an
 * ISO 7064 MOD 11,10 check digit, in every way that people write them; and the
 * numbers of an office's own pattern.
 *
 * Bare digits are one only beside a word for booking number or alone on their
 * line. Telephone, DUF, identity and organisation numbers are none.
 */
#ifndef PARSERS_BOOKING_NUMBER_H
#define PARSERS_BOOKING_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "parsers/reading.h"
#include "parsers/words.h"

enum {
    BOOKING_NUMBER_DIGITS = 9,
    BOOKING_NUMBER_PREFIX_MAX = 8,
    BOOKING_NUMBERS_MAX = 64, /* in one text; more are left out */
};

struct booking_number_form; /* prefix and pattern, compiled; for one thread at a time */

/* STATUS_INVALID for a prefix that is no word of letters and for a pattern that does not compile or has no group named
 * "number". `pattern` may be NULL. */
enum status booking_number_form_new(const char *prefix, const char *pattern, struct booking_number_form **ret_form,
                                    struct error *error);
void booking_number_form_free(struct booking_number_form **form); /* accepts NULL inside; nulls it */

struct booking_number {
    char number[BOOKING_NUMBER_SIZE]; /* canonical; "" where one was meant but cannot be: a wrong check digit */
    size_t first_word;
    size_t word_count;
};

/* Fills `numbers` (room for BOOKING_NUMBERS_MAX) in the order of the text; returns how many. `words` are those of
 * `text`. */
size_t booking_number_find(struct booking_number_form *form, const char *text, size_t length, const struct words *words,
                           struct booking_number *numbers);

/* True if the last of the nine digits is the check digit of the others. */
bool booking_number_check(const char *digits);

#endif
