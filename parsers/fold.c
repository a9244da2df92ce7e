#include "parsers/fold.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

/* What has no canonical decomposition, or another form here than that would give. */
static const struct {
    UChar32 character;
    const char *form;
} fold_table[] = {
    {0x00DF, "ss"}, {0x00E6, "a"},  {0x00F0, "d"},  {0x00F8, "o"},   {0x00FE, "th"}, {0x0111, "d"}, {0x0131, "i"},
    {0x0142, "l"},  {0x0153, "o"},  {0x00AB, "\""}, {0x00BB, "\""},  {0x00B4, "'"},  {0x0060, "'"}, {0x02B9, "'"},
    {0x02BC, "'"},  {0x2018, "'"},  {0x2019, "'"},  {0x201A, "'"},   {0x201B, "'"},  {0x2032, "'"}, {0x201C, "\""},
    {0x201D, "\""}, {0x201E, "\""}, {0x201F, "\""}, {0x2026, "..."}, {0x2010, "-"},  {0x2011, "-"}, {0x2012, "-"},
    {0x2013, "-"},  {0x2014, "-"},  {0x2015, "-"},  {0x2212, "-"},   {0x060C, ","},  {0x061B, ";"}, {0x061F, "?"},
    {0xFF1A, ":"},  {0x3002, "."},
};

/* The letters that FOLD_STRICT leaves whole. */
static const UChar32 nordic_letters[] = {0x00E4, 0x00E5, 0x00E6, 0x00F6, 0x00F8};

enum { DECOMPOSITION_MAX = 8 };

struct folding {
    const UNormalizer2 *normalizer;
    enum fold_level level;
    char *text;
    uint32_t *offsets;
    size_t length;
    size_t capacity;
    struct arena *arena;
};

static void put_byte(struct folding *folding, char byte, size_t offset)
{
    if (folding->length + 1 >= folding->capacity) {
        size_t capacity = folding->capacity * 2 + 64;
        char *text = arena_alloc(folding->arena, capacity);
        uint32_t *offsets = arena_array(folding->arena, capacity, sizeof *offsets);
        if (folding->length > 0) {
            memcpy(text, folding->text, folding->length);
            memcpy(offsets, folding->offsets, folding->length * sizeof *offsets);
        }
        folding->text = text;
        folding->offsets = offsets;
        folding->capacity = capacity;
    }
    folding->text[folding->length] = byte;
    folding->offsets[folding->length++] = (uint32_t)offset;
}

/* "aa", "ae" and "oe" are how å, æ and ø are typed without their keys. */
static bool completes_nordic_letter(const struct folding *folding, char byte)
{
    if (folding->level != FOLD_LOOSE || folding->length == 0)
        return false;
    char before = folding->text[folding->length - 1];
    return (byte == 'a' && before == 'a') || (byte == 'e' && (before == 'a' || before == 'o'));
}

