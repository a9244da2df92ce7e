#include "agent/configuration.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <sodium.h>
#include <unicode/utf8.h>

#include "base/file.h"
#include "base/spelling.h"
#include "base/zone.h"

enum { NAME_MAX_LENGTH = 64, LINE_MAX_LENGTH = 4096, ADDRESS_MAX_LENGTH = 254, EXAMPLE_COLUMNS = 100 };

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

enum type {
    TYPE_TEXT,
    TYPE_ADDRESS,
    TYPE_ZONE,
    TYPE_LANGUAGE,
    TYPE_PREFIX,
    TYPE_PATTERN,
    TYPE_PATH,
    TYPE_SECRET,
    TYPE_SERVER_NAME,
    TYPE_HOST,
    TYPE_URL,
    TYPE_FOLDER,
    TYPE_TLS,
    TYPE_AUTH,
    TYPE_YES_NO,
    TYPE_NUMBER,
    TYPE_DURATION,
};

struct key {
    enum section section;
    const char *name;
    enum type type;
    size_t offset;        /* in struct configuration; for mailboxes in struct mailbox_configuration */
    const char *standard; /* read like a value from the file; NULL: not set */
    const char *example;  /* for the example file, where there is no default */
    int64_t minimum;      /* of numbers and durations */
    int64_t maximum;
    const char *documentation;
};

#define DESK(member)    offsetof(struct configuration, member)
#define MAILBOX(member) offsetof(struct mailbox_configuration, member)

/* How a server is reached and logged in to is configured the same way for SMTP and IMAP. */
#define ACCESS_KEYS(section, at, host_example, user_example, port_words)                                               \
    {                                                                                                                  \
        section,  "host", TYPE_HOST,                                                                                   \
        at(host), NULL,   host_example,                                                                                \
        0,        0,      "The server's host name, as in its certificate."},                                           \
        {section, "port", TYPE_NUMBER, at(port), "0", NULL, 0, 65535, port_words},                                     \
        {section,                                                                                                      \
         "tls",                                                                                                        \
         TYPE_TLS,                                                                                                     \
         at(tls),                                                                                                      \
         "implicit",                                                                                                   \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "implicit (TLS from the first byte), starttls, or none (only for a server on this machine). Certificate and " \
         "host name are always verified."},                                                                            \
        {section,     "ca_file", TYPE_PATH,                                                                            \
         at(ca_file), NULL,      "/etc/ssl/certs/ca-certificates.crt",                                                 \
         0,           0,         "Certificates (PEM) that are trusted instead of the system's."},                      \
        {section,  "user", TYPE_TEXT,                                                                                  \
         at(user), NULL,   user_example,                                                                               \
         0,        0,      "The user name. For a shared mailbox: the mailbox's."},                                     \
        {section,                                                                                                      \
         "password_file",                                                                                              \
         TYPE_SECRET,                                                                                                  \
         at(password_file),                                                                                            \
         NULL,                                                                                                         \
         "/etc/timepost/password",                                                                                     \
         0,                                                                                                            \
         0,                                                                                                            \
         "The file whose first line is the password, or the name of a systemd credential."},                           \
        {section,                                                                                                      \
         "token_command",                                                                                              \
         TYPE_TEXT,                                                                                                    \
         at(token_command),                                                                                            \
         NULL,                                                                                                         \
         "/usr/local/bin/mail-token desk",                                                                             \
         0,                                                                                                            \
         0,                                                                                                            \
         "For xoauth2: a program, with its arguments, that prints an access token. It is run at each connect, "        \
         "without "                                                                                                    \
         "a shell: words are split at blanks and nothing is expanded."},                                               \
        {section,                                                                                                      \
         "token_endpoint",                                                                                             \
         TYPE_URL,                                                                                                     \
         at(token_endpoint),                                                                                           \
         NULL,                                                                                                         \
         "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token",                                                 \
         0,                                                                                                            \
         0,                                                                                                            \
         "For xoauth2 without a token_command: where the refresh token is traded for an access token."},               \
        {section,                                                                                                      \
         "client_id",                                                                                                  \
         TYPE_TEXT,                                                                                                    \
         at(client_id),                                                                                                \
         NULL,                                                                                                         \
         "00000000-0000-0000-0000-000000000000",                                                                       \
         0,                                                                                                            \
         0,                                                                                                            \
         "For token_endpoint: the application's identifier."},                                                         \
        {section,                                                                                                      \
         "client_secret_file",                                                                                         \
         TYPE_SECRET,                                                                                                  \
         at(client_secret_file),                                                                                       \
         NULL,                                                                                                         \
         "/etc/timepost/client-secret",                                                                                \
         0,                                                                                                            \
         0,                                                                                                            \
         "For token_endpoint: the application's secret, where it has one. A file or a systemd credential."},           \
        {section,                                                                                                      \
         "refresh_token_file",                                                                                         \
         TYPE_SECRET,                                                                                                  \
         at(refresh_token_file),                                                                                       \
         NULL,                                                                                                         \
         "/etc/timepost/refresh-token",                                                                                \
         0,                                                                                                            \
         0,                                                                                                            \
         "For token_endpoint: the refresh token. A file or a systemd credential."},                                    \
    {                                                                                                                  \
        section, "timeout", TYPE_DURATION, at(timeout), "60s", NULL, 1, 3600,                                          \
            "How long one answer of the server may take."                                                              \
    }

