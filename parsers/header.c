#include "parsers/header.h"

#include <ctype.h>
#include <libetpan/mailimf.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/zone.h"
#include "parsers/charset.h"
#include "parsers/transfer.h"

enum { MESSAGE_ID_MAX = 998 };

static size_t line_end(const char *bytes, size_t length, size_t start)
{
    const char *newline = memchr(bytes + start, '\n', length - start);
    return newline == NULL ? length : (size_t)(newline - bytes) + 1;
}

static bool is_blank_line(const char *bytes, size_t start, size_t end)
{
    return bytes[start] == '\n' || (bytes[start] == '\r' && (start + 1 == end || bytes[start + 1] == '\n'));
}

/* The length of the field name at the start of a line, 0 where the line is no field. */
static size_t field_name_length(const char *line, size_t length)
{
    size_t name = 0;
    while (name < length && line[name] > ' ' && line[name] < 0x7f && line[name] != ':')
        name++;
    size_t colon = name;
    while (colon < length && (line[colon] == ' ' || line[colon] == '\t'))
        colon++;
    return colon < length && line[colon] == ':' ? name : 0;
}

static char *unfold(struct arena *arena, const char *bytes, size_t length)
{
    while (length > 0 && isspace((unsigned char)bytes[0])) {
        bytes++;
        length--;
    }
    char *value = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' || (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n'))
            continue;
        value[used++] = (unsigned char)bytes[i] < ' ' || bytes[i] == 0x7f ? ' ' : bytes[i];
    }
    while (used > 0 && value[used - 1] == ' ')
        value[--used] = '\0';
    return value;
}

size_t header_block_read(struct arena *arena, const char *bytes, size_t length, struct header_list *ret_headers,
                         bool *overflow)
{
    size_t capacity = 32, count = 0, position = 0;
    struct header *items = arena_array(arena, capacity, sizeof *items);
    if (length >= 5 && memcmp(bytes, "From ", 5) == 0) /* an mbox separator */
        position = line_end(bytes, length, 0);
    while (position < length) {
        size_t end = line_end(bytes, length, position);
        if (is_blank_line(bytes, position, end)) {
            position = end;
            break;
        }
        size_t name_length = field_name_length(bytes + position, end - position);
        if (name_length == 0)
            break;
        while (end < length && (bytes[end] == ' ' || bytes[end] == '\t'))
            end = line_end(bytes, length, end);
        if (count == HEADER_FIELDS_MAX) {
            *overflow = true;
        } else {
            if (count == capacity) {
                struct header *larger = arena_array(arena, capacity * 2, sizeof *larger);
                memcpy(larger, items, count * sizeof *items);
                items = larger;
                capacity *= 2;
            }
            const char *name = bytes + position;
            const char *colon = memchr(name + name_length, ':', end - position - name_length);
            size_t value_length = (size_t)(bytes + end - colon - 1);
            if (value_length > HEADER_VALUE_MAX) {
                value_length = HEADER_VALUE_MAX;
                *overflow = true;
            }
            items[count].name = arena_strndup(arena, name, name_length);
            items[count++].value = unfold(arena, colon + 1, value_length);
        }
        position = end;
    }
    *ret_headers = (struct header_list){items, count};
    return position;
}

const char *header_value(const struct header_list *headers, const char *name, size_t index)
{
    for (size_t i = 0; i < headers->count; i++)
        if (strcasecmp(headers->items[i].name, name) == 0 && index-- == 0)
            return headers->items[i].value;
    return NULL;
}

static void append_converted(struct arena *arena, struct buffer *out, const char *charset, const char *bytes,
                             size_t length)
{
    size_t converted_length;
    char *converted = charset_to_utf8(arena, charset, bytes, length, &converted_length);
    buffer_append(out, converted, converted_length);
}

/* "=?charset*language?encoding?text?=" */
struct encoded_word {
    char charset[64];
    enum transfer_encoding encoding;
    const char *text;
    size_t text_length;
    size_t length; /* of the whole word */
};

static bool read_encoded_word(const char *value, struct encoded_word *word)
{
    if (strncmp(value, "=?", 2) != 0)
        return false;
    const char *charset = value + 2;
    size_t charset_length = strcspn(charset, "?* ");
    const char *encoding = charset + strcspn(charset, "? ");
    if (encoding[0] != '?' || encoding[1] == '\0' || encoding[2] != '?' || charset_length >= sizeof word->charset)
        return false;
    if (strchr("BbQq", encoding[1]) == NULL)
        return false;
    const char *text = encoding + 3, *end = strstr(text, "?=");
    if (end == NULL)
        return false;
    memcpy(word->charset, charset, charset_length);
    word->charset[charset_length] = '\0';
    word->encoding = strchr("Bb", encoding[1]) != NULL ? TRANSFER_BASE64 : TRANSFER_Q;
    word->text = text;
    word->text_length = (size_t)(end - text);
    word->length = (size_t)(end + 2 - value);
    return true;
}

