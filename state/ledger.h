/*
 * The ledger: each message ends in exactly one row, in the transaction of what
 * it changed. The mailbox is only a cursor: an arrival is one sighting of a
 * message (mailbox, UIDVALIDITY, UID), written before the message is read so
 * that attempts are counted across crashes, and pointing to the ledger row once
 * there is one. A mail that comes again (moved back, delivered twice) is another
 * arrival of the same ledger row: same Message-ID and same digest.
 */
#ifndef STATE_LEDGER_H
#define STATE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/database.h"

enum { LEDGER_DIGEST_SIZE = 32 };

/* Where the mail belongs once it is handled. */
enum disposition {
    DISPOSITION_HANDLED,    /* answered, carried out, or needs no answer */
    DISPOSITION_DESK,       /* a person must look */
    DISPOSITION_QUARANTINE, /* could not be read */
};

const char *disposition_name(enum disposition disposition); /* "handled", "desk", "quarantine" */

struct arrival_key {
    const char *mailbox; /* name of the configuration section */
    int64_t uidvalidity;
    int64_t uid;
};

struct arrival {
    int64_t id;
    int64_t attempts;
    int64_t ledger_id; /* 0: not handled yet */
    bool filed;        /* the mail was moved to its folder */
};

/* Notes that the message was seen and will be tried now: one more attempt, in a transaction of its own. */
enum status arrival_attempt(struct database *database, const struct arrival_key *key, int64_t now,
                            struct arrival *ret_arrival, struct error *error);
/* The attempt failed for no fault of the message: it does not count. In a transaction of its own. */
enum status arrival_excuse(struct database *database, int64_t arrival_id, struct error *error);
/* Inside the message's transaction. */
enum status arrival_settle(struct database *database, int64_t arrival_id, int64_t ledger_id, struct error *error);
/* After the mail was moved. In a transaction of its own. */
enum status arrival_filed(struct database *database, int64_t arrival_id, int64_t now, struct error *error);

struct ledger_entry {
    int64_t id;
    const char *message_id; /* "" where the mail has none */
    unsigned char digest[LEDGER_DIGEST_SIZE];
    int64_t handled_at;
    const char *outcome; /* a word of decide.h: "cancelled", "ignored", "handover" … */
    const char *reason;  /* a word for why; never text of the mail; NULL for none */
    enum disposition disposition;
};

/* STATUS_NOT_FOUND: this message was never handled. */
enum status ledger_find(struct database *database, const char *message_id,
                        const unsigned char digest[LEDGER_DIGEST_SIZE], struct arena *arena,
                        struct ledger_entry *ret_entry, struct error *error);
/* Inside the message's transaction; sets entry->id. STATUS_CONFLICT: it is there already. */
enum status ledger_add(struct database *database, struct ledger_entry *entry, struct error *error);
/* What the message came to, once it is known: the row is added first, because letters point to it. */
enum status ledger_conclude(struct database *database, const struct ledger_entry *entry, struct error *error);

#endif
