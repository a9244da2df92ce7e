#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/smtp.h"
#include "tests/unit/scripted_server.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct server_access access_to;
static struct smtp *smtp;
static struct scripted_server *server;

static void setup(void)
{
    access_to = (struct server_access){.host = "127.0.0.1", .tls = TLS_NONE, .auth = AUTH_NONE, .timeout = 5};
    smtp = NULL;
}

static void teardown(void)
{
    smtp_close(&smtp);
}

static void begin(const struct script_step *steps, size_t count)
{
    struct error error;
    server = scripted_server_listen(steps, count, &access_to.port);
    ck_assert_int_eq(smtp_open(&access_to, "desk.example", &smtp, &error), STATUS_OK);
}

static struct smtp_reply send_to(const char *recipient, const char *message)
{
    struct smtp_letter letter = {"desk+token@politi.example", recipient, message, strlen(message)};
    struct smtp_reply reply;
    smtp_send(smtp, &letter, &reply);
    return reply;
}

/* The server was told what it expected; `heard` is what it was told. */
static char *finish(void)
{
    char *heard;
    smtp_close(&smtp);
    bool whole = scripted_server_end(server, &heard);
    ck_assert_msg(whole, "the script was not followed; heard:\n%s", heard);
    return heard;
}

#define GREETING                                                                                                       \
    {"", "220 mx.example\r\n"},                                                                                        \
    {                                                                                                                  \
        "EHLO desk.example", "250-mx.example\r\n250 SIZE 100000\r\n"                                                   \
    }
#define LETTER "Subject: x\r\n\r\nHello\r\n.dot\r\n"

START_TEST(two_letters_on_one_connection)
{
    static const struct script_step script[] = {
        GREETING,
        {"MAIL FROM:<desk+token@politi.example>", "250 ok\r\n"},
        {"RCPT TO:<a@b.example>", "250 ok\r\n"},
        {"DATA", "354 go\r\n"},
        {".", "250 2.0.0 queued as 17\r\n"},
        {"MAIL FROM", "250 ok\r\n"},
        {"RCPT TO:<c@xn--d-4fa.example>", "250 ok\r\n"},
        {"DATA", "354 go\r\n"},
        {".", "250 ok\r\n"},
    };
    begin(script, COUNT(script));
    struct smtp_reply reply = send_to("a@b.example", LETTER);
    ck_assert_int_eq(reply.outcome, SMTP_ACCEPTED);
    ck_assert_str_eq(reply.text, "250 2.0.0 queued as 17");
    ck_assert_int_eq(send_to("c@d\xc3\xa6.example", LETTER).outcome, SMTP_ACCEPTED);
    char *heard = finish();
    ck_assert_ptr_nonnull(strstr(heard, "\r\n..dot\r\n.\r\n"));
    free(heard);
}
END_TEST

