#include "state/office.h"

#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "state/database_private.h"
#include "state/text.h"

enum { CODES_NAMED_MAX = 20 };

static const char *const country_words[HOLIDAYS_COUNT] = {[HOLIDAYS_NONE] = "none", [HOLIDAYS_NORWAY] = "norway"};

const char *holiday_country_name(enum holiday_country country)
{
    return country_words[country];
}

/* --- checking --- */

static enum status check_timetables(const struct office *office, struct error *error)
{
    for (size_t i = 0; i < office->timetable_count; i++) {
        const struct timetable *timetable = &office->timetables[i];
        if (timetable->hours_count == 0 || opening_hours_overlap(timetable->hours, timetable->hours_count))
            return error_set(error, STATUS_INVALID, "office %s: hours that overlap or are none", office->code);
        if (timetable->has_from && timetable->has_until && timetable->from > timetable->until)
            return error_set(error, STATUS_INVALID, "office %s: hours that end before they begin", office->code);
        for (size_t before = 0; before < i; before++)
            if (timetables_overlap(&office->timetables[before], timetable))
                return error_set(error, STATUS_INVALID,
                                 "office %s: two timetables of %s for the same days (give them dates that do not meet)",
                                 office->code, timetable->service != NULL ? timetable->service : "all services");
    }
    return STATUS_OK;
}

static enum status check_limits(const struct office *office, struct error *error)
{
    for (size_t i = 0; i < office->limit_count; i++)
        if (office->limits[i].counter < 1 || office->limits[i].counter > office->counters)
            return error_set(error, STATUS_INVALID, "office %s has no counter %d (it has 1 to %d)", office->code,
                             office->limits[i].counter, office->counters);
    return STATUS_OK;
}

static enum status check_office(const struct office *office, struct error *error)
{
    struct zone *zone = NULL;
    if (!text_is_code(office->code))
        return error_set(
            error, STATUS_INVALID,
            "“%.40s” is no code of an office (lower-case letters, digits and “-”, at most 32, like “oslo”)",
            office->code != NULL ? office->code : "");
    if (!text_is_line(office->name, OFFICE_TEXT_MAX))
        return error_set(error, STATUS_INVALID, "office %s: its name must be one line of at most %d bytes",
                         office->code, OFFICE_TEXT_MAX);
    if (!text_is_line(office->address, OFFICE_TEXT_MAX))
        return error_set(error, STATUS_INVALID, "office %s: its address must be one line of at most %d bytes",
                         office->code, OFFICE_TEXT_MAX);
    if (office->desk != NULL && !text_is_address(office->desk))
        return error_set(error, STATUS_INVALID, "office %s: “%.100s” is no mail address of a desk", office->code,
                         office->desk);
    if (office->counters < 1 || office->counters > OFFICE_COUNTERS_MAX)
        return error_set(error, STATUS_INVALID, "office %s: %d counters (it must be 1 to %d)", office->code,
                         office->counters, OFFICE_COUNTERS_MAX);
    if (opening_hours_overlap(office->hours, office->hours_count))
        return error_set(error, STATUS_INVALID, "office %s: its opening hours overlap", office->code);
    enum status status = zone_open(office->zone, &zone, error);
    zone_close(&zone);
    if (status == STATUS_OK)
        status = check_timetables(office, error);
    return status == STATUS_OK ? check_limits(office, error) : status;
}

/* --- codes --- */

enum status office_refuse_code(struct database *database, const char *sql, const char *what, const char *code,
                               struct error *error)
{
    struct buffer codes = BUFFER_INIT;
    struct arena arena = ARENA_INIT;
    struct query query = query_begin(database, sql, VALUES(number_value(CODES_NAMED_MAX + 1)));
    for (int named = 0; query_next(&query); named++)
        buffer_printf(&codes, "%s%s", named == 0 ? "" : ", ",
                      named == CODES_NAMED_MAX ? "…" : query_text(&query, 0, &arena));
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && codes.length == 0)
        status = error_set(error, STATUS_NOT_FOUND, "no %s “%.40s”: there is none yet, “timepost %s add” makes one",
                           what, code, what);
    else if (status == STATUS_OK)
        status = error_set(error, STATUS_NOT_FOUND, "no %s “%.40s” (there are: %s)", what, code, codes.data);
    buffer_release(&codes);
    arena_clear(&arena);
    return status;
}

