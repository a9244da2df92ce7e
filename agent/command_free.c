#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/terminal.h"
#include "state/calendar.h"

enum { DAYS_MAX = 366 };

struct options {
    const char *office;
    const char *service;
    const char *from;
    int64_t days;
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
    {.name = NULL},
};

static enum status find(struct invocation *invocation, struct zone *zone, const struct office *office,
                        const struct service *service, const struct slot **ret_slots, size_t *ret_count,
                        struct error *error)
{
    const struct options *given = invocation->options;
    int64_t now = clock_now(&invocation->clock), from = now;
    enum status status = STATUS_OK;
    if (given->from != NULL)
        status = command_time(invocation, "--from", given->from, zone, &from, error);
    if (status != STATUS_OK)
        return status;
    struct calendar_query query = {
        .office = office,
        .service = service,
        .from = from > now ? from : now,
        .to = zone_day_start(zone, from, (int)given->days),
        .limit = SLOTS_MAX,
    };
    return calendar_free(invocation->agent.database, &query, &invocation->arena, ret_slots, ret_count, error);
}

static enum status print_json(struct invocation *invocation, struct zone *zone, const struct slot *slots, size_t count,
                              struct error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:i}", "start", command_moment(invocation, zone, slots[i].start), "end",
                            command_moment(invocation, zone, slots[i].end), "free_counters", slots[i].free_counters));
    return command_print_json(list, error);
}

/* The first column is what --at of book and move takes. */
static void print_table(struct invocation *invocation, struct zone *zone, const struct slot *slots, size_t count)
{
    static const char *const heads[] = {"START", "END", "DAY", "FREE"};
    struct table table;
    table_begin(&table, &invocation->arena, 4, heads);
    for (size_t i = 0; i < count; i++) {
        struct civil start = zone_civil(zone, slots[i].start), end = zone_civil(zone, slots[i].end);
        const char *cells[] = {
            arena_printf(&invocation->arena, "%04d-%02d-%02dT%02d:%02d", start.year, start.month, start.day, start.hour,
                         start.minute),
            arena_printf(&invocation->arena, "%02d:%02d", end.hour, end.minute),
            command_weekday(civil_weekday(start.year, start.month, start.day)),
            arena_printf(&invocation->arena, "%d", slots[i].free_counters),
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
            "it, and how many counters are free then.\n"
            "\n"
            "  timepost free --office oslo --service card --from 2024-06-11 --days 2\n",
    .opens = OPENS_TO_LOOK,
    .run = run,
};