/* What the server says at which point, and what that means for the letter. */
START_TEST(refusals)
{
    static const struct {
        const char *mail;
        const char *rcpt;
        const char *data;
        const char *end;
        enum smtp_outcome outcome;
        int code;
    } cases[] = {
        {"250 ok\r\n", "550 5.1.1 no such user\r\n", NULL, NULL, SMTP_ADDRESS_REFUSED, 550},
        {"250 ok\r\n", "550 no such user\r\n", NULL, NULL, SMTP_ADDRESS_REFUSED, 550},
        {"250 ok\r\n", "550-5.1.1 no\r\n550 5.1.1 such user\r\n", NULL, NULL, SMTP_ADDRESS_REFUSED, 550},
        {"250 ok\r\n", "550 5.2.1 closed\r\n", NULL, NULL, SMTP_ADDRESS_REFUSED, 550},
        {"250 ok\r\n", "550 5.7.1 blocked by policy\r\n", NULL, NULL, SMTP_REFUSED, 550},
        {"250 ok\r\n", "554 5.7.1 relay access denied\r\n", NULL, NULL, SMTP_REFUSED, 554},
        {"250 ok\r\n", "552 5.2.2 mailbox full\r\n", NULL, NULL, SMTP_REFUSED, 552},
        {"250 ok\r\n", "451 4.7.1 greylisted\r\n", NULL, NULL, SMTP_LATER, 451},
        {"250 ok\r\n", "421 4.3.2 shutting down\r\n", NULL, NULL, SMTP_TROUBLE, 421},
        {"550 5.7.1 not your address\r\n", NULL, NULL, NULL, SMTP_TROUBLE, 550},
        {"451 later\r\n", NULL, NULL, NULL, SMTP_TROUBLE, 451},
        {"552 5.3.4 too large\r\n", NULL, NULL, NULL, SMTP_REFUSED, 552},
        {"250 ok\r\n", "250 ok\r\n", "554 no\r\n", NULL, SMTP_REFUSED, 554},
        {"250 ok\r\n", "250 ok\r\n", "451 no\r\n", NULL, SMTP_LATER, 451},
        {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "554 5.6.0 spam\r\n", SMTP_REFUSED, 554},
        {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "452 4.3.1 disk full\r\n", SMTP_LATER, 452},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct script_step script[] = {
            GREETING,
            {"MAIL FROM", cases[i].mail},
            {"RCPT TO", cases[i].rcpt},
            {"DATA", cases[i].data},
            {".", cases[i].end},
        };
        size_t count = COUNT(script);
        while (script[count - 1].reply == NULL)
            count--;
        begin(script, count);
        struct smtp_reply reply = send_to("a@b.example", LETTER);
        ck_assert_msg(reply.outcome == cases[i].outcome, "case %zu: outcome %d, %s", i, reply.outcome, reply.text);
        ck_assert_msg(reply.code == cases[i].code, "case %zu: code %d, %s", i, reply.code, reply.text);
        ck_assert_ptr_null(strpbrk(reply.text, "\r\n"));
        free(finish());
    }
}
END_TEST

START_TEST(hung_up_after_the_body_is_not_known)
{
    static const struct script_step script[] = {
        GREETING, {"MAIL FROM", "250 ok\r\n"}, {"RCPT TO", "250 ok\r\n"}, {"DATA", "354 go\r\n"}, {".", NULL}};
    begin(script, COUNT(script));
    struct smtp_reply reply = send_to("a@b.example", LETTER);
    ck_assert_int_eq(reply.outcome, SMTP_LATER);
    ck_assert_int_eq(reply.code, 0);
    ck_assert_ptr_nonnull(strstr(reply.text, "not known"));
    free(finish());
}
END_TEST

/* A server closes connections that were idle: the next letter goes over a new one at once. */
START_TEST(a_kept_connection_that_was_closed)
{
    static const struct script_step script[] = {GREETING,
                                                {"MAIL FROM", "250 ok\r\n"},
                                                {"RCPT TO", "250 ok\r\n"},
                                                {"DATA", "354 go\r\n"},
                                                {".", "250 ok\r\n"},
                                                {"MAIL FROM", "421 4.4.2 idle for too long\r\n"},
                                                {"", NULL},
                                                GREETING,
                                                {"MAIL FROM", "250 ok\r\n"},
                                                {"RCPT TO", "250 ok\r\n"},
                                                {"DATA", "354 go\r\n"},
                                                {".", "250 ok\r\n"}};
    begin(script, COUNT(script));
    ck_assert_int_eq(send_to("a@b.example", LETTER).outcome, SMTP_ACCEPTED);
    struct smtp_reply reply = send_to("a@b.example", LETTER);
    ck_assert_msg(reply.outcome == SMTP_ACCEPTED, "%s", reply.text);
    free(finish());
}
END_TEST

START_TEST(addresses_that_never_reach_the_wire)
{
    static const char *const addresses[] = {
        "",
        "a",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b.example\r\nRCPT TO:<evil@c.example>",
        "a@b.example>",
        "<a@b.example",
        "a\x7f@b.example",
        "a@b..example",
    };
    begin(NULL, 0);
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct smtp_reply reply = send_to(addresses[i], LETTER);
        ck_assert_msg(reply.outcome == SMTP_ADDRESS_REFUSED, "%s: %s", addresses[i], reply.text);
    }
    char *heard = finish();
    ck_assert_str_eq(heard, "");
    free(heard);
}
END_TEST

