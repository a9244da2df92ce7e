#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/command_displaced.h"
#include "agent/office_file.h"
#include "agent/terminal.h"

/* --- dump --- */

static enum status dump(struct invocation *invocation, struct error *error)
{
    int64_t now = clock_now(&invocation->clock);
    struct office_file present;
    const struct office_section *sections;
    size_t count;
    enum status status =
        office_file_from_database(invocation->agent.database, now, &invocation->arena, &present, error);
    if (status == STATUS_OK)
        status = office_file_sections(&present, now, &invocation->arena, &sections, &count, error);
    if (status != STATUS_OK)
        return status;
    struct buffer text = BUFFER_INIT;
    office_file_write(sections, count, &text);
    fputs(text.data, stdout);
    buffer_release(&text);
    return STATUS_OK;
}

const struct command command_office_dump = {
    .name = "office dump",
    .summary = "Write offices and services as a file",
    .help = "In the form that “timepost office load” reads; docs/offices.md tells of it.\n"
            "Closures that are over are left out.\n"
            "\n"
            "  timepost office dump > offices.conf\n",
    .opens = OPENS_TO_LOOK,
    .run = dump,
};

/* --- load --- */

struct load_options {
    bool yes;
    struct displaced_options displaced;
};

static const struct command_option load_options[] = {
    {.name = "yes", .field = offsetof(struct load_options, yes), .summary = "do not ask"},
    OPTIONS_DISPLACED(struct load_options, displaced),
    {.name = NULL},
};

/* One file to be loaded. */
struct load {
    struct invocation *invocation;
    int64_t now;
    struct office_file file;
    const char **codes;      /* of its offices */
    const char *differences; /* "" for none */
};

static bool names_service(const struct office_file *file, const char *code)
{
    for (size_t i = 0; i < file->service_count; i++)
        if (strcmp(file->services[i].code, code) == 0)
            return true;
    return false;
}

static bool names_office(const struct office_file *file, const char *code)
{
    for (size_t i = 0; i < file->office_count; i++)
        if (strcmp(file->offices[i].office.code, code) == 0)
            return true;
    return false;
}

/* What is there of what the file names; the rest stays as it is, which `is_told` tells. */
static struct office_file restrict_to(const struct load *load, const struct office_file *present, bool is_told)
{
    struct arena *arena = &load->invocation->arena;
    struct service *services = arena_array(arena, present->service_count, sizeof *services);
    struct office_entry *offices = arena_array(arena, present->office_count, sizeof *offices);
    struct office_file rest = {.services = services, .offices = offices};
    for (size_t i = 0; i < present->service_count; i++) {
        if (names_service(&load->file, present->services[i].code))
            services[rest.service_count++] = present->services[i];
        else if (is_told)
            command_note("service %s is not in the file and stays as it is", present->services[i].code);
    }
    for (size_t i = 0; i < present->office_count; i++) {
        if (names_office(&load->file, present->offices[i].office.code))
            offices[rest.office_count++] = present->offices[i];
        else if (is_told)
            command_note("office %s is not in the file and stays as it is", present->offices[i].office.code);
    }
    return rest;
}

/* What the file makes of what there is. */
static enum status compare(const struct load *load, const struct office_file *present, bool is_told,
                           const char **ret_differences, struct error *error)
{
    struct arena *arena = &load->invocation->arena;
    const struct office_file there = restrict_to(load, present, is_told);
    const struct office_section *before, *after;
    size_t before_count, after_count;
    enum status status = office_file_sections(&there, load->now, arena, &before, &before_count, error);
    if (status == STATUS_OK)
        status = office_file_sections(&load->file, load->now, arena, &after, &after_count, error);
    if (status != STATUS_OK)
        return status;
    struct buffer out = BUFFER_INIT;
    office_file_compare(before, before_count, after, after_count, &out);
    *ret_differences = arena_strdup(arena, out.data);
    buffer_release(&out);
    return STATUS_OK;
}

static enum status read_file(struct load *load, struct error *error)
{
    struct invocation *invocation = load->invocation;
    const char *path = invocation->words[0];
    struct buffer content = BUFFER_INIT;
    struct office_file present;
    bool whole = true;
    enum status status = command_read_file(path, OFFICE_FILE_MAX, &content, &whole, error);
    if (status == STATUS_NOT_FOUND)
        invocation->exit_status = EX_NOINPUT;
    if (status == STATUS_OK && !whole)
        status = error_set(error, STATUS_INVALID, "%s: larger than %d bytes", path, OFFICE_FILE_MAX);
    if (status == STATUS_OK)
        status = office_file_from_database(invocation->agent.database, load->now, &invocation->arena, &present, error);
    if (status == STATUS_OK)
        status = office_file_parse(strcmp(path, "-") == 0 ? "standard input" : path,
                                   arena_strndup(&invocation->arena, content.data, content.length), content.length,
                                   &present, invocation->configuration.zone, &invocation->arena, &load->file, error);
    buffer_release(&content);
    if (status != STATUS_OK)
        return status;
    load->codes = arena_array(&invocation->arena, load->file.office_count, sizeof *load->codes);
    for (size_t i = 0; i < load->file.office_count; i++)
        load->codes[i] = load->file.offices[i].office.code;
    return compare(load, &present, true, &load->differences, error);
}

