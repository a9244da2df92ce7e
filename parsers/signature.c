#include "parsers/signature.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum {
    WRITER_NAMES_MAX = 12,
    NAME_WORDS_MAX = 5, /* of a line that is a name, or of the name behind a closing */
    DEVICE_WORDS_MAX = 2,
    DEVICE_BYTES_MAX = 100,   /* "Sent from my iPhone" is a line of its own */
    SHORT_WORDS_MAX = 8,      /* a line of a signature: title, company, street */
    PARAGRAPH_LINES_MAX = 20, /* how far below a line a paragraph is looked at */
    PHONE_DIGITS_MIN = 7,
    WEIGHED_WORDS_MAX = 256,
    LANGUAGE_SHARE = 4,    /* a language counts that has at least a fourth of the best one's words */
    NUMBER_DIGITS_MIN = 9, /* of a booking number, behind its letters */
    NUMBER_LETTERS_MAX = 5,
};

struct signature_reader {
    const struct lexicon_set *set;
    struct text_lines *lines;
    const char *names[WRITER_NAMES_MAX]; /* of the writer, folded */
    size_t name_count;
    bool words_above;                        /* the writer has said something already */
    unsigned weights[LEXICON_LANGUAGES_MAX]; /* how many words of it are of each language */
    unsigned weight_max;
    unsigned weighed; /* words that were looked at for that */
};

/* Where the walk down a piece of text stands. */
enum place { PLACE_WORDS, PLACE_SIGNATURE, PLACE_HARD_SIGNATURE /* below "-- " */, PLACE_FOOTER };

/* ---- The writer's name ----------------------------------------------- */

static void add_names(struct signature_reader *reader, struct arena *arena, const char *text, size_t length)
{
    struct folded folded;
    fold_text(arena, text, length, FOLD_LOOSE, &folded);
    for (size_t at = 0; reader->name_count < WRITER_NAMES_MAX;) {
        struct piece piece = fold_piece(&folded, at);
        if (piece.kind == PIECE_END)
            break;
        at = piece.end;
        if (piece.kind == PIECE_LETTERS && piece.end - piece.start > 1)
            reader->names[reader->name_count++] =
                arena_strndup(arena, folded.text + piece.start, piece.end - piece.start);
    }
}

struct signature_reader *signature_reader_new(const struct lexicon_set *set, struct text_lines *lines,
                                              const struct address *writer, struct arena *arena)
{
    struct signature_reader *reader = arena_alloc(arena, sizeof *reader);
    *reader = (struct signature_reader){.set = set, .lines = lines};
    if (writer != NULL && writer->name != NULL)
        add_names(reader, arena, writer->name, strlen(writer->name));
    if (writer != NULL && writer->address != NULL)
        add_names(reader, arena, writer->address, strcspn(writer->address, "@"));
    return reader;
}

static bool is_writers_name(const struct signature_reader *reader, struct piece piece)
{
    size_t length = piece.end - piece.start;
    for (size_t i = 0; i < reader->name_count; i++)
        if (strlen(reader->names[i]) == length &&
            memcmp(reader->names[i], reader->lines->folded.text + piece.start, length) == 0)
            return true;
    return false;
}

/* ---- One line -------------------------------------------------------- */

/* What its words are. */
struct shape {
    unsigned words;
    unsigned lower;  /* of them without a capital */
    unsigned writer; /* of them the writer's name */
    unsigned digits;
    bool first_person;
    bool acts;     /* a word that asks for something: "cancel", "come" */
    bool commands; /* and it comes first */
    bool question; /* ends in '?' */
    bool contact;  /* telephone, address, web page, the bars between them */
};

/* Keys whose single words are said by a person to us and hardly stand in a signature. */
static const enum lexicon_key acting_keys[] = {
    LEXICON_CANCEL_VERB, LEXICON_MOVE_VERB, LEXICON_BOOK_VERB, LEXICON_COME, LEXICON_COME_WILL, LEXICON_NEGATION,
};

