/* The audit trail: who did what to which booking, and because of which mail. Rows are only added (a trigger refuses
 * the rest). No text of a mail and no name goes in. */
#ifndef STATE_AUDIT_H
#define STATE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/database.h"

struct audit_entry {
    int64_t id;
    int64_t at;
    const char *actor;     /* "mail", "command", "timer", "courier" */
    const char *action;    /* "booked", "moved", "cancelled", "asked back" … */
    const char *authority; /* "holder", "known", "claimed", "stranger"; NULL for a command */
    int64_t booking_id;    /* 0 for none */
    int64_t revision;
    int64_t ledger_id;  /* 0 for none */
    const char *detail; /* machine words: "from=2024-06-11T08:00:00Z to=…"; NULL for none */
};

/* Inside the transaction of what it tells of. */
enum status audit_add(struct database *database, const struct audit_entry *entry, struct error *error);
enum status audit_list(struct database *database, int64_t booking_id, struct arena *arena,
                       const struct audit_entry **ret_entries, size_t *ret_count, struct error *error);

#endif
