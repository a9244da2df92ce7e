/*
 * The commands of the program: one file agent/command_NAME.c each, one row in the table of main.c.
 * Only commands print.
 */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/error.h"

/* What --config, --db, --now and --json gave; they mean the same for every command. */
struct command_context {
    const char *configuration_path;
    const char *database_path; /* NULL: the configuration's */
    bool has_now;
    int64_t now;
    const char *now_text; /* read once the zone is known */
    bool json;
};

struct command {
    const char *name;    /* "book", or "office add" */
    const char *summary; /* one line of `timepost --help` */
    const char *help;    /* the rest of `timepost book --help`: usage, options, an example */
    int (*run)(const struct command_context *context, int argc, char **argv); /* argv[0] is the name; an exit status */
};

extern const struct command command_serve;

/* Prints "timepost: MESSAGE" and returns the sysexits status for it. */
int command_fail(const struct error *error);

#endif
