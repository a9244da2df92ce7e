#include "agent/letter_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

enum { MOMENT_LENGTH_MAX = 256, WORDS_VALUE_MAX = 1024 };

#define TEMPLATE_FOLDER "templates/"

static const char *const kind_names[] = {
    [LETTER_CONFIRMATION] = "confirmation",
    [LETTER_MOVED] = "moved",
    [LETTER_MOVED_BY_OFFICE] = "moved_by_office",
    [LETTER_CANCELLED] = "cancelled",
    [LETTER_OFFER] = "offer",
    [LETTER_TAKEN] = "taken",
    [LETTER_CANNOT] = "cannot",
    [LETTER_ASK] = "ask",
    [LETTER_ASK_WHICH] = "ask_which",
    [LETTER_ASK_ON_FILE] = "ask_on_file",
    [LETTER_STATUS] = "status",
    [LETTER_REMINDER] = "reminder",
    [LETTER_HANDED_OVER] = "handed_over",
    [LETTER_DESK] = "desk",
};

const char *letter_kind_name(enum letter_kind kind)
{
    return (size_t)kind < LETTER_KIND_COUNT ? kind_names[kind] : "";
}

/* --- what templates may and must say --- */

#define KIND(kind)    (1U << LETTER_##kind)
#define EVERY         ((1U << LETTER_KIND_COUNT) - 1)
#define ABOUT_BOOKING (EVERY & ~(KIND(ASK_WHICH) | KIND(HANDED_OVER) | KIND(DESK)))
#define OFFERS        (KIND(OFFER) | KIND(TAKEN))
#define ASKS          (KIND(ASK) | KIND(ASK_ON_FILE))
#define MOVES         (KIND(MOVED) | KIND(MOVED_BY_OFFICE))
#define BOOKED        (KIND(CONFIRMATION) | MOVES | KIND(STATUS) | KIND(REMINDER))
#define BRINGS        (KIND(CONFIRMATION) | KIND(REMINDER))

/* Names with the sections they stand in: "days.times.link" is "link" inside {{#days}}{{#times}}. */
static const struct {
    const char *name;
    unsigned allowed, required; /* kinds of letters */
} names[] = {
    {"desk", EVERY, 0},
    {"desk.name", EVERY, EVERY},
    {"desk.contact", EVERY, KIND(CANNOT) | KIND(HANDED_OVER)},
    {"booking", EVERY, 0},
    {"booking.number", EVERY, ABOUT_BOOKING},
    {"booking.name", EVERY, ABOUT_BOOKING},
    {"booking.cancelled", KIND(STATUS), KIND(STATUS)},
    {"office", EVERY, 0},
    {"office.name", EVERY, ABOUT_BOOKING},
    {"office.address", EVERY, ABOUT_BOOKING},
    {"service", EVERY, ABOUT_BOOKING},
    {"when", EVERY, ABOUT_BOOKING},
    {"former", MOVES, 0},
    {"former.when", MOVES, MOVES},
    {"people", ABOUT_BOOKING, BRINGS},
    {"bring", BRINGS, BRINGS},
    {"bring.documents", BRINGS, BRINGS},
    {"bring.documents.name", BRINGS, BRINGS},
    {"wished", KIND(TAKEN), KIND(TAKEN)},
    {"links", ABOUT_BOOKING, BOOKED},
    {"links.cancel", ABOUT_BOOKING, BOOKED | ASKS | OFFERS},
    {"links.change", ABOUT_BOOKING, BOOKED | ASKS},
    {"links.keep", ABOUT_BOOKING, ASKS | OFFERS},
    {"days", OFFERS, OFFERS},
    {"days.date", OFFERS, OFFERS},
    {"days.times", OFFERS, OFFERS},
    {"days.times.time", OFFERS, OFFERS},
    {"days.times.link", OFFERS, OFFERS},
    {"choices", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.number", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.name", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.office", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.service", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.when", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.links", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.links.cancel", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.links.change", KIND(ASK_WHICH), KIND(ASK_WHICH)},
    {"choices.links.keep", KIND(ASK_WHICH), 0},
    {"reason", KIND(CANNOT) | KIND(STATUS) | KIND(DESK) | KIND(ASK), KIND(CANNOT) | KIND(DESK)},
    {"unreached", KIND(DESK), KIND(DESK)},
    {"mail", KIND(DESK), 0},
    {"mail.from", KIND(DESK), KIND(DESK)},
    {"mail.headers-only", KIND(DESK), KIND(DESK)},
};
enum { NAME_COUNT = sizeof names / sizeof names[0] };
static_assert(NAME_COUNT <= 64, "one bit for each");

