#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "agent/command.h"
#include "agent/terminal.h"

/* --- showing --- */

static const char *hours_text(struct invocation *invocation, const struct office *office)
{
    return opening_hours_format(office->hours, office->hours_count, &invocation->arena);
}

static json_t *office_json(struct invocation *invocation, const struct office *office)
{
    return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:i, s:s}", "code", office->code, "name", office->name, "address",
                     office->address, "desk", office->desk, "timezone", office->zone, "counters", office->counters,
                     "hours", hours_text(invocation, office));
}

static enum status print_office(struct invocation *invocation, const struct office *office, struct error *error)
{
    if (invocation->global.json)
        return command_print_json(office_json(invocation, office), error);
    struct table table;
    table_begin(&table, &invocation->arena, 2, NULL);
    table_row(&table, (const char *[]){"Code", office->code});
    table_row(&table, (const char *[]){"Name", office->name});
    table_row(&table, (const char *[]){"Address", office->address});
    table_row(&table, (const char *[]){"Hours", hours_text(invocation, office)});
    table_row(&table, (const char *[]){"Time zone", office->zone});
    table_row(&table, (const char *[]){"Counters", arena_printf(&invocation->arena, "%d", office->counters)});
    table_row(&table, (const char *[]){"Desk", office->desk != NULL ? office->desk : "none"});
    table_print(&table, stdout);
    return STATUS_OK;
}

/* --- add --- */

struct add_options {
    const char *name;
    const char *address;
    const char *hours;
    const char *desk;
    const char *zone;
    int64_t counters;
};

#define FIELD(member) .field = offsetof(struct add_options, member)

static const struct command_option add_options[] = {
    {.name = "name", .value = "NAME", FIELD(name), .required = true, .summary = "as letters call it"},
    {.name = "address", .value = "TEXT", FIELD(address), .required = true, .summary = "where people go, on one line"},
    {.name = "hours", .value = "HOURS", FIELD(hours), .required = true, .summary = "when it is open, see below"},
    {.name = "counters",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {1, OFFICE_COUNTERS_MAX},
     .standard = "1",
     FIELD(counters),
     .summary = "how many people are served at once"},
    {.name = "desk",
     .value = "ADDRESS",
     .type = VALUE_ADDRESS,
     FIELD(desk),
     .summary = "mail address of the people there, for what they must see"},
    {.name = "timezone",
     .value = "ZONE",
     .type = VALUE_ZONE,
     FIELD(zone),
     .summary = "such as Europe/Oslo; else that of the configuration"},
    {.name = NULL},
};

static enum status add(struct invocation *invocation, struct error *error)
{
    const struct add_options *given = invocation->options;
    struct office office = {
        .code = invocation->words[0],
        .name = given->name,
        .address = given->address,
        .desk = given->desk,
        .zone = given->zone != NULL ? given->zone : invocation->configuration.zone,
        .counters = (int)given->counters,
    };
    enum status status =
        opening_hours_parse(given->hours, &invocation->arena, &office.hours, &office.hours_count, error);
    if (status != STATUS_OK) {
        error_prefix(error, "--hours");
        return command_misused(invocation, error);
    }
    status = office_add(invocation->agent.database, &office, error);
    if (status == STATUS_CONFLICT)
        invocation->exit_status = EX_CANTCREAT;
    return status;
}

const struct command command_office_add = {
    .name = "office add",
    .summary = "Add an office with its counters and opening hours",
    .words = "CODE",
    .words_min = 1,
    .words_max = 1,
    .options = add_options,
    .options_size = sizeof(struct add_options),
    .help = "CODE is the short name that commands call it: lower-case letters, digits\n"
            "and “-”. HOURS are days and times: \"mon-fri 08:00-15:00\", or\n"
            "\"mon,wed 09:00-11:30 12:00-15:00; thu 12:00-18:00\".\n"
            "\n"
            "  timepost office add oslo --name \"Politiets utlendingsenhet, Tøyen\" \\\n"
            "           --address \"Hagegata 23, 0653 Oslo\" --hours \"mon-fri 08:00-15:00\" \\\n"
            "           --counters 3 --desk oslo@politiet.example --timezone Europe/Oslo\n",
    .opens = OPENS_TO_CREATE,
    .run = add,
};

/* --- list --- */

static enum status list_json(struct invocation *invocation, const struct office *offices, size_t count,
                             struct error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, office_json(invocation, &offices[i]));
    return command_print_json(list, error);
}

static enum status list(struct invocation *invocation, struct error *error)
{
    static const char *const heads[] = {"CODE", "NAME", "COUNTERS", "HOURS"};
    const struct office *offices;
    size_t count;
    struct table table;
    enum status status = office_list(invocation->agent.database, &invocation->arena, &offices, &count, error);
    if (status != STATUS_OK)
        return status;
    if (invocation->global.json)
        return list_json(invocation, offices, count, error);
    if (count == 0)
        command_note("there is no office yet; “timepost office add” makes one");
    table_begin(&table, &invocation->arena, 4, heads);
    for (size_t i = 0; i < count; i++)
        table_row(&table, (const char *[]){offices[i].code, offices[i].name,
                                           arena_printf(&invocation->arena, "%d", offices[i].counters),
                                           hours_text(invocation, &offices[i])});
    if (count > 0)
        table_print(&table, stdout);
    return STATUS_OK;
}

const struct command command_office_list = {
    .name = "office list",
    .summary = "List the offices",
    .opens = OPENS_TO_LOOK,
    .run = list,
};

/* --- show --- */

static enum status show(struct invocation *invocation, struct error *error)
{
    struct office office;
    enum status status = command_office(invocation, invocation->words[0], &office, error);
    return status == STATUS_OK ? print_office(invocation, &office, error) : status;
}

const struct command command_office_show = {
    .name = "office show",
    .summary = "Show an office",
    .words = "CODE",
    .words_min = 1,
    .words_max = 1,
    .opens = OPENS_TO_LOOK,
    .run = show,
};
