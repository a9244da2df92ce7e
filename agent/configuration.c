#include "agent/configuration.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/configuration_value.h"
#include "agent/section_file.h"
#include "base/file.h"
#include "base/spelling.h"
#include "base/zone.h"

enum { NAME_MAX_LENGTH = 64, EXAMPLE_COLUMNS = 100 };

enum section {
    SECTION_DESK,
    SECTION_DATABASE,
    SECTION_AUTHENTICATION,
    SECTION_SELF_SERVICE,
    SECTION_OFFER,
    SECTION_REMINDER,
    SECTION_LIMITS,
    SECTION_SMTP,
    SECTION_MAILBOX,
    SECTION_COUNT
};

static const struct {
    const char *name;
    const char *documentation;
} sections[SECTION_COUNT] = {
    [SECTION_DESK] = {"desk", "The desk itself: where people write to, and what the letters say of it."},
    [SECTION_DATABASE] = {"database", "Where the calendar is kept."},
    [SECTION_AUTHENTICATION] = {"authentication", "Whose word is taken for who sent a mail."},
    [SECTION_SELF_SERVICE] = {"self_service", "What applicants may do themselves."},
    [SECTION_OFFER] = {"offer", "Free times that are offered by mail."},
    [SECTION_REMINDER] = {"reminder", "Letters before the appointment (`timepost remind`)."},
    [SECTION_LIMITS] = {"limits", "What stops a storm of mails, whatever its headers say."},
    [SECTION_SMTP] = {"smtp", "The server that letters are handed to."},
    [SECTION_MAILBOX] = {"mailbox", "A mailbox that is read by IMAP. May be given several times, each with a name of "
                                    "its own; the name must stay the same, for the ledger knows mails by it."},
};

/* Where a key's value is kept, and in which sections it may stand. */
enum place {
    PLACE_CONFIGURATION, /* in struct configuration; in the row's section */
    PLACE_SERVER,        /* in struct server_access; in [smtp] and in each [mailbox NAME] */
    PLACE_MAILBOX,       /* in struct mailbox_configuration; in each [mailbox NAME] */
};

struct key {
    enum place place;
    enum section section; /* of PLACE_CONFIGURATION */
    const char *name;
    enum value_type type;
    size_t offset;
    struct value_range range;
    const char *standard; /* the default, read like a value from the file; NULL: not set */
    const char *example;  /* for the example file, where there is no default */
    const char *documentation;
};

/* The beginnings of rows: where, and which field. */
#define GLOBAL(section, name, type, member)                                                                            \
    PLACE_CONFIGURATION, SECTION_##section, name, VALUE_##type, offsetof(struct configuration, member)
#define SERVER(name, type, member)                                                                                     \
    PLACE_SERVER, SECTION_COUNT, name, VALUE_##type, offsetof(struct server_access, member)
#define MAILBOX(name, type, member)                                                                                    \
    PLACE_MAILBOX, SECTION_MAILBOX, name, VALUE_##type, offsetof(struct mailbox_configuration, member)