#define SERVICE_CODES "SELECT code FROM service ORDER BY id LIMIT ?"
#define OFFICE_CODES  "SELECT code FROM office ORDER BY id LIMIT ?"

static enum status find_service_id(struct database *database, const char *code, int64_t *ret_id, struct error *error)
{
    enum status status =
        database_number(database, "SELECT id FROM service WHERE code = ?", VALUES(text_value(code)), ret_id, error);
    return status == STATUS_NOT_FOUND ? office_refuse_code(database, SERVICE_CODES, "service", code, error) : status;
}

static enum status find_office_id(struct database *database, const char *code, int64_t *ret_id, struct error *error)
{
    enum status status =
        database_number(database, "SELECT id FROM office WHERE code = ?", VALUES(text_value(code)), ret_id, error);
    return status == STATUS_NOT_FOUND ? office_refuse_code(database, OFFICE_CODES, "office", code, error) : status;
}

/* --- writing --- */

static enum status write_row(struct database *database, const struct office *office, int64_t *ret_id,
                             struct error *error)
{
    return database_number(
        database,
        "INSERT INTO office (code, name, address, desk, zone, holidays) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (code) "
        "DO "
        "UPDATE SET name = excluded.name, address = excluded.address, desk = excluded.desk, zone = excluded.zone, "
        "holidays = excluded.holidays RETURNING id",
        VALUES(text_value(office->code), text_value(office->name), text_value(office->address),
               text_value(office->desk), text_value(office->zone), text_value(country_words[office->holidays])),
        ret_id, error);
}

static enum status write_hours(struct database *database, int64_t office_id, const struct office *office,
                               struct error *error)
{
    enum status status = database_run(database, "DELETE FROM opening_hours WHERE office_id = ?",
                                      VALUES(number_value(office_id)), NULL, error);
    for (size_t i = 0; i < office->hours_count && status == STATUS_OK; i++)
        status =
            database_run(database, "INSERT INTO opening_hours (office_id, weekday, opens, closes) VALUES (?, ?, ?, ?)",
                         VALUES(number_value(office_id), number_value(office->hours[i].weekday),
                                number_value(office->hours[i].opens), number_value(office->hours[i].closes)),
                         NULL, error);
    return status;
}

static enum status insert_timetable(struct database *database, int64_t office_id, const struct timetable *timetable,
                                    struct error *error)
{
    const struct value none = {.type = VALUE_NULL};
    int64_t service_id = 0, id = 0;
    enum status status = STATUS_OK;
    if (timetable->service != NULL)
        status = find_service_id(database, timetable->service, &service_id, error);
    if (status == STATUS_OK)
        status = database_number(
            database,
            "INSERT INTO timetable (office_id, service_id, valid_from, valid_until) VALUES (?, ?, ?, ?) RETURNING id",
            VALUES(number_value(office_id), id_value(service_id),
                   timetable->has_from ? number_value(timetable->from) : none,
                   timetable->has_until ? number_value(timetable->until) : none),
            &id, error);
    for (size_t i = 0; i < timetable->hours_count && status == STATUS_OK; i++)
        status = database_run(database,
                              "INSERT INTO timetable_hours (timetable_id, weekday, opens, closes) VALUES (?, ?, ?, ?)",
                              VALUES(number_value(id), number_value(timetable->hours[i].weekday),
                                     number_value(timetable->hours[i].opens), number_value(timetable->hours[i].closes)),
                              NULL, error);
    return status;
}

