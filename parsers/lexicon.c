#include "parsers/lexicon.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

#include "base/arena.h"
#include "base/buffer.h"

/* What a file may hold. */
static const struct key_row {
    const char *section;
    const char *key; /* "": numbers low to high */
    int low;
    int high;
    unsigned flags;
} key_table[LEXICON_KEY_COUNT] = {
#define X(NAME, section, key, low, high, flags) {section, key, low, high, flags},
    LEXICON_KEYS(X)
#undef X
};

enum { ENDING_LETTERS = 2 }; /* of a word, which tell its form */

enum { BUCKET_COUNT = 8192, PREFIX_LENGTH = 2, NUMBERED_MAX = 61 };

/* Phrases of one hash value; which of them fit is for the caller to compare. */
struct bucket {
    const struct lexicon_phrase **items;
    size_t count;
};

struct language {
    const char *code;
    bool full;
    struct lexicon_phrases keys[LEXICON_KEY_COUNT];
};

/* The phrases of a key by the byte that they begin with, longer ones first. */
struct initials {
    const struct lexicon_phrase **items;
    size_t first[UCHAR_MAX + 2]; /* where those of a byte begin; they end where the next one's do */
};

/* A word as lexicon_meant() looks for it. */
struct spelled {
    const char *text;
    size_t length;
    int key;     /* of which it is a phrase by itself, -1 for none */
    bool denies; /* it is one of a negation */
};

struct lexicon_set {
    struct arena arena;
    struct language languages[LEXICON_LANGUAGES_MAX];
    size_t language_count;
    struct lexicon_phrases keys[LEXICON_KEY_COUNT]; /* of all languages */
    struct initials initials[LEXICON_KEY_COUNT];
    struct string_list strings[LEXICON_KEY_COUNT];
    struct bucket words[BUCKET_COUNT];    /* by the whole first word */
    struct bucket prefixes[BUCKET_COUNT]; /* by its first bytes, where it ends in '*' */
    struct spelled *spelled;              /* every word of every phrase, sorted, each once */
    size_t spelled_count;
};

/* Where the loader stands in a file. */
struct reader {
    struct lexicon_set *set;
    const char *folder;
    const char *path;
    unsigned line;
    const char *section;                                      /* NULL before the first */
    unsigned seen_lines[LEXICON_KEY_COUNT][NUMBERED_MAX + 1]; /* line of each key, 0: not yet */
    struct error *error;
};

