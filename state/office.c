#include "state/office.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "state/database_private.h"
#include "state/text.h"

enum { WEEKDAYS = 7, DAY_MINUTES = 24 * 60, GRID_MINUTES = 5, CODES_NAMED_MAX = 20 };

static const char *const weekday_names[WEEKDAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* --- reading opening hours --- */

/* A piece of the text. */
struct piece {
    const char *start;
    size_t length;
};

#define PIECE(piece) (int)(piece).length, (piece).start

/* The next piece up to one of `stops`, without blanks around it; false where the text is at its end. */
static bool next_piece(const char **at, const char *stops, struct piece *ret_piece)
{
    if (*at == NULL)
        return false;
    const char *start = *at, *end = start + strcspn(start, stops);
    *at = *end == '\0' ? NULL : end + 1;
    start += strspn(start, " \t");
    while (end > start && strchr(" \t", end[-1]) != NULL)
        end--;
    *ret_piece = (struct piece){start, start < end ? (size_t)(end - start) : 0};
    return true;
}

/* 1 Monday … 7 Sunday; 0 for what is no day. */
static int read_weekday(struct piece piece)
{
    for (int i = 0; i < WEEKDAYS; i++)
        if (piece.length == strlen(weekday_names[i]) && strncasecmp(piece.start, weekday_names[i], piece.length) == 0)
            return i + 1;
    return 0;
}

/* "mon", "mon-fri": sets one bit for each day. */
static enum status read_days(struct piece piece, unsigned *days, struct error *error)
{
    const char *dash = memchr(piece.start, '-', piece.length);
    struct piece first = piece, last = piece;
    if (dash != NULL) {
        first.length = (size_t)(dash - piece.start);
        last = (struct piece){dash + 1, piece.length - first.length - 1};
    }
    int from = read_weekday(first), to = read_weekday(last);
    if (from == 0 || to == 0)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” is no day (days are mon, tue, wed, thu, fri, sat, sun, or a range such "
                         "as mon-fri)",
                         PIECE(piece));
    if (to < from)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” runs backwards (a week begins on Monday: write both ends, such as "
                         "“fri-sun,mon”)",
                         PIECE(piece));
    for (int day = from; day <= to; day++)
        *days |= 1U << day;
    return STATUS_OK;
}

/* "08:00" as minutes; -1 for what is no time. 24:00 is the end of the day. */
static int read_minutes(const char *text)
{
    for (int i = 0; i < 5; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    return minute > 59 || hour * 60 + minute > DAY_MINUTES ? -1 : hour * 60 + minute;
}

static enum status read_window(struct piece piece, struct opening_hours *hours, struct error *error)
{
    enum { WINDOW_LENGTH = sizeof "08:00-15:00" - 1 };
    bool has_form = piece.length == WINDOW_LENGTH && piece.start[5] == '-';
    hours->opens = has_form ? read_minutes(piece.start) : -1;
    hours->closes = has_form ? read_minutes(piece.start + 6) : -1;
    if (hours->opens < 0 || hours->closes < 0)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” is no time of opening (write it like 08:00-15:00)", PIECE(piece));
    if (hours->opens >= hours->closes)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” closes before it opens (split it at midnight: 20:00-24:00 and "
                         "00:00-02:00 of the next day)",
                         PIECE(piece));
    if (hours->opens % GRID_MINUTES != 0 || hours->closes % GRID_MINUTES != 0)
        return error_set(error, STATUS_INVALID, "opening hours: “%.*s” is off the five-minute grid", PIECE(piece));
    return STATUS_OK;
}

/* Windows that grow. */
struct hours_list {
    struct opening_hours items[OPENING_HOURS_MAX];
    size_t count;
};

static const struct opening_hours *find_overlap(const struct opening_hours *hours, size_t count,
                                                const struct opening_hours *window)
{
    for (size_t i = 0; i < count; i++)
        if (hours[i].weekday == window->weekday && hours[i].opens < window->closes && window->opens < hours[i].closes)
            return &hours[i];
    return NULL;
}

/* Adds the window to the days, if nothing overlaps it there. */
static enum status add_window(struct hours_list *list, unsigned days, struct opening_hours window, struct piece piece,
                              struct error *error)
{
    for (window.weekday = 1; window.weekday <= WEEKDAYS; window.weekday++) {
        if ((days & 1U << window.weekday) == 0)
            continue;
        const struct opening_hours *other = find_overlap(list->items, list->count, &window);
        if (other != NULL)
            return error_set(error, STATUS_INVALID,
                             "opening hours: “%.*s” overlaps %02d:%02d-%02d:%02d on %s (write them as one)",
                             PIECE(piece), other->opens / 60, other->opens % 60, other->closes / 60, other->closes % 60,
                             weekday_names[window.weekday - 1]);
        if (list->count == OPENING_HOURS_MAX)
            return error_set(error, STATUS_INVALID, "opening hours: more than %d windows in a week", OPENING_HOURS_MAX);
        list->items[list->count++] = window;
    }
    return STATUS_OK;
}

/* "mon,wed": the word that a part begins with. */
static enum status read_day_list(struct piece word, unsigned *ret_days, struct error *error)
{
    char text[128]; /* all days with all commas fit well */
    if (word.length >= sizeof text)
        return error_set(error, STATUS_INVALID, "opening hours: “%.20s…” is no list of days", word.start);
    snprintf(text, sizeof text, "%.*s", PIECE(word));
    const char *at = text;
    struct piece day;
    enum status status = STATUS_OK;
    *ret_days = 0;
    while (status == STATUS_OK && next_piece(&at, ",", &day))
        status = read_days(day, ret_days, error);
    return status;
}

/* "mon,wed 09:00-11:30 12:00-14:00" */
static enum status read_part(struct piece part, struct hours_list *list, struct error *error)
{
    struct buffer text = BUFFER_INIT;
    buffer_append(&text, part.start, part.length);
    const char *at = text.data;
    struct piece word;
    unsigned days = 0;
    size_t windows = 0;
    enum status status = next_piece(&at, " \t", &word) ? read_day_list(word, &days, error) : STATUS_OK;
    while (status == STATUS_OK && next_piece(&at, " \t", &word)) {
        struct opening_hours window = {0};
        if (word.length == 0)
            continue; /* two blanks */
        windows++;
        status = read_window(word, &window, error);
        if (status == STATUS_OK)
            status = add_window(list, days, window, word, error);
    }
    if (status == STATUS_OK && windows == 0)
        status = error_set(error, STATUS_INVALID,
                           "opening hours: “%s” has no times (write it like “mon-fri 08:00-15:00”)", text.data);
    buffer_release(&text);
    return status;
}

static int by_day_and_time(const void *a, const void *b)
{
    const struct opening_hours *first = a, *second = b;
    return first->weekday != second->weekday ? first->weekday - second->weekday : first->opens - second->opens;
}

static const struct opening_hours *copy_hours(const struct opening_hours *hours, size_t count, struct arena *arena)
{
    struct opening_hours *copy = arena_array(arena, count, sizeof *copy);
    if (count > 0) {
        memcpy(copy, hours, count * sizeof *copy);
        qsort(copy, count, sizeof *copy, by_day_and_time);
    }
    return copy;
}

enum status opening_hours_parse(const char *text, struct arena *arena, const struct opening_hours **ret_hours,
                                size_t *ret_count, struct error *error)
{
    struct hours_list list = {.count = 0};
    struct piece part;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && next_piece(&text, ";", &part))
        if (part.length > 0)
            status = read_part(part, &list, error);
    if (status == STATUS_OK && list.count == 0)
        status = error_set(error, STATUS_INVALID, "opening hours: none given (write them like “mon-fri 08:00-15:00”)");
    if (status != STATUS_OK)
        return status;
    *ret_hours = copy_hours(list.items, list.count, arena);
    *ret_count = list.count;
    return STATUS_OK;
}

/* --- writing opening hours --- */

/* " 08:00-11:30 12:00-15:00" of one day; "" where it is closed. */
static const char *format_day(const struct opening_hours *hours, size_t count, int weekday, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (hours[i].weekday == weekday)
            text = arena_printf(arena, "%s %02d:%02d-%02d:%02d", text, hours[i].opens / 60, hours[i].opens % 60,
                                hours[i].closes / 60, hours[i].closes % 60);
    return text;
}

/* The days with the same windows as `first`, as "mon-wed,fri". */
static const char *format_days(const char *const days[WEEKDAYS], int first, struct arena *arena)
{
    const char *text = "";
    for (int day = first; day < WEEKDAYS; day++) {
        if (strcmp(days[day], days[first]) != 0)
            continue;
        int last = day;
        while (last + 1 < WEEKDAYS && strcmp(days[last + 1], days[first]) == 0)
            last++;
        text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ",", weekday_names[day]);
        if (last > day)
            text = arena_printf(arena, "%s-%s", text, weekday_names[last]);
        day = last;
    }
    return text;
}

