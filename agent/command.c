#include "agent/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/terminal.h"
#include "base/buffer.h"
#include "base/spelling.h"

/* --- what goes to standard error --- */

/* As scripts and mail servers know them from sysexits.h. */
static const int exit_statuses[] = {
    [STATUS_OK] = EX_OK,
    [STATUS_NOT_FOUND] = EX_DATAERR,
    [STATUS_INVALID] = EX_DATAERR,
    [STATUS_CONFLICT] = EX_UNAVAILABLE,
    [STATUS_DENIED] = EX_NOPERM,
    [STATUS_BUSY] = EX_TEMPFAIL,
    [STATUS_UNAVAILABLE] = EX_UNAVAILABLE,
    [STATUS_IO] = EX_IOERR,
    [STATUS_CORRUPT] = EX_OSFILE,
    [STATUS_NEWER] = EX_CONFIG,
    [STATUS_INTERRUPTED] = EX_TEMPFAIL,
    [STATUS_INTERNAL] = EX_SOFTWARE,
};

static void print_line(const char *text)
{
    struct arena arena = ARENA_INIT;
    fflush(stdout); /* in the order in which it was said */
    fprintf(stderr, "timepost: %s\n", terminal_text(&arena, text));
    arena_clear(&arena);
}

int command_fail(const struct error *error)
{
    print_line(error->text);
    return exit_statuses[error->status];
}

void command_note(const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    print_line(text);
}

enum status command_misused(struct invocation *invocation, const struct error *error)
{
    invocation->exit_status = EX_USAGE;
    return error->status;
}

/* --- opening and closing --- */

static enum status open_clock(struct invocation *invocation, struct error *error)
{
    struct zone *zone = NULL;
    invocation->clock = clock_system();
    if (invocation->global.now == NULL)
        return STATUS_OK;
    enum status status = zone_open(invocation->configuration.zone, &zone, error);
    if (status == STATUS_OK)
        status = command_time(invocation, "--now", invocation->global.now, zone, &invocation->now, error);
    if (status == STATUS_OK)
        invocation->clock = clock_fixed(&invocation->now);
    zone_close(&zone);
    return status;
}

enum status command_open_configuration(struct invocation *invocation, struct error *error)
{
    enum status status = configuration_read(invocation->global.configuration_path, &invocation->configuration, error);
    if (status == STATUS_NOT_FOUND)
        invocation->exit_status = EX_NOINPUT;
    else if (status == STATUS_INVALID)
        invocation->exit_status = EX_CONFIG;
    return status == STATUS_OK ? open_clock(invocation, error) : status;
}

const char *command_database_path(const struct invocation *invocation)
{
    return invocation->global.database_path != NULL ? invocation->global.database_path
                                                    : invocation->configuration.database_path;
}

static enum status open_agent(struct invocation *invocation, struct error *error)
{
    static const enum database_mode modes[] = {
        [OPENS_TO_LOOK] = DATABASE_READ, [OPENS_TO_CHANGE] = DATABASE_EXISTING, [OPENS_TO_CREATE] = DATABASE_CREATE};
    const char *path = command_database_path(invocation);
    enum database_mode mode = modes[invocation->command->opens];
    enum status status = agent_open(&invocation->configuration, path, mode, invocation->clock, randomness_system(),
                                    &invocation->agent, error);
    if (status == STATUS_INVALID)
        invocation->exit_status = EX_CONFIG;
    if (status == STATUS_NOT_FOUND)
        invocation->exit_status = mode == DATABASE_CREATE ? EX_CANTCREAT : EX_NOINPUT;
    if (status == STATUS_IO && mode == DATABASE_CREATE && access(path, F_OK) != 0)
        invocation->exit_status = EX_CANTCREAT;
    return status;
}

enum status command_open(struct invocation *invocation, struct error *error)
{
    enum status status = STATUS_OK;
    if (invocation->command->opens >= OPENS_CONFIGURATION)
        status = command_open_configuration(invocation, error);
    if (status == STATUS_OK && invocation->command->opens >= OPENS_TO_LOOK)
        status = open_agent(invocation, error);
    return status;
}

void command_close(struct invocation *invocation)
{
    agent_close(&invocation->agent);
    configuration_free(&invocation->configuration);
    arena_clear(&invocation->arena);
}

/* --- what people name --- */

enum status command_time(struct invocation *invocation, const char *option, const char *text, struct zone *zone,
                         int64_t *ret_time, struct error *error)
{
    enum status status = rfc3339_parse(text, zone, ret_time, error);
    if (status == STATUS_OK)
        return STATUS_OK;
    error_prefix(error, "%s", option);
    return command_misused(invocation, error);
}