/* clang-format off */
static const struct key keys[] = {
    {GLOBAL(DESK, "address", ADDRESS, address), {0, 0}, NULL, "timer@politi.example",
     "The mail address people write to. Letters come from it, and their reply addresses are made of it "
     "(timer+TOKEN@politi.example), so the mail server must deliver those as well."},
    {GLOBAL(DESK, "name", TEXT, name), {0, 0}, "Politiet, timebestilling", NULL,
     "The name that letters come from."},
    {GLOBAL(DESK, "timezone", ZONE, zone), {0, 0}, "Europe/Oslo", NULL,
     "The desk's time zone. Offices may have their own."},
    {GLOBAL(DESK, "handover", ADDRESS, handover), {0, 0}, NULL, "post@politi.example",
     "Who gets what concerns no office. Not set: the desk of the first office."},
    {GLOBAL(DESK, "language", LANGUAGE, language), {0, 0}, "nb", NULL,
     "The language of letters to people whose language is not known."},
    {GLOBAL(DESK, "contact", TEXT, contact), {0, 0}, "https://www.politiet.no/kontakt-oss/", NULL,
     "How to reach a person, a line in letters."},
    {GLOBAL(DESK, "booking_prefix", PREFIX, booking_prefix), {0, 0}, "TP", NULL,
     "The letters that booking numbers begin with. They stay as they are in numbers that were given out."},
    {GLOBAL(DESK, "number_pattern", PATTERN, number_pattern), {0, 0}, NULL, "\\b(?<number>TP[0-9]{9})\\b",
     "How booking numbers are found in mails: a Perl-compatible pattern with a group called number. Not set: as this "
     "program makes them."},

    {GLOBAL(DATABASE, "path", PATH, database_path), {0, 0}, "/var/lib/timepost/timepost.db", NULL,
     "The SQLite file. It is made at the first start."},
    {GLOBAL(DATABASE, "token_key_file", SECRET, token_key_file), {0, 0}, NULL, "/etc/timepost/token-key",
     "The key that reply addresses are signed with: 64 hexadecimal digits. Not set: the systemd credential "
     "timepost.token-key, else the database's path with .key after it, made where there is none."},

    {GLOBAL(AUTHENTICATION, "authserv_id", SERVER_NAME, authserv_id), {0, 0}, NULL, "mx.politi.example",
     "The name with which your own mail server marks its Authentication-Results header. Only that one is believed. "
     "Not set: nobody is known by the address alone, only by the reply address of a letter."},

    {GLOBAL(SELF_SERVICE, "migrated", YES_NO, migrated_may_change), {0, 0}, "no", NULL,
     "May people change bookings that were transferred from the former system?"},

    {GLOBAL(OFFER, "times", NUMBER, offer_times), {1, 50}, "6", NULL,
     "How many free times a letter offers."},
    {GLOBAL(OFFER, "horizon_days", NUMBER, horizon_days), {1, 730}, "60", NULL,
     "How many days ahead free times are looked for."},

    {GLOBAL(REMINDER, "days", NUMBER, reminder_days), {1, 60}, "2", NULL,
     "How many calendar days before the appointment the reminder goes out."},

    {GLOBAL(LIMITS, "letters_per_address", NUMBER, letters_per_address), {1, 1000000}, "10", NULL,
     "Answers to one address in 24 hours."},
    {GLOBAL(LIMITS, "letters_per_booking", NUMBER, letters_per_booking), {1, 1000000}, "10", NULL,
     "Answers about one booking in 24 hours."},
    {GLOBAL(LIMITS, "letters_per_hour", NUMBER, letters_per_hour), {1, 1000000}, "2000", NULL,
     "Answers in an hour, all together."},
    {GLOBAL(LIMITS, "attempts", NUMBER, attempts), {1, 100}, "3", NULL,
     "How often a mail is tried that cannot be handled, before it goes to the quarantine folder."},

    {SERVER("host", HOST, host), {0, 0}, NULL, "mail.politi.example",
     "The server's host name, as in its certificate."},
    {SERVER("port", PORT, port), {0, 65535}, "0", NULL,
     "0: the usual one (IMAP 993, with starttls 143; SMTP 465, with starttls 587, without TLS 25)."},
    {SERVER("tls", TLS, tls), {0, 0}, "implicit", NULL,
     "implicit (TLS from the first byte), starttls, or none (only for a server on this machine). Certificate and "
     "host name are always verified."},
    {SERVER("ca_file", PATH, ca_file), {0, 0}, NULL, "/etc/ssl/certs/ca-certificates.crt",
     "Certificates (PEM) that are trusted instead of the system's."},
    {SERVER("auth", AUTH, auth), {0, 0}, "password", NULL,
     "password, xoauth2, or (only for an SMTP server that asks for no login) none."},
    {SERVER("user", TEXT, user), {0, 0}, NULL, "timer@politi.example",
     "The user name. For a shared mailbox: the mailbox's."},
    {SERVER("password_file", SECRET, password_file), {0, 0}, NULL, "/etc/timepost/password",
     "The file whose first line is the password, or the name of a systemd credential."},
    {SERVER("token_command", TEXT, token_command), {0, 0}, NULL, "/usr/local/bin/mail-token desk",
     "For xoauth2: a program, with its arguments, that prints an access token. It is run at each connect, without a "
     "shell: words are split at blanks and nothing is expanded."},
    {SERVER("token_endpoint", URL, token_endpoint), {0, 0}, NULL,
     "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token",
     "For xoauth2 without a token_command: where the refresh token is traded for an access token."},
    {SERVER("client_id", TEXT, client_id), {0, 0}, NULL, "00000000-0000-0000-0000-000000000000",
     "For token_endpoint: the application's identifier."},
    {SERVER("client_secret_file", SECRET, client_secret_file), {0, 0}, NULL, "/etc/timepost/client-secret",
     "For token_endpoint: the application's secret, where it has one. A file or a systemd credential."},
    {SERVER("refresh_token_file", SECRET, refresh_token_file), {0, 0}, NULL, "/etc/timepost/refresh-token",
     "For token_endpoint: the refresh token. A file or a systemd credential. A file is written anew where the server "
     "hands out another one."},
    {SERVER("timeout", DURATION, timeout), {1, 3600}, "60s", NULL,
     "How long one answer of the server may take."},

    {GLOBAL(SMTP, "helo", SERVER_NAME, helo), {0, 0}, NULL, "desk.politi.example",
     "The name this machine greets with. Not set: its host name."},
    {GLOBAL(SMTP, "give_up_after", DURATION, give_up_after), {60, 30 * DAY}, "2d", NULL,
     "How long a letter is tried that the server does not take."},

    {MAILBOX("inbox", FOLDER, inbox), {0, 0}, "INBOX", NULL,
     "The folder that is read."},
    {MAILBOX("handled_folder", FOLDER, handled_folder), {0, 0}, "Timepost/Handled", NULL,
     "Where mails go that were answered or carried out. Made where it is missing; / stands for the server's own "
     "separator."},
    {MAILBOX("desk_folder", FOLDER, desk_folder), {0, 0}, "Timepost/Desk", NULL,
     "Where mails go that a person must look at."},
    {MAILBOX("quarantine_folder", FOLDER, quarantine_folder), {0, 0}, "Timepost/Quarantine", NULL,
     "Where mails go that could not be handled."},
    {MAILBOX("poll_interval", DURATION, poll_interval), {1, 10 * MINUTE}, "1min", NULL,
     "How often the folder is looked at besides waiting for the server to tell of new mail."},
};
/* clang-format on */

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static bool belongs(const struct key *key, enum section section)
{
    if (key->place == PLACE_SERVER)
        return section == SECTION_SMTP || section == SECTION_MAILBOX;
    return key->section == section;
}

