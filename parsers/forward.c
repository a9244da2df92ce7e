#include "parsers/forward.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "parsers/address.h"
#include "parsers/charset.h"
#include "parsers/mail_date.h"

struct forward_reader {
    const struct forward_context *context;
    const struct message *message; /* the whole; NULL for a bare text */
    struct arena *arena;
    struct forwarded *items;
    const char **quoted;
    bool *from_desk;
    size_t count;
    bool overflow;
};

enum subject_kind { SUBJECT_PLAIN, SUBJECT_REPLY, SUBJECT_FORWARD };

/* A mail that may hold another. */
struct carrier {
    const struct new_text *text;
    const struct forwarded *mail; /* NULL for the mail itself */
    const char *subject;
    unsigned depth; /* 0 for the mail itself */
};

/* ---- Values of a header block ---------------------------------------- */

static bool is_address_end(char c)
{
    return c == '\0' || strchr(" \t<>()[]\",;:'*", c) != NULL;
}

/* The first address in `text`, from which it is cut; NULL for none. `*ret_start` is where it stands. */
static const char *find_address(struct arena *arena, const char *text, const char **ret_start)
{
    for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@')) {
        const char *start = at, *end = at + 1;
        while (start > text && !is_address_end(start[-1]))
            start--;
        while (!is_address_end(*end))
            end++;
        while (end > at && strchr(".!?", end[-1]) != NULL)
            end--;
        struct address found;
        if (address_list_read(arena, arena_strndup(arena, start, (size_t)(end - start)), &found, 0, 1, NULL) == 1) {
            *ret_start = start;
            return found.address;
        }
    }
    return NULL;
}

/* What stands before the address or its bracket, without quotation marks; NULL for nothing. */
static const char *clean_name(struct arena *arena, const char *text, size_t length)
{
    static const char edges[] = " \t\"'<([,;*";
    while (length > 0 && strchr(edges, text[0]) != NULL) {
        text++;
        length--;
    }
    while (length > 0 && strchr(edges, text[length - 1]) != NULL)
        length--;
    return length == 0 ? NULL : text_clean_line(arena, text, length);
}

/* How much of `text`, behind which an address stands, comes before the bracket around that. */
static size_t name_length(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("<[(", text[i]) != NULL)
            return i;
    return length;
}

/* "Kari Berg <kari@x.example>", "Kari Berg [mailto:kari@x.example]", "kari@x.example", "Kari Berg" */
static struct address read_person(struct arena *arena, const char *text)
{
    struct address person = {NULL, NULL};
    const char *start;
    if (text == NULL)
        return person;
    person.address = find_address(arena, text, &start);
    size_t length = person.address == NULL ? strlen(text) : name_length(text, (size_t)(start - text));
    person.name = clean_name(arena, text, length);
    return person;
}

/* Those with an address: names alone reach nobody. */
static struct address_list read_people(struct arena *arena, const char *text)
{
    struct address *items = arena_array(arena, READING_ADDRESSES_MAX, sizeof *items);
    size_t count = 0;
    const char *at = text == NULL ? "" : text;
    while (count < READING_ADDRESSES_MAX && *at != '\0') {
        const char *start;
        struct address person = {NULL, find_address(arena, at, &start)};
        if (person.address == NULL)
            break;
        person.name = clean_name(arena, at, name_length(at, (size_t)(start - at)));
        at = start + strcspn(start, ",;");
        if (count == 0 || !address_equal(items[count - 1].address, person.address))
            items[count++] = person;
    }
    return (struct address_list){items, count};
}

/* ---- Reply or forward ------------------------------------------------ */

/* "FW: …", "[EXTERNAL] Fwd[2]: …" */
static enum subject_kind kind_of_subject(const struct forward_reader *reader, const char *subject)
{
    struct folded folded;
    size_t at = 0;
    if (subject == NULL)
        return SUBJECT_PLAIN;
    fold_text(reader->arena, subject, strlen(subject), FOLD_LOOSE, &folded);
    for (const char *tag = folded.text; *tag == '[' && (tag = strchr(tag, ']')) != NULL;
         at = (size_t)(tag - folded.text))
        for (tag++; *tag == ' ';)
            tag++;
    static const struct {
        enum lexicon_key key;
        enum subject_kind kind;
    } prefixes[] = {{LEXICON_SUBJECT_FORWARD, SUBJECT_FORWARD}, {LEXICON_SUBJECT_REPLY, SUBJECT_REPLY}};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        const struct lexicon_phrase *phrase = lexicon_find_at(reader->context->set, prefixes[i].key, &folded, at);
        if (phrase == NULL)
            continue;
        size_t end = at + phrase->folded_length;
        end += strspn(folded.text + end, "[](0123456789) ");
        if (folded.text[end] == ':')
            return prefixes[i].kind;
    }
    return SUBJECT_PLAIN;
}