const char *opening_hours_format(const struct opening_hours *hours, size_t count, struct arena *arena)
{
    const struct opening_hours *sorted = copy_hours(hours, count, arena);
    const char *days[WEEKDAYS];
    const char *text = "";
    for (int day = 0; day < WEEKDAYS; day++)
        days[day] = format_day(sorted, count, day + 1, arena);
    for (int day = 0; day < WEEKDAYS; day++) {
        bool is_written = days[day][0] == '\0';
        for (int before = 0; before < day; before++)
            is_written = is_written || strcmp(days[before], days[day]) == 0;
        if (!is_written)
            text = arena_printf(arena, "%s%s%s%s", text, text[0] == '\0' ? "" : "; ", format_days(days, day, arena),
                                days[day]);
    }
    return text;
}

/* --- offices --- */

static enum status check_code(const char *what, const char *code, struct error *error)
{
    if (text_is_code(code))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "“%.40s” is no code of %s (lower-case letters, digits and “-”, at most 32, like “oslo”)",
                     code != NULL ? code : "", what);
}

static enum status check_office(const struct office *office, struct error *error)
{
    struct zone *zone = NULL;
    enum status status = check_code("an office", office->code, error);
    if (status != STATUS_OK)
        return status;
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
    for (size_t i = 0; i < office->hours_count; i++)
        if (find_overlap(office->hours, i, &office->hours[i]) != NULL)
            return error_set(error, STATUS_INVALID, "office %s: its opening hours overlap", office->code);
    status = zone_open(office->zone, &zone, error);
    zone_close(&zone);
    return status;
}

