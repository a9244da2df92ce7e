/*
 * What the files of state/ share: prepared statements, values bound to them, rows read from them, and SQLite's result
 * codes made statuses. Nothing outside this folder (and its tests) includes it.
 *
 * A query is begun, read and ended; a failure anywhere is kept and told at its end:
 *
 *     struct query query = query_begin(database, "SELECT … WHERE id = ?", VALUES(number_value(id)));
 *     while (query_next(&query))
 *         … query_integer(&query, 0) …
 *     return query_end(&query, error);
 */
#ifndef STATE_DATABASE_PRIVATE_H
#define STATE_DATABASE_PRIVATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/embedded.h"
#include "base/error.h"
#include "base/zone.h"
#include "state/database.h"

enum value_type { VALUE_NULL, VALUE_NUMBER, VALUE_TEXT, VALUE_BYTES };

struct value {
    enum value_type type;
    int64_t number;
    const void *bytes; /* must live until the query is ended */
    size_t length;
};

static inline struct value number_value(int64_t number)
{
    return (struct value){.type = VALUE_NUMBER, .number = number};
}

/* The id of another row: 0 for none becomes NULL. */
static inline struct value id_value(int64_t id)
{
    return (struct value){.type = id == 0 ? VALUE_NULL : VALUE_NUMBER, .number = id};
}

struct value text_value(const char *text); /* NULL becomes NULL */

static inline struct value bytes_value(const void *bytes, size_t length)
{
    return (struct value){.type = VALUE_BYTES, .bytes = bytes, .length = length};
}

/* The values of a query, in the order of its question marks. */
#define VALUES(...)                                                                                                    \
    (const struct value[]){__VA_ARGS__}, sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)
#define NO_VALUES NULL, 0

struct query {
    struct database *database;
    sqlite3_stmt *statement; /* NULL: it could not be begun */
    struct error failure;    /* STATUS_OK: none so far */
};

/* `sql` must be a string literal: the statement is kept with the handle, known by the literal's address. */
struct query query_begin(struct database *database, const char *sql, const struct value *values, size_t count);
bool query_next(struct query *query); /* false at the end and after a failure */
enum status query_end(struct query *query, struct error *error);

/* Columns of the row that query_next() came to. */
int64_t query_integer(const struct query *query, int column);                       /* 0 for NULL */
const char *query_text(const struct query *query, int column, struct arena *arena); /* NULL for NULL */
const void *query_bytes(const struct query *query, int column, struct arena *arena, size_t *ret_length);
/* The index of the column's word in `words`; a word that is not there makes the query fail with STATUS_CORRUPT. */
int query_word(struct query *query, int column, const char *const *words, size_t count);

/* A query without rows; `ret_changes` (may be NULL) tells how many rows it changed. */
enum status database_run(struct database *database, const char *sql, const struct value *values, size_t count,
                         int64_t *ret_changes, struct error *error);

/* A query of one number: the id of a row that was added, a count. STATUS_NOT_FOUND where there is no row, without text:
 * the caller knows what is missing. */
enum status database_number(struct database *database, const char *sql, const struct value *values, size_t count,
                            int64_t *ret_number, struct error *error);

/* STATUS_INTERNAL outside a transaction: what changes several rows must be all or nothing. */
enum status transaction_required(struct database *database, struct error *error);

/* The zone, opened once a handle. */
enum status database_zone(struct database *database, const char *name, struct zone **ret_zone, struct error *error);

/* Brings the schema from its version to the last of `migrations` (ended by a row without path), all in one transaction.
 */
enum status database_migrate(struct database *database, const struct embedded_file *migrations, struct error *error);

/* SQLite's handle, for tests. */
sqlite3 *database_handle(struct database *database);

#endif
