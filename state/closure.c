#include "state/closure.h"

#include <inttypes.h>

#include "state/booking.h"
#include "state/database_private.h"
#include "state/text.h"

enum status closure_list(struct database *database, int64_t office_id, int64_t from, int64_t to, struct arena *arena,
                         const struct closure **ret_closures, size_t *ret_count, struct error *error)
{
    struct closure *closures = NULL;
    size_t count = 0;
    struct query query = query_begin(
        database,
        "SELECT k.number, c.counter_id, c.starts_at, c.ends_at, c.reason FROM closure c LEFT JOIN counter k "
        "ON k.id = c.counter_id WHERE c.office_id = ? AND c.ends_at > ? AND c.starts_at < ? ORDER BY "
        "c.starts_at, k.number, c.ends_at",
        VALUES(number_value(office_id), number_value(from), number_value(to)));
    while (query_next(&query)) {
        closures = list_room(arena, closures, count, sizeof *closures);
        closures[count++] = (struct closure){
            .counter = query_integer(&query, 0),
            .counter_id = query_integer(&query, 1),
            .start = query_integer(&query, 2),
            .end = query_integer(&query, 3),
            .reason = query_text(&query, 4, arena),
        };
    }
    enum status status = query_end(&query, error);
    if (status != STATUS_OK)
        return status;
    *ret_closures = closures;
    *ret_count = count;
    return STATUS_OK;
}

static enum status check(const struct office *office, const struct closure *closure, struct error *error)
{
    if (closure->start >= closure->end)
        return error_set(error, STATUS_INVALID, "office %s: a closure that ends before it begins", office->code);
    if (closure->start % QUANTUM_SECONDS != 0 || closure->end % QUANTUM_SECONDS != 0)
        return error_set(error, STATUS_INVALID, "office %s: a closure that is off the five-minute grid", office->code);
    if (closure->reason != NULL && !text_is_line(closure->reason, CLOSURE_REASON_MAX))
        return error_set(error, STATUS_INVALID,
                         "office %s: the reason of a closure must be one line of at most %d bytes", office->code,
                         CLOSURE_REASON_MAX);
    return STATUS_OK;
}

/* 0 for the whole office. */
static enum status find_counter_id(struct database *database, const struct office *office, int64_t number,
                                   int64_t *ret_id, struct error *error)
{
    *ret_id = 0;
    if (number == 0)
        return STATUS_OK;
    enum status status = database_number(database, "SELECT id FROM counter WHERE office_id = ? AND number = ?",
                                         VALUES(number_value(office->id), number_value(number)), ret_id, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "office %s has no counter %" PRId64 " (it has 1 to %d)", office->code,
                         number, office->counters);
    return status;
}

static enum status insert(struct database *database, int64_t office_id, int64_t counter_id,
                          const struct closure *closure, struct error *error)
{
    return database_run(
        database, "INSERT INTO closure (office_id, counter_id, starts_at, ends_at, reason) VALUES (?, ?, ?, ?, ?)",
        VALUES(number_value(office_id), id_value(counter_id), number_value(closure->start), number_value(closure->end),
               text_value(closure->reason)),
        NULL, error);
}

enum status closure_add(struct database *database, const struct office *office, const struct closure *closure,
                        struct error *error)
{
    int64_t counter_id = 0;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = check(office, closure, error);
    if (status == STATUS_OK)
        status = find_counter_id(database, office, closure->counter, &counter_id, error);
    return status == STATUS_OK ? insert(database, office->id, counter_id, closure, error) : status;
}

enum status closure_replace(struct database *database, const struct office *office, const struct closure *closures,
                            size_t count, int64_t now, struct error *error)
{
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = database_run(database, "DELETE FROM closure WHERE office_id = ? AND ends_at > ?",
                              VALUES(number_value(office->id), number_value(now)), NULL, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (closures[i].end > now)
            status = closure_add(database, office, &closures[i], error);
    return status;
}

/* What is left of a closure before `from` and after `to`. */
static enum status insert_rests(struct database *database, int64_t office_id, const struct closure *closure,
                                int64_t from, int64_t to, struct error *error)
{
    struct closure before = *closure, after = *closure;
    enum status status = STATUS_OK;
    before.end = from;
    after.start = to;
    if (before.start < before.end)
        status = insert(database, office_id, closure->counter_id, &before, error);
    if (status == STATUS_OK && after.start < after.end)
        status = insert(database, office_id, closure->counter_id, &after, error);
    return status;
}

enum status closure_lift(struct database *database, const struct office *office, int64_t counter, int64_t from,
                         int64_t to, size_t *ret_count, struct error *error)
{
    struct arena arena = ARENA_INIT;
    const struct closure *closures = NULL;
    size_t count = 0, lifted = 0;
    int64_t counter_id = 0;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = find_counter_id(database, office, counter, &counter_id, error);
    if (status == STATUS_OK)
        status = closure_list(database, office->id, from, to, &arena, &closures, &count, error);
    if (status == STATUS_OK)
        status = database_run(
            database,
            "DELETE FROM closure WHERE office_id = ? AND coalesce(counter_id, 0) = ? AND ends_at > ? "
            "AND starts_at < ?",
            VALUES(number_value(office->id), number_value(counter_id), number_value(from), number_value(to)), NULL,
            error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (closures[i].counter_id != counter_id)
            continue;
        lifted++;
        status = insert_rests(database, office->id, &closures[i], from, to, error);
    }
    arena_clear(&arena);
    if (status == STATUS_OK)
        *ret_count = lifted;
    return status;
}
