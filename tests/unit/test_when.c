#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "parsers/when.h"
#include "tests/unit/when_shown.h"

/* All were written on Wednesday 5 June 2024 at 09:00 in Oslo. */
#define WRITTEN "2024-06-05T09:00:00+02:00"

static struct zone *zone;
static struct lexicon_set *set;

static void setup(void)
{
    struct error error;
    ck_assert_msg(zone_open("Europe/Oslo", &zone, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error) == STATUS_OK, "%s", error.text);
}

static void teardown(void)
{
    lexicon_free(&set);
    zone_close(&zone);
}

static const char *times_of(const char *text, const char *now, struct buffer *out)
{
    return when_shown(set, zone, text, now, out);
}

static const struct {
    const char *text;
    const char *times;
} times_table[] = {
    /* Dates in numbers. */
    {"Passer 12.06.2024 for dere?", "12"},
    {"Passer det 12.6. hos dere?", "12"},
    {"Jeg kan komme den 12.6 hvis det er greit", "12"},
    {"Kan vi ta 14/6 i stedet?", "14"},
    {"Kan vi ta fredag 14/6 kl 10.30 i stedet?", "14 10:30"},
    {"Could we do 2024-06-18 at 09:15?", "18 09:15"},
    {"Jeg kan 3/5", "2025-05-03?"},
    {"Jeg kan den 31.6. hele dagen", "impossible"},
    {"I could come on 06/12/2024", "12-06?"},
    {"I could come on 06/25/2024", "25"},
    {"Could I come on 13/06/2024?", "13"},
    {"Møt opp 12. 6. 2024 hos oss", "12"},
    /* Dates in words. */
    {"Kan jeg komme 11. juni?", "11"},
    {"Kan jeg komme tirsdag 11. juni 2024 kl. 10:30?", "11 10:30"},
    {"Flytt TP482173967 til tirsdag 11. juni 2024 kl. 10:30", "11 10:30"},
    {"Move TP482173967 to Tuesday 11 June 2024 at 10:30", "11 10:30"},
    {"Kan jeg komme onsdag 11. juni?", "11?"},
    {"Could I come on June 11th?", "11"},
    {"Could I come on the 11th of June at 2 pm?", "11 14:00"},
    {"How about Tuesday, June 11, 2024 at 1:20 pm", "11 13:20"},
    {"Den tolvte passer dårlig for meg", "12"},
    {"Jeg kan den 14. eller den 17.", "14, 17"},
    {"The fourteenth would be better for us", "14"},
    {"The 14th would be better for us", "14"},
    {"The second one is fine", ""},
    {"Jeg kan 31. juni", "impossible"},
    {"Det må bli før 5. juni", "impossible"},
    {"Jeg kan ikke 29. februar 2025", "impossible"},
    {"Eg kan koma måndag 10. juni klokka ti", "10 10:00"},
    {"Kan vi ta 3. mai?", "2025-05-03?"},
    {"Jeg tar 20 august", "08-20"},
    {"I would like the 1st of July please", "07-01"},
    {"Do you have time on 1 Jul 2024?", "07-01"},
    /* Weekdays. */
    {"Kan jeg komme på fredag?", "7"},
    {"Kan jeg komme på onsdag?", "12"},
    {"Kan jeg komme førstkommende torsdag?", "6"},
    {"Kan jeg komme neste mandag?", "10"},
    {"Kan jeg komme neste fredag?", "7?"},
    {"I can come next Monday", "10"},
    {"I can come next Friday", "7?"},
    {"Could I come on Tuesday next week?", "11"},
    {"Kan han kome tysdag i neste veke etter kl. 14?", "11 14:00-16:00"},
    {"Passer det onsdag i uke 25?", "19"},
    {"Uke 25 torsdag er best for oss", "20"},
    {"Neste uke på onsdag passer", "12"},
    {"Er det plass mandag om to uker?", "17"},
    {"Kan jeg komme pa torsdag eller fredag?", "6, 7"},
    {"Wednesdays never work for me", "12"},
    {"Jeg jobber alle tirsdager", "11"},
    {"Min mann sa at man kan ringe", ""},
    {"The sun was out when we met", ""},
    /* Relative days and weeks. */
    {"Kan jeg komme i morgen klokka 9?", "6 09:00"},
    {"Kan eg kome i morgon tidleg?", "6"},
    {"I cannot come tomorrow", "6"},
    {"Kan vi ta det i overmorgen?", "7"},
    {"Is the day after tomorrow possible?", "7"},
    {"Jeg er forsinket i dag", "5"},
    {"Kan vi ta det neste uke?", "10/16"},
    {"Kan vi ta det om to uker?", "17/23"},
    {"I am away for now, in two weeks would work", "17/23"},
    {"Could we meet in a fortnight?", "17/23"},
    {"Two weeks from now would work", "17/23"},
    {"Jeg kan komme om tre dager", "8"},
    {"Passer uke 24?", "10/16"},
    {"Vi kan i uke 24 eller uke 26", "10/16, 24/30"},
    {"I can any day in week 24", "10/16"},
    {"Jeg kan i veke 25", "17/23"},
    {"I uke 3 er vi hjemme", "2025-01-13/2025-01-19"},
    /* Months and their parts. */
    {"Ny time ønskes i september", "09-01/09-30"},
    {"Kan jeg få en time i begynnelsen av juli?", "07-01/07-10"},
    {"Helst i midten av juli", "07-11/07-20"},
    {"Could I come at the end of July?", "07-21/07-31"},
    {"I slutten av neste uke går det", "13/14"},
    {"Would next month be possible?", "07-01/07-31"},
    {"In May I was in Spain", "2025-05-01/2025-05-31"},
    {"May I come later?", ""},
    /* Parts of a day. */
    {"Fredag formiddag passer", "7 08:00-12:00"},
    {"Fredag ettermiddag passer", "7 12:00-16:00"},
    {"Kan jeg komme etter lunsj på fredag?", "7 12:00-16:00"},
    {"Tuesday before lunch would be good", "11 08:00-11:30"},
    {"I could come on Friday in the morning", "7 08:00-12:00"},
    {"I morgen tidlig om morgenen", "6 08:00-12:00"},
    {"In the afternoon on 12 June", "12 12:00-16:00"},
    /* Clock times. */
    {"Kan jeg komme torsdag kl 2?", "6 14:00"},
    {"Kan jeg komme torsdag klokka halv tre?", "6 14:30"},
    {"Kan jeg komme torsdag kvart over ti?", "6 10:15"},
    {"Kan jeg komme torsdag kvart på ti?", "6 09:45"},
    {"Kan jeg komme torsdag ti over ti?", "6 10:10"},
    {"Kan jeg komme torsdag fem på halv tre?", "6 14:25"},
    {"Kan jeg komme torsdag ti over 24?", "6, impossible"},
    {"Torsdag kl. 0930 passer", "6 09:30"},
    {"Torsdag kl. 10.30 passer", "6 10:30"},
    {"Torsdag 10:30 passer", "6 10:30"},
    {"Thursday at half past two", "6 14:30"},
    {"Thursday at quarter to ten", "6 09:45"},
    {"Thursday at ten past four", "6 16:10"},
    {"Thursday at 10 am", "6 10:00"},
    {"Thursday at 3 in the afternoon", "6 15:00"},
    {"Thursday at 11.30 am works", "6 11:30"},
    {"Thursday 9 o'clock works", "6 09:00"},
    {"Thursday at noon works", "6 12:00"},
    {"Torsdag klokken 25 passer", "6, impossible"},
    {"Kl 10 på torsdag er fint", "6 10:00"},
    {"At 10:30 on Thursday please", "6 10:30"},
    {"Kan jeg komme klokka 13?", "13:00"},
    {"Torsdag rundt kl 10", "6 10:00-11:00"},
    /* Ranges, lists, open intervals. */
    {"Torsdag etter kl 13 er best", "6 13:00-16:00"},
    {"Thursday after 13 is best", "6 13:00-16:00"},
    {"Torsdag før kl 11", "6 08:00-11:00"},
    {"Torsdag mellom 10 og 12", "6 10:00-12:00"},
    {"Thursday between 10 and 11:30", "6 10:00-11:30"},
    {"Torsdag kl. 9-11", "6 09:00-11:00"},
    {"Jeg kan 10.-14. juni", "10/14"},
    {"Jeg kan fra 10. juni til 14. juni", "10/14"},
    {"I am free between 10 and 14 June", "10/14"},
    {"I am free from the 10th to the 14th of June", "10/14"},
    {"Jeg kan 11. eller 13. juni", "11, 13"},
    {"Either the 11th or the 13th of June", "11, 13"},
    {"Any day after 10 June", "11/09-02"},
    {"Når som helst fra 10. juni", "10/09-02"},
    {"Alle dager før 14. juni", "5/13"},
    {"Innen 15. juli må jeg møte", "5/07-14"},
    {"Until 14 June I am away", "5/14"},
    {"Mandag til onsdag neste uke", "10, 12"},
    {"Tirsdag eller torsdag kl 10", "11, 6 10:00"},
    {"Fra mandag til fredag kan jeg", "10/14"},
    {"Jeg er ledig torsdag 9-11.30", "6 09:00-11:30"},
    {"Thursday 9-11am please", "6 09:00-11:00"},
    {"Den 12., 13. og 14. august passer", "08-12, 08-13, 08-14"},
    {"Tirsdag 13., onsdag 14. eller torsdag 15. august", "08-13, 08-14, 08-15"},
    {"12, 13 or 14 August", "08-12, 08-13, 08-14"},
    {"Uke 23, 24 og 25 er fine", "3/9, 10/16, 17/23"},
    {"Jeg kan 12.06-14.06", "12/14"},
    {"Jeg kan 10.-14.06.", "10/14"},
    {"Jeg kan 10-14/6", "10/14"},
    {"Flytt fra 12.06 til 14.06", "12/14"},
    {"Passer 11.06 eller 13.06", "11, 13"},
    {"Jeg kan 10.10 igjen", "10-10?"},
    {"Jeg kan 12.00 på fredag", "7 12:00"},
    {"The week after next would work", "17/23"},
    {"The day after 17 June", "18"},
    {"Another day after 17 June", "18/09-02"},
    {"The Monday after 17 June", "24"},
    {"The Friday before 14 June", "7"},
    {"The first Monday in July", "07-01"},
    {"Den siste fredagen i juni", "28"},
    {"The first week of July", "07-01/07-07"},
    {"The last week of June", "24/30"},
    {"Tuesday 11 would be good", "11"},
    {"Tuesday 10 would be good", "11"},
    {"From 14th I am free", "14/09-02"},
    {"Last Friday I called", "05-31"},
    {"Before noon on Friday", "7 08:00-12:00"},
    {"Can I come this afternoon?", "5 12:00-16:00"},
    {"In two months", "08-01/08-31"},
    {"I begynnelsen av uke 25", "17/18"},
    {"I begynnelsen av måneden", "1/10"},
    {"At ten thirty on Friday", "7 10:30"},
    {"Fredag kl 10 30 passer", "7 10:30"},
    /* Greetings are no times. */
    {"God morgen, jeg vil avbestille", ""},
    {"Good afternoon, I will cancel", ""},
    {"Ha en fin dag", ""},
    /* Holidays. */
    {"Can I come after Whitsun?", "2025-06-10/2025-09-07"},
    {"Kan jeg komme etter St. Hans?", "25/09-02"},
    {"Ikke sankthansaften, takk", "23"},
    {"Mandagen etter påske 2025", "2025-04-28"},
    {"Dagen etter sankthans", "25"},
    {"Uka etter sankthans", "07-01/07-07"},
    {"Uka før sankthans", "17/23"},
    {"I påsken 2025 er jeg borte", "2025-04-17/2025-04-21"},
    {"Vi reiser på syttende mai", "2025-05-17?"},
    {"Om natt til julaften", "12-24"},
    {"Between Christmas and New Year", "12-24/2025-01-01"},
    /* Not times. */
    {"Ring meg på 911 22 334", ""},
    {"Ring 22 12 34 56 hvis noe er uklart", ""},
    {"Mitt nummer er TP 482 173 967", ""},
    {"Jeg er 15 minutter forsinket", ""},
    {"Hagegata 23, 0653 Oslo", ""},
    {"Jeg har to barn og tre koner", ""},
    {"Org.nr. 923 456 789 MVA", ""},
    {"Jeg har betalt 6300 kr", ""},
};

