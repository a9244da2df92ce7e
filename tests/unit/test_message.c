#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "parsers/message.h"
#include "parsers/parser.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

/* Reads a copy that ends exactly where the message does, so that a sanitizer sees every byte read beyond. */
static const struct message *read_exactly(const char *bytes, size_t length)
{
    char *copy = malloc(length == 0 ? 1 : length);
    if (length > 0)
        memcpy(copy, bytes, length);
    const struct message *message = message_read(&arena, copy, length);
    free(copy);
    return message;
}

static const struct message *read(const char *text)
{
    return read_exactly(text, strlen(text));
}

START_TEST(subjects)
{
    static const struct {
        const char *value;
        const char *expected;
    } cases[] = {
        {"Avbestille time", "Avbestille time"},
        {"=?utf-8?Q?P=C3=A5minnelse_om_time?=", "P\u00e5minnelse om time"},
        {"=?windows-1252?Q?Ikke_p=E5_kontoret=3A_P=E5minnelse_om_time_hos_politie?=\r\n =?windows-1252?Q?t?=",
         "Ikke p\u00e5 kontoret: P\u00e5minnelse om time hos politiet"},
        {"=?UTF-8?B?ww==?= =?UTF-8?B?pQ==?=", "\u00e5"}, /* one character cut in two words */
        {"=?iso-8859-1*no?Q?=E6?= og =?utf-8?B?w7g=?=", "\u00e6 og \u00f8"},
        {"=?koi8-u?B?98bR1MnF?= mixed", "\u0412\u0444\u044f\u0442\u0438\u0435 mixed"},
        {"raw utf-8 \u00e5", "raw utf-8 \u00e5"},
        {"raw latin \xe5", "raw latin \u00e5"},
        {"=?x-unknown?Q?=E5?=", "\u00e5"},
        {"=?utf-8?Q?broken", "=?utf-8?Q?broken"},
        {"=?utf-8?Q?a b=?= =?x =?=?=?utf-8?X?a?=", "a b =?x =?=?=?utf-8?X?a?="},
        {"folded\r\n\tline", "folded line"},
        {"=?utf-8?Q?line=0D=0ABcc:_x=40y=00z?=", "line Bcc: x@yz"},
        {"\x1b[31mred\x07", "[31mred"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "Subject: %s\r\n\r\nHei\r\n", cases[i].value);
        ck_assert_str_eq(read(text)->subject, cases[i].expected);
    }
}
END_TEST