/* Sets an error with the place before it. */
static enum status refuse(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
static enum status refuse(struct reader *reader, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_set(reader->error, STATUS_INVALID, "%s/%s:%u: %s", reader->folder, reader->path, reader->line, text);
}

static char *trimmed(struct arena *arena, const char *start, const char *end)
{
    while (start < end && strchr(" \t\r", *start) != NULL)
        start++;
    while (end > start && strchr(" \t\r", end[-1]) != NULL)
        end--;
    return arena_strndup(arena, start, (size_t)(end - start));
}

/* Appends to a list whose room doubles; the old array stays in the arena. */
static void append_phrase(struct arena *arena, const struct lexicon_phrase ***items, size_t *count,
                          const struct lexicon_phrase *phrase)
{
    if ((*count & (*count - 1)) == 0) { /* 0 or a power of two: full */
        const struct lexicon_phrase **larger = arena_array(arena, *count == 0 ? 1 : *count * 2, sizeof **items);
        if (*count > 0)
            memcpy(larger, *items, *count * sizeof **items);
        *items = larger;
    }
    (*items)[(*count)++] = phrase;
}

static void list_add(struct arena *arena, struct lexicon_phrases *list, const struct lexicon_phrase *phrase)
{
    const struct lexicon_phrase **items = (const struct lexicon_phrase **)list->items;
    append_phrase(arena, &items, &list->count, phrase);
    list->items = items;
}

/* FNV-1a. */
static size_t hash_of(const char *text, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash % BUCKET_COUNT;
}

static void index_phrase(struct lexicon_set *set, const struct lexicon_phrase *phrase)
{
    const struct lexicon_word *first = &phrase->words[0];
    struct bucket *bucket = first->kind == LEXICON_WORD_PREFIX ? &set->prefixes[hash_of(first->loose, PREFIX_LENGTH)]
                                                               : &set->words[hash_of(first->loose, first->length)];
    append_phrase(&set->arena, &bucket->items, &bucket->count, phrase);
}

/* A piece without the apostrophes in it: "don't" and "dont" are one word. */
static const char *piece_text(struct arena *arena, const struct folded *folded, struct piece piece)
{
    char *text = arena_strndup(arena, folded->text + piece.start, piece.end - piece.start);
    char *out = text;
    for (const char *in = text; *in != '\0'; in++)
        if (*in != '\'' || piece.end - piece.start == 1)
            *out++ = *in;
    *out = '\0';
    return text;
}

static enum status read_phrase_words(struct reader *reader, struct lexicon_phrase *phrase)
{
    struct arena *arena = &reader->set->arena;
    struct lexicon_word words[LEXICON_PHRASE_WORDS_MAX + 1];
    size_t count = 0;
    struct folded loose;
    fold_text(arena, phrase->text, strlen(phrase->text), FOLD_LOOSE, &loose);
    for (size_t at = 0; at < loose.length;) {
        struct piece piece = fold_piece(&loose, at);
        if (piece.kind == PIECE_END)
            break;
        at = piece.end;
        struct lexicon_word word = {LEXICON_WORD_PLAIN, piece_text(arena, &loose, piece), NULL, 0};
        if (strcmp(word.loose, "*") == 0 && count > 0 && loose.offsets[piece.start] > 0 &&
            loose.text[piece.start - 1] != ' ') {
            words[count - 1].kind = LEXICON_WORD_PREFIX;
            continue;
        }
        if (strncmp(loose.text + piece.start, "...", 3) == 0) {
            word.kind = LEXICON_WORD_GAP;
            at = piece.start + 3;
        } else {
            size_t from = loose.offsets[piece.start];
            struct folded strict;
            fold_text(arena, phrase->text + from, loose.offsets[piece.end] - from, FOLD_STRICT, &strict);
            word.strict = piece_text(arena, &strict, (struct piece){PIECE_LETTERS, 0, strict.length});
        }
        word.length = strlen(word.loose);
        if (count == LEXICON_PHRASE_WORDS_MAX)
            return refuse(reader, "'%s' has more than %d words", phrase->text, LEXICON_PHRASE_WORDS_MAX);
        words[count++] = word;
    }
    if (count == 0 || words[0].kind == LEXICON_WORD_GAP || words[count - 1].kind == LEXICON_WORD_GAP)
        return refuse(reader, "'%s' must begin and end with a word", phrase->text);
    if (words[0].kind == LEXICON_WORD_PREFIX && words[0].length < PREFIX_LENGTH + 1)
        return refuse(reader, "'%s' must have three letters at least before its '*'", phrase->text);
    struct lexicon_word *stored = arena_array(arena, count, sizeof *stored);
    memcpy(stored, words, count * sizeof *stored);
    phrase->words = stored;
    phrase->word_count = count;
    index_phrase(reader->set, phrase);
    return STATUS_OK;
}

static enum status add_phrase(struct reader *reader, enum lexicon_key key, int value, const char *text)
{
    struct lexicon_set *set = reader->set;
    struct language *language = &set->languages[set->language_count];
    if (text[0] == '\0')
        return refuse(reader, "there is an empty phrase; write 'key = phrase | phrase'");
    struct lexicon_phrase *phrase = arena_alloc(&set->arena, sizeof *phrase);
    struct folded folded;
    fold_text(&set->arena, text, strlen(text), FOLD_LOOSE, &folded);
    phrase->key = key;
    phrase->value = value;
    phrase->language = (unsigned)set->language_count;
    phrase->text = text;
    phrase->folded = folded.text;
    phrase->folded_length = folded.length;
    for (size_t i = 0; i < language->keys[key].count; i++)
        if (language->keys[key].items[i]->value == value && strcmp(language->keys[key].items[i]->text, text) == 0)
            return refuse(reader, "'%s' stands twice for this key; leave one out", text);
    list_add(&set->arena, &language->keys[key], phrase);
    list_add(&set->arena, &set->keys[key], phrase);
    return (key_table[key].flags & LEXICON_TEXT) != 0 ? STATUS_OK : read_phrase_words(reader, phrase);
}

/* All keys of a section, to tell what would be right. */
static enum status refuse_key(struct reader *reader, const char *name)
{
    struct buffer known = BUFFER_INIT;
    for (size_t i = 0; i < LEXICON_KEY_COUNT; i++)
        if (strcmp(key_table[i].section, reader->section) == 0) {
            if (key_table[i].key[0] == '\0')
                buffer_printf(&known, " %d to %d", key_table[i].low, key_table[i].high);
            else
                buffer_printf(&known, " %s", key_table[i].key);
        }
    refuse(reader, "[%s] has no key '%s'; it has:%s", reader->section, name, known.data);
    buffer_release(&known);
    return STATUS_INVALID;
}

static enum status find_key(struct reader *reader, const char *name, enum lexicon_key *ret_key, int *ret_value)
{
    char *number_end;
    long number = strtol(name, &number_end, 10);
    for (size_t i = 0; i < LEXICON_KEY_COUNT; i++) {
        if (strcmp(key_table[i].section, reader->section) != 0)
            continue;
        bool numbered = key_table[i].key[0] == '\0';
        if (numbered ? (*number_end != '\0' || number < key_table[i].low || number > key_table[i].high)
                     : strcmp(key_table[i].key, name) != 0)
            continue;
        *ret_key = (enum lexicon_key)i;
        *ret_value = numbered ? (int)number : 0;
        return STATUS_OK;
    }
    return refuse_key(reader, name);
}

static enum status read_section(struct reader *reader, const char *line)
{
    const char *end = strchr(line, ']');
    if (end == NULL || end[1] != '\0')
        return refuse(reader, "'%s' is no section; write '[name]' alone on its line", line);
    const char *name = trimmed(&reader->set->arena, line + 1, end);
    for (size_t i = 0; i < LEXICON_KEY_COUNT; i++)
        if (strcmp(key_table[i].section, name) == 0) {
            reader->section = key_table[i].section;
            return STATUS_OK;
        }
    struct buffer known = BUFFER_INIT;
    for (size_t i = 0; i < LEXICON_KEY_COUNT; i++)
        if (i == 0 || strcmp(key_table[i].section, key_table[i - 1].section) != 0)
            if (strstr(known.data, key_table[i].section) == NULL)
                buffer_printf(&known, " %s", key_table[i].section);
    refuse(reader, "there is no section [%s]; there are:%s", name, known.data);
    buffer_release(&known);
    return STATUS_INVALID;
}

static enum status read_entry(struct reader *reader, const char *line)
{
    struct arena *arena = &reader->set->arena;
    const char *equals = strchr(line, '=');
    if (equals == NULL)
        return refuse(reader, "'%s' has no '='; write 'key = phrase | phrase'", line);
    const char *name = trimmed(arena, line, equals);
    if (reader->section == NULL)
        return refuse(reader, "'%s' stands before the first [section]", name);
    enum lexicon_key key;
    int value;
    enum status status = find_key(reader, name, &key, &value);
    if (status != STATUS_OK)
        return status;
    unsigned *seen = &reader->seen_lines[key][value - key_table[key].low];
    if (*seen != 0)
        return refuse(reader, "'%s' stands in line %u already; write all its phrases there", name, *seen);
    *seen = reader->line;
    for (const char *at = equals + 1; status == STATUS_OK;) {
        const char *bar = strchr(at, '|');
        status = add_phrase(reader, key, value, trimmed(arena, at, bar == NULL ? at + strlen(at) : bar));
        if (bar == NULL)
            break;
        at = bar + 1;
    }
    return status;
}

/* What the language must have and does not. */
static enum status check_complete(struct reader *reader)
{
    struct language *language = &reader->set->languages[reader->set->language_count];
    const struct lexicon_phrases *coverage = &language->keys[LEXICON_LANGUAGE_COVERAGE];
    reader->line = reader->seen_lines[LEXICON_LANGUAGE_COVERAGE][0];
    if (coverage->count == 1)
        language->full = strcmp(coverage->items[0]->text, "full") == 0;
    if (coverage->count != 1 || (!language->full && strcmp(coverage->items[0]->text, "structure") != 0))
        return refuse(reader, "[language] needs 'coverage = full' or 'coverage = structure'");
    unsigned needed = LEXICON_STRUCTURE | (language->full ? (unsigned)LEXICON_MEANING : 0);
    for (size_t key = 0; key < LEXICON_KEY_COUNT; key++) {
        const struct key_row *row = &key_table[key];
        bool every_number = row->key[0] == '\0' && strcmp(row->section, "numbers") != 0;
        if ((row->flags & needed) == 0)
            continue;
        for (int value = row->low; value <= row->high; value++)
            if (reader->seen_lines[key][value - row->low] == 0 && (every_number || language->keys[key].count == 0)) {
                if (row->key[0] == '\0')
                    return refuse(reader, "[%s] needs the key %d for 'coverage = full'", row->section, value);
                return refuse(reader, "[%s] needs the key '%s'", row->section, row->key);
            }
    }
    return STATUS_OK;
}

static enum status read_file(struct reader *reader, const struct embedded_file *file)
{
    struct lexicon_set *set = reader->set;
    enum status status = STATUS_OK;
    if (set->language_count == LEXICON_LANGUAGES_MAX)
        return refuse(reader, "more than %d languages", LEXICON_LANGUAGES_MAX);
    if (memchr(file->data, '\0', file->length) != NULL)
        return refuse(reader, "there is a NUL byte in the file");
    set->languages[set->language_count].code = arena_strdup(&set->arena, file->path);
    for (const char *at = file->data; status == STATUS_OK && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        const char *line = trimmed(&set->arena, at, at + length);
        reader->line++;
        if (line[0] == '[')
            status = read_section(reader, line);
        else if (line[0] != '\0' && line[0] != '#')
            status = read_entry(reader, line);
        at += length + (at[length] == '\n');
    }
    if (status == STATUS_OK)
        status = check_complete(reader);
    set->language_count++;
    return status;
}

static int longer_first(const void *left, const void *right)
{
    const struct lexicon_phrase *a = *(const struct lexicon_phrase *const *)left;
    const struct lexicon_phrase *b = *(const struct lexicon_phrase *const *)right;
    if (a->folded_length != b->folded_length)
        return a->folded_length < b->folded_length ? 1 : -1;
    return a->language != b->language ? (a->language < b->language ? -1 : 1) : strcmp(a->text, b->text);
}

static void sort_phrases(struct lexicon_phrases list)
{
    if (list.count > 1)
        qsort((void *)list.items, list.count, sizeof list.items[0], longer_first);
}

static void index_initials(struct arena *arena, struct lexicon_phrases list, struct initials *initials)
{
    size_t *first = initials->first, next[UCHAR_MAX + 2];
    initials->items = arena_array(arena, list.count, sizeof *initials->items);
    for (size_t i = 0; i < list.count; i++)
        first[(unsigned char)list.items[i]->folded[0] + 1]++;
    for (size_t byte = 1; byte <= UCHAR_MAX + 1; byte++)
        first[byte] += first[byte - 1];
    memcpy(next, first, sizeof next);
    for (size_t i = 0; i < list.count; i++)
        initials->items[next[(unsigned char)list.items[i]->folded[0]]++] = list.items[i];
}

static int by_spelling(const void *left, const void *right)
{
    return strcmp(((const struct spelled *)left)->text, ((const struct spelled *)right)->text);
}

static void collect_spellings(struct lexicon_set *set)
{
    size_t room = 0, count = 0, kept = 0;
    for (size_t key = 0; key < LEXICON_KEY_COUNT; key++)
        for (size_t i = 0; i < set->keys[key].count; i++)
            room += set->keys[key].items[i]->word_count;
    struct spelled *words = arena_array(&set->arena, room, sizeof *words);
    for (size_t key = 0; key < LEXICON_KEY_COUNT; key++)
        for (size_t i = 0; i < set->keys[key].count; i++)
            for (size_t w = 0; w < set->keys[key].items[i]->word_count; w++) {
                const struct lexicon_word *word = &set->keys[key].items[i]->words[w];
                int alone = set->keys[key].items[i]->word_count == 1 ? (int)key : -1;
                words[count++] = (struct spelled){word->loose, word->length, alone, key == LEXICON_NEGATION};
            }
    qsort(words, count, sizeof *words, by_spelling);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && strcmp(words[kept - 1].text, words[i].text) == 0) {
            words[kept - 1].denies = words[kept - 1].denies || words[i].denies;
            words[kept - 1].key = words[kept - 1].key < 0 ? words[i].key : words[kept - 1].key;
        } else {
            words[kept++] = words[i];
        }
    }
    set->spelled = words;
    set->spelled_count = kept;
}

