#include "agent/office_file.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/configuration_value.h"
#include "agent/section_file.h"
#include "base/spelling.h"
#include "state/booking.h"

enum section { SECTION_SERVICE, SECTION_OFFICE, SECTION_HOURS, SECTION_COUNTER, SECTION_COUNT };

static const struct {
    const char *name;
    const char *example;
} sections[SECTION_COUNT] = {
    [SECTION_SERVICE] = {"service", "[service card]"},
    [SECTION_OFFICE] = {"office", "[office oslo]"},
    [SECTION_HOURS] = {"hours", "[hours oslo]"},
    [SECTION_COUNTER] = {"counter", "[counter oslo 2] or [counter oslo 2-4]"},
};

/* A text with where it was. */
struct located {
    const char *text;
    int line;
};

/* The section in hand, as its keys come. */
struct draft {
    int64_t duration, further /* -1: as duration */, people, buffer, lead, change_until, cancel_until,
        horizon;                                                              /* [service] */
    const char *name, *address, *desk, *zone, *holidays, *neighbours, *hours; /* [office] */
    int64_t counters;
    const char *service, *from, *until, *open; /* [hours] */
    const char *services;                      /* [counter] */
    struct service_name *names, *documents;    /* of several lines */
    size_t name_count, document_count;
    struct located *closures;
    size_t closure_count;
};

enum form { FORM_ONE, FORM_TEXTS /* a line for each language: "name.nb" */, FORM_CLOSURES /* any number of lines */ };

struct key {
    const char *name;
    enum section section;
    enum form form;
    enum value_type type;
    bool required;
    size_t offset;
    struct value_range range;
    const char *standard; /* NULL: not set */
};

/* The beginnings of rows: of one value, of texts in several languages, of closures. */
#define KEY(section, name, type, required, member)                                                                     \
    name, SECTION_##section, FORM_ONE, VALUE_##type, required, offsetof(struct draft, member)
#define LINES(section, name, form, required) name, SECTION_##section, FORM_##form, VALUE_TEXT, required, 0

enum { DAYS_MAX = 730 };

/* clang-format off */
static const struct key keys[] = {
    {LINES(SERVICE, "name", TEXTS, true), {0, 0}, NULL},
    {KEY(SERVICE, "duration", DURATION, true, duration), {5 * MINUTE, DAY}, NULL},
    {KEY(SERVICE, "each_further_person", DURATION, false, further), {0, DAY}, NULL},
    {KEY(SERVICE, "people", NUMBER, false, people), {1, SERVICE_PEOPLE_MAX}, "10"},
    {KEY(SERVICE, "buffer", DURATION, false, buffer), {0, DAY}, "0s"},
    {KEY(SERVICE, "lead", DURATION, false, lead), {0, DAYS_MAX * (int64_t)DAY}, "0s"},
    {KEY(SERVICE, "change_until", DURATION, false, change_until), {0, DAYS_MAX * (int64_t)DAY}, "0s"},
    {KEY(SERVICE, "cancel_until", DURATION, false, cancel_until), {0, DAYS_MAX * (int64_t)DAY}, "0s"},
    {KEY(SERVICE, "horizon", DURATION, false, horizon), {DAY, DAYS_MAX * (int64_t)DAY}, NULL},
    {LINES(SERVICE, "bring", TEXTS, false), {0, 0}, NULL},
    {KEY(OFFICE, "name", TEXT, true, name), {0, 0}, NULL},
    {KEY(OFFICE, "address", TEXT, true, address), {0, 0}, NULL},
    {KEY(OFFICE, "desk", ADDRESS, false, desk), {0, 0}, NULL},
    {KEY(OFFICE, "timezone", ZONE, false, zone), {0, 0}, NULL},
    {KEY(OFFICE, "counters", NUMBER, false, counters), {1, OFFICE_COUNTERS_MAX}, "1"},
    {KEY(OFFICE, "holidays", TEXT, false, holidays), {0, 0}, "none"},
    {KEY(OFFICE, "neighbours", TEXT, false, neighbours), {0, 0}, NULL},
    {KEY(OFFICE, "hours", TEXT, true, hours), {0, 0}, NULL},
    {LINES(OFFICE, "closed", CLOSURES, false), {0, 0}, NULL},
    {KEY(HOURS, "service", TEXT, false, service), {0, 0}, NULL},
    {KEY(HOURS, "from", TEXT, false, from), {0, 0}, NULL},
    {KEY(HOURS, "until", TEXT, false, until), {0, 0}, NULL},
    {KEY(HOURS, "open", TEXT, true, open), {0, 0}, NULL},
    {KEY(COUNTER, "services", TEXT, false, services), {0, 0}, NULL},
    {LINES(COUNTER, "closed", CLOSURES, false), {0, 0}, NULL},
};
/* clang-format on */

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