#define SMTP_ACCESS(member)    offsetof(struct configuration, smtp.member)
#define MAILBOX_ACCESS(member) offsetof(struct mailbox_configuration, access.member)

static const struct key keys[] = {
    {SECTION_DESK, "address", TYPE_ADDRESS, DESK(address), NULL, "timer@politi.example", 0, 0,
     "The mail address people write to. Letters come from it, and their reply addresses are made of it "
     "(timer+TOKEN@politi.example), so the mail server must deliver those as well."},
    {SECTION_DESK, "name", TYPE_TEXT, DESK(name), "Politiet, timebestilling", NULL, 0, 0,
     "The name that letters come from."},
    {SECTION_DESK, "timezone", TYPE_ZONE, DESK(zone), "Europe/Oslo", NULL, 0, 0,
     "The desk's time zone. Offices may have their own."},
    {SECTION_DESK, "handover", TYPE_ADDRESS, DESK(handover), NULL, "post@politi.example", 0, 0,
     "Who gets what concerns no office. Not set: the desk of the first office."},
    {SECTION_DESK, "language", TYPE_LANGUAGE, DESK(language), "nb", NULL, 0, 0,
     "The language of letters to people whose language is not known."},
    {SECTION_DESK, "contact", TYPE_TEXT, DESK(contact), "https://www.politiet.no/kontakt-oss/", NULL, 0, 0,
     "How to reach a person, a line in letters."},
    {SECTION_DESK, "booking_prefix", TYPE_PREFIX, DESK(booking_prefix), "TP", NULL, 0, 0,
     "The letters that booking numbers begin with. They stay as they are in numbers that were given out."},
    {SECTION_DESK, "number_pattern", TYPE_PATTERN, DESK(number_pattern), NULL, "\\b(?<number>TP[0-9]{9})\\b", 0, 0,
     "How booking numbers are found in mails: a Perl-compatible pattern with a group called number. Not set: as this "
     "program makes them."},

    {SECTION_DATABASE, "path", TYPE_PATH, DESK(database_path), "/var/lib/timepost/timepost.db", NULL, 0, 0,
     "The SQLite file. It is made at the first start."},
    {SECTION_DATABASE, "token_key_file", TYPE_SECRET, DESK(token_key_file), NULL, "/etc/timepost/token-key", 0, 0,
     "The key that reply addresses are signed with: 64 hexadecimal digits. Not set: the systemd credential "
     "timepost.token-key, else the database's path with .key after it, made where there is none."},

    {SECTION_AUTHENTICATION, "authserv_id", TYPE_SERVER_NAME, DESK(authserv_id), NULL, "mx.politi.example", 0, 0,
     "The name with which your own mail server marks its Authentication-Results header. Only that one is believed. Not "
     "set: nobody is known by the address alone, only by the reply address of a letter."},

    {SECTION_SELF_SERVICE, "migrated", TYPE_YES_NO, DESK(migrated_may_change), "no", NULL, 0, 0,
     "May people change bookings that were transferred from the former system?"},

    {SECTION_OFFER, "times", TYPE_NUMBER, DESK(offer_times), "6", NULL, 1, 50, "How many free times a letter offers."},
    {SECTION_OFFER, "horizon_days", TYPE_NUMBER, DESK(horizon_days), "60", NULL, 1, 730,
     "How many days ahead free times are looked for."},

    {SECTION_REMINDER, "days", TYPE_NUMBER, DESK(reminder_days), "2", NULL, 1, 60,
     "How many calendar days before the appointment the reminder goes out."},

    {SECTION_LIMITS, "letters_per_address", TYPE_NUMBER, DESK(letters_per_address), "10", NULL, 1, 1000000,
     "Answers to one address in 24 hours."},
    {SECTION_LIMITS, "letters_per_booking", TYPE_NUMBER, DESK(letters_per_booking), "10", NULL, 1, 1000000,
     "Answers about one booking in 24 hours."},
    {SECTION_LIMITS, "letters_per_hour", TYPE_NUMBER, DESK(letters_per_hour), "2000", NULL, 1, 1000000,
     "Answers in an hour, all together."},
    {SECTION_LIMITS, "attempts", TYPE_NUMBER, DESK(attempts), "3", NULL, 1, 100,
     "How often a mail is tried that cannot be handled, before it goes to the quarantine folder."},

    ACCESS_KEYS(SECTION_SMTP, SMTP_ACCESS, "smtp.politi.example", "timer@politi.example",
                "0: the usual one (465, with starttls 587, without TLS 25)."),
    {SECTION_SMTP, "auth", TYPE_AUTH, DESK(smtp.auth), "password", NULL, 0, 0,
     "password, xoauth2, or none (a relay that asks for none)."},
    {SECTION_SMTP, "helo", TYPE_SERVER_NAME, DESK(helo), NULL, "desk.politi.example", 0, 0,
     "The name this machine greets with. Not set: its host name."},
    {SECTION_SMTP, "give_up_after", TYPE_DURATION, DESK(give_up_after), "2d", NULL, 60, 30 * DAY,
     "How long a letter is tried that the server does not take."},

    ACCESS_KEYS(SECTION_MAILBOX, MAILBOX_ACCESS, "imap.politi.example", "timer@politi.example",
                "0: the usual one (993, with starttls or without TLS 143)."),
    {SECTION_MAILBOX, "auth", TYPE_AUTH, MAILBOX(access.auth), "password", NULL, 0, 0, "password or xoauth2."},
    {SECTION_MAILBOX, "inbox", TYPE_FOLDER, MAILBOX(inbox), "INBOX", NULL, 0, 0, "The folder that is read."},
    {SECTION_MAILBOX, "handled_folder", TYPE_FOLDER, MAILBOX(handled_folder), "Timepost/Handled", NULL, 0, 0,
     "Where mails go that were answered or carried out. Made where it is missing; / stands for the server's own "
     "separator."},
    {SECTION_MAILBOX, "desk_folder", TYPE_FOLDER, MAILBOX(desk_folder), "Timepost/Desk", NULL, 0, 0,
     "Where mails go that a person must look at."},
    {SECTION_MAILBOX, "quarantine_folder", TYPE_FOLDER, MAILBOX(quarantine_folder), "Timepost/Quarantine", NULL, 0, 0,
     "Where mails go that could not be handled."},
    {SECTION_MAILBOX, "poll_interval", TYPE_DURATION, MAILBOX(poll_interval), "1min", NULL, 1, 10 * MINUTE,
     "How often the folder is looked at besides waiting for the server to tell of new mail."},
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

/* Where the reader is, and what it has seen. */
struct reader {
    const char *path;
    int line;
    struct configuration *configuration;
    struct mailbox_configuration *mailbox; /* of the section in hand */
    bool has_section;
    enum section section;
    int section_lines[SECTION_COUNT]; /* where each section began; 0: not there */
    int key_lines[KEY_COUNT];         /* the same for keys; those of a mailbox begin anew with each */
    struct error *error;
};

static enum status fail(const struct reader *reader, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum status fail(const struct reader *reader, int line, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_set(reader->error, STATUS_INVALID, "%s:%d: %s", reader->path, line, text);
}

/* --- values: each returns NULL, or what would have been right --- */

static bool consists_of(const char *text, const char *extra)
{
    for (; *text != '\0'; text++)
        if (!isascii((unsigned char)*text) || (!isalnum((unsigned char)*text) && strchr(extra, *text) == NULL))
            return false;
    return true;
}

static const char *check_address(const char *value)
{
    static const char right[] = "one mail address, such as timer@politi.example";
    const char *at = strrchr(value, '@');
    if (at == NULL || at == value || at[1] == '\0' || strlen(value) > ADDRESS_MAX_LENGTH || strchr(value, '@') != at)
        return right;
    for (const char *byte = value; *byte != '\0'; byte++)
        if ((unsigned char)*byte <= ' ' || strchr("<>()[],;:\\\"", *byte) != NULL)
            return right;
    return at[1] == '.' || at[strlen(at) - 1] == '.' || strstr(at, "..") != NULL ? right : NULL;
}

static const char *check_zone(const char *value)
{
    struct zone *zone = NULL;
    if (zone_open(value, &zone, NULL) != STATUS_OK)
        return "a time zone by its IANA name, such as Europe/Oslo";
    zone_close(&zone);
    return NULL;
}

static const char *check_language(const char *value)
{
    size_t letters = strcspn(value, "-");
    return (letters == 2 || letters == 3) && consists_of(value, "-") ? NULL : "a language tag, such as nb or en";
}

static const char *check_prefix(const char *value)
{
    size_t length = strlen(value);
    for (const char *byte = value; *byte != '\0'; byte++)
        if (*byte < 'A' || *byte > 'Z')
            length = 0;
    return length >= 1 && length <= 4 ? NULL : "one to four capital letters, such as TP";
}

static const char *check_pattern(const char *value)
{
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *pattern = pcre2_compile((PCRE2_SPTR)value, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &code, &offset, NULL);
    bool right = pattern != NULL && pcre2_substring_number_from_name(pattern, (PCRE2_SPTR) "number") > 0;
    pcre2_code_free(pattern);
    return right ? NULL : "a Perl-compatible pattern with a group called number, such as \\b(?<number>TP[0-9]{9})\\b";
}

static const char *check_path(const char *value)
{
    return value[0] == '/' ? NULL : "a path from the root, such as /var/lib/timepost/timepost.db";
}

static const char *check_secret(const char *value)
{
    return value[0] == '/' || (strchr(value, '/') == NULL && consists_of(value, "._-@"))
               ? NULL
               : "a path from the root, such as /etc/timepost/password, or the name of a systemd credential";
}

static const char *check_server_name(const char *value)
{
    return consists_of(value, ".-_:[]") ? NULL : "a name without blanks, such as mx.politi.example";
}

static const char *check_host(const char *value)
{
    return consists_of(value, ".-_:") ? NULL
                                      : "a host name or IP address, such as imap.politi.example (the port is a key of "
                                        "its own)";
}

/* A refresh token is as good as a password, so it goes over TLS only. */
static const char *check_url(const char *value)
{
    static const char plain[] = "http://", secure[] = "https://";
    if (strncmp(value, secure, sizeof secure - 1) == 0 && value[sizeof secure - 1] != '\0')
        return NULL;
    if (strncmp(value, plain, sizeof plain - 1) == 0) {
        char host[NAME_MAX_LENGTH];
        snprintf(host, sizeof host, "%.*s", (int)strcspn(value + sizeof plain - 1, ":/"), value + sizeof plain - 1);
        if (configuration_is_loopback(host))
            return NULL;
    }
    return "an address that begins with https://";
}

static const char *check_folder(const char *value)
{
    size_t length = strlen(value);
    return value[0] != '/' && value[length - 1] != '/' && strstr(value, "//") == NULL && strpbrk(value, "*%") == NULL
               ? NULL
               : "the name of a mail folder, such as Timepost/Handled";
}

static bool read_word(const char *value, const char *const *words, int *ret_index)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(value, words[i]) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static const char *read_tls(const char *value, enum tls_mode *ret)
{
    static const char *const words[] = {"implicit", "starttls", "none", NULL};
    int index;
    if (!read_word(value, words, &index))
        return "implicit, starttls or none";
    *ret = (enum tls_mode)index;
    return NULL;
}

static const char *read_auth(const char *value, enum auth_mode *ret)
{
    static const char *const words[] = {"password", "xoauth2", "none", NULL};
    int index;
    if (!read_word(value, words, &index))
        return "password, xoauth2 or none";
    *ret = (enum auth_mode)index;
    return NULL;
}

static const char *read_yes_no(const char *value, bool *ret)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", NULL};
    int index;
    if (!read_word(value, words, &index))
        return "yes or no";
    *ret = index % 2 == 1;
    return NULL;
}

static bool read_digits(const char **cursor, int64_t *ret)
{
    if (!isdigit((unsigned char)**cursor))
        return false;
    char *end;
    errno = 0;
    intmax_t number = strtoimax(*cursor, &end, 10);
    if (errno != 0)
        return false;
    *cursor = end;
    *ret = number;
    return true;
}

/* As systemd writes time spans: "90", "30s", "5min", "1h 30min". */
static bool read_duration(const char *value, int64_t *ret)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"s", 1},   {"sec", 1},   {"min", MINUTE}, {"m", MINUTE},  {"h", HOUR}, {"hr", HOUR},
                 {"d", DAY}, {"day", DAY}, {"days", DAY},   {"w", 7 * DAY}, {"", 1}};
    int64_t total = 0, number;
    do {
        if (!read_digits(&value, &number))
            return false;
        value += strspn(value, " \t");
        size_t length = 0, unit = 0, count = sizeof units / sizeof units[0];
        while (isalpha((unsigned char)value[length]))
            length++;
        while (unit < count && (strlen(units[unit].name) != length || strncmp(units[unit].name, value, length) != 0))
            unit++;
        int64_t seconds;
        if (unit == count || __builtin_mul_overflow(number, units[unit].seconds, &seconds) ||
            __builtin_add_overflow(total, seconds, &total))
            return false;
        value += length;
        value += strspn(value, " \t");
    } while (*value != '\0');
    *ret = total;
    return true;
}