static enum status write_timetables(struct database *database, int64_t office_id, const struct office *office,
                                    struct error *error)
{
    enum status status = database_run(
        database, "DELETE FROM timetable_hours WHERE timetable_id IN (SELECT id FROM timetable WHERE office_id = ?)",
        VALUES(number_value(office_id)), NULL, error);
    if (status == STATUS_OK)
        status = database_run(database, "DELETE FROM timetable WHERE office_id = ?", VALUES(number_value(office_id)),
                              NULL, error);
    for (size_t i = 0; i < office->timetable_count && status == STATUS_OK; i++)
        status = insert_timetable(database, office_id, &office->timetables[i], error);
    return status;
}

/* Counters that are too many are given up, and taken up again where more are wanted. */
static enum status write_counters(struct database *database, int64_t office_id, int counters, struct error *error)
{
    enum status status = STATUS_OK;
    for (int number = 1; number <= counters && status == STATUS_OK; number++)
        status =
            database_run(database,
                         "INSERT INTO counter (office_id, number) VALUES (?, ?) ON CONFLICT (office_id, number) DO "
                         "UPDATE SET in_use = 1",
                         VALUES(number_value(office_id), number_value(number)), NULL, error);
    if (status == STATUS_OK)
        status = database_run(database, "UPDATE counter SET in_use = 0 WHERE office_id = ? AND number > ?",
                              VALUES(number_value(office_id), number_value(counters)), NULL, error);
    return status;
}

static enum status insert_limit(struct database *database, int64_t office_id, const struct counter_limit *limit,
                                struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < limit->service_count && status == STATUS_OK; i++) {
        int64_t service_id;
        status = find_service_id(database, limit->services[i], &service_id, error);
        if (status == STATUS_OK)
            status = database_run(
                database,
                "INSERT OR IGNORE INTO counter_service (counter_id, service_id) SELECT id, ? FROM "
                "counter WHERE office_id = ? AND number = ?",
                VALUES(number_value(service_id), number_value(office_id), number_value(limit->counter)), NULL, error);
    }
    return status;
}

static enum status write_limits(struct database *database, int64_t office_id, const struct office *office,
                                struct error *error)
{
    enum status status = database_run(
        database, "DELETE FROM counter_service WHERE counter_id IN (SELECT id FROM counter WHERE office_id = ?)",
        VALUES(number_value(office_id)), NULL, error);
    for (size_t i = 0; i < office->limit_count && status == STATUS_OK; i++)
        status = insert_limit(database, office_id, &office->limits[i], error);
    return status;
}

enum status office_set_neighbours(struct database *database, const struct office *office, struct error *error)
{
    int64_t id = 0, neighbour_id;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = find_office_id(database, office->code, &id, error);
    if (status == STATUS_OK)
        status =
            database_run(database, "DELETE FROM neighbour WHERE office_id = ?", VALUES(number_value(id)), NULL, error);
    for (size_t i = 0; i < office->neighbour_count && status == STATUS_OK; i++) {
        status = find_office_id(database, office->neighbours[i], &neighbour_id, error);
        if (status == STATUS_OK && neighbour_id == id)
            return error_set(error, STATUS_INVALID, "office %s is no neighbour of itself", office->code);
        if (status == STATUS_OK)
            status = database_run(
                database, "INSERT INTO neighbour (office_id, position, neighbour_id) VALUES (?, ?, ?)",
                VALUES(number_value(id), number_value((int64_t)i), number_value(neighbour_id)), NULL, error);
        if (status == STATUS_CONFLICT)
            status = error_set(error, STATUS_INVALID, "office %s: its neighbour %s is named twice", office->code,
                               office->neighbours[i]);
    }
    return status;
}

enum status office_set(struct database *database, const struct office *office, struct error *error)
{
    int64_t id = 0;
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = check_office(office, error);
    if (status == STATUS_OK)
        status = write_row(database, office, &id, error);
    if (status == STATUS_OK)
        status = write_hours(database, id, office, error);
    if (status == STATUS_OK)
        status = write_timetables(database, id, office, error);
    if (status == STATUS_OK)
        status = write_counters(database, id, office->counters, error);
    return status == STATUS_OK ? write_limits(database, id, office, error) : status;
}

