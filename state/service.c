#include "state/service.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/zone.h"
#include "state/database_private.h"
#include "state/office.h"
#include "state/text.h"

enum { DAY_MINUTES = 24 * 60, GRID_MINUTES = 5, LIMIT_DAYS_MAX = 730 };

int64_t service_length(const struct service *service, int people)
{
    return ((int64_t)service->minutes + (int64_t)(people - 1) * service->more_minutes) * MINUTE;
}

struct booking_window service_window(const struct service *service, int64_t usual_days, int64_t now)
{
    int64_t days = service->horizon_days != 0 ? service->horizon_days : usual_days;
    return (struct booking_window){now + service->lead, days == 0 ? INT64_MAX : now + days * DAY};
}

/* --- checking --- */

static enum status check_minutes(const struct service *service, const char *what, int minutes, int minimum,
                                 struct error *error)
{
    if (minutes >= minimum && minutes <= DAY_MINUTES && minutes % GRID_MINUTES == 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "service %s: %d minutes%s (it must be a multiple of 5, %sat most a day)",
                     service->code, minutes, what, minimum > 0 ? "" : "0 or more, ");
}

static enum status check_span(const struct service *service, const char *what, int64_t seconds, struct error *error)
{
    if (seconds >= 0 && seconds <= LIMIT_DAYS_MAX * (int64_t)DAY)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "service %s: its %s must be at most %d days", service->code, what,
                     LIMIT_DAYS_MAX);
}

static enum status check_text(const struct service *service, const struct service_name *name, const char *what,
                              struct error *error)
{
    if (!text_is_language(name->language))
        return error_set(error, STATUS_INVALID, "service %s: “%.40s” is no language (write it like nb or en)",
                         service->code, name->language != NULL ? name->language : "");
    if (!text_is_line(name->name, OFFICE_TEXT_MAX))
        return error_set(error, STATUS_INVALID, "service %s: its %s in %s must be one line of at most %d bytes",
                         service->code, what, name->language, OFFICE_TEXT_MAX);
    return STATUS_OK;
}

static enum status check_names(const struct service *service, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < service->name_count && status == STATUS_OK; i++) {
        status = check_text(service, &service->names[i], "name", error);
        for (size_t before = 0; before < i && status == STATUS_OK; before++)
            if (strcasecmp(service->names[before].language, service->names[i].language) == 0)
                status = error_set(error, STATUS_INVALID, "service %s: two names in %s", service->code,
                                   service->names[i].language);
    }
    for (size_t i = 0; i < service->document_count && status == STATUS_OK; i++)
        status = check_text(service, &service->documents[i], "document", error);
    return status;
}

static enum status check_service(const struct service *service, struct error *error)
{
    if (!text_is_code(service->code))
        return error_set(
            error, STATUS_INVALID,
            "“%.40s” is no code of a service (lower-case letters, digits and “-”, at most 32, like “card”)",
            service->code != NULL ? service->code : "");
    if (service->people_max < 0 || service->people_max > SERVICE_PEOPLE_MAX)
        return error_set(error, STATUS_INVALID, "service %s: %d people (it must be 1 to %d)", service->code,
                         service->people_max, SERVICE_PEOPLE_MAX);
    if (service->horizon_days < 0 || service->horizon_days > LIMIT_DAYS_MAX)
        return error_set(error, STATUS_INVALID, "service %s: a horizon of %d days (it must be at most %d)",
                         service->code, service->horizon_days, LIMIT_DAYS_MAX);
    enum status status = check_minutes(service, "", service->minutes, GRID_MINUTES, error);
    if (status == STATUS_OK)
        status = check_minutes(service, " for each further person", service->more_minutes, 0, error);
    if (status == STATUS_OK)
        status = check_minutes(service, " of buffer", service->buffer_minutes, 0, error);
    if (status == STATUS_OK)
        status = check_span(service, "lead", service->lead, error);
    if (status == STATUS_OK)
        status = check_span(service, "time for changing", service->change_limit, error);
    if (status == STATUS_OK)
        status = check_span(service, "time for cancelling", service->cancel_limit, error);
    return status == STATUS_OK ? check_names(service, error) : status;
}

