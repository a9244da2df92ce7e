#include "parsers/authentication_results.h"

#include <string.h>
#include <strings.h>

#include "parsers/address.h"

enum { TOKEN_MAX = 256 };

/* Walks over a value; `failed` is set by what no grammar allows and ends the walk. */
struct cursor {
    const char *at;
    bool quotes_in_comments;
    bool failed;
};

static void skip_comment(struct cursor *cursor)
{
    size_t depth = 0;
    bool quoted = false;
    for (; *cursor->at != '\0'; cursor->at++) {
        char c = *cursor->at;
        if (c == '\\' && cursor->at[1] != '\0')
            cursor->at++;
        else if (c == '"' && cursor->quotes_in_comments)
            quoted = !quoted;
        else if (c == '(' && !quoted)
            depth++;
        else if (c == ')' && !quoted && --depth == 0) {
            cursor->at++;
            return;
        }
    }
    cursor->failed = true;
}

static void skip_blanks(struct cursor *cursor)
{
    while (!cursor->failed) {
        if (*cursor->at == ' ' || *cursor->at == '\t')
            cursor->at++;
        else if (*cursor->at == '(')
            skip_comment(cursor);
        else
            return;
    }
}

static bool read_quoted(struct cursor *cursor, char out[TOKEN_MAX])
{
    size_t length = 0;
    for (cursor->at++; *cursor->at != '\0' && *cursor->at != '"'; cursor->at++) {
        if (*cursor->at == '\\' && cursor->at[1] != '\0')
            cursor->at++;
        if (length + 1 == TOKEN_MAX)
            return false;
        out[length++] = *cursor->at;
    }
    out[length] = '\0';
    if (*cursor->at != '"')
        return false;
    cursor->at++;
    return true;
}

/* A run of characters up to one of `ends`, a blank or a comment; or a quoted string. Sets `failed` where there is none.
 */
static void read_token(struct cursor *cursor, const char *ends, char out[TOKEN_MAX])
{
    out[0] = '\0';
    skip_blanks(cursor);
    if (cursor->failed)
        return;
    if (*cursor->at == '"') {
        cursor->failed = !read_quoted(cursor, out);
        return;
    }
    size_t length = 0;
    for (; *cursor->at != '\0' && strchr(" \t();\"", *cursor->at) == NULL && strchr(ends, *cursor->at) == NULL;
         cursor->at++) {
        if (length + 1 == TOKEN_MAX) {
            cursor->failed = true;
            return;
        }
        out[length++] = *cursor->at;
    }
    out[length] = '\0';
    cursor->failed = length == 0;
}

static bool take(struct cursor *cursor, char wanted)
{
    skip_blanks(cursor);
    if (cursor->failed || *cursor->at != wanted)
        return false;
    cursor->at++;
    return true;
}

/* One result: dkim=pass with the properties that tell for whom. */
struct result {
    char method[TOKEN_MAX];
    char verdict[TOKEN_MAX];
    char header_from[TOKEN_MAX]; /* "" where it is not stated */
    char header_d[TOKEN_MAX];
};

/* A pvalue may be an address or "@domain"; what counts is the domain. */
static const char *domain_of(const char *value)
{
    const char *at = strrchr(value, '@');
    return at == NULL ? value : at + 1;
}

/* The properties of a result up to the next ';'. The same property twice is ambiguous and fails. */
static void read_properties(struct cursor *cursor, struct result *result)
{
    static const char *const names[] = {"header.from", "header.d"};
    char *const values[] = {result->header_from, result->header_d};
    char name[TOKEN_MAX], value[TOKEN_MAX];
    for (;;) {
        skip_blanks(cursor);
        if (cursor->failed || *cursor->at == ';' || *cursor->at == '\0')
            return;
        read_token(cursor, "=", name);
        if (cursor->failed || !take(cursor, '=')) {
            cursor->failed = true;
            return;
        }
        read_token(cursor, "", value);
        for (size_t i = 0; i < sizeof names / sizeof names[0] && !cursor->failed; i++) {
            if (strcasecmp(name, names[i]) != 0)
                continue;
            cursor->failed = values[i][0] != '\0';
            strcpy(values[i], domain_of(value));
        }
    }
}