static enum status insert_hours(struct database *database, int64_t office_id, const struct office *office,
                                struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < office->hours_count && status == STATUS_OK; i++)
        status =
            database_run(database, "INSERT INTO opening_hours (office_id, weekday, opens, closes) VALUES (?, ?, ?, ?)",
                         VALUES(number_value(office_id), number_value(office->hours[i].weekday),
                                number_value(office->hours[i].opens), number_value(office->hours[i].closes)),
                         NULL, error);
    return status;
}

static enum status insert_counters(struct database *database, int64_t office_id, int counters, struct error *error)
{
    enum status status = STATUS_OK;
    for (int number = 1; number <= counters && status == STATUS_OK; number++)
        status = database_run(database, "INSERT INTO counter (office_id, number) VALUES (?, ?)",
                              VALUES(number_value(office_id), number_value(number)), NULL, error);
    return status;
}

static enum status insert_office(struct database *database, const struct office *office, struct error *error)
{
    int64_t id;
    enum status status = database_number(
        database, "INSERT INTO office (code, name, address, desk, zone) VALUES (?, ?, ?, ?, ?) RETURNING id",
        VALUES(text_value(office->code), text_value(office->name), text_value(office->address),
               text_value(office->desk), text_value(office->zone)),
        &id, error);
    if (status == STATUS_CONFLICT)
        return error_set(error, STATUS_CONFLICT, "an office %s exists already", office->code);
    if (status != STATUS_OK)
        return status;
    status = insert_hours(database, id, office, error);
    return status == STATUS_OK ? insert_counters(database, id, office->counters, error) : status;
}

enum status office_add(struct database *database, const struct office *office, struct error *error)
{
    enum status status = check_office(office, error);
    if (status == STATUS_OK)
        status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    return transaction_end(database, insert_office(database, office, error), error);
}

static enum status load_hours(struct database *database, struct arena *arena, struct office *office,
                              struct error *error)
{
    struct opening_hours hours[OPENING_HOURS_MAX] = {0};
    size_t count = 0;
    struct query query = query_begin(
        database, "SELECT weekday, opens, closes FROM opening_hours WHERE office_id = ? ORDER BY weekday, opens",
        VALUES(number_value(office->id)));
    while (count < OPENING_HOURS_MAX && query_next(&query))
        hours[count++] = (struct opening_hours){(int)query_integer(&query, 0), (int)query_integer(&query, 1),
                                                (int)query_integer(&query, 2)};
    office->hours = copy_hours(hours, count, arena);
    office->hours_count = count;
    return query_end(&query, error);
}

#define OFFICE_SELECT                                                                                                  \
    "SELECT o.id, o.code, o.name, o.address, o.desk, o.zone, (SELECT count(*) FROM counter k WHERE k.office_id = "     \
    "o.id) FROM office o "

