/*
 * From the bytes of a message to its reading. This is the only reading of a
 * mail anywhere in the program.
 *
 * Pure: no database, no network, no clock but `now`. Whatever bytes come in, a
 * reading comes out. A parser is made once (patterns and lexicons are compiled
 * then) and used by one thread at a time.
 */
#ifndef PARSERS_PARSER_H
#define PARSERS_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "parsers/reading.h"

struct parser;

struct parser_options {
    const char *zone;           /* IANA name; NULL: Europe/Oslo */
    const char *booking_prefix; /* NULL: "TP" */
    const char *number_pattern; /* PCRE2 with a group named "number"; NULL: the canonical form */
    const char *desk_address;   /* the agent's own address, to know its own mail; NULL where not configured */
    const char *authserv_id;    /* whose Authentication-Results are believed; NULL: nobody's */
};

/* STATUS_INVALID for an unknown zone or a bad pattern. The options are copied. */
enum status parser_new(const struct parser_options *options, struct parser **ret_parser, struct error *error);
void parser_free(struct parser **parser); /* accepts NULL inside; nulls it */

/* `now` stands for the clock where it is not 0: relative dates are then read from it and not from
 * the Date header; `clock_now` is the real time, used where `now` is 0 and Date is not plausible. */
struct parser_time {
    int64_t now;
    int64_t clock_now;
};

/* Largest message that is parsed as a whole; of a larger one only this much is read and `overflow` is set. */
enum { PARSER_MESSAGE_MAX = 2 * 1024 * 1024 };

void parser_read(struct parser *parser, const char *bytes, size_t length, struct parser_time time, struct arena *arena,
                 struct reading *reading);

/* As parser_read, of a bare UTF-8 text body (`timepost parse --text`). */
void parser_read_text(struct parser *parser, const char *text, size_t length, struct parser_time time,
                      struct arena *arena, struct reading *reading);

/* The JSON object of PARSE.md on one line without a newline, times in the parser's zone. */
struct buffer;
void reading_json(struct parser *parser, const struct reading *reading, bool pretty, struct buffer *out);

#endif
