#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "agent/terminal.h"
#include "base/spelling.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
    unsetenv("COLUMNS");
}

static void teardown(void)
{
    arena_clear(&arena);
}

START_TEST(text_is_made_harmless)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"", ""},
        {"Amina Yusuf", "Amina Yusuf"},
        {"Åse Ødegård, 李伟, محمد, Zoë", "Åse Ødegård, 李伟, محمد, Zoë"},
        {"a\nb\tc\r", "a\\x0ab\\x09c\\x0d"},
        {"\033[2J\177", "\\x1b[2J\\x7f"},
        {"\302\233", "\\u{9b}"},               /* a control character of two bytes */
        {"\342\200\256evil", "\\u{202e}evil"}, /* right to left */
        {"\342\201\247\342\200\250", "\\u{2067}\\u{2028}"},
        {"\377a\303", "\\xffa\\xc3"},        /* no UTF-8 */
        {"\355\240\200", "\\xed\\xa0\\x80"}, /* half of a pair */
        {"\300\201", "\\xc0\\x81"},          /* longer than need be */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_str_eq(terminal_text(&arena, cases[i].text), cases[i].expected);
        ck_assert_int_eq(terminal_text_is_plain(cases[i].text), strcmp(cases[i].text, cases[i].expected) == 0);
        ck_assert(terminal_text_is_plain(cases[i].expected));
    }
}
END_TEST

START_TEST(width_is_what_a_terminal_shows)
{
    static const struct {
        const char *text;
        size_t expected;
    } cases[] = {
        {"", 0}, {"abc", 3}, {"Åse", 3}, {"A\314\212se", 3 /* combining ring */}, {"李伟", 4}, {"ＡＢ", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_uint_eq(terminal_width(cases[i].text), cases[i].expected);
}
END_TEST

static const char *print(size_t columns, const char *const *heads, const char *const (*rows)[3], size_t count)
{
    struct table table;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    table_begin(&table, &arena, columns, heads);
    for (size_t i = 0; i < count; i++)
        table_row(&table, rows[i]);
    table_print(&table, out);
    fclose(out);
    const char *copy = arena_strdup(&arena, text);
    free(text);
    return copy;
}

START_TEST(tables_fit_the_terminal)
{
    static const char *const heads[] = {"NUMBER", "NAME", "OFFICE"};
    static const char *const rows[][3] = {
        {"TP482173967", "Åse Ødegård", "oslo"}, {"TP1", NULL, NULL}, {"TP2", "李伟\n", "vadso"}};
    ck_assert_str_eq(print(3, heads, rows, 3), "NUMBER       NAME         OFFICE\n"
                                               "TP482173967  Åse Ødegård  oslo\n"
                                               "TP1\n"
                                               "TP2          李伟\\x0a     vadso\n");
    setenv("COLUMNS", "28", 1);
    ck_assert_str_eq(print(3, heads, rows, 1), "NUMBER     NAME       OFFICE\n"
                                               "TP482173…  Åse Ødeg…  oslo\n");
    setenv("COLUMNS", "3", 1); /* nothing can be done about that */
    ck_assert_str_eq(print(3, heads, rows, 1), "NUMBER    NAME      OFFICE\n"
                                               "TP48217…  Åse Øde…  oslo\n");
    setenv("COLUMNS", "20", 1);
    static const char *const wide[][3] = {{"李伟李伟李伟李伟", "b", "c"}};
    ck_assert_str_eq(print(3, heads, wide, 1), "NUMBER    NAME  OFFICE\n"
                                               "李伟李…   b     c\n");
    ck_assert_str_eq(print(3, NULL, wide, 1), "李伟李伟李伟李伟  b  c\n");
}
END_TEST

START_TEST(the_nearest_word_is_found)
{
    static const char *const words[] = {"book", "show", "calendar", "cancel", "office", "outbox"};
    static const struct {
        const char *word;
        const char *expected;
    } cases[] = {
        {"boook", "book"}, {"cal", "calendar"}, {"cancle", "cancel"}, {"OFFICE", "office"},
        {"out", "outbox"}, {"frob", NULL},      {"", NULL},           {"o", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct spelling_search search = spelling_search(cases[i].word);
        for (size_t n = 0; n < sizeof words / sizeof words[0]; n++)
            spelling_offer(&search, words[n]);
        ck_assert_pstr_eq(search.best, cases[i].expected);
    }
}
END_TEST

Suite *terminal_suite(void);
Suite *terminal_suite(void)
{
    Suite *suite = suite_create("terminal");
    TCase *tcase = tcase_create("terminal");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, text_is_made_harmless);
    tcase_add_test(tcase, width_is_what_a_terminal_shows);
    tcase_add_test(tcase, tables_fit_the_terminal);
    tcase_add_test(tcase, the_nearest_word_is_found);
    suite_add_tcase(suite, tcase);
    return suite;
}
