/*
 * Letters: from an outcome and a booking to a complete RFC 5322 message.
 *
 * The texts are logic-less Mustache templates (template.h), one folder a
 * language under templates/, compiled into the program; a missing letter or an
 * unknown name stops the build. Text of people reaches a header only encoded.
 */
#ifndef AGENT_LETTER_H
#define AGENT_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/configuration.h"
#include "agent/reason.h"
#include "agent/token.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/zone.h"
#include "parsers/reading.h"
#include "state/booking.h"
#include "state/calendar.h"
#include "state/office.h"

enum letter_kind {
    LETTER_CONFIRMATION,
    LETTER_MOVED,
    LETTER_MOVED_BY_OFFICE, /* which closed, or has fewer counters */
    LETTER_CANCELLED,
    LETTER_OFFER, /* free times for a booking that is to be moved */
    LETTER_TAKEN, /* as offer, after a wished time that cannot be had */
    LETTER_CANNOT,
    LETTER_ASK,
    LETTER_ASK_WHICH, /* of several bookings */
    LETTER_ASK_ON_FILE,
    LETTER_STATUS,
    LETTER_REMINDER,
    LETTER_HANDED_OVER, /* to the writer: a person will answer */
    LETTER_DESK,        /* to the desk: why, and the mail attached where it is about one */
    LETTER_KIND_COUNT,
};

/* "confirmation", "moved", … : template file name, outbox kind, loop-header value. */
const char *letter_kind_name(enum letter_kind kind);

/* A mail of more than this goes to the desk as its header alone. */
enum {
    LETTER_ORIGINAL_MAX = 1024 * 1024,
    LETTER_REFERENCES_MAX = 8,
    LETTER_TOKEN_DAYS = 30 /* after the appointment */
};

struct letters;

/* Compiles the built-in templates and checks them, see letter_text.h. STATUS_INVALID names template file and line. */
enum status letters_open(struct letters **ret_letters, struct error *error);
void letters_close(struct letters **letters); /* accepts NULL inside; nulls it */

/* Is there a folder of templates for this language? */
bool letters_speak(const struct letters *letters, const char *language);

/* One of the bookings that the writer may mean. */
struct letter_choice {
    const struct booking *booking;
    const struct office *office;
    const struct service *service;
    struct zone *zone;
    bool changeable; /* as below */
};

struct letter_input {
    enum letter_kind kind;
    const struct configuration *configuration;
    const struct token_key *token_key;
    const struct randomness *randomness;
    int64_t now;
    const char *language;          /* wished; falls back to the configuration's */
    const struct booking *booking; /* NULL only for ask_which, handed_over and desk */
    const struct booking *former;  /* moved: as it was before; else NULL */
    const struct office *office;   /* of the booking; NULL with it */
    struct zone *zone;             /* the office's; NULL with it */
    const struct service *service;
    const struct contact *contact; /* whom it is for; NULL: `recipient` */
    const char *recipient;         /* address where there is no contact: the desk, a writer who is handed over */
    const struct slot *slots;      /* offer and taken */
    size_t slot_count;
    const struct letter_choice *choices; /* ask_which */
    size_t choice_count;
    int64_t wished;                /* taken: the time that was wished; 0 for none */
    bool changeable;               /* may its people change the booking by mail? Else the letter has no links */
    enum reason reason;            /* cannot, ask, status, desk: said in the letter's language */
    const struct reading *reading; /* the mail that is answered, or that the desk gets; NULL for none */
    const char *original;          /* desk: the mail to attach, as it came; NULL for none */
    size_t original_length;
    bool headers_only;     /* attach no more than its header */
    const char *unreached; /* desk: the address that a letter did not reach; NULL for none */
};

struct letter {
    const char *message_id; /* without angle brackets */
    const char *sender;     /* envelope */
    const char *recipient;  /* envelope */
    const char *message;    /* 7-bit, CRLF */
    size_t length;
};

/* Can letters come from [desk] address? STATUS_INVALID says why not: it is missing, or too long for reply addresses. */
enum status letter_check_desk(const struct configuration *configuration, struct error *error);

/* Composes; memory is of `arena`. STATUS_INVALID: an address that cannot be written to, or the desk has none. */
enum status letter_compose(const struct letters *letters, const struct letter_input *given, struct arena *arena,
                           struct letter *ret_letter, struct error *error);

#endif