/* "Mon" is a pronoun in French and a weekday in a signature: what counts are the languages of the words above. */
static bool is_spoken(const struct signature_reader *reader, unsigned language)
{
    return reader->weights[language] * LANGUAGE_SHARE >= reader->weight_max;
}

static void weigh_word(struct signature_reader *reader, struct piece piece)
{
    const char *word = reader->lines->folded.text + piece.start;
    bool counted[LEXICON_LANGUAGES_MAX] = {false};
    size_t iterator = 0;
    const struct lexicon_phrase *phrase;
    while ((phrase = lexicon_of_word(reader->set, word, piece.end - piece.start, &iterator)) != NULL) {
        unsigned *weight = &reader->weights[phrase->language];
        *weight += !counted[phrase->language];
        counted[phrase->language] = true;
        if (*weight > reader->weight_max)
            reader->weight_max = *weight;
    }
    reader->weighed++;
}

static void read_word(const struct signature_reader *reader, struct piece piece, struct shape *shape)
{
    const struct text_lines *lines = reader->lines;
    const char *word = lines->folded.text + piece.start;
    size_t iterator = 0;
    const struct lexicon_phrase *phrase;
    while ((phrase = lexicon_of_word(reader->set, word, piece.end - piece.start, &iterator)) != NULL) {
        if (!is_spoken(reader, phrase->language))
            continue;
        /* A lone "i" is a preposition in half of Europe. */
        bool pronoun = piece.end - piece.start > 1 || lines->body[lines->folded.offsets[piece.start]] == 'I';
        shape->first_person = shape->first_person || (pronoun && phrase->key == LEXICON_PERSON_FIRST);
        for (size_t i = 0; i < sizeof acting_keys / sizeof acting_keys[0]; i++)
            shape->acts = shape->acts || phrase->key == acting_keys[i];
    }
    UChar32 first;
    size_t at = lines->folded.offsets[piece.start];
    U8_NEXT(lines->body, at, lines->folded.offsets[piece.end], first);
    shape->commands = shape->commands || (shape->acts && shape->words == 0);
    shape->words++;
    shape->lower += first >= 0 && u_islower(first);
    shape->writer += is_writers_name(reader, piece);
}

/* The shape of the folded text [start, end). */
static struct shape shape_of(const struct signature_reader *reader, size_t start, size_t end)
{
    const struct folded *folded = &reader->lines->folded;
    struct shape shape = {0};
    for (size_t at = start; at < end;) {
        struct piece piece = fold_piece(folded, at);
        if (piece.start >= end)
            break;
        if (piece.kind == PIECE_LETTERS)
            read_word(reader, piece, &shape);
        else if (piece.kind == PIECE_DIGITS)
            shape.digits += (unsigned)(piece.end - piece.start);
        else if (strchr("@|", folded->text[piece.start]) != NULL)
            shape.contact = true;
        if (piece.kind == PIECE_LETTERS && piece.end - piece.start >= 3 &&
            (strncmp(folded->text + piece.start, "www.", 4) == 0 ||
             strncmp(folded->text + piece.start, "http", 4) == 0))
            shape.contact = true;
        at = piece.end;
    }
    shape.contact = shape.contact || shape.digits >= PHONE_DIGITS_MIN;
    shape.question = end > start && folded->text[end - 1] == '?';
    return shape;
}

static const struct text_line *line_at(const struct signature_reader *reader, size_t index)
{
    return &reader->lines->items[index];
}

static struct shape line_shape(const struct signature_reader *reader, size_t index)
{
    return shape_of(reader, line_at(reader, index)->folded_start, line_at(reader, index)->folded_end);
}

/* A phrase of `key` with which the line begins, brackets and stars before it aside. */
static const struct lexicon_phrase *line_phrase(const struct signature_reader *reader, size_t index,
                                                enum lexicon_key key, size_t *ret_end)
{
    const struct text_line *line = line_at(reader, index);
    size_t at = line->folded_start;
    while (at < line->folded_end && strchr("*_-[(\"/ ", reader->lines->folded.text[at]) != NULL)
        at++;
    const struct lexicon_phrase *phrase = lexicon_find_at(reader->set, key, &reader->lines->folded, at);
    if (phrase != NULL)
        *ret_end = at + phrase->folded_length;
    return phrase;
}

