/*
 * The agent: what every command that touches the calendar works with. One
 * thread owns one agent; the configuration is shared and read-only.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "agent/configuration.h"
#include "agent/token.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/zone.h"
#include "parsers/parser.h"
#include "state/database.h"

struct letters; /* letter.h: templates, compiled */

struct agent {
    const struct configuration *configuration;
    struct database *database;
    struct parser *parser; /* NULL until agent_prepare_reading() */
    struct letters *letters;
    struct zone *zone; /* the desk's own */
    struct token_key token_key;
    struct clock clock;
    struct randomness randomness;
};

/*
 * Opens database, templates, zone and token key. On failure nothing stays open.
 * `database_path` NULL: the configuration's. In DATABASE_READ mode nothing is written to anybody, so no token key is
 * read, let alone made: the agent gets one that nobody has.
 */
enum status agent_open(const struct configuration *configuration, const char *database_path, enum database_mode mode,
                       struct clock clock, struct randomness randomness, struct agent *ret_agent, struct error *error);
void agent_close(struct agent *agent); /* accepts a zeroed agent */

/* Gives the agent its parser where it has none yet. Apart, because all languages take ten megabytes and most of the
 * time that a command takes, and only who handles mail needs them. */
enum status agent_prepare_reading(struct agent *agent, struct error *error);

/* A parser as the configuration wants it. */
enum status agent_open_parser(const struct configuration *configuration, struct parser **ret_parser,
                              struct error *error);

/* Appends where the token key is: configured, a systemd credential, or beside the database; only there it is made. */
void agent_token_key_path(const struct configuration *configuration, const char *database_path, struct buffer *path,
                          bool *ret_create);

/* The system's clock and random source (libsodium). */
struct clock clock_system(void);
struct randomness randomness_system(void);
/* `--now`: a clock that always shows `*time`, which must outlive it. */
struct clock clock_fixed(const int64_t *time);

#endif
