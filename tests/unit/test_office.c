#include <check.h>
#include <string.h>

#include "state_fixture.h"

static struct error error;

START_TEST(opening_hours_come_back_as_they_were_written)
{
    static const struct {
        const char *text;
        const char *expected; /* NULL: the same */
    } cases[] = {
        {"mon-fri 08:00-15:00", NULL},
        {"mon,wed 09:00-11:30; thu 12:00-18:00", NULL},
        {"mon-wed,fri 08:00-11:30 12:00-15:00; sat 10:00-12:00", NULL},
        {"sun 00:00-24:00", NULL},
        {"  MON-Fri   08:00-15:00 ;", "mon-fri 08:00-15:00"},
        {"tue 12:00-15:00 08:00-11:00; mon 08:00-11:00 12:00-15:00", "mon-tue 08:00-11:00 12:00-15:00"},
        {"fri 10:00-12:00; mon 08:00-09:00", "mon 08:00-09:00; fri 10:00-12:00"},
        {"mon 08:00-12:00 12:00-15:00", NULL}, /* side by side is no overlap */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct opening_hours *hours;
        size_t count;
        ck_assert_msg(opening_hours_parse(cases[i].text, &fixture.arena, &hours, &count, &error) == STATUS_OK, "%s",
                      error.text);
        ck_assert_str_eq(opening_hours_format(hours, count, &fixture.arena),
                         cases[i].expected != NULL ? cases[i].expected : cases[i].text);
    }
}
END_TEST