/* What follows a ';': a result, or the authserv-id where a server puts it behind its results. */
static void read_section(struct cursor *cursor, struct result *result, char identifier[TOKEN_MAX])
{
    char version[TOKEN_MAX];
    *result = (struct result){.method = ""};
    read_token(cursor, "=/", result->method);
    if (take(cursor, '/'))
        read_token(cursor, "=", version);
    if (take(cursor, '=')) {
        read_token(cursor, "", result->verdict);
        read_properties(cursor, result);
        return;
    }
    skip_blanks(cursor);
    bool alone = *cursor->at == ';' || *cursor->at == '\0';
    if (!alone && !cursor->failed && identifier[0] == '\0') {
        /* "authserv-id 1": a version other than 1 is a grammar that we do not know. */
        read_token(cursor, "", version);
        skip_blanks(cursor);
        alone = strcmp(version, "1") == 0 && (*cursor->at == ';' || *cursor->at == '\0');
    }
    if (!alone)
        cursor->failed = true;
    if (strcasecmp(result->method, "none") != 0 || identifier[0] == '\0') {
        cursor->failed = cursor->failed || identifier[0] != '\0';
        strcpy(identifier, result->method);
    }
    result->method[0] = '\0';
}

/* What the results of one header add up to. One that failed outweighs those that passed for DMARC. */
static void weigh(const struct result *result, const char *from_domain, struct authentication *found,
                  bool *dmarc_denied)
{
    bool pass = strcasecmp(result->verdict, "pass") == 0;
    if (strcasecmp(result->method, "dmarc") == 0) {
        bool ours = result->header_from[0] == '\0' || strcasecmp(result->header_from, from_domain) == 0;
        found->dmarc_pass = found->dmarc_pass || (pass && ours);
        *dmarc_denied = *dmarc_denied || !pass || !ours;
    } else if (strcasecmp(result->method, "dkim") == 0) {
        found->dkim_aligned = found->dkim_aligned || (pass && strcasecmp(result->header_d, from_domain) == 0);
    }
}

static struct authentication read_value(const char *value, const char *authserv_id, const char *from_domain,
                                        bool quotes_in_comments)
{
    struct cursor cursor = {value, quotes_in_comments, false};
    struct authentication found = {.present = false};
    char identifier[TOKEN_MAX] = "";
    bool dmarc_denied = false;
    do {
        struct result result;
        skip_blanks(&cursor);
        if (*cursor.at == '\0') /* a ';' at the end */
            break;
        read_section(&cursor, &result, identifier);
        if (!cursor.failed && result.method[0] != '\0')
            weigh(&result, from_domain, &found, &dmarc_denied);
    } while (!cursor.failed && take(&cursor, ';'));
    found.present = !cursor.failed && *cursor.at == '\0' && strcasecmp(identifier, authserv_id) == 0;
    bool believed = found.present && from_domain[0] != '\0';
    found.dmarc_pass = found.dmarc_pass && believed && !dmarc_denied;
    found.dkim_aligned = found.dkim_aligned && believed;
    return found;
}

struct authentication authentication_results_of_value(const char *value, const char *authserv_id,
                                                      const char *from_domain)
{
    struct authentication literal = read_value(value, authserv_id, from_domain, false);
    struct authentication quoting = read_value(value, authserv_id, from_domain, true);
    return (struct authentication){
        .present = literal.present && quoting.present,
        .dmarc_pass = literal.dmarc_pass && quoting.dmarc_pass,
        .dkim_aligned = literal.dkim_aligned && quoting.dkim_aligned,
    };
}

struct authentication authentication_results_read(const struct message *message, const char *authserv_id)
{
    const char *value = message_header(message, "Authentication-Results", 0);
    if (value == NULL || authserv_id == NULL || authserv_id[0] == '\0')
        return (struct authentication){.present = false};
    const char *from_domain = message->from_single ? address_domain(message->from.address) : "";
    return authentication_results_of_value(value, authserv_id, from_domain);
}
