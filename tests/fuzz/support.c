#include "tests/fuzz/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "parsers/charset.h"

static void expect_ok(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s\n", error->text);
    abort();
}

const struct lexicon_set *fuzz_lexicons(void)
{
    static struct lexicon_set *set;
    struct error error;
    if (set == NULL)
        expect_ok(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error), &error);
    return set;
}

struct zone *fuzz_zone(void)
{
    static struct zone *zone;
    struct error error;
    if (zone == NULL)
        expect_ok(zone_open("Europe/Oslo", &zone, &error), &error);
    return zone;
}

struct booking_number_form *fuzz_form(void)
{
    static struct booking_number_form *form;
    struct error error;
    if (form == NULL)
        expect_ok(booking_number_form_new("TP", NULL, &form, &error), &error);
    return form;
}

const struct when_grammar *fuzz_when_grammar(void)
{
    static struct when_grammar *grammar;
    struct error error;
    if (grammar == NULL)
        expect_ok(when_grammar_new(&grammar, &error), &error);
    return grammar;
}

void fuzz_expect(int holds, const char *file, int line, const char *condition)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

void fuzz_expect_clean(const char *text)
{
    if (text == NULL)
        return;
    FUZZ_EXPECT(utf8_valid(text, strlen(text)));
    for (; *text != '\0'; text++)
        FUZZ_EXPECT(((unsigned char)*text >= ' ' && *text != 0x7F) || *text == '\n' || *text == '\t');
}

void fuzz_expect_clean_address(struct address address)
{
    fuzz_expect_clean(address.name);
    fuzz_expect_clean(address.address);
}

void fuzz_end(struct arena *arena)
{
    FUZZ_EXPECT(arena->total <= FUZZ_MEMORY_MAX);
    arena_clear(arena);
}

char *fuzz_string(const uint8_t *data, size_t size)
{
    char *text = memory_allocate(size + 1);
    if (size > 0)
        memcpy(text, data, size);
    return text;
}
