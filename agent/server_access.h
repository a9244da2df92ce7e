/*
 * What IMAP and SMTP have in common: a libcurl handle that verifies certificate and host name, speaks TLS 1.2 or
 * newer, logs in as configured, and a sentence for each way that can fail.
 *
 * Secrets are read here, handed to libcurl, and wiped.
 */
#ifndef AGENT_SERVER_ACCESS_H
#define AGENT_SERVER_ACCESS_H

#include <curl/curl.h>
#include <stdint.h>

#include "agent/configuration.h"
#include "base/error.h"

enum server_protocol { PROTOCOL_IMAP, PROTOCOL_SMTP };

/* An easy handle with what holds for every connection; curl_easy_cleanup() it. */
enum status server_access_handle(CURL **ret_handle, struct error *error);

/* Where to, with which TLS, and as whom. `path` follows host and port: "" or the name for SMTP's greeting.
 * STATUS_DENIED: password or token cannot be had; STATUS_UNAVAILABLE: a token endpoint that is down. */
enum status server_access_apply(const struct server_access *access, enum server_protocol protocol, const char *path,
                                CURL *handle, struct error *error);

/* Reads password or token anew into a handle that is used again: tokens expire. */
enum status server_access_login(const struct server_access *access, CURL *handle, struct error *error);

/* Fills `error` for a transfer that failed: host, what happened and what to check. `detail` is libcurl's own message,
 * "" for none. STATUS_DENIED: certificate, host name, login; STATUS_UNAVAILABLE: the rest. */
enum status server_access_failure(const struct server_access *access, enum server_protocol protocol, CURLcode code,
                                  const char *detail, struct error *error);

int server_access_port(const struct server_access *access, enum server_protocol protocol);

/* For deadlines: a clock that nobody sets. */
int64_t monotonic_milliseconds(void);

#endif