struct reader {
    struct section_file file;
    struct office_file *result;
    const struct office_file *present;
    const char *zone;
    struct arena *arena;
    struct error *error;
    struct service *services; /* of the result */
    struct office_entry *offices;
    bool has_section;
    enum section section;
    int section_line;
    int key_lines[KEY_COUNT]; /* 0: not there */
    const char *code;         /* of the section's head */
    const char *rest;
    struct draft draft;
};

#define fail(reader, at_line, ...) section_file_fail((reader)->file.path, at_line, (reader)->error, __VA_ARGS__)

/* The line of a key; the section's own where it is not there. */
static int line_of(const struct reader *reader, const char *name)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].section == reader->section && strcmp(keys[i].name, name) == 0 && reader->key_lines[i] != 0)
            return reader->key_lines[i];
    return reader->section_line;
}

/* What a function of state/ says, with its line. */
static enum status fail_with(const struct reader *reader, const char *key, const struct error *failure)
{
    if (failure->status == STATUS_INVALID || failure->status == STATUS_NOT_FOUND)
        return fail(reader, line_of(reader, key), "%s", failure->text);
    return error_set(reader->error, failure->status, "%s", failure->text);
}

/* --- lists, times --- */

/* The next word of "a, b"; NULL at the end. */
static const char *next_word(const char **at, struct arena *arena)
{
    *at += strspn(*at, ", \t");
    size_t length = strcspn(*at, ", \t");
    const char *word = length > 0 ? arena_strndup(arena, *at, length) : NULL;
    *at += length;
    return word;
}

static bool read_moment(const char *text, struct zone *zone, int64_t *ret_time, bool *ret_is_date)
{
    struct error none;
    *ret_is_date = strlen(text) == sizeof "2024-06-11" - 1;
    return rfc3339_parse(text, zone, ret_time, &none) == STATUS_OK;
}

const char *closure_read_times(const char *from, const char *until, struct zone *zone, struct closure *closure)
{
    static const char right[] = "a day (2024-06-11), or “2024-06-11 12:00 until 2024-06-11 15:00”";
    bool from_is_date, until_is_date = true;
    int64_t start, end;
    if (!read_moment(from, zone, &start, &from_is_date))
        return right;
    end = start;
    if (until != NULL && !read_moment(until, zone, &end, &until_is_date))
        return right;
    if (until_is_date)
        end = zone_day_start(zone, end, 1);
    if (start >= end)
        return "an end that is after the beginning";
    if (start % QUANTUM_SECONDS != 0 || end % QUANTUM_SECONDS != 0)
        return "times in steps of five minutes";
    closure->start = start;
    closure->end = end;
    return NULL;
}

static bool is_midnight(struct zone *zone, int64_t time)
{
    return zone_day_start(zone, time, 0) == time;
}

