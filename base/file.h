/* Reading whole small files: configuration, passwords, keys, templates. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/*
 * Appends the file to `content`. A file of more than `limit` bytes is refused.
 * STATUS_NOT_FOUND, STATUS_DENIED, STATUS_INVALID (a folder, too large) or STATUS_IO; the
 * error names the path.
 */
enum status file_read(const char *path, size_t limit, struct buffer *content, struct error *error);

#endif
