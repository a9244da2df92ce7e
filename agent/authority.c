#include "agent/authority.h"

#include <string.h>

#include "base/address.h"

const char *authority_name(enum authority authority)
{
    static const char *const names[] = {
        [AUTHORITY_STRANGER] = "stranger",
        [AUTHORITY_CLAIMED] = "claimed",
        [AUTHORITY_KNOWN] = "known",
        [AUTHORITY_HOLDER] = "holder",
    };
    return (size_t)authority < sizeof names / sizeof names[0] ? names[authority] : "";
}

bool authority_from_is_proven(const struct reading *reading)
{
    return reading->from_single && reading->from.address != NULL && reading->authentication.present &&
           reading->authentication.dmarc_pass;
}

/* --- tokens --- */

/* Where tokens may stand in a mail: tags of the addresses first, then Message-IDs of the thread. */
struct token_source {
    const struct reading *reading;
    enum token_use use;
    size_t next;
};

/* The token in "user+TOKEN@domain"; false where there is none of this use. */
static bool token_of_address(const char *address, enum token_use use, char out[TOKEN_TEXT_SIZE])
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    const char *tag = use == TOKEN_BOUNCE ? TOKEN_TAG_BOUNCE : TOKEN_TAG_REPLY;
    if (at == NULL || (size_t)(at - address) < strlen(tag) + TOKEN_LENGTH)
        return false;
    const char *token = at - TOKEN_LENGTH;
    if (strncasecmp(token - strlen(tag), tag, strlen(tag)) != 0)
        return false;
    memcpy(out, token, TOKEN_LENGTH);
    out[TOKEN_LENGTH] = '\0';
    return true;
}

/* The token in "TOKEN.RANDOM@domain". */
static bool token_of_message_id(const char *message_id, char out[TOKEN_TEXT_SIZE])
{
    if (strnlen(message_id, TOKEN_TEXT_SIZE) < TOKEN_TEXT_SIZE || message_id[TOKEN_LENGTH] != '.')
        return false;
    memcpy(out, message_id, TOKEN_LENGTH);
    out[TOKEN_LENGTH] = '\0';
    return true;
}

static bool next_token(struct token_source *source, char out[TOKEN_TEXT_SIZE])
{
    const struct address_list *to = &source->reading->to;
    const struct string_list *references = &source->reading->references;
    size_t all = to->count + (source->use == TOKEN_REPLY ? references->count : 0);
    while (source->next < all) {
        size_t at = source->next++;
        if (at < to->count ? token_of_address(to->items[at].address, source->use, out)
                           : token_of_message_id(references->items[at - to->count], out))
            return true;
    }
    return false;
}

/* The contact of the first good token, of this booking where one is given. STATUS_NOT_FOUND: there is none. */
static enum status find_token_contact(struct database *database, const struct token_key *key, enum token_use use,
                                      const struct reading *reading, int64_t booking_id, int64_t now,
                                      struct arena *arena, struct contact *ret_contact, struct error *error)
{
    struct token_source source = {.reading = reading, .use = use};
    char text[TOKEN_TEXT_SIZE];
    while (next_token(&source, text)) {
        int64_t id;
        struct contact contact;
        struct error unknown;
        if (!token_read(text, &id))
            continue;
        enum status status = contact_by_id(database, id, arena, &contact, &unknown);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return error_set(error, status, "%s", unknown.text);
        if ((booking_id != 0 && contact.booking_id != booking_id) || !token_verify(key, use, &contact, now, text))
            continue;
        *ret_contact = contact;
        return STATUS_OK;
    }
    return error_set(error, STATUS_NOT_FOUND, "no valid token");
}

enum status authority_token_booking(struct database *database, const struct token_key *key,
                                    const struct reading *reading, int64_t now, struct arena *arena,
                                    struct booking *ret_booking, struct error *error)
{
    struct contact contact;
    enum status status = find_token_contact(database, key, TOKEN_REPLY, reading, 0, now, arena, &contact, error);
    return status == STATUS_OK ? booking_by_id(database, contact.booking_id, arena, ret_booking, error) : status;
}

enum status authority_bounce_contact(struct database *database, const struct token_key *key,
                                     const struct reading *reading, int64_t now, struct arena *arena,
                                     struct contact *ret_contact, struct error *error)
{
    return find_token_contact(database, key, TOKEN_BOUNCE, reading, 0, now, arena, ret_contact, error);
}

/* --- the decision --- */

static enum status find_known_contact(struct database *database, const struct reading *reading,
                                      const struct booking *booking, struct arena *arena, int64_t *ret_contact_id,
                                      struct error *error)
{
    *ret_contact_id = 0;
    if (!authority_from_is_proven(reading))
        return STATUS_OK;
    const struct contact *contacts;
    size_t count;
    enum status status = contact_list(database, booking->id, arena, &contacts, &count, error);
    for (size_t i = 0; status == STATUS_OK && i < count && *ret_contact_id == 0; i++)
        if (address_equal(contacts[i].address, reading->from.address))
            *ret_contact_id = contacts[i].id;
    return status;
}

enum status authority_establish(struct database *database, const struct token_key *key, const struct reading *reading,
                                const struct booking *booking, int64_t now, struct arena *arena,
                                struct authority_finding *ret_finding, struct error *error)
{
    struct authority_finding finding = {AUTHORITY_STRANGER, 0};
    if (booking == NULL) {
        *ret_finding = finding;
        return STATUS_OK;
    }
    struct contact holder;
    struct error no_token;
    enum status status =
        find_token_contact(database, key, TOKEN_REPLY, reading, booking->id, now, arena, &holder, &no_token);
    if (status == STATUS_OK) {
        *ret_finding = (struct authority_finding){AUTHORITY_HOLDER, holder.id};
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", no_token.text);
    status = find_known_contact(database, reading, booking, arena, &finding.contact_id, error);
    if (status != STATUS_OK)
        return status;
    finding.authority = finding.contact_id != 0 ? AUTHORITY_KNOWN : AUTHORITY_CLAIMED;
    *ret_finding = finding;
    return STATUS_OK;
}