static struct office read_office(const struct query *query, struct arena *arena)
{
    return (struct office){
        .id = query_integer(query, 0),
        .code = query_text(query, 1, arena),
        .name = query_text(query, 2, arena),
        .address = query_text(query, 3, arena),
        .desk = query_text(query, 4, arena),
        .zone = query_text(query, 5, arena),
        .counters = (int)query_integer(query, 6),
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
        status = load_hours(database, arena, &office, error);
    if (status == STATUS_OK)
        *ret_office = office;
    return status;
}

/* "no office “olso” (there are: oslo, bergen)" */
static enum status refuse_code(struct database *database, const char *sql, const char *what, const char *code,
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

enum status office_find(struct database *database, const char *code, struct arena *arena, struct office *ret_office,
                        struct error *error)
{
    enum status status =
        find_office(database, OFFICE_SELECT "WHERE o.code = ?", text_value(code), arena, ret_office, error);
    if (status == STATUS_NOT_FOUND)
        return refuse_code(database, "SELECT code FROM office ORDER BY id LIMIT ?", "office", code, error);
    return status;
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
        status = load_hours(database, arena, &offices[i], error);
    if (status != STATUS_OK)
        return status;
    *ret_offices = offices;
    *ret_count = count;
    return STATUS_OK;
}

/* --- services --- */

static enum status check_service(const struct service *service, struct error *error)
{
    enum status status = check_code("a service", service->code, error);
    if (status != STATUS_OK)
        return status;
    if (service->minutes < GRID_MINUTES || service->minutes > DAY_MINUTES || service->minutes % GRID_MINUTES != 0)
        return error_set(error, STATUS_INVALID, "service %s: %d minutes (it must be a multiple of 5, at most a day)",
                         service->code, service->minutes);
    for (size_t i = 0; i < service->name_count; i++) {
        const struct service_name *name = &service->names[i];
        if (!text_is_language(name->language))
            return error_set(error, STATUS_INVALID, "service %s: “%.40s” is no language (write it like nb or en)",
                             service->code, name->language != NULL ? name->language : "");
        if (!text_is_line(name->name, OFFICE_TEXT_MAX))
            return error_set(error, STATUS_INVALID, "service %s: its name in %s must be one line of at most %d bytes",
                             service->code, name->language, OFFICE_TEXT_MAX);
        for (size_t before = 0; before < i; before++)
            if (strcasecmp(service->names[before].language, name->language) == 0)
                return error_set(error, STATUS_INVALID, "service %s: two names in %s", service->code, name->language);
    }
    return STATUS_OK;
}

static enum status insert_service(struct database *database, const struct service *service, struct error *error)
{
    int64_t id;
    enum status status = database_number(database, "INSERT INTO service (code, minutes) VALUES (?, ?) RETURNING id",
                                         VALUES(text_value(service->code), number_value(service->minutes)), &id, error);
    if (status == STATUS_CONFLICT)
        return error_set(error, STATUS_CONFLICT, "a service %s exists already", service->code);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < service->name_count && status == STATUS_OK; i++)
        status = database_run(database,
                              "INSERT INTO service_name (service_id, language, name, position) VALUES (?, ?, ?, ?)",
                              VALUES(number_value(id), text_value(service->names[i].language),
                                     text_value(service->names[i].name), number_value((int64_t)i)),
                              NULL, error);
    return status;
}

enum status service_add(struct database *database, const struct service *service, struct error *error)
{
    enum status status = check_service(service, error);
    if (status == STATUS_OK)
        status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    return transaction_end(database, insert_service(database, service, error), error);
}

static enum status load_names(struct database *database, struct arena *arena, struct service *service,
                              struct error *error)
{
    struct service_name *names = NULL;
    size_t count = 0;
    struct query query =
        query_begin(database, "SELECT language, name FROM service_name WHERE service_id = ? ORDER BY position",
                    VALUES(number_value(service->id)));
    while (query_next(&query)) {
        names = list_room(arena, names, count, sizeof *names);
        names[count++] = (struct service_name){query_text(&query, 0, arena), query_text(&query, 1, arena)};
    }
    service->names = names;
    service->name_count = count;
    return query_end(&query, error);
}

#define SERVICE_SELECT "SELECT id, code, minutes FROM service "

static struct service read_service(const struct query *query, struct arena *arena)
{
    return (struct service){
        .id = query_integer(query, 0),
        .code = query_text(query, 1, arena),
        .minutes = (int)query_integer(query, 2),
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
        return refuse_code(database, "SELECT code FROM service ORDER BY id LIMIT ?", "service", code, error);
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

static const char *find_name(const struct service *service, const char *language)
{
    for (size_t i = 0; i < service->name_count; i++)
        if (language != NULL && strcasecmp(service->names[i].language, language) == 0)
            return service->names[i].name;
    return NULL;
}

const char *service_name_in(const struct service *service, const char *language)
{
    const char *name = find_name(service, language);
    if (name == NULL)
        name = find_name(service, "en");
    if (name == NULL)
        name = service->name_count > 0 ? service->names[0].name : service->code;
    return name;
}
