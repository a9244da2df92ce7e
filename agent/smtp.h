/*
 * Handing one letter to the SMTP server, by libcurl, which keeps the connection for the next one (RFC 5321).
 *
 * What the server says of one letter and what is wrong with the server itself are kept apart: trouble with connection,
 * TLS, login, or our own sender address says nothing of the letter, so the caller keeps its letters and comes again.
 */
#ifndef AGENT_SMTP_H
#define AGENT_SMTP_H

#include <stddef.h>
#include <stdint.h>

#include "agent/configuration.h"
#include "base/error.h"

enum {
    SMTP_TEXT_SIZE = 400,
    SMTP_LOGIN_SECONDS = 600, /* a login, and its token, are used for so long; then a new connection is made */
};

enum smtp_outcome {
    SMTP_ACCEPTED,
    SMTP_LATER,           /* refused for now, or the connection broke before or after the body: try again */
    SMTP_REFUSED,         /* refused for good */
    SMTP_ADDRESS_REFUSED, /* refused for good, because there is no such address */
    SMTP_TROUBLE,         /* the server cannot be used at present */
};

struct smtp_reply {
    enum smtp_outcome outcome;
    int code;                  /* of the server's reply; 0: none */
    char text[SMTP_TEXT_SIZE]; /* the reply, or what happened, on one line without control characters */
};

struct smtp;

/* Nothing is connected yet. `access` and `helo` (NULL: the host's name) must outlive it. For one thread. */
enum status smtp_open(const struct server_access *access, const char *helo, struct smtp **ret_smtp,
                      struct error *error);
void smtp_close(struct smtp **smtp); /* says QUIT; accepts NULL inside; nulls it */

struct smtp_letter {
    const char *sender;
    const char *recipient;
    const char *message; /* CRLF, 7-bit */
    size_t length;
};

/* Always fills `reply`. Takes at most smtp_seconds_max(). */
void smtp_send(struct smtp *smtp, const struct smtp_letter *letter, struct smtp_reply *reply);
int64_t smtp_seconds_max(const struct server_access *access);

/* Connects and logs in, sends nothing. STATUS_DENIED, STATUS_UNAVAILABLE: see server_access.h. */
enum status smtp_probe(struct smtp *smtp, struct error *error);

#endif
