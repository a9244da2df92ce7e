/* Any text as the value of a header: encoded words, addresses, parameters, dates, identifiers. */
#include <stdlib.h>

#include "parsers/address.h"
#include "parsers/header.h"
#include "tests/fuzz/support.h"

enum { ADDRESSES_MAX = READING_ADDRESSES_MAX, IDENTIFIERS_MAX = READING_REFERENCES_MAX };

static void read_block(struct arena *arena, const char *value, size_t size)
{
    struct header_list headers;
    bool overflow = false;
    FUZZ_EXPECT(header_block_read(arena, value, size, &headers, &overflow) <= size);
    FUZZ_EXPECT(headers.count <= HEADER_FIELDS_MAX);
}

static void read_addresses(struct arena *arena, const char *value)
{
    struct address items[ADDRESSES_MAX];
    bool whole;
    size_t count = address_list_read(arena, value, items, 0, ADDRESSES_MAX, &whole);
    FUZZ_EXPECT(count <= ADDRESSES_MAX);
    for (size_t i = 0; i < count; i++) {
        fuzz_expect_clean_address(items[i]);
        FUZZ_EXPECT(address_valid(items[i].address));
        FUZZ_EXPECT(address_equal(items[i].address, items[i].address));
    }
}

static void read_parameters(struct arena *arena, const char *value)
{
    struct header_field field = header_field_read(arena, value);
    FUZZ_EXPECT(field.value != NULL && field.parameter_count <= HEADER_PARAMETERS_MAX);
    for (size_t i = 0; i < field.parameter_count; i++)
        FUZZ_EXPECT(field.parameters[i].name != NULL && field.parameters[i].value != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    char *value = fuzz_string(data, size);
    const char *identifiers[IDENTIFIERS_MAX];
    int64_t date;
    fuzz_expect_clean(header_decode(&arena, value));
    read_block(&arena, value, size);
    read_addresses(&arena, value);
    read_parameters(&arena, value);
    header_date(value, &date);
    FUZZ_EXPECT(header_message_ids(&arena, value, identifiers, 0, IDENTIFIERS_MAX) <= IDENTIFIERS_MAX);
    free(value);
    fuzz_end(&arena);
    return 0;
}