static enum status add(struct database *database, const struct office *office, struct error *error)
{
    int64_t id = 0;
    enum status status =
        database_number(database, "SELECT id FROM office WHERE code = ?", VALUES(text_value(office->code)), &id, error);
    if (status == STATUS_OK)
        return error_set(error, STATUS_CONFLICT, "an office %s exists already", office->code);
    if (status == STATUS_NOT_FOUND)
        status = office_set(database, office, error);
    return status == STATUS_OK ? office_set_neighbours(database, office, error) : status;
}

enum status office_add(struct database *database, const struct office *office, struct error *error)
{
    enum status status = check_office(office, error);
    if (status == STATUS_OK)
        status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    return transaction_end(database, add(database, office, error), error);
}

/* --- reading --- */

/* Windows in the columns 0 to 2 of a query that is ordered by them. */
static enum status load_windows(struct query query, struct arena *arena, const struct opening_hours **ret_hours,
                                size_t *ret_count, struct error *error)
{
    struct opening_hours *hours = NULL;
    size_t count = 0;
    while (query_next(&query)) {
        hours = list_room(arena, hours, count, sizeof *hours);
        hours[count++] = (struct opening_hours){(int)query_integer(&query, 0), (int)query_integer(&query, 1),
                                                (int)query_integer(&query, 2)};
    }
    *ret_hours = hours;
    *ret_count = count;
    return query_end(&query, error);
}

static enum status load_hours(struct database *database, struct arena *arena, struct office *office,
                              struct error *error)
{
    return load_windows(query_begin(database,
                                    "SELECT weekday, opens, closes FROM opening_hours WHERE office_id = ? ORDER BY "
                                    "weekday, opens",
                                    VALUES(number_value(office->id))),
                        arena, &office->hours, &office->hours_count, error);
}

