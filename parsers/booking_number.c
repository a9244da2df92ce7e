#define PCRE2_CODE_UNIT_WIDTH 8
#include "parsers/booking_number.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uspoof.h>

#include "base/arena.h"

enum {
    MATCH_LIMIT = 100000,
    DEPTH_LIMIT = 1000,
    MEANT_DIGITS_MIN = 4, /* so many digits behind the prefix are a booking number, if a wrong one */
    NEAR_WORDS = 4,       /* between a word for booking number and its digits */
    SKELETON_MAX = 64,
};

struct booking_number_form {
    char prefix[BOOKING_NUMBER_PREFIX_MAX + 1]; /* as configured, in capitals */
    char folded[BOOKING_NUMBER_PREFIX_MAX + 1]; /* as words have it */
    USpoofChecker *lookalikes;                  /* "TP" typed with Cyrillic letters */
    UCaseMap *cases;
    char skeleton[SKELETON_MAX];
    pcre2_code *pattern; /* NULL for none */
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

bool booking_number_check(const char *digits)
{
    int product = 10;
    for (int i = 0; i < BOOKING_NUMBER_DIGITS - 1; i++) {
        int sum = (product + digits[i] - '0') % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (product + digits[BOOKING_NUMBER_DIGITS - 1] - '0') % 10 == 1;
}

static enum status compile_pattern(struct booking_number_form *form, const char *pattern, struct error *error)
{
    int code;
    PCRE2_SIZE offset;
    form->pattern = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                  PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF, &code, &offset, NULL);
    if (form->pattern == NULL) {
        char reason[128];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason);
        return error_set(error, STATUS_INVALID, "number_pattern: %s at character %zu of '%s'", reason, offset, pattern);
    }
    if (pcre2_substring_number_from_name(form->pattern, (PCRE2_SPTR) "number") < 0)
        return error_set(error, STATUS_INVALID, "number_pattern: '%s' needs a group (?<number>…)", pattern);
    pcre2_jit_compile(form->pattern, PCRE2_JIT_COMPLETE); /* where memory may not be executed it is interpreted */
    form->match = pcre2_match_data_create_from_pattern(form->pattern, NULL);
    form->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(form->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(form->limits, DEPTH_LIMIT);
    return STATUS_OK;
}

static enum status set_prefix(struct booking_number_form *form, const char *prefix, struct error *error)
{
    size_t length = strlen(prefix);
    bool letters = length >= 1 && length <= BOOKING_NUMBER_PREFIX_MAX;
    for (size_t i = 0; letters && i < length; i++) {
        letters = isalpha((unsigned char)prefix[i]) != 0;
        form->prefix[i] = (char)toupper((unsigned char)prefix[i]);
        form->folded[i] = (char)tolower((unsigned char)prefix[i]);
    }
    if (!letters)
        return error_set(error, STATUS_INVALID, "'%s' is no prefix of booking numbers; write 1 to %d letters A to Z",
                         prefix, BOOKING_NUMBER_PREFIX_MAX);
    return STATUS_OK;
}

/* The form in which letters that look alike are equal. */
static bool skeleton_of(const struct booking_number_form *form, const char *text, size_t length,
                        char skeleton[SKELETON_MAX])
{
    UErrorCode code = U_ZERO_ERROR;
    char capitals[SKELETON_MAX];
    int32_t size = ucasemap_utf8ToUpper(form->cases, capitals, sizeof capitals, text, (int32_t)length, &code);
    size = uspoof_getSkeletonUTF8(form->lookalikes, 0, capitals, size, skeleton, SKELETON_MAX - 1, &code);
    if (U_FAILURE(code) || size >= SKELETON_MAX)
        return false;
    skeleton[size] = '\0';
    return true;
}

enum status booking_number_form_new(const char *prefix, const char *pattern, struct booking_number_form **ret_form,
                                    struct error *error)
{
    struct booking_number_form *form = memory_allocate(sizeof *form);
    memset(form, 0, sizeof *form);
    UErrorCode code = U_ZERO_ERROR;
    form->lookalikes = uspoof_open(&code);
    form->cases = ucasemap_open("", 0, &code);
    enum status status = U_FAILURE(code)
                             ? error_set(error, STATUS_INTERNAL, "ICU has no confusables: %s", u_errorName(code))
                             : set_prefix(form, prefix, error);
    if (status == STATUS_OK && !skeleton_of(form, form->prefix, strlen(form->prefix), form->skeleton))
        form->skeleton[0] = '\0';
    if (status == STATUS_OK && pattern != NULL)
        status = compile_pattern(form, pattern, error);
    if (status != STATUS_OK) {
        booking_number_form_free(&form);
        return status;
    }
    *ret_form = form;
    return STATUS_OK;
}

void booking_number_form_free(struct booking_number_form **form)
{
    if (*form == NULL)
        return;
    uspoof_close((*form)->lookalikes);
    ucasemap_close((*form)->cases);
    pcre2_match_data_free((*form)->match);
    pcre2_match_context_free((*form)->limits);
    pcre2_code_free((*form)->pattern);
    free(*form);
    *form = NULL;
}

/* What is being read: the text and where the next number may begin. */
struct search {
    struct booking_number_form *form;
    const char *text;
    const struct words *words;
    struct booking_number *numbers;
    size_t count;
};

static bool is_digits(const struct words *words, size_t index)
{
    return index < words->count && words->items[index].kind == WORD_DIGITS;
}

/* Digits in groups from word `index` on, parted by blanks or single marks; the word behind the last in *ret_end.
 * Stops at a group that ends exactly at nine digits. */
static size_t read_groups(const struct words *words, size_t index, char *digits, size_t *ret_end)
{
    size_t count = 0;
    while (is_digits(words, index) && count < BOOKING_NUMBER_DIGITS) {
        const struct word *group = &words->items[index];
        for (size_t i = 0; i < group->length; i++, count++)
            if (count < BOOKING_NUMBER_DIGITS)
                digits[count] = group->text[i];
        *ret_end = ++index;
        bool mark = index < words->count && words->items[index].kind == WORD_MARK &&
                    strchr("-./_", words->items[index].text[0]) != NULL && is_digits(words, index + 1);
        if (mark && count < BOOKING_NUMBER_DIGITS)
            index++;
        if (index < words->count && words->items[index].fresh)
            break;
    }
    return count;
}

static void add_number(struct search *search, const char *number, size_t first, size_t end)
{
    struct booking_number *found = &search->numbers[search->count++];
    *found = (struct booking_number){.first_word = first, .word_count = end - first};
    if (number == NULL)
        return;
    size_t prefix = strlen(search->form->prefix);
    memcpy(found->number, search->form->prefix, prefix);
    memcpy(found->number + prefix, number, BOOKING_NUMBER_DIGITS);
}

static bool is_prefix(const struct search *search, size_t index)
{
    const struct word *word = &search->words->items[index];
    if (word->kind != WORD_LETTERS)
        return false;
    if (strcmp(word->text, search->form->folded) == 0)
        return true;
    char skeleton[SKELETON_MAX];
    size_t length = word->end - word->start;
    return word->strict != NULL && length < SKELETON_MAX / 4 && search->form->skeleton[0] != '\0' &&
           skeleton_of(search->form, search->text + word->start, length, skeleton) &&
           strcmp(skeleton, search->form->skeleton) == 0;
}

/* "TP482173967", "tp 482 173 967", "TP-482…", "TP nr. 482 …": the word behind it, or 0. */
static size_t read_prefixed(struct search *search, size_t index)
{
    const struct words *words = search->words;
    if (!is_prefix(search, index))
        return 0;
    size_t at = index + 1, end = at;
    at += words_match(words, at, LEXICON_NUMBER_WORD, NULL);
    for (int marks = 0; marks < 2 && at < words->count && words->items[at].kind == WORD_MARK &&
                        strchr("-:.#_/,=", words->items[at].text[0]) != NULL;
         marks++)
        at++;
    char digits[BOOKING_NUMBER_DIGITS];
    size_t count = read_groups(words, at, digits, &end);
    bool glued_letters = end < words->count && words->items[end].kind == WORD_LETTERS && words->items[end].glued;
    if (count < MEANT_DIGITS_MIN)
        return 0;
    bool valid = count == BOOKING_NUMBER_DIGITS && !glued_letters && booking_number_check(digits);
    add_number(search, valid ? digits : NULL, index, end);
    return end;
}

/* Tells whether one of `key`'s phrases covers word `index`, of those that begin at most NEAR_WORDS before it. */
static bool is_covered(const struct words *words, size_t index, enum lexicon_key key)
{
    for (size_t back = 0; back <= NEAR_WORDS && back <= index; back++)
        if (words_match(words, index - back, key, NULL) > back)
            return true;
    return false;
}

/* What the nearest words around bare digits say they are. */
static bool is_named_near(const struct words *words, size_t first, size_t end, enum lexicon_key key, size_t near)
{
    for (size_t i = first, steps = 0; i > 0 && steps < near && !words->items[i].fresh; i--, steps++) {
        if (words->items[i - 1].kind == WORD_DIGITS)
            break;
        if (is_covered(words, i - 1, key))
            return true;
    }
    for (size_t i = end, steps = 0; i < words->count && steps < near; i++, steps++) {
        if (words->items[i].clause != words->items[end - 1].clause || words->items[i].kind == WORD_DIGITS)
            break;
        if (is_covered(words, i, key))
            return true;
    }
    return false;
}

/* Bare digits: the word behind them whether they are a number or not, so that no part of them is looked at again. */
static size_t read_bare(struct search *search, size_t index)
{
    const struct words *words = search->words;
    char digits[BOOKING_NUMBER_DIGITS];
    size_t end = index + 1;
    size_t count = read_groups(words, index, digits, &end);
    const struct word *first = &words->items[index], *next = end < words->count ? &words->items[end] : NULL;
    const struct word *before = index > 0 ? first - 1 : NULL;
    bool led = before != NULL && !first->line &&
               ((first->glued && strchr(":#=(\"'", before->text[0]) == NULL) || strchr("+", before->text[0]) != NULL);
    bool goes_on =
        next != NULL && !next->line && (next->kind == WORD_DIGITS || (next->glued && next->kind != WORD_MARK));
    if (count != BOOKING_NUMBER_DIGITS || led || goes_on)
        return end;
    bool alone = first->line && (next == NULL || next->line || (next->kind == WORD_MARK && end + 1 == words->count));
    bool other = is_named_near(words, index, end, LEXICON_NUMBER_OTHER, NEAR_WORDS + 1);
    bool named = !other && is_named_near(words, index, end, LEXICON_NUMBER_WORD, NEAR_WORDS);
    if ((named || (alone && !other)) && booking_number_check(digits))
        add_number(search, digits, index, end);
    return end;
}

/* Word that holds byte `offset` or is the first behind it. */
static size_t word_at_offset(const struct words *words, size_t from, size_t offset)
{
    while (from < words->count && words->items[from].end <= offset)
        from++;
    return from;
}

static void add_own_number(struct search *search, const char *bytes, size_t length, size_t first, size_t end)
{
    struct booking_number *found = &search->numbers[search->count];
    *found = (struct booking_number){.first_word = first, .word_count = end > first ? end - first : 1};
    size_t size = 0;
    for (size_t i = 0; i < length && size + 1 < BOOKING_NUMBER_SIZE; i++)
        if (isgraph((unsigned char)bytes[i]))
            found->number[size++] = (char)toupper((unsigned char)bytes[i]);
    search->count += size > 0 && first < search->words->count;
}

/* The numbers of the office's own pattern. */
static void find_own(struct search *search, size_t length)
{
    const struct booking_number_form *form = search->form;
    size_t at = 0, word = 0;
    while (form->pattern != NULL && at < length && search->count < BOOKING_NUMBERS_MAX &&
           pcre2_match(form->pattern, (PCRE2_SPTR)search->text, length, at, 0, form->match, form->limits) > 0) {
        const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(form->match);
        int group = pcre2_substring_number_from_name(form->pattern, (PCRE2_SPTR) "number");
        size_t start = ends[2 * group], end = ends[2 * group + 1];
        if (start != PCRE2_UNSET && end > start) {
            word = word_at_offset(search->words, word, start);
            size_t last = word_at_offset(search->words, word, end - 1);
            add_own_number(search, search->text + start, end - start, word, last + 1);
        }
        at = ends[1] > at ? ends[1] : at + 1;
    }
}

static bool overlaps(const struct search *search, size_t own_count, size_t index)
{
    for (size_t i = 0; i < own_count; i++)
        if (index >= search->numbers[i].first_word &&
            index < search->numbers[i].first_word + search->numbers[i].word_count)
            return true;
    return false;
}

static int by_place(const void *left, const void *right)
{
    const struct booking_number *a = left, *b = right;
    return a->first_word < b->first_word ? -1 : a->first_word > b->first_word;
}

size_t booking_number_find(struct booking_number_form *form, const char *text, size_t length, const struct words *words,
                           struct booking_number *numbers)
{
    struct search search = {form, text, words, numbers, 0};
    find_own(&search, length);
    size_t own_count = search.count;
    for (size_t i = 0; i < words->count && search.count < BOOKING_NUMBERS_MAX;) {
        size_t end = overlaps(&search, own_count, i) ? i + 1 : read_prefixed(&search, i);
        if (end == 0 && is_digits(words, i))
            end = read_bare(&search, i);
        i = end > i ? end : i + 1;
    }
    if (own_count > 0)
        qsort(numbers, search.count, sizeof *numbers, by_place);
    return search.count;
}
