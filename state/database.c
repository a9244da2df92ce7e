#include "state/database.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "state/database_private.h"

enum {
    APPLICATION_ID = 0x54505374, /* "TPSt" in the file's header: it is ours */
    BUSY_MILLISECONDS = 5000,
    WAL_PAUSE_MILLISECONDS = 10,
};

struct prepared {
    const char *sql; /* a literal: compared by address */
    sqlite3_stmt *statement;
};

struct database {
    char *path;
    sqlite3 *handle;
    struct prepared *prepared;
    size_t prepared_count;
    size_t prepared_room;
    struct zone *zone; /* the one used last */
};

const char *database_path(const struct database *database)
{
    return database->path;
}

sqlite3 *database_handle(struct database *database)
{
    return database->handle;
}

/* --- result codes --- */

/* What people are told of each kind of failure: the path, then this, in which %s is what SQLite says. */
static const struct {
    int code; /* extended, or primary for the rest of its family */
    enum status status;
    const char *sentence;
} failures[] = {
    {SQLITE_CONSTRAINT_CHECK, STATUS_INVALID, "refused by a rule of the schema (%s)"},
    {SQLITE_CONSTRAINT_NOTNULL, STATUS_INVALID, "refused by a rule of the schema (%s)"},
    {SQLITE_CONSTRAINT_DATATYPE, STATUS_INVALID, "refused by a rule of the schema (%s)"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, STATUS_INVALID, "points to a row that does not exist (%s)"},
    {SQLITE_CONSTRAINT_TRIGGER, STATUS_DENIED, "%s"},
    {SQLITE_CONSTRAINT, STATUS_CONFLICT, "is there already (%s)"},
    {SQLITE_BUSY, STATUS_BUSY, "locked by another process for too long (%s); try again"},
    {SQLITE_LOCKED, STATUS_BUSY, "locked (%s); try again"},
    {SQLITE_FULL, STATUS_IO, "no room left (%s); make room on its disk, nothing was changed"},
    {SQLITE_READONLY, STATUS_IO,
     "cannot be written (%s); look at the permissions of the file, its folder and its disk"},
    {SQLITE_IOERR, STATUS_IO, "%s; look at the disk and at the system's log, nothing was changed"},
    {SQLITE_CORRUPT, STATUS_CORRUPT, "damaged (%s); restore it from a backup"},
    {SQLITE_NOTADB, STATUS_CORRUPT, "%s; if it was Timepost's, restore it from a backup"},
    {SQLITE_PERM, STATUS_DENIED, "%s"},
    {SQLITE_AUTH, STATUS_DENIED, "%s"},
    {SQLITE_TOOBIG, STATUS_INVALID, "%s"},
};

/* SQLite names only the family of what the system refused. */
static enum status fail_to_open(const char *path, int number, struct error *error)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return error_set(error, STATUS_NOT_FOUND, "%s: no such folder; make it first (mkdir -p)", path);
    case EACCES:
    case EPERM:
        return error_set(error, STATUS_DENIED, "%s: %s; look at the permissions of the file and its folder", path,
                         strerror(number));
    case 0:
        return error_set(error, STATUS_IO, "%s: cannot be opened", path);
    default:
        return error_set(error, STATUS_IO, "%s: %s", path, strerror(number));
    }
}

static enum status fail(struct database *database, struct error *error)
{
    int code = sqlite3_extended_errcode(database->handle);
    const char *said = sqlite3_errmsg(database->handle);
    if ((code & 0xff) == SQLITE_CANTOPEN)
        return fail_to_open(database->path, sqlite3_system_errno(database->handle), error);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        if (failures[i].code != code && failures[i].code != (code & 0xff))
            continue;
        struct buffer text = BUFFER_INIT;
        const char *hole = strstr(failures[i].sentence, "%s");
        buffer_printf(&text, "%s: %.*s%s%s", database->path, (int)(hole - failures[i].sentence), failures[i].sentence,
                      said, hole + 2);
        error_set(error, failures[i].status, "%s", text.data);
        buffer_release(&text);
        return failures[i].status;
    }
    return error_set(error, STATUS_INTERNAL, "%s: %s (SQLite result %d)", database->path, said, code);
}

/* --- statements --- */