static const char *check_text(const char *value)
{
    (void)value; /* every line was checked for control characters already */
    return NULL;
}

/* Types whose value is kept as text, with what checks it. */
static const char *(*const checks[])(const char *value) = {
    [TYPE_TEXT] = check_text,         [TYPE_ADDRESS] = check_address, [TYPE_ZONE] = check_zone,
    [TYPE_LANGUAGE] = check_language, [TYPE_PREFIX] = check_prefix,   [TYPE_PATTERN] = check_pattern,
    [TYPE_PATH] = check_path,         [TYPE_SECRET] = check_secret,   [TYPE_SERVER_NAME] = check_server_name,
    [TYPE_HOST] = check_host,         [TYPE_URL] = check_url,         [TYPE_FOLDER] = check_folder,
};

static const char *set_number(const struct key *key, const char *value, void *field, struct arena *arena)
{
    int64_t number;
    const char *cursor = value;
    bool right =
        key->type == TYPE_DURATION ? read_duration(value, &number) : read_digits(&cursor, &number) && *cursor == '\0';
    if (!right || number < key->minimum || number > key->maximum) {
        if (key->type == TYPE_NUMBER)
            return arena_printf(arena, "a number from %" PRId64 " to %" PRId64, key->minimum, key->maximum);
        return arena_printf(arena, "a time span from %" PRId64 "s to %" PRId64 "s, such as 30s, 5min, 2h or 1d",
                            key->minimum, key->maximum);
    }
    if (strcmp(key->name, "port") == 0)
        *(int *)field = (int)number;
    else
        *(int64_t *)field = number;
    return NULL;
}