/* Where the reader is, and what it has seen. */
struct reader {
    const char *path;
    int line;
    struct configuration *configuration;
    struct mailbox_configuration *mailbox; /* of the section in hand */
    bool has_section;
    enum section section;
    int section_lines[SECTION_COUNT]; /* where each section began; 0: not there */
    int key_lines[KEY_COUNT];         /* the same for keys, of the section in hand */
    struct error *error;
};

#define fail(reader, at_line, ...) section_file_fail((reader)->path, at_line, (reader)->error, __VA_ARGS__)

/* What a key of the section in hand is kept in. */
static void *base_of(const struct reader *reader, enum section section, const struct key *key)
{
    struct configuration *configuration = reader->configuration;
    switch (key->place) {
    case PLACE_SERVER:
        return section == SECTION_SMTP ? &configuration->smtp : &reader->mailbox->access;
    case PLACE_MAILBOX:
        return reader->mailbox;
    default:
        return configuration;
    }
}

static const char *set_value(const struct reader *reader, enum section section, const struct key *key,
                             const char *value)
{
    void *field = (char *)base_of(reader, section, key) + key->offset;
    return value_read(key->type, &key->range, value, field, &reader->configuration->arena);
}

/* Defaults go the same way as values of the file; the unit test reads every one of them. */
static void set_defaults(const struct reader *reader, enum section section)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (belongs(&keys[i], section) && keys[i].standard != NULL)
            set_value(reader, section, &keys[i], keys[i].standard);
}

/* --- what must fit together --- */

static const struct key *find_key(enum section section, const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (belongs(&keys[i], section) && strcmp(keys[i].name, name) == 0) {
            *ret_index = i;
            return &keys[i];
        }
    }
    return NULL;
}

/* The line of a key in the section in hand; the section's own where the key is not there. */
static int line_of(const struct reader *reader, enum section section, const char *name)
{
    size_t index;
    if (find_key(section, name, &index) != NULL && reader->key_lines[index] != 0)
        return reader->key_lines[index];
    return reader->section_lines[section];
}