/* Applies the file inside a transaction, and finds what it displaces. */
static enum status apply(const struct load *load, struct displaced *ret_displaced, struct error *error)
{
    struct invocation *invocation = load->invocation;
    struct displaced before;
    enum status status = displaced_find(invocation, load->codes, load->file.office_count, &before, error);
    if (status == STATUS_OK)
        status = office_file_apply(invocation->agent.database, &load->file, load->now, error);
    return status == STATUS_OK
               ? displaced_since(invocation, load->codes, load->file.office_count, &before, ret_displaced, error)
               : status;
}

/* A trial that is taken back: what would be in the way? */
static enum status try_out(const struct load *load, struct displaced *ret_displaced, struct error *error)
{
    struct database *database = load->invocation->agent.database;
    enum status status = transaction_begin(database, error);
    if (status == STATUS_OK)
        status = apply(load, ret_displaced, error);
    transaction_rollback(database);
    return status;
}

static enum status confirm(const struct load *load, struct error *error)
{
    const struct load_options *given = load->invocation->options;
    char answer[16];
    if (given->yes)
        return STATUS_OK;
    if (!isatty(STDIN_FILENO)) {
        error_set(error, STATUS_INVALID, "nothing was changed: there is no terminal to ask at (--yes does not ask)");
        return command_misused(load->invocation, error);
    }
    fputs("\nApply this? [y/N] ", stdout);
    fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
        return STATUS_OK;
    return error_set(error, STATUS_INTERRUPTED, "nothing was changed");
}

/* Somebody may have changed the offices while it was asked. */
static enum status check_unchanged(const struct load *load, struct error *error)
{
    struct office_file present;
    const char *differences;
    enum status status = office_file_from_database(load->invocation->agent.database, load->now,
                                                   &load->invocation->arena, &present, error);
    if (status == STATUS_OK)
        status = compare(load, &present, false, &differences, error);
    if (status == STATUS_OK && strcmp(differences, load->differences) != 0)
        status = error_set(error, STATUS_CONFLICT, "nothing was changed: somebody changed the offices meanwhile");
    return status;
}

static enum status carry_out(const struct load *load, struct error *error)
{
    const struct load_options *given = load->invocation->options;
    struct displaced displaced;
    enum status status = check_unchanged(load, error);
    if (status == STATUS_OK)
        status = apply(load, &displaced, error);
    return status == STATUS_OK ? displaced_settle(load->invocation, &displaced, &given->displaced, error) : status;
}

static enum status load_file(struct invocation *invocation, struct error *error)
{
    const struct load_options *given = invocation->options;
    struct load load = {.invocation = invocation, .now = clock_now(&invocation->clock)};
    struct displaced displaced;
    enum status status = read_file(&load, error);
    if (status != STATUS_OK)
        return status;
    if (*load.differences == '\0') {
        command_note("nothing would change");
        return STATUS_OK;
    }
    fputs(load.differences, stdout);
    status = try_out(&load, &displaced, error);
    if (status == STATUS_OK)
        status = displaced_print(invocation, &displaced, error);
    if (status == STATUS_OK && !given->displaced.move && !given->displaced.keep)
        status = displaced_settle(invocation, &displaced, &given->displaced, error);
    if (status == STATUS_OK)
        status = confirm(&load, error);
    if (status == STATUS_OK)
        status = transaction_begin(invocation->agent.database, error);
    return status == STATUS_OK ? transaction_end(invocation->agent.database, carry_out(&load, error), error) : status;
}

const struct command command_office_load = {
    .name = "office load",
    .summary = "Make offices and services be as a file says",
    .words = "FILE",
    .words_min = 1,
    .words_max = 1,
    .options = load_options,
    .options_size = sizeof(struct load_options),
    .help = "Shows what would change, asks, and does it as a whole. What the file does not\n"
            "name stays as it is. Appointments that would be in the way are listed, and\n"
            "nothing is changed while there are any: --move moves them to the nearest free\n"
            "times, a day ahead at least, and writes to their people; with --keep they stay,\n"
            "or with both those that cannot be moved. docs/offices.md describes the file.\n"
            "\n"
            "  timepost office load offices.conf\n",
    .opens = OPENS_TO_CREATE,
    .run = load_file,
};

/* --- close and reopen --- */

struct close_options {
    const char *from;
    const char *until;
    const char *reason;
    int64_t counter;
    struct displaced_options displaced;
};

#define FIELD(member) .field = offsetof(struct close_options, member)

