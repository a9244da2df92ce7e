/* Any bytes as a mail, read as a whole; and the JSON of the reading. */
#include "parsers/parser.h"

#include <jansson.h>

#include "base/buffer.h"
#include "tests/fuzz/support.h"

static struct parser *parser(void)
{
    static struct parser *made;
    struct parser_options options = {.desk_address = "desk@politi.example", .authserv_id = "mx.example"};
    if (made == NULL)
        FUZZ_EXPECT(parser_new(&options, &made, NULL) == STATUS_OK);
    return made;
}

static void expect_requests(const struct reading *reading)
{
    bool asked = reading->kind == KIND_REQUEST || reading->kind == KIND_CALENDAR;
    FUZZ_EXPECT(asked ? reading->request_count >= 1 : reading->request_count == 0);
    FUZZ_EXPECT(reading->request_count <= READING_REQUESTS_MAX);
    for (size_t i = 0; i < reading->request_count; i++) {
        const struct request *request = &reading->requests[i];
        FUZZ_EXPECT(request->intent < INTENT_COUNT && request->time_count <= READING_TIMES_MAX);
        fuzz_expect_clean(request->booking_number);
        fuzz_expect_clean(request->place);
        for (size_t t = 0; t < request->time_count; t++)
            FUZZ_EXPECT(request->times[t].start <= request->times[t].end);
    }
}

static void expect_reading(const struct reading *reading)
{
    FUZZ_EXPECT(reading->text != NULL);
    fuzz_expect_clean(reading->text);
    fuzz_expect_clean(reading->subject);
    fuzz_expect_clean(reading->message_id);
    fuzz_expect_clean_address(reading->from);
    fuzz_expect_clean_address(reading->reply_to);
    fuzz_expect_clean(reading->attachment_names_skipped);
    for (size_t i = 0; i < reading->to.count; i++)
        fuzz_expect_clean_address(reading->to.items[i]);
    for (size_t i = 0; i < reading->references.count; i++)
        fuzz_expect_clean(reading->references.items[i]);
    FUZZ_EXPECT(reading->from_single || !reading->authentication.dmarc_pass);
    if (reading->forwarded != NULL)
        fuzz_expect_clean(reading->forwarded->text);
    expect_requests(reading);
}

static void expect_json(const struct reading *reading)
{
    struct buffer out = BUFFER_INIT;
    reading_json(parser(), reading, false, &out);
    json_t *object = json_loadb(out.data, out.length, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_EXPECT(json_is_object(object));
    json_decref(object);
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct parser_time time = {.clock_now = FUZZ_NOW};
    struct reading reading;
    parser_read(parser(), (const char *)data, size, time, &arena, &reading);
    expect_reading(&reading);
    expect_json(&reading);
    fuzz_end(&arena);
    return 0;
}
