/*
 * Services: what people come for, how long it takes, what they must bring, and how soon and how long it can be booked
 * and changed. A code is the short name that people type, see office.h.
 */
#ifndef STATE_SERVICE_H
#define STATE_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/database.h"

enum {
    SERVICE_PEOPLE_MAX = 50,
    SERVICE_PEOPLE_USUAL = 10, /* where nothing is said */
    SERVICE_TEXTS_MAX = 100,   /* names or documents, over all languages */
};

struct service_name {
    const char *language;
    const char *name;
};

/*
 * People who come together take one visit: the first `minutes`, each further one `more_minutes`. Where those are the
 * same it is what neighbouring visits at one counter would be.
 */
struct service {
    int64_t id;
    const char *code;
    int minutes; /* of a visit of one person; a multiple of 5, as all minutes here */
    int more_minutes;
    int people_max;       /* who may come together; 0 writes SERVICE_PEOPLE_USUAL */
    int buffer_minutes;   /* after a visit, in which its counter is not free */
    int64_t lead;         /* seconds from booking to the visit, at least */
    int64_t change_limit; /* seconds before the visit when changing ends */
    int64_t cancel_limit; /* … cancelling */
    int horizon_days;     /* how far ahead it can be booked; 0: as the configuration says */
    const struct service_name *names;
    size_t name_count;
    const struct service_name *documents; /* several of a language; in the order in which letters list them */
    size_t document_count;
};

/* How long `people` take, in seconds, without the buffer. */
int64_t service_length(const struct service *service, int people);

/* When a visit can begin that is booked at `now`: from its lead on, and in its horizon, else in `usual_days` (0:
 * however far ahead). */
struct booking_window {
    int64_t from;
    int64_t to; /* exclusive */
};
struct booking_window service_window(const struct service *service, int64_t usual_days, int64_t now);

/* Writes it in a transaction of its own. STATUS_CONFLICT: the code exists. STATUS_INVALID: the error says what is
 * wrong. */
enum status service_add(struct database *database, const struct service *service, struct error *error);

/* Makes the service of this code be as `service` says, or adds it. Inside a transaction. Its bookings stay as long as
 * they were booked. STATUS_INVALID as above. */
enum status service_set(struct database *database, const struct service *service, struct error *error);

enum status service_find(struct database *database, const char *code, struct arena *arena, struct service *ret_service,
                         struct error *error); /* STATUS_NOT_FOUND names the codes there are */
enum status service_by_id(struct database *database, int64_t id, struct arena *arena, struct service *ret_service,
                          struct error *error);
enum status service_list(struct database *database, struct arena *arena, const struct service **ret_services,
                         size_t *ret_count, struct error *error);

/* The name in `language`, else in English, else the first, else the code. */
const char *service_name_in(const struct service *service, const char *language);

/* The language in which `language` is told what to bring: itself, else English, else the first; NULL: nothing is. */
const char *service_documents_language(const struct service *service, const char *language);

#endif