static void finish_set(struct lexicon_set *set)
{
    collect_spellings(set);
    for (size_t key = 0; key < LEXICON_KEY_COUNT; key++) {
        sort_phrases(set->keys[key]);
        index_initials(&set->arena, set->keys[key], &set->initials[key]);
        for (size_t i = 0; i < set->language_count; i++)
            sort_phrases(set->languages[i].keys[key]);
        const char **texts = arena_array(&set->arena, set->keys[key].count, sizeof *texts);
        for (size_t i = 0; i < set->keys[key].count; i++)
            texts[i] = set->keys[key].items[i]->text;
        set->strings[key] = (struct string_list){texts, set->keys[key].count};
    }
}

enum status lexicon_load(const struct embedded_file *files, const char *folder, struct lexicon_set **ret_set,
                         struct error *error)
{
    struct lexicon_set *set = memory_allocate(sizeof *set);
    memset(set, 0, sizeof *set);
    enum status status = STATUS_OK;
    for (; status == STATUS_OK && files->path != NULL; files++) {
        struct reader *reader = memory_allocate(sizeof *reader);
        memset(reader, 0, sizeof *reader);
        reader->set = set;
        reader->folder = folder;
        reader->path = files->path;
        reader->error = error;
        status = read_file(reader, files);
        free(reader);
    }
    if (status != STATUS_OK) {
        lexicon_free(&set);
        return status;
    }
    finish_set(set);
    *ret_set = set;
    return STATUS_OK;
}

