/*
 * What kind of mail this is, before anybody reads what it says: the first gate
 * against mail loops.
 *
 * Headers decide first, structure second, words last and only as a hint, for
 * people's rules and old servers send automatic answers without a header.
 * X-Auto-Response-Suppress is no sign: Exchange sets it on people's mail.
 */
#ifndef PARSERS_ENVELOPE_H
#define PARSERS_ENVELOPE_H

#include "parsers/message.h"
#include "parsers/reading.h"

/* The header that every letter of ours carries. */
#define ENVELOPE_LETTER_HEADER "X-Timepost-Letter"

/* What the caller knows; every field may be NULL or empty. Phrases are compared without case, in any language. */
struct envelope_hints {
    const char *desk_address;
    const struct calendar_answer *calendar; /* what calendar_answer_read() found */
    struct string_list
        auto_reply_subjects;              /* "Automatisk svar": at the start of a subject, a colon or its end behind */
    struct string_list auto_reply_bodies; /* "this message was sent automatically": anywhere in the new text */
    struct string_list receipt_subjects;  /* "Ikke lest": as auto_reply_subjects */
    const char *text;                     /* what the writer newly wrote */
};

enum message_kind envelope_kind(const struct message *message, const struct envelope_hints *hints);

#endif