/* Puts `value` into its field. Returns NULL, or what would have been right. */
static const char *set_value(const struct key *key, const char *value, void *base, struct arena *arena)
{
    void *field = (char *)base + key->offset;
    switch (key->type) {
    case TYPE_TLS:
        return read_tls(value, field);
    case TYPE_AUTH:
        return read_auth(value, field);
    case TYPE_YES_NO:
        return read_yes_no(value, field);
    case TYPE_NUMBER:
    case TYPE_DURATION:
        return set_number(key, value, field, arena);
    default: {
        const char *right = *value == '\0' ? "a value (to leave it out, leave out the line)" : checks[key->type](value);
        if (right == NULL)
            *(const char **)field = arena_strdup(arena, value);
        return right;
    }
    }
}

static void *base_of(const struct reader *reader, enum section section)
{
    return section == SECTION_MAILBOX ? (void *)reader->mailbox : (void *)reader->configuration;
}

/* Defaults go the same way as values of the file; the unit test reads every one of them. */
static void set_defaults(const struct reader *reader, bool mailbox)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if ((keys[i].section == SECTION_MAILBOX) == mailbox && keys[i].standard != NULL)
            set_value(&keys[i], keys[i].standard, base_of(reader, keys[i].section), &reader->configuration->arena);
}

