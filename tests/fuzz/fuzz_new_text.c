/* Any text as the body of a mail: what is new in it, and what it passes on. */
#include "parsers/new_text.h"

#include <string.h>

#include "parsers/charset.h"
#include "parsers/forward.h"
#include "tests/fuzz/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    const char *body = text_clean(&arena, (const char *)data, size);
    const struct address writer = {"Ola Nordmann", "ola@x.example"};
    struct new_text text;
    new_text_read_plain(fuzz_lexicons(), body, strlen(body), &writer, &arena, &text);
    FUZZ_EXPECT(text.lines.count <= TEXT_LINES_MAX);
    fuzz_expect_clean(text.text);
    fuzz_expect_clean(text.quoted);
    struct forwards forwards;
    struct forward_context context = {fuzz_lexicons(), fuzz_zone(), "desk@politi.example"};
    forwards_read(&context, NULL, &text, &arena, &forwards);
    FUZZ_EXPECT(forwards.count <= FORWARDS_MAX);
    for (size_t i = 0; i < forwards.count; i++) {
        fuzz_expect_clean_address(forwards.items[i].from);
        fuzz_expect_clean(forwards.items[i].subject);
        fuzz_expect_clean(forwards.items[i].text);
    }
    fuzz_end(&arena);
    return 0;
}
