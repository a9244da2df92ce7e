/*
 * What the receiving mail server found out about the sender: the
 * Authentication-Results header (RFC 8601) of one trusted server.
 *
 * Only the topmost such header is looked at, and only if its authserv-id is
 * exactly ours: everything below may have come with the mail. This holds for a
 * server that stamps every mail it takes in; one that stamps only some leaves
 * a forged header standing on top, and must not be named as trusted.
 *
 * What is malformed or ambiguous proves nothing. Servers copy parts of the
 * mail into comments without care, so a header must say the same whether
 * quotation marks count inside comments or not.
 */
#ifndef PARSERS_AUTHENTICATION_RESULTS_H
#define PARSERS_AUTHENTICATION_RESULTS_H

#include "parsers/message.h"
#include "parsers/reading.h"

/* `authserv_id` may be NULL: nobody is believed. Nothing passes for a From that is not single. */
struct authentication authentication_results_read(const struct message *message, const char *authserv_id);

/* The same of one header value, for the From domain given. */
struct authentication authentication_results_of_value(const char *value, const char *authserv_id,
                                                      const char *from_domain);

#endif
