/*
 * The outbox: letters that were decided on, written in the transaction of the
 * decision, each a complete RFC 5322 message with its Message-ID. The courier
 * claims them by rows, so that several couriers and a crash send none twice
 * (but for a server whose answer was lost).
 *
 * The key (booking, revision, kind, occasion, recipient) is unique. `occasion`
 * is 0 for letters that a change or a timer causes, and the ledger id for
 * answers that change nothing and may be written again for another mail. The
 * recipient is in it because a booking has several contacts.
 */
#ifndef STATE_OUTBOX_H
#define STATE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/database.h"

enum outbox_status {
    OUTBOX_QUEUED,
    OUTBOX_SENDING, /* claimed until next_attempt_at; then anybody may claim it again */
    OUTBOX_SENT,
    OUTBOX_FAILED,  /* refused for good, or too old: shown to the desk */
    OUTBOX_DROPPED, /* by an administrator, or no longer true (a reminder of a cancelled booking) */
    OUTBOX_PRINTED, /* by `handle --print` */
};

const char *outbox_status_name(enum outbox_status status);

struct outbox_letter {
    int64_t id;
    int64_t booking_id; /* 0 for none */
    int64_t contact_id; /* 0 for none (the desk) */
    int64_t ledger_id;  /* the mail that caused it; 0 for none */
    int64_t revision;
    const char *kind; /* name of the letter: "confirmation" */
    int64_t occasion;
    const char *sender;    /* envelope: bounce address */
    const char *recipient; /* envelope: one address */
    const char *message_id;
    const char *message; /* RFC 5322, CRLF */
    size_t message_length;
    enum outbox_status status;
    int64_t attempts;
    int64_t created_at;
    int64_t queued_at;       /* the same until outbox_requeue(); how long it is tried counts from here */
    int64_t next_attempt_at; /* 0 where none will be made */
    int64_t sent_at;         /* 0 where it was not */
    const char *last_error;
    bool only_while_true; /* a reminder: dropped at sending if the booking was moved, cancelled or is past */
};

/* Inside a transaction. STATUS_CONFLICT: a letter of this key is there already, which for a timer is no failure. Sets
 * letter->id. */
enum status outbox_add(struct database *database, struct outbox_letter *letter, struct error *error);

/* How many letters that a mail caused went into the outbox: to this address (NULL: not counted) and about this booking
 * (0: not counted) since `since`, at all since `all_since`. For the caps. */
struct outbox_counts {
    int64_t to_address;
    int64_t about_booking;
    int64_t all;
};
enum status outbox_count(struct database *database, const char *recipient, int64_t booking_id, int64_t since,
                         int64_t all_since, struct outbox_counts *ret_counts, struct error *error);

/*
 * Claims the oldest letter that is due, in a transaction of its own, and drops
 * those on the way that are no longer true. STATUS_NOT_FOUND: none is due;
 * then `ret_next_due` holds when the next will be (0: none waits).
 */
enum status outbox_claim(struct database *database, int64_t now, int64_t lease_seconds, struct arena *arena,
                         struct outbox_letter *ret_letter, int64_t *ret_next_due, struct error *error);

/* What came of it: each one statement, in a transaction of its own or inside the caller's. STATUS_NOT_FOUND: there is
 * no such letter, or, where it was not sent, it is no longer waiting (another courier has sent it). */
enum status outbox_sent(struct database *database, int64_t id, int64_t now, struct error *error);
/* Back to the queue for `next_attempt_at`; the error text of the server is kept for `outbox list`. */
enum status outbox_retry_at(struct database *database, int64_t id, int64_t next_attempt_at, const char *why,
                            struct error *error);
enum status outbox_fail(struct database *database, int64_t id, int64_t now, const char *why, struct error *error);

/* For the command line. `status` -1 for all; without the message's bytes; oldest first. */
enum status outbox_list(struct database *database, int status, size_t limit, struct arena *arena,
                        const struct outbox_letter **ret_letters, size_t *ret_count, struct error *error);
enum status outbox_get(struct database *database, int64_t id, struct arena *arena, struct outbox_letter *ret_letter,
                       struct error *error);
/* Makes a failed, dropped or waiting letter due now, as if it had never been tried; STATUS_INVALID if it was sent or
 * printed, STATUS_BUSY while it is being sent. Dropping is refused likewise. */
enum status outbox_requeue(struct database *database, int64_t id, int64_t now, struct error *error);
enum status outbox_drop(struct database *database, int64_t id, int64_t now, struct error *error);

/* The letter with this Message-ID, for bounces; STATUS_NOT_FOUND. */
enum status outbox_by_message_id(struct database *database, const char *message_id, struct arena *arena,
                                 struct outbox_letter *ret_letter, struct error *error);

#endif
