/*
 * Transfer encodings: base64 and quoted-printable of bodies (RFC 2045 6), and
 * the B and Q of encoded words (RFC 2047 4).
 *
 * Nothing fails: what is no code stands for itself (quoted-printable) or is
 * passed over (base64). Results are of the arena and NUL-terminated, but may
 * hold NULs. libetpan decodes base64; its quoted-printable is not used, because
 * it reads beyond the end of a part that stops in the middle of a code.
 */
#ifndef PARSERS_TRANSFER_H
#define PARSERS_TRANSFER_H

#include <stddef.h>

#include "base/arena.h"

enum transfer_encoding {
    TRANSFER_BASE64,
    TRANSFER_QUOTED_PRINTABLE,
    TRANSFER_Q, /* quoted-printable in which '_' is a blank */
};

char *transfer_decode(struct arena *arena, enum transfer_encoding encoding, const char *bytes, size_t length,
                      size_t *ret_length);

/* The byte of two hexadecimal digits, -1 where they are none. */
int hexadecimal_byte(char high, char low);

#endif
