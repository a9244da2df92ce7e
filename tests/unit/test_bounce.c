#include <check.h>
#include <string.h>

#include "base/buffer.h"
#include "parsers/bounce.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

static const struct bounce *read(const char *text)
{
    return bounce_read(&arena, message_read(&arena, text, strlen(text)));
}

#define REPORT(fields)                                                                                                 \
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nSorry: other@x.example\n"       \
    "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" fields                          \
    "--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <letter@desk>\nTo: a@x.example\n--x--\n"

START_TEST(delivery_status)
{
    static const struct {
        const char *text;
        const char *recipient;
        const char *status;
        bool permanent;
    } cases[] = {
        {REPORT("Final-Recipient: rfc822; a@X.example\nAction: failed\nStatus: 5.1.1\n"), "a@x.example", "5.1.1", true},
        {REPORT("final-recipient: RFC822;<a@x.example>\naction: Failed (gone)\nstatus: 5.1.1 (bad)\n"), "a@x.example",
         "5.1.1", true},
        {REPORT("Original-Recipient: rfc822; a@x.example\nFinal-Recipient: rfc822; b@y.example\nAction: failed\n"
                "Status: 5.0.0\n"),
         "a@x.example", "5.0.0", true},
        {REPORT("Final-Recipient: utf-8; \u00e5se@x.example\nAction: failed\nStatus: 5.1.1\n"), "\u00e5se@x.example",
         "5.1.1", true},
        {REPORT("Final-Recipient: rfc822; a@x.example\nAction: delayed\nStatus: 4.4.1\n"), "a@x.example", "4.4.1",
         false},
        /* given up after days of trying */
        {REPORT("Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 4.4.7\n"), "a@x.example", "4.4.7", true},
        {REPORT("Final-Recipient: rfc822; a@x.example\nAction: delivered\nStatus: 2.0.0\n"), "a@x.example", "2.0.0",
         false},
        /* of several the one that failed */
        {REPORT("Final-Recipient: rfc822; b@x.example\nAction: relayed\nStatus: 2.0.0\n\n"
                "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.2.1\n"),
         "a@x.example", "5.2.1", true},
        {REPORT("Final-Recipient: rfc822; a@evil@x\nAction: failed\nStatus: many\n"), NULL, NULL, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct bounce *bounce = read(cases[i].text);
        ck_assert_pstr_eq(bounce->recipient, cases[i].recipient);
        ck_assert_pstr_eq(bounce->status, cases[i].status);
        ck_assert_int_eq(bounce->permanent, cases[i].permanent);
        ck_assert_pstr_eq(bounce->original_message_id, "letter@desk");
    }
}
END_TEST

START_TEST(reports_in_words)
{
    static const struct {
        const char *text;
        const char *recipient;
        const char *status;
        const char *original;
        bool permanent;
    } cases[] = {
        /* qmail */
        {"From: MAILER-DAEMON@mx.example\nTo: desk@politi.example\n\nHi. This is the qmail-send program.\n\n"
         "<a@x.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n"
         "--- Below this line is a copy of the message.\n\nReturn-Path: <desk@politi.example>\n"
         "Message-ID: <letter@desk>\n",
         "a@x.example", "5.1.1", "letter@desk", true},
        /* Exim */
        {"From: Mailer-Daemon@mx.example\nX-Failed-Recipients: a@x.example\nIn-Reply-To: <letter@desk>\n\n"
         "  b@x.example\n    SMTP error: 550 User unknown\n",
         "a@x.example", NULL, "letter@desk", true},
        {"From: MAILER-DAEMON@mx.example\n\nNot yet delivered to a@x.example, will try again (451 4.7.1 greylisted).\n",
         "a@x.example", "4.7.1", NULL, false},
        {"From: MAILER-DAEMON@mx.example\n\nSomething went wrong.\n", NULL, NULL, NULL, false},
        {"From: MAILER-DAEMON@mx.example\n\n@ @@ a@ @b 5.1 5.1.1.1 10.5.1.1\n", NULL, NULL, NULL, false},
        {"", NULL, NULL, NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct bounce *bounce = read(cases[i].text);
        ck_assert_pstr_eq(bounce->recipient, cases[i].recipient);
        ck_assert_pstr_eq(bounce->status, cases[i].status);
        ck_assert_pstr_eq(bounce->original_message_id, cases[i].original);
        ck_assert_int_eq(bounce->permanent, cases[i].permanent);
    }
}
END_TEST

START_TEST(hostile_reports_cost_little)
{
    static const char *const units[] = {"@", "a@", "a@b@", "5.1.", "55", "Action: failed\n\n", "\n"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct buffer text = BUFFER_INIT;
        buffer_append_string(&text, "From: mailer-daemon@x.example\n\n");
        while (text.length < 1000000)
            buffer_append_string(&text, units[i]);
        const struct message *message = message_read(&arena, text.data, text.length);
        size_t before = arena.total;
        bounce_read(&arena, message);
        buffer_release(&text);
        ck_assert_uint_lt(arena.total - before, 4 * 1024 * 1024);
        arena_clear(&arena);
    }
}
END_TEST

Suite *bounce_suite(void);
Suite *bounce_suite(void)
{
    Suite *suite = suite_create("bounce");
    TCase *tcase = tcase_create("bounce");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, delivery_status);
    tcase_add_test(tcase, reports_in_words);
    tcase_add_test(tcase, hostile_reports_cost_little);
    suite_add_tcase(suite, tcase);
    return suite;
}
