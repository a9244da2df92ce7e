#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/command_booking.h"
#include "agent/terminal.h"
#include "state/calendar.h"

enum { DAYS_MAX = 730, WISHES_MAX = 16, DAY_MINUTES = 24 * 60, NOON = 12 * 60, EVENING = 17 * 60 };

struct options {
    const char *office;
    const char *service;
    const char *from;
    int64_t days;
    int64_t people;
    struct option_list wants;
    struct option_list avoids;
    const char *part;
    const char *near;
    bool nearby;
    bool anyway;
    int64_t limit;
};

#define FIELD(member) .field = offsetof(struct options, member)

static const struct command_option options[] = {
    {.name = "office", .value = "CODE", FIELD(office), .required = true, .summary = "where (timepost office list)"},
    {.name = "service",
     .value = "CODE",
     FIELD(service),
     .required = true,
     .summary = "what for (timepost service list)"},
    {.name = "from", .value = "TIME", FIELD(from), .summary = "the first day, or a time on it; else now"},
    {.name = "days",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {1, DAYS_MAX},
     .standard = "7",
     FIELD(days),
     .summary = "how many days, the first one included"},
    {.name = "people",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {1, SERVICE_PEOPLE_MAX},
     .standard = "1",
     FIELD(people),
     .summary = "who come together"},
    {.name = "want", .value = "WHEN", .many = true, FIELD(wants), .summary = "these times first, see below"},
    {.name = "avoid", .value = "WHEN", .many = true, FIELD(avoids), .summary = "not these times"},
    {.name = "part",
     .value = "PART",
     FIELD(part),
     .summary = "morning, afternoon or evening, or 10:00-12:00: these first"},
    {.name = "near", .value = "TIME", FIELD(near), .summary = "the nearest to this time first"},
    {.name = "nearby", FIELD(nearby), .summary = "offices nearby as well, after this one's times"},
    {.name = "limit",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {1, SLOTS_MAX},
     FIELD(limit),
     .summary = "only so many, the best; else all"},
    OPTION_ANYWAY(struct options),
    {.name = NULL},
};

/* "2024-06-11", or "2024-06-11T10:00/2024-06-11T12:00" */
static enum status read_wish(struct invocation *invocation, const char *option, const char *text, struct zone *zone,
                             struct wish *ret_wish, struct error *error)
{
    const char *slash = strchr(text, '/');
    const char *first = arena_strndup(&invocation->arena, text, slash != NULL ? (size_t)(slash - text) : strlen(text));
    enum status status = command_time(invocation, option, first, zone, &ret_wish->start, error);
    if (status != STATUS_OK)
        return status;
    if (slash != NULL)
        status = command_time(invocation, option, slash + 1, zone, &ret_wish->end, error);
    else
        ret_wish->end = zone_day_start(zone, ret_wish->start, 1);
    if (status == STATUS_OK && ret_wish->start >= ret_wish->end) {
        error_set(error, STATUS_INVALID, "%s %.60s: it ends before it begins", option, text);
        status = command_misused(invocation, error);
    }
    return status;
}

static enum status read_wishes(struct invocation *invocation, const char *option, const struct option_list *list,
                               struct zone *zone, const struct wish **ret_wishes, struct error *error)
{
    struct wish *wishes = arena_array(&invocation->arena, list->count, sizeof *wishes);
    enum status status = STATUS_OK;
    if (list->count > WISHES_MAX) {
        error_set(error, STATUS_INVALID, "%s: more than %d", option, WISHES_MAX);
        return command_misused(invocation, error);
    }
    for (size_t i = 0; i < list->count && status == STATUS_OK; i++)
        status = read_wish(invocation, option, list->items[i], zone, &wishes[i], error);
    *ret_wishes = wishes;
    return status;
}

/* "morning", or "10:00-12:00" */
static enum status read_part(struct invocation *invocation, const char *text, struct calendar_query *query,
                             struct error *error)
{
    static const struct {
        const char *name;
        int from, until;
    } parts[] = {{"morning", 0, NOON}, {"afternoon", NOON, EVENING}, {"evening", EVENING, DAY_MINUTES}};
    const struct opening_hours *hours;
    size_t count;
    struct error none;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        query->part_from = parts[i].from;
        query->part_until = parts[i].until;
        if (strcmp(parts[i].name, text) == 0)
            return STATUS_OK;
    }
    const char *window = arena_printf(&invocation->arena, "mon %s", text);
    if (opening_hours_parse(window, &invocation->arena, &hours, &count, &none) != STATUS_OK || count != 1) {
        error_set(error, STATUS_INVALID,
                  "--part %.40s: what is expected is morning, afternoon, evening, or 10:00-12:00", text);
        return command_misused(invocation, error);
    }
    query->part_from = hours[0].opens;
    query->part_until = hours[0].closes;
    return STATUS_OK;
}