static const struct {
    const char *name;
    bool with_when;
} phrase_table[] = {
    [PHRASE_CANCEL] = {"cancel", false},
    [PHRASE_CHANGE] = {"change", false},
    [PHRASE_KEEP] = {"keep", false},
    [PHRASE_MOVE] = {"move", true},
};

static const char *const format_names[] = {[MOMENT_WHEN] = "when", [MOMENT_DATE] = "date", [MOMENT_TIME] = "time"};

/* Reasons from "same time" to "attempts" are told in letters; the others only to ledger and journal. */
static bool is_told(enum reason reason)
{
    return reason >= REASON_SAME_TIME && reason <= REASON_ATTEMPTS;
}

/* --- the check of one template --- */

static int find_name(const char *const *path, size_t depth, const char *name)
{
    for (size_t around = depth + 1; around-- > 0;) {
        char full[TEMPLATE_DEPTH_MAX * (TEMPLATE_NAME_MAX + 2)];
        full[0] = '\0';
        if (around > 0) {
            strcat(full, path[around - 1]);
            strcat(full, ".");
        }
        strcat(full, name);
        for (int i = 0; i < NAME_COUNT; i++)
            if (strcmp(names[i].name, full) == 0)
                return i;
    }
    return -1;
}

static enum status check_names(const char *path, const struct template *template, enum letter_kind kind, uint64_t *said,
                               struct error *error)
{
    const char *sections[TEMPLATE_DEPTH_MAX + 1];
    size_t depth = 0;
    struct template_tag tag;
    for (size_t i = 0; template_tag(template, i, &tag); i++) {
        if (tag.kind == TAG_CLOSE) {
            depth--;
            continue;
        }
        int name = find_name(sections, depth, tag.name);
        if (name < 0 || (names[name].allowed & 1U << kind) == 0)
            return error_set(error, STATUS_INVALID, "%s:%d: this letter has nothing called {{%s}}", path, tag.line,
                             tag.name);
        *said |= UINT64_C(1) << name;
        if (tag.kind == TAG_OPEN)
            sections[depth++] = names[name].name;
    }
    return STATUS_OK;
}

static enum status check_letter(const char *path, const struct letter_text *text, enum letter_kind kind,
                                struct error *error)
{
    uint64_t said = 0;
    enum status status = check_names(path, text->subject, kind, &said, error);
    if (status == STATUS_OK)
        status = check_names(path, text->body, kind, &said, error);
    for (size_t i = 0; i < NAME_COUNT && status == STATUS_OK; i++)
        if ((names[i].required & 1U << kind) != 0 && (said & UINT64_C(1) << i) == 0)
            status = error_set(error, STATUS_INVALID, "%s:1: this letter must say {{%s}}", path, names[i].name);
    return status;
}

/* --- reading files --- */

/* "Subject: …", a blank line, the body. */
static enum status read_letter(const char *path, const struct embedded_file *file, struct letter_text *text,
                               struct error *error)
{
    static const char field[] = "Subject: ";
    const char *newline = memchr(file->data, '\n', file->length);
    if (newline == NULL || strncmp(file->data, field, strlen(field)) != 0 || newline[1] != '\n')
        return error_set(error, STATUS_INVALID, "%s:1: a letter begins with “Subject: …” and a blank line", path);
    const char *subject = file->data + strlen(field), *body = newline + 2;
    enum status status = template_compile(path, 1, subject, (size_t)(newline - subject), &text->subject, error);
    if (status == STATUS_OK)
        status = template_compile(path, 3, body, file->length - (size_t)(body - file->data), &text->body, error);
    return status;
}

