#include "state/audit.h"

#include "state/database_private.h"

enum status audit_add(struct database *database, const struct audit_entry *entry, struct error *error)
{
    enum status status = transaction_required(database, error);
    if (status != STATUS_OK)
        return status;
    return database_run(
        database,
        "INSERT INTO audit (at, actor, action, authority, booking_id, revision, ledger_id, detail) VALUES (?, ?, ?, ?, "
        "?, ?, ?, ?)",
        VALUES(number_value(entry->at), text_value(entry->actor), text_value(entry->action),
               text_value(entry->authority), id_value(entry->booking_id), number_value(entry->revision),
               id_value(entry->ledger_id), text_value(entry->detail)),
        NULL, error);
}

enum status audit_list(struct database *database, int64_t booking_id, struct arena *arena,
                       const struct audit_entry **ret_entries, size_t *ret_count, struct error *error)
{
    struct audit_entry *entries = NULL;
    size_t count = 0;
    struct query query =
        query_begin(database,
                    "SELECT id, at, actor, action, authority, booking_id, revision, ledger_id, detail FROM audit WHERE "
                    "booking_id = ? ORDER BY id",
                    VALUES(number_value(booking_id)));
    while (query_next(&query)) {
        entries = list_room(arena, entries, count, sizeof *entries);
        entries[count++] = (struct audit_entry){
            .id = query_integer(&query, 0),
            .at = query_integer(&query, 1),
            .actor = query_text(&query, 2, arena),
            .action = query_text(&query, 3, arena),
            .authority = query_text(&query, 4, arena),
            .booking_id = query_integer(&query, 5),
            .revision = query_integer(&query, 6),
            .ledger_id = query_integer(&query, 7),
            .detail = query_text(&query, 8, arena),
        };
    }
    enum status status = query_end(&query, error);
    if (status != STATUS_OK)
        return status;
    *ret_entries = entries;
    *ret_count = count;
    return STATUS_OK;
}