void lexicon_free(struct lexicon_set **set)
{
    if (*set == NULL)
        return;
    arena_clear(&(*set)->arena);
    free(*set);
    *set = NULL;
}

const char *lexicon_key_section(enum lexicon_key key)
{
    return key_table[key].section;
}

const char *lexicon_key_name(enum lexicon_key key)
{
    return key_table[key].key;
}

size_t lexicon_language_count(const struct lexicon_set *set)
{
    return set->language_count;
}

const char *lexicon_code(const struct lexicon_set *set, unsigned language)
{
    return language < set->language_count ? set->languages[language].code : "und";
}

bool lexicon_language(const struct lexicon_set *set, const char *code, unsigned *ret)
{
    for (size_t i = 0; i < set->language_count; i++)
        if (strcmp(set->languages[i].code, code) == 0) {
            *ret = (unsigned)i;
            return true;
        }
    return false;
}

bool lexicon_is_full(const struct lexicon_set *set, unsigned language)
{
    return language < set->language_count && set->languages[language].full;
}

struct lexicon_phrases lexicon_phrases(const struct lexicon_set *set, enum lexicon_key key)
{
    return set->keys[key];
}

struct lexicon_phrases lexicon_phrases_of(const struct lexicon_set *set, unsigned language, enum lexicon_key key)
{
    return language < set->language_count ? set->languages[language].keys[key] : (struct lexicon_phrases){NULL, 0};
}

