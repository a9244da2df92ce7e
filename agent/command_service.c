#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/command.h"
#include "agent/terminal.h"

/* --- add --- */

enum { MINUTES_MAX = 24 * 60 };

struct add_options {
    struct option_list names;
    int64_t minutes;
};

static const struct command_option add_options[] = {
    {.name = "name",
     .value = "LANGUAGE=NAME",
     .required = true,
     .many = true,
     .field = offsetof(struct add_options, names),
     .summary = "as letters in that language call it"},
    {.name = "minutes",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {5, MINUTES_MAX},
     .required = true,
     .field = offsetof(struct add_options, minutes),
     .summary = "how long a visit takes, a multiple of 5"},
    {.name = NULL},
};

/* "nb=Nytt oppholdskort" */
static enum status read_name(struct invocation *invocation, const char *text, struct service_name *name,
                             struct error *error)
{
    const struct value_range none = {0, 0};
    const char *equals = strchr(text, '='), *right = NULL;
    const char *language = arena_strndup(&invocation->arena, text, equals != NULL ? (size_t)(equals - text) : 0);
    if (equals == NULL || *language == '\0' || equals[1] == '\0')
        error_set(error, STATUS_INVALID,
                  "--name %.60s: what is expected is LANGUAGE=NAME, such as nb=\"Nytt "
                  "oppholdskort\"",
                  text);
    else if ((right = value_read(VALUE_LANGUAGE, &none, language, &name->language, &invocation->arena)) != NULL)
        error_set(error, STATUS_INVALID, "--name %.60s: what is expected before the = is %s", text, right);
    else {
        name->name = equals + 1;
        return STATUS_OK;
    }
    return command_misused(invocation, error);
}

static enum status add(struct invocation *invocation, struct error *error)
{
    const struct add_options *given = invocation->options;
    struct service_name *names = arena_array(&invocation->arena, given->names.count, sizeof *names);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < given->names.count && status == STATUS_OK; i++)
        status = read_name(invocation, given->names.items[i], &names[i], error);
    if (status == STATUS_OK && given->minutes % 5 != 0) {
        error_set(error, STATUS_INVALID, "--minutes %d: what is expected is a multiple of 5", (int)given->minutes);
        status = command_misused(invocation, error);
    }
    if (status != STATUS_OK)
        return status;
    struct service service = {.code = invocation->words[0],
                              .minutes = (int)given->minutes,
                              .more_minutes = (int)given->minutes,
                              .names = names,
                              .name_count = given->names.count};
    status = service_add(invocation->agent.database, &service, error);
    if (status == STATUS_CONFLICT)
        invocation->exit_status = EX_CANTCREAT;
    return status;
}

const struct command command_service_add = {
    .name = "service add",
    .summary = "Add a service: what people come for",
    .words = "CODE",
    .words_min = 1,
    .words_max = 1,
    .options = add_options,
    .options_size = sizeof(struct add_options),
    .help = "CODE is the short name that commands call it: lower-case letters, digits\n"
            "and “-”. A letter takes the name in its language, else the English one, else the\n"
            "first.\n"
            "\n"
            "  timepost service add card --name nb=\"Nytt oppholdskort\" \\\n"
            "           --name en=\"New residence card\" --minutes 20\n",
    .opens = OPENS_TO_CREATE,
    .run = add,
};

/* --- list --- */

static json_t *service_json(const struct service *service)
{
    json_t *names = json_object();
    for (size_t i = 0; i < service->name_count; i++)
        json_object_set_new(names, service->names[i].language, json_string(service->names[i].name));
    return json_pack("{s:s, s:i, s:o}", "code", service->code, "minutes", service->minutes, "names", names);
}

static enum status list_json(const struct service *services, size_t count, struct error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, service_json(&services[i]));
    return command_print_json(list, error);
}

/* One row for each name; code and minutes stand in the first. */
static void add_rows(struct invocation *invocation, struct table *table, const struct service *service)
{
    const char *minutes = arena_printf(&invocation->arena, "%d", service->minutes);
    for (size_t i = 0; i < service->name_count || i == 0; i++)
        table_row(table, (const char *[]){i == 0 ? service->code : "", i == 0 ? minutes : "",
                                          i < service->name_count ? service->names[i].language : "",
                                          i < service->name_count ? service->names[i].name : ""});
}

static enum status list(struct invocation *invocation, struct error *error)
{
    static const char *const heads[] = {"CODE", "MINUTES", "LANGUAGE", "NAME"};
    const struct service *services;
    size_t count;
    struct table table;
    enum status status = service_list(invocation->agent.database, &invocation->arena, &services, &count, error);
    if (status != STATUS_OK)
        return status;
    if (invocation->global.json)
        return list_json(services, count, error);
    if (count == 0)
        command_note("there is no service yet; “timepost service add” makes one");
    table_begin(&table, &invocation->arena, 4, heads);
    for (size_t i = 0; i < count; i++)
        add_rows(invocation, &table, &services[i]);
    if (count > 0)
        table_print(&table, stdout);
    return STATUS_OK;
}

const struct command command_service_list = {
    .name = "service list",
    .summary = "List the services",
    .opens = OPENS_TO_LOOK,
    .run = list,
};
