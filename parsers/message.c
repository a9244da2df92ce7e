#include "parsers/message.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "parsers/address.h"
#include "parsers/charset.h"
#include "parsers/parser.h"
#include "parsers/transfer.h"

/* One reading of a message and of all messages in it. */
struct message_reader {
    struct arena *arena;
    size_t part_count; /* in all of them */
    bool overflow;
};

/* The parts of one message while they are collected. */
struct part_collector {
    struct message_part *items;
    size_t count;
    size_t capacity;
};

struct slice {
    const char *bytes;
    size_t length;
};

/* Where an entity stands in the tree. */
struct place {
    int parent;
    int depth; /* in this message */
    int alternative;
    int nesting; /* with the messages around this one */
    const char *default_type;
};

static const struct message *read_message(struct message_reader *reader, struct slice source, int nesting);
static void read_entity(struct message_reader *reader, struct part_collector *parts, struct slice source,
                        const struct header_list *headers, struct place place);

/* ---- Leaves ---------------------------------------------------------- */

static const struct {
    const char *name;
    enum transfer_encoding encoding;
} encoding_table[] = {
    {"base64", TRANSFER_BASE64},
    {"quoted-printable", TRANSFER_QUOTED_PRINTABLE},
};

/* Types whose bytes are text for us, with the charset where none is stated; NULL: guess. */
static const struct {
    const char *type; /* a prefix where it ends in '/' */
    const char *charset;
} text_type_table[] = {
    {"text/", NULL},
    {"message/delivery-status", NULL},
    {"message/global-delivery-status", "utf-8"},
    {"message/disposition-notification", NULL},
    {"application/ics", "utf-8"},
};

static const struct {
    const char *type;
    bool whole; /* with its body */
} message_type_table[] = {
    {"message/rfc822", true},
    {"message/global", true},
    {"text/rfc822-headers", false},
    {"message/global-headers", false},
};

/* What holds a mail in a form that is not read here: Outlook's own, sealed or encrypted. */
static const char *const unreadable_types[] = {"application/ms-tnef",        "application/vnd.ms-tnef",
                                               "application/vnd.ms-outlook", "application/pkcs7-mime",
                                               "application/x-pkcs7-mime",   "application/pgp-encrypted"};
static const char *const unreadable_endings[] = {"winmail.dat", ".msg", ".p7m"};

/* What a file is whose type tells nothing. */
static const struct {
    const char *ending;
    const char *type;
} file_type_table[] = {
    {".eml", "message/rfc822"},
    {".ics", "text/calendar"},
};

static bool ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text), suffix_length = strlen(suffix);
    return length >= suffix_length && strcasecmp(text + length - suffix_length, suffix) == 0;
}

static const char *type_of_file(const char *file_name)
{
    for (size_t i = 0; file_name != NULL && i < sizeof file_type_table / sizeof file_type_table[0]; i++)
        if (ends_with(file_name, file_type_table[i].ending))
            return file_type_table[i].type;
    return "application/octet-stream";
}

static bool is_message_type(const char *type, bool whole)
{
    for (size_t i = 0; i < sizeof message_type_table / sizeof message_type_table[0]; i++)
        if (strcmp(type, message_type_table[i].type) == 0)
            return message_type_table[i].whole || !whole;
    return false;
}

static bool is_text_type(const char *type, const char **ret_charset)
{
    for (size_t i = 0; i < sizeof text_type_table / sizeof text_type_table[0]; i++) {
        const char *known = text_type_table[i].type;
        size_t length = strlen(known);
        if (strncmp(type, known, length) == 0 && (known[length - 1] == '/' || type[length] == '\0')) {
            *ret_charset = text_type_table[i].charset;
            return true;
        }
    }
    return false;
}

/* Undoes the transfer encoding. The result is of the arena, or the source itself where nothing is encoded. */
static struct slice decode_transfer(struct arena *arena, const struct header_list *headers, struct slice source)
{
    struct header_field stated = header_field_read(arena, header_value(headers, "Content-Transfer-Encoding", 0));
    for (size_t i = 0; i < sizeof encoding_table / sizeof encoding_table[0]; i++) {
        if (strcmp(stated.value, encoding_table[i].name) != 0)
            continue;
        struct slice decoded;
        decoded.bytes =
            transfer_decode(arena, encoding_table[i].encoding, source.bytes, source.length, &decoded.length);
        return decoded;
    }
    return source;
}

static const char *read_text(struct message_reader *reader, const struct header_list *headers,
                             const struct message_part *part, const char *default_charset, struct slice source)
{
    struct slice decoded = decode_transfer(reader->arena, headers, source);
    if (decoded.length > MESSAGE_TEXT_MAX) {
        decoded.length = MESSAGE_TEXT_MAX;
        reader->overflow = true;
    }
    const char *charset = message_part_parameter(part, "charset");
    size_t length;
    char *utf8 = charset_to_utf8(reader->arena, charset == NULL ? default_charset : charset, decoded.bytes,
                                 decoded.length, &length);
    return text_clean(reader->arena, utf8, length);
}