/* The desk's address, a tag in it ("desk+token@…") aside. */
static bool is_address_of(const char *address, const char *desk)
{
    if (address == NULL || desk == NULL || strcasecmp(address_domain(address), address_domain(desk)) != 0)
        return false;
    size_t length = strcspn(address, "+@");
    return length == strcspn(desk, "+@") && strncasecmp(address, desk, length) == 0;
}

static bool is_desk(const struct forward_reader *reader, const char *address)
{
    const struct message *message = reader->message;
    if (reader->context->desk_address != NULL)
        return is_address_of(address, reader->context->desk_address);
    return message != NULL && message->to.count > 0 && is_address_of(address, message->to.items[0].address);
}

static bool contains(const struct address_list *list, const char *address)
{
    for (size_t i = 0; i < list->count; i++)
        if (address_equal(list->items[i].address, address))
            return true;
    return false;
}

/* Whether the mail that begins at `head` in the mail itself was passed on, and not answered. */
static bool is_passed_on(const struct forward_reader *reader, const struct carrier *carrier,
                         const struct mail_head *head, const struct forwarded *mail)
{
    switch (kind_of_subject(reader, carrier->subject)) {
    case SUBJECT_FORWARD:
        return head->header || head->marked || mail->from.address != NULL;
    case SUBJECT_REPLY:
        return head->forward && !is_desk(reader, mail->from.address);
    case SUBJECT_PLAIN:
        break;
    }
    if (head->forward || reader->message == NULL)
        return head->forward;
    return head->header && !is_desk(reader, mail->from.address) && reader->message->references.count == 0;
}

enum relation { RELATION_QUOTED, RELATION_INNER, RELATION_BESIDE };

/* What a mail that begins inside a forward is to it: one it answers, one it passes on, or one passed on beside it. */
static enum relation relation_of(const struct forward_reader *reader, const struct carrier *carrier,
                                 const struct mail_head *head, const struct forwarded *mail)
{
    enum subject_kind subject = kind_of_subject(reader, carrier->subject);
    bool silent = carrier->text->text[0] == '\0';
    if (is_desk(reader, mail->from.address) || (!head->header && !head->marked && mail->from.address == NULL))
        return RELATION_QUOTED;
    if (head->forward && !contains(&mail->to, carrier->mail->from.address)) {
        for (size_t i = 0; i < carrier->mail->to.count; i++)
            if (contains(&mail->to, carrier->mail->to.items[i].address))
                return RELATION_BESIDE;
        return subject == SUBJECT_FORWARD || silent ? RELATION_INNER : RELATION_BESIDE;
    }
    if (head->forward || subject == SUBJECT_FORWARD)
        return RELATION_INNER;
    return subject == SUBJECT_PLAIN && silent ? RELATION_INNER : RELATION_QUOTED;
}

/* ---- Mails inside a text --------------------------------------------- */

/* The line without the first `marks` marks of quotation. */
static const char *unquoted_line(const struct text_lines *lines, const struct text_line *line, unsigned marks,
                                 size_t *ret_length)
{
    const char *at = lines->body + line->start, *end = at + line->length;
    for (; marks > 0 && at < end && *at == '>'; marks--) {
        at++;
        if (at < end && *at == ' ')
            at++;
    }
    *ret_length = (size_t)(end - at);
    return at;
}

/* The lines of the mail that begins at `head`, as its own body. */
static const char *body_below(const struct forward_reader *reader, const struct text_lines *lines,
                              const struct mail_head *head)
{
    size_t next = text_lines_next(lines, head->end);
    unsigned marks = next < lines->count ? lines->items[next].depth : 0;
    struct buffer out = BUFFER_INIT;
    if (next < lines->count && lines->items[next].role == LINE_QUOTED && marks == 0)
        marks = head->depth;
    for (size_t i = head->end; i < lines->count; i++) {
        const struct text_line *line = &lines->items[i];
        if (line->role != LINE_QUOTED && !text_line_is_blank(lines, i))
            break;
        size_t length;
        const char *words = unquoted_line(lines, line, marks, &length);
        buffer_append(&out, words, length);
        buffer_append_char(&out, '\n');
    }
    const char *body = arena_strndup(reader->arena, out.data, out.length);
    buffer_release(&out);
    return body;
}

static struct forwarded read_fields(const struct forward_reader *reader, const struct mail_head *head)
{
    struct forwarded mail = {
        .from = read_person(reader->arena, head->fields[FIELD_FROM]),
        .to = read_people(reader->arena, head->fields[FIELD_TO]),
        .text = "",
    };
    const char *subject = head->fields[FIELD_SUBJECT];
    if (subject != NULL && subject[0] != '\0')
        mail.subject = text_clean_line(reader->arena, subject, strlen(subject));
    mail.has_date = mail_date_read(reader->context->set, reader->context->zone, head->fields[FIELD_SENT], reader->arena,
                                   &mail.date);
    return mail;
}

