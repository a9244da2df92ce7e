/*
 * One message, the whole way: read, decide, change, answer, in one transaction.
 * Used by `serve` for each mail of a mailbox and by `timepost handle` for one.
 */
#ifndef AGENT_HANDLE_H
#define AGENT_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/letter.h"
#include "base/buffer.h"
#include "base/error.h"
#include "state/ledger.h"

struct handle_input {
    const char *bytes; /* the message; parts that are not needed may be left out, see mailbox.h */
    size_t length;
    bool abridged;                     /* parts were left out, or it is too large to be read: a person must look */
    const struct arrival_key *arrival; /* NULL: not from a mailbox */
    struct buffer *print;              /* not NULL: the answers are appended here instead of being sent */
};

struct handle_result {
    bool again; /* it was handled before: nothing was done */
    char outcome[32];
    char reason[64];
    char booking_number[BOOKING_NUMBER_SIZE]; /* "" for none or several */
    enum disposition disposition;
    int64_t arrival_id; /* 0 without an arrival */
    size_t letters;
};

/*
 * On failure nothing has changed but the count of attempts, and that only where the message may be to blame.
 * A message that failed [limits] attempts times before is not read again but
 * quarantined, and the desk is told; that counts as handled.
 */
enum status handle_message(struct agent *agent, const struct handle_input *input, struct handle_result *ret_result,
                           struct error *error);

/* Is this failure of handle_message() one of the database or the machine, which the next message would meet as well? */
bool handle_failed_everywhere(enum status status);

/* What became of the people of a booking that is told of. */
struct handle_told {
    size_t letters;
    size_t unreachable; /* contacts left out because a letter to them came back before */
    size_t unwritable;  /* contacts left out because their address cannot be written to */
};

/* Composes a letter about a booking to each of its reachable contacts and puts it in the outbox, inside a transaction.
 * A letter that is there already is no failure, and one contact that cannot be told keeps nobody else from it.
 * STATUS_INVALID: there is somebody to tell, and no address can be written to. */
enum status handle_tell_contacts(struct agent *agent, enum letter_kind kind, const struct booking *booking,
                                 const struct booking *former, bool only_while_true, struct handle_told *ret_told,
                                 struct error *error);

#endif
