/*
 * The configuration file: sections and keys in the manner of systemd's files.
 *
 *   # comment            [section]           [mailbox NAME]  (may be given several times)
 *   key = value
 *
 * One table (configuration.c) holds for each key its section, name, type, default and the
 * sentence that documents it; the commented example file is made from it. Errors
 * name file and line and what would be right; a value is never guessed.
 */
#ifndef AGENT_CONFIGURATION_H
#define AGENT_CONFIGURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

/* The file may be 256 KiB, a secret one line of 16 KiB (refresh tokens are long). */
enum { CONFIGURATION_FILE_MAX = 256 * 1024, CONFIGURATION_SECRET_MAX = 16 * 1024 };
#define CONFIGURATION_PATH "/etc/timepost/timepost.conf"

enum { CONFIGURATION_MAILBOXES_MAX = 64 };

enum tls_mode { TLS_IMPLICIT, TLS_STARTTLS, TLS_NONE /* loopback only */ };
enum auth_mode { AUTH_PASSWORD, AUTH_XOAUTH2, AUTH_NONE /* SMTP relays that ask for none */ };

/* How to reach and log in to one server. Secrets are only paths here; they are read at each connect. */
struct server_access {
    const char *host;
    int port; /* 0: the standard port of protocol and TLS mode */
    enum tls_mode tls;
    const char *ca_file; /* NULL: the system's */
    enum auth_mode auth;
    const char *user;
    const char *password_file;  /* a path, or a bare name: a systemd credential */
    const char *token_command;  /* xoauth2: prints an access token */
    const char *token_endpoint; /* xoauth2: else a refresh token is traded here */
    const char *client_id;
    const char *client_secret_file;
    const char *refresh_token_file;
    int64_t timeout; /* seconds for one answer of the server */
};

struct mailbox_configuration {
    const char *name; /* of the section */
    struct server_access access;
    const char *inbox;             /* "INBOX" */
    const char *handled_folder;    /* "Timepost/Handled": '/' is replaced by the server's delimiter */
    const char *desk_folder;       /* "Timepost/Desk" */
    const char *quarantine_folder; /* "Timepost/Quarantine" */
    int64_t poll_interval;         /* seconds; IDLE is used besides */
};

struct configuration {
    const char *path; /* where it was read; NULL: all defaults */
    /* [desk] */
    const char *address;  /* the mail address people write to; required by whatever sends */
    const char *name;     /* display name: "Politiet, timebestilling" */
    const char *zone;     /* key `timezone` */
    const char *handover; /* mail address for what concerns no office; NULL: the first office's desk */
    const char *language; /* of letters where nothing else is known: "nb" */
    const char *contact;  /* how to reach the police, a line in letters: "https://www.politiet.no/…" */
    const char *booking_prefix;
    const char *number_pattern;
    /* [database] */
    const char *database_path;  /* "/var/lib/timepost/timepost.db" */
    const char *token_key_file; /* NULL: credential "timepost.token-key", else DATABASE.key, made where there is none */
    /* [authentication] */
    const char *authserv_id;
    /* [self_service] */
    bool migrated_may_change; /* key `migrated` */
    /* [offer] */
    int64_t offer_times; /* how many times an offer lists */
    int64_t horizon_days;
    /* [reminder] */
    int64_t reminder_days;
    /* [limits] */
    int64_t letters_per_address; /* a day, of those that a mail causes */
    int64_t letters_per_booking;
    int64_t letters_per_hour; /* over all: the breaker */
    int64_t attempts;         /* before a mail goes to quarantine */
    /* [smtp] */
    struct server_access smtp;
    const char *helo;
    int64_t give_up_after; /* seconds a letter is tried */
    /* [mailbox NAME] */
    const struct mailbox_configuration *mailboxes;
    size_t mailbox_count;
    struct arena arena; /* owns every string above */
};

/* Reads `path`; NULL: /etc/timepost/timepost.conf if it is there, else defaults alone.
 * STATUS_NOT_FOUND, STATUS_INVALID ("FILE:LINE: …"). Free with configuration_free(). */
enum status configuration_read(const char *path, struct configuration *ret_configuration, struct error *error);
void configuration_free(struct configuration *configuration);

/* As configuration_read, of a text; `path` is what errors name. */
enum status configuration_parse(const char *path, const char *text, size_t length,
                                struct configuration *ret_configuration, struct error *error);

/* The commented example file, every key with its default. */
void configuration_example(struct buffer *out);

/* What `serve` needs and defaults cannot give: an address, a mailbox, an SMTP host. STATUS_INVALID names what is
 * missing. */
enum status configuration_check_for_service(const struct configuration *configuration, struct error *error);

/* Reads a secret: the file's first line; a bare name is looked for in $CREDENTIALS_DIRECTORY. STATUS_NOT_FOUND,
 * STATUS_DENIED, STATUS_INVALID (empty, too long, a NUL in it). Wipe it with configuration_forget(). */
enum status configuration_secret(const char *file_or_credential, struct buffer *secret, struct error *error);
void configuration_forget(struct buffer *secret);

/* Is this host this machine itself, as written? The only ones that may be spoken to without TLS. */
bool configuration_is_loopback(const char *host);

#endif
