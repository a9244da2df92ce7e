#include <check.h>
#include <string.h>

#include "base/buffer.h"
#include "parsers/html_text.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

struct html_case {
    const char *html;
    const char *expected;
};

static void check_all(const struct html_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool overflow = false;
        ck_assert_str_eq(html_to_text(&arena, cases[i].html, &overflow), cases[i].expected);
        ck_assert(!overflow);
    }
}

START_TEST(blocks_become_lines)
{
    static const struct html_case cases[] = {
        {"<p>Hei</p><p>Jeg kan ikke komme.</p>", "Hei\n\nJeg kan ikke komme.\n"},
        {"<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"},
        {"a<br>b<br><br>c", "a\nb\n\nc\n"},
        {"<div>a<br></div><div>b</div>", "a\nb\n"},
        {"<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb\n"},
        {"<ul><li>mandag<li>tirsdag</ul>etter", "- mandag\n- tirsdag\netter\n"},
        {"<table><tr><td><b>Fra:</b></td><td><div>Ola</div></td></tr><tr><td>Til:</td><td>Kari</td></tr></table>",
         "Fra: Ola\nTil: Kari\n"},
        {"<pre>a\n  b\n</pre>c", "a\n  b\nc\n"},
        {"a\n  b\t c", "a b c\n"},
        {"a<hr>b", "a\n" HTML_DIVIDER "\nb\n"},
        {"", ""},
        {"   <br><br>  ", ""},
        {"plain words", "plain words\n"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(words_join_as_a_reader_sees_them)
{
    static const struct html_case cases[] = {
        {"av<b>best</b><span>ill</span> TP<i>48</i>2", "avbestill TP482\n"},
        {"p&aring;&#8203;minnelse &laquo;x&raquo; &#229; &lt;b&gt; &amp;",
         "p\u00e5minnelse \u00abx\u00bb \u00e5 <b> &\n"},
        {"av&shy;be<wbr>still", "avbestill\n"},
        {"kl&nbsp;10.00", "kl 10.00\n"},
        {"<a href=\"mailto:x@y\">avbestill</a>.", "avbestill.\n"},
        {"<meta charset=iso-8859-1>p\u00e5", "p\u00e5\n"},
        {"ok <img alt=\"\U0001F44D\" src=x><img alt=\"logo\" src=y>", "ok \U0001F44D\n"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(entities_of_the_mail_do_not_expand)
{
    const char *text = html_to_text(
        &arena, "<!DOCTYPE x [<!ENTITY a SYSTEM \"/etc/hostname\"><!ENTITY b \"&a;&a;\">]><p>&a;&b;</p>", NULL);
    ck_assert_ptr_nonnull(strstr(text, "&a;&b;\n"));
}
END_TEST

START_TEST(what_is_hidden_is_not_read)
{
    static const struct html_case cases[] = {
        {"<div style=\"display: none\">avbestill</div>Hei", "Hei\n"},
        {"<div style=\"DISPLAY:none!important\"><p>avbestill<p>b</div>Hei", "Hei\n"},
        {"<span style='font-size:0px'>avbestill</span>Hei", "Hei\n"},
        {"<span style='font-size:0.9em'>Hei</span>", "Hei\n"},
        {"<span style='visibility:hidden'>avbestill</span>Hei", "Hei\n"},
        {"<p hidden>avbestill</p>Hei", "Hei\n"},
        {"<!-- avbestill -->Hei<!--[if mso]>x<![endif]-->", "Hei\n"},
        {"<title>avbestill</title><script>avbestill</script><style>avbestill</style>Hei", "Hei\n"},
        {"<style>.pre, p.b {color:red; display : none;} .c{display:block}</style><p class='x pre'>a</p>"
         "<p class=b>b</p><p class=c>c</p>",
         "c\n"},
        {"<style><!-- #h{display:none} --></style><div id=h>a</div>b", "b\n"},
        {"<style>@media only screen{.m{display:none}} .m .n{display:none}</style><p class=m>a</p><p class=n>b</p>",
         "a\n\nb\n"},
        {"<div style='display:none'><blockquote>a</blockquote></div><p>b</p>", "b\n"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(quotations_are_marked)
{
    static const struct html_case cases[] = {
        /* Gmail */
        {"<div dir=ltr>Ja</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">ons. skrev X "
         "&lt;x@y&gt;:<br></div>"
         "<blockquote class=\"gmail_quote\" style=\"border-left:1px "
         "solid\">Hei<br><br>avbestill<br></blockquote></div>",
         "Ja\n\nons. skrev X <x@y>:\n> Hei\n>\n> avbestill\n"},
        /* Apple: an answer in the middle, a quotation in a quotation */
        {"<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>ny<blockquote "
         "type=cite>c</blockquote>",
         "> a\n> > b\nny\n> c\n"},
        /* Yahoo, GMX */
        {"Ja<div id=\"yahoo_quoted_12\" class=\"yahoo_quoted\"><div>X wrote:</div><p>avbestill</p></div>",
         "Ja\n> X wrote:\n>\n> avbestill\n"},
        {"Ja<div name=\"quote\">avbestill</div>", "Ja\n> avbestill\n"},
        /* Outlook */
        {"<p>Ja</p><div id=appendonsend></div><hr><div id=\"divRplyFwdMsg\"><b>Fra:</b> X<br><b>Sendt:</b> i dag</div>",
         "Ja\n" HTML_DIVIDER "\nFra: X\nSendt: i dag\n"},
        {"<p>Ja</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Fra:</b> X</p></div>",
         "Ja\n" HTML_DIVIDER "\nFra: X\n"},
        {"<p>Ja</p><div style='border:none;border-left:solid blue 1.5pt'><p>avbestill</p></div>",
         "Ja\n\n> avbestill\n"},
        {"<p>Ja</p><table style='border-top:solid #ccc 1px'><tr><td>Signatur</td></tr></table>", "Ja\nSignatur\n"},
        /* Indented by the writer */
        {"<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">ny tid</blockquote>", "ny tid\n"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(forwards_stay_readable)
{
    static const struct html_case cases[] = {
        {"Se under<div class=\"gmail_quote\"><div class=\"gmail_attr\">---------- Videresendt melding ---------<br>"
         "Fra: <b>A</b> &lt;a@x&gt;<br></div>Hei</div>",
         "Se under\n---------- Videresendt melding ---------\nFra: A <a@x>\nHei\n"},
        {"<blockquote class=gmail_quote>---------- Forwarded message ---------<br>From: A &lt;a@x&gt;<br><br>Hei"
         "<blockquote class=gmail_quote>eldre</blockquote></blockquote>",
         "---------- Forwarded message ---------\nFrom: A <a@x>\n\nHei\n> eldre\n"},
        {"Hallo<br><blockquote type=\"cite\"><div>Begin forwarded message:</div><br><div><b>From: </b>A "
         "&lt;a@x&gt;<br></div>"
         "<div><b>Subject: </b><b>Time</b><br></div><div><b>To: </b>b@x<br></div><br><div>Hei</div></blockquote>",
         "Hallo\nBegin forwarded message:\n\nFrom: A <a@x>\nSubject: Time\nTo: b@x\n\nHei\n"},
        /* Our own reminder is full of colons, but it is no forward. */
        {"<blockquote type=cite>Hei<br>Nummer: TP1<br>Tid: i dag<br>Sted: x@y</blockquote>",
         "> Hei\n> Nummer: TP1\n> Tid: i dag\n> Sted: x@y\n"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(hostile_input_is_bounded)
{
    static const struct {
        const char *unit;
        size_t times;
        bool overflow;
    } cases[] = {
        {"<div>", 150000, true},     {"<table><tr><td>", 60000, true},
        {"<a x=1 ", 100000, true},   {"<blockquote>a<br>", 400, false},
        {"words ", 100000, true},    {"<!--", 200000, true},
        {"<style>.a{", 80000, true}, {"&#", 100000, true},
        {"</p>", 200000, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer html = BUFFER_INIT;
        for (size_t n = 0; n < cases[i].times; n++)
            buffer_append_string(&html, cases[i].unit);
        bool overflow = false;
        char *text = html_to_text(&arena, html.data, &overflow);
        buffer_release(&html);
        ck_assert_msg(overflow == cases[i].overflow, "%s", cases[i].unit);
        ck_assert_uint_le(strlen(text), HTML_TEXT_MAX + 1);
    }
}
END_TEST

Suite *html_text_suite(void);
Suite *html_text_suite(void)
{
    Suite *suite = suite_create("html_text");
    TCase *tcase = tcase_create("html_text");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, blocks_become_lines);
    tcase_add_test(tcase, words_join_as_a_reader_sees_them);
    tcase_add_test(tcase, entities_of_the_mail_do_not_expand);
    tcase_add_test(tcase, what_is_hidden_is_not_read);
    tcase_add_test(tcase, quotations_are_marked);
    tcase_add_test(tcase, forwards_stay_readable);
    tcase_add_test(tcase, hostile_input_is_bounded);
    suite_add_tcase(suite, tcase);
    return suite;
}
