#include <check.h>
#include <jansson.h>
#include <string.h>

#include "base/buffer.h"
#include "base/zone.h"
#include "parsers/parser.h"

static struct parser *parser;
static struct zone *zone;
static struct arena arena;

static void setup(void)
{
    struct error error;
    struct parser_options options = {.desk_address = "timer@politi.example"};
    arena = (struct arena)ARENA_INIT;
    ck_assert_msg(parser_new(&options, &parser, &error) == STATUS_OK, "%s", error.text);
    ck_assert(zone_open("Europe/Oslo", &zone, &error) == STATUS_OK);
}

static void teardown(void)
{
    zone_close(&zone);
    parser_free(&parser);
    arena_clear(&arena);
}

static int64_t at(const char *text)
{
    int64_t time;
    struct error error;
    ck_assert(rfc3339_parse(text, zone, &time, &error) == STATUS_OK);
    return time;
}

static void read_mail(const char *mail, struct reading *reading)
{
    parser_read(parser, mail, strlen(mail), (struct parser_time){.clock_now = at("2024-06-05T12:00")}, &arena, reading);
}

#define HEADERS "From: Amina <amina@example.org>\nTo: timer@politi.example\nDate: Wed, 05 Jun 2024 09:00:00 +0200\n"

START_TEST(a_mail_and_what_it_asks_for)
{
    struct reading reading;
    read_mail(HEADERS "Subject: Time\n\nAvbestill TP482173967, takk.\n\nHilsen\nAmina\n", &reading);
    ck_assert_int_eq(reading.kind, KIND_REQUEST);
    ck_assert_str_eq(reading.language, "nb");
    ck_assert_str_eq(reading.text, "Avbestill TP482173967, takk.");
    ck_assert_uint_eq(reading.request_count, 1);
    ck_assert_int_eq(reading.requests[0].intent, INTENT_CANCEL);
    ck_assert_str_eq(reading.requests[0].booking_number, "TP482173967");
    ck_assert(reading.requests[0].certain);
}
END_TEST

