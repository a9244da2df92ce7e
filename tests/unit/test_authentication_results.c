#include <check.h>
#include <string.h>

#include "parsers/authentication_results.h"

enum { NOTHING = 0, PRESENT = 1, DMARC = 2, DKIM = 4 };

#define OURS "mx.politi.example"

static int flags_of(struct authentication found)
{
    return (found.present ? PRESENT : 0) | (found.dmarc_pass ? DMARC : 0) | (found.dkim_aligned ? DKIM : 0);
}

struct value_case {
    const char *value;
    int expected;
};

static void check_all(const struct value_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(flags_of(authentication_results_of_value(cases[i].value, OURS, "police.example")) ==
                          cases[i].expected,
                      "%s", cases[i].value);
}

START_TEST(reads_what_servers_write)
{
    static const struct value_case cases[] = {
        {OURS "; dmarc=pass header.from=police.example", PRESENT | DMARC},
        {OURS "; dkim=pass header.d=police.example; spf=pass smtp.mailfrom=a@police.example", PRESENT | DKIM},
        {OURS " 1; dmarc=pass (p=reject dis=none) header.from=Police.Example", PRESENT | DMARC},
        {"MX.Politi.Example; dmarc = pass header.from = police.example", PRESENT | DMARC},
        {OURS "; none", PRESENT},
        {OURS ";", PRESENT},
        {OURS, PRESENT},
        {"\"" OURS "\"; dmarc=pass", PRESENT | DMARC},
        {"(of the (nested) kind) " OURS " (x) ; (y) dmarc=pass (z)", PRESENT | DMARC},
        {OURS "; dkim/1=pass reason=\"good; dmarc=fail\" header.d=police.example header.b=\"a;b\"", PRESENT | DKIM},
        {OURS "; dkim=fail header.d=police.example; dkim=pass header.d=police.example", PRESENT | DKIM},
        {OURS "; dmarc=fail header.from=police.example", PRESENT},
        {OURS "; dmarc=none; dkim=none", PRESENT},
        {OURS "; dkim=pass header.i=@police.example header.s=sel", PRESENT},
        /* Microsoft, with its identifier behind the results */
        {"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=police.example; " OURS
         "; dkim=pass (signature was verified) header.d=police.example;" OURS "; dmarc=pass action=none "
         "header.from=police.example;",
         NOTHING},
        {"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=police.example; " OURS
         "; dkim=pass (signature was verified) header.d=police.example;dmarc=pass action=none "
         "header.from=police.example;",
         PRESENT | DMARC | DKIM},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(is_not_deceived)
{
    static const struct value_case cases[] = {
        /* whose header */
        {"mx.politi.example.evil.example; dmarc=pass", NOTHING},
        {"xmx.politi.example; dmarc=pass", NOTHING},
        {"mx.politi; dmarc=pass", NOTHING},
        {"evil.example; " OURS "; dmarc=pass", NOTHING},
        {"evil.example (" OURS "); dmarc=pass", NOTHING},
        {OURS " 2; dmarc=pass", NOTHING},
        {OURS " evil.example; dmarc=pass", NOTHING},
        {"", NOTHING},
        {"; dmarc=pass", NOTHING},
        {"dmarc=pass header.from=police.example", NOTHING},
        /* whose domain */
        {OURS "; dmarc=pass header.from=police.example.evil", PRESENT},
        {OURS "; dmarc=pass header.from=xpolice.example", PRESENT},
        {OURS "; dmarc=pass header.from=\"police.example@evil.example\"", PRESENT},
        {OURS "; dkim=pass header.d=evil.example", PRESENT},
        {OURS "; dkim=pass header.d=sub.police.example", PRESENT},
        {OURS "; dkim=pass header.d=example", PRESENT},
        {OURS "; dkim=pass", PRESENT},
        {OURS "; dmarc=pass header.from=police.example; dmarc=fail header.from=police.example", PRESENT},
        {OURS "; dmarc=pass header.from=evil.example; dmarc=pass header.from=police.example", PRESENT},
        {OURS "; dkim=pass header.d=evil.example header.d=police.example", NOTHING},
        /* words of the sender's in comments and properties */
        {OURS "; spf=fail (a \"b) dmarc=pass (c\"@evil.example) smtp.mailfrom=x", PRESENT},
        {OURS "; spf=fail (a \"b); dmarc=pass (c\"@evil.example) smtp.mailfrom=x", PRESENT},
        {OURS "; spf=fail (dmarc=pass; dkim=pass header.d=police.example)", PRESENT},
        {OURS "; spf=fail (\\) ; dmarc=pass ( ) smtp.mailfrom=x", NOTHING},
        {OURS "; spf=fail smtp.mailfrom=\"a; dmarc=pass\"@evil.example", NOTHING},
        {OURS "; spf=fail smtp.mailfrom=\"; dmarc=pass\"", PRESENT},
        {OURS "; spf=fail reason=\"x\\\"; dmarc=pass\"", PRESENT},
        {OURS "; spf=fail dmarc=pass", PRESENT},
        {OURS "; xdmarc=pass; dmarcx=pass; x.dmarc=pass", PRESENT},
        {OURS "; dmarc=passed; dmarc=pass-not", PRESENT},
        {OURS "; dmarc=(pass) fail", PRESENT},
        /* what is cut off proves nothing */
        {OURS "; dmarc=pass (unclosed", NOTHING},
        {OURS "; dmarc=pass header.from=\"police.example", NOTHING},
        {OURS "; dmarc=pass header.from=", NOTHING},
        {OURS "; dmarc=", NOTHING},
        {OURS "; dmarc", NOTHING},
        {OURS "; dmarc=pass )", NOTHING},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

static int of_message(const char *header, const char *authserv_id)
{
    struct arena arena = ARENA_INIT;
    const char *text = arena_printf(&arena, "%s\r\n\r\nHei\r\n", header);
    int flags = flags_of(authentication_results_read(message_read(&arena, text, strlen(text)), authserv_id));
    arena_clear(&arena);
    return flags;
}

START_TEST(only_the_topmost_header_counts)
{
    static const char from[] = "From: a@police.example";
    static const struct value_case cases[] = {
        {"Authentication-Results: " OURS ";\r\n dmarc=pass\r\n\theader.from=police.example\r\nFrom: a@police.example",
         PRESENT | DMARC},
        {"Authentication-Results: " OURS "; dmarc=fail\r\nAuthentication-Results: " OURS
         "; dmarc=pass\r\nFrom: a@police.example",
         PRESENT},
        {"Authentication-Results: other.example; dmarc=fail\r\nAuthentication-Results: " OURS
         "; dmarc=pass\r\nFrom: a@police.example",
         NOTHING},
        {"ARC-Authentication-Results: i=1; " OURS "; dmarc=pass\r\nFrom: a@police.example", NOTHING},
        {"X-Authentication-Results: " OURS "; dmarc=pass\r\nFrom: a@police.example", NOTHING},
        {"Authentication-Results: " OURS "; dmarc=pass\r\nFrom: a@police.example\r\nFrom: b@evil.example", PRESENT},
        {"Authentication-Results: " OURS "; dmarc=pass\r\nFrom: b@evil.example, a@police.example", PRESENT},
        {"Authentication-Results: " OURS "; dmarc=pass", PRESENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(of_message(cases[i].value, OURS) == cases[i].expected, "%s", cases[i].value);
    ck_assert_int_eq(of_message(from, OURS), NOTHING);
    ck_assert_int_eq(of_message(cases[0].value, NULL), NOTHING);
    ck_assert_int_eq(of_message(cases[0].value, ""), NOTHING);
}
END_TEST

Suite *authentication_results_suite(void);
Suite *authentication_results_suite(void)
{
    Suite *suite = suite_create("authentication_results");
    TCase *tcase = tcase_create("authentication_results");
    tcase_add_test(tcase, reads_what_servers_write);
    tcase_add_test(tcase, is_not_deceived);
    tcase_add_test(tcase, only_the_topmost_header_counts);
    suite_add_tcase(suite, tcase);
    return suite;
}
