#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "agent/command.h"
#include "agent/serve.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {{"once", no_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
    struct serve_options serve_options = {
        .configuration_path = context->configuration_path,
        .database_path = context->database_path,
        .clock = context->has_now ? clock_fixed(&context->now) : clock_system(),
    };
    int option;
    optind = 0; /* the program's own options were read before */
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 'o')
            return EX_USAGE;
        serve_options.once = true;
    }
    if (optind < argc) {
        fprintf(stderr, "timepost: serve takes no arguments, only --once\n");
        return EX_USAGE;
    }
    struct error error = {0};
    return serve(&serve_options, &error) == STATUS_OK ? EX_OK : command_fail(&error);
}

const struct command command_serve = {
    .name = "serve",
    .summary = "Read the mailboxes, carry out what people ask, and send the answers",
    .help = "usage: timepost serve [--once]\n"
            "\n"
            "Runs until SIGTERM. SIGHUP reads the configuration again. Logs to standard error.\n"
            "\n"
            "  --once    handle what is in the mailboxes now, send what is due, and end\n"
            "\n"
            "As a service: systemctl enable --now timepost\n"
            "By hand:      timepost --config /etc/timepost/timepost.conf serve --once\n",
    .run = run,
};
