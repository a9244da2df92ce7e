/* Any bytes as a template, and what becomes of it with values. */
#include "agent/template.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support.h"

static void render(struct template *template, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT;
    struct template_value *values = template_values(&arena);
    template_put(&arena, values, "a", "<b>");
    template_put_flag(&arena, values, "c", true);
    template_put(&arena, template_put_item(&arena, values, "d"), "a", "1");
    template_put(&arena, template_put_item(&arena, values, "d"), "a", "2");
    template_put(&arena, template_put_object(&arena, values, "e"), "a", "3");
    if (size < 1024) /* sections inside each other multiply their lists, which are ours and short */
        template_render(template, values, TEMPLATE_HTML, &out);
    buffer_release(&out);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    struct template *template = NULL;
    struct template_tag tag;
    struct error error;
    if (template_compile("name", 1, text, size, &template, &error) == STATUS_OK) {
        for (size_t i = 0; template_tag(template, i, &tag); i++)
            FUZZ_EXPECT(tag.name != NULL && tag.line >= 1);
        render(template, size);
        template_free(&template);
    } else {
        FUZZ_EXPECT(template == NULL && strncmp(error.text, "name:", 5) == 0);
    }
    free(text);
    return 0;
}