static enum status set_phrase(struct language *language, enum link_phrase phrase, const char *path, int line,
                              const char *value, struct error *error)
{
    struct template *template = NULL;
    enum status status = template_compile(path, line, value, strlen(value), &template, error);
    if (status != STATUS_OK)
        return status;
    bool number = false, when = false;
    struct template_tag tag;
    for (size_t i = 0; template_tag(template, i, &tag); i++) {
        number = number || strcmp(tag.name, "number") == 0;
        when = when || strcmp(tag.name, "when") == 0;
        if (tag.kind != TAG_VALUE || (strcmp(tag.name, "number") != 0 && strcmp(tag.name, "when") != 0))
            status = error_set(error, STATUS_INVALID, "%s:%d: only {{number}} and {{when}} may stand here", path, line);
    }
    if (status == STATUS_OK && (!number || when != phrase_table[phrase].with_when))
        status = error_set(error, STATUS_INVALID, "%s:%d: %s needs {{number}}%s", path, line, phrase_table[phrase].name,
                           phrase_table[phrase].with_when ? " and {{when}}" : " and nothing else");
    if (status != STATUS_OK) {
        template_free(&template);
        return status;
    }
    template_free(&language->phrases[phrase]);
    language->phrases[phrase] = template;
    return STATUS_OK;
}

static enum status set_format(struct language *language, enum moment_format format, const char *path, int line,
                              const char *value, struct error *error)
{
    static const UChar utc[] = {'U', 'T', 'C', 0};
    UChar pattern[MOMENT_LENGTH_MAX];
    char locale[LANGUAGE_SIZE + sizeof "@calendar=gregorian"];
    UErrorCode code = U_ZERO_ERROR;
    snprintf(locale, sizeof locale, "%s@calendar=gregorian", language->code);
    u_strFromUTF8(pattern, MOMENT_LENGTH_MAX, NULL, value, -1, &code);
    UDateFormat *formatter = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, utc, -1, pattern, -1, &code);
    if (U_FAILURE(code))
        return error_set(error, STATUS_INVALID, "%s:%d: no pattern of dates: %s", path, line, u_errorName(code));
    udat_close(language->formats[format]);
    language->formats[format] = formatter;
    return STATUS_OK;
}

static void set_text(char **text, const char *value)
{
    free(*text);
    *text = memory_strdup(value);
}

static enum status set_word(struct language *language, const char *path, int line, const char *key, const char *value,
                            struct error *error)
{
    for (size_t i = 0; i < PHRASE_COUNT; i++)
        if (strcmp(phrase_table[i].name, key) == 0)
            return set_phrase(language, (enum link_phrase)i, path, line, value, error);
    for (size_t i = 0; i < MOMENT_COUNT; i++)
        if (strcmp(format_names[i], key) == 0)
            return set_format(language, (enum moment_format)i, path, line, value, error);
    static const char prefix[] = "reason.";
    for (size_t i = 0; i < REASON_COUNT; i++)
        if (is_told((enum reason)i) && strncmp(key, prefix, strlen(prefix)) == 0 &&
            strcmp(key + strlen(prefix), reason_name((enum reason)i)) == 0) {
            set_text(&language->reasons[i], value);
            return STATUS_OK;
        }
    return error_set(error, STATUS_INVALID, "%s:%d: there is nothing called “%s”", path, line, key);
}

