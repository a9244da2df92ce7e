#include "state/ledger.h"

#include <inttypes.h>
#include <string.h>

#include "state/database_private.h"

static const char *const disposition_words[] = {
    [DISPOSITION_HANDLED] = "handled", [DISPOSITION_DESK] = "desk", [DISPOSITION_QUARANTINE] = "quarantine"};

const char *disposition_name(enum disposition disposition)
{
    return disposition_words[disposition];
}

/* --- arrivals --- */

enum status arrival_attempt(struct database *database, const struct arrival_key *key, int64_t now,
                            struct arrival *ret_arrival, struct error *error)
{
    struct arrival arrival = {0};
    struct query query =
        query_begin(database,
                    "INSERT INTO arrival (mailbox, uidvalidity, uid, attempts, first_at, last_at) VALUES (?, ?, ?, 1, "
                    "?, ?) ON CONFLICT (mailbox, uidvalidity, uid) DO UPDATE SET attempts = arrival.attempts + 1, "
                    "last_at = excluded.last_at RETURNING id, attempts, ledger_id, filed_at",
                    VALUES(text_value(key->mailbox), number_value(key->uidvalidity), number_value(key->uid),
                           number_value(now), number_value(now)));
    while (query_next(&query))
        arrival = (struct arrival){query_integer(&query, 0), query_integer(&query, 1), query_integer(&query, 2),
                                   query_integer(&query, 3) != 0};
    enum status status = query_end(&query, error);
    if (status == STATUS_OK)
        *ret_arrival = arrival;
    return status;
}

static enum status must_exist(enum status status, int64_t changes, const char *what, int64_t id, struct error *error)
{
    if (status == STATUS_OK && changes == 0)
        return error_set(error, STATUS_NOT_FOUND, "no %s with id %" PRId64, what, id);
    return status;
}

enum status arrival_excuse(struct database *database, int64_t arrival_id, struct error *error)
{
    int64_t changes = 0;
    enum status status = database_run(database, "UPDATE arrival SET attempts = attempts - 1 WHERE id = ?",
                                      VALUES(number_value(arrival_id)), &changes, error);
    return must_exist(status, changes, "arrival", arrival_id, error);
}

enum status arrival_settle(struct database *database, int64_t arrival_id, int64_t ledger_id, struct error *error)
{
    int64_t changes = 0;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = database_run(database, "UPDATE arrival SET ledger_id = ? WHERE id = ?",
                              VALUES(number_value(ledger_id), number_value(arrival_id)), &changes, error);
    return must_exist(status, changes, "arrival", arrival_id, error);
}

enum status arrival_filed(struct database *database, int64_t arrival_id, int64_t now, struct error *error)
{
    int64_t changes = 0;
    enum status status = database_run(database, "UPDATE arrival SET filed_at = ? WHERE id = ?",
                                      VALUES(number_value(now), number_value(arrival_id)), &changes, error);
    return must_exist(status, changes, "arrival", arrival_id, error);
}

/* --- the ledger --- */

enum status ledger_find(struct database *database, const char *message_id,
                        const unsigned char digest[LEDGER_DIGEST_SIZE], struct arena *arena,
                        struct ledger_entry *ret_entry, struct error *error)
{
    struct ledger_entry entry = {0};
    struct query query = query_begin(database,
                                     "SELECT id, handled_at, outcome, reason, disposition FROM ledger WHERE digest = ? "
                                     "AND message_id = ?",
                                     VALUES(bytes_value(digest, LEDGER_DIGEST_SIZE), text_value(message_id)));
    while (query_next(&query)) {
        entry = (struct ledger_entry){
            .id = query_integer(&query, 0),
            .message_id = arena_strdup(arena, message_id),
            .handled_at = query_integer(&query, 1),
            .outcome = query_text(&query, 2, arena),
            .reason = query_text(&query, 3, arena),
            .disposition = (enum disposition)query_word(&query, 4, disposition_words,
                                                        sizeof disposition_words / sizeof disposition_words[0]),
        };
        memcpy(entry.digest, digest, LEDGER_DIGEST_SIZE);
    }
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && entry.id == 0)
        return error_set(error, STATUS_NOT_FOUND, "this message was never handled");
    if (status == STATUS_OK)
        *ret_entry = entry;
    return status;
}

enum status ledger_add(struct database *database, struct ledger_entry *entry, struct error *error)
{
    enum status status = transaction_required(database, error);
    if (status != STATUS_OK)
        return status;
    status = database_number(database,
                             "INSERT INTO ledger (message_id, digest, handled_at, outcome, reason, disposition) VALUES "
                             "(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
                             VALUES(text_value(entry->message_id), bytes_value(entry->digest, LEDGER_DIGEST_SIZE),
                                    number_value(entry->handled_at), text_value(entry->outcome),
                                    text_value(entry->reason), text_value(disposition_words[entry->disposition])),
                             &entry->id, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_CONFLICT, "this message was handled already");
    return status;
}

enum status ledger_conclude(struct database *database, const struct ledger_entry *entry, struct error *error)
{
    int64_t changes = 0;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = database_run(database, "UPDATE ledger SET outcome = ?, reason = ?, disposition = ? WHERE id = ?",
                              VALUES(text_value(entry->outcome), text_value(entry->reason),
                                     text_value(disposition_words[entry->disposition]), number_value(entry->id)),
                              &changes, error);
    return must_exist(status, changes, "ledger entry", entry->id, error);
}