/* --- what must fit together --- */

static const struct key *find_key(enum section section, const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].section == section && strcmp(keys[i].name, name) == 0) {
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

static char *strip(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

static enum status unknown_section(const struct reader *reader, const char *name)
{
    const char *best = NULL;
    size_t best_distance = spelling_tolerance(name) + 1;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        size_t distance = spelling_distance(name, sections[i].name);
        if (distance < best_distance) {
            best = sections[i].name;
            best_distance = distance;
        }
    }
    if (best != NULL)
        return fail(reader, reader->line, "there is no section [%s]; did you mean [%s%s]?", name, best,
                    strcmp(best, "mailbox") == 0 ? " NAME" : "");
    return fail(reader, reader->line,
                "there is no section [%s]; there are desk, database, authentication, self_service, offer, reminder, "
                "limits, smtp and mailbox NAME",
                name);
}

static enum status begin_mailbox(struct reader *reader, const char *name)
{
    struct configuration *configuration = reader->configuration;
    if (*name == '\0' || strlen(name) > NAME_MAX_LENGTH || !consists_of(name, "._-"))
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
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].section == SECTION_MAILBOX)
            reader->key_lines[i] = 0;
    set_defaults(reader, true);
    return STATUS_OK;
}

static enum status read_section(struct reader *reader, char *text)
{
    size_t length = strlen(text);
    if (text[length - 1] != ']')
        return fail(reader, reader->line, "the section's name does not end: [desk]");
    text[length - 1] = '\0';
    char *name = strip(text + 1);
    char *rest = name + strcspn(name, " \t");
    if (*rest != '\0')
        *rest++ = '\0';
    rest = strip(rest);

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
    return section == SECTION_MAILBOX ? begin_mailbox(reader, rest) : STATUS_OK;
}

