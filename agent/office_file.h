/*
 * The file of offices: offices, services, hours, counters and closures in one text file that can be kept under version
 * control. docs/offices.md describes its form, which is that of the configuration. It is read, written from the
 * database, compared with it section by section, and carried out.
 */
#ifndef AGENT_OFFICE_FILE_H
#define AGENT_OFFICE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/zone.h"
#include "state/closure.h"
#include "state/database.h"
#include "state/office.h"
#include "state/service.h"

enum { OFFICE_FILE_MAX = 4 * 1024 * 1024, OFFICE_FILE_CLOSURES_MAX = 1000 /* of an office */ };

struct office_entry {
    struct office office;
    const struct closure *closures;
    size_t closure_count;
    int line; /* where its section begins; 0: not from a file */
};

struct office_file {
    const char *path; /* NULL: the database */
    const struct service *services;
    size_t service_count;
    const struct office_entry *offices;
    size_t office_count;
};

/* What the database holds, with the closures that end after `now`. */
enum status office_file_from_database(struct database *database, int64_t now, struct arena *arena,
                                      struct office_file *ret_file, struct error *error);

/* Reads a file; `present` is what the database holds, for services that the file only names. `zone` is that of offices
 * which name none. STATUS_INVALID: "PATH:LINE: …" with what would be right. */
enum status office_file_parse(const char *path, const char *text, size_t length, const struct office_file *present,
                              const char *zone, struct arena *arena, struct office_file *ret_file, struct error *error);

/* A section in its one canonical form. */
struct office_section {
    const char *key;  /* which one it is: "[hours oslo] card" */
    const char *head; /* "[hours oslo]" */
    const char **lines;
    size_t line_count;
};

/* All sections, in the order of the file. Closures that end before `now` are left out. */
enum status office_file_sections(const struct office_file *file, int64_t now, struct arena *arena,
                                 const struct office_section **ret_sections, size_t *ret_count, struct error *error);

/* Appends the sections as a file. */
void office_file_write(const struct office_section *sections, size_t count, struct buffer *out);

/* Appends what makes of the sections `before` those of `after`, each line with '+' or '-'; nothing where they are the
 * same. */
void office_file_compare(const struct office_section *before, size_t before_count, const struct office_section *after,
                         size_t after_count, struct buffer *out);

/* Makes offices and services be as the file has them; those that it does not name stay. Inside a transaction. */
enum status office_file_apply(struct database *database, const struct office_file *file, int64_t now,
                              struct error *error);

/* When a closure is: "2024-06-11", or "2024-06-11T12:00"; `until` NULL: to the end of that day. A date as its end
 * belongs to it. NULL, or what would have been right. */
const char *closure_read_times(const char *from, const char *until, struct zone *zone, struct closure *closure);
/* The same back: "2024-06-11", "2024-06-11 until 2024-06-14", "2024-06-11 12:00 until 2024-06-11 15:00". */
const char *closure_format_times(const struct closure *closure, struct zone *zone, struct arena *arena);

#endif
