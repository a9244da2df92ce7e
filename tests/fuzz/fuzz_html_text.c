/* Any bytes as an HTML body. */
#include <string.h>

#include "parsers/charset.h"
#include "parsers/html_text.h"
#include "tests/fuzz/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    bool overflow = false;
    const char *text = html_to_text(&arena, text_clean(&arena, (const char *)data, size), &overflow);
    FUZZ_EXPECT(text != NULL);
    fuzz_expect_clean(text);
    FUZZ_EXPECT(strlen(text) <= 2 * HTML_TEXT_MAX);
    fuzz_end(&arena);
    return 0;
}