static enum status unknown_key(const struct reader *reader, const char *name)
{
    if (strcmp(name, "password") == 0)
        return fail(reader, reader->line,
                    "passwords do not belong in this file: put it into a file of its own (mode 0600) and say "
                    "\"password_file = /etc/timepost/password\"");
    const char *best = NULL;
    size_t best_distance = spelling_tolerance(name) + 1;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        size_t distance = spelling_distance(name, keys[i].name);
        if (keys[i].section == reader->section && distance < best_distance) {
            best = keys[i].name;
            best_distance = distance;
        }
    }
    if (best != NULL)
        return fail(reader, reader->line, "[%s] has no key \"%s\"; did you mean \"%s\"?",
                    sections[reader->section].name, name, best);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].name, name) == 0)
            return fail(reader, reader->line, "[%s] has no key \"%s\"; it belongs to [%s]",
                        sections[reader->section].name, name, sections[keys[i].section].name);
    return fail(reader, reader->line, "[%s] has no key \"%s\"", sections[reader->section].name, name);
}

static enum status read_key(struct reader *reader, char *text)
{
    char *equals = strchr(text, '=');
    if (equals == NULL)
        return fail(reader, reader->line, "neither a [section], a \"key = value\" nor a # comment");
    *equals = '\0';
    char *name = strip(text);
    char *value = strip(equals + 1);
    if (!reader->has_section)
        return fail(reader, reader->line, "\"%s\" stands before the first section, such as [desk]", name);
    size_t index;
    const struct key *key = find_key(reader->section, name, &index);
    if (key == NULL)
        return unknown_key(reader, name);
    if (reader->key_lines[index] != 0)
        return fail(reader, reader->line, "\"%s\" was given already, in line %d", name, reader->key_lines[index]);
    reader->key_lines[index] = reader->line;
    const char *right = set_value(key, value, base_of(reader, key->section), &reader->configuration->arena);
    if (right != NULL)
        return fail(reader, reader->line, "%s = %s: what is expected is %s", name, value, right);
    return STATUS_OK;
}

