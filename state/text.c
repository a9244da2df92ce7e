#include "state/text.h"

#include <stdint.h>
#include <string.h>

#include "base/address.h"

/* The length of the UTF-8 character at `text`; 0 for bytes that are none and for control characters. */
static size_t character_length(const unsigned char *text)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0x20}, {0xe0, 0xc0, 0xa0}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if ((text[0] & forms[i].mask) != forms[i].lead)
            continue;
        uint32_t character = text[0] & (unsigned char)~forms[i].mask;
        for (size_t n = 1; n <= i; n++) {
            if ((text[n] & 0xc0) != 0x80)
                return 0;
            character = character << 6 | (text[n] & 0x3fU);
        }
        bool is_separator = character == 0x2028 || character == 0x2029 || character == 0x7f;
        bool is_none = character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff);
        return character < forms[i].least || is_separator || is_none ? 0 : i + 1;
    }
    return 0;
}

bool text_is_line(const char *text, size_t limit)
{
    if (text == NULL || text[0] == '\0' || strlen(text) > limit)
        return false;
    for (size_t at = 0, length; text[at] != '\0'; at += length)
        if ((length = character_length((const unsigned char *)text + at)) == 0)
            return false;
    return true;
}

bool text_is_address(const char *text)
{
    return address_valid(text) && text_is_line(text, ADDRESS_MAX);
}

static bool consists_of(const char *text, const char *characters, size_t limit)
{
    return text != NULL && text[0] != '\0' && strlen(text) <= limit && text[strspn(text, characters)] == '\0';
}

bool text_is_code(const char *text)
{
    return consists_of(text, "abcdefghijklmnopqrstuvwxyz0123456789-", 32);
}

bool text_is_language(const char *text)
{
    return consists_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", 35);
}