static const char *format_date(struct zone *zone, int64_t time, struct arena *arena)
{
    struct civil civil = zone_civil(zone, time);
    return arena_printf(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

static const char *format_moment(struct zone *zone, int64_t time, struct arena *arena)
{
    struct civil civil = zone_civil(zone, time);
    return arena_printf(arena, "%s %02d:%02d", format_date(zone, time, arena), civil.hour, civil.minute);
}

const char *closure_format_times(const struct closure *closure, struct zone *zone, struct arena *arena)
{
    if (!is_midnight(zone, closure->start) || !is_midnight(zone, closure->end))
        return arena_printf(arena, "%s until %s", format_moment(zone, closure->start, arena),
                            format_moment(zone, closure->end, arena));
    const char *first = format_date(zone, closure->start, arena), *last = format_date(zone, closure->end - 1, arena);
    return strcmp(first, last) == 0 ? first : arena_printf(arena, "%s until %s", first, last);
}

/* "2024-07-01 until 2024-07-14: summer" */
static enum status read_closure(const struct reader *reader, const struct located *line, struct zone *zone,
                                struct closure *closure)
{
    char *text = arena_strdup(reader->arena, line->text), *colon = strstr(text, ": "), *until = NULL;
    if (colon != NULL) {
        *colon = '\0';
        closure->reason = colon + 2 + strspn(colon + 2, " ");
        if (strlen(closure->reason) > CLOSURE_REASON_MAX)
            return fail(reader, line->line, "closed: the reason has more than %d bytes", CLOSURE_REASON_MAX);
    }
    until = strstr(text, " until ");
    if (until != NULL) {
        *until = '\0';
        until += strlen(" until ");
    }
    const char *right = closure_read_times(text, until, zone, closure);
    if (right != NULL)
        return fail(reader, line->line, "closed = %s: what is expected is %s", line->text, right);
    return STATUS_OK;
}

static enum status read_closures(const struct reader *reader, const char *zone_name, int first_counter,
                                 int last_counter, struct office_entry *entry)
{
    const struct draft *draft = &reader->draft;
    struct zone *zone = NULL;
    struct closure *closures = arena_array(reader->arena, OFFICE_FILE_CLOSURES_MAX, sizeof *closures);
    enum status status = zone_open(zone_name, &zone, reader->error);
    size_t count = entry->closure_count;
    if (count > 0)
        memcpy(closures, entry->closures, count * sizeof *closures);
    for (size_t i = 0; i < draft->closure_count && status == STATUS_OK; i++) {
        for (int counter = first_counter; counter <= last_counter && status == STATUS_OK; counter++) {
            struct closure closure = {.counter = counter};
            if (count == OFFICE_FILE_CLOSURES_MAX)
                status = fail(reader, draft->closures[i].line, "more than %d closures of an office",
                              OFFICE_FILE_CLOSURES_MAX);
            else
                status = read_closure(reader, &draft->closures[i], zone, &closure);
            if (status == STATUS_OK)
                closures[count++] = closure;
        }
    }
    zone_close(&zone);
    entry->closures = closures;
    entry->closure_count = count;
    return status;
}

/* --- what is there --- */

static const char *find_service(const struct service *services, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(services[i].code, code) == 0)
            return services[i].code;
    return NULL;
}

static enum status check_service_code(const struct reader *reader, const char *key, const char *code)
{
    const struct office_file *result = reader->result, *present = reader->present;
    struct spelling_search search = spelling_search(code);
    if (find_service(reader->services, result->service_count, code) != NULL ||
        find_service(present->services, present->service_count, code) != NULL)
        return STATUS_OK;
    for (size_t i = 0; i < result->service_count; i++)
        spelling_offer(&search, reader->services[i].code);
    for (size_t i = 0; i < present->service_count; i++)
        spelling_offer(&search, present->services[i].code);
    if (search.best != NULL)
        return fail(reader, line_of(reader, key), "there is no service “%.40s”; did you mean “%s”?", code, search.best);
    return fail(reader, line_of(reader, key), "there is no service “%.40s”; put [service %.40s] before it", code, code);
}

/* The office of the section in hand. */
static struct office_entry *find_entry(const struct reader *reader)
{
    for (size_t i = 0; i < reader->result->office_count; i++)
        if (strcmp(reader->offices[i].office.code, reader->code) == 0)
            return &reader->offices[i];
    return NULL;
}

static enum status no_entry(const struct reader *reader)
{
    return fail(reader, reader->section_line, "[%s %.40s] needs [office %.40s] before it",
                sections[reader->section].name, reader->code, reader->code);
}

/* --- the ends of sections --- */

static enum status finish_service(struct reader *reader)
{
    const struct draft *draft = &reader->draft;
    struct office_file *result = reader->result;
    int64_t further = draft->further >= 0 ? draft->further : draft->duration;
    if (find_service(reader->services, result->service_count, reader->code) != NULL)
        return fail(reader, reader->section_line, "[service %s] is there already; put its keys together", reader->code);
    if (draft->duration % (5 * MINUTE) != 0 || further % (5 * MINUTE) != 0 || draft->buffer % (5 * MINUTE) != 0)
        return fail(reader, reader->section_line,
                    "[service %s]: duration, each_further_person and buffer are in steps of five minutes",
                    reader->code);
    if (draft->horizon % DAY != 0)
        return fail(reader, line_of(reader, "horizon"), "horizon: what is expected are whole days, such as 60d");
    struct service service = {
        .code = reader->code,
        .minutes = (int)(draft->duration / MINUTE),
        .more_minutes = (int)(further / MINUTE),
        .people_max = (int)draft->people,
        .buffer_minutes = (int)(draft->buffer / MINUTE),
        .lead = draft->lead,
        .change_limit = draft->change_until,
        .cancel_limit = draft->cancel_until,
        .horizon_days = (int)(draft->horizon / DAY),
        .names = draft->names,
        .name_count = draft->name_count,
        .documents = draft->documents,
        .document_count = draft->document_count,
    };
    reader->services = list_room(reader->arena, reader->services, result->service_count, sizeof service);
    reader->services[result->service_count++] = service;
    return STATUS_OK;
}

static enum status read_holidays(const struct reader *reader, enum holiday_country *ret_country)
{
    for (int country = 0; country < HOLIDAYS_COUNT; country++) {
        *ret_country = (enum holiday_country)country;
        if (strcmp(reader->draft.holidays, holiday_country_name(*ret_country)) == 0)
            return STATUS_OK;
    }
    return fail(reader, line_of(reader, "holidays"), "holidays = %.40s: what is expected is none or norway",
                reader->draft.holidays);
}

static void read_neighbours(const struct reader *reader, struct office *office)
{
    const char **neighbours = arena_array(reader->arena, OFFICE_NEIGHBOURS_MAX, sizeof *neighbours);
    const char *at = reader->draft.neighbours, *word;
    while (at != NULL && office->neighbour_count < OFFICE_NEIGHBOURS_MAX &&
           (word = next_word(&at, reader->arena)) != NULL)
        neighbours[office->neighbour_count++] = word;
    office->neighbours = neighbours;
}

static enum status finish_office(struct reader *reader)
{
    const struct draft *draft = &reader->draft;
    struct office_file *result = reader->result;
    struct office_entry entry = {.line = reader->section_line};
    struct error failure;
    for (size_t i = 0; i < result->office_count; i++)
        if (strcmp(reader->offices[i].office.code, reader->code) == 0)
            return fail(reader, reader->section_line, "[office %s] is there already, in line %d", reader->code,
                        reader->offices[i].line);
    struct office *office = &entry.office;
    *office = (struct office){
        .code = reader->code,
        .name = draft->name,
        .address = draft->address,
        .desk = draft->desk,
        .zone = draft->zone != NULL ? draft->zone : reader->zone,
        .counters = (int)draft->counters,
    };
    read_neighbours(reader, office);
    enum status status = read_holidays(reader, &office->holidays);
    if (status != STATUS_OK)
        return status;
    if (opening_hours_parse(draft->hours, reader->arena, &office->hours, &office->hours_count, &failure) != STATUS_OK)
        return fail_with(reader, "hours", &failure);
    status = read_closures(reader, office->zone, 0, 0, &entry);
    reader->offices = list_room(reader->arena, reader->offices, result->office_count, sizeof entry);
    reader->offices[result->office_count++] = entry;
    return status;
}

/* "2024-06-11" */
static enum status read_day(const struct reader *reader, const char *key, const char *text, bool *ret_has,
                            int64_t *ret_day)
{
    int year, month, day, end = 0;
    *ret_has = text != NULL;
    if (text == NULL)
        return STATUS_OK;
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || text[end] != '\0' ||
        !civil_date_valid(year, month, day))
        return fail(reader, line_of(reader, key), "%s = %.40s: what is expected is a day that there is, as 2024-06-11",
                    key, text);
    *ret_day = civil_day_number(year, month, day);
    return STATUS_OK;
}