#define OPTIONS_STRETCH                                                                                                \
    {.name = "from",                                                                                                   \
     .value = "TIME",                                                                                                  \
     FIELD(from),                                                                                                      \
     .required = true,                                                                                                 \
     .summary = "a day, or a time on it: 2024-06-11T12:00"},                                                           \
        {.name = "until",                                                                                              \
         .value = "TIME",                                                                                              \
         FIELD(until),                                                                                                 \
         .summary = "the last day, or a time; else the end of that day"},                                              \
    {                                                                                                                  \
        .name = "counter", .value = "NUMBER", .type = VALUE_NUMBER, .range = {1, OFFICE_COUNTERS_MAX}, FIELD(counter), \
        .summary = "only this counter; else the whole office"                                                          \
    }

static const struct command_option close_options[] = {
    OPTIONS_STRETCH,
    {.name = "reason", .value = "TEXT", FIELD(reason), .summary = "for the people of the desk; in no letter"},
    OPTIONS_DISPLACED(struct close_options, displaced),
    {.name = NULL},
};

static const struct command_option reopen_options[] = {OPTIONS_STRETCH, {.name = NULL}};

static enum status read_stretch(struct invocation *invocation, const struct office *office,
                                const struct close_options *given, struct closure *ret_closure, struct error *error)
{
    struct zone *zone = NULL;
    enum status status = zone_open(office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    *ret_closure = (struct closure){.counter = given->counter, .reason = given->reason};
    const char *right = closure_read_times(given->from, given->until, zone, ret_closure);
    zone_close(&zone);
    if (right == NULL)
        return STATUS_OK;
    error_set(error, STATUS_INVALID, "--from %.40s%s%.40s: what is expected is %s", given->from,
              given->until != NULL ? " --until " : "", given->until != NULL ? given->until : "", right);
    return command_misused(invocation, error);
}

static enum status close_in_transaction(struct invocation *invocation, struct error *error)
{
    const struct close_options *given = invocation->options;
    const char *const *codes = invocation->words;
    struct office office;
    struct closure closure;
    struct displaced before, displaced;
    enum status status = command_office(invocation, codes[0], &office, error);
    if (status == STATUS_OK)
        status = read_stretch(invocation, &office, given, &closure, error);
    if (status == STATUS_OK && closure.end <= clock_now(&invocation->clock))
        status = error_set(error, STATUS_INVALID, "--from %s: that is past", given->from);
    if (status == STATUS_OK)
        status = displaced_find(invocation, codes, 1, &before, error);
    if (status == STATUS_OK)
        status = closure_add(invocation->agent.database, &office, &closure, error);
    if (status == STATUS_OK)
        status = displaced_since(invocation, codes, 1, &before, &displaced, error);
    if (status == STATUS_OK && !given->displaced.move)
        status = displaced_print(invocation, &displaced, error);
    return status == STATUS_OK ? displaced_settle(invocation, &displaced, &given->displaced, error) : status;
}

static enum status close_office(struct invocation *invocation, struct error *error)
{
    enum status status = transaction_begin(invocation->agent.database, error);
    return status == STATUS_OK
               ? transaction_end(invocation->agent.database, close_in_transaction(invocation, error), error)
               : status;
}

const struct command command_office_close = {
    .name = "office close",
    .summary = "Close an office or a counter for a time",
    .words = "CODE",
    .words_min = 1,
    .words_max = 1,
    .options = close_options,
    .options_size = sizeof(struct close_options),
    .help = "Appointments in that time are listed, and nothing is changed while there are\n"
            "any: --move moves them to the nearest free times, a day ahead at least, and\n"
            "writes to their people; with --keep they stay, or with both those that cannot\n"
            "be moved.\n"
            "\n"
            "  timepost office close oslo --from 2024-07-01 --until 2024-07-14\n"
            "  timepost office close oslo --counter 2 --from 2024-06-11T12:00 --move\n",
    .opens = OPENS_TO_CHANGE,
    .run = close_office,
};

static enum status reopen_in_transaction(struct invocation *invocation, struct error *error)
{
    const struct close_options *given = invocation->options;
    struct office office;
    struct closure closure;
    size_t count = 0;
    enum status status = command_office(invocation, invocation->words[0], &office, error);
    if (status == STATUS_OK)
        status = read_stretch(invocation, &office, given, &closure, error);
    if (status == STATUS_OK)
        status = closure_lift(invocation->agent.database, &office, closure.counter, closure.start, closure.end, &count,
                              error);
    if (status == STATUS_OK && count == 0)
        status = error_set(error, STATUS_NOT_FOUND, "%s is not closed then (timepost office dump lists closures)",
                           office.code);
    return status;
}

static enum status reopen(struct invocation *invocation, struct error *error)
{
    enum status status = transaction_begin(invocation->agent.database, error);
    return status == STATUS_OK
               ? transaction_end(invocation->agent.database, reopen_in_transaction(invocation, error), error)
               : status;
}

const struct command command_office_reopen = {
    .name = "office reopen",
    .summary = "Open an office or a counter again that is closed for a time",
    .words = "CODE",
    .words_min = 1,
    .words_max = 1,
    .options = reopen_options,
    .options_size = sizeof(struct close_options),
    .help = "Takes the time out of closures: what of them is before and after stays.\n"
            "\n"
            "  timepost office reopen oslo --from 2024-07-10\n",
    .opens = OPENS_TO_CHANGE,
    .run = reopen,
};