struct value text_value(const char *text)
{
    return (struct value){
        .type = text == NULL ? VALUE_NULL : VALUE_TEXT, .bytes = text, .length = text == NULL ? 0 : strlen(text)};
}

static sqlite3_stmt *find_prepared(struct database *database, const char *sql)
{
    for (size_t i = 0; i < database->prepared_count; i++)
        if (database->prepared[i].sql == sql)
            return database->prepared[i].statement;
    return NULL;
}

static void keep_prepared(struct database *database, const char *sql, sqlite3_stmt *statement)
{
    if (database->prepared_count == database->prepared_room) {
        database->prepared_room = database->prepared_room == 0 ? 32 : database->prepared_room * 2;
        database->prepared = memory_resize(database->prepared, database->prepared_room * sizeof database->prepared[0]);
    }
    database->prepared[database->prepared_count++] = (struct prepared){sql, statement};
}

static int bind(sqlite3_stmt *statement, int index, const struct value *value)
{
    switch (value->type) {
    case VALUE_NUMBER:
        return sqlite3_bind_int64(statement, index, value->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(statement, index, value->bytes, value->length, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(statement, index, value->bytes, value->length, SQLITE_STATIC);
    case VALUE_NULL:
        break;
    }
    return sqlite3_bind_null(statement, index);
}

struct query query_begin(struct database *database, const char *sql, const struct value *values, size_t count)
{
    struct query query = {.database = database, .statement = find_prepared(database, sql)};
    if (query.statement == NULL) {
        int code = sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &query.statement, NULL);
        if (code != SQLITE_OK) {
            fail(database, &query.failure);
            return query;
        }
        keep_prepared(database, sql, query.statement);
    }
    for (size_t i = 0; i < count && query.failure.status == STATUS_OK; i++)
        if (bind(query.statement, (int)i + 1, &values[i]) != SQLITE_OK)
            fail(database, &query.failure);
    return query;
}

bool query_next(struct query *query)
{
    if (query->failure.status != STATUS_OK)
        return false;
    int code = sqlite3_step(query->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        fail(query->database, &query->failure);
    return code == SQLITE_ROW;
}

enum status query_end(struct query *query, struct error *error)
{
    if (query->statement != NULL) {
        sqlite3_reset(query->statement); /* tells the failure of the last step again */
        sqlite3_clear_bindings(query->statement);
    }
    if (query->failure.status == STATUS_OK)
        return STATUS_OK;
    return error_set(error, query->failure.status, "%s", query->failure.text);
}

int64_t query_integer(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

const void *query_bytes(const struct query *query, int column, struct arena *arena, size_t *ret_length)
{
    const void *bytes = sqlite3_column_blob(query->statement, column);
    *ret_length = (size_t)sqlite3_column_bytes(query->statement, column);
    return arena_strndup(arena, bytes, *ret_length);
}

const char *query_text(const struct query *query, int column, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    if (text == NULL)
        return NULL;
    return arena_strndup(arena, text, (size_t)sqlite3_column_bytes(query->statement, column));
}

int query_word(struct query *query, int column, const char *const *words, size_t count)
{
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    for (size_t i = 0; i < count; i++)
        if (text != NULL && strcmp(text, words[i]) == 0)
            return (int)i;
    error_set(&query->failure, STATUS_CORRUPT, "%s: an unknown word in column %s; restore it from a backup",
              query->database->path, sqlite3_column_name(query->statement, column));
    return 0;
}

enum status database_run(struct database *database, const char *sql, const struct value *values, size_t count,
                         int64_t *ret_changes, struct error *error)
{
    struct query query = query_begin(database, sql, values, count);
    while (query_next(&query)) {
    }
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && ret_changes != NULL)
        *ret_changes = sqlite3_changes64(database->handle);
    return status;
}

enum status database_number(struct database *database, const char *sql, const struct value *values, size_t count,
                            int64_t *ret_number, struct error *error)
{
    struct query query = query_begin(database, sql, values, count);
    bool found = false;
    int64_t number = 0;
    while (query_next(&query)) {
        number = query_integer(&query, 0);
        found = true;
    }
    enum status status = query_end(&query, error);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return error_set(error, STATUS_NOT_FOUND, "there is no such row");
    *ret_number = number;
    return STATUS_OK;
}

enum status database_zone(struct database *database, const char *name, struct zone **ret_zone, struct error *error)
{
    if (database->zone == NULL || strcmp(zone_name(database->zone), name) != 0) {
        struct zone *zone = NULL;
        enum status status = zone_open(name, &zone, error);
        if (status != STATUS_OK)
            return status;
        zone_close(&database->zone);
        database->zone = zone;
    }
    *ret_zone = database->zone;
    return STATUS_OK;
}

/* --- transactions --- */

enum status transaction_begin(struct database *database, struct error *error)
{
    if (!sqlite3_get_autocommit(database->handle))
        return error_set(error, STATUS_INTERNAL, "%s: a transaction inside a transaction", database->path);
    return database_run(database, "BEGIN IMMEDIATE", NO_VALUES, NULL, error);
}

enum status transaction_commit(struct database *database, struct error *error)
{
    enum status status = database_run(database, "COMMIT", NO_VALUES, NULL, error);
    if (status != STATUS_OK)
        transaction_rollback(database);
    return status;
}

void transaction_rollback(struct database *database)
{
    /* After some failures SQLite has rolled back already. */
    if (!sqlite3_get_autocommit(database->handle))
        database_run(database, "ROLLBACK", NO_VALUES, NULL, NULL);
}

enum status transaction_end(struct database *database, enum status status, struct error *error)
{
    if (status == STATUS_OK)
        return transaction_commit(database, error);
    transaction_rollback(database);
    return status;
}

enum status transaction_required(struct database *database, struct error *error)
{
    if (sqlite3_get_autocommit(database->handle))
        return error_set(error, STATUS_INTERNAL, "%s: a change outside a transaction", database->path);
    return STATUS_OK;
}

/* --- the schema --- */

static int migration_version(const struct embedded_file *migration)
{
    return (int)strtol(migration->path, NULL, 10);
}

static int last_version(const struct embedded_file *migrations)
{
    int version = 0;
    for (; migrations->path != NULL; migrations++)
        version = migration_version(migrations);
    return version;
}

int database_schema_version(void)
{
    return last_version(embedded_migrations);
}

static enum status read_version(struct database *database, int64_t *ret_version, struct error *error)
{
    return database_number(database, "PRAGMA user_version", NO_VALUES, ret_version, error);
}

/* SQL that is no literal, or several statements at once. */
static enum status execute(struct database *database, const char *sql, struct error *error)
{
    return sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : fail(database, error);
}

static enum status mark_version(struct database *database, int version, struct error *error)
{
    struct buffer sql = BUFFER_INIT;
    buffer_printf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID, version);
    enum status status = execute(database, sql.data, error);
    buffer_release(&sql);
    return status;
}

static enum status apply(struct database *database, const struct embedded_file *migrations, struct error *error)
{
    int64_t version = 0;
    enum status status = read_version(database, &version, error); /* somebody may have been faster */
    for (; status == STATUS_OK && migrations->path != NULL; migrations++) {
        if (migration_version(migrations) <= version)
            continue;
        status = execute(database, migrations->data, error);
        if (status == STATUS_OK)
            status = mark_version(database, migration_version(migrations), error);
        if (status != STATUS_OK)
            error_prefix(error, "migration %s", migrations->path);
    }
    return status;
}

enum status database_migrate(struct database *database, const struct embedded_file *migrations, struct error *error)
{
    int64_t version = 0;
    enum status status = read_version(database, &version, error);
    if (status != STATUS_OK || version >= last_version(migrations))
        return status;
    status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    return transaction_end(database, apply(database, migrations, error), error);
}

/* What a file says of itself: whose it is. */
struct identity {
    int64_t objects;
    int64_t application;
    int64_t version;
};

/* One statement, so that it is one moment: somebody may be making the database just now. */
static enum status read_identity(struct database *database, struct identity *ret_identity, struct error *error)
{
    struct identity identity = {0};
    struct query query = query_begin(
        database,
        "SELECT (SELECT count(*) FROM sqlite_schema), application_id, user_version FROM pragma_application_id, "
        "pragma_user_version",
        NO_VALUES);
    while (query_next(&query))
        identity = (struct identity){query_integer(&query, 0), query_integer(&query, 1), query_integer(&query, 2)};
    enum status status = query_end(&query, error);
    if (status == STATUS_OK)
        *ret_identity = identity;
    return status;
}

/* Is it ours, and of no newer version? An empty file is as good as a new one. */
static enum status identify(struct database *database, enum database_mode mode, struct error *error)
{
    struct identity identity;
    enum status status = read_identity(database, &identity, error);
    if (status != STATUS_OK)
        return status;
    bool is_empty = identity.objects == 0 && identity.application == 0 && identity.version == 0;
    if (!is_empty && identity.application != APPLICATION_ID)
        return error_set(error, STATUS_INVALID, "%s: a SQLite database of another program, not of Timepost",
                         database->path);
    if (identity.version > database_schema_version())
        return error_set(error, STATUS_NEWER,
                         "%s: written by a newer Timepost (schema %" PRId64
                         ", this one knows %d); install that version again",
                         database->path, identity.version, database_schema_version());
    if (mode == DATABASE_READ && identity.version < database_schema_version())
        return error_set(error, STATUS_INVALID,
                         "%s: written by an older Timepost (schema %" PRId64
                         ", this one needs %d); “timepost serve --once” brings it up to date",
                         database->path, identity.version, database_schema_version());
    return STATUS_OK;
}

/* --- opening --- */

/* An empty file that only its owner can read, without opening it: closing a descriptor would take the locks that
 * other handles of this process have on it. */
static enum status create_file(const char *path, struct error *error)
{
    if (mknod(path, S_IFREG | 0600, 0) == 0 || errno == EEXIST)
        return STATUS_OK;
    return fail_to_open(path, errno, error);
}

static enum status find_file(const char *path, enum database_mode mode, struct error *error)
{
    struct stat stats;
    if (mode == DATABASE_CREATE) {
        enum status status = create_file(path, error);
        if (status != STATUS_OK)
            return status;
    }
    if (stat(path, &stats) != 0) {
        if (errno == ENOENT)
            return error_set(error, STATUS_NOT_FOUND, "%s: no such database; “timepost office add” makes one", path);
        return fail_to_open(path, errno, error);
    }
    if (!S_ISREG(stats.st_mode))
        return error_set(error, STATUS_INVALID, "%s: not a file; name the file of the database", path);
    return STATUS_OK;
}

/* The path as a URI, where SQLite must be told more. */
static void append_uri(struct buffer *uri, const char *path)
{
    buffer_append_string(uri, "file:");
    for (const char *c = path; *c != '\0'; c++) {
        if (strchr("%?#", *c) != NULL)
            buffer_printf(uri, "%%%02X", (unsigned)(unsigned char)*c);
        else
            buffer_append_char(uri, *c);
    }
    buffer_append_string(uri, "?immutable=1");
}

static enum status connect(struct database *database, int flags, bool immutable, struct error *error)
{
    struct buffer name = BUFFER_INIT;
    if (immutable)
        append_uri(&name, database->path);
    else /* "./" keeps names like ":memory:" and "file:x" what they are: names of files */
        buffer_printf(&name, "%s%s", database->path[0] == '/' ? "" : "./", database->path);
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (immutable ? SQLITE_OPEN_URI : 0);
    int code = sqlite3_open_v2(name.data, &database->handle, flags, NULL);
    buffer_release(&name);
    if (database->handle == NULL)
        return error_set(error, STATUS_INTERNAL, "%s: SQLite cannot be started", database->path);
    if (code != SQLITE_OK)
        return fail(database, error);
    sqlite3_busy_timeout(database->handle, BUSY_MILLISECONDS);
    return STATUS_OK;
}

static void disconnect(struct database *database)
{
    for (size_t i = 0; i < database->prepared_count; i++)
        sqlite3_finalize(database->prepared[i].statement);
    database->prepared_count = 0;
    sqlite3_close(database->handle);
    database->handle = NULL;
}

/* Changing to WAL does not wait for others, so it is tried until the busy timeout is over. */
static enum status use_wal(struct database *database, struct error *error)
{
    struct error failure;
    enum status status = STATUS_BUSY;
    for (int waited = 0; status == STATUS_BUSY && waited <= BUSY_MILLISECONDS; waited += WAL_PAUSE_MILLISECONDS) {
        if (waited > 0)
            sqlite3_sleep(WAL_PAUSE_MILLISECONDS);
        status = execute(database, "PRAGMA journal_mode = WAL", &failure);
    }
    if (status != STATUS_OK)
        return error_set(error, status, "%s", failure.text);
    struct arena arena = ARENA_INIT;
    struct query query = query_begin(database, "PRAGMA journal_mode", NO_VALUES);
    bool is_wal = query_next(&query) && strcmp(query_text(&query, 0, &arena), "wal") == 0;
    status = query_end(&query, error);
    arena_clear(&arena);
    if (status == STATUS_OK && !is_wal)
        status = error_set(error, STATUS_IO, "%s: write-ahead logging does not work there; use a local disk",
                           database->path);
    return status;
}

static enum status open_to_write(struct database *database, enum database_mode mode, struct error *error)
{
    enum status status = connect(database, SQLITE_OPEN_READWRITE, false, error);
    if (status == STATUS_OK && sqlite3_db_readonly(database->handle, "main") == 1)
        status = access(database->path, W_OK) != 0 && errno != EROFS
                     ? fail_to_open(database->path, errno, error)
                     : error_set(error, STATUS_IO, "%s: on a read-only disk", database->path);
    if (status == STATUS_OK)
        status = identify(database, mode, error);
    if (status == STATUS_OK)
        status = use_wal(database, error);
    if (status == STATUS_OK)
        status = execute(database, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF",
                         error);
    if (status == STATUS_OK)
        status = database_migrate(database, embedded_migrations, error);
    return status;
}

/* Does the log beside the file hold changes that are not in it yet? */
static bool has_log(const char *path)
{
    struct buffer log = BUFFER_INIT;
    struct stat stats;
    buffer_printf(&log, "%s-wal", path);
    bool has = stat(log.data, &stats) != 0 ? errno != ENOENT : stats.st_size > 0;
    buffer_release(&log);
    return has;
}

/*
 * A reader of a WAL database needs the file of shared memory beside it. Where that cannot be made (a read-only
 * folder) nobody can be writing through it either, so the file is read as it is.
 */
static enum status open_to_read(struct database *database, struct error *error)
{
    struct error failure;
    enum status status = connect(database, SQLITE_OPEN_READONLY, false, error);
    if (status != STATUS_OK)
        return status;
    status = identify(database, DATABASE_READ, &failure);
    int code = sqlite3_errcode(database->handle) & 0xff;
    bool without_memory = status != STATUS_OK && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY);
    if (without_memory && has_log(database->path))
        return error_set(error, STATUS_DENIED,
                         "%s: its folder cannot be written, and changes in %s-wal are not in it yet; open it once as "
                         "its owner",
                         database->path, database->path);
    if (!without_memory)
        return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s", failure.text);
    disconnect(database);
    status = connect(database, SQLITE_OPEN_READONLY, true, error);
    return status == STATUS_OK ? identify(database, DATABASE_READ, error) : status;
}

