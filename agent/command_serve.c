#include <sysexits.h>

#include "agent/command.h"
#include "agent/serve.h"

struct options {
    bool once;
};

static const struct command_option options[] = {
    {.name = "once",
     .field = offsetof(struct options, once),
     .summary = "handle what is in the mailboxes now, send what is due, and end"},
    {.name = NULL},
};

static enum status run(struct invocation *invocation, struct error *error)
{
    const struct options *given = invocation->options;
    struct serve_options serve_options = {
        .configuration_path = invocation->global.configuration_path,
        .database_path = invocation->global.database_path,
        .clock = invocation->clock,
        .once = given->once,
    };
    enum status status = serve(&serve_options, error);
    if (status == STATUS_INVALID)
        invocation->exit_status = EX_CONFIG;
    return status;
}

const struct command command_serve = {
    .name = "serve",
    .summary = "Read the mailboxes, do what people ask, send the answers",
    .options = options,
    .options_size = sizeof(struct options),
    .help = "Runs until SIGTERM. SIGHUP reads the configuration again. Its log is standard\n"
            "error.\n"
            "\n"
            "As a service: systemctl enable --now timepost\n"
            "By hand:      timepost --config /etc/timepost/timepost.conf serve --once\n",
    .opens = OPENS_CONFIGURATION,
    .run = run,
};
