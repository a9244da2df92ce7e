/*
 * Any charset to UTF-8, and text made fit for a reading.
 *
 * Nothing fails: an unknown or lying label falls back to UTF-8 where the bytes
 * are valid UTF-8 and to Windows-1252 otherwise, as people's mail programs do.
 * ICU converts, because its tables are inside its library: iconv would open
 * files, which the jail forbids. Results are NUL-terminated and of the arena.
 */
#ifndef PARSERS_CHARSET_H
#define PARSERS_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* `label` may be NULL: the charset is then guessed. The result may hold NULs and control characters. */
char *charset_to_utf8(struct arena *arena, const char *label, const char *bytes, size_t length, size_t *ret_length);

bool utf8_valid(const char *bytes, size_t length);

/*
 * Text of several lines: line ends become one newline each; control characters
 * other than newline and tab, a byte order mark and bytes that are no UTF-8 go.
 */
char *text_clean(struct arena *arena, const char *utf8, size_t length);

/* One line: as text_clean, with every run of white space one blank, none at the ends, and no characters that turn the
 * writing direction of what stands beside the text. */
char *text_clean_line(struct arena *arena, const char *utf8, size_t length);

#endif