static enum status add_timetable(struct reader *reader, struct office *office, const struct timetable *timetable)
{
    for (size_t i = 0; i < office->timetable_count; i++)
        if (timetables_overlap(&office->timetables[i], timetable))
            return fail(reader, reader->section_line,
                        "[hours %s]: two of %s for the same days; give them dates that do not meet", reader->code,
                        timetable->service != NULL ? timetable->service : "all services");
    if (office->timetable_count == TIMETABLES_MAX)
        return fail(reader, reader->section_line, "more than %d times [hours %s]", TIMETABLES_MAX, reader->code);
    struct timetable *all =
        list_room(reader->arena, office->timetables, office->timetable_count, sizeof *office->timetables);
    all[office->timetable_count++] = *timetable;
    office->timetables = all;
    return STATUS_OK;
}

static enum status finish_hours(struct reader *reader)
{
    const struct draft *draft = &reader->draft;
    struct office_entry *entry = find_entry(reader);
    struct timetable timetable = {.service = draft->service};
    struct error failure;
    enum status status = STATUS_OK;
    if (entry == NULL)
        return no_entry(reader);
    if (draft->service != NULL)
        status = check_service_code(reader, "service", draft->service);
    if (status == STATUS_OK)
        status = read_day(reader, "from", draft->from, &timetable.has_from, &timetable.from);
    if (status == STATUS_OK)
        status = read_day(reader, "until", draft->until, &timetable.has_until, &timetable.until);
    if (status != STATUS_OK)
        return status;
    if (draft->service == NULL && draft->from == NULL && draft->until == NULL)
        return fail(reader, reader->section_line,
                    "[hours %s] needs a service, from or until; hours of always belong to [office %s]", reader->code,
                    reader->code);
    if (timetable.has_from && timetable.has_until && timetable.from > timetable.until)
        return fail(reader, line_of(reader, "until"), "until is before from");
    if (opening_hours_parse(draft->open, reader->arena, &timetable.hours, &timetable.hours_count, &failure) !=
        STATUS_OK)
        return fail_with(reader, "open", &failure);
    return add_timetable(reader, &entry->office, &timetable);
}

