/*
 * Offices with their counters, opening hours and services.
 * A code is the short name that people type: lower-case letters, digits, '-', at most 32.
 */
#ifndef STATE_OFFICE_H
#define STATE_OFFICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/database.h"

enum { OPENING_HOURS_MAX = 64, OFFICE_COUNTERS_MAX = 200, OFFICE_TEXT_MAX = 200 /* bytes of a name or address */ };

struct opening_hours {
    int weekday; /* 1 Monday … 7 Sunday */
    int opens;   /* minutes after midnight, office time; a multiple of 5 */
    int closes;  /* exclusive */
};

struct office {
    int64_t id;
    const char *code;
    const char *name;
    const char *address;
    const char *desk; /* mail address of the people there; NULL for none */
    const char *zone; /* IANA name */
    int counters;
    const struct opening_hours *hours; /* by weekday and time, as opening_hours_parse() gives them */
    size_t hours_count;
};

struct service_name {
    const char *language;
    const char *name;
};

struct service {
    int64_t id;
    const char *code;
    int minutes; /* a multiple of 5 */
    const struct service_name *names;
    size_t name_count;
};

/*
 * Reads "mon-fri 08:00-15:00", "mon,wed 09:00-11:30; thu 12:00-18:00 ": days or
 * ranges of days, then one or more windows separated by spaces, parts separated by ';' .
 * STATUS_INVALID names the part and what would be right (overlaps and times off the five-minute grid too).
 */
enum status opening_hours_parse(const char *text, struct arena *arena, const struct opening_hours **ret_hours,
                                size_t *ret_count, struct error *error);
/* The same form back: "mon-fri 08:00-15:00". */
const char *opening_hours_format(const struct opening_hours *hours, size_t count, struct arena *arena);

/* Writes the office with its hours and counters 1 … counters, in a transaction of its own. STATUS_CONFLICT: the code
 * exists. STATUS_INVALID: the error says what is wrong. */
enum status office_add(struct database *database, const struct office *office, struct error *error);
enum status office_find(struct database *database, const char *code, struct arena *arena, struct office *ret_office,
                        struct error *error); /* STATUS_NOT_FOUND names the codes there are */
enum status office_by_id(struct database *database, int64_t id, struct arena *arena, struct office *ret_office,
                         struct error *error);
enum status office_list(struct database *database, struct arena *arena, const struct office **ret_offices,
                        size_t *ret_count, struct error *error);

/* As office_add(). */
enum status service_add(struct database *database, const struct service *service, struct error *error);
enum status service_find(struct database *database, const char *code, struct arena *arena, struct service *ret_service,
                         struct error *error);
enum status service_by_id(struct database *database, int64_t id, struct arena *arena, struct service *ret_service,
                          struct error *error);
enum status service_list(struct database *database, struct arena *arena, const struct service **ret_services,
                         size_t *ret_count, struct error *error);
/* The name in `language`, else in English, else the first, else the code. */
const char *service_name_in(const struct service *service, const char *language);

#endif
