#include <check.h>
#include <string.h>

#include "base/buffer.h"
#include "parsers/calendar_answer.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

static const struct calendar_answer *read(const char *text)
{
    return calendar_answer_read(&arena, message_read(&arena, text, strlen(text)));
}

#define PART(type, calendar)                                                                                           \
    "From: Amina <amina@x.example>\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\nGodtatt\n"               \
    "--x\nContent-Type: " type "\n\n" calendar "\n--x--\n"
#define CALENDAR(method, lines)                                                                                        \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" method "BEGIN:VEVENT\r\nUID:TP1@politi.example\r\n" lines                     \
    "END:VEVENT\r\nEND:VCALENDAR\r\n"

START_TEST(answers)
{
    static const struct {
        const char *text;
        const char *method;
        const char *partstat;
        const char *attendee;
    } cases[] = {
        {PART("text/calendar; method=REPLY; charset=utf-8",
              CALENDAR("METHOD:REPLY\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:amina@x.example\r\n")),
         "REPLY", "ACCEPTED", "amina@x.example"},
        {PART("text/calendar", CALENDAR("METHOD:REPLY\r\n", "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Amina@X.example\r\n")),
         "REPLY", "DECLINED", "Amina@x.example"},
        /* the method only beside the calendar, or nowhere */
        {PART("text/calendar; METHOD=reply", CALENDAR("", "ATTENDEE;PARTSTAT=TENTATIVE:mailto:amina@x.example\r\n")),
         "REPLY", "TENTATIVE", "amina@x.example"},
        {PART("application/ics; name=invite.ics",
              CALENDAR("", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:amina@x.example\r\n")),
         "REPLY", "ACCEPTED", "amina@x.example"},
        {PART(
             "text/calendar",
             "begin:vcalendar\nversion:2.0\nmethod:reply\nbegin:vevent\nattendee;cn=\"O; J\";partstat\n =accepted:mai\n"
             " lto:amina@x.example\nuid:TP1@polit\n i.example\nend:vevent\nend:vcalendar\n"),
         "REPLY", "ACCEPTED", "amina@x.example"},
        /* a counter may name everybody */
        {PART("text/calendar",
              CALENDAR("METHOD:COUNTER\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@x.example\r\n"
                                             "ATTENDEE;PARTSTAT=TENTATIVE:mailto:amina@x.example\r\n")),
         "COUNTER", "TENTATIVE", "amina@x.example"},
        {PART("text/calendar", CALENDAR("METHOD:REPLY\r\n", "")), "REPLY", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct calendar_answer *answer = read(cases[i].text);
        ck_assert_msg(answer != NULL, "%s", cases[i].text);
        ck_assert_str_eq(answer->method, cases[i].method);
        ck_assert_pstr_eq(answer->partstat, cases[i].partstat);
        ck_assert_pstr_eq(answer->attendee, cases[i].attendee);
        ck_assert_str_eq(answer->uid, "TP1@politi.example");
        ck_assert(!answer->has_sequence);
        ck_assert_ptr_null(answer->comment);
    }
}
END_TEST

START_TEST(details)
{
    static const struct {
        const char *start;
        int64_t expected; /* 2024-06-11 10:00 in Oslo, 0 for none */
    } cases[] = {
        {"DTSTART:20240611T080000Z\r\n", 1718092800},
        {"DTSTART;TZID=Europe/Oslo:20240611T100000\r\n", 1718092800},
        {"DTSTART;TZID=\"W. Europe Standard Time\":20240611T100000\r\n", 1718092800},
        {"DTSTART;TZID=Nowhere:20240611T100000\r\n", 0},
        {"DTSTART:20240611T100000\r\n", 0},
        {"DTSTART;VALUE=DATE:20240611\r\n", 0},
        {"DTSTART:broken\r\n", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text =
            arena_printf(&arena,
                         PART("text/calendar",
                              CALENDAR("METHOD:COUNTER\r\n", "SEQUENCE:3\r\nCOMMENT:Kan ikke\\, f\u00e5r jeg en\r\n"
                                                             "  time i uke 34?\\n\r\n%sDTEND:20240611T083000Z\r\n")),
                         cases[i].start);
        const struct calendar_answer *answer = read(text);
        ck_assert_ptr_nonnull(answer);
        ck_assert(answer->has_sequence);
        ck_assert_int_eq(answer->sequence, 3);
        ck_assert_str_eq(answer->comment, "Kan ikke, f\u00e5r jeg en time i uke 34?");
        ck_assert_int_eq(answer->has_time, cases[i].expected != 0);
        ck_assert_int_eq(answer->start, cases[i].expected);
        ck_assert_int_eq(answer->end, cases[i].expected == 0 ? 0 : 1718092800 + 1800);
    }
}
END_TEST

START_TEST(what_is_no_answer)
{
    static const char *const cases[] = {
        PART("text/calendar; method=REQUEST", CALENDAR("METHOD:REQUEST\r\n", "")),
        PART("text/calendar; method=REPLY", CALENDAR("METHOD:CANCEL\r\n", "")),
        PART("text/calendar", CALENDAR("", "ATTENDEE:mailto:amina@x.example\r\n")),
        PART("text/calendar; method=REPLY", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR"),
        PART("text/calendar; method=REPLY", "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT"),
        PART("text/calendar; method=REPLY", "END:VEVENT\r\n" CALENDAR("METHOD:REPLY\r\n", "")),
        PART("text/calendar; method=REPLY", "nonsense"),
        PART("text/calendar; method=REPLY", ""),
        PART("text/plain; method=REPLY", CALENDAR("METHOD:REPLY\r\n", "")),
        /* in a mail that is passed on it is not the writer's */
        PART("message/rfc822", "Content-Type: text/calendar\n\n" CALENDAR("METHOD:REPLY\r\n", "")),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(read(cases[i]) == NULL, "%s", cases[i]);
}
END_TEST

START_TEST(hostile_calendars)
{
    static const struct {
        const char *unit;
        size_t times;
    } cases[] = {
        {"BEGIN:VEVENT\n", 20000},
        {"ATTENDEE:mailto:a@x.example\n", 50000},
        {"UID:", 100000},
        {"X;A=B;", 100000},
        {" \n", 100000},
        {"RRULE:FREQ=SECONDLY;COUNT=1000000000\n", 9},
        {"\"", 60000},
        {"ATTENDEE;CN=\"\n", 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer text = BUFFER_INIT;
        buffer_append_string(&text, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n");
        for (size_t n = 0; n < cases[i].times; n++)
            buffer_append_string(&text, cases[i].unit);
        buffer_append_string(&text, "\nEND:VEVENT\nEND:VCALENDAR\n");
        read(text.data);
        buffer_release(&text);
        ck_assert_uint_lt(arena.total, 16 * 1024 * 1024);
        arena_clear(&arena);
    }
}
END_TEST

Suite *calendar_answer_suite(void);
Suite *calendar_answer_suite(void)
{
    Suite *suite = suite_create("calendar_answer");
    TCase *tcase = tcase_create("calendar_answer");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, answers);
    tcase_add_test(tcase, details);
    tcase_add_test(tcase, what_is_no_answer);
    tcase_add_test(tcase, hostile_calendars);
    suite_add_tcase(suite, tcase);
    return suite;
}
