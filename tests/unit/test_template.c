#include <check.h>
#include <string.h>

#include "agent/template.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct arena arena;
static struct template_value *values;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
    values = template_values(&arena);
    template_put(&arena, values, "name", "Bjørn & <Co>");
    template_put(&arena, values, "empty", "");
    template_put(&arena, values, "nothing", NULL);
    template_put_flag(&arena, values, "yes", true);
    template_put_flag(&arena, values, "no", false);
    struct template_value *office = template_put_object(&arena, values, "office");
    template_put(&arena, office, "name", "Tøyen");
    static const char *const days[] = {"monday", "tuesday"}, *const times[] = {"10:00", "11:00"};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct template_value *day = template_put_item(&arena, values, "days");
        template_put(&arena, day, "date", days[i]);
        for (size_t n = 0; n < COUNT(times); n++)
            template_put(&arena, template_put_item(&arena, day, "times"), "time", times[n]);
    }
}

static void teardown(void)
{
    arena_clear(&arena);
}

static void check_renders(const char *text, enum template_escape escape, const char *expected)
{
    struct template *template = NULL;
    struct error error = {0};
    struct buffer out = BUFFER_INIT;
    ck_assert_msg(template_compile("test", 1, text, strlen(text), &template, &error) == STATUS_OK, "%s: %s", text,
                  error.text);
    template_render(template, values, escape, &out);
    ck_assert_str_eq(out.data, expected);
    buffer_release(&out);
    template_free(&template);
}

START_TEST(renders_as_the_specification_says)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"no tags { } } {", "no tags { } } {"},
        {"Hello {{name}}.", "Hello Bjørn & <Co>."},
        {"{{ name }}", "Bjørn & <Co>"},
        {"[{{unknown}}{{empty}}{{nothing}}]", "[]"},
        {"{{office.name}} {{office.town}}", "Tøyen "},
        {"{{#office}}{{name}}{{/office}}", "Tøyen"},
        {"{{#office}}{{office.name}}{{/office}}", "Tøyen"},
        {"{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}", "a"},
        {"{{#no}}a{{/no}}{{^no}}b{{/no}}", "b"},
        {"{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", "b"},
        {"{{#name}}is {{name}}{{/name}}", "is Bjørn & <Co>"},
        {"{{#days}}{{date}},{{/days}}", "monday,tuesday,"},
        {"{{#days}}{{#times}}{{date}} {{time}};{{/times}}{{/days}}",
         "monday 10:00;monday 11:00;tuesday 10:00;tuesday 11:00;"},
        {"{{^days}}none{{/days}}", ""},
        {"a{{! a comment\nof two lines }}b", "ab"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_renders(cases[i].text, TEMPLATE_TEXT, cases[i].expected);
}
END_TEST

START_TEST(tags_alone_on_a_line_leave_no_line)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n"},
        {"a\n  {{#no}}\nb\n  {{/no}}  \nc", "a\nc"},
        {"{{! first }}\na", "a"},
        {"a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc", "a\r\nb\r\nc"},
        {"a\n{{#yes}}{{/yes}}\nb", "a\n\nb"}, /* two on a line: neither stands alone */
        {"a {{#yes}}\nb{{/yes}}", "a \nb"},
        {"{{name}}\n", "Bjørn & <Co>\n"}, /* values always stay */
        {"a\n{{#yes}}\n{{/yes}}", "a\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_renders(cases[i].text, TEMPLATE_TEXT, cases[i].expected);
}
END_TEST

START_TEST(escapes_for_html_only_what_is_not_raw)
{
    check_renders("{{name}}|{{{name}}}|{{&name}}", TEMPLATE_HTML, "Bjørn &amp; &lt;Co&gt;|Bjørn & <Co>|Bjørn & <Co>");
}
END_TEST

START_TEST(errors_name_the_line)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\nb {{name", "letter:6: a tag that is not closed"},
        {"a\n\n{{#days}}\n", "letter:7: a section that is not closed: {{#days}}"},
        {"{{/days}}", "letter:5: closes a section that is not open: {{/days}}"},
        {"{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", "letter:7: closes a section that is not open: {{/a}}"},
        {"{{}}", "letter:5: a tag without a name, or with one that is too long"},
        {"{{> partial}}", "letter:5: no name: {{> partial}}"},
        {"{{=<% %>=}}", "letter:5: no name: {{=<% %>=}}"},
        {"{{{name}}", "letter:5: a tag that is not closed"},
        {"{{! one\ntwo }}\n{{x", "letter:7: a tag that is not closed"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct template *template = NULL;
        struct error error = {0};
        ck_assert_int_eq(template_compile("letter", 5, cases[i].text, strlen(cases[i].text), &template, &error),
                         STATUS_INVALID);
        ck_assert_str_eq(error.text, cases[i].message);
        ck_assert_ptr_null(template);
    }
}
END_TEST

START_TEST(depth_is_limited)
{
    struct buffer text = BUFFER_INIT;
    struct template *template = NULL;
    struct error error = {0};
    for (int i = 0; i < 10000; i++)
        buffer_append_string(&text, "{{#yes}}");
    ck_assert_int_eq(template_compile("deep", 1, text.data, text.length, &template, &error), STATUS_INVALID);
    buffer_release(&text);
}
END_TEST

Suite *template_suite(void);
Suite *template_suite(void)
{
    Suite *suite = suite_create("template");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, renders_as_the_specification_says);
    tcase_add_test(all, tags_alone_on_a_line_leave_no_line);
    tcase_add_test(all, escapes_for_html_only_what_is_not_raw);
    tcase_add_test(all, errors_name_the_line);
    tcase_add_test(all, depth_is_limited);
    suite_add_tcase(suite, all);
    return suite;
}