/* --- writing --- */

static enum status write_row(struct database *database, const struct service *service, int64_t *ret_id,
                             struct error *error)
{
    int people_max = service->people_max == 0 ? SERVICE_PEOPLE_USUAL : service->people_max;
    return database_number(
        database,
        "INSERT INTO service (code, minutes, more_minutes, people_max, buffer_minutes, lead, change_limit, "
        "cancel_limit, horizon_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET minutes = "
        "excluded.minutes, more_minutes = excluded.more_minutes, people_max = excluded.people_max, buffer_minutes = "
        "excluded.buffer_minutes, lead = excluded.lead, change_limit = excluded.change_limit, cancel_limit = "
        "excluded.cancel_limit, horizon_days = excluded.horizon_days RETURNING id",
        VALUES(text_value(service->code), number_value(service->minutes), number_value(service->more_minutes),
               number_value(people_max), number_value(service->buffer_minutes), number_value(service->lead),
               number_value(service->change_limit), number_value(service->cancel_limit),
               number_value(service->horizon_days)),
        ret_id, error);
}

static enum status write_names(struct database *database, int64_t id, const struct service *service,
                               struct error *error)
{
    enum status status =
        database_run(database, "DELETE FROM service_name WHERE service_id = ?", VALUES(number_value(id)), NULL, error);
    for (size_t i = 0; i < service->name_count && status == STATUS_OK; i++)
        status = database_run(database,
                              "INSERT INTO service_name (service_id, language, name, position) VALUES (?, ?, ?, ?)",
                              VALUES(number_value(id), text_value(service->names[i].language),
                                     text_value(service->names[i].name), number_value((int64_t)i)),
                              NULL, error);
    return status;
}

static enum status write_documents(struct database *database, int64_t id, const struct service *service,
                                   struct error *error)
{
    enum status status = database_run(database, "DELETE FROM service_document WHERE service_id = ?",
                                      VALUES(number_value(id)), NULL, error);
    for (size_t i = 0; i < service->document_count && status == STATUS_OK; i++)
        status = database_run(database,
                              "INSERT INTO service_document (service_id, language, name, position) VALUES (?, ?, ?, ?)",
                              VALUES(number_value(id), text_value(service->documents[i].language),
                                     text_value(service->documents[i].name), number_value((int64_t)i)),
                              NULL, error);
    return status;
}

enum status service_set(struct database *database, const struct service *service, struct error *error)
{
    int64_t id = 0;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = check_service(service, error);
    if (status == STATUS_OK)
        status = write_row(database, service, &id, error);
    if (status == STATUS_OK)
        status = write_names(database, id, service, error);
    return status == STATUS_OK ? write_documents(database, id, service, error) : status;
}

static enum status add(struct database *database, const struct service *service, struct error *error)
{
    int64_t id = 0;
    enum status status = database_number(database, "SELECT id FROM service WHERE code = ?",
                                         VALUES(text_value(service->code)), &id, error);
    if (status == STATUS_OK)
        return error_set(error, STATUS_CONFLICT, "a service %s exists already", service->code);
    return status == STATUS_NOT_FOUND ? service_set(database, service, error) : status;
}

enum status service_add(struct database *database, const struct service *service, struct error *error)
{
    enum status status = check_service(service, error);
    if (status == STATUS_OK)
        status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    return transaction_end(database, add(database, service, error), error);
}

/* --- reading --- */

/* Names or documents, as the query gives them. */
static enum status load_list(struct query query, struct arena *arena, const struct service_name **ret_names,
                             size_t *ret_count, struct error *error)
{
    struct service_name *names = NULL;
    size_t count = 0;
    while (query_next(&query)) {
        names = list_room(arena, names, count, sizeof *names);
        names[count++] = (struct service_name){query_text(&query, 0, arena), query_text(&query, 1, arena)};
    }
    *ret_names = names;
    *ret_count = count;
    return query_end(&query, error);
}

