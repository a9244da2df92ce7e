/*
 * The reading of one message: everything the agent understood from it, as one
 * plain value. It holds no pointer into a library and no function, so that it
 * can cross a pipe; every string is UTF-8 without control characters other
 * than newline and tab, or NULL where the message says nothing; all memory is
 * of the arena given to parser_read(). docs/parse.md describes the JSON form.
 */
#ifndef PARSERS_READING_H
#define PARSERS_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of one reading. What is more is left out and `overflow` is set. */
enum {
    READING_REQUESTS_MAX = 16,
    READING_TIMES_MAX = 16,     /* in one request */
    READING_ADDRESSES_MAX = 64, /* in one header */
    READING_REFERENCES_MAX = 32,
    READING_TEXT_MAX = 64 * 1024,
    BOOKING_NUMBER_SIZE = 32, /* canonical number with its NUL */
    LANGUAGE_SIZE = 12,       /* BCP 47 with its NUL */
};

enum message_kind {
    KIND_REQUEST,
    KIND_CALENDAR, /* an iTIP REPLY or COUNTER */
    KIND_AUTO_REPLY,
    KIND_BOUNCE,  /* delivery status */
    KIND_RECEIPT, /* disposition notification */
    KIND_LIST,    /* bulk or mailing list */
    KIND_OWN,     /* a mail this agent sent */
};

enum intent {
    INTENT_UNCLEAR,
    INTENT_CANCEL,
    INTENT_RESCHEDULE,
    INTENT_BOOK,
    INTENT_TIMES,
    INTENT_EARLIER,
    INTENT_CONFIRM,
    INTENT_LATE,
    INTENT_ARRIVED,
    INTENT_STATUS,
    INTENT_UNDO,
    INTENT_QUESTION,
    INTENT_THANKS,
    INTENT_COUNT,
};

enum grain { GRAIN_MINUTE, GRAIN_HOUR, GRAIN_PART, GRAIN_DAY, GRAIN_WEEK, GRAIN_MONTH };
enum stance { STANCE_WANT, STANCE_AVOID, STANCE_CURRENT };

/* A time that the writer named: [start, end), UTC seconds. */
struct time_span {
    int64_t start;
    int64_t end;
    enum grain grain;
    enum stance stance;
};

struct address {
    const char *name;    /* NULL where there is none */
    const char *address; /* domain in lower case */
};

struct address_list {
    const struct address *items;
    size_t count;
};

struct string_list {
    const char *const *items;
    size_t count;
};

struct request {
    enum intent intent;
    char booking_number[BOOKING_NUMBER_SIZE]; /* canonical, "" for none */
    struct time_span times[READING_TIMES_MAX];
    size_t time_count;
    const char *place;
    bool certain; /* acting without asking back is right */
};

/* The mail that the writer passed on, the innermost of nested ones. */
struct forwarded {
    struct address from; /* address NULL where the forward names none */
    struct address_list to;
    bool has_date;
    int64_t date;
    const char *subject;
    const char *text;
};

/* What the trusted Authentication-Results header says; see authentication_results.h. */
struct authentication {
    bool present;      /* there is a header of the configured authserv-id */
    bool dmarc_pass;   /* dmarc=pass, header.from equal to the domain of From where it is stated */
    bool dkim_aligned; /* dkim=pass with header.d equal to the domain of From */
};

/* A delivery report: KIND_BOUNCE. */
struct bounce {
    const char *recipient;           /* address that could not be reached */
    const char *status;              /* "5.1.1" */
    const char *original_message_id; /* without angle brackets */
    bool permanent;                  /* failed for good, not only delayed */
};

/* A calendar answer: KIND_CALENDAR. */
struct calendar_answer {
    const char *method; /* "REPLY" or "COUNTER" */
    const char *uid;
    const char *attendee; /* address */
    const char *partstat; /* "ACCEPTED", "DECLINED", "TENTATIVE" or NULL */
    bool has_sequence;
    int64_t sequence;
    const char *comment;
    bool has_time; /* the time that the answer carries: in a COUNTER the proposed one */
    int64_t start;
    int64_t end;
};

struct reading {
    enum message_kind kind;
    const char *message_id; /* without angle brackets */
    const char *subject;
    bool has_date;
    int64_t date;
    struct address from;     /* address NULL where From is missing or broken */
    bool from_single;        /* exactly one From header with exactly one address: only then it can identify anybody */
    struct address reply_to; /* address NULL where absent */
    struct address_list to;  /* To, Cc, Delivered-To, X-Original-To: where an address tag may be */
    struct string_list references; /* In-Reply-To first, then References from the newest; no angle brackets */
    struct authentication authentication;
    char language[LANGUAGE_SIZE];      /* "und" where it cannot be told */
    const char *text;                  /* what the writer newly wrote; "" for nothing */
    const struct forwarded *forwarded; /* NULL for none */
    const struct bounce *bounce;
    const struct calendar_answer *calendar;
    struct request requests[READING_REQUESTS_MAX];
    size_t request_count;
    const char *
        attachment_names_skipped; /* what could not be read and a person should look at: "winmail.dat"; NULL for none */
    bool overflow;                /* a limit was met: parts, depth, size. A person must look. */
};

/* The words of PARSE.md's tables; never NULL. */
const char *message_kind_name(enum message_kind kind);
const char *intent_name(enum intent intent);
const char *grain_name(enum grain grain);
const char *stance_name(enum stance stance);

/* The reverse, for what comes back from a store or a pipe. False where there is no such word. */
bool intent_from_name(const char *name, enum intent *ret_intent);

#endif
