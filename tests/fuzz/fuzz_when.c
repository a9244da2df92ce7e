/* Any text, for times. */
#include "parsers/charset.h"
#include "parsers/when.h"

#include <string.h>

#include "tests/fuzz/support.h"

static void expect_when(const struct when *when, const struct words *words, size_t length)
{
    FUZZ_EXPECT(when->word_count > 0 && when->first_word + when->word_count <= words->count);
    FUZZ_EXPECT(when->start < when->end && when->end <= length);
    FUZZ_EXPECT(when->possible || !when->certain);
    if (!when->possible)
        return;
    if (when->dated)
        FUZZ_EXPECT(when->span.start < when->span.end);
    FUZZ_EXPECT(when->from_minute >= -1 && when->from_minute <= 24 * 60);
    FUZZ_EXPECT(when->to_minute >= -1 && when->to_minute <= 48 * 60);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    const char *text = text_clean(&arena, (const char *)data, size);
    struct words words;
    words_read(fuzz_lexicons(), text, strlen(text), NULL, &arena, &words);
    FUZZ_EXPECT(words.count <= WORDS_MAX);
    struct when whens[WHEN_MAX];
    struct when_context context = {fuzz_zone(), FUZZ_NOW, fuzz_lexicons(), fuzz_when_grammar()};
    size_t count = when_find(&context, &words, whens);
    FUZZ_EXPECT(count <= WHEN_MAX);
    for (size_t i = 0; i < count; i++) {
        struct when joined;
        expect_when(&whens[i], &words, strlen(text));
        if (i > 0)
            when_join(&context, &whens[i - 1], &whens[i], &joined);
    }
    fuzz_end(&arena);
    return 0;
}
