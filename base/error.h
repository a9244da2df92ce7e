/*
 * Errors are values.
 *
 * A function that can fail returns an enum status and takes a struct error as
 * its last parameter. On success the error is untouched; on failure it holds
 * the same status and one sentence that names the thing (file, line, option,
 * host) and what to do about it. Only commands print it.
 *
 * Out of memory is the one exception: it ends the process (see arena.h), for
 * every durable thing is in SQLite and a restart repeats nothing.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdnoreturn.h>

enum status {
    STATUS_OK = 0,
    STATUS_NOT_FOUND,   /* the named thing does not exist */
    STATUS_INVALID,     /* the input is wrong; the same input fails again */
    STATUS_CONFLICT,    /* somebody else has it: a slot, a name, a key */
    STATUS_DENIED,      /* not allowed: permissions, credentials, certificate */
    STATUS_BUSY,        /* locked or overloaded; the same call may succeed later */
    STATUS_UNAVAILABLE, /* a server cannot be reached or hung up; try later */
    STATUS_IO,          /* disk full, read-only, unreadable */
    STATUS_CORRUPT,     /* stored data is not what we wrote */
    STATUS_NEWER,       /* stored data was written by a newer version */
    STATUS_INTERRUPTED, /* asked to stop; nothing is lost */
    STATUS_INTERNAL,    /* a defect of ours */
};

enum { ERROR_TEXT_SIZE = 512 };

struct error {
    enum status status;
    char text[ERROR_TEXT_SIZE]; /* one line, no trailing newline, longer text is cut */
};

/* Fills `error` (which may be NULL) and returns `status`, so that a caller can
 * write `return error_set(error, STATUS_INVALID, "…", …);`. */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "PREFIX: " before the text that is there, to add context on the way up. */
enum status error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The name of a status in lower-case words, for logs: "not found". */
const char *status_name(enum status status);

#endif
