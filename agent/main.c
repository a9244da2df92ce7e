#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/command.h"
#include "agent/command_line.h"
#include "agent/terminal.h"
#include "base/spelling.h"

#define VERSION "0.1"

enum { NAME_COLUMN = 16 };

/* The commands as `timepost --help` lists them, under their headings. */
static const struct {
    const char *heading; /* NULL: as the row above */
    const struct command *command;
} table[] = {
    {"Appointments", &command_book}, {NULL, &command_show},         {NULL, &command_move},
    {NULL, &command_cancel},         {NULL, &command_free},         {NULL, &command_calendar},
    {"Mail", &command_serve},        {NULL, &command_handle},       {NULL, &command_parse},
    {NULL, &command_when},           {NULL, &command_remind},       {NULL, &command_outbox_list},
    {NULL, &command_outbox_retry},   {NULL, &command_outbox_drop},  {"Offices and services", &command_office_add},
    {NULL, &command_office_list},    {NULL, &command_office_show},  {NULL, &command_office_close},
    {NULL, &command_office_reopen},  {NULL, &command_office_load},  {NULL, &command_office_dump},
    {NULL, &command_service_add},    {NULL, &command_service_list}, {"Care", &command_doctor},
};

enum { COMMAND_COUNT = sizeof table / sizeof table[0] };

/* --- finding a command by its one or two words --- */

static size_t first_word_length(const struct command *command)
{
    return strcspn(command->name, " ");
}

/* Is `word` the first of the two words of some commands? */
static bool is_group(const char *word)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        size_t length = first_word_length(table[i].command);
        if (table[i].command->name[length] == ' ' && strlen(word) == length &&
            strncmp(table[i].command->name, word, length) == 0)
            return true;
    }
    return false;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(table[i].command->name, name) == 0)
            return table[i].command;
    return NULL;
}

static enum status unknown_command(const char *word, struct arena *arena, struct error *error)
{
    struct spelling_search search = spelling_search(word);
    spelling_offer(&search, "help");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = table[i].command;
        spelling_offer(&search, arena_strndup(arena, command->name, first_word_length(command)));
    }
    if (search.best != NULL)
        return error_set(error, STATUS_INVALID, "there is no command “%.60s”; did you mean “%s”? (timepost --help)",
                         word, search.best);
    return error_set(error, STATUS_INVALID, "there is no command “%.60s” (timepost --help lists them)", word);
}

static enum status unknown_member(const char *group, const char *word, struct arena *arena, struct error *error)
{
    struct spelling_search search = spelling_search(word);
    struct buffer all = BUFFER_INIT;
    size_t length = strlen(group);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = table[i].command;
        if (first_word_length(command) != length || strncmp(command->name, group, length) != 0)
            continue;
        spelling_offer(&search, command->name + length + 1);
        buffer_printf(&all, "%s%s", all.length > 0 ? ", " : "", command->name + length + 1);
    }
    const char *known = arena_strdup(arena, all.data);
    buffer_release(&all);
    if (search.best != NULL)
        return error_set(error, STATUS_INVALID, "there is no “%s %.60s”; did you mean “%s %s”?", group, word, group,
                         search.best);
    return error_set(error, STATUS_INVALID, "there is no “%s %.60s”; there are: %s", group, word, known);
}

/* --- help --- */

static void append_commands(const char *group, struct buffer *out)
{
    size_t length = group != NULL ? strlen(group) : 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = table[i].command;
        if (group != NULL && (first_word_length(command) != length || strncmp(command->name, group, length) != 0))
            continue;
        if (group == NULL && table[i].heading != NULL)
            buffer_printf(out, "%s%s\n", i > 0 ? "\n" : "", table[i].heading);
        buffer_printf(out, "  %-*s%s\n", NAME_COLUMN, command->name, command->summary);
    }
}

static void append_overview(struct buffer *out)
{
    buffer_append_string(out, "usage: timepost [--config FILE] [--db FILE] [--now TIME] [--json] COMMAND …\n"
                              "\n"
                              "An appointment desk that works by e-mail.\n"
                              "\n");
    append_commands(NULL, out);
    buffer_append_string(out, "\nOptions of every command, before or after its name\n");
    command_line_help_options(global_options, out);
    buffer_append_string(out, "\n"
                              "“timepost help COMMAND” tells more of a command. Exit statuses are those of\n"
                              "sysexits.h: 0 done, 64 wrong usage, 65 wrong data, 69 taken or not reachable,\n"
                              "75 try again later, 78 wrong configuration.\n");
}