/* Bytes of neighbouring encoded words of one charset: senders cut characters in two between them. */
struct word_run {
    bool open;
    char charset[64];
    struct buffer bytes;
};

static void word_run_flush(struct arena *arena, struct word_run *run, struct buffer *out)
{
    if (run->open)
        append_converted(arena, out, run->charset, run->bytes.data, run->bytes.length);
    run->open = false;
    buffer_clear(&run->bytes);
}

static void word_run_add(struct arena *arena, struct word_run *run, const struct encoded_word *word, struct buffer *out)
{
    if (run->open && strcasecmp(word->charset, run->charset) != 0)
        word_run_flush(arena, run, out);
    run->open = true;
    strcpy(run->charset, word->charset);
    size_t length;
    char *bytes = transfer_decode(arena, word->encoding, word->text, word->text_length, &length);
    buffer_append(&run->bytes, bytes, length);
}

char *header_decode(struct arena *arena, const char *value)
{
    struct buffer out = BUFFER_INIT;
    struct word_run run = {.bytes = BUFFER_INIT};
    const char *plain = value, *at = value; /* what stands from `plain` to `at` is no encoded word */
    while (*at != '\0') {
        struct encoded_word word;
        if (!read_encoded_word(at, &word)) {
            at++;
            continue;
        }
        bool only_blanks = strspn(plain, " \t") >= (size_t)(at - plain);
        if (!run.open || !only_blanks) {
            word_run_flush(arena, &run, &out);
            append_converted(arena, &out, NULL, plain, (size_t)(at - plain));
        }
        word_run_add(arena, &run, &word, &out);
        at += word.length;
        plain = at;
    }
    word_run_flush(arena, &run, &out);
    append_converted(arena, &out, NULL, plain, (size_t)(at - plain));
    char *decoded = text_clean_line(arena, out.data, out.length);
    buffer_release(&run.bytes);
    buffer_release(&out);
    return decoded;
}

static char *lower_case(struct arena *arena, const char *bytes, size_t length)
{
    char *text = arena_strndup(arena, bytes, length);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)tolower((unsigned char)text[i]);
    return text;
}

/* A parameter as written: "filename*1*" = "%C3%A6.txt". */
struct raw_parameter {
    char *name;    /* lower case, up to the first '*' */
    int section;   /* the number after '*', -1 without one */
    bool extended; /* ends in '*': percent-encoded, the first section with charset'language' before it */
    const char *value;
};

static const char *skip_comments_and_blanks(const char *at)
{
    int depth = 0;
    for (; *at != '\0'; at++) {
        if (*at == '(')
            depth++;
        else if (*at == ')' && depth > 0)
            depth--;
        else if (depth == 0 && *at != ' ' && *at != '\t')
            break;
    }
    return at;
}

static const char *read_parameter_value(struct arena *arena, const char *at, const char **ret_value)
{
    if (*at != '"') {
        size_t length = strcspn(at, ";");
        const char *next = at + length;
        while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
            length--;
        *ret_value = arena_strndup(arena, at, length);
        return next;
    }
    at++;
    char *value = arena_alloc(arena, strlen(at) + 1);
    size_t used = 0;
    for (; *at != '\0' && *at != '"'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        value[used++] = *at;
    }
    *ret_value = value;
    return at + strcspn(at, ";");
}

static void read_parameter_name(struct arena *arena, const char *at, size_t length, struct raw_parameter *raw)
{
    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
        length--;
    const char *star = memchr(at, '*', length);
    size_t name_length = star == NULL ? length : (size_t)(star - at);
    raw->name = lower_case(arena, at, name_length);
    raw->section = -1;
    raw->extended = star != NULL && at[length - 1] == '*';
    if (star != NULL && star + 1 < at + length && isdigit((unsigned char)star[1]))
        raw->section = star[1] - '0';
    if (raw->section >= 0 && star + 2 < at + length && isdigit((unsigned char)star[2]))
        raw->section = raw->section * 10 + star[2] - '0';
}

static size_t read_raw_parameters(struct arena *arena, const char *at, struct raw_parameter *raw)
{
    size_t count = 0;
    while (*at != '\0' && count < HEADER_PARAMETERS_MAX) {
        at = skip_comments_and_blanks(at + (*at == ';'));
        size_t name_length = strcspn(at, "=;");
        if (at[name_length] != '=') {
            at += name_length;
            continue;
        }
        read_parameter_name(arena, at, name_length, &raw[count]);
        at = read_parameter_value(arena, skip_comments_and_blanks(at + name_length + 1), &raw[count].value);
        if (raw[count].name[0] != '\0')
            count++;
    }
    return count;
}

static void append_percent_decoded(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        int code = *text == '%' && text[1] != '\0' ? hexadecimal_byte(text[1], text[2]) : -1;
        buffer_append_char(out, code < 0 ? *text : (char)code);
        text += code < 0 ? 0 : 2;
    }
}

