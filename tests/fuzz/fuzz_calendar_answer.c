/* Any text as a calendar part. */
#include <string.h>

#include "base/buffer.h"
#include "parsers/calendar_answer.h"
#include "tests/fuzz/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct buffer mail = BUFFER_INIT;
    buffer_append_string(&mail, "Content-Type: text/calendar; charset=utf-8\n\n");
    buffer_append(&mail, data, size);
    const struct calendar_answer *answer = calendar_answer_read(&arena, message_read(&arena, mail.data, mail.length));
    if (answer != NULL) {
        FUZZ_EXPECT(strcmp(answer->method, "REPLY") == 0 || strcmp(answer->method, "COUNTER") == 0);
        fuzz_expect_clean(answer->uid);
        fuzz_expect_clean(answer->attendee);
        fuzz_expect_clean(answer->partstat);
        fuzz_expect_clean(answer->comment);
        FUZZ_EXPECT(!answer->has_time || answer->start <= answer->end);
    }
    buffer_release(&mail);
    fuzz_end(&arena);
    return 0;
}