static enum status check_access(const struct reader *reader, enum section section, const struct server_access *access)
{
    if (access->host == NULL)
        return fail(reader, reader->section_lines[section], "[%s] has no host: say which server, \"host = %s\"",
                    sections[section].name, section == SECTION_SMTP ? "smtp.politi.example" : "imap.politi.example");
    if (access->tls == TLS_NONE && !configuration_is_loopback(access->host))
        return fail(reader, line_of(reader, section, "tls"),
                    "tls = none is only for a server on this machine (localhost, 127.0.0.1, ::1); for %s use implicit "
                    "or starttls",
                    access->host);
    if (access->auth == AUTH_NONE && section == SECTION_MAILBOX)
        return fail(reader, line_of(reader, section, "auth"), "a mailbox needs auth = password or auth = xoauth2");
    if (access->auth == AUTH_NONE)
        return STATUS_OK;
    if (access->user == NULL)
        return fail(reader, line_of(reader, section, "auth"), "[%s] has no user: say who logs in, \"user = NAME\"%s",
                    sections[section].name, section == SECTION_SMTP ? ", or auth = none" : "");
    if (access->auth == AUTH_PASSWORD && access->password_file == NULL)
        return fail(
            reader, line_of(reader, section, "auth"),
            "[%s] has no password_file: name the file whose first line is the password, or a systemd credential",
            sections[section].name);
    if (access->auth == AUTH_XOAUTH2 && access->token_command == NULL &&
        (access->token_endpoint == NULL || access->client_id == NULL || access->refresh_token_file == NULL))
        return fail(reader, line_of(reader, section, "auth"),
                    "auth = xoauth2 needs token_command, or else token_endpoint, client_id and refresh_token_file");
    return STATUS_OK;
}

static enum status check_mailbox(const struct reader *reader)
{
    enum status status = check_access(reader, SECTION_MAILBOX, &reader->mailbox->access);
    if (status != STATUS_OK)
        return status;
    const struct mailbox_configuration *mailbox = reader->mailbox;
    const char *const folders[] = {mailbox->handled_folder, mailbox->desk_folder, mailbox->quarantine_folder};
    static const char *const names[] = {"handled_folder", "desk_folder", "quarantine_folder"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (strcasecmp(folders[i], mailbox->inbox) == 0)
            return fail(reader, line_of(reader, SECTION_MAILBOX, names[i]),
                        "%s is the folder that is read (%s): mails would be handled again and again", names[i],
                        mailbox->inbox);
    return STATUS_OK;
}

/* The section ends: is it whole? */
static enum status end_section(const struct reader *reader)
{
    if (!reader->has_section)
        return STATUS_OK;
    if (reader->section == SECTION_SMTP)
        return check_access(reader, SECTION_SMTP, &reader->configuration->smtp);
    if (reader->section == SECTION_MAILBOX)
        return check_mailbox(reader);
    return STATUS_OK;
}

/* --- lines --- */

static enum status unknown_section(const struct reader *reader, const char *name)
{
    struct spelling_search search = spelling_search(name);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        spelling_offer(&search, sections[i].name);
    if (search.best != NULL)
        return fail(reader, reader->line, "there is no section [%s]; did you mean [%s%s]?", name, search.best,
                    strcmp(search.best, "mailbox") == 0 ? " NAME" : "");
    return fail(reader, reader->line,
                "there is no section [%s]; there are desk, database, authentication, self_service, offer, reminder, "
                "limits, smtp and mailbox NAME",
                name);
}

static enum status begin_mailbox(struct reader *reader, const char *name)
{
    struct configuration *configuration = reader->configuration;
    if (*name == '\0' || strlen(name) > NAME_MAX_LENGTH || !value_consists_of(name, "._-"))
        return fail(reader, reader->line,
                    "a mailbox needs a name of letters, digits, dot, hyphen and underscore: [mailbox main]");
    for (size_t i = 0; i < configuration->mailbox_count; i++)
        if (strcmp(configuration->mailboxes[i].name, name) == 0)
            return fail(reader, reader->line, "[mailbox %s] is there already; each mailbox needs a name of its own",
                        name);
    if (configuration->mailbox_count == CONFIGURATION_MAILBOXES_MAX)
        return fail(reader, reader->line, "more than %d mailboxes; run a second service for the rest",
                    CONFIGURATION_MAILBOXES_MAX);
    struct mailbox_configuration *mailboxes =
        arena_array(&configuration->arena, configuration->mailbox_count + 1, sizeof *mailboxes);
    if (configuration->mailbox_count > 0)
        memcpy(mailboxes, configuration->mailboxes, configuration->mailbox_count * sizeof *mailboxes);
    configuration->mailboxes = mailboxes;
    reader->mailbox = &mailboxes[configuration->mailbox_count++];
    reader->mailbox->name = arena_strdup(&configuration->arena, name);
    set_defaults(reader, SECTION_MAILBOX);
    return STATUS_OK;
}

static enum status read_section(struct reader *reader, const char *name, const char *rest)
{
    enum status status = end_section(reader);
    if (status != STATUS_OK)
        return status;
    size_t section = 0;
    while (section < SECTION_COUNT && strcmp(sections[section].name, name) != 0)
        section++;
    if (section == SECTION_COUNT)
        return unknown_section(reader, name);
    if (section != SECTION_MAILBOX && *rest != '\0')
        return fail(reader, reader->line, "[%s] has no name of its own: [%s]", name, name);
    if (section != SECTION_MAILBOX && reader->section_lines[section] != 0)
        return fail(reader, reader->line, "[%s] is there already, in line %d; put its keys together", name,
                    reader->section_lines[section]);
    reader->has_section = true;
    reader->section = (enum section)section;
    reader->section_lines[section] = reader->line;
    memset(reader->key_lines, 0, sizeof reader->key_lines);
    return section == SECTION_MAILBOX ? begin_mailbox(reader, rest) : STATUS_OK;
}

static enum status unknown_key(const struct reader *reader, const char *name)
{
    if (strcmp(name, "password") == 0)
        return fail(reader, reader->line,
                    "passwords do not belong in this file: put it into a file of its own (mode 0600) and say "
                    "\"password_file = /etc/timepost/password\"");
    struct spelling_search search = spelling_search(name);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (belongs(&keys[i], reader->section))
            spelling_offer(&search, keys[i].name);
    if (search.best != NULL)
        return fail(reader, reader->line, "[%s] has no key \"%s\"; did you mean \"%s\"?",
                    sections[reader->section].name, name, search.best);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].name, name) == 0)
            return fail(reader, reader->line, "[%s] has no key \"%s\"; it belongs to [%s]",
                        sections[reader->section].name, name,
                        keys[i].place == PLACE_SERVER ? "smtp] or [mailbox NAME" : sections[keys[i].section].name);
    return fail(reader, reader->line, "[%s] has no key \"%s\"", sections[reader->section].name, name);
}

