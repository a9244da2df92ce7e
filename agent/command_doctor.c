#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/courier.h"
#include "agent/letter.h"
#include "agent/mailbox.h"
#include "agent/terminal.h"
#include "agent/token.h"
#include "state/office.h"
#include "state/outbox.h"

enum { PERMISSION_OTHERS = 0007, PERMISSION_WRITE_OTHERS = 0002, FAILED_LETTERS_MAX = 1000 };

struct options {
    bool offline;
};

static const struct command_option options[] = {
    {.name = "offline", .field = offsetof(struct options, offline), .summary = "leave the mail servers out"},
    {.name = NULL},
};

enum finding { FINE, ADVICE, WRONG };
static const char *const finding_names[] = {[FINE] = "ok", [ADVICE] = "advice", [WRONG] = "wrong"};

struct examination {
    struct invocation *invocation;
    struct database *database; /* NULL: it cannot be opened */
    json_t *findings;
    size_t wrong;
    int exit_status; /* of the first thing that is wrong */
};

/* --- telling --- */

static void report(struct examination *examination, enum finding finding, const char *check, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void report(struct examination *examination, enum finding finding, const char *check, const char *format, ...)
{
    char raw[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    const char *text = terminal_text(&examination->invocation->arena, raw);
    if (finding == WRONG) {
        examination->wrong++;
        if (examination->exit_status == EX_OK)
            examination->exit_status = EX_CONFIG;
    }
    if (examination->invocation->global.json)
        json_array_append_new(examination->findings, json_pack("{s:s, s:s, s:s}", "check", check, "finding",
                                                               finding_names[finding], "text", text));
    else
        printf("%-7s %-14s %s\n", finding_names[finding], check, text);
    fflush(stdout); /* servers take their time */
}

/* Reports the error, or what is fine. */
static void report_status(struct examination *examination, const char *check, const struct error *error,
                          const char *fine)
{
    if (error->status == STATUS_OK)
        report(examination, FINE, check, "%s", fine);
    else
        report(examination, WRONG, check, "%s", error->text);
}

/* --- files --- */

/* A file that is not for everybody; that it is not there is another check's business. */
static void check_private(struct examination *examination, const char *check, const char *path)
{
    struct stat found;
    if (stat(path, &found) == 0 && (found.st_mode & PERMISSION_OTHERS) != 0)
        report(examination, WRONG, check, "everybody on this machine can use %s (mode %04o): chmod o= %s", path,
               (unsigned)(found.st_mode & 07777), path);
}

/* SQLite writes files beside the database. */
static void check_folder(struct examination *examination, const char *path)
{
    char *folder = arena_strdup(&examination->invocation->arena, path), *slash = strrchr(folder, '/');
    struct stat found;
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    else
        folder = arena_strdup(&examination->invocation->arena, ".");
    if (stat(folder, &found) != 0)
        report(examination, WRONG, "folder", "%s: %s; make it, for the user that Timepost runs as", folder,
               strerror(errno));
    else if (access(folder, W_OK) != 0)
        report(examination, WRONG, "folder",
               "%s cannot be written to by this user, and the database needs files of its "
               "own there",
               folder);
    else if ((found.st_mode & PERMISSION_WRITE_OTHERS) != 0 && (found.st_mode & S_ISVTX) == 0)
        report(examination, WRONG, "folder", "everybody on this machine can put files into %s: chmod o-w %s", folder,
               folder);
    else
        report(examination, FINE, "folder", "%s", folder);
}

/* --- the database --- */

static void check_offices(struct examination *examination)
{
    struct arena *arena = &examination->invocation->arena;
    const struct office *offices;
    const struct service *services;
    size_t office_count = 0, service_count = 0;
    struct error error = {0};
    if (office_list(examination->database, arena, &offices, &office_count, &error) != STATUS_OK ||
        service_list(examination->database, arena, &services, &service_count, &error) != STATUS_OK)
        report(examination, WRONG, "offices", "%s", error.text);
    else if (office_count == 0)
        report(examination, ADVICE, "offices", "there is none: “timepost office add” makes one");
    else if (service_count == 0)
        report(examination, ADVICE, "services", "there is none: “timepost service add” makes one");
    else
        report(examination, FINE, "offices", "%zu, with %zu service%s", office_count, service_count,
               service_count == 1 ? "" : "s");
    for (size_t i = 0; i < office_count && error.status == STATUS_OK; i++)
        if (offices[i].desk == NULL && examination->invocation->configuration.handover == NULL)
            report(examination, ADVICE, "offices",
                   "%s has no desk address, and [desk] handover is not set: what a person must see only goes to the "
                   "mailbox's folder",
                   offices[i].code);
}

static void check_outbox(struct examination *examination)
{
    const struct outbox_letter *letters;
    size_t count;
    struct error error = {0};
    if (outbox_list(examination->database, OUTBOX_FAILED, FAILED_LETTERS_MAX, &examination->invocation->arena, &letters,
                    &count, &error) != STATUS_OK)
        report(examination, WRONG, "outbox", "%s", error.text);
    else if (count > 0)
        report(examination, ADVICE, "outbox", "%zu letter%s failed: “timepost outbox list --status failed” shows why",
               count, count == 1 ? "" : "s");
    else
        report(examination, FINE, "outbox", "no letter failed");
}

static void check_database(struct examination *examination)
{
    struct invocation *invocation = examination->invocation;
    const char *path = command_database_path(invocation);
    struct error error = {0};
    check_folder(examination, path);
    enum status status = database_open(path, DATABASE_READ, &examination->database, &error);
    if (status == STATUS_NOT_FOUND) {
        report(examination, WRONG, "database", "%s is not there yet: “timepost office add” makes it", path);
        return;
    }
    check_private(examination, "database", path);
    check_private(examination, "database", arena_printf(&invocation->arena, "%s-wal", path));
    if (status == STATUS_OK)
        database_check(examination->database, &error);
    report_status(examination, "database", &error,
                  arena_printf(&invocation->arena, "%s, schema %d, no damage", path, database_schema_version()));
    if (status != STATUS_OK)
        return;
    check_offices(examination);
    check_outbox(examination);
    database_close(&examination->database);
}

/* --- what letters need --- */

static void check_token_key(struct examination *examination)
{
    struct invocation *invocation = examination->invocation;
    struct randomness randomness = randomness_system();
    struct token_key key;
    struct buffer path = BUFFER_INIT;
    struct error error = {0};
    bool created;
    agent_token_key_path(&invocation->configuration, command_database_path(invocation), &path, &created);
    enum status status = token_key_load(path.data, false, &randomness, &key, &error);
    explicit_bzero(&key, sizeof key);
    check_private(examination, "token key", path.data);
    if (status == STATUS_NOT_FOUND && created)
        report(examination, ADVICE, "token key", "%s is not there yet: the first change makes it", path.data);
    else
        report_status(examination, "token key", &error, path.data);
    buffer_release(&path);
}

static void check_desk(struct examination *examination)
{
    const struct configuration *configuration = &examination->invocation->configuration;
    struct error error = {0};
    letter_check_desk(configuration, &error);
    report_status(examination, "desk address", &error, configuration->address != NULL ? configuration->address : "");
    if (configuration->authserv_id == NULL)
        report(examination, ADVICE, "authserv_id",
               "[authentication] authserv_id is not set: nobody is known by their address, only by the reply address "
               "of a letter; set it to the name in your mail server's Authentication-Results");
    else
        report(examination, FINE, "authserv_id", "%s", configuration->authserv_id);
}

static void check_secret(struct examination *examination, const char *check, const char *path)
{
    struct buffer secret = BUFFER_INIT;
    struct error error = {0};
    if (path == NULL || (path[0] != '/' && getenv("CREDENTIALS_DIRECTORY") == NULL))
        return; /* a credential that only the service gets */
    if (configuration_secret(path, &secret, &error) != STATUS_OK)
        report(examination, WRONG, check, "%s", error.text);
    configuration_forget(&secret);
    if (path[0] == '/')
        check_private(examination, check, path);
}

static void check_secrets(struct examination *examination, const char *check, const struct server_access *access)
{
    check_secret(examination, check, access->password_file);
    check_secret(examination, check, access->client_secret_file);
    check_secret(examination, check, access->refresh_token_file);
}

static void check_all_secrets(struct examination *examination)
{
    const struct configuration *configuration = &examination->invocation->configuration;
    check_secrets(examination, "smtp", &configuration->smtp);
    for (size_t i = 0; i < configuration->mailbox_count; i++)
        check_secrets(examination,
                      arena_printf(&examination->invocation->arena, "mailbox %s", configuration->mailboxes[i].name),
                      &configuration->mailboxes[i].access);
}

/* --- servers --- */

static void report_server(struct examination *examination, const char *check, const struct error *error,
                          const struct server_access *access, const char *more)
{
    if (error->status == STATUS_UNAVAILABLE && examination->exit_status == EX_OK)
        examination->exit_status = EX_UNAVAILABLE;
    report_status(examination, check, error,
                  arena_printf(&examination->invocation->arena, "%s: connected%s%s%s", access->host,
                               access->tls == TLS_NONE ? "" : ", certificate verified",
                               access->auth == AUTH_NONE ? "" : ", logged in", more));
}

static void check_mailboxes(struct examination *examination)
{
    const struct configuration *configuration = &examination->invocation->configuration;
    for (size_t i = 0; i < configuration->mailbox_count; i++) {
        const struct mailbox_configuration *mailbox_configuration = &configuration->mailboxes[i];
        struct mailbox *mailbox = NULL;
        struct error error = {0};
        mailbox_open(mailbox_configuration, -1, &mailbox, &error);
        mailbox_close(&mailbox);
        report_server(examination,
                      arena_printf(&examination->invocation->arena, "mailbox %s", mailbox_configuration->name), &error,
                      &mailbox_configuration->access, ", folders there");
    }
    if (configuration->mailbox_count == 0)
        report(examination, WRONG, "mailbox",
               "none is configured: “serve” needs [mailbox main] with host, user and "
               "password_file");
}

static void check_smtp(struct examination *examination)
{
    const struct configuration *configuration = &examination->invocation->configuration;
    struct error error = {0};
    if (configuration->smtp.host == NULL) {
        report(examination, WRONG, "smtp",
               "none is configured: letters wait until there is [smtp] with host, user "
               "and password_file");
        return;
    }
    courier_probe(configuration, &error);
    report_server(examination, "smtp", &error, &configuration->smtp, "");
}

/* --- the command --- */

static void examine(struct examination *examination)
{
    struct invocation *invocation = examination->invocation;
    const struct options *given = invocation->options;
    struct error error = {0};
    if (command_open_configuration(invocation, &error) != STATUS_OK) {
        report(examination, WRONG, "configuration", "%s", error.text);
        return;
    }
    report(examination, FINE, "configuration", "%s",
           invocation->configuration.path != NULL ? invocation->configuration.path
                                                  : "there is no " CONFIGURATION_PATH ": everything as by default");
    check_database(examination);
    check_token_key(examination);
    check_desk(examination);
    check_all_secrets(examination);
    if (given->offline)
        return;
    check_mailboxes(examination);
    check_smtp(examination);
}

static enum status run(struct invocation *invocation, struct error *error)
{
    struct examination examination = {.invocation = invocation, .findings = json_array()};
    examine(&examination);
    invocation->exit_status = examination.exit_status;
    if (invocation->global.json)
        return command_print_json(examination.findings, error);
    json_decref(examination.findings);
    if (examination.wrong == 0)
        puts("\nNothing is wrong.");
    else
        printf("\n%zu thing%s wrong.\n", examination.wrong, examination.wrong == 1 ? " is" : "s are");
    return STATUS_OK;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "Check configuration, database, keys and mail servers",
    .options = options,
    .options_size = sizeof(struct options),
    .help = "A line for each thing: whether it is right, and what to do where it is not. Logs\n"
            "in to every mailbox and to the SMTP server, makes missing mail folders, sends\n"
            "nothing. "
            "Exit status 0 when nothing is wrong; advice does not count.\n"
            "\n"
            "  sudo -u timepost timepost doctor\n",
    .opens = OPENS_NOTHING,
    .run = run,
};
