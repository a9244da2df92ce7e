/* Any bytes as a message: headers, the tree of parts, their texts; and what kind of mail it is. */
#include "parsers/envelope.h"
#include "parsers/message.h"
#include "tests/fuzz/support.h"

static size_t expect_message(const struct message *message, int depth)
{
    size_t parts = message->part_count;
    FUZZ_EXPECT(depth <= MESSAGE_DEPTH_MAX + 1);
    FUZZ_EXPECT(message->part_count >= 1);
    fuzz_expect_clean(message->subject);
    fuzz_expect_clean(message->message_id);
    fuzz_expect_clean(message->plain);
    fuzz_expect_clean(message->html);
    fuzz_expect_clean_address(message->from);
    fuzz_expect_clean_address(message->reply_to);
    for (size_t i = 0; i < message->to.count; i++)
        fuzz_expect_clean_address(message->to.items[i]);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct message_part *part = &message->parts[i];
        FUZZ_EXPECT(part->parent == MESSAGE_NONE ? i == 0 : part->parent < (int)i);
        FUZZ_EXPECT(part->type != NULL);
        fuzz_expect_clean(part->text);
        fuzz_expect_clean(part->file_name);
        if (part->message != NULL)
            parts += expect_message(part->message, depth + 1);
    }
    return parts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    const struct message *message = message_read(&arena, (const char *)data, size);
    FUZZ_EXPECT(expect_message(message, 0) <= MESSAGE_PARTS_MAX);
    fuzz_expect_clean(message_unreadable_names(message, &arena));
    struct envelope_hints hints = {
        .desk_address = "desk@politi.example",
        .auto_reply_subjects = lexicon_strings(fuzz_lexicons(), LEXICON_SUBJECT_AUTO_REPLY),
        .auto_reply_bodies = lexicon_strings(fuzz_lexicons(), LEXICON_AUTO_REPLY_BODY),
        .receipt_subjects = lexicon_strings(fuzz_lexicons(), LEXICON_SUBJECT_RECEIPT),
        .text = message->plain,
    };
    envelope_kind(message, &hints);
    fuzz_end(&arena);
    return 0;
}
