/*
 * Delivery reports: RFC 3464 (and 6533), and what qmail, Exim and others send
 * without a delivery-status part.
 *
 * Read only after the envelope says that the message is one; a report can be
 * forged, so the caller binds it to a letter of ours before it believes it.
 */
#ifndef PARSERS_BOUNCE_H
#define PARSERS_BOUNCE_H

#include "base/arena.h"
#include "parsers/message.h"
#include "parsers/reading.h"

/* Never NULL: fields that the report does not tell are NULL in it. */
const struct bounce *bounce_read(struct arena *arena, const struct message *message);

#endif