START_TEST(who_wrote)
{
    static const struct {
        const char *header;
        const char *name;
        const char *address;
        bool single;
    } cases[] = {
        {"From: Amina Yusuf <amina@Example.ORG>\n", "Amina Yusuf", "amina@example.org", true},
        {"From: amina@example.org\n", NULL, "amina@example.org", true},
        {"From: =?utf-8?Q?=C3=85se?= Dahl <a@x.example>\n", "\u00c5se Dahl", "a@x.example", true},
        {"From: \"Dahl, Espen\" <e@x.example>\n", "Dahl, Espen", "e@x.example", true},
        {"From: a@x.example (Amina (at work))\n", NULL, "a@x.example", true},
        {"From: a@x.example\nFrom: b@x.example\n", NULL, "a@x.example", false},
        {"From: a@x.example, b@x.example\n", NULL, "a@x.example", false},
        {"From: Ola, ola@x.example\n", NULL, "ola@x.example", false},
        {"From: a@police.example@evil.example\n", NULL, NULL, false},
        {"From: <a@x.example> <b@x.example>\n", NULL, "a@x.example", false},
        {"From: undisclosed-recipients:;\n", NULL, NULL, false},
        {"From:\n", NULL, NULL, false},
        {"To: a@x.example\n", NULL, NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s\nHei\n", cases[i].header);
        const struct message *message = read(text);
        ck_assert_pstr_eq(message->from.address, cases[i].address);
        ck_assert_msg(message->from_single == cases[i].single, "%s", cases[i].header);
        if (cases[i].single)
            ck_assert_pstr_eq(message->from.name, cases[i].name);
    }
}
END_TEST

START_TEST(dates_and_threads)
{
    const struct message *message = read("Date: Mon, 29 Jul 2024 08:02:15 +0200 (CEST)\r\n"
                                         "Message-ID: <m@x.example>\r\n"
                                         "In-Reply-To: <c@desk>\r\n"
                                         "References: <a@desk> <b@desk>\r\n <c@desk>\r\n"
                                         "Delivered-To: timer+TAG@politi.example\r\n"
                                         "To: Timer <Timer@politi.example>\r\n"
                                         "Cc: timer@POLITI.example, x@y.example\r\n\r\n");
    ck_assert(message->has_date);
    ck_assert_int_eq(message->date, 1722232935);
    ck_assert_str_eq(message->message_id, "m@x.example");
    ck_assert_uint_eq(message->references.count, 3);
    ck_assert_str_eq(message->references.items[0], "c@desk");
    ck_assert_str_eq(message->references.items[1], "b@desk");
    ck_assert_str_eq(message->references.items[2], "a@desk");
    ck_assert_uint_eq(message->to.count, 3);
    ck_assert_str_eq(message->to.items[0].address, "timer+TAG@politi.example");

    static const char *const broken[] = {"Date: yesterday", "Date: Mon, 99 Jul 2024 08:02:15 +0200", "Date:", "X: y"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        ck_assert_msg(!read(broken[i])->has_date, "%s", broken[i]);
}
END_TEST

START_TEST(alternatives_and_attachments)
{
    const struct message *message = read("Content-Type: multipart/mixed; boundary=\"a\"\n\n"
                                         "--a\nContent-Type: multipart/alternative; boundary=\"ab\"\n\n"
                                         "--ab\nContent-Type: text/plain; charset=iso-8859-1\n"
                                         "Content-Transfer-Encoding: quoted-printable\n\nBl=E5b=E6r=\n!\n"
                                         "--ab\nContent-Type: text/html\n\n<p>x</p>\n"
                                         "--ab--\n"
                                         "--a\nContent-Type: text/plain; name=\"=?utf-8?Q?=C3=A6.txt?=\"\n"
                                         "Content-Disposition: attachment; filename*0*=utf-8''%C3%A6; filename*1=.txt\n"
                                         "Content-Transfer-Encoding: base64\n\nSGVp\n"
                                         "--a--\nepilogue\n");
    ck_assert_uint_eq(message->part_count, 5);
    ck_assert_str_eq(message->plain, "Bl\u00e5b\u00e6r!");
    ck_assert_str_eq(message->html, "<p>x</p>");
    ck_assert_int_eq(message->parts[2].alternative, 1);
    ck_assert_int_eq(message->parts[3].parent, 1);
    ck_assert_int_eq(message->parts[4].alternative, MESSAGE_NONE);
    ck_assert(message->parts[4].attachment);
    ck_assert_str_eq(message->parts[4].file_name, "\u00e6.txt");
    ck_assert_str_eq(message->parts[4].text, "Hei");
    ck_assert(!message->overflow);
}
END_TEST

START_TEST(attached_messages)
{
    const struct message *message = read("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSe vedlegg\n"
                                         "--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
                                         "RnJvbTogYUB4LmV4YW1wbGUKU3ViamVjdDogSW5uZXIKClBsZWFzZSBjYW5jZWwK\n--x--\n");
    ck_assert_str_eq(message->plain, "Se vedlegg");
    const struct message *inner = message_attached(message);
    ck_assert_ptr_nonnull(inner);
    ck_assert_str_eq(inner->subject, "Inner");
    ck_assert_str_eq(inner->from.address, "a@x.example");
    ck_assert_str_eq(inner->plain, "Please cancel\n");
}
END_TEST

START_TEST(files_whose_type_tells_nothing)
{
    const struct message *message =
        read("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\nHei\n"
             "--x\nContent-Type: text/plain; name=notes.txt\n\nnotes\n"
             "--x\nContent-Type: application/octet-stream; name=Mail.EML\n\nSubject: inner\n\nx\n"
             "--x\nContent-Type: application/octet-stream; name=a.ics\n\nBEGIN:VCALENDAR\n--x--\n");
    ck_assert_str_eq(message_attached(message)->subject, "inner");
    ck_assert_str_eq(message->parts[4].type, "text/calendar");
    ck_assert_str_eq(message->html, "Hei");
    ck_assert_ptr_null(message->plain);
    ck_assert_str_eq(read("Content-Type: text/plain; name=body.txt\n\nHei\n")->plain, "Hei\n");
    ck_assert_str_eq(read("Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x\n\n\n--x\n\nb\n--x--")->plain,
                     "a\n\nb");
}
END_TEST

START_TEST(broken_trees_can_still_be_read)
{
    static const struct {
        const char *text;
        const char *plain;
    } cases[] = {
        {"Avbestill timen\n", "Avbestill timen\n"},
        {"", ""},
        {"\n", ""},
        {"Subject: x", ""},
        {"Content-Type: multipart/mixed\n\nno boundary\n", "no boundary\n"},
        {"Content-Type: multipart/mixed; boundary=\"\"\n\nempty boundary\n", "empty boundary\n"},
        {"Content-Type: multipart/mixed; boundary=\"\\\"\"\n\nquote as boundary\n", "quote as boundary\n"},
        {"Content-Type: multipart/mixed; boundary=x\n\nnever used\n", "never used\n"},
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nnever closed\n", "never closed\n"},
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n\nafter an empty part\n--x--", "after an empty part"},
        {"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x \t\r\n\r\npadded\r\n--xy\r\n--x--\r\n", "padded\n--xy"},
        {"Content-Type: text/plain; charset=no-such-thing\n\n\xc3\xa5\n", "\u00e5\n"},
        {"Content-Type: text/plain; charset=utf-8\n\n\xe5\n", "\u00e5\n"},
        {"Content-Type: nonsense\n\nHei\n", "Hei\n"},
        {"Content-Transfer-Encoding: base64\n\n!!!!", ""},
        {"Subject: x\nthis is no header\nSubject: y\n", "this is no header\nSubject: y\n"},
        {"Subject: x\n\nline\r\nold mac\rend\x01\x7f\n", "line\nold mac\nend\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_pstr_eq(read(cases[i].text)->plain, cases[i].plain);
}
END_TEST

START_TEST(nul_bytes)
{
    static const char text[] = "Subject: a\0b\nFrom: a@x.example\n\nHei\0 du\n";
    const struct message *message = read_exactly(text, sizeof text - 1);
    ck_assert_str_eq(message->subject, "a b");
    ck_assert_str_eq(message->from.address, "a@x.example");
    ck_assert_str_eq(message->plain, "Hei du\n");
}
END_TEST

static void append_times(struct buffer *buffer, const char *text, size_t times)
{
    while (times-- > 0)
        buffer_append_string(buffer, text);
}

START_TEST(ten_thousand_parts)
{
    struct buffer text = BUFFER_INIT;
    buffer_append_string(&text, "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nfirst\n");
    append_times(&text, "--x\n\npart\n", 10000);
    const struct message *message = read_exactly(text.data, text.length);
    buffer_release(&text);
    ck_assert(message->overflow);
    ck_assert_uint_eq(message->part_count, MESSAGE_PARTS_MAX);
    ck_assert_str_eq(message->parts[1].text, "first");
}
END_TEST

START_TEST(nested_a_thousand_deep)
{
    static const char *const levels[] = {
        "Content-Type: message/rfc822\n\n",
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n",
        "Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
    };
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        struct buffer text = BUFFER_INIT;
        append_times(&text, "Subject: outermost\n", 1);
        append_times(&text, levels[i], 1000);
        append_times(&text, "\ninnermost\n", 1);
        const struct message *message = read_exactly(text.data, text.length);
        buffer_release(&text);
        ck_assert(message->overflow);
        ck_assert_str_eq(message->subject, "outermost");
        ck_assert_uint_lt(arena.total, 4 * 1024 * 1024);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(parentheses_a_million_deep)
{
    static const char *const fields[] = {
        "From: ", "Date: ", "To: ", "Content-Type: ", "Content-Disposition: ", "Content-Transfer-Encoding: "};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct buffer text = BUFFER_INIT;
        append_times(&text, fields[i], 1);
        append_times(&text, "(", 1000000);
        append_times(&text, "\nSubject: still here\n\nHei\n", 1);
        const struct message *message = read_exactly(text.data, text.length);
        buffer_release(&text);
        ck_assert(message->overflow);
        ck_assert_str_eq(message->subject, "still here");
        ck_assert(!message->from_single);
    }
}
END_TEST

START_TEST(fifty_megabytes_cost_no_more_than_the_cap)
{
    size_t length = 50 * 1024 * 1024;
    char *bytes = malloc(length);
    memset(bytes, 'a', length);
    static const char start[] = "Subject: big\n\nHei\n";
    memcpy(bytes, start, sizeof start - 1);
    const struct message *message = message_read(&arena, bytes, length);
    free(bytes);
    ck_assert(message->overflow);
    ck_assert_str_eq(message->subject, "big");
    ck_assert_int_eq(strncmp(message->plain, "Hei\n", 4), 0);
    ck_assert_uint_le(arena.total, 2 * PARSER_MESSAGE_MAX);
}
END_TEST

START_TEST(too_many_header_fields)
{
    struct buffer text = BUFFER_INIT;
    append_times(&text, "X-Filler: y\n", 100000);
    append_times(&text, "\nHei\n", 1);
    const struct message *message = read_exactly(text.data, text.length);
    buffer_release(&text);
    ck_assert(message->overflow);
    ck_assert_uint_eq(message->headers.count, HEADER_FIELDS_MAX);
    ck_assert_str_eq(message->plain, "Hei\n");
}
END_TEST

START_TEST(stand_ins_for_html)
{
    static const struct {
        const char *plain;
        const char *html_text;
        bool stub;
    } cases[] = {
        {" \n", "Please cancel", true},
        {NULL, "Please cancel", true},
        {"Your mail program cannot show HTML.", "Please cancel", true},
        {"Please cancel my\nappointment", "Please cancel my appointment\n> quoted", false},
        {"Please cancel", "", false},
        {"Please cancel", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_int_eq(message_plain_is_stub(cases[i].plain, cases[i].html_text), cases[i].stub);
}
END_TEST

START_TEST(unreadable_attachments_are_named)
{
    const struct message *message = read(
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHei\n"
        "--x\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n"
        "--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"Mail.MSG\"\n\nx\n"
        "--x\nContent-Type: image/png; name=logo.png\n\nx\n--x--\n");
    ck_assert_pstr_eq(message_unreadable_names(message, &arena), "winmail.dat, Mail.MSG");
    ck_assert_ptr_null(message_unreadable_names(read("\nHei\n"), &arena));
}
END_TEST

Suite *message_suite(void);
Suite *message_suite(void)
{
    Suite *suite = suite_create("message");
    TCase *tcase = tcase_create("message");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, subjects);
    tcase_add_test(tcase, who_wrote);
    tcase_add_test(tcase, dates_and_threads);
    tcase_add_test(tcase, alternatives_and_attachments);
    tcase_add_test(tcase, attached_messages);
    tcase_add_test(tcase, files_whose_type_tells_nothing);
    tcase_add_test(tcase, broken_trees_can_still_be_read);
    tcase_add_test(tcase, nul_bytes);
    tcase_add_test(tcase, ten_thousand_parts);
    tcase_add_test(tcase, nested_a_thousand_deep);
    tcase_add_test(tcase, parentheses_a_million_deep);
    tcase_add_test(tcase, fifty_megabytes_cost_no_more_than_the_cap);
    tcase_add_test(tcase, too_many_header_fields);
    tcase_add_test(tcase, stand_ins_for_html);
    tcase_add_test(tcase, unreadable_attachments_are_named);
    suite_add_tcase(suite, tcase);
    return suite;
}
