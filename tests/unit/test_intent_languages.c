#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "parsers/intent.h"

/* All were written on Wednesday 5 June 2024 at 09:00 in Oslo. */
enum { WRITTEN = 1717570800 };

static struct zone *zone;
static struct lexicon_set *set;
static struct booking_number_form *form;
static struct when_grammar *grammar;

static void setup(void)
{
    struct error error;
    ck_assert_msg(zone_open("Europe/Oslo", &zone, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(booking_number_form_new("TP", NULL, &form, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(when_grammar_new(&grammar, &error) == STATUS_OK, "%s", error.text);
}

static void teardown(void)
{
    when_grammar_free(&grammar);
    booking_number_form_free(&form);
    lexicon_free(&set);
    zone_close(&zone);
}

static struct request request_of(const char *text)
{
    struct content_reader reader = {set, zone, form, grammar};
    struct intent_input input = {.text = text, .quoted = "", .now = WRITTEN};
    struct arena arena = ARENA_INIT;
    struct intent_result result;
    intent_read(&reader, &input, &arena, &result);
    arena_clear(&arena);
    return result.requests[0];
}

static const struct {
    const char *text;
    enum intent intent;
    bool certain;
} intent_table[] = {
    /* Ukrainian. */
    {"Прошу скасувати мій запис.", INTENT_CANCEL, true},
    {"Не скасовуйте мій запис, будь ласка!", INTENT_CONFIRM, true},
    {"Якщо я скасую запис, чи втрачу місце в черзі?", INTENT_QUESTION, true},
    {"Не зможу прийти у вівторок.", INTENT_CANCEL, false},
    {"Не зможу прийти, чи можна інший день?", INTENT_RESCHEDULE, true},
    {"Чи можна перенести запис на четвер?", INTENT_RESCHEDULE, true},
    {"Ні, я не хочу скасовувати запис.", INTENT_CONFIRM, true},
    {"Дякую, я прийду.", INTENT_CONFIRM, true},
    {"Я скасувала запис помилково, поверніть його.", INTENT_UNDO, true},
    {"Відмініть пожалуйста мою запись.", INTENT_CANCEL, true},
    {"Прошу скасувати запис для мого сина, він захворів.", INTENT_CANCEL, true},
    {"Запис мені вже не потрібен.", INTENT_CANCEL, true},
    {"Запізнюся хвилин на 20.", INTENT_LATE, true},
    {"Коли мій запис?", INTENT_STATUS, true},
    /* Polish. */
    {"Proszę odwołać moją wizytę.", INTENT_CANCEL, true},
    {"Proszę nie odwoływać mojej wizyty!", INTENT_CONFIRM, true},
    {"Jeśli odwołam wizytę, czy stracę miejsce w kolejce?", INTENT_QUESTION, true},
    {"Nie mogę przyjść we wtorek.", INTENT_CANCEL, false},
    {"Nie mogę przyjść, proszę o inny termin.", INTENT_RESCHEDULE, true},
    {"Czy można przełożyć wizytę na czwartek?", INTENT_RESCHEDULE, true},
    {"Nie chcę odwoływać wizyty.", INTENT_CONFIRM, true},
    {"Dziękuję, przyjdę.", INTENT_CONFIRM, true},
    {"Odwołałem wizytę przez pomyłkę, proszę przywrócić.", INTENT_UNDO, true},
    {"Spóźnię się 15 minut.", INTENT_LATE, true},
    {"Proszę o anulowanie wizyty, nr TP482173967.", INTENT_CANCEL, true},
    {"Nie potrzebuję już tej wizyty.", INTENT_CANCEL, true},
    {"Kiedy mam wizytę?", INTENT_STATUS, true},
    /* Russian. */
    {"Прошу отменить мою запись.", INTENT_CANCEL, true},
    {"Не отменяйте мою запись, пожалуйста!", INTENT_CONFIRM, true},
    {"Если я отменю запись, я потеряю место в очереди?", INTENT_QUESTION, true},
    {"Не смогу прийти во вторник.", INTENT_CANCEL, false},
    {"Не смогу прийти, можно другой день?", INTENT_RESCHEDULE, true},
    {"Можно перенести запись на четверг?", INTENT_RESCHEDULE, true},
    {"Спасибо, я приду.", INTENT_CONFIRM, true},
    {"Отмените, пожалуйста, мою запись.", INTENT_CANCEL, true},
    {"Опаздываю на 15 минут.", INTENT_LATE, true},
    {"Когда у меня запись?", INTENT_STATUS, true},
    /* German. */
    {"Bitte stornieren Sie meinen Termin.", INTENT_CANCEL, true},
    {"Hiermit sage ich meinen Termin ab.", INTENT_CANCEL, true},
    {"Bitte stornieren Sie meinen Termin nicht!", INTENT_CONFIRM, true},
    {"Wenn ich den Termin absage, verliere ich dann meinen Platz?", INTENT_QUESTION, true},
    {"Ich kann am Dienstag nicht kommen.", INTENT_CANCEL, false},
    {"Ich kann nicht kommen, ich brauche einen anderen Termin.", INTENT_RESCHEDULE, true},
    {"Können Sie meinen Termin auf Donnerstag verschieben?", INTENT_RESCHEDULE, true},
    {"Ich komme zum Termin.", INTENT_CONFIRM, true},
    {"Ich brauche den Termin nicht mehr.", INTENT_CANCEL, true},
    {"Ich verspäte mich um 20 Minuten.", INTENT_LATE, true},
    {"Wann ist mein Termin?", INTENT_STATUS, true},
    /* French. */
    {"Je voudrais annuler mon rendez-vous.", INTENT_CANCEL, true},
    {"N'annulez pas mon rendez-vous, je viendrai.", INTENT_CONFIRM, true},
    {"Si j'annule mon rendez-vous, est-ce que je perds ma place ?", INTENT_QUESTION, true},
    {"Je ne peux pas venir mardi.", INTENT_CANCEL, false},
    {"Je ne peux pas venir, je voudrais un autre rendez-vous.", INTENT_RESCHEDULE, true},
    {"Pourriez-vous déplacer mon rendez-vous à jeudi ?", INTENT_RESCHEDULE, true},
    {"Je confirme ma présence.", INTENT_CONFIRM, true},
    {"Je n'ai plus besoin de ce rendez-vous, merci.", INTENT_CANCEL, true},
    {"J'aurai 20 minutes de retard.", INTENT_LATE, true},
    {"Quand est mon rendez-vous ?", INTENT_STATUS, true},
    /* Spanish. */
    {"Quiero cancelar mi cita.", INTENT_CANCEL, true},
    {"Por favor, no cancelen mi cita, sí iré.", INTENT_CONFIRM, true},
    {"Si cancelo la cita, ¿pierdo mi lugar?", INTENT_QUESTION, true},
    {"No puedo ir el martes.", INTENT_CANCEL, false},
    {"No puedo ir, quisiera otra fecha.", INTENT_RESCHEDULE, true},
    {"¿Pueden cambiar mi cita para el jueves?", INTENT_RESCHEDULE, true},
    {"Confirmo mi asistencia.", INTENT_CONFIRM, true},
    {"Ya no necesito la cita, gracias.", INTENT_CANCEL, true},
    {"Llegaré 20 minutos tarde.", INTENT_LATE, true},
    {"¿Cuándo es mi cita?", INTENT_STATUS, true},
    /* Swedish. */
    {"Jag vill avboka min tid.", INTENT_CANCEL, true},
    {"Avboka inte min tid!", INTENT_CONFIRM, true},
    {"Om jag avbokar tiden, förlorar jag min plats i kön?", INTENT_QUESTION, true},
    {"Jag kan inte komma på tisdag.", INTENT_CANCEL, false},
    {"Jag kan inte komma, kan jag få en annan tid?", INTENT_RESCHEDULE, true},
    {"Kan ni flytta min tid till torsdag?", INTENT_RESCHEDULE, true},
    {"Jag kommer som planerat.", INTENT_CONFIRM, true},
    {"Behöver inte tiden längre.", INTENT_CANCEL, true},
    /* Danish. */
    {"Jeg vil gerne aflyse min tid.", INTENT_CANCEL, true},
    {"I må ikke aflyse min tid!", INTENT_CONFIRM, true},
    {"Hvis jeg aflyser, mister jeg så min plads i køen?", INTENT_QUESTION, true},
    {"Jeg kan ikke komme på tirsdag.", INTENT_CANCEL, false},
    {"Jeg kan ikke komme, kan jeg få en anden tid?", INTENT_RESCHEDULE, true},
    {"Kan I flytte min tid til torsdag?", INTENT_RESCHEDULE, true},
    /* Arabic. */
    {"أريد إلغاء موعدي.", INTENT_CANCEL, true},
    {"لا أريد إلغاء موعدي.", INTENT_CONFIRM, true},
    {"لا أستطيع الحضور يوم الثلاثاء.", INTENT_CANCEL, false},
    {"لا أستطيع الحضور، أريد موعدا آخر.", INTENT_RESCHEDULE, true},
    {"سأحضر في الموعد.", INTENT_CONFIRM, true},
    {"هل يمكنني الحضور يوم الخميس بدلا من ذلك؟", INTENT_RESCHEDULE, true},
    /* Somali. */
    {"Fadlan baaji ballantayda.", INTENT_CANCEL, true},
    {"Ha baajin ballantayda, waan imanayaa.", INTENT_CONFIRM, true},
    {"Ma iman karo, waxaan rabaa wakhti kale.", INTENT_RESCHEDULE, true},
};

START_TEST(test_intents)
{
    struct request request = request_of(intent_table[_i].text);
    ck_assert_msg(request.intent == intent_table[_i].intent && request.certain == intent_table[_i].certain,
                  "'%s' is %s, certain %d", intent_table[_i].text, intent_name(request.intent), request.certain);
}
END_TEST

/* Whoever does not want it, asks about it or tells of it loses no appointment. */
static const char *const kept_table[] = {
    /* Ukrainian. */
    "Мій запис скасовано?",
    "Мені сказали скасувати запис, але я не хочу.",
    "Чому скасували мій запис?",
    "Я не скасовував запис.",
    "Можливо, доведеться скасувати запис.",
    "Як скасувати запис?",
    /* Polish. */
    "Wizyta została odwołana?",
    "Dlaczego moja wizyta została anulowana?",
    "Nie odwoływałem wizyty.",
    "Być może będę musiał odwołać wizytę.",
    "Jak mogę odwołać wizytę?",
    "Nie rezygnuję z wizyty.",
    /* Russian. */
    "Моя запись отменена?",
    "Почему отменили мою запись?",
    "Я не отменял запись.",
    "Возможно, придётся отменить запись.",
    "Как отменить запись?",
    /* German. */
    "Wurde mein Termin abgesagt?",
    "Bitte geben Sie meinen Termin nicht weiter, ich komme.",
    "Sagen Sie meinen Termin bitte nicht ab.",
    "Ich möchte meinen Termin auf keinen Fall absagen.",
    "Was passiert, wenn ich den Termin stornieren muss?",
    "Mein Anwalt sagte, ich soll den Termin absagen. Stimmt das?",
    "Ich brauche einen Termin ab Montag.",
    /* French. */
    "Mon rendez-vous a été annulé ?",
    "Je ne veux pas annuler mon rendez-vous.",
    "Vous avez annulé mon rendez-vous, pourquoi ?",
    "J'ai reçu un message disant que mon rendez-vous est annulé.",
    "Je n'ai pas annulé mon rendez-vous.",
    /* Spanish. */
    "¿Cancelaron mi cita?",
    "No quiero cancelar mi cita.",
    "Cancelé mi cita ayer por error.",
    "Me dijeron que cancelaron mi cita.",
    "¿Qué pasa si tengo que cancelar mi cita?",
    "Yo no cancelé la cita.",
    /* Swedish. */
    "Är min tid avbokad?",
    "Jag har inte avbokat min tid.",
    "Hur avbokar man en tid?",
    "Jag kanske måste avboka tiden.",
    /* Danish. */
    "Er min tid aflyst?",
    "Jeg passer slet ikke på om tirsdagen.",
    "Jeg har ikke aflyst min tid.",
    "Hvordan aflyser man en tid?",
    "Måske bliver jeg nødt til at aflyse tiden.",
    /* Arabic. */
    "هل تم إلغاء موعدي؟",
    /* Bokmål. */
    "Ikke gi timen min til noen andre, jeg kommer!",
    /* English. */
    "Please do not give my appointment to someone else.",
};

START_TEST(test_appointments_are_kept)
{
    struct request request = request_of(kept_table[_i]);
    ck_assert_msg(request.intent != INTENT_CANCEL || !request.certain, "'%s' cancels", kept_table[_i]);
}
END_TEST

Suite *intent_languages_suite(void);
Suite *intent_languages_suite(void)
{
    Suite *suite = suite_create("intent_languages");
    TCase *tests = tcase_create("intent_languages");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, test_intents, 0, sizeof intent_table / sizeof intent_table[0]);
    tcase_add_loop_test(tests, test_appointments_are_kept, 0, sizeof kept_table / sizeof kept_table[0]);
    suite_add_tcase(suite, tests);
    return suite;
}
