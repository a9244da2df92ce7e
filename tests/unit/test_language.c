#include <check.h>
#include <string.h>

#include "base/arena.h"
#include "parsers/words.h"

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

START_TEST(languages)
{
    static const struct {
        const char *text;
        const char *language;
    } cases[] = {
        {"Avbestill", "nb"},
        {"ok takk", "nb"},
        {"Hei, kan jeg komme en annen dag?", "nb"},
        {"Til info i resepsjonen", "nb"},
        {"Torsdag 12. juni mellom kl. 10 og 12 hadde vært ypperlig. Kan vi bytte til det?", "nb"},
        {"Kjem ikkje", "nn"},
        {"Eg vil gjerne ha ein annan time", "nn"},
        {"Hej. Hvornår kan jeg få en ny tid? Jeg er ikke hjemme i uge 20.", "da"},
        {"Hej, jag kan tyvärr inte komma på fredag", "sv"},
        {"Cancel my appointment, please", "en"},
        {"Thanks", "en"},
        {"Доброго дня, скасуйте мій запис", "uk"},
        {"Скасувати", "uk"},
        {"Здравствуйте, отмените мою запись", "ru"},
        {"Dzień dobry, proszę odwołać wizytę", "pl"},
        {"Ich kann leider nicht kommen", "de"},
        {"Je ne peux pas venir", "fr"},
        {"No puedo venir el lunes", "es"},
        {"لا أستطيع الحضور", "ar"},
        {"Waxaan rabaa inaan baajiyo ballanta", "so"},
        {"TP482173967", "und"},
        {"12 34 56", "und"},
        {"", "und"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = ARENA_INIT;
        struct words words;
        words_read(set, cases[i].text, strlen(cases[i].text), NULL, &arena, &words);
        const char *found = lexicon_code(set, words.main_language);
        ck_assert_msg(strcmp(found, cases[i].language) == 0, "%s: %s, not %s", cases[i].text, found, cases[i].language);
        arena_clear(&arena);
    }
}
END_TEST

Suite *language_suite(void);
Suite *language_suite(void)
{
    Suite *suite = suite_create("language");
    TCase *tcase = tcase_create("language");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, languages);
    suite_add_tcase(suite, tcase);
    return suite;
}
