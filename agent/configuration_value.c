#include "agent/configuration_value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uloc.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "agent/configuration.h"
#include "base/address.h"
#include "base/zone.h"
#include "parsers/reading.h"

enum { NAME_MAX_LENGTH = 64 };

/* Each of these returns NULL, or what would have been right. */

bool value_consists_of(const char *text, const char *extra)
{
    for (; *text != '\0'; text++)
        if (!isascii((unsigned char)*text) || (!isalnum((unsigned char)*text) && strchr(extra, *text) == NULL))
            return false;
    return true;
}

static const char *check_address(const char *value)
{
    return address_valid(value) ? NULL : "one mail address, such as timer@politi.example";
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
    bool formed = (letters == 2 || letters == 3) && value_consists_of(value, "-") && strlen(value) < LANGUAGE_SIZE;
    /* ICU knows a three-letter code for every language that there is. */
    return formed && *uloc_getISO3Language(value) != '\0' ? NULL : "the tag of a language, such as nb or en";
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
    return value[0] == '/' || (strchr(value, '/') == NULL && value_consists_of(value, "._-@"))
               ? NULL
               : "a path from the root, such as /etc/timepost/password, or the name of a systemd credential";
}

static const char *check_server_name(const char *value)
{
    return value_consists_of(value, ".-_:[]") ? NULL : "a name without blanks, such as mx.politi.example";
}

static const char *check_host(const char *value)
{
    return value_consists_of(value, ".-_:")
               ? NULL
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
    [VALUE_TEXT] = check_text,         [VALUE_ADDRESS] = check_address, [VALUE_ZONE] = check_zone,
    [VALUE_LANGUAGE] = check_language, [VALUE_PREFIX] = check_prefix,   [VALUE_PATTERN] = check_pattern,
    [VALUE_PATH] = check_path,         [VALUE_SECRET] = check_secret,   [VALUE_SERVER_NAME] = check_server_name,
    [VALUE_HOST] = check_host,         [VALUE_URL] = check_url,         [VALUE_FOLDER] = check_folder,
};

static const char *read_number(const struct value_range *range, const char *value, int64_t *ret, struct arena *arena)
{
    const char *cursor = value;
    if (read_digits(&cursor, ret) && *cursor == '\0' && *ret >= range->minimum && *ret <= range->maximum)
        return NULL;
    return arena_printf(arena, "a number from %" PRId64 " to %" PRId64, range->minimum, range->maximum);
}

static const char *read_time_span(const struct value_range *range, const char *value, int64_t *ret, struct arena *arena)
{
    if (read_duration(value, ret) && *ret >= range->minimum && *ret <= range->maximum)
        return NULL;
    return arena_printf(arena, "a time span from %" PRId64 "s to %" PRId64 "s, such as 30s, 5min, 2h or 1d",
                        range->minimum, range->maximum);
}

const char *value_read(enum value_type type, const struct value_range *range, const char *value, void *field,
                       struct arena *arena)
{
    const char *right;
    int64_t number = 0;
    switch (type) {
    case VALUE_TLS:
        return read_tls(value, field);
    case VALUE_AUTH:
        return read_auth(value, field);
    case VALUE_YES_NO:
        return read_yes_no(value, field);
    case VALUE_PORT:
        right = read_number(range, value, &number, arena);
        if (right == NULL)
            *(int *)field = (int)number;
        return right;
    case VALUE_NUMBER:
    case VALUE_DURATION:
        right = (type == VALUE_NUMBER ? read_number : read_time_span)(range, value, &number, arena);
        if (right == NULL)
            *(int64_t *)field = number;
        return right;
    default:
        right = *value == '\0' ? "a value (to leave it out, leave out the line)" : checks[type](value);
        if (right == NULL)
            *(const char **)field = arena_strdup(arena, value);
        return right;
    }
}