START_TEST(letters_beyond_ascii_need_smtputf8)
{
    static const struct script_step without[] = {GREETING, {"NOOP", "250 ok\r\n"}};
    static const struct script_step with[] = {
        {"", "220 mx.example\r\n"}, {"EHLO", "250-mx.example\r\n250 SMTPUTF8\r\n"},     {"NOOP", "250 ok\r\n"},
        {"SMTPUTF8", "250 ok\r\n"}, {"RCPT TO:<bj\xc3\xb8rn@b.example>", "250 ok\r\n"}, {"DATA", "354 go\r\n"},
        {".", "250 ok\r\n"}};
    begin(without, COUNT(without));
    struct smtp_reply reply = send_to("bj\xc3\xb8rn@b.example", LETTER);
    ck_assert_int_eq(reply.outcome, SMTP_REFUSED);
    ck_assert_ptr_nonnull(strstr(reply.text, "SMTPUTF8"));
    free(finish());
    begin(with, COUNT(with));
    reply = send_to("bj\xc3\xb8rn@b.example", LETTER);
    ck_assert_msg(reply.outcome == SMTP_ACCEPTED, "%s", reply.text);
    free(finish());
}
END_TEST

START_TEST(a_server_that_is_not_there)
{
    struct error error;
    begin(NULL, 0);
    free(finish()); /* a port where nobody listens any more */
    ck_assert_int_eq(smtp_open(&access_to, NULL, &smtp, &error), STATUS_OK);
    struct smtp_reply reply = send_to("a@b.example", LETTER);
    ck_assert_int_eq(reply.outcome, SMTP_TROUBLE);
    ck_assert_ptr_nonnull(strstr(reply.text, "is the server running"));
    ck_assert_int_eq(smtp_probe(smtp, &error), STATUS_UNAVAILABLE);
}
END_TEST

START_TEST(a_silent_server_ends_at_the_timeout)
{
    static const struct script_step script[] = {{"", "220 mx.example\r\n"}, {"EHLO", SCRIPT_DRIP}};
    access_to.timeout = 1;
    begin(script, COUNT(script));
    ck_assert_int_eq(send_to("a@b.example", LETTER).outcome, SMTP_TROUBLE);
    char *heard;
    smtp_close(&smtp);
    scripted_server_end(server, &heard);
    free(heard);
}
END_TEST

START_TEST(a_wrong_password)
{
    char path[] = "/tmp/timepost-test-XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_eq(write(descriptor, "hunter2\n", 8), 8);
    close(descriptor);
    access_to.auth = AUTH_PASSWORD;
    access_to.user = "desk";
    access_to.password_file = path;
    static const struct script_step script[] = {{"", "220 mx.example\r\n"},
                                                {"EHLO", "250-mx.example\r\n250 AUTH PLAIN\r\n"},
                                                {"AUTH PLAIN AGRlc2sAaHVudGVyMg==", "535 5.7.8 no\r\n"}};
    begin(script, COUNT(script));
    struct error error;
    ck_assert_int_eq(smtp_probe(smtp, &error), STATUS_DENIED);
    ck_assert_ptr_nonnull(strstr(error.text, "the login of desk was refused"));
    ck_assert_ptr_null(strstr(error.text, "hunter2"));
    free(finish());
    unlink(path);
    ck_assert_int_eq(smtp_open(&access_to, NULL, &smtp, &error), STATUS_OK);
    ck_assert_int_eq(smtp_probe(smtp, &error), STATUS_DENIED);
    ck_assert_ptr_nonnull(strstr(error.text, path));
}
END_TEST

Suite *smtp_suite(void);
Suite *smtp_suite(void)
{
    Suite *suite = suite_create("smtp");
    TCase *tcase = tcase_create("smtp");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, two_letters_on_one_connection);
    tcase_add_test(tcase, refusals);
    tcase_add_test(tcase, hung_up_after_the_body_is_not_known);
    tcase_add_test(tcase, a_kept_connection_that_was_closed);
    tcase_add_test(tcase, addresses_that_never_reach_the_wire);
    tcase_add_test(tcase, letters_beyond_ascii_need_smtputf8);
    tcase_add_test(tcase, a_server_that_is_not_there);
    tcase_add_test(tcase, a_silent_server_ends_at_the_timeout);
    tcase_add_test(tcase, a_wrong_password);
    suite_add_tcase(suite, tcase);
    return suite;
}
