/*
 * The service: a thread for each mailbox, one for the courier, and the main thread for signals and the watchdog.
 *
 * SIGTERM and SIGINT end it after the message in hand; SIGHUP reads the configuration again (a broken one is refused
 * and the old one kept). Talks to systemd (READY, RELOADING, STOPPING, WATCHDOG, STATUS) where it runs under it. It is
 * ready when configuration and database are open; servers may be down: that is said once in the journal, and they
 * are tried again with back-off.
 *
 * The watchdog is fed while every thread keeps its promise: before each step a thread says how long it may take at
 * most, for every step has a deadline of its own.
 */
#ifndef AGENT_SERVE_H
#define AGENT_SERVE_H

#include <stdbool.h>

#include "agent/configuration.h"
#include "base/clock.h"
#include "base/error.h"

enum {
    SERVE_RECONNECT_FIRST = 1, /* seconds; doubled with each failure in a row */
    SERVE_RECONNECT_MAX = 5 * 60,
    SERVE_COURIER_POLL = 5, /* other commands put letters into the outbox without telling */
};

struct serve_options {
    const char *configuration_path; /* as for configuration_read */
    const char *database_path;      /* NULL: the configuration's */
    struct clock clock;
    bool once; /* handle what is in the inboxes, send what is due, and end: for cron and tests */
};

/* Returns when it was asked to stop (STATUS_OK) or cannot start. With `once`: the first failure there was, after
 * everything was tried. */
enum status serve(const struct serve_options *options, struct error *error);

#endif
