#include "agent/agent.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/letter.h"
#include "base/buffer.h"

#define TOKEN_KEY_CREDENTIAL "timepost.token-key"

/* --- clocks and randomness --- */

static int64_t system_now(void *data)
{
    (void)data;
    return (int64_t)time(NULL);
}

struct clock clock_system(void)
{
    return (struct clock){system_now, NULL};
}

static int64_t fixed_now(void *data)
{
    return *(const int64_t *)data;
}

struct clock clock_fixed(const int64_t *time)
{
    return (struct clock){fixed_now, (void *)time};
}

static void system_fill(void *data, void *bytes, size_t length)
{
    (void)data;
    randombytes_buf(bytes, length);
}

struct randomness randomness_system(void)
{
    return (struct randomness){system_fill, NULL};
}

/* --- the token key --- */

void agent_token_key_path(const struct configuration *configuration, const char *database_path, struct buffer *path,
                          bool *ret_create)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    const char *configured = configuration->token_key_file;
    *ret_create = false;
    if (configured != NULL && (configured[0] == '/' || credentials == NULL)) {
        buffer_append_string(path, configured);
        return;
    }
    if (credentials != NULL) {
        buffer_printf(path, "%s/%s", credentials, configured != NULL ? configured : TOKEN_KEY_CREDENTIAL);
        if (configured != NULL || access(path->data, F_OK) == 0)
            return;
        buffer_clear(path);
    }
    buffer_printf(path, "%s.key", database_path);
    *ret_create = true;
}

static enum status open_token_key(struct agent *agent, const char *database_path, enum database_mode mode,
                                  struct error *error)
{
    if (mode == DATABASE_READ) {
        randombytes_buf(agent->token_key.bytes, sizeof agent->token_key.bytes);
        return STATUS_OK;
    }
    struct buffer path = BUFFER_INIT;
    bool create;
    agent_token_key_path(agent->configuration, database_path, &path, &create);
    enum status status = token_key_load(path.data, create, &agent->randomness, &agent->token_key, error);
    buffer_release(&path);
    return status;
}

/* --- the whole --- */

enum status agent_open_parser(const struct configuration *configuration, struct parser **ret_parser,
                              struct error *error)
{
    struct parser_options options = {
        .zone = configuration->zone,
        .booking_prefix = configuration->booking_prefix,
        .number_pattern = configuration->number_pattern,
        .desk_address = configuration->address,
        .authserv_id = configuration->authserv_id,
    };
    return parser_new(&options, ret_parser, error);
}

enum status agent_open(const struct configuration *configuration, const char *database_path, enum database_mode mode,
                       struct clock clock, struct randomness randomness, struct agent *ret_agent, struct error *error)
{
    struct agent agent = {.configuration = configuration, .clock = clock, .randomness = randomness};
    if (sodium_init() < 0)
        return error_set(error, STATUS_INTERNAL, "libsodium cannot be used on this machine");
    if (database_path == NULL)
        database_path = configuration->database_path;
    enum status status = database_open(database_path, mode, &agent.database, error);
    if (status == STATUS_OK)
        status = zone_open(configuration->zone, &agent.zone, error);
    if (status == STATUS_OK)
        status = letters_open(&agent.letters, error);
    if (status == STATUS_OK)
        status = open_token_key(&agent, database_path, mode, error);
    if (status != STATUS_OK) {
        agent_close(&agent);
        return status;
    }
    *ret_agent = agent;
    sodium_memzero(&agent.token_key, sizeof agent.token_key);
    return STATUS_OK;
}

enum status agent_prepare_reading(struct agent *agent, struct error *error)
{
    return agent->parser != NULL ? STATUS_OK : agent_open_parser(agent->configuration, &agent->parser, error);
}

void agent_close(struct agent *agent)
{
    letters_close(&agent->letters);
    parser_free(&agent->parser);
    zone_close(&agent->zone);
    database_close(&agent->database);
    sodium_memzero(&agent->token_key, sizeof agent->token_key);
}
