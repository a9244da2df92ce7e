/*
 * Offices with their counters, opening hours and neighbours.
 * A code is the short name that people type: lower-case letters, digits, '-', at most 32.
 */
#ifndef STATE_OFFICE_H
#define STATE_OFFICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/holiday.h"
#include "state/database.h"
#include "state/hours.h"
#include "state/service.h"

enum {
    OFFICE_COUNTERS_MAX = 200,
    OFFICE_TEXT_MAX = 200, /* bytes of a name or address */
    OFFICE_NEIGHBOURS_MAX = 20,
    OFFICE_SERVICES_MAX = 100, /* that a counter can be limited to */
};

/* A counter that serves some services only. */
struct counter_limit {
    int counter; /* its number, from 1 */
    const char *const *services;
    size_t service_count; /* not 0 */
};

struct office {
    int64_t id;
    const char *code;
    const char *name;
    const char *address;
    const char *desk; /* mail address of the people there; NULL for none */
    const char *zone; /* IANA name */
    int counters;     /* in use; they have the numbers from 1 */
    enum holiday_country holidays;
    const struct opening_hours *hours; /* by weekday and time, as opening_hours_parse() gives them */
    size_t hours_count;
    const struct timetable *timetables; /* what counts instead of `hours`; no two overlap */
    size_t timetable_count;
    const struct counter_limit *limits; /* by counter */
    size_t limit_count;
    const char *const *neighbours; /* codes of offices nearby, the first first */
    size_t neighbour_count;
};

const char *holiday_country_name(enum holiday_country country); /* "none", "norway" */

/* Writes the office with its counters 1 … counters, in a transaction of its own. STATUS_CONFLICT: the code exists.
 * STATUS_INVALID: the error says what is wrong. STATUS_NOT_FOUND: a service or neighbour is unknown. */
enum status office_add(struct database *database, const struct office *office, struct error *error);

/*
 * Makes the office of this code be as `office` says, or adds it. Inside a transaction. Bookings are left as they are,
 * also where the office is closed then or the counter is no more. Neighbours must be there: office_set_neighbours()
 * sets them once all offices are. The same errors as office_add().
 */
enum status office_set(struct database *database, const struct office *office, struct error *error);
enum status office_set_neighbours(struct database *database, const struct office *office, struct error *error);

enum status office_find(struct database *database, const char *code, struct arena *arena, struct office *ret_office,
                        struct error *error); /* STATUS_NOT_FOUND names the codes there are */
enum status office_by_id(struct database *database, int64_t id, struct arena *arena, struct office *ret_office,
                         struct error *error);
enum status office_list(struct database *database, struct arena *arena, const struct office **ret_offices,
                        size_t *ret_count, struct error *error);

/* "no office “olso” (there are: oslo, bergen)"; for this folder. */
enum status office_refuse_code(struct database *database, const char *sql, const char *what, const char *code,
                               struct error *error);

#endif
