#include "parsers/address.h"

#include <ctype.h>
#include <libetpan/mailimf.h>
#include <string.h>

#include "parsers/charset.h"
#include "parsers/header.h"

/* Where the entries of one value go. */
struct address_sink {
    struct arena *arena;
    const char *value;
    struct address *items;
    size_t count;
    size_t max;
    bool whole;
};

static void add_address(struct address_sink *sink, const char *name, const char *address, size_t length)
{
    size_t utf8_length;
    char *utf8 = charset_to_utf8(sink->arena, NULL, address, length, &utf8_length);
    char *clean = text_clean_line(sink->arena, utf8, utf8_length);
    if (!address_valid(clean) || sink->count == sink->max) {
        sink->whole = false;
        return;
    }
    for (char *c = strchr(clean, '@'); *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    char *decoded = name == NULL ? NULL : header_decode(sink->arena, name);
    sink->items[sink->count].name = decoded == NULL || decoded[0] == '\0' ? NULL : decoded;
    sink->items[sink->count++].address = clean;
}

/* libetpan joins "a b@x" to "ab@x"; only what stands so in the value is an address. */
static void add_mailbox(struct address_sink *sink, const struct mailimf_mailbox *mailbox)
{
    if (strstr(sink->value, mailbox->mb_addr_spec) != NULL)
        add_address(sink, mailbox->mb_display_name, mailbox->mb_addr_spec, strlen(mailbox->mb_addr_spec));
    else
        sink->whole = false;
}

static void add_entries(struct address_sink *sink, const struct mailimf_address_list *list)
{
    for (clistiter *i = clist_begin(list->ad_list); i != NULL; i = clist_next(i)) {
        const struct mailimf_address *entry = clist_content(i);
        if (entry->ad_type == MAILIMF_ADDRESS_MAILBOX) {
            add_mailbox(sink, entry->ad_data.ad_mailbox);
            continue;
        }
        sink->whole = false; /* a group names several, even if it holds one */
        if (entry->ad_data.ad_group->grp_mb_list == NULL)
            continue;
        const clist *members = entry->ad_data.ad_group->grp_mb_list->mb_list;
        for (clistiter *j = clist_begin(members); j != NULL; j = clist_next(j))
            add_mailbox(sink, clist_content(j));
    }
}

/* The number of '@' that the grammar sees: those in quoted strings and comments are words. */
static size_t count_at_signs(const char *value)
{
    size_t count = 0, depth = 0;
    bool quoted = false;
    for (; *value != '\0'; value++) {
        if (*value == '\\' && value[1] != '\0' && (quoted || depth > 0))
            value++;
        else if (*value == '"' && depth == 0)
            quoted = !quoted;
        else if (*value == '(' && !quoted)
            depth++;
        else if (*value == ')' && !quoted && depth > 0)
            depth--;
        else if (*value == '@' && !quoted && depth == 0)
            count++;
    }
    return count;
}

/* A value outside the grammar: what stands between the last angle brackets, else the first word with an '@'. */
static void add_what_looks_like_one(struct address_sink *sink, const char *value)
{
    sink->whole = false;
    const char *open = strrchr(value, '<');
    const char *close = open == NULL ? NULL : strchr(open, '>');
    if (close != NULL) {
        const char *name = arena_strndup(sink->arena, value, (size_t)(open - value));
        add_address(sink, name, open + 1, (size_t)(close - open - 1));
        return;
    }
    const char *at = strchr(value, '@');
    if (at == NULL)
        return;
    const char *start = at;
    while (start > value && strchr(" \t,;:<\"'(", start[-1]) == NULL)
        start--;
    add_address(sink, NULL, start, strcspn(start, " \t,;:>\"')"));
}

size_t address_list_read(struct arena *arena, const char *value, struct address *items, size_t count, size_t max,
                         bool *ret_whole)
{
    struct address_sink sink = {arena, value, items, count, max, true};
    struct mailimf_address_list *list = NULL;
    size_t length = value == NULL ? 0 : strlen(value), position = 0;
    if (value != NULL && header_is_shallow(value))
        if (mailimf_address_list_parse(value, length, &position, &list) != MAILIMF_NO_ERROR)
            list = NULL;
    if (list != NULL) {
        add_entries(&sink, list);
        mailimf_address_list_free(list);
        size_t rest = position;
        if (mailimf_cfws_parse(value, length, &rest) == MAILIMF_NO_ERROR)
            position = rest;
        /* "amina@x.example <evil@y.example>" is read in two ways by two programs. */
        sink.whole = sink.whole && position >= length && count_at_signs(value) == sink.count - count;
    }
    if (value != NULL && sink.count == count)
        add_what_looks_like_one(&sink, value);
    if (ret_whole != NULL)
        *ret_whole = value != NULL && sink.whole;
    return sink.count;
}
