#include "state/claim.h"

#include "state/booking.h"
#include "state/database_private.h"

enum status claim_find_counter(struct database *database, const struct claim_wish *wish, struct counter *ret_counter,
                               struct error *error)
{
    int64_t free_until = wish->end + (int64_t)wish->service->buffer_minutes * MINUTE;
    struct query query = query_begin(
        database,
        "SELECT k.id, k.number FROM counter k WHERE k.office_id = ? AND k.in_use = 1 AND " COUNTER_SERVES
        " AND NOT EXISTS (SELECT 1 FROM closure x WHERE x.office_id = k.office_id AND x.ends_at > ? AND x.starts_at < "
        "? "
        "AND (x.counter_id IS NULL OR x.counter_id = k.id)) AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.counter_id = "
        "k.id AND c.quantum >= ? AND c.quantum < ? AND c.booking_id <> ?) ORDER BY k.number LIMIT 1",
        VALUES(number_value(wish->office_id), number_value(wish->service->id), number_value(wish->start),
               number_value(wish->end), number_value(wish->start / QUANTUM_SECONDS),
               number_value(free_until / QUANTUM_SECONDS), number_value(wish->ignore_booking)));
    struct counter counter = {0};
    while (query_next(&query))
        counter = (struct counter){query_integer(&query, 0), query_integer(&query, 1)};
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && counter.id == 0)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *ret_counter = counter;
    return status;
}

enum status claim_take(struct database *database, int64_t booking_id, const struct claim *claim, struct error *error)
{
    struct value counter = number_value(claim->counter_id), booking = number_value(booking_id);
    enum status status = STATUS_OK;
    for (int64_t time = claim->start; time < claim->end && status == STATUS_OK; time += QUANTUM_SECONDS) {
        struct value quantum = number_value(time / QUANTUM_SECONDS);
        status = database_run(database,
                              "INSERT INTO claim (counter_id, quantum, booking_id) SELECT ?, ?, ? WHERE NOT EXISTS "
                              "(SELECT 1 FROM claim WHERE counter_id = ? AND quantum = ? AND booking_id = ?)",
                              VALUES(counter, quantum, booking, counter, quantum, booking), NULL, error);
    }
    return status;
}

enum status claim_free(struct database *database, int64_t booking_id, const struct claim *kept, struct error *error)
{
    if (kept == NULL)
        return database_run(database, "DELETE FROM claim WHERE booking_id = ?", VALUES(number_value(booking_id)), NULL,
                            error);
    return database_run(database,
                        "DELETE FROM claim WHERE booking_id = ? AND NOT (counter_id = ? AND quantum >= ? AND "
                        "quantum < ?)",
                        VALUES(number_value(booking_id), number_value(kept->counter_id),
                               number_value(kept->start / QUANTUM_SECONDS), number_value(kept->end / QUANTUM_SECONDS)),
                        NULL, error);
}
