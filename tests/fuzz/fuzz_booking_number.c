/* Any text, for booking numbers: of our form, and of an office's own. */
#include "parsers/booking_number.h"

#include <string.h>

#include "parsers/charset.h"
#include "tests/fuzz/support.h"

static void find(struct booking_number_form *form, const char *text, const struct words *words)
{
    struct booking_number numbers[BOOKING_NUMBERS_MAX];
    size_t count = booking_number_find(form, text, strlen(text), words, numbers);
    FUZZ_EXPECT(count <= BOOKING_NUMBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        FUZZ_EXPECT(memchr(numbers[i].number, '\0', BOOKING_NUMBER_SIZE) != NULL);
        fuzz_expect_clean(numbers[i].number);
        FUZZ_EXPECT(numbers[i].first_word + numbers[i].word_count <= words->count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct booking_number_form *own;
    if (own == NULL)
        FUZZ_EXPECT(booking_number_form_new("TP", "(?i)sak[ -]*(?<number>[0-9]{4}/[0-9]+)", &own, NULL) == STATUS_OK);
    struct arena arena = ARENA_INIT;
    const char *text = text_clean(&arena, (const char *)data, size);
    struct words words;
    words_read(fuzz_lexicons(), text, strlen(text), NULL, &arena, &words);
    find(fuzz_form(), text, &words);
    find(own, text, &words);
    fuzz_end(&arena);
    return 0;
}
