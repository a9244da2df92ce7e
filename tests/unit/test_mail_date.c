#include <check.h>
#include <string.h>

#include "base/embedded.h"
#include "parsers/mail_date.h"

static struct arena arena;
static struct lexicon_set *set;
static struct zone *zone;

static void setup(void)
{
    struct error error;
    arena = (struct arena)ARENA_INIT;
    ck_assert_int_eq(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error), STATUS_OK);
    ck_assert_int_eq(zone_open("Europe/Oslo", &zone, &error), STATUS_OK);
}

static void teardown(void)
{
    arena_clear(&arena);
    lexicon_free(&set);
    zone_close(&zone);
}

START_TEST(dates)
{
    static const struct {
        const char *text;
        const char *expected; /* NULL: not certain */
    } cases[] = {
        {"onsdag 22. mai 2024 12:17", "2024-05-22T12:17:00+02:00"},
        {"Wednesday, June 12, 2024 8:00 AM", "2024-06-12T08:00:00+02:00"},
        {"Wednesday, June 12, 2024 12:05 AM", "2024-06-12T00:05:00+02:00"},
        {"June 12, 2024 12:05 PM", "2024-06-12T12:05:00+02:00"},
        {"6/13/2024 3:15:09 PM", "2024-06-13T15:15:09+02:00"},
        {"6/7/2024 3:15 PM", "2024-06-07T15:15:00+02:00"}, /* only Americans write so */
        {"13/6/2024 15:15", "2024-06-13T15:15:00+02:00"},
        {"5/5/2024 15:15", "2024-05-05T15:15:00+02:00"},
        {"2024-01-09 08:00", "2024-01-09T08:00:00+01:00"},
        {"09.01.24 08:00", "2024-01-09T08:00:00+01:00"},
        {"Tue, 9 Jan 2024 08:00:00 -0500", "2024-01-09T14:00:00+01:00"},
        {"12.06.2024 08:00 (GMT+02:00)", "2024-06-12T08:00:00+02:00"},
        {"12 June 2024 at 08:00:00 CEST", "2024-06-12T08:00:00+02:00"},
        {"12 June 2024 at 08:00 UTC", "2024-06-12T10:00:00+02:00"},
        {"12 июня 2024", NULL}, /* no time of day */
        {"6/7/2024 15:15", NULL},
        {"12 June 2024 at 08:00 PST", NULL},
        {"12 junho 2024 08:00", NULL},
        {"12 June 13 July 2024 08:00", NULL},
        {"31.06.2024 08:00", NULL},
        {"12.06.2024 25:00", NULL},
        {"yesterday", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t date = 0;
        bool found = mail_date_read(set, zone, cases[i].text, &arena, &date);
        char printed[RFC3339_SIZE] = "";
        if (found)
            rfc3339_format(zone, date, printed);
        ck_assert_pstr_eq(found ? printed : NULL, cases[i].expected);
    }
}
END_TEST

START_TEST(without_a_zone_only_dates_that_name_one)
{
    int64_t date;
    ck_assert(!mail_date_read(set, NULL, "12.06.2024 08:00", &arena, &date));
    ck_assert(mail_date_read(set, NULL, "12.06.2024 08:00 +0200", &arena, &date));
}
END_TEST

Suite *mail_date_suite(void);
Suite *mail_date_suite(void)
{
    Suite *suite = suite_create("mail_date");
    TCase *tcase = tcase_create("mail_date");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, dates);
    tcase_add_test(tcase, without_a_zone_only_dates_that_name_one);
    suite_add_tcase(suite, tcase);
    return suite;
}
