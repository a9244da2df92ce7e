#include "parsers/bounce.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "parsers/address.h"
#include "parsers/charset.h"

enum {
    WORDS_MAX = 16 * 1024, /* how far into a report without fields it is looked for words */
    ADDRESS_PART_MAX = 255,
};

/* What happened to a recipient, the most telling first. */
static const struct {
    const char *action;
    int weight;
    bool permanent;
} action_table[] = {
    {"failed", 3, true}, {"delayed", 2, false}, {"delivered", 1, false}, {"relayed", 1, false}, {"expanded", 1, false},
};

/* "rfc822; ngozi@example.org" */
static const char *typed_address(struct arena *arena, const char *value)
{
    const char *semicolon = value == NULL ? NULL : strchr(value, ';');
    struct address address;
    if (semicolon == NULL || address_list_read(arena, semicolon + 1, &address, 0, 1, NULL) == 0)
        return NULL;
    return address.address;
}

/* The length of a status code (RFC 3463) such as "5.1.1" at `text`, 0 where there is none. */
static size_t status_length(const char *text)
{
    size_t at = 1;
    if (strchr("245", text[0]) == NULL || text[0] == '\0')
        return 0;
    for (int group = 0; group < 2; group++) {
        if (text[at++] != '.')
            return 0;
        size_t digits = strspn(text + at, "0123456789");
        if (digits == 0 || digits > 3)
            return 0;
        at += digits;
    }
    return text[at] == '.' ? 0 : at;
}

static const char *find_status(struct arena *arena, const char *text)
{
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        size_t length = at == text || strchr(" \t\n#(-[", at[-1]) != NULL ? status_length(at) : 0;
        if (length > 0)
            return arena_strndup(arena, at, length);
    }
    return NULL;
}

static void read_recipient(struct arena *arena, const struct header_list *fields, int *weight, struct bounce *bounce)
{
    struct header_field action = header_field_read(arena, header_value(fields, "Action", 0));
    for (size_t i = 0; i < sizeof action_table / sizeof action_table[0]; i++) {
        if (strcmp(action.value, action_table[i].action) != 0 || action_table[i].weight <= *weight)
            continue;
        /* The original recipient is whom we wrote to; the final one may be where that was forwarded. */
        const char *recipient = typed_address(arena, header_value(fields, "Original-Recipient", 0));
        if (recipient == NULL)
            recipient = typed_address(arena, header_value(fields, "Final-Recipient", 0));
        *weight = action_table[i].weight;
        bounce->recipient = recipient;
        bounce->status = find_status(arena, header_value(fields, "Status", 0));
        bounce->permanent = action_table[i].permanent;
    }
}

/* The groups of fields of a delivery-status part; false where none of them names what happened to a recipient. */
static bool read_delivery_status(struct arena *arena, const char *text, struct bounce *bounce)
{
    size_t length = strlen(text), position = 0;
    int weight = 0;
    bool overflow = false;
    while (position < length) {
        struct header_list fields;
        size_t read = header_block_read(arena, text + position, length - position, &fields, &overflow);
        if (read == 0)
            break;
        position += read;
        read_recipient(arena, &fields, &weight, bounce);
    }
    return weight > 0;
}

static bool is_address_byte(char c)
{
    return c != '\0' && (isalnum((unsigned char)c) || strchr(".!#$%&'*+/=?^_`{|}~-", c) != NULL);
}

/* The address around the '@' at `at`; NULL where there is none. */
static const char *address_around(struct arena *arena, const char *text, const char *at)
{
    size_t before = 0, after = 0;
    while (before < ADDRESS_PART_MAX && at - before > text && is_address_byte(at[-(ptrdiff_t)before - 1]))
        before++;
    while (after < ADDRESS_PART_MAX && is_address_byte(at[1 + after]))
        after++;
    while (after > 0 && at[after] == '.')
        after--;
    if (before == 0 || after == 0)
        return NULL;
    const char *address = arena_strndup(arena, at - before, before + 1 + after);
    return address_valid(address) ? address : NULL;
}

/* The first address in the text that is neither the reporter's nor ours. */
static const char *find_address(struct arena *arena, const struct message *message, const char *text)
{
    for (const char *at = text; (at = strchr(at, '@')) != NULL; at++) {
        const char *address = address_around(arena, text, at);
        bool usable = address != NULL && !address_equal(address, message->from.address);
        for (size_t i = 0; i < message->to.count && usable; i++)
            usable = !address_equal(address, message->to.items[i].address);
        if (usable)
            return address;
    }
    return NULL;
}

/* " 550 " or " 550-": an SMTP reply that refuses for good. */
static bool has_permanent_reply(const char *text)
{
    for (const char *at = text; (at = strchr(at, '5')) != NULL; at++)
        if ((at == text || strchr(" \t\n:(", at[-1]) != NULL) && at[1] == '5' && isdigit((unsigned char)at[2]) &&
            at[3] != '\0' && strchr(" -", at[3]) != NULL)
            return true;
    return false;
}

static void read_words(struct arena *arena, const struct message *message, struct bounce *bounce)
{
    const char *plain = message->plain == NULL ? "" : message->plain;
    const char *text = arena_strndup(arena, plain, strnlen(plain, WORDS_MAX));
    struct address failed;
    if (address_list_read(arena, message_header(message, "X-Failed-Recipients", 0), &failed, 0, 1, NULL) > 0)
        bounce->recipient = failed.address;
    else
        bounce->recipient = find_address(arena, message, text);
    bounce->status = find_status(arena, text);
    bounce->permanent = bounce->status != NULL ? bounce->status[0] == '5' : has_permanent_reply(text);
}

/* Of the returned message or its headers; of a copy of them in the text; else what the report answers to. */
static const char *original_message_id(struct arena *arena, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].message != NULL)
            return message->parts[i].message->message_id;
    const char *id;
    for (const char *at = message->plain; at != NULL && *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n')
        if (strncasecmp(at, "Message-ID:", 11) == 0)
            if (header_message_ids(arena, arena_strndup(arena, at, strcspn(at, "\n")), &id, 0, 1) == 1)
                return id;
    return message->references.count > 0 ? message->references.items[0] : NULL;
}

const struct bounce *bounce_read(struct arena *arena, const struct message *message)
{
    struct bounce *bounce = arena_alloc(arena, sizeof *bounce);
    const struct message_part *status = message_find_part(message, "message/delivery-status");
    if (status == NULL)
        status = message_find_part(message, "message/global-delivery-status");
    if (status == NULL || status->text == NULL || !read_delivery_status(arena, status->text, bounce))
        read_words(arena, message, bounce);
    bounce->original_message_id = original_message_id(arena, message);
    return bounce;
}