static bool begins_with(const struct signature_reader *reader, size_t index, enum lexicon_key key)
{
    size_t end;
    return line_phrase(reader, index, key, &end) != NULL;
}

/* "TP 482 173 967", "Booking number: 482173967": kept wherever it stands, for people write it below their name. */
static bool has_booking_number(const struct signature_reader *reader, size_t index)
{
    const struct text_line *line = line_at(reader, index);
    const struct folded *folded = &reader->lines->folded;
    for (size_t at = line->folded_start; at < line->folded_end;) {
        struct piece piece = fold_piece(folded, at);
        at = piece.end;
        if (piece.kind != PIECE_LETTERS || piece.end - piece.start > NUMBER_LETTERS_MAX)
            continue;
        size_t digits = 0, end = piece.end;
        for (; end < line->folded_end; end++) {
            bool digit = folded->text[end] >= '0' && folded->text[end] <= '9';
            if (!digit && (strchr(" -", folded->text[end]) == NULL || strchr(" -", folded->text[end - 1]) != NULL))
                break;
            digits += digit;
        }
        if (digits == NUMBER_DIGITS_MIN)
            return true;
    }
    return false;
}

/* ---- Kinds of line --------------------------------------------------- */

static bool is_sign_of_signature(const struct signature_reader *reader, size_t index)
{
    const struct text_line *line = line_at(reader, index);
    return line->folded_end - line->folded_start == 2 &&
           memcmp(reader->lines->folded.text + line->folded_start, "--", 2) == 0;
}

static bool is_hard_sign(const struct signature_reader *reader, size_t index)
{
    const struct text_line *line = line_at(reader, index);
    return is_sign_of_signature(reader, index) && line->length == 3 && reader->lines->body[line->start + 2] == ' ';
}

/* "Mvh", "Kind regards,", "Mvh Iris", "hilsen Ola Nordmann" */
static bool is_closing(const struct signature_reader *reader, size_t index)
{
    size_t rest;
    if (line_phrase(reader, index, LEXICON_SIGNATURE_CLOSING, &rest) == NULL)
        return false;
    size_t end = line_at(reader, index)->folded_end;
    while (rest < end && strchr(",/|-. ", reader->lines->folded.text[rest]) != NULL)
        rest++;
    /* "Med vennlig hilsen / Kind regards" */
    const struct lexicon_phrase *second =
        lexicon_find_at(reader->set, LEXICON_SIGNATURE_CLOSING, &reader->lines->folded, rest);
    struct shape shape = shape_of(reader, second == NULL ? rest : rest + second->folded_length, end);
    return shape.words <= NAME_WORDS_MAX && shape.digits == 0 && !shape.question && !shape.first_person &&
           !shape.acts && (shape.lower <= 1 || shape.lower <= shape.writer);
}

/* "Sent from my iPhone": alone, or so short that nothing else can be meant. */
static bool is_device(const struct signature_reader *reader, size_t index, size_t end)
{
    const struct text_line *line = line_at(reader, index);
    size_t rest;
    if (line->folded_end - line->folded_start > DEVICE_BYTES_MAX ||
        line_phrase(reader, index, LEXICON_SIGNATURE_DEVICE, &rest) == NULL)
        return false;
    bool alone =
        index + 1 == end || text_line_is_blank(reader->lines, index + 1) || text_line_is_rule(reader->lines, index + 1);
    return alone || shape_of(reader, rest, line->folded_end).words <= DEVICE_WORDS_MAX;
}

