#include "parsers/transfer.h"

#include <libetpan/mailmime_content.h>
#include <libetpan/mailmime_decode.h>
#include <string.h>

static int hexadecimal_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)((found - digits) % 16);
}

int hexadecimal_byte(char high, char low)
{
    int first = hexadecimal_digit(high), second = hexadecimal_digit(low);
    return first < 0 || second < 0 ? -1 : first * 16 + second;
}

static char *decode_base64(struct arena *arena, const char *bytes, size_t length, size_t *ret_length)
{
    char *decoded;
    size_t position = 0;
    if (mailmime_base64_body_parse(bytes, length, &position, &decoded, ret_length) != MAILIMF_NO_ERROR) {
        *ret_length = 0;
        return arena_strdup(arena, "");
    }
    char *copy = arena_strndup(arena, decoded, *ret_length);
    mailmime_decoded_part_free(decoded);
    return copy;
}

/* The length of a soft line break behind a '=': blanks and the end of the line; 0 where there is none. */
static size_t soft_break_length(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && (bytes[at] == ' ' || bytes[at] == '\t'))
        at++;
    if (at < length && bytes[at] == '\r')
        at++;
    if (at < length && bytes[at] == '\n')
        return at + 1;
    return at > 0 && bytes[at - 1] == '\r' ? at : 0;
}

static char *decode_quoted_printable(struct arena *arena, const char *bytes, size_t length, char blank,
                                     size_t *ret_length)
{
    char *decoded = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int code = bytes[i] == '=' && i + 2 < length ? hexadecimal_byte(bytes[i + 1], bytes[i + 2]) : -1;
        size_t soft = bytes[i] == '=' ? soft_break_length(bytes + i + 1, length - i - 1) : 0;
        if (code >= 0) {
            decoded[used++] = (char)code;
            i += 2;
        } else if (soft > 0) {
            i += soft;
        } else if (bytes[i] != '=' || i + 1 < length) { /* a '=' at the very end is a soft line break */
            decoded[used++] = bytes[i] == blank ? ' ' : bytes[i];
        }
    }
    *ret_length = used;
    return decoded;
}

char *transfer_decode(struct arena *arena, enum transfer_encoding encoding, const char *bytes, size_t length,
                      size_t *ret_length)
{
    switch (encoding) {
    case TRANSFER_BASE64:
        return decode_base64(arena, bytes, length, ret_length);
    case TRANSFER_Q:
        return decode_quoted_printable(arena, bytes, length, '_', ret_length);
    case TRANSFER_QUOTED_PRINTABLE:
        break;
    }
    return decode_quoted_printable(arena, bytes, length, ' ', ret_length);
}
