/* Any text as an Authentication-Results header. */
#include <stdlib.h>
#include <string.h>

#include "parsers/authentication_results.h"
#include "tests/fuzz/support.h"

/* A quoted string may have a backslash before any of its characters (RFC 5322 3.2.1). */
static void drop_backslashes(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++)
        if (*in != '\\')
            *out++ = *in;
    *out = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *value = fuzz_string(data, size);
    struct authentication found = authentication_results_of_value(value, "mx.example", "x.example");
    drop_backslashes(value);
    FUZZ_EXPECT(found.present || (!found.dmarc_pass && !found.dkim_aligned));
    /* Whoever is not named is not believed, and nothing passes that the header does not speak of. */
    FUZZ_EXPECT(!found.present || strcasestr(value, "mx.example") != NULL);
    FUZZ_EXPECT(!found.dmarc_pass || strcasestr(value, "dmarc") != NULL);
    FUZZ_EXPECT(!found.dkim_aligned || strcasestr(value, "x.example") != NULL);
    free(value);
    return 0;
}