/* The folded text [start, end) is the writer's name: one more word may be in it, such as an initial. */
static bool is_name_between(const struct signature_reader *reader, size_t start, size_t end)
{
    unsigned words = 0, writer = 0;
    while (start < end && words <= NAME_WORDS_MAX) {
        struct piece piece = fold_piece(&reader->lines->folded, start);
        if (piece.kind == PIECE_DIGITS)
            return false;
        words += piece.kind == PIECE_LETTERS;
        writer += piece.kind == PIECE_LETTERS && is_writers_name(reader, piece);
        start = piece.end;
    }
    return words <= NAME_WORDS_MAX && writer > 0 && writer + 1 >= words;
}

/* A line that is the writer's name, at most with a title behind a comma or bar. */
static bool is_name(const struct signature_reader *reader, size_t index)
{
    const struct text_line *line = line_at(reader, index);
    const char *text = reader->lines->folded.text;
    size_t start = line->folded_start;
    while (start < line->folded_end && strchr("-/*_ ", text[start]) != NULL)
        start++;
    size_t end = start;
    while (end < line->folded_end && strchr(",|/(", text[end]) == NULL)
        end++;
    if (!is_name_between(reader, start, end))
        return false;
    struct shape whole = line_shape(reader, index);
    return whole.words <= SHORT_WORDS_MAX && !whole.question && !whole.first_person;
}

/* A line below a name or closing that is none of them but the writer speaking on. */
static bool is_speech(const struct signature_reader *reader, size_t index)
{
    struct shape shape = line_shape(reader, index);
    if (begins_with(reader, index, LEXICON_SIGNATURE_POSTSCRIPT) || shape.first_person)
        return true;
    return !shape.contact && (shape.question || shape.commands || (shape.acts && shape.words <= SHORT_WORDS_MAX));
}

/* ---- The walk -------------------------------------------------------- */

static size_t paragraph_end(const struct signature_reader *reader, size_t index, size_t end)
{
    size_t limit = end - index > PARAGRAPH_LINES_MAX ? index + PARAGRAPH_LINES_MAX : end;
    while (index < limit && !text_line_is_blank(reader->lines, index))
        index++;
    return index;
}

/* Below a name without a closing only a signature can follow up to the paragraph's end. */
static bool is_name_of_signature(const struct signature_reader *reader, size_t index, size_t first, size_t end)
{
    if (!reader->words_above || !is_name(reader, index))
        return false;
    if (index > first && !text_line_is_blank(reader->lines, index - 1)) {
        const struct text_line *above = line_at(reader, index - 1);
        if (strchr(":,", reader->lines->folded.text[above->folded_end - 1]) != NULL)
            return false;
    }
    size_t stop = paragraph_end(reader, index, end);
    for (size_t i = index + 1;
         i < stop && !text_line_is_rule(reader->lines, i) && !begins_with(reader, i, LEXICON_SIGNATURE_DISCLAIMER); i++)
        if (is_speech(reader, i) || (line_shape(reader, i).words > SHORT_WORDS_MAX && !line_shape(reader, i).contact))
            return false;
    return true;
}

/*
 * A closing needs words above it, or is the signature that a program put above the mail that is passed on. Where
 * nothing else is said, "Mahadsanid" is no closing but thanks.
 */
static bool is_closing_of_signature(const struct signature_reader *reader, size_t index, size_t end, bool followed)
{
    if (!is_closing(reader, index))
        return false;
    bool alone = paragraph_end(reader, index, end) == index + 1 || begins_with(reader, index, LEXICON_THANKS_PLAIN);
    return reader->words_above || (followed && !alone);
}

/* A line drawn above a footer with telephone or address. */
static bool is_rule_of_footer(const struct signature_reader *reader, size_t index, size_t end)
{
    if (!text_line_is_rule(reader->lines, index) || !reader->words_above)
        return false;
    size_t start = text_lines_next(reader->lines, index + 1);
    size_t stop = start < end ? paragraph_end(reader, start, end) : start;
    bool contact = false;
    for (size_t i = start; i < stop && !text_line_is_rule(reader->lines, i); i++) {
        if (is_speech(reader, i) || has_booking_number(reader, i))
            return false;
        contact = contact || line_shape(reader, i).contact;
    }
    return contact;
}