/* ---- The tree -------------------------------------------------------- */

static size_t line_end(struct slice source, size_t start)
{
    const char *newline = memchr(source.bytes + start, '\n', source.length - start);
    return newline == NULL ? source.length : (size_t)(newline - source.bytes) + 1;
}

enum delimiter { DELIMITER_NONE, DELIMITER_NEXT, DELIMITER_CLOSE };

/* RFC 2046 5.1.1: "--", the boundary, "--" for the last, blanks, the end of the line. */
static enum delimiter delimiter_of_line(const char *line, size_t length, const char *boundary, size_t boundary_length)
{
    if (length < boundary_length + 2 || line[0] != '-' || line[1] != '-' ||
        memcmp(line + 2, boundary, boundary_length) != 0)
        return DELIMITER_NONE;
    size_t at = boundary_length + 2;
    enum delimiter delimiter = DELIMITER_NEXT;
    if (at + 1 < length && line[at] == '-' && line[at + 1] == '-') {
        delimiter = DELIMITER_CLOSE;
        at += 2;
    }
    while (at < length && strchr(" \t\r\n", line[at]) != NULL && line[at] != '\0')
        at++;
    return at == length ? delimiter : DELIMITER_NONE;
}

/* The next delimiter line at or after `*position`: sets where the part before it ends, moves behind the line. */
static enum delimiter find_delimiter(struct slice source, const char *boundary, size_t *position, size_t *ret_end)
{
    size_t boundary_length = strlen(boundary), start = *position;
    while (start < source.length) {
        size_t end = line_end(source, start);
        enum delimiter delimiter = delimiter_of_line(source.bytes + start, end - start, boundary, boundary_length);
        if (delimiter != DELIMITER_NONE) {
            /* The line end before a delimiter belongs to it. */
            *ret_end = start;
            if (*ret_end > *position && source.bytes[*ret_end - 1] == '\n')
                (*ret_end)--;
            if (*ret_end > *position && source.bytes[*ret_end - 1] == '\r')
                (*ret_end)--;
            *position = end;
            return delimiter;
        }
        start = end;
    }
    *ret_end = source.length;
    *position = source.length;
    return DELIMITER_NONE;
}

static void read_entity_with_headers(struct message_reader *reader, struct part_collector *parts, struct slice source,
                                     struct place place)
{
    struct header_list headers;
    size_t body = header_block_read(reader->arena, source.bytes, source.length, &headers, &reader->overflow);
    read_entity(reader, parts, (struct slice){source.bytes + body, source.length - body}, &headers, place);
}

/* False where the body holds no delimiter at all, so that it is no multipart whatever its header says. */
static bool read_multipart(struct message_reader *reader, struct part_collector *parts, struct slice source,
                           const char *boundary, struct place children)
{
    size_t position = 0, end;
    enum delimiter delimiter = find_delimiter(source, boundary, &position, &end);
    if (delimiter == DELIMITER_NONE)
        return false;
    while (delimiter == DELIMITER_NEXT && reader->part_count < MESSAGE_PARTS_MAX) {
        size_t start = position;
        delimiter = find_delimiter(source, boundary, &position, &end);
        read_entity_with_headers(reader, parts, (struct slice){source.bytes + start, end - start}, children);
    }
    if (delimiter == DELIMITER_NEXT)
        reader->overflow = true;
    return true;
}

static struct message_part *add_part(struct message_reader *reader, struct part_collector *parts)
{
    if (parts->count == parts->capacity) {
        size_t capacity = parts->capacity == 0 ? 8 : parts->capacity * 2;
        struct message_part *items = arena_array(reader->arena, capacity, sizeof *items);
        if (parts->count > 0)
            memcpy(items, parts->items, parts->count * sizeof *items);
        parts->items = items;
        parts->capacity = capacity;
    }
    reader->part_count++;
    return &parts->items[parts->count++];
}

static void describe_part(struct arena *arena, const struct header_list *headers, struct place place,
                          struct message_part *part)
{
    part->parent = place.parent;
    part->depth = place.depth;
    part->alternative = place.alternative;
    part->content_type = header_field_read(arena, header_value(headers, "Content-Type", 0));
    bool stated = strchr(part->content_type.value, '/') != NULL;
    part->type = stated ? part->content_type.value : place.default_type;
    struct header_field disposition = header_field_read(arena, header_value(headers, "Content-Disposition", 0));
    part->attachment = strcmp(disposition.value, "attachment") == 0;
    part->file_name = header_parameter(&disposition, "filename");
    if (part->file_name == NULL)
        part->file_name = header_parameter(&part->content_type, "name");
    if (strcmp(part->type, "application/octet-stream") == 0)
        part->type = type_of_file(part->file_name);
}

