/* Any bytes as a configuration file. */
#include "agent/configuration.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    struct configuration configuration;
    struct error error;
    if (configuration_parse("file", text, size, &configuration, &error) == STATUS_OK) {
        FUZZ_EXPECT(configuration.mailbox_count <= CONFIGURATION_MAILBOXES_MAX);
        configuration_check_for_service(&configuration, &error);
        configuration_free(&configuration);
    } else {
        FUZZ_EXPECT(strncmp(error.text, "file", 4) == 0);
    }
    free(text);
    return 0;
}
