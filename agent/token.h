/*
 * Capability tokens: the tag in a letter's reply address and Message-ID that only the mail to the registered
 * address carried. A token names a contact (and through it a booking) and the day it expires, followed by
 * 128 bits of a keyed hash (libsodium) over both and the contact's token generation. Written in lower-case base32
 * without padding, for local parts lose their case on the way.
 */
#ifndef AGENT_TOKEN_H
#define AGENT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "state/booking.h"

enum { TOKEN_KEY_SIZE = 32, TOKEN_TEXT_SIZE = 48 /* with the NUL; local part "user+token" stays under 64 */ };

struct token_key {
    unsigned char bytes[TOKEN_KEY_SIZE];
};

/* Reads the key file (64 hex digits on one line), or makes it with mode 0600 where `create` is set and there is none.
 */
enum status token_key_load(const char *path, bool create, const struct randomness *randomness,
                           struct token_key *ret_key, struct error *error);

enum token_use { TOKEN_REPLY, TOKEN_BOUNCE }; /* one is never good for the other */

void token_make(const struct token_key *key, enum token_use use, const struct contact *contact, int64_t expires,
                char out[TOKEN_TEXT_SIZE]);

/* What an unverified token says; true if the text has the form of one. Look up the contact, then verify. */
bool token_read(const char *text, int64_t *ret_contact_id);

/* In constant time; false when forged, expired, revoked, or for another use. */
bool token_verify(const struct token_key *key, enum token_use use, const struct contact *contact, int64_t now,
                  const char *text);

#endif
