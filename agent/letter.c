#include "agent/letter.h"

#include <idn2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/letter_text.h"
#include "agent/mime_writer.h"
#include "base/address.h"
#include "parsers/envelope.h"

enum { RANDOM_BYTES = 10, MESSAGE_ID_MAX = 250 };

/* What the steps of composing hand on. */
struct composer {
    const struct letter_input *input;
    const struct language *language;
    struct arena *arena;
    const char *desk_local, *desk_domain; /* of the desk's address */
    const char *recipient;
    const char *reply_address; /* the token address where there is a contact */
    const char *sender;
    const char *message_id;
    char random[RANDOM_BYTES * 2 + 1];
};

/* --- addresses --- */

/* The address as it can stand in an envelope and a header: ASCII, its domain as IDNA has it. */
static enum status wire_address(const char *address, struct arena *arena, const char **ret_address, struct error *error)
{
    if (!address_valid(address))
        return error_set(error, STATUS_INVALID, "an address that nobody can be written to");
    const char *domain = address_domain(address);
    for (const char *at = address; at < domain; at++)
        if ((unsigned char)*at <= ' ' || (unsigned char)*at > '~')
            return error_set(error, STATUS_INVALID, "an address whose local part is not ASCII");
    char *ascii = NULL;
    if (idn2_to_ascii_8z(domain, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
        return error_set(error, STATUS_INVALID, "an address whose domain is none");
    *ret_address = arena_printf(arena, "%.*s%s", (int)(domain - address), address, ascii);
    free(ascii);
    return STATUS_OK;
}

static enum status read_desk_address(const struct configuration *configuration, struct arena *arena,
                                     const char **ret_local, const char **ret_domain, struct error *error)
{
    const char *address = NULL;
    if (configuration->address == NULL)
        return error_set(error, STATUS_INVALID, "no [desk] address is configured: letters need one to come from");
    enum status status = wire_address(configuration->address, arena, &address, error);
    if (status != STATUS_OK)
        return error_prefix(error, "[desk] address");
    const char *domain = address_domain(address);
    const char *local = arena_strndup(arena, address, (size_t)(domain - address) - 1);
    if (strlen(local) + strlen(TOKEN_TAG_BOUNCE) + TOKEN_LENGTH > TOKEN_LOCAL_PART_MAX)
        return error_set(error, STATUS_INVALID,
                         "[desk] address: what stands before the @ may have %d characters, for reply addresses are "
                         "made of it",
                         TOKEN_LOCAL_PART_MAX - TOKEN_LENGTH - (int)strlen(TOKEN_TAG_BOUNCE));
    *ret_local = local;
    *ret_domain = domain;
    return STATUS_OK;
}

enum status letter_check_desk(const struct configuration *configuration, struct error *error)
{
    struct arena arena = ARENA_INIT;
    const char *local, *domain;
    enum status status = read_desk_address(configuration, &arena, &local, &domain, error);
    arena_clear(&arena);
    return status;
}

/* Reply address, bounce address and Message-ID: with tokens where the letter is for a contact. */
static void set_identities(struct composer *composer)
{
    const struct letter_input *input = composer->input;
    unsigned char bytes[RANDOM_BYTES];
    randomness_fill(input->randomness, bytes, sizeof bytes);
    sodium_bin2hex(composer->random, sizeof composer->random, bytes, sizeof bytes);
    const char *local = composer->desk_local, *domain = composer->desk_domain;
    if (input->contact == NULL) {
        composer->sender = composer->reply_address = arena_printf(composer->arena, "%s@%s", local, domain);
        composer->message_id = arena_printf(composer->arena, "timepost.%s@%s", composer->random, domain);
        return;
    }
    int64_t after = input->booking != NULL && input->booking->end > input->now ? input->booking->end : input->now;
    int64_t expires = after + (int64_t)LETTER_TOKEN_DAYS * DAY;
    char token[TOKEN_TEXT_SIZE];
    token_make(input->token_key, TOKEN_REPLY, input->contact, expires, token);
    composer->reply_address = arena_printf(composer->arena, "%s" TOKEN_TAG_REPLY "%s@%s", local, token, domain);
    composer->message_id = arena_printf(composer->arena, "%s.%s@%s", token, composer->random, domain);
    token_make(input->token_key, TOKEN_BOUNCE, input->contact, expires, token);
    composer->sender = arena_printf(composer->arena, "%s" TOKEN_TAG_BOUNCE "%s@%s", local, token, domain);
}

/* --- what there is to say --- */

static void percent_encode(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        bool unreserved = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._~", byte) != NULL);
        if (unreserved)
            buffer_append_char(out, (char)byte);
        else
            buffer_printf(out, "%%%02X", byte);
    }
}

/* RFC 6068: subject and body are the same complete request. */
static const char *mailto(struct composer *composer, enum link_phrase phrase, const char *number, const char *when)
{
    const char *words = language_phrase(composer->language, phrase, number, when, composer->arena);
    struct buffer link = BUFFER_INIT;
    buffer_printf(&link, "mailto:%s?subject=", composer->reply_address);
    percent_encode(&link, words);
    buffer_append_string(&link, "&body=");
    percent_encode(&link, words);
    const char *text = arena_strndup(composer->arena, link.data, link.length);
    buffer_release(&link);
    return text;
}

static const char *moment(const struct composer *composer, enum moment_format format, int64_t time)
{
    return language_moment(composer->language, format, composer->input->zone, time, composer->arena);
}

/* Each a complete request about the booking. */
static void put_links_of(struct composer *composer, struct template_value *values, const char *number)
{
    static const struct {
        const char *name;
        enum link_phrase phrase;
    } links[] = {{"cancel", PHRASE_CANCEL}, {"change", PHRASE_CHANGE}, {"keep", PHRASE_KEEP}};
    struct template_value *object = template_put_object(composer->arena, values, "links");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        template_put(composer->arena, object, links[i].name, mailto(composer, links[i].phrase, number, NULL));
}

static void put_links(struct composer *composer, struct template_value *values)
{
    if (composer->input->changeable && composer->input->contact != NULL)
        put_links_of(composer, values, composer->input->booking->number);
}

/* Without tokens, for the letter is about no one booking: whoever presses a link is known by the address that was known
 * before. */
static void put_choices(struct composer *composer, struct template_value *values)
{
    const struct letter_input *input = composer->input;
    struct arena *arena = composer->arena;
    for (size_t i = 0; i < input->choice_count; i++) {
        const struct letter_choice *choice = &input->choices[i];
        struct template_value *item = template_put_item(arena, values, "choices");
        template_put(arena, item, "number", choice->booking->number);
        template_put(arena, item, "name", choice->booking->name);
        template_put(arena, item, "office", choice->office->name);
        template_put(arena, item, "service", service_name_in(choice->service, composer->language->code));
        template_put(arena, item, "when",
                     language_moment(composer->language, MOMENT_WHEN, choice->zone, choice->booking->start, arena));
        if (choice->changeable)
            put_links_of(composer, item, choice->booking->number);
    }
}

/* Slots by day, in the order given. */
static void put_days(struct composer *composer, struct template_value *values)
{
    const struct letter_input *input = composer->input;
    struct arena *arena = composer->arena;
    struct template_value *day = NULL;
    const char *last = "";
    for (size_t i = 0; i < input->slot_count; i++) {
        int64_t start = input->slots[i].start;
        const char *date = moment(composer, MOMENT_DATE, start);
        if (day == NULL || strcmp(date, last) != 0) {
            day = template_put_item(arena, values, "days");
            template_put(arena, day, "date", date);
            last = date;
        }
        struct template_value *time = template_put_item(arena, day, "times");
        template_put(arena, time, "time", moment(composer, MOMENT_TIME, start));
        template_put(arena, time, "link",
                     mailto(composer, PHRASE_MOVE, input->booking->number, moment(composer, MOMENT_WHEN, start)));
    }
}

/* What the service asks people to bring, in one language. */
static void put_documents(struct composer *composer, struct template_value *values)
{
    const struct service *service = composer->input->service;
    const char *language = service_documents_language(service, composer->language->code);
    if (language == NULL)
        return;
    struct template_value *bring = template_put_object(composer->arena, values, "bring");
    for (size_t i = 0; i < service->document_count; i++) {
        if (strcasecmp(service->documents[i].language, language) != 0)
            continue;
        struct template_value *item = template_put_item(composer->arena, bring, "documents");
        template_put(composer->arena, item, "name", service->documents[i].name);
    }
}

static void put_booking(struct composer *composer, struct template_value *values)
{
    const struct letter_input *input = composer->input;
    struct arena *arena = composer->arena;
    struct template_value *booking = template_put_object(arena, values, "booking");
    template_put(arena, booking, "number", input->booking->number);
    template_put(arena, booking, "name", input->booking->name);
    template_put_flag(arena, booking, "cancelled", input->booking->status == BOOKING_CANCELLED);
    struct template_value *office = template_put_object(arena, values, "office");
    template_put(arena, office, "name", input->office->name);
    template_put(arena, office, "address", input->office->address);
    template_put(arena, values, "service", service_name_in(input->service, composer->language->code));
    template_put(arena, values, "when", moment(composer, MOMENT_WHEN, input->booking->start));
    if (input->booking->people > 1)
        template_put(arena, values, "people", arena_printf(arena, "%d", input->booking->people));
    put_documents(composer, values);
    if (input->former != NULL) {
        struct template_value *former = template_put_object(arena, values, "former");
        template_put(arena, former, "when", moment(composer, MOMENT_WHEN, input->former->start));
    }
    if (input->wished != 0)
        template_put(arena, values, "wished", moment(composer, MOMENT_WHEN, input->wished));
    put_links(composer, values);
    put_days(composer, values);
}

static const struct template_value *all_values(struct composer *composer)
{
    const struct letter_input *input = composer->input;
    struct arena *arena = composer->arena;
    struct template_value *values = template_values(arena);
    struct template_value *desk = template_put_object(arena, values, "desk");
    template_put(arena, desk, "name", input->configuration->name);
    template_put(arena, desk, "contact", input->configuration->contact);
    template_put(arena, values, "reason", composer->language->reasons[input->reason]);
    if (input->booking != NULL)
        put_booking(composer, values);
    put_choices(composer, values);
    template_put(arena, values, "unreached", input->unreached);
    if (input->original != NULL) {
        struct template_value *mail = template_put_object(arena, values, "mail");
        const char *from = input->reading != NULL ? input->reading->from.address : NULL;
        template_put(arena, mail, "from", from != NULL ? from : "?");
        template_put_flag(arena, mail, "headers-only", input->headers_only);
    }
    return values;
}

/* --- the message --- */

/* Identifiers come from outside: only what can stand between angle brackets goes into our header. */
static bool message_id_is_clean(const char *id)
{
    size_t length = strnlen(id, MESSAGE_ID_MAX + 1);
    if (length == 0 || length > MESSAGE_ID_MAX)
        return false;
    for (const char *at = id; *at != '\0'; at++)
        if ((unsigned char)*at <= ' ' || (unsigned char)*at > '~' || *at == '<' || *at == '>')
            return false;
    return true;
}

static void write_threading(const struct composer *composer, struct buffer *out)
{
    const struct reading *reading = composer->input->reading;
    if (reading == NULL || reading->message_id == NULL || !message_id_is_clean(reading->message_id))
        return;
    buffer_printf(out, "In-Reply-To: <%s>\r\nReferences:", reading->message_id);
    size_t count =
        reading->references.count < LETTER_REFERENCES_MAX ? reading->references.count : LETTER_REFERENCES_MAX;
    for (size_t i = count; i-- > 0;)
        if (message_id_is_clean(reading->references.items[i]) &&
            strcmp(reading->references.items[i], reading->message_id) != 0)
            buffer_printf(out, " <%s>\r\n", reading->references.items[i]);
    buffer_printf(out, " <%s>\r\n", reading->message_id);
}

/* Whom the letter is for by name; NULL where that is not known: a representative is not called by the applicant's. */
static const char *recipient_name(const struct letter_input *input)
{
    if (input->contact == NULL || input->contact->name != NULL)
        return input->contact != NULL ? input->contact->name : NULL;
    return input->contact->role == ROLE_APPLICANT && input->booking != NULL ? input->booking->name : NULL;
}

static void write_headers(const struct composer *composer, const char *subject, struct buffer *out)
{
    const struct letter_input *input = composer->input;
    const char *name = input->configuration->name;
    const char *desk = arena_printf(composer->arena, "%s@%s", composer->desk_local, composer->desk_domain);
    bool answer = input->reading != NULL;
    mime_write_address_field(out, "From", name, desk);
    mime_write_address_field(out, "To", recipient_name(input), composer->recipient);
    if (input->contact != NULL)
        mime_write_address_field(out, "Reply-To", name, composer->reply_address);
    mime_write_text_field(out, "Subject", subject);
    mime_write_date_field(out, input->now);
    buffer_printf(out, "Message-ID: <%s>\r\n", composer->message_id);
    if (input->kind != LETTER_DESK)
        write_threading(composer, out);
    mime_write_plain_field(out, "Auto-Submitted", answer ? "auto-replied" : "auto-generated");
    mime_write_plain_field(out, "X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply");
    mime_write_plain_field(out, ENVELOPE_LETTER_HEADER, letter_kind_name(input->kind));
    mime_write_plain_field(out, "Content-Language", composer->language->code);
    mime_write_plain_field(out, "MIME-Version", "1.0");
}

/* Where the header ends: after its last line's end, or at the end of all. */
static size_t header_length(const char *bytes, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++)
        if (bytes[i] == '\n' &&
            (bytes[i + 1] == '\n' || (bytes[i + 1] == '\r' && i + 2 < length && bytes[i + 2] == '\n')))
            return i + 1;
    return length;
}

