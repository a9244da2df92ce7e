/*
 * Capability tokens: the tag in a letter's reply address and Message-ID that only the mail to the registered
 * address carried. A token names a contact (and through it a booking) and the day it expires, followed by
 * 128 bits of a keyed hash (libsodium) over both, its use, and the contact's booking, token generation and address.
 * Written in lower-case base32 (RFC 4648) without padding and read without case, for local parts lose their case on the
 * way.
 */
#ifndef AGENT_TOKEN_H
#define AGENT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "state/booking.h"

enum {
    TOKEN_KEY_SIZE = 32,
    TOKEN_LENGTH = 37, /* characters of every token */
    TOKEN_TEXT_SIZE = TOKEN_LENGTH + 1,
    TOKEN_LOCAL_PART_MAX = 64, /* RFC 5321 4.5.3.1.1: "user+b-TOKEN" must fit */
};

/* Between the desk's local part and a token; bounce addresses are told apart so that mail servers can sort them. */
#define TOKEN_TAG_REPLY  "+"
#define TOKEN_TAG_BOUNCE "+b-"

struct token_key {
    unsigned char bytes[TOKEN_KEY_SIZE];
};

/*
 * Reads the key file (64 hex digits on one line), or makes it with mode 0600 where `create` is set and there is none;
 * of two processes that make it at once, both end with the key of the first.
 * STATUS_NOT_FOUND, STATUS_DENIED, STATUS_INVALID (no such line), STATUS_IO.
 */
enum status token_key_load(const char *path, bool create, const struct randomness *randomness,
                           struct token_key *ret_key, struct error *error);

enum token_use { TOKEN_REPLY, TOKEN_BOUNCE }; /* one is never good for the other */

/* Good until the end of the UTC day of `expires`. */
void token_make(const struct token_key *key, enum token_use use, const struct contact *contact, int64_t expires,
                char out[TOKEN_TEXT_SIZE]);

/* What an unverified token says; true if the text has the form of one. Look up the contact, then verify. */
bool token_read(const char *text, int64_t *ret_contact_id);

/* In constant time; false when forged, expired, revoked, or for another use. */
bool token_verify(const struct token_key *key, enum token_use use, const struct contact *contact, int64_t now,
                  const char *text);

#endif
