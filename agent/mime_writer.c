#include "agent/mime_writer.h"

#include <libetpan/libetpan.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/zone.h"

enum {
    LINE_LENGTH = 76,
    ENCODED_WORD_BYTES = 39, /* 52 characters of base64 and 12 around them, so that "Reply-To: " fits on the line too */
    NAME_LENGTH_PLAIN = 60,  /* longer display names are encoded, for words can be folded and strings cannot */
};

#define FOLD "\r\n "

/* --- headers --- */

static bool needs_encoding(const char *text)
{
    size_t word = 0;
    for (const char *at = text; *at != '\0'; at++) {
        word = *at == ' ' ? 0 : word + 1;
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~' || word > LINE_LENGTH - ENCODED_WORD_BYTES)
            return true;
    }
    return strstr(text, "=?") != NULL;
}

/* Printable ASCII, on further lines where it is long. */
static void write_folded(struct buffer *out, const char *text, size_t column)
{
    while (*text != '\0') {
        size_t word = strspn(text, " ");
        word += strcspn(text + word, " ");
        if (column + word > LINE_LENGTH && *text == ' ') {
            buffer_append_string(out, "\r\n");
            column = 0;
        }
        buffer_append(out, text, word);
        column += word;
        text += word;
    }
}

/* How many bytes of `text`, at most `max`, end with a whole character. */
static size_t whole_characters(const char *text, size_t max)
{
    size_t length = strnlen(text, max + 1);
    if (length <= max)
        return length;
    for (length = max; length > 1 && ((unsigned char)text[length] & 0xc0) == 0x80;)
        length--;
    return length;
}

/* RFC 2047 words in base64, one a line. */
static void write_encoded_words(struct buffer *out, const char *text)
{
    for (bool first = true; *text != '\0'; first = false) {
        unsigned char clean[ENCODED_WORD_BYTES];
        char encoded[sodium_base64_ENCODED_LEN(ENCODED_WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
        size_t length = whole_characters(text, sizeof clean);
        for (size_t i = 0; i < length; i++)
            clean[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : (unsigned char)text[i];
        sodium_bin2base64(encoded, sizeof encoded, clean, length, sodium_base64_VARIANT_ORIGINAL);
        buffer_printf(out, "%s=?utf-8?B?%s?=", first ? "" : FOLD, encoded);
        text += length;
    }
}

static void write_quoted_string(struct buffer *out, const char *text)
{
    buffer_append_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buffer_append_char(out, '\\');
        buffer_append_char(out, *text);
    }
    buffer_append_char(out, '"');
}

void mime_write_text_field(struct buffer *out, const char *name, const char *text)
{
    buffer_printf(out, "%s: ", name);
    if (needs_encoding(text))
        write_encoded_words(out, text);
    else
        write_folded(out, text, strlen(name) + 2);
    buffer_append_string(out, "\r\n");
}

void mime_write_address_field(struct buffer *out, const char *name, const char *display_name, const char *address)
{
    buffer_printf(out, "%s: ", name);
    if (display_name == NULL || display_name[0] == '\0') {
        buffer_printf(out, "%s\r\n", address);
        return;
    }
    if (needs_encoding(display_name) || strlen(display_name) > NAME_LENGTH_PLAIN)
        write_encoded_words(out, display_name);
    else
        write_quoted_string(out, display_name);
    buffer_printf(out, FOLD "<%s>\r\n", address);
}

void mime_write_plain_field(struct buffer *out, const char *name, const char *value)
{
    buffer_printf(out, "%s: %s\r\n", name, value);
}

void mime_write_date_field(struct buffer *out, int64_t time)
{
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t day = time / DAY;
    int second = (int)(time - day * DAY);
    struct civil date = civil_from_day_number(day);
    buffer_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n",
                  weekdays[civil_weekday(date.year, date.month, date.day) - 1], date.day, months[date.month - 1],
                  date.year, second / HOUR, second / MINUTE % 60, second % 60);
}

/* --- bodies --- */

/* Every line end becomes CRLF, whatever it was. */
static void write_lines(struct buffer *out, const char *bytes, size_t length, bool trim)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n')
            continue;
        if (bytes[i] != '\n' && bytes[i] != '\r') {
            buffer_append_char(out, bytes[i]);
            continue;
        }
        while (trim && out->length > 0 && strchr(" \t", out->data[out->length - 1]) != NULL)
            buffer_truncate(out, out->length - 1);
        buffer_append_string(out, "\r\n");
    }
}

static void write_quoted_printable(struct buffer *out, const struct mime_part *part)
{
    struct buffer lines = BUFFER_INIT;
    write_lines(&lines, part->bytes, part->length, true); /* blanks at the end of a line mean nothing to a reader */
    MMAPString *encoded = mmap_string_sized_new(lines.length * 2 + 64);
    int column = 0;
    mailmime_quoted_printable_write_mem(encoded, &column, 1, lines.data, lines.length);
    buffer_append(out, encoded->str, encoded->len);
    mmap_string_free(encoded);
    buffer_release(&lines);
}

static void write_base64(struct buffer *out, const struct mime_part *part)
{
    MMAPString *encoded = mmap_string_sized_new(part->length / 3 * 4 + part->length / 54 * 2 + 64);
    int column = 0;
    mailmime_base64_write_mem(encoded, &column, part->bytes, part->length);
    buffer_append(out, encoded->str, encoded->len);
    mmap_string_free(encoded);
}

void mime_write_part(struct buffer *out, const struct mime_part *part)
{
    static const char *const encodings[] = {
        [MIME_7BIT] = "7bit", [MIME_QUOTED_PRINTABLE] = "quoted-printable", [MIME_BASE64] = "base64"};
    mime_write_plain_field(out, "Content-Type", part->type);
    mime_write_plain_field(out, "Content-Transfer-Encoding", encodings[part->encoding]);
    if (part->disposition != NULL)
        mime_write_plain_field(out, "Content-Disposition", part->disposition);
    buffer_append_string(out, "\r\n");
    switch (part->encoding) {
    case MIME_7BIT:
        write_lines(out, part->bytes, part->length, false);
        break;
    case MIME_QUOTED_PRINTABLE:
        write_quoted_printable(out, part);
        break;
    case MIME_BASE64:
        write_base64(out, part);
        break;
    }
    if (out->length < 2 || memcmp(out->data + out->length - 2, "\r\n", 2) != 0)
        buffer_append_string(out, "\r\n");
}

void mime_write_multipart(struct buffer *out, const char *type, const char *boundary, const struct mime_part *parts,
                          size_t count)
{
    buffer_printf(out, "Content-Type: %s;" FOLD "boundary=\"%s\"\r\n\r\n", type, boundary);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out, "--%s\r\n", boundary);
        mime_write_part(out, &parts[i]);
    }
    buffer_printf(out, "--%s--\r\n", boundary);
}