START_TEST(test_times)
{
    struct buffer out = BUFFER_INIT;
    ck_assert_str_eq(times_of(times_table[_i].text, WRITTEN, &out), times_table[_i].times);
    buffer_release(&out);
}
END_TEST

START_TEST(test_night_without_half_past_two)
{
    struct buffer out = BUFFER_INIT;
    ck_assert_str_eq(times_of("søndag 31. mars 2024 kl. 02:30", "2024-03-25T09:00:00+01:00", &out), "03-31 03:30?");
    buffer_release(&out);
}
END_TEST

START_TEST(test_offsets_are_of_the_original)
{
    const char *text = "Går «på fredag» fint?";
    struct arena arena = ARENA_INIT;
    struct words words;
    struct when whens[WHEN_MAX];
    words_read(set, text, strlen(text), NULL, &arena, &words);
    struct when_grammar *grammar = NULL;
    ck_assert(when_grammar_new(&grammar, NULL) == STATUS_OK);
    ck_assert_uint_eq(when_find(&(struct when_context){zone, 1717570800, set, grammar}, &words, whens), 1);
    ck_assert_uint_eq(whens[0].start, strlen("Går «på "));
    ck_assert_uint_eq(whens[0].end, strlen("Går «på fredag"));
    when_grammar_free(&grammar);
    arena_clear(&arena);
}
END_TEST

START_TEST(test_any_bytes_are_survived)
{
    struct buffer out = BUFFER_INIT;
    times_of("\xff\xfe 31.31.31 99:99 \xe2\x80 kl kl kl halv halv 12. . / / - uke uke 99", WRITTEN, &out);
    times_of("den den den den den 1 1 1 1 1 til til til", WRITTEN, &out);
    buffer_release(&out);
}
END_TEST

Suite *when_suite(void);
Suite *when_suite(void)
{
    Suite *suite = suite_create("when");
    TCase *tests = tcase_create("when");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, test_times, 0, sizeof times_table / sizeof times_table[0]);
    tcase_add_test(tests, test_night_without_half_past_two);
    tcase_add_test(tests, test_offsets_are_of_the_original);
    tcase_add_test(tests, test_any_bytes_are_survived);
    suite_add_tcase(suite, tests);
    return suite;
}
