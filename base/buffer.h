/*
 * A growing string of bytes.
 *
 * Invariants: `data` is never NULL and always NUL-terminated at `length`
 * (bytes before it may be NUL); `capacity` is 0 while `data` points to the
 * shared empty string. Only buffer_release() and buffer_detach() end ownership.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
};

extern char buffer_empty[1];

#define BUFFER_INIT                                                                                                    \
    {                                                                                                                  \
        buffer_empty, 0, 0                                                                                             \
    }

void buffer_init(struct buffer *buffer);
void buffer_release(struct buffer *buffer);                 /* frees; the buffer is empty and usable again */
void buffer_clear(struct buffer *buffer);                   /* empties; keeps the memory */
void buffer_truncate(struct buffer *buffer, size_t length); /* length <= buffer->length */

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_string(struct buffer *buffer, const char *text);
void buffer_append_char(struct buffer *buffer, char byte);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands the memory over; free() it. The buffer is empty again. */
char *buffer_detach(struct buffer *buffer);

#endif
