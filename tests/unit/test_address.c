#include <check.h>
#include <string.h>

#include "parsers/address.h"

enum { MAX = 4 };

START_TEST(lists)
{
    static const struct {
        const char *value;
        const char *expected; /* "name|address;…" */
        bool whole;
    } cases[] = {
        {"a@x.example", "-|a@x.example;", true},
        {"<a@x.example>", "-|a@x.example;", true},
        {"Ola N. Nordmann <A@X.Example>", "Ola N. Nordmann|A@x.example;", true},
        {"Ola [UDI] (ute) Nordmann <a@x.example>", "Ola [UDI] (ute) Nordmann|a@x.example;", true},
        {"\"Nordmann, \\\"Bamse\\\" <Ola>\" <a@x.example>", "Nordmann, \"Bamse\" <Ola>|a@x.example;", true},
        {"\"ola@police.example\" <a@x.example>", "ola@police.example|a@x.example;", true},
        {"=?utf-8?Q?Dahl=2C_Espen?= <e@x.example>", "Dahl, Espen|e@x.example;", true},
        {"\xe5se <a@x.example>", "\u00e5se|a@x.example;", true},
        {"a@x.example (b@y.example)", "-|a@x.example;", true},
        {"a@x.example, B <b@x.example>", "-|a@x.example;B|b@x.example;", true},
        {"Alle: a@x.example, b@x.example;", "-|a@x.example;-|b@x.example;", false},
        /* read in two ways by two programs */
        {"ola@police.example <a@x.example>", "ola@police.example|a@x.example;", false},
        {"a@x.example b@x.example", "-|a@x.example;", false},
        {"<a@x.example> <b@x.example>", "-|a@x.example;", false},
        {"a b@x.example", "-|b@x.example;", false},
        {"Ola, ola@x.example", "-|ola@x.example;", false},
        {"<a@x.example>, <>", "-|a@x.example;", false},
        /* broken, but a person can be answered */
        {"Ola <a@x.example", "-|a@x.example;", false},
        {"mailto:a@x.example", "-|a@x.example;", false},
        {"a@x.example; b@x.example", "-|a@x.example;", false},
        /* no address */
        {"", "", false},
        {"Ola", "", false},
        {"@", "", false},
        {"a@", "", false},
        {"@x.example", "", false},
        {"a@b@x.example", "", false},
        {"\"a b\"@x.example", "", false},
        {"<a@x.example\tb>", "", false},
        {"undisclosed-recipients:;", "", false},
        {"1@x,2@x,3@x,4@x,5@x", "-|1@x;-|2@x;-|3@x;-|4@x;", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = ARENA_INIT;
        struct address items[MAX];
        bool whole = true;
        size_t count = address_list_read(&arena, cases[i].value, items, 0, MAX, &whole);
        const char *found = "";
        for (size_t j = 0; j < count; j++)
            found =
                arena_printf(&arena, "%s%s|%s;", found, items[j].name == NULL ? "-" : items[j].name, items[j].address);
        ck_assert_str_eq(found, cases[i].expected);
        ck_assert_msg(whole == cases[i].whole, "%s", cases[i].value);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(what_an_address_is)
{
    char longest[ADDRESS_MAX + 2] = "amina@";
    memset(longest + strlen(longest), 'x', ADDRESS_MAX - strlen(longest));
    static const struct {
        const char *address;
        bool valid;
    } cases[] = {
        {"amina@example.org", true},
        {"åse.ødegård+x@bjørnstad.example", true},
        {"a@x", true},
        {NULL, false},
        {"", false},
        {"amina", false},
        {"@example.org", false},
        {"amina@", false},
        {"a@b@example.org", false},
        {"amina@.example", false},
        {"amina@example.", false},
        {"amina@example..org", false},
        {"a b@example.org", false},
        {"amina@example.org\r\nBcc: x@example.org", false},
        {"<amina@example.org>", false},
        {"\"amina\"@example.org", false},
        {"amina@[127.0.0.1]", false},
        {"a,b@example.org", false},
        {"amina@example.org\x7f", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(address_valid(cases[i].address) == cases[i].valid, "%s", cases[i].address);
    ck_assert(address_valid(longest));
    longest[ADDRESS_MAX] = 'x';
    ck_assert(!address_valid(longest));
}
END_TEST

START_TEST(comparisons_are_of_whole_strings)
{
    ck_assert(address_equal("Amina@x.example", "amina@X.example"));
    ck_assert(!address_equal("amina@x.example", "amina@x.example.evil"));
    ck_assert(!address_equal("amina@x.example", "xamina@x.example"));
    ck_assert(!address_equal(NULL, NULL));
    ck_assert_str_eq(address_domain("a@x.example"), "x.example");
    ck_assert_str_eq(address_domain("a"), "");
    ck_assert_str_eq(address_domain(NULL), "");
}
END_TEST

Suite *address_suite(void);
Suite *address_suite(void)
{
    Suite *suite = suite_create("address");
    TCase *tcase = tcase_create("address");
    tcase_add_test(tcase, lists);
    tcase_add_test(tcase, what_an_address_is);
    tcase_add_test(tcase, comparisons_are_of_whole_strings);
    suite_add_tcase(suite, tcase);
    return suite;
}
