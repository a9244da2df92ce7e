/* Any bytes as the file of a language, which a translator may have broken. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    const struct embedded_file files[] = {{"xx", text, size}, {NULL, NULL, 0}};
    struct lexicon_set *set = NULL;
    struct error error;
    if (lexicon_load(files, "lexicon", &set, &error) == STATUS_OK)
        FUZZ_EXPECT(lexicon_language_count(set) == 1);
    else
        FUZZ_EXPECT(set == NULL && strncmp(error.text, "lexicon/xx:", 11) == 0);
    lexicon_free(&set);
    free(text);
    return 0;
}