static void read_entity(struct message_reader *reader, struct part_collector *parts, struct slice source,
                        const struct header_list *headers, struct place place)
{
    int index = (int)parts->count;
    struct message_part *part = add_part(reader, parts);
    describe_part(reader->arena, headers, place, part);
    bool composite = strncmp(part->type, "multipart/", 10) == 0;
    if ((composite || is_message_type(part->type, false)) && place.nesting >= MESSAGE_DEPTH_MAX) {
        reader->overflow = true;
        return;
    }
    if (composite) {
        const char *boundary = message_part_parameter(part, "boundary");
        struct place children = {
            .parent = index,
            .depth = place.depth + 1,
            .alternative = strcmp(part->type, "multipart/alternative") == 0 ? index : place.alternative,
            .nesting = place.nesting + 1,
            .default_type = strcmp(part->type, "multipart/digest") == 0 ? "message/rfc822" : "text/plain",
        };
        if (boundary != NULL && boundary[0] != '\0' && read_multipart(reader, parts, source, boundary, children))
            return;
        /* What a broken multipart holds can still be read as it stands. */
        part->type = "text/plain";
        part->text = read_text(reader, headers, part, NULL, source);
        return;
    }
    const char *charset;
    if (is_message_type(part->type, false))
        part->message = read_message(reader, decode_transfer(reader->arena, headers, source), place.nesting + 1);
    else if (is_text_type(part->type, &charset))
        part->text = read_text(reader, headers, part, charset, source);
}

/* ---- The header ------------------------------------------------------ */

static void read_from(struct arena *arena, struct message *message)
{
    struct address first[2];
    size_t count = 0;
    bool whole = false, each = true;
    size_t fields = 0;
    for (const char *value; (value = message_header(message, "From", fields)) != NULL; fields++) {
        count = address_list_read(arena, value, first, count, 2, &whole);
        each = each && whole;
    }
    if (count > 0)
        message->from = first[0];
    message->from_single = fields == 1 && count == 1 && each;
}

static bool has_address(const struct address *items, size_t count, const char *address)
{
    for (size_t i = 0; i < count; i++)
        if (address_equal(items[i].address, address))
            return true;
    return false;
}

static void read_recipients(struct arena *arena, struct message *message)
{
    static const char *const names[] = {"Delivered-To", "X-Original-To", "To", "Cc"};
    struct address *items = arena_array(arena, READING_ADDRESSES_MAX, sizeof *items);
    size_t count = 0;
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        const char *value;
        for (size_t i = 0; (value = message_header(message, names[n], i)) != NULL; i++) {
            size_t before = count, kept = count;
            count = address_list_read(arena, value, items, count, READING_ADDRESSES_MAX, NULL);
            for (size_t j = before; j < count; j++)
                if (!has_address(items, kept, items[j].address))
                    items[kept++] = items[j];
            count = kept;
        }
    }
    message->to = (struct address_list){items, count};
}

static void read_references(struct arena *arena, struct message *message)
{
    const char **items = arena_array(arena, READING_REFERENCES_MAX, sizeof *items);
    const char *ancestors[HEADER_VALUE_MAX / 8];
    size_t ancestor_count = 0, count = 0;
    const char *value = message_header(message, "In-Reply-To", 0);
    count = header_message_ids(arena, value, items, count, READING_REFERENCES_MAX);
    value = message_header(message, "References", 0);
    ancestor_count = header_message_ids(arena, value, ancestors, 0, sizeof ancestors / sizeof ancestors[0]);
    while (ancestor_count > 0 && count < READING_REFERENCES_MAX) {
        const char *ancestor = ancestors[--ancestor_count];
        bool known = false;
        for (size_t i = 0; i < count && !known; i++)
            known = strcmp(items[i], ancestor) == 0;
        if (!known)
            items[count++] = ancestor;
    }
    message->references = (struct string_list){items, count};
}

static void read_header_values(struct arena *arena, struct message *message)
{
    const char *value = message_header(message, "Subject", 0);
    message->subject = value == NULL ? NULL : header_decode(arena, value);
    const char *message_id;
    if (header_message_ids(arena, message_header(message, "Message-ID", 0), &message_id, 0, 1) == 1)
        message->message_id = message_id;
    message->has_date = header_date(message_header(message, "Date", 0), &message->date);
    struct address reply_to;
    if (address_list_read(arena, message_header(message, "Reply-To", 0), &reply_to, 0, 1, NULL) == 1)
        message->reply_to = reply_to;
    read_from(arena, message);
    read_recipients(arena, message);
    read_references(arena, message);
}

/* ---- The body -------------------------------------------------------- */