static enum status load_timetables(struct database *database, struct arena *arena, struct office *office,
                                   struct error *error)
{
    struct timetable *timetables = NULL;
    int64_t *ids = NULL;
    size_t count = 0;
    struct query query =
        query_begin(database,
                    "SELECT t.id, s.code, t.valid_from IS NOT NULL, t.valid_from, t.valid_until IS NOT NULL, "
                    "t.valid_until FROM timetable t LEFT JOIN service s ON s.id = t.service_id WHERE t.office_id = ? "
                    "ORDER BY s.code, t.valid_from, t.valid_until",
                    VALUES(number_value(office->id)));
    while (query_next(&query)) {
        timetables = list_room(arena, timetables, count, sizeof *timetables);
        ids = list_room(arena, ids, count, sizeof *ids);
        ids[count] = query_integer(&query, 0);
        timetables[count++] = (struct timetable){
            .service = query_text(&query, 1, arena),
            .has_from = query_integer(&query, 2) != 0,
            .from = query_integer(&query, 3),
            .has_until = query_integer(&query, 4) != 0,
            .until = query_integer(&query, 5),
        };
    }
    enum status status = query_end(&query, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = load_windows(query_begin(database,
                                          "SELECT weekday, opens, closes FROM timetable_hours WHERE timetable_id = ? "
                                          "ORDER BY weekday, opens",
                                          VALUES(number_value(ids[i]))),
                              arena, &timetables[i].hours, &timetables[i].hours_count, error);
    office->timetables = timetables;
    office->timetable_count = count;
    return status;
}

static enum status load_limits(struct database *database, struct arena *arena, struct office *office,
                               struct error *error)
{
    struct counter_limit *limits = NULL;
    const char **services = NULL;
    size_t count = 0;
    struct query query = query_begin(
        database,
        "SELECT k.number, s.code FROM counter k JOIN counter_service l ON l.counter_id = k.id JOIN service s ON s.id = "
        "l.service_id WHERE k.office_id = ? AND k.in_use = 1 ORDER BY k.number, s.code",
        VALUES(number_value(office->id)));
    while (query_next(&query)) {
        int counter = (int)query_integer(&query, 0);
        if (count == 0 || limits[count - 1].counter != counter) {
            limits = list_room(arena, limits, count, sizeof *limits);
            limits[count++] = (struct counter_limit){.counter = counter};
            services = NULL;
        }
        struct counter_limit *limit = &limits[count - 1];
        services = list_room(arena, services, limit->service_count, sizeof *services);
        services[limit->service_count++] = query_text(&query, 1, arena);
        limit->services = services;
    }
    office->limits = limits;
    office->limit_count = count;
    return query_end(&query, error);
}

static enum status load_neighbours(struct database *database, struct arena *arena, struct office *office,
                                   struct error *error)
{
    const char **neighbours = NULL;
    size_t count = 0;
    struct query query = query_begin(database,
                                     "SELECT o.code FROM neighbour n JOIN office o ON o.id = n.neighbour_id WHERE "
                                     "n.office_id = ? ORDER BY n.position",
                                     VALUES(number_value(office->id)));
    while (query_next(&query)) {
        neighbours = list_room(arena, neighbours, count, sizeof *neighbours);
        neighbours[count++] = query_text(&query, 0, arena);
    }
    office->neighbours = neighbours;
    office->neighbour_count = count;
    return query_end(&query, error);
}

/* What is in tables of its own. */
static enum status load_parts(struct database *database, struct arena *arena, struct office *office,
                              struct error *error)
{
    enum status status = load_hours(database, arena, office, error);
    if (status == STATUS_OK)
        status = load_timetables(database, arena, office, error);
    if (status == STATUS_OK)
        status = load_limits(database, arena, office, error);
    return status == STATUS_OK ? load_neighbours(database, arena, office, error) : status;
}

#define OFFICE_SELECT                                                                                                  \
    "SELECT o.id, o.code, o.name, o.address, o.desk, o.zone, (SELECT count(*) FROM counter k WHERE k.office_id = "     \
    "o.id AND k.in_use = 1), o.holidays FROM office o "

static struct office read_office(struct query *query, struct arena *arena)
{
    return (struct office){
        .id = query_integer(query, 0),
        .code = query_text(query, 1, arena),
        .name = query_text(query, 2, arena),
        .address = query_text(query, 3, arena),
        .desk = query_text(query, 4, arena),
        .zone = query_text(query, 5, arena),
        .counters = (int)query_integer(query, 6),
        .holidays = (enum holiday_country)query_word(query, 7, country_words, HOLIDAYS_COUNT),
    };
}

/* STATUS_NOT_FOUND without text. */
static enum status find_office(struct database *database, const char *sql, struct value key, struct arena *arena,
                               struct office *ret_office, struct error *error)
{
    struct query query = query_begin(database, sql, VALUES(key));
    struct office office = {0};
    while (query_next(&query))
        office = read_office(&query, arena);
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && office.id == 0)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = load_parts(database, arena, &office, error);
    if (status == STATUS_OK)
        *ret_office = office;
    return status;
}

enum status office_find(struct database *database, const char *code, struct arena *arena, struct office *ret_office,
                        struct error *error)
{
    enum status status =
        find_office(database, OFFICE_SELECT "WHERE o.code = ?", text_value(code), arena, ret_office, error);
    return status == STATUS_NOT_FOUND ? office_refuse_code(database, OFFICE_CODES, "office", code, error) : status;
}

enum status office_by_id(struct database *database, int64_t id, struct arena *arena, struct office *ret_office,
                         struct error *error)
{
    enum status status =
        find_office(database, OFFICE_SELECT "WHERE o.id = ?", number_value(id), arena, ret_office, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "no office with id %" PRId64, id);
    return status;
}

enum status office_list(struct database *database, struct arena *arena, const struct office **ret_offices,
                        size_t *ret_count, struct error *error)
{
    struct office *offices = NULL;
    size_t count = 0;
    struct query query = query_begin(database, OFFICE_SELECT "ORDER BY o.id", NO_VALUES);
    while (query_next(&query)) {
        offices = list_room(arena, offices, count, sizeof *offices);
        offices[count++] = read_office(&query, arena);
    }
    enum status status = query_end(&query, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = load_parts(database, arena, &offices[i], error);
    if (status != STATUS_OK)
        return status;
    *ret_offices = offices;
    *ret_count = count;
    return STATUS_OK;
}
