#include <check.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "parsers/booking_number.h"

static struct lexicon_set *set;

static void setup(void)
{
    struct error error;
    ck_assert_msg(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error) == STATUS_OK, "%s", error.text);
}

static void teardown(void)
{
    lexicon_free(&set);
}

/* Numbers with commas between; "!" for one that was meant but cannot be. */
static void find(const char *pattern, const char *text, struct buffer *out)
{
    struct arena arena = ARENA_INIT;
    struct booking_number_form *form;
    struct booking_number numbers[BOOKING_NUMBERS_MAX];
    struct words words;
    struct error error;
    ck_assert_msg(booking_number_form_new("TP", pattern, &form, &error) == STATUS_OK, "%s", error.text);
    words_read(set, text, strlen(text), NULL, &arena, &words);
    size_t count = booking_number_find(form, text, strlen(text), &words, numbers);
    buffer_clear(out);
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s%s", i > 0 ? ", " : "", numbers[i].number[0] != '\0' ? numbers[i].number : "!");
    booking_number_form_free(&form);
    arena_clear(&arena);
}

START_TEST(numbers_in_text)
{
    static const struct {
        const char *text;
        const char *numbers;
    } cases[] = {
        /* Ways to write one. */
        {"Avbestill TP482173967", "TP482173967"},
        {"avbestill tp482173967.", "TP482173967"},
        {"Time TP 482 173 967 takk", "TP482173967"},
        {"Time TP-482173967", "TP482173967"},
        {"TP482\u00a0173\u00a0967", "TP482173967"},
        {"TP\u00a0482-173-967", "TP482173967"},
        {"TP: 482173967", "TP482173967"},
        {"TP nr. 482 173 967", "TP482173967"},
        {"[TP482173967]", "TP482173967"},
        {"(tp482173967)", "TP482173967"},
        {"TP\u0664\u0668\u0662\u0661\u0667\u0663\u0669\u0666\u0667", "TP482173967"},
        {"\u0422\u0420 482 173 967", "TP482173967"}, /* Cyrillic letters that look alike */
        {"TP482\u200b173967", "TP482173967"},
        {"TP 482 173 967 12. juni", "TP482173967"},
        {"TP482173967 og TP273597500", "TP482173967, TP273597500"},
        /* A wrong one is none, but one was meant. */
        {"Avbestill TP482173968", "!"},
        {"Avbestill TP 482 173 96", "!"},
        {"Avbestill TP4821739671", "!"},
        {"Avbestill TP482173967x", "!"},
        /* Bare digits: beside a word, or alone on a line. */
        {"Timenummer 482173967", "TP482173967"},
        {"Timenr. 482 173 967", "TP482173967"},
        {"my booking number is 482 173 967", "TP482173967"},
        {"482173967 is my booking number", "TP482173967"},
        {"Hei\n482173967\nMvh", "TP482173967"},
        {"482173967", "TP482173967"},
        {"Timenummer 482173968", ""},
        {"Jeg har betalt 482173967 kroner", ""},
        /* What is something else. */
        {"Telefonnummer 482 173 967", ""},
        {"Org.nr. 482173967", ""},
        {"DUF-nummer 2019 123456 07", ""},
        {"Fødselsnummer 120684 12345", ""},
        {"Nummer +47 482 17 396", ""},
        {"Nummeret mitt er 911 22 334", ""},
        {"12.06.2024 10:30", ""},
        {"Kontonummer 1234 56 78903", ""},
        {"TP", ""},
        {"TP 2", ""},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        find(NULL, cases[i].text, &out);
        ck_assert_msg(strcmp(out.data, cases[i].numbers) == 0, "%s: %s, not %s", cases[i].text, out.data,
                      cases[i].numbers);
    }
    buffer_release(&out);
}
END_TEST

START_TEST(numbers_of_an_office)
{
    struct buffer out = BUFFER_INIT;
    find("\\b(?<number>UDI-\\d{4}/\\d{3})\\b", "Gjelder UDI-2024/123 og TP482173967", &out);
    ck_assert_str_eq(out.data, "UDI-2024/123, TP482173967");
    buffer_release(&out);
}
END_TEST

START_TEST(bad_forms_are_refused)
{
    static const struct {
        const char *prefix;
        const char *pattern;
    } cases[] = {{"", NULL}, {"T1", NULL}, {"TOOLONGPREFIX", NULL}, {"TP", "(?<number>"}, {"TP", "(\\d+)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct booking_number_form *form = NULL;
        struct error error;
        ck_assert_int_eq(booking_number_form_new(cases[i].prefix, cases[i].pattern, &form, &error), STATUS_INVALID);
        ck_assert_ptr_null(form);
    }
}
END_TEST

START_TEST(check_digits)
{
    ck_assert(booking_number_check("482173967"));
    ck_assert(!booking_number_check("482173968"));
    ck_assert(!booking_number_check("428173967")); /* neighbours swapped */
}
END_TEST

START_TEST(a_pattern_cannot_explode)
{
    struct buffer text = BUFFER_INIT, out = BUFFER_INIT;
    for (int i = 0; i < 20000; i++)
        buffer_append_char(&text, 'a');
    find("^(?<number>(a+)+)$|b", text.data, &out);
    buffer_release(&text);
    buffer_release(&out);
}
END_TEST

Suite *booking_number_suite(void);
Suite *booking_number_suite(void)
{
    Suite *suite = suite_create("booking_number");
    TCase *tcase = tcase_create("booking_number");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, numbers_in_text);
    tcase_add_test(tcase, numbers_of_an_office);
    tcase_add_test(tcase, bad_forms_are_refused);
    tcase_add_test(tcase, check_digits);
    tcase_add_test(tcase, a_pattern_cannot_explode);
    suite_add_tcase(suite, tcase);
    return suite;
}