enum status database_open(const char *path, enum database_mode mode, struct database **ret_database,
                          struct error *error)
{
    enum status status = find_file(path, mode, error);
    if (status != STATUS_OK)
        return status;
    struct database *database = memory_allocate(sizeof *database);
    database->path = memory_strdup(path);
    status = mode == DATABASE_READ ? open_to_read(database, error) : open_to_write(database, mode, error);
    if (status == STATUS_OK)
        *ret_database = database;
    else
        database_close(&database);
    return status;
}

void database_close(struct database **database)
{
    if (*database == NULL)
        return;
    disconnect(*database);
    zone_close(&(*database)->zone);
    free((*database)->prepared);
    free((*database)->path);
    free(*database);
    *database = NULL;
}

/* --- doctor --- */

static enum status first_finding(struct database *database, const char *pragma, const char *clean, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct query query = query_begin(database, pragma, NO_VALUES);
    const char *finding = NULL;
    while (query_next(&query))
        if (finding == NULL)
            finding = query_text(&query, 0, &arena);
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && finding != NULL && strcmp(finding, clean) != 0)
        status = error_set(error, STATUS_CORRUPT, "%s: damaged (%s: %s); restore it from a backup", database->path,
                           pragma + strlen("PRAGMA "), finding);
    arena_clear(&arena);
    return status;
}

enum status database_check(struct database *database, struct error *error)
{
    enum status status = first_finding(database, "PRAGMA quick_check(1)", "ok", error);
    return status == STATUS_OK ? first_finding(database, "PRAGMA foreign_key_check", "", error) : status;
}
