#include <check.h>
#include <string.h>

#include "parsers/envelope.h"

/* "Automatic answer" in Ukrainian, as phrases are written and as a shouting program writes them. */
#define UKRAINIAN          "Автоматична відповідь"
#define UKRAINIAN_CAPITALS "АВТОМАТИЧНА ВІДПОВІДЬ"

static const char *const auto_reply_subjects[] = {"Automatisk svar", "Ikke p\u00e5 kontoret", UKRAINIAN};
static const char *const auto_reply_bodies[] = {"denne meldingen er sendt automatisk"};
static const char *const receipt_subjects[] = {"Ikke lest", "Lest"};

static enum message_kind kind_of(const char *text, const char *words)
{
    struct arena arena = ARENA_INIT;
    struct envelope_hints hints = {
        .desk_address = "timer@politi.example",
        .auto_reply_subjects = {auto_reply_subjects, 3},
        .auto_reply_bodies = {auto_reply_bodies, 1},
        .receipt_subjects = {receipt_subjects, 2},
        .text = words,
    };
    enum message_kind kind = envelope_kind(message_read(&arena, text, strlen(text)), &hints);
    arena_clear(&arena);
    return kind;
}

START_TEST(headers_and_structure)
{
    static const struct {
        const char *header;
        enum message_kind kind;
    } cases[] = {
        {"Subject: Hei", KIND_REQUEST},
        {"", KIND_REQUEST},
        /* what is no sign */
        {"X-Auto-Response-Suppress: All", KIND_REQUEST},
        {"X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", KIND_REQUEST},
        {"Auto-Submitted: no", KIND_REQUEST},
        {"Auto-Submitted: No (a person)", KIND_REQUEST},
        {"Precedence: normal", KIND_REQUEST},
        {"X-Autoreply: no", KIND_REQUEST},
        {"Return-Path: <a@x.example>", KIND_REQUEST},
        /* automatic answers */
        {"Auto-Submitted: auto-replied", KIND_AUTO_REPLY},
        {"Auto-Submitted: Auto-Generated; owner-email=\"x\"", KIND_AUTO_REPLY},
        {"Auto-Submitted: (no) auto-replied", KIND_AUTO_REPLY},
        {"Auto-Submitted: no\nAuto-Submitted: auto-replied", KIND_AUTO_REPLY},
        {"AUTO-SUBMITTED:auto-notified", KIND_AUTO_REPLY},
        {"X-Autoreply: yes", KIND_AUTO_REPLY},
        {"X-Autorespond: Vacation", KIND_AUTO_REPLY},
        {"X-Mail-Autoreply: x", KIND_AUTO_REPLY},
        {"Precedence: auto_reply", KIND_AUTO_REPLY},
        {"Return-Path: <>", KIND_AUTO_REPLY},
        {"Content-Type: multipart/report; report-type=feedback-report; boundary=x", KIND_AUTO_REPLY},
        /* lists and bulk */
        {"Precedence: Bulk", KIND_LIST},
        {"Precedence: normal\nPrecedence: list", KIND_LIST},
        {"List-Id: <a.example>", KIND_LIST},
        {"List-Unsubscribe: <mailto:x@y>", KIND_LIST},
        /* reports */
        {"Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; "
         "boundary=x\n\n--x--",
         KIND_BOUNCE},
        {"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nAction: "
         "failed\n--x--",
         KIND_BOUNCE},
        {"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example", KIND_BOUNCE},
        {"From: Mail-Daemon@mx.example", KIND_BOUNCE},
        {"X-Failed-Recipients: a@x.example", KIND_BOUNCE},
        {"Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=\"Disposition-Notification\"; "
         "boundary=x\n\n--x--",
         KIND_RECEIPT},
        /* a report that somebody passes on is no report */
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSe under\n--x\nContent-Type: message/rfc822\n\n"
         "Auto-Submitted: auto-replied\nReturn-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; "
         "boundary=y\n\n--y\nContent-Type: message/delivery-status\n\nAction: failed\n--y--\n--x--",
         KIND_REQUEST},
        /* our own */
        {"X-Timepost-Letter: 7\nAuto-Submitted: auto-replied\nReturn-Path: <>", KIND_OWN},
        {"From: \"Politiet\" <Timer@POLITI.EXAMPLE>\nAuto-Submitted: auto-replied", KIND_OWN},
        {"Delivered-To: desk@other.example\nFrom: desk@other.example", KIND_OWN},
        {"From: xtimer@politi.example", KIND_REQUEST},
        {"From: timer@politi.example.evil", KIND_REQUEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(kind_of(cases[i].header, NULL) == cases[i].kind, "%s", cases[i].header);
}
END_TEST

START_TEST(words_are_the_last_hint)
{
    static const struct {
        const char *header;
        const char *text;
        enum message_kind kind;
    } cases[] = {
        {"Subject: Automatisk svar: Timen din\n\n", "Hei", KIND_AUTO_REPLY},
        {"Subject: AUTOMATISK SVAR\n\n", NULL, KIND_AUTO_REPLY},
        {"Subject: =?utf-8?Q?IKKE_P=C3=85_KONTORET=3A_x?=\n\n", NULL, KIND_AUTO_REPLY},
        {"Subject: " UKRAINIAN_CAPITALS ": x\n\n", NULL, KIND_AUTO_REPLY},
        {"Subject: SV: Automatisk svar: Timen din\n\n", "Hei", KIND_REQUEST},
        {"Subject: Automatisk svaret mitt\n\n", "Hei", KIND_REQUEST},
        {"Subject: Ikke p\u00e5 kontoret 11. juni, kan jeg komme 12.?\n\n", "Hei", KIND_REQUEST},
        {"Subject: Lest: Timen din\n\n", NULL, KIND_RECEIPT},
        {"Subject: Timen din\n\n", "Borte.\nDenne meldingen er sendt AUTOMATISK.", KIND_AUTO_REPLY},
        {"Subject: Timen din\n\n", "Avbestill automatisk", KIND_REQUEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(kind_of(cases[i].header, cases[i].text) == cases[i].kind, "%s", cases[i].header);
}
END_TEST

START_TEST(a_calendar_answer_comes_before_the_filter)
{
    struct arena arena = ARENA_INIT;
    static const struct calendar_answer answer = {.method = "REPLY"};
    struct envelope_hints hints = {.calendar = &answer};
    static const char automatic[] = "Auto-Submitted: auto-generated\n\n";
    static const char ours[] = "X-Timepost-Letter: 7\n\n";
    ck_assert_int_eq(envelope_kind(message_read(&arena, automatic, sizeof automatic - 1), &hints), KIND_CALENDAR);
    ck_assert_int_eq(envelope_kind(message_read(&arena, ours, sizeof ours - 1), &hints), KIND_OWN);
    arena_clear(&arena);
}
END_TEST

Suite *envelope_suite(void);
Suite *envelope_suite(void)
{
    Suite *suite = suite_create("envelope");
    TCase *tcase = tcase_create("envelope");
    tcase_add_test(tcase, headers_and_structure);
    tcase_add_test(tcase, words_are_the_last_hint);
    tcase_add_test(tcase, a_calendar_answer_comes_before_the_filter);
    suite_add_tcase(suite, tcase);
    return suite;
}
