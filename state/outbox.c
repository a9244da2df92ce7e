#include "state/outbox.h"

#include <inttypes.h>

#include "state/database_private.h"

static const char *const status_words[] = {
    [OUTBOX_QUEUED] = "queued", [OUTBOX_SENDING] = "sending", [OUTBOX_SENT] = "sent",
    [OUTBOX_FAILED] = "failed", [OUTBOX_DROPPED] = "dropped", [OUTBOX_PRINTED] = "printed",
};

enum { STATUS_WORDS = sizeof status_words / sizeof status_words[0] };

const char *outbox_status_name(enum outbox_status status)
{
    return status_words[status];
}

/* --- writing --- */

enum status outbox_add(struct database *database, struct outbox_letter *letter, struct error *error)
{
    bool waits = letter->status == OUTBOX_QUEUED;
    enum status status = transaction_required(database, error);
    if (status != STATUS_OK)
        return status;
    status = database_number(
        database,
        "INSERT INTO outbox (booking_id, contact_id, ledger_id, revision, kind, occasion, sender, recipient, "
        "message_id, status, attempts, created_at, queued_at, due_at, ended_at, only_while_true, message) VALUES (?, "
        "?, ?, "
        "?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        VALUES(id_value(letter->booking_id), id_value(letter->contact_id), id_value(letter->ledger_id),
               number_value(letter->revision), text_value(letter->kind), number_value(letter->occasion),
               text_value(letter->sender), text_value(letter->recipient), text_value(letter->message_id),
               text_value(status_words[letter->status]), number_value(letter->created_at),
               number_value(letter->created_at), waits ? number_value(letter->next_attempt_at) : text_value(NULL),
               waits ? text_value(NULL) : number_value(letter->created_at), number_value(letter->only_while_true),
               bytes_value(letter->message, letter->message_length)),
        &letter->id, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_CONFLICT, "the letter %s of this occasion is in the outbox already",
                         letter->kind);
    return status;
}

/* --- counting --- */

enum status outbox_count(struct database *database, const char *recipient, int64_t booking_id, int64_t since,
                         int64_t all_since, struct outbox_counts *ret_counts, struct error *error)
{
    struct outbox_counts counts = {0};
    enum status status =
        database_number(database, "SELECT count(*) FROM outbox WHERE ledger_id IS NOT NULL AND created_at >= ?",
                        VALUES(number_value(all_since)), &counts.all, error);
    if (status == STATUS_OK && recipient != NULL)
        status = database_number(database,
                                 "SELECT count(*) FROM outbox WHERE ledger_id IS NOT NULL AND lower(recipient) = "
                                 "lower(?) AND created_at >= ?",
                                 VALUES(text_value(recipient), number_value(since)), &counts.to_address, error);
    if (status == STATUS_OK && booking_id != 0)
        status = database_number(
            database, "SELECT count(*) FROM outbox WHERE ledger_id IS NOT NULL AND booking_id = ? AND created_at >= ?",
            VALUES(number_value(booking_id), number_value(since)), &counts.about_booking, error);
    if (status == STATUS_OK)
        *ret_counts = counts;
    return status;
}

/* --- reading --- */

#define LETTER_COLUMNS                                                                                                 \
    "id, booking_id, contact_id, ledger_id, revision, kind, occasion, sender, recipient, message_id, status, "         \
    "attempts, created_at, queued_at, due_at, ended_at, last_error, only_while_true"
#define LETTER_SELECT "SELECT " LETTER_COLUMNS ", message FROM outbox "

enum { MESSAGE_COLUMN = 18 };

static struct outbox_letter read_letter(struct query *query, struct arena *arena)
{
    struct outbox_letter letter = {
        .id = query_integer(query, 0),
        .booking_id = query_integer(query, 1),
        .contact_id = query_integer(query, 2),
        .ledger_id = query_integer(query, 3),
        .revision = query_integer(query, 4),
        .kind = query_text(query, 5, arena),
        .occasion = query_integer(query, 6),
        .sender = query_text(query, 7, arena),
        .recipient = query_text(query, 8, arena),
        .message_id = query_text(query, 9, arena),
        .status = (enum outbox_status)query_word(query, 10, status_words, STATUS_WORDS),
        .attempts = query_integer(query, 11),
        .created_at = query_integer(query, 12),
        .queued_at = query_integer(query, 13),
        .next_attempt_at = query_integer(query, 14),
        .last_error = query_text(query, 16, arena),
        .only_while_true = query_integer(query, 17) != 0,
    };
    if (letter.status == OUTBOX_SENT)
        letter.sent_at = query_integer(query, 15);
    return letter;
}

