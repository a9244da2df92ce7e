/*
 * An arena: everything that belongs to one message (or one command) is
 * allocated from it and dies with it in one call.
 *
 * Invariants: memory is zeroed and aligned for any type; a zero-length
 * allocation is valid; nothing is freed singly. An allocation that the system
 * refuses ends the process with a line on standard error: callers never see
 * NULL. What comes from outside is bounded by the caps of the parsers, so an
 * arena stays small however large the input.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t total;               /* bytes handed out since init or clear */
};

#define ARENA_INIT                                                                                                     \
    {                                                                                                                  \
        NULL, 0                                                                                                        \
    }

/* Frees everything; the arena can be used again. Accepts a zeroed arena. */
void arena_clear(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size);

/* Room for `count` items of `size` bytes; an overflow of the product ends the process. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Room for one more behind `count` items of `size` bytes that grow in the arena. */
void *list_room(struct arena *arena, const void *items, size_t count, size_t size);

/* NUL-terminated copies. `arena_strdup(arena, NULL)` is NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *bytes, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* malloc/realloc/strdup that end the process instead of returning NULL, for
 * what outlives a message. Free with free(). */
void *memory_allocate(size_t size);
void *memory_resize(void *memory, size_t size);
char *memory_strdup(const char *text);

#endif