static void put_ascii(struct folding *folding, char byte, size_t offset)
{
    if (byte >= 'A' && byte <= 'Z')
        byte = (char)(byte - 'A' + 'a');
    else if (byte == '`')
        byte = '\'';
    else if ((byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7F)
        byte = ' ';
    if (!completes_nordic_letter(folding, byte))
        put_byte(folding, byte, offset);
}

static const char *table_form(UChar32 character)
{
    for (size_t i = 0; i < sizeof fold_table / sizeof fold_table[0]; i++)
        if (fold_table[i].character == character)
            return fold_table[i].form;
    return NULL;
}

static bool is_nordic_letter(UChar32 character)
{
    for (size_t i = 0; i < sizeof nordic_letters / sizeof nordic_letters[0]; i++)
        if (nordic_letters[i] == character)
            return true;
    return false;
}

/* One character without its diacritics, each of which is a mark of its own in the decomposed form. */
static void put_plain(struct folding *folding, UChar32 character, size_t offset)
{
    int type = u_charType(character);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
        return;
    int digit = u_charDigitValue(character);
    const char *form = folding->level == FOLD_STRICT && is_nordic_letter(character) ? NULL : table_form(character);
    if (form != NULL) {
        for (; *form != '\0'; form++)
            put_byte(folding, *form, offset);
    } else if (digit >= 0 && type == U_DECIMAL_DIGIT_NUMBER) {
        put_byte(folding, (char)('0' + digit), offset);
    } else if (character == 0x2028 || character == 0x2029) {
        put_byte(folding, '\n', offset);
    } else if (character < 0x80) {
        put_ascii(folding, (char)character, offset);
    } else if (u_isUWhiteSpace(character) || type == U_CONTROL_CHAR) {
        put_byte(folding, ' ', offset);
    } else {
        char bytes[U8_MAX_LENGTH];
        int32_t count = 0;
        U8_APPEND_UNSAFE(bytes, count, character);
        for (int32_t i = 0; i < count; i++)
            put_byte(folding, bytes[i], offset);
    }
}

static void put_character(struct folding *folding, UChar32 character, size_t offset)
{
    character = u_foldCase(character, U_FOLD_CASE_DEFAULT);
    UChar parts[DECOMPOSITION_MAX];
    UErrorCode code = U_ZERO_ERROR;
    int32_t count = folding->level == FOLD_STRICT && is_nordic_letter(character)
                        ? -1
                        : unorm2_getDecomposition(folding->normalizer, character, parts, DECOMPOSITION_MAX, &code);
    if (count < 0 || U_FAILURE(code)) {
        put_plain(folding, character, offset);
        return;
    }
    for (int32_t i = 0; i < count;) {
        UChar32 part;
        U16_NEXT(parts, i, count, part);
        put_plain(folding, part, offset);
    }
}

void fold_text(struct arena *arena, const char *text, size_t length, enum fold_level level, struct folded *ret_folded)
{
    UErrorCode code = U_ZERO_ERROR;
    struct folding folding = {
        .normalizer = unorm2_getNFDInstance(&code),
        .level = level,
        .capacity = length + 8,
        .arena = arena,
    };
    folding.text = arena_alloc(arena, folding.capacity);
    folding.offsets = arena_array(arena, folding.capacity, sizeof *folding.offsets);
    for (size_t i = 0; i < length;) {
        size_t offset = i;
        if ((unsigned char)text[i] < 0x80) {
            put_ascii(&folding, text[i++], offset);
            continue;
        }
        UChar32 character;
        U8_NEXT(text, i, length, character);
        if (character < 0)
            put_byte(&folding, ' ', offset);
        else if (U_SUCCESS(code))
            put_character(&folding, character, offset);
    }
    put_byte(&folding, '\0', length);
    *ret_folded = (struct folded){folding.text, folding.length - 1, folding.offsets};
}

static size_t letter_end(const struct folded *folded, size_t position)
{
    size_t next = position;
    UChar32 character;
    U8_NEXT(folded->text, next, folded->length, character);
    return character >= 0 && (u_isalpha(character) || u_charType(character) == U_COMBINING_SPACING_MARK) ? next
                                                                                                         : position;
}

static size_t letters_end(const struct folded *folded, size_t position)
{
    size_t end = position;
    for (;;) {
        size_t next = end < folded->length ? letter_end(folded, end) : end;
        if (next == end && end > position && end + 1 < folded->length && folded->text[end] == '\'')
            next = letter_end(folded, end + 1) > end + 1 ? end + 1 : end;
        if (next == end)
            return end;
        end = next;
    }
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

struct piece fold_piece(const struct folded *folded, size_t position)
{
    const char *text = folded->text;
    while (position < folded->length && (text[position] == ' ' || text[position] == '\t'))
        position++;
    struct piece piece = {PIECE_END, position, position};
    if (position >= folded->length)
        return piece;
    if (text[position] == '\n') {
        piece.kind = PIECE_LINE_BREAK;
        piece.end++;
    } else if (is_digit(text[position])) {
        piece.kind = PIECE_DIGITS;
        while (piece.end < folded->length && is_digit(text[piece.end]))
            piece.end++;
    } else if ((piece.end = letters_end(folded, position)) > position) {
        piece.kind = PIECE_LETTERS;
    } else {
        piece.kind = PIECE_MARK;
        U8_FWD_1(text, piece.end, folded->length);
    }
    return piece;
}