/* "2" or "2-4" */
static enum status read_counters(const struct reader *reader, const struct office *office, int *ret_first,
                                 int *ret_last)
{
    int end = 0;
    *ret_last = 0;
    if (sscanf(reader->rest, "%3d%n-%3d%n", ret_first, &end, ret_last, &end) == 1)
        *ret_last = *ret_first;
    if (*reader->rest == '\0' || end == 0 || reader->rest[end] != '\0' || *ret_first < 1 || *ret_last < *ret_first ||
        *ret_last > office->counters)
        return fail(reader, reader->section_line, "[counter %s %.20s]: the office has the counters 1 to %d: %s",
                    reader->code, reader->rest, office->counters, sections[SECTION_COUNTER].example);
    return STATUS_OK;
}

static enum status add_limit(struct reader *reader, struct office *office, int counter, const char *services)
{
    const char **codes = arena_array(reader->arena, OFFICE_SERVICES_MAX, sizeof *codes);
    struct counter_limit limit = {.counter = counter, .services = codes};
    const char *word;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && limit.service_count < OFFICE_SERVICES_MAX &&
           (word = next_word(&services, reader->arena)) != NULL) {
        status = check_service_code(reader, "services", word);
        codes[limit.service_count++] = word;
    }
    for (size_t i = 0; i < office->limit_count && status == STATUS_OK; i++)
        if (office->limits[i].counter == counter)
            status = fail(reader, line_of(reader, "services"), "counter %d of %s has its services already", counter,
                          office->code);
    if (status != STATUS_OK)
        return status;
    struct counter_limit *limits = list_room(reader->arena, office->limits, office->limit_count, sizeof limit);
    limits[office->limit_count++] = limit;
    office->limits = limits;
    return STATUS_OK;
}

