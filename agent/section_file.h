/*
 * Text files in sections, as the configuration and the file of offices are:
 *
 *   # comment            [section]           [section with more]
 *   key = value
 *
 * Read line by line; what sections and keys mean is the caller's business.
 */
#ifndef AGENT_SECTION_FILE_H
#define AGENT_SECTION_FILE_H

#include <stddef.h>

#include "base/error.h"

enum { SECTION_FILE_LINE_MAX = 4096 };

enum section_item {
    SECTION_FILE_END,
    SECTION_FILE_HEAD, /* `name` is its first word, `value` the rest, "" for none */
    SECTION_FILE_KEY,
};

/* Begin with path, text and length; the rest is the reader's. */
struct section_file {
    const char *path;
    const char *text;
    size_t length;
    size_t position;
    int line; /* of the item in hand, from 1 */
    enum section_item item;
    char *name; /* of the item in hand; stripped, valid until the next */
    char *value;
    char content[SECTION_FILE_LINE_MAX + 1];
};

/* Goes on to the next item. STATUS_INVALID: "PATH:LINE: …". */
enum status section_file_next(struct section_file *file, struct error *error);

/* STATUS_INVALID with "PATH:LINE: " before the text. */
enum status section_file_fail(const char *path, int line, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
