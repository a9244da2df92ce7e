#include "parsers/charset.h"

#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

enum { LABEL_MAX = 40 };

/* Labels that name less than what is sent under them (as in the WHATWG encoding standard); NULL: guess. */
static const struct {
    const char *label;
    const char *charset;
} label_table[] = {
    {"us-ascii", NULL},
    {"ascii", NULL},
    {"ansi_x3.4-1968", NULL},
    {"iso-8859-1", NULL},
    {"iso8859-1", NULL},
    {"iso_8859-1", NULL},
    {"latin1", NULL},
    {"utf-8", NULL},
    {"utf8", NULL},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"ks_c_5601-1987", "windows-949"},
    {"euc-kr", "windows-949"},
    {"cp932", "windows-31j"},
};

bool utf8_valid(const char *bytes, size_t length)
{
    const uint8_t *text = (const uint8_t *)bytes;
    for (size_t i = 0; i < length;) {
        UChar32 point;
        U8_NEXT(text, i, length, point);
        if (point < 0)
            return false;
    }
    return true;
}

static bool has_multibyte_character(const char *bytes, size_t length)
{
    const uint8_t *text = (const uint8_t *)bytes;
    for (size_t i = 0; i < length;) {
        UChar32 point;
        U8_NEXT(text, i, length, point);
        if (point > 0x7f)
            return true;
    }
    return false;
}

/* The charset to convert from, or NULL where it must be guessed. Only what ICU's own alias table knows is given to it.
 */
static const char *charset_of_label(const char *label)
{
    if (label == NULL || strlen(label) > LABEL_MAX)
        return NULL;
    for (size_t i = 0; i < sizeof label_table / sizeof label_table[0]; i++)
        if (strcasecmp(label, label_table[i].label) == 0)
            return label_table[i].charset;
    UErrorCode code = U_ZERO_ERROR;
    return ucnv_countAliases(label, &code) > 0 && U_SUCCESS(code) ? label : NULL;
}

static bool is_plain_ascii(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

static char *convert(struct arena *arena, const char *charset, const char *bytes, size_t length, size_t *ret_length)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t size = ucnv_convert("UTF-8", charset, NULL, 0, bytes, (int32_t)length, &code);
    if (code != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(code))
        return NULL;
    char *text = arena_alloc(arena, (size_t)size + 1);
    code = U_ZERO_ERROR;
    size = ucnv_convert("UTF-8", charset, text, size + 1, bytes, (int32_t)length, &code);
    if (U_FAILURE(code))
        return NULL;
    *ret_length = (size_t)size;
    return text;
}

char *charset_to_utf8(struct arena *arena, const char *label, const char *bytes, size_t length, size_t *ret_length)
{
    if (length > INT32_MAX / 4)
        length = INT32_MAX / 4;
    const char *charset = charset_of_label(label);
    if (charset == NULL && !is_plain_ascii(bytes, length) && !has_multibyte_character(bytes, length))
        charset = "windows-1252";
    char *text = charset == NULL || length == 0 ? NULL : convert(arena, charset, bytes, length, ret_length);
    if (text == NULL) {
        text = arena_strndup(arena, bytes, length);
        *ret_length = length;
    }
    return text;
}

static bool turns_direction(UChar32 point)
{
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x200e ||
           point == 0x200f || point == 0x2028 || point == 0x2029;
}

static bool is_control(UChar32 point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xfeff;
}

char *text_clean(struct arena *arena, const char *utf8, size_t length)
{
    const uint8_t *text = (const uint8_t *)utf8;
    char *out = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t start = i;
        UChar32 point;
        U8_NEXT(text, i, length, point);
        if (point == '\r') {
            if (i >= length || text[i] != '\n')
                out[used++] = '\n';
        } else if (point == '\n' || point == '\t' || (point >= 0 && !is_control(point))) {
            memcpy(out + used, utf8 + start, i - start);
            used += i - start;
        }
    }
    out[used] = '\0';
    return out;
}

char *text_clean_line(struct arena *arena, const char *utf8, size_t length)
{
    const uint8_t *text = (const uint8_t *)utf8;
    char *out = arena_alloc(arena, length + 1);
    size_t used = 0;
    bool blank = false;
    for (size_t i = 0; i < length;) {
        size_t start = i;
        UChar32 point;
        U8_NEXT(text, i, length, point);
        if (point == ' ' || (point >= '\t' && point <= '\r')) {
            blank = used > 0;
        } else if (point >= 0 && !is_control(point) && !turns_direction(point)) {
            if (blank)
                out[used++] = ' ';
            blank = false;
            memcpy(out + used, utf8 + start, i - start);
            used += i - start;
        }
    }
    out[used] = '\0';
    return out;
}