static bool begins_paragraph(const struct signature_reader *reader, size_t index, size_t first)
{
    return index == first || text_line_is_blank(reader->lines, index - 1) ||
           text_line_is_rule(reader->lines, index - 1);
}

/* Whether the writer speaks again in the paragraph at `index`, which stands below a signature. */
static bool speaks_again(const struct signature_reader *reader, size_t index, size_t end)
{
    size_t stop = paragraph_end(reader, index, end);
    for (size_t i = index; i < stop; i++)
        if (is_speech(reader, i))
            return true;
    return false;
}

static enum place next_place(const struct signature_reader *reader, enum place place, size_t index, size_t first,
                             size_t end, bool followed)
{
    bool paragraph = begins_paragraph(reader, index, first);
    if (begins_with(reader, index, LEXICON_SIGNATURE_DISCLAIMER) && (paragraph || place != PLACE_WORDS))
        return PLACE_FOOTER;
    switch (place) {
    case PLACE_WORDS:
        if (is_hard_sign(reader, index))
            return PLACE_HARD_SIGNATURE;
        if (is_sign_of_signature(reader, index) || is_closing_of_signature(reader, index, end, followed) ||
            is_name_of_signature(reader, index, first, end) || is_rule_of_footer(reader, index, end))
            return PLACE_SIGNATURE;
        return PLACE_WORDS;
    case PLACE_SIGNATURE:
        if (paragraph ? speaks_again(reader, index, end) : is_speech(reader, index))
            return PLACE_WORDS;
        return PLACE_SIGNATURE;
    case PLACE_HARD_SIGNATURE:
        return paragraph && begins_with(reader, index, LEXICON_SIGNATURE_POSTSCRIPT) ? PLACE_WORDS : place;
    case PLACE_FOOTER:
        /* A warning that a mail server put above the words ends with its paragraph. */
        return paragraph && !reader->words_above ? PLACE_WORDS : place;
    }
    return place;
}

static void weigh_line(struct signature_reader *reader, size_t index)
{
    const struct text_line *line = line_at(reader, index);
    for (size_t at = line->folded_start; at < line->folded_end && reader->weighed < WEIGHED_WORDS_MAX;) {
        struct piece piece = fold_piece(&reader->lines->folded, at);
        if (piece.kind == PIECE_LETTERS)
            weigh_word(reader, piece);
        at = piece.end;
    }
}

/* A line drawn between the words and what was found to be none goes with the latter. */
static void mark_rules(struct signature_reader *reader, size_t first, size_t end)
{
    bool words_below = false;
    for (size_t i = end; i > first; i--) {
        struct text_line *line = &reader->lines->items[i - 1];
        if (line->role != LINE_NEW || text_line_is_blank(reader->lines, i - 1))
            continue;
        if (words_below || !text_line_is_rule(reader->lines, i - 1))
            words_below = true;
        else
            line->role = LINE_SIGNATURE;
    }
}

void signature_mark(struct signature_reader *reader, size_t first, size_t end, bool followed)
{
    static const enum line_role roles[] = {
        [PLACE_WORDS] = LINE_NEW,
        [PLACE_SIGNATURE] = LINE_SIGNATURE,
        [PLACE_HARD_SIGNATURE] = LINE_SIGNATURE,
        [PLACE_FOOTER] = LINE_DISCLAIMER,
    };
    enum place place = PLACE_WORDS;
    for (size_t i = first; i < end; i++) {
        struct text_line *line = &reader->lines->items[i];
        if (text_line_is_blank(reader->lines, i)) {
            line->role = roles[place];
            continue;
        }
        if (is_device(reader, i, end)) {
            line->role = LINE_DEVICE;
            continue;
        }
        place = next_place(reader, place, i, first, end, followed);
        line->role =
            place != PLACE_WORDS && place != PLACE_FOOTER && has_booking_number(reader, i) ? LINE_NEW : roles[place];
        if (line->role == LINE_NEW)
            weigh_line(reader, i);
        reader->words_above = reader->words_above || line->role == LINE_NEW;
    }
    mark_rules(reader, first, end);
}
