/*
 * Access tokens for servers that log in with XOAUTH2 (Exchange Online, Gmail): from a program that prints one, or from
 * a token endpoint that trades a refresh token for one (RFC 6749 section 6).
 *
 * A token is fetched at each connect and never kept. The program is started without a shell: its words are split at
 * blanks and nothing is expanded; standard error is ours, so what it complains of is in the journal. An endpoint that
 * hands out another refresh token (RFC 6749 section 6: the client must replace it) finds it written to
 * refresh_token_file, where that is a file that may be written; a systemd credential may not.
 */
#ifndef AGENT_OAUTH_H
#define AGENT_OAUTH_H

#include "agent/configuration.h"
#include "base/buffer.h"
#include "base/error.h"

enum { OAUTH_TOKEN_MAX = 16 * 1024, OAUTH_ANSWER_MAX = 64 * 1024 };

/* Within access->timeout. STATUS_DENIED: the program failed, or the endpoint refused; STATUS_UNAVAILABLE: too slow, or
 * not reached. Forget the token with configuration_forget(). */
enum status oauth_token(const struct server_access *access, struct buffer *token, struct error *error);

#endif