/* A whole line of printable UTF-8? Nothing that is quoted in an error or put into a letter can hurt then. */
static bool printable(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        UChar32 character;
        U8_NEXT(bytes, i, length, character);
        if (character < 0 || (character < ' ' && character != '\t' && character != '\r') || character == 0x7f)
            return false;
    }
    return true;
}

static enum status read_line(struct reader *reader, const char *bytes, size_t length)
{
    if (length > LINE_MAX_LENGTH)
        return fail(reader, reader->line, "a line of more than %d bytes", LINE_MAX_LENGTH);
    if (!printable(bytes, length))
        return fail(reader, reader->line, "not a line of UTF-8 text without control characters");
    char line[LINE_MAX_LENGTH + 1];
    memcpy(line, bytes, length);
    line[length] = '\0';
    char *text = strip(line);
    if (*text == '\0' || *text == '#' || *text == ';')
        return STATUS_OK;
    return *text == '[' ? read_section(reader, text) : read_key(reader, text);
}

enum status configuration_parse(const char *path, const char *text, size_t length,
                                struct configuration *ret_configuration, struct error *error)
{
    struct configuration configuration = {.arena = ARENA_INIT};
    struct reader reader = {.path = path, .configuration = &configuration, .error = error};
    configuration.path = arena_strdup(&configuration.arena, path);
    set_defaults(&reader, false);

    enum status status = STATUS_OK;
    for (size_t start = 0; start < length && status == STATUS_OK;) {
        const char *end = memchr(text + start, '\n', length - start);
        size_t line_length = end != NULL ? (size_t)(end - text) - start : length - start;
        reader.line++;
        status = read_line(&reader, text + start, line_length);
        start += line_length + 1;
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
            if (keys[i].section != (enum section)section)
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
    char path[LINE_MAX_LENGTH];
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
