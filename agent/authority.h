/*
 * Who may do what: the one function that decides. See the table in docs/architecture.md.
 */
#ifndef AGENT_AUTHORITY_H
#define AGENT_AUTHORITY_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/token.h"
#include "base/arena.h"
#include "base/error.h"
#include "parsers/reading.h"
#include "state/booking.h"
#include "state/database.h"

enum authority {
    AUTHORITY_STRANGER, /* no booking is concerned */
    AUTHORITY_CLAIMED,  /* only a number, or an address without a DMARC pass */
    AUTHORITY_KNOWN,    /* From equals a contact of the booking, and DMARC passes */
    AUTHORITY_HOLDER,   /* a valid token for this booking */
    AUTHORITY_COUNT,
};

const char *authority_name(enum authority authority); /* "stranger", …; never NULL */

struct authority_finding {
    enum authority authority;
    int64_t contact_id; /* whom the answer goes to: the holder's or known contact; 0 for claimed and stranger */
};

/*
 * Establishes the sender's authority over one booking. Only From identifies, and only
 * where there is exactly one From with exactly one address; addresses are compared as whole strings, without case.
 * Reply-To, Sender and what a forwarded mail says identify nobody.
 */
enum status authority_establish(struct database *database, const struct token_key *key, const struct reading *reading,
                                const struct booking *booking, int64_t now, struct arena *arena,
                                struct authority_finding *ret_finding, struct error *error);

/* Is From proven to be the writer, so that an address on file may be compared with it? */
bool authority_from_is_proven(const struct reading *reading);

/* The booking that a valid reply token in To or References points to; STATUS_NOT_FOUND. */
enum status authority_token_booking(struct database *database, const struct token_key *key,
                                    const struct reading *reading, int64_t now, struct arena *arena,
                                    struct booking *ret_booking, struct error *error);

/* For bounces: the contact that a valid bounce token in the recipients names; STATUS_NOT_FOUND. */
enum status authority_bounce_contact(struct database *database, const struct token_key *key,
                                     const struct reading *reading, int64_t now, struct arena *arena,
                                     struct contact *ret_contact, struct error *error);

#endif
