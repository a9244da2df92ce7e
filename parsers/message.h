/*
 * A message (RFC 5322, MIME) as a plain value: decoded headers and the parts of
 * its body in tree order, with the text of each text part as clean UTF-8.
 *
 * Nothing fails: whatever bytes come in, a message comes out. What exceeds a
 * limit is left out and `overflow` is set. Everything is of the arena; nothing
 * points into the bytes or into a library.
 *
 * The tree is split here, within the limits below, and not by libetpan's
 * recursive mailmime_parse(), whose stack and time grow with nesting and which
 * drops a whole multipart for one empty part. libetpan reads what is flat:
 * base64, addresses, dates.
 */
#ifndef PARSERS_MESSAGE_H
#define PARSERS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "parsers/header.h"
#include "parsers/reading.h"

enum {
    MESSAGE_PARTS_MAX = 256,        /* of a message and all messages in it */
    MESSAGE_DEPTH_MAX = 16,         /* multiparts and messages inside each other */
    MESSAGE_TEXT_MAX = 1024 * 1024, /* decoded bytes of one text part before the charset; the rest is cut */
    MESSAGE_NONE = -1,              /* no such part */
};

struct message_part {
    int parent;       /* index of the multipart that holds it, MESSAGE_NONE for the root */
    int depth;        /* 0 for the root */
    int alternative;  /* index of the nearest multipart/alternative around it, else MESSAGE_NONE */
    const char *type; /* "text/plain", in lower case, never NULL; of application/octet-stream what the name tells */
    bool attachment;  /* Content-Disposition says so */
    const char *file_name;            /* NULL for none */
    struct header_field content_type; /* for its parameters: charset, format, delsp, method, report-type */
    const char *text;                 /* of text/ parts, delivery reports and calendars: lines as sent
                                       * (format=flowed is not joined); NULL for every other type */
    const struct message *message;    /* of message/rfc822, message/global and text/rfc822-headers; else NULL */
};

struct message {
    struct header_list headers;
    const char *subject;    /* decoded; NULL where absent */
    const char *message_id; /* without angle brackets; NULL where absent */
    bool has_date;
    int64_t date;
    struct address from;           /* the first usable one; address NULL where From is missing or broken */
    bool from_single;              /* exactly one From header, which is exactly one address */
    struct address reply_to;       /* address NULL where absent */
    struct address_list to;        /* To, Cc, Delivered-To, X-Original-To, without doubles */
    struct string_list references; /* In-Reply-To first, then References from the newest */
    const struct message_part *parts;
    size_t part_count; /* at least 1 */
    const char *plain; /* the inline text/plain parts, one below the other; NULL for none */
    const char *html;  /* the inline text/html parts likewise */
    bool overflow;     /* a limit was met: something of the message was not read */
};

/* Reads at most PARSER_MESSAGE_MAX bytes. Never returns NULL. */
const struct message *message_read(struct arena *arena, const char *bytes, size_t length);

/* The raw value of the `index`th header of that name, 0 being the topmost; NULL where there are not so many.
 * header_decode() makes it readable. */
const char *message_header(const struct message *message, const char *name, size_t index);

/* A parameter of the part's Content-Type; NULL where there is none. */
const char *message_part_parameter(const struct message_part *part, const char *name);

/* The first part of that type, not looking into messages inside; NULL where there is none. */
const struct message_part *message_find_part(const struct message *message, const char *type);

/* The first message that is attached (message/rfc822), NULL where there is none. Its own may hold a further one. */
const struct message *message_attached(const struct message *message);

/*
 * True where the plain body is only a stand-in for the HTML one: it is blank, or it is a few words ("this message needs
 * an HTML viewer") that do not stand in `html_text`, the text of the HTML body.
 */
bool message_plain_is_stub(const char *plain, const char *html_text);

/* Names of parts that hold a mail which cannot be read here (winmail.dat, .msg, smime.p7m), with commas; NULL: none. */
const char *message_unreadable_names(const struct message *message, struct arena *arena);

#endif
