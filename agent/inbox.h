/*
 * One inbox, worked off: oldest first, each mail handled in its transaction and then moved to its folder. A mail that
 * was handled before but not moved is only moved. A mail that cannot be handled stays where it is for this time and
 * never stops the rest; after [limits] attempts handle_message() puts it into quarantine.
 *
 * One line in the journal for each mail, without anything of its content.
 */
#ifndef AGENT_INBOX_H
#define AGENT_INBOX_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/mailbox.h"
#include "base/error.h"

enum {
    INBOX_PAGE = 50,         /* mails that are listed at once */
    INBOX_STUMBLES_MAX = 16, /* mails whose fetching failed that are remembered */
    INBOX_FETCHES_WHOLE = 2, /* after so many failures only the beginning is asked for */
    INBOX_FETCHES_MAX = 5,   /* after so many it goes to the desk unread */
};

/* A mail that the server could not hand out, or over which the connection broke. */
struct stumble {
    int64_t uid; /* 0: free */
    int failures;
};

struct inbox {
    struct agent *agent;
    const struct mailbox_configuration *configuration;
    const atomic_bool *stop;                    /* ends the work after the mail in hand; NULL: never */
    void (*alive)(void *data, int64_t seconds); /* before each mail: how long it may take; NULL for none */
    void (*letters)(void *data, size_t count);  /* letters went into the outbox; NULL for none */
    void *data;                                 /* of both */
    size_t handled;                             /* mails, since the beginning */
    int64_t uidvalidity;                        /* of the stumbles */
    struct stumble stumbles[INBOX_STUMBLES_MAX];
    size_t next_stumble;
};

/*
 * STATUS_OK: there is nothing more to do now. STATUS_UNAVAILABLE: the mailbox (see mailbox_is_broken).
 * Anything else: the database; nothing is lost, try again later.
 */
enum status inbox_work_off(struct inbox *inbox, struct mailbox *mailbox, struct error *error);

#endif