static enum status finish_counter(struct reader *reader)
{
    struct office_entry *entry = find_entry(reader);
    int first = 0, last = 0;
    if (entry == NULL)
        return no_entry(reader);
    enum status status = read_counters(reader, &entry->office, &first, &last);
    if (status == STATUS_OK && reader->draft.services != NULL)
        for (int counter = first; counter <= last && status == STATUS_OK; counter++)
            status = add_limit(reader, &entry->office, counter, reader->draft.services);
    return status == STATUS_OK ? read_closures(reader, entry->office.zone, first, last, entry) : status;
}

static enum status finish_section(struct reader *reader)
{
    static enum status (*const finish[SECTION_COUNT])(struct reader *) = {
        [SECTION_SERVICE] = finish_service,
        [SECTION_OFFICE] = finish_office,
        [SECTION_HOURS] = finish_hours,
        [SECTION_COUNTER] = finish_counter,
    };
    if (!reader->has_section)
        return STATUS_OK;
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].section == reader->section && keys[i].required && reader->key_lines[i] == 0)
            return fail(reader, reader->section_line, "[%s %s] has no %s", sections[reader->section].name, reader->code,
                        keys[i].form == FORM_TEXTS ? "name.nb or the like" : keys[i].name);
    return finish[reader->section](reader);
}

/* --- lines --- */

static enum status begin_section(struct reader *reader)
{
    const struct section_file *file = &reader->file;
    enum status status = finish_section(reader);
    if (status != STATUS_OK)
        return status;
    size_t section = 0;
    while (section < SECTION_COUNT && strcmp(sections[section].name, file->name) != 0)
        section++;
    if (section == SECTION_COUNT)
        return fail(reader, file->line, "there is no section [%.40s]; there are service, office, hours and counter",
                    file->name);
    reader->has_section = true;
    reader->section = (enum section)section;
    reader->section_line = file->line;
    memset(reader->key_lines, 0, sizeof reader->key_lines);
    reader->draft = (struct draft){.further = -1};
    size_t length = strcspn(file->value, " \t");
    reader->code = arena_strndup(reader->arena, file->value, length);
    reader->rest = arena_strdup(reader->arena, file->value + length + strspn(file->value + length, " \t"));
    if (length == 0 || (section != SECTION_COUNTER && *reader->rest != '\0'))
        return fail(reader, file->line, "a section [%s] has one code: %s", file->name, sections[section].example);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].section == reader->section && keys[i].standard != NULL)
            value_read(keys[i].type, &keys[i].range, keys[i].standard, (char *)&reader->draft + keys[i].offset,
                       reader->arena);
    return STATUS_OK;
}

static enum status unknown_key(const struct reader *reader)
{
    const char *name = reader->file.name;
    struct spelling_search search = spelling_search(name);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].section == reader->section)
            spelling_offer(&search, keys[i].name);
    if (search.best != NULL)
        return fail(reader, reader->file.line, "[%s] has no key \"%.40s\"; did you mean \"%s\"?",
                    sections[reader->section].name, name, search.best);
    return fail(reader, reader->file.line, "[%s] has no key \"%.40s\"", sections[reader->section].name, name);
}

/* "name.nb = …": the text with its language. */
static enum status read_text(struct reader *reader, const struct key *key, const char *language)
{
    const struct section_file *file = &reader->file;
    struct draft *draft = &reader->draft;
    const struct value_range none = {0, 0};
    bool is_name = strcmp(key->name, "name") == 0;
    struct service_name **list = is_name ? &draft->names : &draft->documents;
    size_t *count = is_name ? &draft->name_count : &draft->document_count;
    struct service_name text = {.name = arena_strdup(reader->arena, file->value)};
    if (*language == '\0' || value_read(VALUE_LANGUAGE, &none, language, &text.language, reader->arena) != NULL)
        return fail(reader, file->line, "%s needs its language: %s.nb = %.40s", key->name, key->name, file->value);
    if (*file->value == '\0' || strlen(file->value) > OFFICE_TEXT_MAX)
        return fail(reader, file->line, "%s.%s: what is expected is a line of 1 to %d bytes", key->name, language,
                    OFFICE_TEXT_MAX);
    for (size_t i = 0; is_name && i < *count; i++)
        if (strcasecmp((*list)[i].language, language) == 0)
            return fail(reader, file->line, "two names in %s", language);
    if (*count == SERVICE_TEXTS_MAX)
        return fail(reader, file->line, "more than %d lines of %s", SERVICE_TEXTS_MAX, key->name);
    *list = list_room(reader->arena, *list, *count, sizeof text);
    (*list)[(*count)++] = text;
    return STATUS_OK;
}

