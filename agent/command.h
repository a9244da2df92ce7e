/*
 * The commands of the program: one file agent/command_NAME.c each, one row in the table of main.c. A command says in
 * its own table what it is called, takes and opens; main.c reads the command line by it, opens what it needs, runs it,
 * and prints the error there may be. Only commands print.
 */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/configuration_value.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/zone.h"
#include "state/office.h"

struct option_list {
    const char **items;
    size_t count;
};

/* One option, "--name VALUE". A table of them ends with a row without a name. */
struct command_option {
    const char *name;
    const char *value;        /* what its value is called in the help; NULL: a flag, whose field is a bool */
    enum value_type type;     /* of the value; its field is of the C type that belongs to it */
    struct value_range range; /* of numbers */
    const char *standard;     /* the value where it is not given; NULL: the field stays zero */
    bool required;
    bool many; /* may be given several times; the field is a struct option_list */
    size_t field;
    const char *summary;
};

/* What main.c opens before a command runs. */
enum command_opens {
    OPENS_NOTHING,
    OPENS_CONFIGURATION,
    OPENS_TO_LOOK,   /* the agent too, on a database that is there and is not written to */
    OPENS_TO_CHANGE, /* … that is there */
    OPENS_TO_CREATE, /* … that is made where there is none */
};

struct invocation;

struct command {
    const char *name;    /* "book", or "office add" */
    const char *summary; /* one line of `timepost --help` */
    const char *words;   /* what it takes besides options, for the help: "NUMBER"; NULL: nothing */
    size_t words_min;
    size_t words_max;
    const struct command_option *options; /* NULL: none of its own */
    size_t options_size;                  /* of the struct that their fields belong to */
    const char *help;                     /* after the options in `timepost book --help`: what to know, examples */
    enum command_opens opens;
    bool takes_mail; /* a mail server pipes mails to it: what cannot be opened now is tried again later (75) */
    enum status (*run)(struct invocation *invocation, struct error *error);
};

/* Options that mean the same for every command. */
struct global_options {
    const char *configuration_path;
    const char *database_path; /* NULL: the configuration's */
    const char *now;           /* as written: it is read once the zone is known */
    bool json;
    bool help;
    bool version;
};

/* One run of one command. */
struct invocation {
    const struct command *command;
    struct global_options global;
    const void *options; /* the command's own struct, filled as its table says */
    const char *const *words;
    size_t word_count;
    struct arena arena;
    int exit_status; /* set by a command that knows better than the error's status; 0: it does not */

    struct configuration configuration; /* these as far as the command's `opens` says */
    int64_t now;                        /* of --now; read it by `clock` */
    struct clock clock;
    struct agent agent;
};

extern const struct command command_book, command_calendar, command_cancel, command_doctor, command_free,
    command_handle, command_move, command_office_add, command_office_close, command_office_dump, command_office_list,
    command_office_load, command_office_reopen, command_office_show, command_outbox_drop, command_outbox_list,
    command_outbox_retry, command_parse, command_remind, command_serve, command_service_add, command_service_list,
    command_show, command_when;

/* --- for main.c --- */

/* Prints "timepost: MESSAGE" on standard error and returns the status of sysexits.h for it. */
int command_fail(const struct error *error);

/* A line on standard error that is no failure. */
void command_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens what the command says. A failure leaves what was opened before it; command_close() closes it. */
enum status command_open(struct invocation *invocation, struct error *error);
void command_close(struct invocation *invocation);

/* --- for commands --- */

/* Reads configuration and clock, for a command that opens nothing. */
enum status command_open_configuration(struct invocation *invocation, struct error *error);

/* The path of the database, whether it is there or not. */
const char *command_database_path(const struct invocation *invocation);

/* The error comes of how the command was called: exit status 64. Returns error->status. */
enum status command_misused(struct invocation *invocation, const struct error *error);

/* The value of an option that is a time; without offset it is one of `zone`. STATUS_INVALID names the option. */
enum status command_time(struct invocation *invocation, const char *option, const char *text, struct zone *zone,
                         int64_t *ret_time, struct error *error);

/* Finds by code; STATUS_NOT_FOUND names the nearest there is, or all. */
enum status command_office(struct invocation *invocation, const char *code, struct office *ret_office,
                           struct error *error);
enum status command_service(struct invocation *invocation, const char *code, struct service *ret_service,
                            struct error *error);

/* Prints the value, with a line end, and lets go of it. NULL: STATUS_INTERNAL. */
enum status command_print_json(json_t *value, struct error *error);

/* RFC 3339, as the clocks of the zone show it. */
const char *command_moment(struct invocation *invocation, struct zone *zone, int64_t time);

/* "Mon" for 1. */
const char *command_weekday(int weekday);

/* "Tue 2024-06-11 10:00", for people. */
const char *command_moment_for_people(struct invocation *invocation, struct zone *zone, int64_t time);

/* Reads a message: FILE, or standard input where it is NULL or "-". Of more than `limit` bytes only so many are kept,
 * and `*ret_whole` is false. STATUS_NOT_FOUND, STATUS_DENIED, STATUS_IO. */
enum status command_read_file(const char *path, size_t limit, struct buffer *content, bool *ret_whole,
                              struct error *error);

#endif