static void append_group(const char *group, struct buffer *out)
{
    buffer_printf(out, "usage: timepost %s COMMAND …\n\n", group);
    append_commands(group, out);
    buffer_printf(out, "\n“timepost %s COMMAND --help” tells more of a command.\n", group);
}

/* The help of one or two words; "": of everything. */
static enum status print_help(const char *first, const char *second, struct arena *arena, struct error *error)
{
    struct buffer out = BUFFER_INIT;
    const struct command *command = find_command(first);
    enum status status = STATUS_OK;
    if (command == NULL && is_group(first) && *second != '\0')
        command = find_command(arena_printf(arena, "%s %s", first, second));
    if (command != NULL)
        command_line_help(command, &out);
    else if (*first == '\0' || strcmp(first, "help") == 0)
        append_overview(&out);
    else if (!is_group(first))
        status = unknown_command(first, arena, error);
    else if (*second == '\0')
        append_group(first, &out);
    else
        status = unknown_member(first, second, arena, error);
    fputs(out.data, stdout);
    buffer_release(&out);
    return status;
}

/* --- the command line --- */

/* What is to be done: a command, or help. */
struct task {
    const struct command *command; /* NULL: help about `first` and `second` */
    const char *first;
    const char *second;
    bool asked; /* for help; else it is what remains to be said where a command is missing */
};

/* The next word, and past it; "" where there is none. */
static const char *take_word(struct command_line *line, struct invocation *invocation, enum status *status,
                             struct error *error)
{
    const char *word = NULL;
    if (*status == STATUS_OK)
        word = command_line_next_word(line, &invocation->global, &invocation->arena, status, error);
    if (word == NULL)
        return "";
    line->next++;
    return word;
}

static enum status find_task(struct command_line *line, struct invocation *invocation, struct task *task,
                             struct error *error)
{
    enum status status = STATUS_OK;
    const char *first = take_word(line, invocation, &status, error);
    task->asked = strcmp(first, "help") == 0;
    if (task->asked)
        first = take_word(line, invocation, &status, error);
    task->first = first;
    task->second = "";
    bool group = is_group(first);
    if (group)
        task->second = take_word(line, invocation, &status, error);
    task->asked = task->asked || invocation->global.help;
    if (status != STATUS_OK || task->asked || *first == '\0' || (group && *task->second == '\0'))
        return status;
    const char *name = group ? arena_printf(&invocation->arena, "%s %s", first, task->second) : first;
    task->command = find_command(name);
    if (task->command != NULL)
        return STATUS_OK;
    return group ? unknown_member(first, task->second, &invocation->arena, error)
                 : unknown_command(first, &invocation->arena, error);
}

static enum status run_command(struct command_line *line, struct invocation *invocation, struct error *error)
{
    enum status status = command_line_read(line, invocation, error);
    if (status != STATUS_OK)
        return command_misused(invocation, error);
    if (invocation->global.help)
        return print_help(invocation->command->name, "", &invocation->arena, error);
    status = command_open(invocation, error);
    if (status == STATUS_OK)
        return invocation->command->run(invocation, error);
    if (invocation->command->takes_mail && invocation->word_count == 0)
        invocation->exit_status = EX_TEMPFAIL;
    return status;
}

static enum status run(struct command_line *line, struct invocation *invocation, struct error *error)
{
    struct task task = {0};
    enum status status = find_task(line, invocation, &task, error);
    if (status == STATUS_OK && invocation->global.version) {
        puts("timepost " VERSION);
        return STATUS_OK;
    }
    invocation->command = task.command;
    if (status == STATUS_OK && task.command != NULL)
        return run_command(line, invocation, error);
    if (status == STATUS_OK)
        status = print_help(task.first, task.second, &invocation->arena, error);
    if (status != STATUS_OK || !task.asked)
        invocation->exit_status = EX_USAGE;
    return status;
}

static int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EX_OK;
    struct error error = {0};
    error_set(&error, STATUS_IO, "cannot write to standard output: %s", strerror(errno));
    return command_fail(&error);
}

int main(int argc, char **argv)
{
    struct command_line line = {.count = argc, .arguments = argv, .next = 1};
    struct invocation invocation = {.arena = ARENA_INIT};
    struct error error = {0};
    enum status status = run(&line, &invocation, &error);
    int exit_status = status == STATUS_OK ? EX_OK : command_fail(&error);
    if (invocation.exit_status != EX_OK)
        exit_status = invocation.exit_status;
    command_close(&invocation);
    int output_status = finish_output();
    return exit_status == EX_OK ? output_status : exit_status;
}
