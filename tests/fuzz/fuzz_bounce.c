/* Any message as a delivery report. */
#include "parsers/address.h"
#include "parsers/bounce.h"
#include "tests/fuzz/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    const struct bounce *bounce = bounce_read(&arena, message_read(&arena, (const char *)data, size));
    fuzz_expect_clean(bounce->recipient);
    fuzz_expect_clean(bounce->status);
    fuzz_expect_clean(bounce->original_message_id);
    FUZZ_EXPECT(bounce->recipient == NULL || address_valid(bounce->recipient));
    fuzz_end(&arena);
    return 0;
}