/* Lines "key = value"; blank ones and those that begin with # are skipped. */
static enum status read_words(const char *path, const struct embedded_file *file, struct language *language,
                              struct error *error)
{
    enum status status = STATUS_OK;
    int line = 0;
    const char *end = file->data + file->length;
    for (const char *at = file->data; at < end && status == STATUS_OK; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline != NULL ? (size_t)(newline - at) : (size_t)(end - at);
        char text[WORDS_VALUE_MAX];
        if (length >= sizeof text)
            return error_set(error, STATUS_INVALID, "%s:%d: the line is too long", path, line + 1);
        memcpy(text, at, length);
        text[length] = '\0';
        at += length + 1;
        if (text[0] == '\0' || text[0] == '#')
            continue;
        char *value = strstr(text, " = ");
        if (value == NULL || value[3] == '\0')
            return error_set(error, STATUS_INVALID, "%s:%d: expected “name = words”", path, line + 1);
        *value = '\0';
        status = set_word(language, path, line + 1, text, value + 3, error);
    }
    return status;
}

static enum status read_file(struct language *language, const struct embedded_file *file, struct error *error)
{
    char path[256];
    snprintf(path, sizeof path, TEMPLATE_FOLDER "%s", file->path);
    const char *name = strchr(file->path, '/') + 1;
    if (strcmp(name, "words.txt") == 0)
        return read_words(path, file, language, error);
    for (size_t kind = 0; kind < LETTER_KIND_COUNT; kind++) {
        size_t length = strlen(kind_names[kind]);
        if (strncmp(name, kind_names[kind], length) != 0 || strcmp(name + length, ".txt") != 0)
            continue;
        struct letter_text *text = &language->letters[kind];
        enum status status = read_letter(path, file, text, error);
        return status == STATUS_OK ? check_letter(path, text, (enum letter_kind)kind, error) : status;
    }
    return error_set(error, STATUS_INVALID, "%s:1: there is no letter of this name", path);
}

/* --- whole languages --- */

static enum status check_language(const struct language *language, struct error *error)
{
    for (size_t i = 0; i < LETTER_KIND_COUNT; i++)
        if (language->letters[i].body == NULL)
            return error_set(error, STATUS_INVALID, TEMPLATE_FOLDER "%s/%s.txt:1: the letter is missing",
                             language->code, kind_names[i]);
    for (size_t i = 0; i < PHRASE_COUNT; i++)
        if (language->phrases[i] == NULL)
            return error_set(error, STATUS_INVALID, TEMPLATE_FOLDER "%s/words.txt:1: “%s = …” is missing",
                             language->code, phrase_table[i].name);
    for (size_t i = 0; i < MOMENT_COUNT; i++)
        if (language->formats[i] == NULL)
            return error_set(error, STATUS_INVALID, TEMPLATE_FOLDER "%s/words.txt:1: “%s = …” is missing",
                             language->code, format_names[i]);
    for (size_t i = 0; i < REASON_COUNT; i++)
        if (is_told((enum reason)i) && language->reasons[i] == NULL)
            return error_set(error, STATUS_INVALID, TEMPLATE_FOLDER "%s/words.txt:1: “reason.%s = …” is missing",
                             language->code, reason_name((enum reason)i));
    return STATUS_OK;
}

/* The language of a file's folder, the last one or a new one: files are sorted. NULL: the file is in no folder. */
static struct language *language_of_file(struct letters *letters, const struct embedded_file *file)
{
    size_t length = strcspn(file->path, "/");
    if (file->path[length] == '\0' || length == 0 || length >= LANGUAGE_SIZE)
        return NULL;
    struct language *last = letters->count > 0 ? &letters->languages[letters->count - 1] : NULL;
    if (last != NULL && strlen(last->code) == length && strncmp(last->code, file->path, length) == 0)
        return last;
    letters->languages = memory_resize(letters->languages, (letters->count + 1) * sizeof *letters->languages);
    struct language *language = &letters->languages[letters->count++];
    memset(language, 0, sizeof *language);
    memcpy(language->code, file->path, length);
    return language;
}

