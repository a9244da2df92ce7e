/*
 * Writes messages: RFC 5322 header fields with RFC 2047 encoded words, MIME bodies with libetpan's encoders.
 * What comes out is 7-bit with CRLF, lines of at most 78 characters where that is possible and never of more than
 * 998. Control characters of the input become blanks in headers, so no text can begin another field.
 */
#ifndef AGENT_MIME_WRITER_H
#define AGENT_MIME_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* "Subject: TEXT": free text, UTF-8. */
void mime_write_text_field(struct buffer *out, const char *name, const char *text);

/* "To: NAME <ADDRESS>"; `name` may be NULL. The address must be ASCII and without blanks: see letter.c. */
void mime_write_address_field(struct buffer *out, const char *name, const char *display_name, const char *address);

/* "Auto-Submitted: auto-replied": our own words, as they are. */
void mime_write_plain_field(struct buffer *out, const char *name, const char *value);

/* "Date: Tue, 11 Jun 2024 08:30:00 +0000". */
void mime_write_date_field(struct buffer *out, int64_t time);

enum mime_encoding { MIME_7BIT, MIME_QUOTED_PRINTABLE, MIME_BASE64 };

struct mime_part {
    const char *type;        /* "text/plain; charset=utf-8" */
    const char *disposition; /* "attachment; filename=\"mail.eml\""; NULL for none */
    enum mime_encoding encoding;
    const char *bytes;
    size_t length;
};

/* Content-Type and encoding, a blank line, and the content of one part. */
void mime_write_part(struct buffer *out, const struct mime_part *part);

/* The same of a multipart ("multipart/mixed"). The boundary must be a token that stands in no part. */
void mime_write_multipart(struct buffer *out, const char *type, const char *boundary, const struct mime_part *parts,
                          size_t count);

#endif