/* RFC 2231: the value of the parameter that begins with `first`, its further sections put behind it. */
static char *joined_value(struct arena *arena, const struct raw_parameter *raw, size_t count,
                          const struct raw_parameter *first)
{
    struct buffer bytes = BUFFER_INIT;
    char *charset = NULL;
    for (const struct raw_parameter *section = first; section != NULL;) {
        const char *value = section->value;
        if (section == first && section->extended) {
            size_t charset_length = strcspn(value, "'");
            if (value[charset_length] == '\'') {
                charset = arena_strndup(arena, value, charset_length);
                const char *language_end = strchr(value + charset_length + 1, '\'');
                value = language_end == NULL ? value + charset_length + 1 : language_end + 1;
            }
        }
        if (section->extended)
            append_percent_decoded(&bytes, value);
        else
            buffer_append_string(&bytes, value);
        const struct raw_parameter *next = NULL;
        for (size_t i = 0; i < count && next == NULL && section->section >= 0; i++)
            if (raw[i].section == section->section + 1 && strcmp(raw[i].name, first->name) == 0)
                next = &raw[i];
        section = next;
    }
    char *decoded;
    if (first->extended) {
        size_t length;
        char *utf8 = charset_to_utf8(arena, charset, bytes.data, bytes.length, &length);
        decoded = text_clean_line(arena, utf8, length);
    } else {
        decoded = header_decode(arena, bytes.data);
    }
    buffer_release(&bytes);
    return decoded;
}

struct header_field header_field_read(struct arena *arena, const char *value)
{
    struct header_field field = {.value = ""};
    if (value == NULL)
        return field;
    value = skip_comments_and_blanks(value);
    size_t length = strcspn(value, "; \t(");
    field.value = lower_case(arena, value, length);
    value = skip_comments_and_blanks(value + length);
    value += strcspn(value, ";");
    struct raw_parameter raw[HEADER_PARAMETERS_MAX];
    size_t raw_count = read_raw_parameters(arena, value, raw);
    struct parameter *parameters = arena_array(arena, raw_count, sizeof *parameters);
    /* Extended forms first: RFC 2231 and 6266 let them win over a plain one of the same name. */
    for (int extended = 1; extended >= 0; extended--)
        for (size_t i = 0; i < raw_count; i++)
            if (raw[i].section <= 0 && (raw[i].extended || raw[i].section == 0) == (extended == 1)) {
                parameters[field.parameter_count].name = raw[i].name;
                parameters[field.parameter_count++].value = joined_value(arena, raw, raw_count, &raw[i]);
            }
    field.parameters = parameters;
    return field;
}

const char *header_parameter(const struct header_field *field, const char *name)
{
    for (size_t i = 0; i < field->parameter_count; i++)
        if (strcmp(field->parameters[i].name, name) == 0)
            return field->parameters[i].value;
    return NULL;
}

bool header_is_shallow(const char *value)
{
    size_t open = 0;
    for (; *value != '\0'; value++)
        if (*value == '(' && ++open > HEADER_COMMENT_DEPTH_MAX)
            return false;
    return true;
}

bool header_date(const char *value, int64_t *ret_date)
{
    if (value == NULL || !header_is_shallow(value))
        return false;
    struct mailimf_date_time *date;
    size_t position = 0;
    if (mailimf_date_time_parse(value, strlen(value), &position, &date) != MAILIMF_NO_ERROR)
        return false;
    bool valid = civil_date_valid(date->dt_year, date->dt_month, date->dt_day) && date->dt_hour >= 0 &&
                 date->dt_hour < 24 && date->dt_min >= 0 && date->dt_min < 60 && date->dt_sec >= 0 &&
                 date->dt_sec <= 60 && date->dt_zone > -2400 && date->dt_zone < 2400;
    if (valid) {
        int64_t offset = (date->dt_zone / 100) * HOUR + (date->dt_zone % 100) * MINUTE;
        *ret_date = civil_day_number(date->dt_year, date->dt_month, date->dt_day) * DAY + date->dt_hour * HOUR +
                    date->dt_min * MINUTE + date->dt_sec - offset;
    }
    mailimf_date_time_free(date);
    return valid;
}

static bool has_item(const char **items, size_t count, const char *item)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], item) == 0)
            return true;
    return false;
}

size_t header_message_ids(struct arena *arena, const char *value, const char **items, size_t count, size_t max)
{
    while (value != NULL && count < max) {
        const char *open = strchr(value, '<');
        const char *close = open == NULL ? NULL : strchr(open, '>');
        if (close == NULL)
            break;
        char *item = text_clean_line(arena, open + 1, (size_t)(close - open - 1));
        if (item[0] != '\0' && strlen(item) <= MESSAGE_ID_MAX && !has_item(items, count, item))
            items[count++] = item;
        value = close + 1;
    }
    return count;
}