/* "there is no office “osol”; did you mean “oslo”?" */
static enum status unknown_code(const char *what, const char *code, const char *const *codes, size_t count,
                                struct error *error)
{
    struct spelling_search search = spelling_search(code);
    struct buffer all = BUFFER_INIT;
    for (size_t i = 0; i < count; i++) {
        spelling_offer(&search, codes[i]);
        buffer_printf(&all, "%s%s", i > 0 ? ", " : "", codes[i]);
    }
    if (search.best != NULL)
        error_set(error, STATUS_NOT_FOUND, "there is no %s “%.60s”; did you mean “%s”?", what, code, search.best);
    else if (count > 0)
        error_set(error, STATUS_NOT_FOUND, "there is no %s “%.60s”; there are: %s", what, code, all.data);
    else
        error_set(error, STATUS_NOT_FOUND, "there is no %s “%.60s”, and none at all yet; “timepost %s add” makes one",
                  what, code, what);
    buffer_release(&all);
    return STATUS_NOT_FOUND;
}

enum status command_office(struct invocation *invocation, const char *code, struct office *ret_office,
                           struct error *error)
{
    struct database *database = invocation->agent.database;
    const struct office *offices;
    size_t count;
    enum status status = office_find(database, code, &invocation->arena, ret_office, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    status = office_list(database, &invocation->arena, &offices, &count, error);
    if (status != STATUS_OK)
        return status;
    const char **codes = arena_array(&invocation->arena, count, sizeof *codes);
    for (size_t i = 0; i < count; i++)
        codes[i] = offices[i].code;
    return unknown_code("office", code, codes, count, error);
}

enum status command_service(struct invocation *invocation, const char *code, struct service *ret_service,
                            struct error *error)
{
    struct database *database = invocation->agent.database;
    const struct service *services;
    size_t count;
    enum status status = service_find(database, code, &invocation->arena, ret_service, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    status = service_list(database, &invocation->arena, &services, &count, error);
    if (status != STATUS_OK)
        return status;
    const char **codes = arena_array(&invocation->arena, count, sizeof *codes);
    for (size_t i = 0; i < count; i++)
        codes[i] = services[i].code;
    return unknown_code("service", code, codes, count, error);
}

/* --- printing --- */

enum status command_print_json(json_t *value, struct error *error)
{
    if (value == NULL)
        return error_set(error, STATUS_INTERNAL, "the answer cannot be written as JSON");
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(value);
    return STATUS_OK;
}

const char *command_moment(struct invocation *invocation, struct zone *zone, int64_t time)
{
    char text[RFC3339_SIZE];
    rfc3339_format(zone, time, text);
    return arena_strdup(&invocation->arena, text);
}

const char *command_moment_for_people(struct invocation *invocation, struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    return arena_printf(&invocation->arena, "%s %04d-%02d-%02d %02d:%02d",
                        command_weekday(civil_weekday(civil.year, civil.month, civil.day)), civil.year, civil.month,
                        civil.day, civil.hour, civil.minute);
}

const char *command_weekday(int weekday)
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return names[weekday - 1];
}

/* --- reading --- */

static enum status read_descriptor(int descriptor, const char *name, size_t limit, struct buffer *content,
                                   bool *ret_whole, struct error *error)
{
    char bytes[16 * 1024];
    *ret_whole = true;
    for (;;) {
        ssize_t got = read(descriptor, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(error, STATUS_IO, "cannot read %s: %s", name, strerror(errno));
        if (got == 0)
            return STATUS_OK;
        size_t room = limit - content->length;
        *ret_whole = *ret_whole && (size_t)got <= room;
        /* What is too much is read nevertheless: who writes to a pipe must not be cut off. */
        buffer_append(content, bytes, (size_t)got < room ? (size_t)got : room);
    }
}

enum status command_read_file(const char *path, size_t limit, struct buffer *content, bool *ret_whole,
                              struct error *error)
{
    if (path == NULL || strcmp(path, "-") == 0)
        return read_descriptor(STDIN_FILENO, "standard input", limit, content, ret_whole, error);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        int number = errno;
        enum status status = number == ENOENT || number == ENOTDIR ? STATUS_NOT_FOUND
                             : number == EACCES                    ? STATUS_DENIED
                                                                   : STATUS_IO;
        return error_set(error, status, "cannot read %s: %s", path, strerror(number));
    }
    enum status status = read_descriptor(descriptor, path, limit, content, ret_whole, error);
    close(descriptor);
    return status;
}