static enum status read_key(struct reader *reader, const char *name, const char *value)
{
    if (!reader->has_section)
        return fail(reader, reader->line, "\"%s\" stands before the first section, such as [desk]", name);
    size_t index;
    const struct key *key = find_key(reader->section, name, &index);
    if (key == NULL)
        return unknown_key(reader, name);
    if (reader->key_lines[index] != 0)
        return fail(reader, reader->line, "\"%s\" was given already, in line %d", name, reader->key_lines[index]);
    reader->key_lines[index] = reader->line;
    const char *right = set_value(reader, reader->section, key, value);
    if (right != NULL)
        return fail(reader, reader->line, "%s = %s: what is expected is %s", name, value, right);
    return STATUS_OK;
}

enum status configuration_parse(const char *path, const char *text, size_t length,
                                struct configuration *ret_configuration, struct error *error)
{
    struct configuration configuration = {.arena = ARENA_INIT};
    struct reader reader = {.path = path, .configuration = &configuration, .error = error};
    configuration.path = arena_strdup(&configuration.arena, path);
    for (size_t section = 0; section < SECTION_MAILBOX; section++)
        set_defaults(&reader, (enum section)section);

    struct section_file file = {.path = path, .text = text, .length = length};
    enum status status = section_file_next(&file, error);
    while (status == STATUS_OK && file.item != SECTION_FILE_END) {
        reader.line = file.line;
        status = file.item == SECTION_FILE_HEAD ? read_section(&reader, file.name, file.value)
                                                : read_key(&reader, file.name, file.value);
        if (status == STATUS_OK)
            status = section_file_next(&file, error);
    }
    if (status == STATUS_OK)
        status = end_section(&reader);
    if (status != STATUS_OK) {
        configuration_free(&configuration);
        return status;
    }
    *ret_configuration = configuration;
    return STATUS_OK;
}