static enum status read_closure_line(struct reader *reader)
{
    struct draft *draft = &reader->draft;
    draft->closures = list_room(reader->arena, draft->closures, draft->closure_count, sizeof *draft->closures);
    draft->closures[draft->closure_count++] =
        (struct located){arena_strdup(reader->arena, reader->file.value), reader->file.line};
    return STATUS_OK;
}

static enum status read_key(struct reader *reader)
{
    struct section_file *file = &reader->file;
    if (!reader->has_section)
        return fail(reader, file->line, "\"%.40s\" stands before the first section, such as %s", file->name,
                    sections[SECTION_OFFICE].example);
    size_t length = strcspn(file->name, "."), index = 0;
    while (index < KEY_COUNT && (keys[index].section != reader->section || strlen(keys[index].name) != length ||
                                 strncmp(keys[index].name, file->name, length) != 0))
        index++;
    if (index == KEY_COUNT || (keys[index].form != FORM_TEXTS && file->name[length] != '\0'))
        return unknown_key(reader);
    const struct key *key = &keys[index];
    if (key->form == FORM_ONE && reader->key_lines[index] != 0)
        return fail(reader, file->line, "\"%s\" was given already, in line %d", key->name, reader->key_lines[index]);
    reader->key_lines[index] = file->line;
    if (key->form == FORM_TEXTS)
        return read_text(reader, key, file->name[length] == '.' ? file->name + length + 1 : "");
    if (key->form == FORM_CLOSURES)
        return read_closure_line(reader);
    const char *right =
        value_read(key->type, &key->range, file->value, (char *)&reader->draft + key->offset, reader->arena);
    if (right != NULL)
        return fail(reader, file->line, "%s = %.60s: what is expected is %s", key->name, file->value, right);
    return STATUS_OK;
}

/* --- the whole file --- */

static bool is_office(const struct office_file *file, const char *code)
{
    for (size_t i = 0; i < file->office_count; i++)
        if (strcmp(file->offices[i].office.code, code) == 0)
            return true;
    return false;
}

static enum status check_neighbours(struct reader *reader)
{
    for (size_t i = 0; i < reader->result->office_count; i++) {
        const struct office_entry *entry = &reader->offices[i];
        for (size_t n = 0; n < entry->office.neighbour_count; n++)
            if (!is_office(reader->result, entry->office.neighbours[n]) &&
                !is_office(reader->present, entry->office.neighbours[n]))
                return fail(reader, entry->line, "[office %s]: its neighbour “%.40s” is no office", entry->office.code,
                            entry->office.neighbours[n]);
    }
    return STATUS_OK;
}

static int by_counter(const void *a, const void *b)
{
    return ((const struct counter_limit *)a)->counter - ((const struct counter_limit *)b)->counter;
}