static void add_forward(struct forward_reader *reader, const struct forwarded *mail, const char *quoted)
{
    if (reader->count == FORWARDS_MAX) {
        reader->overflow = true;
        return;
    }
    reader->quoted[reader->count] = quoted;
    reader->from_desk[reader->count] = is_desk(reader, mail->from.address);
    reader->items[reader->count++] = *mail;
}

static void read_text(struct forward_reader *reader, const struct carrier *carrier);

/* Adds what `mail`, whose body `text` is, passes on, or itself where it passes nothing on; and what stands beside it.
 */
static void add_innermost(struct forward_reader *reader, struct forwarded *mail, const struct new_text *text,
                          unsigned depth)
{
    struct carrier carrier = {text, mail, mail->subject, depth};
    mail->text = text->text;
    reader->overflow = reader->overflow || text->overflow;
    size_t before = reader->count;
    read_text(reader, &carrier);
    if (reader->count == before)
        add_forward(reader, mail, text->quoted);
}

static void add_inline(struct forward_reader *reader, const struct carrier *carrier, const struct mail_head *head,
                       struct forwarded *mail)
{
    const char *body = body_below(reader, &carrier->text->lines, head);
    struct new_text text;
    new_text_read_plain(reader->context->set, body, strlen(body), &mail->from, reader->arena, &text);
    add_innermost(reader, mail, &text, carrier->depth + 1);
}

/* The mails that begin in the carrier's text. */
static void read_text(struct forward_reader *reader, const struct carrier *carrier)
{
    if (carrier->depth >= FORWARDS_DEPTH_MAX)
        return;
    bool self = false;
    for (size_t i = 0; i < carrier->text->head_count; i++) {
        const struct mail_head *head = &carrier->text->heads[i];
        struct forwarded mail = read_fields(reader, head);
        if (carrier->depth == 0) {
            if (is_passed_on(reader, carrier, head, &mail))
                add_inline(reader, carrier, head, &mail);
            continue;
        }
        enum relation relation = relation_of(reader, carrier, head, &mail);
        if (relation == RELATION_BESIDE && !self) {
            add_forward(reader, carrier->mail, carrier->text->quoted);
            self = true;
        }
        if (relation != RELATION_QUOTED)
            add_inline(reader, carrier, head, &mail);
    }
}

/* ---- Attached mails -------------------------------------------------- */

static bool is_attached_mail(const struct message_part *part)
{
    return part->message != NULL &&
           (strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0);
}

static void read_attached(struct forward_reader *reader, const struct message *message, unsigned depth)
{
    bool reply = kind_of_subject(reader, message->subject) == SUBJECT_REPLY;
    if (depth >= FORWARDS_DEPTH_MAX || strcmp(message->parts[0].type, "multipart/report") == 0)
        return;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct message *attached = message->parts[i].message;
        if (!is_attached_mail(&message->parts[i]) || ((reply || depth > 0) && is_desk(reader, attached->from.address)))
            continue;
        struct new_text text;
        new_text_read(reader->context->set, attached, reader->arena, &text);
        struct forwarded mail = {attached->from, attached->to,      attached->has_date,
                                 attached->date, attached->subject, text.text};
        size_t before = reader->count;
        read_attached(reader, attached, depth + 1);
        if (reader->count == before)
            add_innermost(reader, &mail, &text, depth + 1);
    }
}

void forwards_read(const struct forward_context *context, const struct message *message, const struct new_text *text,
                   struct arena *arena, struct forwards *ret_forwards)
{
    struct forward_reader reader = {
        .context = context,
        .message = message,
        .arena = arena,
        .items = arena_array(arena, FORWARDS_MAX, sizeof *reader.items),
        .quoted = arena_array(arena, FORWARDS_MAX, sizeof *reader.quoted),
        .from_desk = arena_array(arena, FORWARDS_MAX, sizeof *reader.from_desk),
    };
    struct carrier carrier = {text, NULL, message == NULL ? NULL : message->subject, 0};
    read_text(&reader, &carrier);
    /* A mail passed on in the text may have had others attached; what it says itself comes first. */
    if (message != NULL && (reader.count == 0 || reader.items[0].text[0] == '\0')) {
        size_t before = reader.count;
        reader.count = 0;
        read_attached(&reader, message, 0);
        if (reader.count == 0)
            reader.count = before;
    }
    *ret_forwards = (struct forwards){reader.items, reader.quoted, reader.from_desk, reader.count, reader.overflow};
}
