/* What mailbox.c and mailbox_fetch.c share, and what tests need to put a scripted server under a mailbox. */
#ifndef AGENT_MAILBOX_PRIVATE_H
#define AGENT_MAILBOX_PRIVATE_H

#include <libetpan/libetpan.h>

#include "agent/imap_stream.h"
#include "agent/mailbox.h"

struct mailbox {
    const struct mailbox_configuration *configuration;
    int wake;
    mailimap *session;
    struct imap_stream *stream; /* owned by the session */
    bool can_move;
    bool can_expunge_uid;
    bool can_idle;
    char delimiter;                                  /* of folder names; '\0': the server has none */
    const char *prefix;                              /* of the personal namespace */
    const char *inbox;                               /* names as the server writes them */
    const char *folders[DISPOSITION_QUARANTINE + 1]; /* by disposition */
    void (*alive)(void *data, int64_t seconds);
    void *alive_data;
    struct arena arena; /* owns the names */
};

/* mailbox_open over a connection that is logged in; takes it over, also on failure. */
enum status mailbox_open_on(const struct mailbox_configuration *configuration, struct connection connection, int wake,
                            struct mailbox **ret_mailbox, struct error *error);

/* Before each command: its deadline, and how many bytes the answer may have. */
void mailbox_command(struct mailbox *mailbox, size_t answer_max);

/* What a command's code means; breaks the stream where the conversation cannot go on. */
enum status mailbox_result(struct mailbox *mailbox, int code, const char *what, struct error *error);

enum { MAILBOX_ANSWER_MAX = 16 * 1024 * 1024, MAILBOX_ANSWER_EXTRA = 64 * 1024 };

#endif
