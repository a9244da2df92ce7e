/*
 * Bookings, their contacts and their claims on the calendar.
 *
 * A booking claims its counter's five-minute quanta in a table whose key is
 * (counter, quantum): two bookings at one counter at one time cannot exist.
 * Every change raises the revision. All functions that change something must be
 * called inside a transaction and leave it to the caller to roll back.
 */
#ifndef STATE_BOOKING_H
#define STATE_BOOKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "state/database.h"
#include "state/office.h"
#include "state/service.h"

enum { QUANTUM_SECONDS = 300, BOOKING_CONTACTS_MAX = 8, BOOKING_NAME_MAX = 200 };

enum booking_status { BOOKING_CONFIRMED, BOOKING_CANCELLED };
enum booking_origin { ORIGIN_DESK, /* by an officer or a command */ ORIGIN_SELF, ORIGIN_MIGRATED };
enum contact_role { ROLE_APPLICANT, ROLE_REPRESENTATIVE, ROLE_EMPLOYER };

struct contact {
    int64_t id;
    int64_t booking_id;
    const char *address;
    const char *name;     /* NULL: of an applicant the booking's, else not known */
    const char *language; /* BCP 47 */
    enum contact_role role;
    int64_t token_generation; /* raised to make every token handed out so far invalid */
    bool reachable;           /* false after a bounce */
};

struct booking {
    int64_t id;
    const char *number;
    enum booking_status status;
    enum booking_origin origin;
    int64_t office_id;
    int64_t service_id;
    int64_t counter; /* number of the counter at the office, from 1 */
    int64_t start;
    int64_t end;
    int64_t revision; /* 0 when made; rises with each change */
    const char *name; /* whose visit it is */
    int people;       /* who come together, the named one included */
    int64_t created_at;
    int64_t updated_at;
};

const char *booking_status_name(enum booking_status status); /* "confirmed", "cancelled" */
const char *booking_origin_name(enum booking_origin origin); /* "desk", "self", "migrated" */
const char *contact_role_name(enum contact_role role);

struct booking_new {
    const char *prefix; /* of the number: "TP" */
    const struct office *office;
    const struct service *service;
    int64_t start;
    enum booking_origin origin;
    const char *name;
    int people;          /* who come together, the named one included; 0: one */
    const char *address; /* of the first contact */
    const char *language;
    int64_t now;
};

/*
 * Books the first free counter at `start`. STATUS_CONFLICT: all counters are taken. STATUS_INVALID: in the past,
 * outside opening hours (the error says when it is open) or in a closure, off the five-minute grid, more people than
 * the service allows, a name with control characters, an address that is none. Numbers are random and unused, with a
 * check digit (booking_number.h of parsers computes the same; state keeps its own because it knows nothing of mail).
 */
enum status booking_create(struct database *database, const struct booking_new *booking,
                           const struct randomness *randomness, struct arena *arena, struct booking *ret_booking,
                           struct error *error);

/* `number` in canonical form. */
enum status booking_find(struct database *database, const char *number, struct arena *arena,
                         struct booking *ret_booking, struct error *error);
enum status booking_by_id(struct database *database, int64_t id, struct arena *arena, struct booking *ret_booking,
                          struct error *error);

/* Claims the new time, then frees the old; raises the revision. The same errors as booking_create; a move to the
 * time it has already is STATUS_INVALID, and a booking that somebody changed since it was read STATUS_CONFLICT.
 * `booking` is brought up to date. */
enum status booking_move(struct database *database, struct booking *booking, const struct office *office,
                         const struct service *service, int64_t start, int64_t now, struct error *error);

/* Another counter at the time that it has, where its own serves no more. The same errors as booking_move(). */
enum status booking_reseat(struct database *database, struct booking *booking, const struct office *office,
                           const struct service *service, int64_t now, struct error *error);

/* Frees the claims; raises the revision. STATUS_INVALID if it is cancelled already, STATUS_CONFLICT as above. */
enum status booking_cancel(struct database *database, struct booking *booking, int64_t now, struct error *error);

enum status contact_list(struct database *database, int64_t booking_id, struct arena *arena,
                         const struct contact **ret_contacts, size_t *ret_count, struct error *error);
enum status contact_by_id(struct database *database, int64_t id, struct arena *arena, struct contact *ret_contact,
                          struct error *error);
enum status contact_set_unreachable(struct database *database, int64_t contact_id, struct error *error);

/* Confirmed bookings that end after `now` and have a contact of this address (whole string, no case), soonest first. */
enum status booking_list_by_address(struct database *database, const char *address, int64_t now, struct arena *arena,
                                    const struct booking **ret_bookings, size_t *ret_count, struct error *error);

/* Confirmed bookings of an office that start in [from, to), by start and counter. */
enum status booking_list_by_office(struct database *database, int64_t office_id, int64_t from, int64_t to,
                                   struct arena *arena, const struct booking **ret_bookings, size_t *ret_count,
                                   struct error *error);

/* Confirmed bookings of an office that start after `now` and that it would not take any more: it is closed then, or
 * their counter is given up, off duty, or serves something else. By start and counter. */
enum status booking_list_displaced(struct database *database, const struct office *office, int64_t now,
                                   struct arena *arena, const struct booking **ret_bookings, size_t *ret_count,
                                   struct error *error);

/* Confirmed bookings that start in [from, to) of any office, by id, after `after_id`, at most `limit`: for reminders in
 * pages. */
enum status booking_list_page(struct database *database, int64_t from, int64_t to, int64_t after_id, size_t limit,
                              struct arena *arena, const struct booking **ret_bookings, size_t *ret_count,
                              struct error *error);

#endif