struct string_list lexicon_strings(const struct lexicon_set *set, enum lexicon_key key)
{
    return set->strings[key];
}

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || (unsigned char)byte >= 0x80;
}

static bool stands_at(const struct lexicon_phrase *phrase, const struct folded *text, size_t offset)
{
    size_t end = offset + phrase->folded_length;
    if (phrase->folded_length == 0 || end > text->length ||
        memcmp(text->text + offset, phrase->folded, phrase->folded_length) != 0)
        return false;
    bool cut_before = offset > 0 && is_word_byte(text->text[offset - 1]) && is_word_byte(phrase->folded[0]);
    bool cut_behind = is_word_byte(text->text[end]) && is_word_byte(text->text[end - 1]);
    return !cut_before && !cut_behind;
}

const struct lexicon_phrase *lexicon_find_at(const struct lexicon_set *set, enum lexicon_key key,
                                             const struct folded *text, size_t offset)
{
    const struct initials *initials = &set->initials[key];
    unsigned char initial = (unsigned char)text->text[offset];
    for (size_t i = initials->first[initial]; i < initials->first[initial + 1]; i++)
        if (stands_at(initials->items[i], text, offset))
            return initials->items[i];
    return NULL;
}

const struct lexicon_phrase *lexicon_find(const struct lexicon_set *set, enum lexicon_key key,
                                          const struct folded *text, size_t offset, size_t *ret_offset)
{
    for (; offset < text->length; offset++) {
        const struct lexicon_phrase *phrase = lexicon_find_at(set, key, text, offset);
        if (phrase != NULL) {
            *ret_offset = offset;
            return phrase;
        }
    }
    return NULL;
}