enum status letters_compile(const struct embedded_file *files, struct letters **ret_letters, struct error *error)
{
    struct letters *letters = memory_allocate(sizeof *letters);
    *letters = (struct letters){0};
    enum status status = STATUS_OK;
    for (const struct embedded_file *file = files; file->path != NULL && status == STATUS_OK; file++) {
        struct language *language = language_of_file(letters, file);
        status = language != NULL ? read_file(language, file, error)
                                  : error_set(error, STATUS_INVALID,
                                              TEMPLATE_FOLDER "%s:1: is in no folder of a language", file->path);
    }
    for (size_t i = 0; i < letters->count && status == STATUS_OK; i++)
        status = check_language(&letters->languages[i], error);
    if (status == STATUS_OK && letters->count == 0)
        status = error_set(error, STATUS_INVALID, TEMPLATE_FOLDER ":1: there is no language");
    if (status != STATUS_OK) {
        letters_close(&letters);
        return status;
    }
    *ret_letters = letters;
    return STATUS_OK;
}

enum status letters_open(struct letters **ret_letters, struct error *error)
{
    return letters_compile(embedded_templates, ret_letters, error);
}

static void language_release(struct language *language)
{
    for (size_t i = 0; i < LETTER_KIND_COUNT; i++) {
        template_free(&language->letters[i].subject);
        template_free(&language->letters[i].body);
    }
    for (size_t i = 0; i < PHRASE_COUNT; i++)
        template_free(&language->phrases[i]);
    for (size_t i = 0; i < MOMENT_COUNT; i++)
        udat_close(language->formats[i]);
    for (size_t i = 0; i < REASON_COUNT; i++)
        free(language->reasons[i]);
}

void letters_close(struct letters **letters)
{
    if (*letters == NULL)
        return;
    for (size_t i = 0; i < (*letters)->count; i++)
        language_release(&(*letters)->languages[i]);
    free((*letters)->languages);
    free(*letters);
    *letters = NULL;
}

/* --- use --- */

static const struct language *find_language(const struct letters *letters, const char *tag)
{
    size_t whole = tag != NULL ? strlen(tag) : 0, first = tag != NULL ? strcspn(tag, "-") : 0;
    for (size_t length = whole; length > 0; length = length == first ? 0 : first)
        for (size_t i = 0; i < letters->count; i++)
            if (strlen(letters->languages[i].code) == length &&
                strncasecmp(letters->languages[i].code, tag, length) == 0)
                return &letters->languages[i];
    return NULL;
}

bool letters_speak(const struct letters *letters, const char *language)
{
    return find_language(letters, language) != NULL;
}

const struct language *letters_language(const struct letters *letters, const char *language, const char *otherwise)
{
    const struct language *found = find_language(letters, language);
    if (found == NULL)
        found = find_language(letters, otherwise);
    return found != NULL ? found : &letters->languages[0];
}

/* The civil time is what base/zone.h says; ICU only spells it, in UTC, so that no two places know about zones. */
const char *language_moment(const struct language *language, enum moment_format format, struct zone *zone, int64_t time,
                            struct arena *arena)
{
    struct civil civil = zone_civil(zone, time);
    double shown = (double)(civil_day_number(civil.year, civil.month, civil.day) * DAY + civil.hour * HOUR +
                            civil.minute * MINUTE + civil.second) *
                   1000.0;
    UChar wide[MOMENT_LENGTH_MAX];
    char text[MOMENT_LENGTH_MAX * 3] = "";
    UErrorCode code = U_ZERO_ERROR;
    udat_format(language->formats[format], shown, wide, MOMENT_LENGTH_MAX, NULL, &code);
    u_strToUTF8(text, sizeof text, NULL, wide, -1, &code);
    return arena_strdup(arena, U_SUCCESS(code) ? text : "");
}

const char *language_phrase(const struct language *language, enum link_phrase phrase, const char *number,
                            const char *when, struct arena *arena)
{
    struct template_value *values = template_values(arena);
    template_put(arena, values, "number", number);
    template_put(arena, values, "when", when);
    struct buffer out = BUFFER_INIT;
    template_render(language->phrases[phrase], values, TEMPLATE_TEXT, &out);
    const char *text = arena_strndup(arena, out.data, out.length);
    buffer_release(&out);
    return text;
}
