/*
 * What the fuzz targets share. A target is one file fuzz_NAME.c that hands any
 * bytes to one parser and asks afterwards whether the parser kept what its
 * header promises. `make fuzz` builds and runs them; tests/fuzz/README.md says
 * how to go on from a finding.
 */
#ifndef TESTS_FUZZ_SUPPORT_H
#define TESTS_FUZZ_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/zone.h"
#include "parsers/booking_number.h"
#include "parsers/lexicon.h"
#include "parsers/reading.h"
#include "parsers/when.h"

/* libFuzzer's entry, which each target defines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    FUZZ_NOW = 1717495200,              /* 4 June 2024, 12:00 in Oslo */
    FUZZ_MEMORY_MAX = 32 * 1024 * 1024, /* of an arena, for any input of 1 MiB */
};

/* Made at the first call, and never freed. */
const struct lexicon_set *fuzz_lexicons(void);
struct zone *fuzz_zone(void);
struct booking_number_form *fuzz_form(void);
const struct when_grammar *fuzz_when_grammar(void);

/* Ends the process with file, line and the condition that does not hold. */
#define FUZZ_EXPECT(condition) fuzz_expect((condition), __FILE__, __LINE__, #condition)
void fuzz_expect(int holds, const char *file, int line, const char *condition);

/* Clean UTF-8, as reading.h promises of every string; NULL is. */
void fuzz_expect_clean(const char *text);
void fuzz_expect_clean_address(struct address address);

/* Checks what was used, and frees it. */
void fuzz_end(struct arena *arena);

/* The bytes with a NUL behind them, in memory of exactly that size: what reads further is found. free() it. */
char *fuzz_string(const uint8_t *data, size_t size);

#endif
