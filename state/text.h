/*
 * What text must look like to be written down: it ends in letters, file names, command lines and terminals, and must
 * not be able to mean anything there. NULL is never right.
 */
#ifndef STATE_TEXT_H
#define STATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* One line of UTF-8 without control characters, not empty, at most `limit` bytes. */
bool text_is_line(const char *text, size_t limit);

/* A mail address (base/address.h) that is such a line. */
bool text_is_address(const char *text);

/* The short name of an office or a service: lower-case letters, digits, '-'; at most 32. */
bool text_is_code(const char *text);

/* A language tag (BCP 47): letters, digits, '-'; at most 35. */
bool text_is_language(const char *text);

#endif