static int by_code(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_validity(const void *a, const void *b)
{
    const struct timetable *first = a, *second = b;
    int order = strcmp(first->service != NULL ? first->service : "", second->service != NULL ? second->service : "");
    if (order == 0)
        order = compare_numbers(first->has_from ? first->from : INT64_MIN, second->has_from ? second->from : INT64_MIN);
    return order != 0 ? order
                      : compare_numbers(first->has_until ? first->until : INT64_MIN,
                                        second->has_until ? second->until : INT64_MIN);
}

static int by_time(const void *a, const void *b)
{
    const struct closure *first = a, *second = b;
    int order = compare_numbers(first->start, second->start);
    if (order == 0)
        order = compare_numbers(first->counter, second->counter);
    return order != 0 ? order : compare_numbers(first->end, second->end);
}

/* The order in which the database gives them, so that both can be compared. */
static void sort_entry(struct office_entry *entry)
{
    struct office *office = &entry->office;
    for (size_t i = 0; i < office->limit_count; i++)
        qsort((void *)office->limits[i].services, office->limits[i].service_count, sizeof(char *), by_code);
    if (office->limit_count > 0)
        qsort((void *)office->limits, office->limit_count, sizeof *office->limits, by_counter);
    if (office->timetable_count > 0)
        qsort((void *)office->timetables, office->timetable_count, sizeof *office->timetables, by_validity);
    if (entry->closure_count > 0)
        qsort((void *)entry->closures, entry->closure_count, sizeof *entry->closures, by_time);
}

enum status office_file_parse(const char *path, const char *text, size_t length, const struct office_file *present,
                              const char *zone, struct arena *arena, struct office_file *ret_file, struct error *error)
{
    struct office_file result = {.path = path};
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    *reader = (struct reader){.file = {.path = path, .text = text, .length = length},
                              .result = &result,
                              .present = present,
                              .zone = zone,
                              .arena = arena,
                              .error = error};
    enum status status = section_file_next(&reader->file, error);
    while (status == STATUS_OK && reader->file.item != SECTION_FILE_END) {
        status = reader->file.item == SECTION_FILE_HEAD ? begin_section(reader) : read_key(reader);
        if (status == STATUS_OK)
            status = section_file_next(&reader->file, error);
    }
    if (status == STATUS_OK)
        status = finish_section(reader);
    result.services = reader->services;
    result.offices = reader->offices;
    if (status == STATUS_OK)
        status = check_neighbours(reader);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < result.office_count; i++)
        sort_entry(&reader->offices[i]);
    *ret_file = result;
    return STATUS_OK;
}

enum status office_file_from_database(struct database *database, int64_t now, struct arena *arena,
                                      struct office_file *ret_file, struct error *error)
{
    struct office_file file = {0};
    const struct office *offices;
    enum status status = service_list(database, arena, &file.services, &file.service_count, error);
    if (status == STATUS_OK)
        status = office_list(database, arena, &offices, &file.office_count, error);
    if (status != STATUS_OK)
        return status;
    struct office_entry *entries = arena_array(arena, file.office_count, sizeof *entries);
    for (size_t i = 0; i < file.office_count && status == STATUS_OK; i++) {
        entries[i].office = offices[i];
        status = closure_list(database, offices[i].id, now, INT64_MAX, arena, &entries[i].closures,
                              &entries[i].closure_count, error);
    }
    if (status != STATUS_OK)
        return status;
    file.offices = entries;
    *ret_file = file;
    return STATUS_OK;
}

/* --- carrying out --- */

static enum status apply_office(struct database *database, const struct office_entry *entry, int64_t now,
                                struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct office office;
    enum status status = office_set_neighbours(database, &entry->office, error);
    if (status == STATUS_OK)
        status = office_find(database, entry->office.code, &arena, &office, error);
    if (status == STATUS_OK)
        status = closure_replace(database, &office, entry->closures, entry->closure_count, now, error);
    arena_clear(&arena);
    return status;
}

enum status office_file_apply(struct database *database, const struct office_file *file, int64_t now,
                              struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < file->service_count && status == STATUS_OK; i++)
        status = service_set(database, &file->services[i], error);
    for (size_t i = 0; i < file->office_count && status == STATUS_OK; i++) {
        status = office_set(database, &file->offices[i].office, error);
        if (status == STATUS_INVALID || status == STATUS_NOT_FOUND)
            error_prefix(error, "%s:%d", file->path, file->offices[i].line);
    }
    for (size_t i = 0; i < file->office_count && status == STATUS_OK; i++) /* once all neighbours are there */
        status = apply_office(database, &file->offices[i], now, error);
    return status;
}
