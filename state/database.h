/*
 * The SQLite file that holds everything that lasts. WAL, synchronous=FULL,
 * foreign keys, STRICT tables. All SQL of the program is in this folder.
 *
 * A handle is for one thread; each thread and process opens its own.
 * SQLite's result codes become: STATUS_BUSY (locked longer than the busy timeout), STATUS_IO (full,
 * read-only, I/O error), STATUS_CORRUPT, STATUS_CONFLICT (a key that is there already), STATUS_INVALID (another
 * constraint), STATUS_DENIED. After any of them but STATUS_CONFLICT the transaction must be rolled back.
 */
#ifndef STATE_DATABASE_H
#define STATE_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct database;

enum database_mode {
    DATABASE_CREATE,   /* read and write; created (mode 0600) and migrated where needed */
    DATABASE_EXISTING, /* read and write; migrated where needed; STATUS_NOT_FOUND if there is none */
    DATABASE_READ,     /* for commands that only look; STATUS_NOT_FOUND if there is none; never writes to it (SQLite may
                          leave its -wal and -shm beside it), and needs no right to write where all is in the file */
};

/* STATUS_INVALID for the file of another program. A newer database is refused with STATUS_NEWER, an older one migrated
 * in one transaction (in DATABASE_READ mode refused with STATUS_INVALID and the command that migrates it). */
enum status database_open(const char *path, enum database_mode mode, struct database **ret_database,
                          struct error *error);
void database_close(struct database **database); /* accepts NULL inside; nulls it */
const char *database_path(const struct database *database);

/* The version of the schema this program writes. */
int database_schema_version(void);

/* For doctor: quick_check and foreign_key_check; STATUS_CORRUPT with the first finding. */
enum status database_check(struct database *database, struct error *error);

/*
 * Transactions. Begin takes the write lock at once (BEGIN IMMEDIATE), so that
 * nothing read inside it can change before the commit. Not nested. A failed
 * commit has rolled back. Rollback of no transaction is nothing.
 */
enum status transaction_begin(struct database *database, struct error *error);
enum status transaction_commit(struct database *database, struct error *error);
void transaction_rollback(struct database *database);

/* Commits where `status` says that all went well, else rolls back; returns what came of both. */
enum status transaction_end(struct database *database, enum status status, struct error *error);

#endif