/* With the message. STATUS_NOT_FOUND without text. */
static enum status find_one(struct query query, struct arena *arena, struct outbox_letter *ret_letter,
                            struct error *error)
{
    struct outbox_letter letter = {0};
    while (query_next(&query)) {
        letter = read_letter(&query, arena);
        letter.message = query_bytes(&query, MESSAGE_COLUMN, arena, &letter.message_length);
    }
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && letter.id == 0)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *ret_letter = letter;
    return status;
}

enum status outbox_get(struct database *database, int64_t id, struct arena *arena, struct outbox_letter *ret_letter,
                       struct error *error)
{
    struct query query = query_begin(database, LETTER_SELECT "WHERE id = ?", VALUES(number_value(id)));
    enum status status = find_one(query, arena, ret_letter, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "no letter with id %" PRId64, id);
    return status;
}

enum status outbox_by_message_id(struct database *database, const char *message_id, struct arena *arena,
                                 struct outbox_letter *ret_letter, struct error *error)
{
    struct query query = query_begin(database, LETTER_SELECT "WHERE message_id = ?", VALUES(text_value(message_id)));
    enum status status = find_one(query, arena, ret_letter, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "no letter with Message-ID “%.100s”", message_id);
    return status;
}

enum status outbox_list(struct database *database, int status, size_t limit, struct arena *arena,
                        const struct outbox_letter **ret_letters, size_t *ret_count, struct error *error)
{
    struct outbox_letter *letters = NULL;
    size_t count = 0;
    struct value most = number_value((int64_t)limit);
    struct query query =
        status < 0 ? query_begin(database, "SELECT " LETTER_COLUMNS " FROM outbox ORDER BY id LIMIT ?", VALUES(most))
                   : query_begin(database, "SELECT " LETTER_COLUMNS " FROM outbox WHERE status = ? ORDER BY id LIMIT ?",
                                 VALUES(text_value(status_words[status]), most));
    while (query_next(&query)) {
        letters = list_room(arena, letters, count, sizeof *letters);
        letters[count++] = read_letter(&query, arena);
    }
    enum status result = query_end(&query, error);
    if (result != STATUS_OK)
        return result;
    *ret_letters = letters;
    *ret_count = count;
    return STATUS_OK;
}

/* --- sending --- */

/* The oldest letter that is due; `*ret_true` tells whether what it says is still so. STATUS_NOT_FOUND without text. */
static enum status find_due(struct database *database, int64_t now, int64_t *ret_id, bool *ret_true,
                            struct error *error)
{
    int64_t id = 0;
    struct query query = query_begin(
        database,
        "SELECT o.id, CASE WHEN o.only_while_true = 0 OR (b.status = 'confirmed' AND b.revision = o.revision AND "
        "b.starts_at > ?) THEN 1 ELSE 0 END FROM outbox o LEFT JOIN booking b ON b.id = o.booking_id WHERE o.due_at <= "
        "? ORDER BY o.due_at, o.id LIMIT 1",
        VALUES(number_value(now), number_value(now)));
    while (query_next(&query)) {
        id = query_integer(&query, 0);
        *ret_true = query_integer(&query, 1) != 0;
    }
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && id == 0)
        return STATUS_NOT_FOUND;
    *ret_id = id;
    return status;
}

static enum status end_letter(struct database *database, int64_t id, enum outbox_status as, int64_t now,
                              const char *why, struct error *error)
{
    return database_run(
        database, "UPDATE outbox SET status = ?, due_at = NULL, ended_at = ?, last_error = ? WHERE id = ?",
        VALUES(text_value(status_words[as]), number_value(now), text_value(why), number_value(id)), NULL, error);
}

/* Claims the oldest letter that is due and drops those before it that are no longer true. STATUS_NOT_FOUND without
 * text. */