enum status configuration_read(const char *path, struct configuration *ret_configuration, struct error *error)
{
    struct buffer content = BUFFER_INIT;
    struct error reading;
    const char *place = path != NULL ? path : CONFIGURATION_PATH;
    enum status status = file_read(place, CONFIGURATION_FILE_MAX, &content, &reading);
    if (status == STATUS_NOT_FOUND && path == NULL)
        status = configuration_parse(NULL, "", 0, ret_configuration, error);
    else if (status != STATUS_OK)
        error_set(error, status, "cannot read the configuration: %s", reading.text);
    else
        status = configuration_parse(place, content.data, content.length, ret_configuration, error);
    buffer_release(&content);
    return status;
}

void configuration_free(struct configuration *configuration)
{
    arena_clear(&configuration->arena);
    *configuration = (struct configuration){0};
}

/* --- the example file --- */

static void append_comment(struct buffer *out, const char *text)
{
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > EXAMPLE_COLUMNS) {
            length = EXAMPLE_COLUMNS;
            while (text[length] != ' ')
                length--;
        }
        buffer_printf(out, "# %.*s\n", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
}

void configuration_example(struct buffer *out)
{
    append_comment(out, "Timepost: " CONFIGURATION_PATH);
    buffer_append_string(out, "#\n");
    append_comment(out,
                   "Every key is here, commented out. What is shown is the default, or an example where the comment "
                   "says so: such a key has no default. Time spans are written as 30s, 5min, 2h or 1d. A comment "
                   "has a line of its own. `timepost doctor` checks the file and tries the servers; `systemctl "
                   "reload timepost` makes the service read it again.");
    for (size_t section = 0; section < SECTION_COUNT; section++) {
        buffer_append_char(out, '\n');
        append_comment(out, sections[section].documentation);
        buffer_printf(out, "%s[%s%s]\n", section == SECTION_SMTP || section == SECTION_MAILBOX ? "#" : "",
                      sections[section].name, section == SECTION_MAILBOX ? " main" : "");
        for (size_t i = 0; i < KEY_COUNT; i++) {
            if (!belongs(&keys[i], (enum section)section))
                continue;
            buffer_append_char(out, '\n');
            append_comment(out, keys[i].documentation);
            if (keys[i].standard == NULL)
                append_comment(out, "For example:");
            buffer_printf(out, "#%s = %s\n", keys[i].name,
                          keys[i].standard != NULL ? keys[i].standard : keys[i].example);
        }
    }
}

/* --- for those who use it --- */

enum status configuration_check_for_service(const struct configuration *configuration, struct error *error)
{
    const char *path = configuration->path != NULL ? configuration->path : CONFIGURATION_PATH;
    if (configuration->address == NULL)
        return error_set(error, STATUS_INVALID,
                         "%s: the service needs the address people write to: \"address = timer@politi.example\" in "
                         "[desk]",
                         path);
    if (configuration->mailbox_count == 0)
        return error_set(error, STATUS_INVALID,
                         "%s: the service needs a mailbox to read: [mailbox main] with host, user and password_file",
                         path);
    if (configuration->smtp.host == NULL)
        return error_set(error, STATUS_INVALID,
                         "%s: the service needs a server to send by: [smtp] with host, user and password_file", path);
    return STATUS_OK;
}

enum status configuration_secret(const char *file_or_credential, struct buffer *secret, struct error *error)
{
    char path[SECTION_FILE_LINE_MAX];
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (file_or_credential[0] == '/') {
        snprintf(path, sizeof path, "%s", file_or_credential);
    } else if (folder != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, file_or_credential);
    } else {
        return error_set(error, STATUS_NOT_FOUND,
                         "the credential %s is not there: it is given by LoadCredential= of the systemd unit "
                         "(CREDENTIALS_DIRECTORY is not set); else name a file by its whole path",
                         file_or_credential);
    }
    struct buffer content = BUFFER_INIT;
    enum status status = file_read(path, CONFIGURATION_SECRET_MAX, &content, error);
    if (status == STATUS_OK) {
        size_t length = strcspn(content.data, "\r\n");
        if (length == 0)
            status =
                error_set(error, STATUS_INVALID, "%s: the first line is empty; the secret is expected there", path);
        else if (memchr(content.data, '\0', content.length) != NULL)
            status = error_set(error, STATUS_INVALID, "%s: not a text file", path);
        else
            buffer_append(secret, content.data, length);
    }
    configuration_forget(&content);
    return status;
}

void configuration_forget(struct buffer *secret)
{
    if (secret->capacity > 0)
        sodium_memzero(secret->data, secret->capacity);
    buffer_release(secret);
}

bool configuration_is_loopback(const char *host)
{
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}
