#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/transfer.h"

START_TEST(decodes)
{
    static const struct {
        enum transfer_encoding encoding;
        const char *bytes;
        const char *expected;
    } cases[] = {
        {TRANSFER_QUOTED_PRINTABLE, "p=C3=A5 _", "p\u00e5 _"},
        {TRANSFER_QUOTED_PRINTABLE, "p=c3=a5", "p\u00e5"},
        {TRANSFER_QUOTED_PRINTABLE, "av=\r\nbest=\nill= \t\r\n", "avbestill"},
        {TRANSFER_QUOTED_PRINTABLE, "a=", "a"},
        {TRANSFER_QUOTED_PRINTABLE, "a=\r", "a"},
        {TRANSFER_QUOTED_PRINTABLE, "a=4", "a=4"},
        {TRANSFER_QUOTED_PRINTABLE, "a=zz==41", "a=zz=A"},
        {TRANSFER_QUOTED_PRINTABLE, "raw \xc3\xa5", "raw \u00e5"},
        {TRANSFER_QUOTED_PRINTABLE, "", ""},
        {TRANSFER_Q, "a_b=5F", "a b_"},
        {TRANSFER_BASE64, "SGVp", "Hei"},
        {TRANSFER_BASE64, "SG\r\nVp\r\n", "Hei"},
        {TRANSFER_BASE64, "SGVpIQ==", "Hei!"},
        {TRANSFER_BASE64, "S!G-V*p", "Hei"},
        {TRANSFER_BASE64, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = ARENA_INIT;
        /* a copy without a terminator, so that a sanitizer sees what is read beyond it */
        size_t size = strlen(cases[i].bytes), length;
        char *bytes = malloc(size == 0 ? 1 : size);
        memcpy(bytes, cases[i].bytes, size);
        const char *decoded = transfer_decode(&arena, cases[i].encoding, bytes, size, &length);
        free(bytes);
        ck_assert_str_eq(decoded, cases[i].expected);
        ck_assert_uint_eq(length, strlen(cases[i].expected));
        arena_clear(&arena);
    }
}
END_TEST

Suite *transfer_suite(void);
Suite *transfer_suite(void)
{
    Suite *suite = suite_create("transfer");
    TCase *tcase = tcase_create("transfer");
    tcase_add_test(tcase, decodes);
    suite_add_tcase(suite, tcase);
    return suite;
}