static enum status claim_due(struct database *database, int64_t now, int64_t lease_seconds, int64_t *ret_id,
                             struct error *error)
{
    for (;;) {
        bool is_true = false;
        enum status status = find_due(database, now, ret_id, &is_true, error);
        if (status == STATUS_OK && is_true)
            return database_run(
                database, "UPDATE outbox SET status = 'sending', attempts = attempts + 1, due_at = ? WHERE id = ?",
                VALUES(number_value(now + lease_seconds), number_value(*ret_id)), NULL, error);
        if (status == STATUS_OK)
            status = end_letter(database, *ret_id, OUTBOX_DROPPED, now, "the booking was changed or is past", error);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status find_next_due(struct database *database, int64_t *ret_next_due, struct error *error)
{
    *ret_next_due = 0;
    enum status status =
        database_number(database, "SELECT due_at FROM outbox WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1",
                        NO_VALUES, ret_next_due, error);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status outbox_claim(struct database *database, int64_t now, int64_t lease_seconds, struct arena *arena,
                         struct outbox_letter *ret_letter, int64_t *ret_next_due, struct error *error)
{
    int64_t id;
    struct outbox_letter letter;
    enum status status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    status = claim_due(database, now, lease_seconds, &id, error);
    bool none = status == STATUS_NOT_FOUND;
    if (none)
        status = find_next_due(database, ret_next_due, error);
    else if (status == STATUS_OK)
        status = outbox_get(database, id, arena, &letter, error);
    status = transaction_end(database, status, error);
    if (status == STATUS_OK && none)
        return error_set(error, STATUS_NOT_FOUND, "no letter is due");
    if (status == STATUS_OK)
        *ret_letter = letter;
    return status;
}

enum status outbox_sent(struct database *database, int64_t id, int64_t now, struct error *error)
{
    int64_t changes = 0;
    enum status status = database_run(
        database, "UPDATE outbox SET status = 'sent', due_at = NULL, ended_at = ?, last_error = NULL WHERE id = ?",
        VALUES(number_value(now), number_value(id)), &changes, error);
    if (status == STATUS_OK && changes == 0)
        return error_set(error, STATUS_NOT_FOUND, "no letter with id %" PRId64, id);
    return status;
}

/* Only a letter that waits or is being sent can be put off or fail: another may have sent it meanwhile. */
static enum status must_wait(enum status status, int64_t changes, int64_t id, struct error *error)
{
    if (status == STATUS_OK && changes == 0)
        return error_set(error, STATUS_NOT_FOUND, "no letter with id %" PRId64 " waits to be sent", id);
    return status;
}

enum status outbox_retry_at(struct database *database, int64_t id, int64_t next_attempt_at, const char *why,
                            struct error *error)
{
    int64_t changes = 0;
    enum status status = database_run(
        database, "UPDATE outbox SET status = 'queued', due_at = ?, last_error = ? WHERE id = ? AND due_at IS NOT NULL",
        VALUES(number_value(next_attempt_at), text_value(why), number_value(id)), &changes, error);
    return must_wait(status, changes, id, error);
}

enum status outbox_fail(struct database *database, int64_t id, int64_t now, const char *why, struct error *error)
{
    int64_t changes = 0;
    enum status status =
        database_run(database,
                     "UPDATE outbox SET status = 'failed', due_at = NULL, ended_at = ?, last_error = ? "
                     "WHERE id = ? AND due_at IS NOT NULL",
                     VALUES(number_value(now), text_value(why), number_value(id)), &changes, error);
    return must_wait(status, changes, id, error);
}

/* --- the administrator --- */

/* Why could the letter not be changed by hand? */
static enum status refuse_change(struct database *database, int64_t id, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct outbox_letter letter = {0};
    enum status status = outbox_get(database, id, &arena, &letter, error);
    if (status == STATUS_OK && letter.status == OUTBOX_SENDING)
        status = error_set(error, STATUS_BUSY, "letter %" PRId64 " is being sent now; try again in some minutes", id);
    else if (status == STATUS_OK)
        status = error_set(error, STATUS_INVALID, "letter %" PRId64 " was %s already", id,
                           outbox_status_name(letter.status));
    arena_clear(&arena);
    return status;
}

enum status outbox_requeue(struct database *database, int64_t id, int64_t now, struct error *error)
{
    int64_t changes = 0;
    enum status status = database_run(
        database,
        "UPDATE outbox SET status = 'queued', attempts = 0, queued_at = ?, due_at = ?, ended_at = NULL WHERE id = ? "
        "AND "
        "(status IN ('queued', 'failed', 'dropped') OR (status = 'sending' AND due_at <= ?))",
        VALUES(number_value(now), number_value(now), number_value(id), number_value(now)), &changes, error);
    return status == STATUS_OK && changes == 0 ? refuse_change(database, id, error) : status;
}

enum status outbox_drop(struct database *database, int64_t id, int64_t now, struct error *error)
{
    int64_t changes = 0;
    enum status status = database_run(
        database,
        "UPDATE outbox SET status = 'dropped', due_at = NULL, ended_at = ? WHERE id = ? AND (status IN ('queued', "
        "'failed') OR (status = 'sending' AND due_at <= ?))",
        VALUES(number_value(now), number_value(id), number_value(now)), &changes, error);
    return status == STATUS_OK && changes == 0 ? refuse_change(database, id, error) : status;
}