/* Nothing that must not be on the wire as it is, or that moves the cursor where `handle --print` shows it. */
static bool is_seven_bit(const char *bytes, size_t length)
{
    size_t line = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        line = byte == '\n' ? 0 : line + 1;
        bool line_end = byte == '\n' || (byte == '\r' && i + 1 < length && bytes[i + 1] == '\n');
        if (byte > '~' || (byte < ' ' && byte != '\t' && !line_end) || line > 998)
            return false;
    }
    return true;
}

/*
 * message/rfc822 may only be 7bit, 8bit or binary (RFC 2046 5.2.1), and letters are 7-bit: a mail that is not goes as a
 * file in base64, which mail programs open by its name just as well.
 */
static struct mime_part attached_mail(const struct letter_input *input)
{
    struct mime_part part = {.bytes = input->original, .length = input->original_length};
    if (input->headers_only) {
        part.length = header_length(input->original, input->original_length);
        part.length = part.length < LETTER_ORIGINAL_MAX ? part.length : LETTER_ORIGINAL_MAX;
        part.type = "text/rfc822-headers; charset=utf-8";
        part.disposition = "attachment; filename=\"mail-header.txt\"";
        part.encoding = MIME_QUOTED_PRINTABLE;
        return part;
    }
    part.disposition = "attachment; filename=\"mail.eml\"";
    bool plain = is_seven_bit(input->original, input->original_length);
    part.type = plain ? "message/rfc822" : "application/octet-stream; name=\"mail.eml\"";
    part.encoding = plain ? MIME_7BIT : MIME_BASE64;
    return part;
}