const struct lexicon_phrase *lexicon_candidate(const struct lexicon_set *set, const char *loose, size_t length,
                                               size_t *iterator)
{
    const struct bucket *whole = &set->words[hash_of(loose, length)];
    if (*iterator < whole->count)
        return whole->items[(*iterator)++];
    if (length < PREFIX_LENGTH)
        return NULL;
    const struct bucket *prefixes = &set->prefixes[hash_of(loose, PREFIX_LENGTH)];
    size_t index = *iterator - whole->count;
    if (index >= prefixes->count)
        return NULL;
    (*iterator)++;
    return prefixes->items[index];
}

const struct lexicon_phrase *lexicon_of_word(const struct lexicon_set *set, const char *loose, size_t length,
                                             size_t *iterator)
{
    const struct lexicon_phrase *phrase;
    while ((phrase = lexicon_candidate(set, loose, length, iterator)) != NULL) {
        const struct lexicon_word *word = &phrase->words[0];
        bool fits = word->kind == LEXICON_WORD_PREFIX ? word->length <= length : word->length == length;
        if (phrase->word_count == 1 && fits && memcmp(word->loose, loose, word->length) == 0)
            return phrase;
    }
    return NULL;
}

static size_t letters_of(const char *text, size_t length)
{
    size_t letters = 0;
    for (size_t i = 0; i < length; i++)
        letters += U8_IS_LEAD(text[i]) || U8_IS_SINGLE(text[i]);
    return letters;
}

/* The two differ by one slip, which is neither in the first letter nor in the ending. */
static bool is_one_slip(const char *left, size_t left_length, const char *right, size_t right_length)
{
    size_t start = 0, end = 0, shorter = left_length < right_length ? left_length : right_length;
    while (end < shorter && left[left_length - 1 - end] == right[right_length - 1 - end])
        end++;
    while (end > 0 && U8_IS_TRAIL(left[left_length - end]))
        end--;
    while (start < shorter - end && left[start] == right[start])
        start++;
    while (start > 0 && U8_IS_TRAIL(left[start]))
        start--;
    const char *a = left + start, *b = right + start;
    size_t a_length = left_length - start - end, b_length = right_length - start - end;
    size_t a_letters = letters_of(a, a_length), b_letters = letters_of(b, b_length);
    if (start == 0 || letters_of(left + left_length - end, end) < ENDING_LETTERS)
        return false;
    if (a_letters <= 1 && b_letters <= 1)
        return true;
    if (a_letters != 2 || b_letters != 2 || a_length != b_length)
        return false;
    size_t half = 1;
    while (half < a_length && U8_IS_TRAIL(a[half]))
        half++;
    return memcmp(a, b + b_length - half, half) == 0 && memcmp(a + half, b, a_length - half) == 0;
}

/* The first word that is not sorted before `text`, of which the first `length` bytes count. */
static size_t spelled_from(const struct lexicon_set *set, const char *text, size_t length)
{
    size_t low = 0, high = set->spelled_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strncmp(set->spelled[middle].text, text, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *lexicon_meant(const struct lexicon_set *set, const char *loose, size_t length)
{
    size_t first = 1;
    while (first < length && U8_IS_TRAIL(loose[first]))
        first++;
    if (letters_of(loose, length) < LEXICON_SLIP_LETTERS)
        return NULL;
    const struct spelled *meant = NULL;
    for (size_t i = spelled_from(set, loose, first);
         i < set->spelled_count && strncmp(set->spelled[i].text, loose, first) == 0; i++) {
        const struct spelled *word = &set->spelled[i];
        if (word->length == length && memcmp(word->text, loose, length) == 0)
            return NULL;
        if (word->length + U8_MAX_LENGTH < length || length + U8_MAX_LENGTH < word->length ||
            letters_of(word->text, word->length) < LEXICON_SLIP_LETTERS - 1 ||
            !is_one_slip(loose, length, word->text, word->length))
            continue;
        if (word->denies || (meant != NULL && (meant->key < 0 || meant->key != word->key)))
            return NULL;
        meant = word;
    }
    return meant != NULL ? meant->text : NULL;
}
