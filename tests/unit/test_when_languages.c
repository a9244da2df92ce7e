#include <check.h>
#include <stdio.h>

#include "parsers/lexicon.h"
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

static const struct {
    const char *text;
    const char *times;
} times_table[] = {
    /* Ukrainian. */
    {"Чи можна прийти у вівторок 11 червня о 10:30?", "11 10:30"},
    {"Перенесіть на четвер о третій", "6 15:00"},
    {"Можу в четвер о пів на третю", "6 14:30"},
    {"Можу в четвер о 10 ранку", "6 10:00"},
    {"Можу в четвер о 3 годині дня", "6 15:00"},
    {"Можу у п'ятницю о чверть на десяту", "7 09:15"},
    {"Можу у п'ятницю за чверть десята", "7 09:45"},
    {"Можу у п'ятницю за десять десята", "7 09:50"},
    {"Можу в пятницю о 14-й", "7 14:00"},
    {"Можу в пятницю о 10 годині 30 хвилин", "7 10:30"},
    {"Можу в пятницю о 10 30", "7 10:30"},
    {"Запізнюся на 2 години", ""},
    {"Мене не буде 2 дня", ""},
    {"Запізнюся хвилин на 30", ""},
    {"Завтра вранці", "6 08:00-12:00"},
    {"Завтра о 9", "6 09:00"},
    {"Післязавтра після обіду", "7 12:00-16:00"},
    {"Наступного тижня у вівторок", "11"},
    {"У вівторок наступного тижня", "11"},
    {"На наступному тижні", "10/16"},
    {"Через тиждень", "10/16"},
    {"Через два тижні", "17/23"},
    {"Через три дні", "8"},
    {"Через місяць", "07-01/07-31"},
    {"На початку липня", "07-01/07-10"},
    {"В кінці серпня", "08-21/08-31"},
    {"в середині липня", "07-11/07-20"},
    {"Наступного понеділка", "10"},
    {"У наступну п'ятницю", "7?"},
    {"Минулої п'ятниці", "05-31"},
    {"14-го мені зручно", "14"},
    {"На 14-те можна?", "14"},
    {"14 червня або 17 червня", "14, 17"},
    {"14 чи 17 червня", "14, 17"},
    {"з 10 до 14 червня", "10/14"},
    {"З 10 по 14 червня", "10/14"},
    {"з 10.06 по 14.06", "10/14"},
    {"Після 10 червня", "11/09-02"},
    {"До 14 червня", "5/13"},
    {"двадцять п'ятого червня", "25"},
    {"п'ятого липня", "07-05"},
    {"25-го липня", "07-25"},
    {"14 числа", "14"},
    {"На 12.06 об 11.00", "12 11:00"},
    {"між 10 і 12", "10:00-12:00"},
    {"у четвер з 10 до 12", "6 10:00-12:00"},
    {"у четвер після 13", "6 13:00-16:00"},
    {"у четвер після обіду", "6 12:00-16:00"},
    {"у другій половині дня", "12:00-16:00"},
    {"до обіду в четвер", "6 08:00-11:30"},
    {"на тижні 25", "17/23"},
    {"після Великодня", "2025-04-21/2025-07-19"},
    {"після Різдва", "12-27/2025-03-26"},
    {"31 червня", "impossible"},
    {"о 25 годині", "impossible"},
    {"11 червня 2024 року", "11"},
    {"вівторок, 11.06.2024, 10:30", "11 10:30"},
    {"щовівторка я працюю", "11"},
    {"по вівторках не можу", "11"},
    {"Мій телефон 911 22 334", ""},
    {"Добрий день, хочу скасувати", ""},
    {"Добрий вечір", ""},
    {"мені 71 рік", ""},
    {"перший понеділок липня", "07-01"},
    {"останній тиждень червня", "24/30"},
    {"у вівторок 11 можу", "11"},
    {"сьогодні ввечері", "5 16:00-21:00"},
    {"чекав 3 години", ""},
    {"перенести з 18 липня на 25 липня", "07-18, 07-25"},
    /* Polish. */
    {"Czy mogę przyjść we wtorek 11 czerwca o 10:30?", "11 10:30"},
    {"Proszę przełożyć na czwartek o trzeciej", "6 15:00"},
    {"wtorek 30 lipca o wpół do dziesiątej", "07-30 09:30"},
    {"w czwartek o w pół do trzeciej", "6 14:30"},
    {"w czwartek kwadrans po dziesiątej", "6 10:15"},
    {"w czwartek za kwadrans dziesiąta", "6 09:45"},
    {"w czwartek za dziesięć dziesiąta", "6 09:50"},
    {"w czwartek dziesięć po dziesiątej", "6 10:10"},
    {"w czwartek o godz. 10", "6 10:00"},
    {"w czwartek o godz. 10.30", "6 10:30"},
    {"w czwartek o godzinie dziesiątej trzydzieści", "6 10:30"},
    {"w czwartek o 10-tej", "6 10:00"},
    {"w czwartek o 3 po południu", "6 15:00"},
    {"w czwartek o 10 rano", "6 10:00"},
    {"jutro o 9", "6 09:00"},
    {"jutro rano", "6 08:00-12:00"},
    {"pojutrze po południu", "7 12:00-16:00"},
    {"dziś po południu", "5 12:00-16:00"},
    {"w przyszłym tygodniu we wtorek", "11"},
    {"we wtorek w przyszłym tygodniu", "11"},
    {"w przyszły wtorek", "11"},
    {"w następny piątek", "7?"},
    {"w zeszły piątek", "05-31"},
    {"w przyszłym tygodniu", "10/16"},
    {"za tydzień", "10/16"},
    {"za tydzień w środę", "12"},
    {"za dwa tygodnie", "17/23"},
    {"za trzy dni", "8"},
    {"za miesiąc", "07-01/07-31"},
    {"na początku lipca", "07-01/07-10"},
    {"pod koniec sierpnia", "08-21/08-31"},
    {"w połowie lipca", "07-11/07-20"},
    {"proszę o zmianę terminu z 18 lipca na koniec lipca", "07-18, 07-21/07-31"},
    {"14-go czerwca", "14"},
    {"na 14-tego", "14"},
    {"dwudziestego piątego czerwca", "25"},
    {"25 czerwca lub 27 czerwca", "25, 27"},
    {"25 lub 27 czerwca", "25, 27"},
    {"25, 26 albo 27 czerwca", "25, 26, 27"},
    {"od 10 do 14 czerwca", "10/14"},
    {"od 10.06 do 14.06", "10/14"},
    {"między 10 a 14 czerwca", "10/14"},
    {"po 10 czerwca", "11/09-02"},
    {"przed 14 czerwca", "5/13"},
    {"do 14 czerwca", "5/14"},
    {"12.06 o 11", "12 11:00"},
    {"proszę między 10 a 12 jeśli można", "10:00-12:00"},
    {"w czwartek od 10 do 12", "6 10:00-12:00"},
    {"w czwartek po 13", "6 13:00-16:00"},
    {"w czwartek w godzinach 9-11", "6 09:00-11:00"},
    {"w czwartek przed południem", "6 08:00-12:00"},
    {"W poniedziałki nie mogę", "10"},
    {"w tygodniu 25", "17/23"},
    {"w tygodniu po Bożym Ciele", "2025-06-23/2025-06-29"},
    {"po Wielkanocy", "2025-04-22/2025-07-20"},
    {"przed Wigilią", "5/12-23"},
    {"31 czerwca", "impossible"},
    {"o godz. 25", "impossible"},
    {"11 czerwca 2024 r.", "11"},
    {"Spóźnię się o 10 minut", ""},
    {"spóźnię się 15 minut", ""},
    {"Dzień dobry, proszę o odwołanie", ""},
    {"Dobry wieczór", ""},
    {"Mam 2 dzieci i 3 psy", ""},
    {"tel. 911 22 334", ""},
    {"ur. 12.07.1984", "1984-07-12"},
    {"pierwszy poniedziałek lipca", "07-01"},
    {"Miłego popołudnia", ""},
    {"we wtorek 11", "11"},
    {"środa, 12.06.2024, godz. 10:30", "12 10:30"},
    {"przełożyć z wtorku na czwartek", "11, 6"},
    {"o wpół do dziesiątej. W poniedziałki nie mogę", "09:30, 10"},
};

START_TEST(test_times)
{
    struct buffer out = BUFFER_INIT;
    ck_assert_str_eq(when_shown(set, zone, times_table[_i].text, WRITTEN, &out), times_table[_i].times);
    buffer_release(&out);
}
END_TEST

Suite *when_languages_suite(void);
Suite *when_languages_suite(void)
{
    Suite *suite = suite_create("when_languages");
    TCase *tests = tcase_create("when_languages");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, test_times, 0, sizeof times_table / sizeof times_table[0]);
    suite_add_tcase(suite, tests);
    return suite;
}