static enum status read_query(struct invocation *invocation, struct zone *zone, struct calendar_query *query,
                              struct error *error)
{
    const struct options *given = invocation->options;
    int64_t now = clock_now(&invocation->clock), from = now;
    struct booking_window window = service_window(query->service, 0, now);
    enum status status = STATUS_OK;
    if (given->from != NULL)
        status = command_time(invocation, "--from", given->from, zone, &from, error);
    if (status == STATUS_OK && given->near != NULL)
        status = command_time(invocation, "--near", given->near, zone, &query->near, error);
    if (status == STATUS_OK && given->part != NULL)
        status = read_part(invocation, given->part, query, error);
    if (status == STATUS_OK)
        status = read_wishes(invocation, "--want", &given->wants, zone, &query->wants, error);
    if (status == STATUS_OK)
        status = read_wishes(invocation, "--avoid", &given->avoids, zone, &query->avoids, error);
    if (status != STATUS_OK)
        return status;
    query->from = from > now ? from : now;
    query->to = zone_day_start(zone, from, (int)given->days);
    if (!given->anyway && query->from < window.from)
        query->from = window.from;
    if (!given->anyway && query->to > window.to)
        query->to = window.to;
    query->want_count = given->wants.count;
    query->avoid_count = given->avoids.count;
    query->people = (int)given->people;
    query->nearby = given->nearby;
    query->limit = given->limit != 0 ? (size_t)given->limit : SLOTS_MAX;
    return STATUS_OK;
}

static enum status find(struct invocation *invocation, struct zone *zone, const struct office *office,
                        const struct service *service, const struct slot **ret_slots, size_t *ret_count,
                        struct error *error)
{
    struct calendar_query query = {.office = office, .service = service};
    enum status status = read_query(invocation, zone, &query, error);
    return status == STATUS_OK
               ? calendar_free(invocation->agent.database, &query, &invocation->arena, ret_slots, ret_count, error)
               : status;
}

static enum status print_json(struct invocation *invocation, struct zone *zone, const struct slot *slots, size_t count,
                              struct error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i}", "office", slots[i].office->code, "start",
                                              command_moment(invocation, zone, slots[i].start), "end",
                                              command_moment(invocation, zone, slots[i].end), "free_counters",
                                              slots[i].free_counters));
    return command_print_json(list, error);
}

/* The first column is what --at of book and move takes. */
static void print_table(struct invocation *invocation, struct zone *zone, const struct slot *slots, size_t count)
{
    const struct options *given = invocation->options;
    static const char *const heads[] = {"START", "END", "DAY", "FREE", "OFFICE"};
    struct table table;
    table_begin(&table, &invocation->arena, given->nearby ? 5 : 4, heads);
    for (size_t i = 0; i < count; i++) {
        struct civil start = zone_civil(zone, slots[i].start), end = zone_civil(zone, slots[i].end);
        const char *cells[] = {
            arena_printf(&invocation->arena, "%04d-%02d-%02dT%02d:%02d", start.year, start.month, start.day, start.hour,
                         start.minute),
            arena_printf(&invocation->arena, "%02d:%02d", end.hour, end.minute),
            command_weekday(civil_weekday(start.year, start.month, start.day)),
            arena_printf(&invocation->arena, "%d", slots[i].free_counters),
            slots[i].office->code,
        };
        table_row(&table, cells);
    }
    table_print(&table, stdout);
}

static enum status run(struct invocation *invocation, struct error *error)
{
    const struct options *given = invocation->options;
    struct office office;
    struct service service;
    struct zone *zone = NULL;
    const struct slot *slots = NULL;
    size_t count = 0;
    enum status status = command_office(invocation, given->office, &office, error);
    if (status == STATUS_OK)
        status = command_service(invocation, given->service, &service, error);
    if (status == STATUS_OK)
        status = zone_open(office.zone, &zone, error);
    if (status == STATUS_OK)
        status = find(invocation, zone, &office, &service, &slots, &count, error);
    if (status == STATUS_OK && invocation->global.json)
        status = print_json(invocation, zone, slots, count, error);
    else if (status == STATUS_OK && count > 0)
        print_table(invocation, zone, slots, count);
    else if (status == STATUS_OK)
        command_note("no time is free for %s at %s in these days (the past is left out)", service.code, office.code);
    zone_close(&zone);
    return status;
}

const struct command command_free = {
    .name = "free",
    .summary = "List free times of an office",
    .options = options,
    .options_size = sizeof(struct options),
    .help = "Each line has a time at which somebody can begin, as --at of book and move takes\n"
            "it, and how many counters are free then. All times are by this office's clocks.\n"
            "They are in order of time, or the best first: those wanted, in that part of the\n"
            "day, the nearest. WHEN is a day, or FROM/UNTIL. Both options may be repeated.\n"
            "\n"
            "  timepost free --office oslo --service card --from 2024-06-11 --days 2\n"
            "  timepost free --office oslo --service card --days 60 --part morning \\\n"
            "                --want 2024-06-12 --avoid 2024-06-12T10:00/2024-06-12T11:00 \\\n"
            "                --near 2024-06-14T09:00 --limit 10\n",
    .opens = OPENS_TO_LOOK,
    .run = run,
};