static enum status load_names(struct database *database, struct arena *arena, struct service *service,
                              struct error *error)
{
    struct query query =
        query_begin(database, "SELECT language, name FROM service_name WHERE service_id = ? ORDER BY position",
                    VALUES(number_value(service->id)));
    enum status status = load_list(query, arena, &service->names, &service->name_count, error);
    if (status != STATUS_OK)
        return status;
    query = query_begin(database, "SELECT language, name FROM service_document WHERE service_id = ? ORDER BY position",
                        VALUES(number_value(service->id)));
    return load_list(query, arena, &service->documents, &service->document_count, error);
}

#define SERVICE_SELECT                                                                                                 \
    "SELECT id, code, minutes, more_minutes, people_max, buffer_minutes, lead, change_limit, cancel_limit, "           \
    "horizon_days FROM service "

static struct service read_service(const struct query *query, struct arena *arena)
{
    return (struct service){
        .id = query_integer(query, 0),
        .code = query_text(query, 1, arena),
        .minutes = (int)query_integer(query, 2),
        .more_minutes = (int)query_integer(query, 3),
        .people_max = (int)query_integer(query, 4),
        .buffer_minutes = (int)query_integer(query, 5),
        .lead = query_integer(query, 6),
        .change_limit = query_integer(query, 7),
        .cancel_limit = query_integer(query, 8),
        .horizon_days = (int)query_integer(query, 9),
    };
}

/* STATUS_NOT_FOUND without text. */
static enum status find_service(struct database *database, const char *sql, struct value key, struct arena *arena,
                                struct service *ret_service, struct error *error)
{
    struct query query = query_begin(database, sql, VALUES(key));
    struct service service = {0};
    while (query_next(&query))
        service = read_service(&query, arena);
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && service.id == 0)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = load_names(database, arena, &service, error);
    if (status == STATUS_OK)
        *ret_service = service;
    return status;
}

enum status service_find(struct database *database, const char *code, struct arena *arena, struct service *ret_service,
                         struct error *error)
{
    enum status status =
        find_service(database, SERVICE_SELECT "WHERE code = ?", text_value(code), arena, ret_service, error);
    if (status == STATUS_NOT_FOUND)
        return office_refuse_code(database, "SELECT code FROM service ORDER BY id LIMIT ?", "service", code, error);
    return status;
}

enum status service_by_id(struct database *database, int64_t id, struct arena *arena, struct service *ret_service,
                          struct error *error)
{
    enum status status =
        find_service(database, SERVICE_SELECT "WHERE id = ?", number_value(id), arena, ret_service, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "no service with id %" PRId64, id);
    return status;
}

enum status service_list(struct database *database, struct arena *arena, const struct service **ret_services,
                         size_t *ret_count, struct error *error)
{
    struct service *services = NULL;
    size_t count = 0;
    struct query query = query_begin(database, SERVICE_SELECT "ORDER BY id", NO_VALUES);
    while (query_next(&query)) {
        services = list_room(arena, services, count, sizeof *services);
        services[count++] = read_service(&query, arena);
    }
    enum status status = query_end(&query, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = load_names(database, arena, &services[i], error);
    if (status != STATUS_OK)
        return status;
    *ret_services = services;
    *ret_count = count;
    return STATUS_OK;
}

/* --- languages --- */

/* The first of that language; NULL: none. */
static const struct service_name *find_language(const struct service_name *names, size_t count, const char *language)
{
    for (size_t i = 0; i < count; i++)
        if (language != NULL && strcasecmp(names[i].language, language) == 0)
            return &names[i];
    return NULL;
}

/* In the language, else in English, else the first there is. */
static const struct service_name *choose_language(const struct service_name *names, size_t count, const char *language)
{
    const struct service_name *name = find_language(names, count, language);
    if (name == NULL)
        name = find_language(names, count, "en");
    return name == NULL && count > 0 ? &names[0] : name;
}

const char *service_name_in(const struct service *service, const char *language)
{
    const struct service_name *name = choose_language(service->names, service->name_count, language);
    return name != NULL ? name->name : service->code;
}

const char *service_documents_language(const struct service *service, const char *language)
{
    const struct service_name *name = choose_language(service->documents, service->document_count, language);
    return name != NULL ? name->language : NULL;
}