START_TEST(wrong_opening_hours_are_named)
{
    static const struct {
        const char *text;
        const char *said[2]; /* the part, and what would be right */
    } cases[] = {
        {"", {"none given", "mon-fri 08:00-15:00"}},
        {" ; ", {"none given", "mon-fri 08:00-15:00"}},
        {"monday 08:00-15:00", {"“monday”", "mon, tue"}},
        {"mon-fry 08:00-15:00", {"“mon-fry”", "mon, tue"}},
        {"mon, 08:00-15:00", {"“”", "mon, tue"}},
        {"08:00-15:00", {"“08:00-15:00”", "mon, tue"}},
        {"fri-mon 08:00-15:00", {"“fri-mon”", "fri-sun,mon"}},
        {"mon-fri", {"“mon-fri”", "08:00-15:00"}},
        {"mon-fri 8-15", {"“8-15”", "08:00-15:00"}},
        {"mon 08:00–15:00", {"08:00–15:00", "08:00-15:00"}},
        {"mon 08:00-25:00", {"“08:00-25:00”", "08:00-15:00"}},
        {"mon 08:61-09:00", {"“08:61-09:00”", "08:00-15:00"}},
        {"mon 15:00-08:00", {"“15:00-08:00”", "midnight"}},
        {"mon 08:00-08:00", {"“08:00-08:00”", "closes before"}},
        {"mon 08:02-15:00", {"“08:02-15:00”", "five-minute"}},
        {"mon-fri 08:00-15:00; wed 14:00-16:00", {"“14:00-16:00”", "08:00-15:00 on wed"}},
        {"mon 08:00-10:00, tue 08:00-10:00", {"“08:00-10:00,”", "08:00-15:00"}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct opening_hours *hours = NULL;
        size_t count = 42;
        ck_assert_int_eq(opening_hours_parse(cases[i].text, &fixture.arena, &hours, &count, &error), STATUS_INVALID);
        for (size_t n = 0; n < COUNT(cases[i].said); n++)
            ck_assert_msg(strstr(error.text, cases[i].said[n]) != NULL, "%s: %s", cases[i].text, error.text);
        ck_assert_uint_eq(count, 42);
    }
}
END_TEST

START_TEST(an_office_is_found_as_it_was_added)
{
    fixture_office("bergen", "Europe/Oslo", "mon 09:00-10:00; tue 11:00-12:00", 3);
    struct office office;
    ck_assert_int_eq(office_find(fixture.database, "oslo", &fixture.arena, &office, &error), STATUS_OK);
    ck_assert_str_eq(office.name, "Politiets utlendingsenhet, Tøyen");
    ck_assert_str_eq(office.address, "Hagegata 23, 0653 Oslo");
    ck_assert_str_eq(office.desk, "oslo@politiet.example");
    ck_assert_str_eq(office.zone, "Europe/Oslo");
    ck_assert_int_eq(office.counters, 2);
    ck_assert_str_eq(opening_hours_format(office.hours, office.hours_count, &fixture.arena), "mon-fri 08:00-15:00");
    struct office same;
    ck_assert_int_eq(office_by_id(fixture.database, office.id, &fixture.arena, &same, &error), STATUS_OK);
    ck_assert_str_eq(same.code, "oslo");
    const struct office *offices;
    size_t count;
    ck_assert_int_eq(office_list(fixture.database, &fixture.arena, &offices, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(offices[1].code, "bergen");
    ck_assert_int_eq(offices[1].counters, 3);
    ck_assert_uint_eq(offices[1].hours_count, 2);
}
END_TEST

START_TEST(an_unknown_office_is_told_with_those_there_are)
{
    fixture_office("bergen", "Europe/Oslo", "mon 09:00-10:00", 1);
    struct office office;
    ck_assert_int_eq(office_find(fixture.database, "olso", &fixture.arena, &office, &error), STATUS_NOT_FOUND);
    ck_assert_str_eq(error.text, "no office “olso” (there are: oslo, bergen)");
    ck_assert_int_eq(office_by_id(fixture.database, 99, &fixture.arena, &office, &error), STATUS_NOT_FOUND);
    struct service service;
    ck_assert_int_eq(service_find(fixture.database, "car", &fixture.arena, &service, &error), STATUS_NOT_FOUND);
    ck_assert_str_eq(error.text, "no service “car” (there are: card)");
    ck_assert_int_eq(service_by_id(fixture.database, 99, &fixture.arena, &service, &error), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(a_wrong_office_is_refused_and_leaves_nothing)
{
    static const struct opening_hours hours[] = {{1, 480, 600}, {2, 480, 600}},
                                      overlapping[] = {{1, 480, 600}, {1, 540, 660}}, backwards[] = {{1, 600, 480}};
    const struct office good = {.code = "tromso",
                                .name = "Tromsø",
                                .address = "Grønnegata 122",
                                .zone = "Europe/Oslo",
                                .counters = 1,
                                .hours = hours,
                                .hours_count = COUNT(hours)};
    struct office offices[12];
    size_t count = 0;
#define WRONG(field, value)                                                                                            \
    offices[count] = good;                                                                                             \
    offices[count++].field = (value)
    WRONG(code, "Tromsø");
    WRONG(code, "");
    WRONG(code, "abcdefghijklmnopqrstuvwxyz0123456789");
    WRONG(name, "two\nlines");
    WRONG(name, "");
    WRONG(address, NULL);
    WRONG(desk, "desk at example.org");
    WRONG(zone, "Europe/Olso");
    WRONG(counters, 0);
    WRONG(counters, OFFICE_COUNTERS_MAX + 1);
    WRONG(hours, overlapping);
    WRONG(hours, backwards);
    offices[count - 1].hours_count = 1;
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(office_add(fixture.database, &offices[i], &error) == STATUS_INVALID, "case %zu", i);
    ck_assert_int_eq(office_add(fixture.database, &good, &error), STATUS_OK);
    ck_assert_int_eq(office_add(fixture.database, &good, &error), STATUS_CONFLICT);
    ck_assert_ptr_nonnull(strstr(error.text, "tromso"));
    struct office found;
    ck_assert_int_eq(office_find(fixture.database, "tromso", &fixture.arena, &found, &error), STATUS_OK);
    ck_assert_ptr_null(found.desk);
    ck_assert_int_eq(found.counters, 1);
}
END_TEST

START_TEST(a_service_has_a_name_in_each_language)
{
    static const struct {
        const char *language;
        const char *expected;
    } cases[] = {{"nb", "Nytt oppholdskort"},
                 {"NB", "Nytt oppholdskort"},
                 {"uk", "New residence card"},
                 {NULL, "New residence card"}};
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_str_eq(service_name_in(&fixture.service, cases[i].language), cases[i].expected);
    static const struct service_name polish[] = {{"pl", "Karta pobytu"}};
    struct service service = {.code = "pass", .minutes = 30, .names = polish, .name_count = 1};
    ck_assert_str_eq(service_name_in(&service, "nb"), "Karta pobytu");
    service.name_count = 0;
    ck_assert_str_eq(service_name_in(&service, "nb"), "pass");
}
END_TEST

START_TEST(services_are_listed_and_wrong_ones_refused)
{
    static const struct service_name twice[] = {{"nb", "Pass"}, {"NB", "Pass"}}, bad[] = {{"nb", "a\tb"}};
    static const struct {
        struct service service;
        enum status status;
    } cases[] = {
        {{.code = "pass", .minutes = 30}, STATUS_OK},
        {{.code = "pass", .minutes = 30}, STATUS_CONFLICT},
        {{.code = "a", .minutes = 0}, STATUS_INVALID},
        {{.code = "a", .minutes = 12}, STATUS_INVALID},
        {{.code = "a", .minutes = 1445}, STATUS_INVALID},
        {{.code = "A", .minutes = 5}, STATUS_INVALID},
        {{.code = "a", .minutes = 5, .names = twice, .name_count = 2}, STATUS_INVALID},
        {{.code = "a", .minutes = 5, .names = bad, .name_count = 1}, STATUS_INVALID},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg(service_add(fixture.database, &cases[i].service, &error) == cases[i].status, "case %zu", i);
    const struct service *services;
    size_t count;
    ck_assert_int_eq(service_list(fixture.database, &fixture.arena, &services, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(services[0].code, "card");
    ck_assert_uint_eq(services[0].name_count, 2);
    ck_assert_str_eq(services[0].names[0].language, "nb");
    ck_assert_int_eq(services[1].minutes, 30);
}
END_TEST

Suite *office_suite(void);
Suite *office_suite(void)
{
    Suite *suite = suite_create("office");
    TCase *tcase = tcase_create("office");
    tcase_add_checked_fixture(tcase, state_fixture_setup, state_fixture_teardown);
    tcase_add_test(tcase, opening_hours_come_back_as_they_were_written);
    tcase_add_test(tcase, wrong_opening_hours_are_named);
    tcase_add_test(tcase, an_office_is_found_as_it_was_added);
    tcase_add_test(tcase, an_unknown_office_is_told_with_those_there_are);
    tcase_add_test(tcase, a_wrong_office_is_refused_and_leaves_nothing);
    tcase_add_test(tcase, a_service_has_a_name_in_each_language);
    tcase_add_test(tcase, services_are_listed_and_wrong_ones_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
