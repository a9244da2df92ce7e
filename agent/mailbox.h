/*
 * One IMAP mailbox: libcurl opens, verifies and logs in; libetpan speaks IMAP on that connection
 * (libetpan itself verifies nothing and never opens one). UIDs and BODY.PEEK
 * only: people read the box too, so \Seen is not our state. A mail is moved with MOVE,
 * else COPY and, after its OK, STORE and UID EXPUNGE; never a bare EXPUNGE.
 *
 * Any protocol or stream error: close and connect again, with back-off by the caller.
 * STATUS_DENIED: certificate, host name, or password (the error says which and what to do).
 * STATUS_UNAVAILABLE: everything that may be better later.
 */
#ifndef AGENT_MAILBOX_H
#define AGENT_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/configuration.h"
#include "base/arena.h"
#include "base/error.h"
#include "state/ledger.h"

struct mailbox;

/* Messages up to this size are fetched whole; of larger ones the structure, the headers and the text parts, each
 * capped, from which an abridged message of the same shape is put together. */
enum {
    MAILBOX_WHOLE_MAX = 256 * 1024,
    MAILBOX_PART_MAX = 128 * 1024,
    MAILBOX_PARTS_MAX = 32,
    MAILBOX_TEXT_MAX = 1024 * 1024, /* all text parts of one message */
    MAILBOX_HEADER_MAX = 64 * 1024,
    MAILBOX_LEAVES_MAX = 256, /* parts of any kind that an abridged message still shows */
    MAILBOX_DEPTH_MAX = 16,
};

/* Connects, makes the folders that are missing, selects the inbox. `wake` is a descriptor that
 * becomes readable when the caller wants the mailbox to stop connecting (STATUS_INTERRUPTED) or waiting; -1: none.
 * Takes at most mailbox_open_seconds_max(). */
enum status mailbox_open(const struct mailbox_configuration *configuration, int wake, struct mailbox **ret_mailbox,
                         struct error *error);
int64_t mailbox_open_seconds_max(const struct mailbox_configuration *configuration);
void mailbox_close(struct mailbox **mailbox); /* says LOGOUT where it can; accepts NULL inside; nulls it */

int64_t mailbox_uidvalidity(const struct mailbox *mailbox);

struct mailbox_item {
    int64_t uid;
    int64_t size;
    bool beginning_only; /* for the caller to set where a fetch failed before: asks for no structure, only for the
                            first MAILBOX_PART_MAX bytes */
};

/* The oldest messages of the inbox, at most `limit`, of UIDs after `after_uid`. What is marked as deleted is left
 * out: it was copied to its folder on a server that can neither move nor expunge single mails. */
enum status mailbox_list(struct mailbox *mailbox, int64_t after_uid, size_t limit, struct arena *arena,
                         const struct mailbox_item **ret_items, size_t *ret_count, struct error *error);

struct mailbox_message {
    const char *bytes;
    size_t length;
    bool abridged;
};

/* STATUS_NOT_FOUND: somebody else has moved it. An abridged message is the same each time, for its digest counts. */
enum status mailbox_fetch(struct mailbox *mailbox, const struct mailbox_item *item, struct arena *arena,
                          struct mailbox_message *ret_message, struct error *error);

/* Moves to the folder of the disposition. A message that is gone already is no failure. */
enum status mailbox_file(struct mailbox *mailbox, int64_t uid, enum disposition disposition, struct error *error);

/* Calls `alive` before each command, with how many seconds it may take at most: for a watchdog. */
void mailbox_on_command(struct mailbox *mailbox, void (*alive)(void *data, int64_t seconds), void *data);

/* Is the connection of no use any more? Every call fails then. */
bool mailbox_is_broken(const struct mailbox *mailbox);

/* Waits with IDLE (NOOP where the server has none) until something happens, `seconds` pass, or `wake` is readable. */
enum status mailbox_wait(struct mailbox *mailbox, int64_t seconds, struct error *error);

#endif