static void write_message(struct composer *composer, const char *subject, const struct buffer *body, struct buffer *out)
{
    const struct letter_input *input = composer->input;
    struct mime_part parts[2] = {{"text/plain; charset=utf-8", NULL, MIME_QUOTED_PRINTABLE, body->data, body->length}};
    write_headers(composer, subject, out);
    if (input->original == NULL) {
        mime_write_part(out, &parts[0]);
        return;
    }
    parts[1] = attached_mail(input);
    const char *boundary = arena_printf(composer->arena, "timepost-%s", composer->random);
    mime_write_multipart(out, "multipart/mixed", boundary, parts, 2);
}

static const char *render_subject(const struct composer *composer, const struct template_value *values)
{
    struct buffer text = BUFFER_INIT;
    template_render(composer->language->letters[composer->input->kind].subject, values, TEMPLATE_TEXT, &text);
    const char *subject = arena_strndup(composer->arena, text.data, text.length);
    buffer_release(&text);
    return subject;
}

enum status letter_compose(const struct letters *letters, const struct letter_input *given, struct arena *arena,
                           struct letter *ret_letter, struct error *error)
{
    struct letter_input input = *given;
    input.headers_only = input.headers_only || input.original_length > LETTER_ORIGINAL_MAX;
    struct composer composer = {.input = &input, .arena = arena};
    composer.language = letters_language(letters, input.language, input.configuration->language);
    enum status status =
        read_desk_address(input.configuration, arena, &composer.desk_local, &composer.desk_domain, error);
    if (status == STATUS_OK)
        status = wire_address(input.contact != NULL ? input.contact->address : input.recipient, arena,
                              &composer.recipient, error);
    if (status != STATUS_OK)
        return status;
    set_identities(&composer);
    const struct template_value *values = all_values(&composer);
    struct buffer body = BUFFER_INIT, message = BUFFER_INIT;
    template_render(composer.language->letters[input.kind].body, values, TEMPLATE_TEXT, &body);
    write_message(&composer, render_subject(&composer, values), &body, &message);
    ret_letter->message_id = composer.message_id;
    ret_letter->sender = composer.sender;
    ret_letter->recipient = composer.recipient;
    ret_letter->message = arena_strndup(arena, message.data, message.length);
    ret_letter->length = message.length;
    buffer_release(&message);
    buffer_release(&body);
    return STATUS_OK;
}