/* "i morgen" is counted from the day of writing, unless Date is not to be believed. */
START_TEST(the_time_of_writing)
{
    static const struct {
        const char *date;
        const char *day;
    } cases[] = {
        {"Tue, 04 Jun 2024 09:00:00 +0200", "2024-06-05"},
        {"Wed, 05 Jun 2024 09:00:00 +0200", "2024-06-06"},
        {"Mon, 01 Jan 2035 09:00:00 +0200", "2024-06-06"},
        {"Mon, 01 Jan 2018 09:00:00 +0200", "2024-06-06"},
        {"yesterday", "2024-06-06"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *mail = arena_printf(&arena,
                                  "From: a@example.org\nSubject: TP482173967\nDate: %s\n\n"
                                  "Kan jeg flytte timen til i morgen?\n",
                                  cases[i].date);
        struct reading reading;
        read_mail(mail, &reading);
        ck_assert_uint_eq(reading.requests[0].time_count, 1);
        ck_assert_int_eq(reading.requests[0].times[0].start, at(cases[i].day));
    }
}
END_TEST

#define FORWARD(words)                                                                                                 \
    "From: ola@politiet.example\nTo: timer@politi.example\nSubject: Fwd: time\nDate: Wed, 05 Jun 2024 09:30:00 "       \
    "+0200\n\n" words                                                                                                  \
    "\n\n---------- Forwarded message ---------\nFrom: Amina <amina@example.org>\nDate: Wed, 5 Jun 2024 at 09:00\n"    \
    "Subject: time\nTo: Ola <ola@politiet.example>\n\nHei, kan dere avbestille TP482173967?\n"

START_TEST(forwards)
{
    struct reading reading;
    read_mail(FORWARD("FYI, se under."), &reading);
    ck_assert_ptr_nonnull(reading.forwarded);
    ck_assert_str_eq(reading.forwarded->from.address, "amina@example.org");
    ck_assert_int_eq(reading.requests[0].intent, INTENT_CANCEL);
    ck_assert(reading.requests[0].certain);

    read_mail(FORWARD("Ikke avbestill denne, hun kommer."), &reading); /* the officer's words win */
    ck_assert_int_eq(reading.requests[0].intent, INTENT_CONFIRM);
    ck_assert_str_eq(reading.requests[0].booking_number, "TP482173967");
}
END_TEST

#define CALENDAR(method, partstat, more)                                                                               \
    HEADERS "Subject: Time\nContent-Type: text/calendar; method=" method "\n\nBEGIN:VCALENDAR\nMETHOD:" method         \
            "\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:TP482173967@politi.example\nDTSTAMP:20240605T070000Z\n"        \
            "DTSTART:20240612T080000Z\nDTEND:20240612T082000Z\nATTENDEE;PARTSTAT=" partstat                            \
            ":mailto:amina@example.org\n" more "END:VEVENT\nEND:VCALENDAR\n"

START_TEST(calendar_answers)
{
    static const struct {
        const char *mail;
        enum intent intent;
        bool certain;
    } cases[] = {
        {CALENDAR("REPLY", "ACCEPTED", ""), INTENT_CONFIRM, true},
        {CALENDAR("REPLY", "DECLINED", ""), INTENT_CANCEL, false}, /* perhaps another time is wished */
        {CALENDAR("REPLY", "DECLINED", "COMMENT:Trenger ikke timen lenger\n"), INTENT_CANCEL, true},
        {CALENDAR("REPLY", "DECLINED", "COMMENT:Kan jeg komme en annen dag?\n"), INTENT_RESCHEDULE, false},
        {CALENDAR("COUNTER", "TENTATIVE", ""), INTENT_RESCHEDULE, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading reading;
        read_mail(cases[i].mail, &reading);
        ck_assert_int_eq(reading.kind, KIND_CALENDAR);
        ck_assert_int_eq(reading.requests[0].intent, cases[i].intent);
        ck_assert_int_eq(reading.requests[0].certain, cases[i].certain);
        ck_assert_str_eq(reading.requests[0].booking_number, "TP482173967");
    }
}
END_TEST

START_TEST(machines_ask_for_nothing)
{
    struct reading reading;
    read_mail(HEADERS "Subject: Automatisk svar: Time\n\nJeg har ferie. Avbestill TP482173967\n", &reading);
    ck_assert_int_eq(reading.kind, KIND_AUTO_REPLY);
    ck_assert_uint_eq(reading.request_count, 0);
}
END_TEST

START_TEST(json_has_the_fields_of_the_contract)
{
    static const char *const fields[] = {"message_id", "subject",  "date", "from",      "reply_to",
                                         "kind",       "language", "text", "forwarded", "requests"};
    static const char *const request_fields[] = {"intent", "booking_number", "times", "place", "certain"};
    struct reading reading;
    struct buffer out = BUFFER_INIT;
    read_mail(HEADERS "Subject: x\n\nFlytt TP482173967 til 11. juni kl. 10\n", &reading);
    reading_json(parser, &reading, false, &out);
    ck_assert_ptr_null(strchr(out.data, '\n'));
    json_t *object = json_loads(out.data, 0, NULL);
    ck_assert_uint_eq(json_object_size(object), sizeof fields / sizeof fields[0]);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        ck_assert_ptr_nonnull(json_object_get(object, fields[i]));
    json_t *request = json_array_get(json_object_get(object, "requests"), 0);
    for (size_t i = 0; i < sizeof request_fields / sizeof request_fields[0]; i++)
        ck_assert_ptr_nonnull(json_object_get(request, request_fields[i]));
    json_t *time = json_array_get(json_object_get(request, "times"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(time, "start")), "2024-06-11T10:00:00+02:00");
    ck_assert_str_eq(json_string_value(json_object_get(time, "end")), "2024-06-11T10:01:00+02:00");
    ck_assert_str_eq(json_string_value(json_object_get(time, "grain")), "minute");
    ck_assert_str_eq(json_string_value(json_object_get(time, "stance")), "want");
    json_decref(object);
    buffer_release(&out);
}
END_TEST

START_TEST(any_bytes_give_a_reading)
{
    static const char *const mails[] = {"", "\n\n", "\xff\xfe\x00", "Subject: \xff\n\n\xff avbestill", "From:\n\n?"};
    for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++) {
        struct reading reading;
        struct buffer out = BUFFER_INIT;
        read_mail(mails[i], &reading);
        reading_json(parser, &reading, true, &out);
        json_t *object = json_loads(out.data, 0, NULL);
        ck_assert_ptr_nonnull(object);
        json_decref(object);
        buffer_release(&out);
    }
}
END_TEST

START_TEST(bad_options_are_refused)
{
    static const struct parser_options cases[] = {
        {.zone = "Nowhere/City"},
        {.booking_prefix = "123"},
        {.number_pattern = "("},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parser *none = NULL;
        struct error error;
        ck_assert_int_eq(parser_new(&cases[i], &none, &error), STATUS_INVALID);
        ck_assert_ptr_null(none);
    }
}
END_TEST

Suite *parser_suite(void);
Suite *parser_suite(void)
{
    Suite *suite = suite_create("parser");
    TCase *tcase = tcase_create("parser");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_mail_and_what_it_asks_for);
    tcase_add_test(tcase, the_time_of_writing);
    tcase_add_test(tcase, forwards);
    tcase_add_test(tcase, calendar_answers);
    tcase_add_test(tcase, machines_ask_for_nothing);
    tcase_add_test(tcase, json_has_the_fields_of_the_contract);
    tcase_add_test(tcase, any_bytes_give_a_reading);
    tcase_add_test(tcase, bad_options_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
