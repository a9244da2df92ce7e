#include <check.h>
#include <string.h>

#include "parsers/charset.h"
#include "parsers/header.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

START_TEST(blocks)
{
    static const struct {
        const char *text;
        size_t body;
        size_t count;
    } cases[] = {
        {"A: 1\r\nB: 2\r\n\r\nbody", 14, 2},
        {"A: 1\nB: 2\n\nbody", 11, 2},
        {"A: 1\n  folded\n\nbody", 15, 1},
        {"A : 1\n\nbody", 7, 1},
        {"body", 0, 0},
        {"\nbody", 1, 0},
        {": no name\n", 0, 0},
        {"A: 1\nno field\nB: 2\n", 5, 1},
        {" starts folded\n", 0, 0},
        {"From a@x Mon Jan 1\nA: 1\n\nbody", 25, 1},
        {"A:", 2, 1},
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct header_list headers;
        bool overflow = false;
        size_t body = header_block_read(&arena, cases[i].text, strlen(cases[i].text), &headers, &overflow);
        ck_assert_msg(body == cases[i].body && headers.count == cases[i].count, "%s: %zu, %zu", cases[i].text, body,
                      headers.count);
        ck_assert(!overflow);
    }
}
END_TEST

START_TEST(values)
{
    static const char text[] = "X: first\nx:  second \t\nX:\n\tthird\n line\x01\n\n";
    static const char *const expected[] = {"first", "second", "third line", NULL};
    struct header_list headers;
    bool overflow = false;
    header_block_read(&arena, text, sizeof text - 1, &headers, &overflow);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_pstr_eq(header_value(&headers, "X", i), expected[i]);
    ck_assert_ptr_null(header_value(&headers, "Y", 0));
}
END_TEST

START_TEST(parameters)
{
    static const struct {
        const char *value;
        const char *main;
        const char *name;
        const char *expected;
    } cases[] = {
        {"Text/PLAIN; Charset=UTF-8", "text/plain", "charset", "UTF-8"},
        {"text/plain;charset = \"utf-8\" ; format=flowed", "text/plain", "format", "flowed"},
        {"text/plain (c; charset=a); charset=b", "text/plain", "charset", "b"},
        {"multipart/mixed; boundary=\"a\\\"b;c\"", "multipart/mixed", "boundary", "a\"b;c"},
        {"multipart/mixed; boundary=\"", "multipart/mixed", "boundary", ""},
        {"multipart/mixed; boundary=\"\\", "multipart/mixed", "boundary", "\\"},
        {"attachment; filename=my file.txt", "attachment", "filename", "my file.txt"},
        {"attachment; filename*=utf-8'nb'%C3%A6%20b.txt", "attachment", "filename", "\u00e6 b.txt"},
        {"attachment; filename*=iso-8859-1''%E6.txt; filename=x", "attachment", "filename", "\u00e6.txt"},
        {"attachment; filename=x; filename*=utf-8''y", "attachment", "filename", "y"},
        {"attachment; filename*1*=%A6.txt; filename*0*=utf-8''%C3", "attachment", "filename", "\u00e6.txt"},
        {"attachment; filename*0=\"a\"; filename*1=\"b\"; filename*3=d", "attachment", "filename", "ab"},
        {"attachment; filename=\"=?utf-8?B?w6YudHh0?=\"", "attachment", "filename", "\u00e6.txt"},
        {"attachment; filename*=broken%zz'x", "attachment", "filename", "x"},
        {"attachment; filename*=%", "attachment", "filename", "%"},
        {"attachment; filename=\"../../etc\\\\x\x01y\"", "attachment", "filename", "../../etc\\xy"},
        {"text/plain; ; =x; charset; ;;", "text/plain", "charset", NULL},
        {"", "", "charset", NULL},
        {"; charset=x", "", "charset", "x"},
        {NULL, "", "charset", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct header_field field = header_field_read(&arena, cases[i].value);
        ck_assert_str_eq(field.value, cases[i].main);
        ck_assert_pstr_eq(header_parameter(&field, cases[i].name), cases[i].expected);
    }
}
END_TEST

START_TEST(dates)
{
    static const struct {
        const char *value;
        int64_t expected; /* 0 for none */
    } cases[] = {
        {"Tue, 11 Jun 2024 10:00:00 +0200", 1718092800},
        {"11 Jun 2024 08:00 GMT", 1718092800},
        {"Tue, 11 Jun 2024 04:00:00 -0400 (EDT)", 1718092800},
        {"Tue, 11 Jun 2024 13:30:00 +0530", 1718092800},
        {"Tue, 31 Jun 2024 10:00:00 +0200", 0},
        {"Tue, 11 Jun 2024 25:00:00 +0200", 0},
        {"2024-06-11T10:00:00Z", 0},
        {"tomorrow", 0},
        {"", 0},
        {NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t date = 0;
        ck_assert_int_eq(header_date(cases[i].value, &date), cases[i].expected != 0);
        ck_assert_int_eq(date, cases[i].expected);
    }
}
END_TEST

START_TEST(charsets)
{
    static const struct {
        const char *label;
        const char *bytes;
        const char *expected;
    } cases[] = {
        {"iso-8859-1", "p\xe5 \x80", "p\u00e5 \u20ac"}, /* what is sent as Latin 1 is Windows-1252 */
        {"us-ascii", "p\xc3\xa5", "p\u00e5"},
        {"UTF-8", "p\xe5", "p\u00e5"},
        {NULL, "\xd7\xe9", "\u00d7\u00e9"},
        {"koi8-u", "\xf7\xa6", "\u0412\u0456"},
        {"windows-1251", "\xc2\xb3", "\u0412\u0456"},
        {"iso-2022-jp", "\x1b$B8+\x1b(B", "\u898b"},
        {"gb2312", "\xc4\xe3", "\u4f60"},
        {"../../etc/passwd", "p\xe5", "p\u00e5"},
        {"no-such-charset-with-a-name-that-is-much-too-long", "p\xe5", "p\u00e5"},
        {"", "x", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length;
        const char *text = charset_to_utf8(&arena, cases[i].label, cases[i].bytes, strlen(cases[i].bytes), &length);
        ck_assert_str_eq(text, cases[i].expected);
        ck_assert_uint_eq(length, strlen(cases[i].expected));
    }
}
END_TEST

START_TEST(clean_text)
{
    static const char dirty[] = "\xef\xbb\xbfHei\r\ndu\rder\x1b[0m\t\xc2\x9b\xff\0 ny";
    static const char line[] = "  a \n b\t\u202ec\u2069 ";
    ck_assert_str_eq(text_clean(&arena, dirty, sizeof dirty - 1), "Hei\ndu\nder[0m\t ny");
    ck_assert_str_eq(text_clean_line(&arena, line, sizeof line - 1), "a b c");
}
END_TEST

Suite *header_suite(void);
Suite *header_suite(void)
{
    Suite *suite = suite_create("header");
    TCase *tcase = tcase_create("header");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, blocks);
    tcase_add_test(tcase, values);
    tcase_add_test(tcase, parameters);
    tcase_add_test(tcase, dates);
    tcase_add_test(tcase, charsets);
    tcase_add_test(tcase, clean_text);
    suite_add_tcase(suite, tcase);
    return suite;
}
