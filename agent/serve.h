/*
 * The service: a thread for each mailbox, one for the courier, and the main thread for signals and the watchdog.
 * SIGTERM and SIGINT end it after the message in hand; SIGHUP reads the configuration again (a broken one is refused
 * and the old one kept). Talks to systemd (READY, RELOADING, STOPPING, WATCHDOG, STATUS) where it runs under it.
 */
#ifndef AGENT_SERVE_H
#define AGENT_SERVE_H

#include "agent/configuration.h"
#include "base/clock.h"
#include "base/error.h"

struct serve_options {
    const char *configuration_path; /* as for configuration_read */
    const char *database_path;      /* NULL: the configuration's */
    struct clock clock;
};

/* Returns when it was asked to stop (STATUS_OK) or cannot start. */
enum status serve(const struct serve_options *options, struct error *error);

#endif