static bool is_body(const struct message_part *part)
{
    return part->text != NULL && !part->attachment &&
           (strcmp(part->type, "text/plain") == 0 || strcmp(part->type, "text/html") == 0);
}

/* The inline parts of one type, one below the other. Files count only where nothing else is there to be read. */
static const char *inline_text(struct arena *arena, const struct message *message, const char *type)
{
    struct buffer joined = BUFFER_INIT;
    bool only_files = true;
    for (size_t i = 0; i < message->part_count; i++)
        only_files = only_files && !(is_body(&message->parts[i]) && message->parts[i].file_name == NULL);
    bool found = false;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct message_part *part = &message->parts[i];
        if (!is_body(part) || strcmp(part->type, type) != 0 || (part->file_name != NULL && !only_files))
            continue;
        if (joined.length > 0)
            buffer_append_char(&joined, '\n');
        buffer_append_string(&joined, part->text);
        found = true;
    }
    const char *text = found ? arena_strndup(arena, joined.data, joined.length) : NULL;
    buffer_release(&joined);
    return text;
}

static const struct message *read_message(struct message_reader *reader, struct slice source, int nesting)
{
    struct arena *arena = reader->arena;
    struct message *message = arena_alloc(arena, sizeof *message);
    size_t body = header_block_read(arena, source.bytes, source.length, &message->headers, &reader->overflow);
    read_header_values(arena, message);
    struct part_collector parts = {NULL, 0, 0};
    struct place root = {MESSAGE_NONE, 0, MESSAGE_NONE, nesting, "text/plain"};
    read_entity(reader, &parts, (struct slice){source.bytes + body, source.length - body}, &message->headers, root);
    message->parts = parts.items;
    message->part_count = parts.count;
    message->plain = inline_text(arena, message, "text/plain");
    message->html = inline_text(arena, message, "text/html");
    message->overflow = reader->overflow;
    return message;
}

const struct message *message_read(struct arena *arena, const char *bytes, size_t length)
{
    struct message_reader reader = {.arena = arena};
    if (length > PARSER_MESSAGE_MAX) {
        length = PARSER_MESSAGE_MAX;
        reader.overflow = true;
    }
    return read_message(&reader, (struct slice){bytes, length}, 0);
}

/* ---- Questions ------------------------------------------------------- */

const char *message_header(const struct message *message, const char *name, size_t index)
{
    return header_value(&message->headers, name, index);
}

const char *message_part_parameter(const struct message_part *part, const char *name)
{
    return header_parameter(&part->content_type, name);
}

const struct message_part *message_find_part(const struct message *message, const char *type)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (strcmp(message->parts[i].type, type) == 0)
            return &message->parts[i];
    return NULL;
}

const struct message *message_attached(const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].message != NULL && is_message_type(message->parts[i].type, true))
            return message->parts[i].message;
    return NULL;
}

/* Letters and digits at the start, without what separates them; returns their number. */
static size_t squeeze(const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (; *text != '\0' && used + 1 < size; text++)
        if ((unsigned char)*text >= 0x80 || strchr(" \t\n", *text) == NULL)
            out[used++] = *text;
    out[used] = '\0';
    return used;
}

bool message_plain_is_stub(const char *plain, const char *html_text)
{
    enum { STUB_MAX = 256 }; /* a longer body is nobody's stand-in */
    char start[STUB_MAX + 1];
    if (plain == NULL || plain[strspn(plain, " \t\n")] == '\0')
        return true;
    if (html_text == NULL || html_text[strspn(html_text, " \t\n")] == '\0')
        return false;
    if (squeeze(plain, start, sizeof start) == STUB_MAX)
        return false;
    struct buffer whole = BUFFER_INIT;
    for (const char *c = html_text; *c != '\0'; c++)
        if (strchr(" \t\n", *c) == NULL)
            buffer_append_char(&whole, *c);
    bool found = strstr(whole.data, start) != NULL;
    buffer_release(&whole);
    return !found;
}

static bool is_unreadable(const struct message_part *part)
{
    if (part->message != NULL || part->text != NULL)
        return false;
    for (size_t i = 0; i < sizeof unreadable_types / sizeof unreadable_types[0]; i++)
        if (strcmp(part->type, unreadable_types[i]) == 0)
            return true;
    for (size_t i = 0; part->file_name != NULL && i < sizeof unreadable_endings / sizeof unreadable_endings[0]; i++)
        if (ends_with(part->file_name, unreadable_endings[i]))
            return true;
    return false;
}

const char *message_unreadable_names(const struct message *message, struct arena *arena)
{
    const char *names = NULL;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct message_part *part = &message->parts[i];
        if (!is_unreadable(part))
            continue;
        const char *name = part->file_name == NULL ? part->type : part->file_name;
        names = names == NULL ? name : arena_printf(arena, "%s, %s", names, name);
    }
    return names;
}
