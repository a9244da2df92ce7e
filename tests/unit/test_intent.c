#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/zone.h"
#include "parsers/intent.h"

/* All were written on Wednesday 5 June 2024 at 09:00 in Oslo unless a row says otherwise, and answer a reminder of
 * Wednesday 12 June at 10:00. */
#define WRITTEN "2024-06-05T09:00:00+02:00"
#define SUBJECT "Re: Påminnelse: time hos politiet onsdag 12. juni 2024 kl. 10.00 [TP482173967]"

static struct content_reader reader;
static struct lexicon_set *set;
static struct when_grammar *grammar;

static void setup(void)
{
    struct error error;
    ck_assert_msg(zone_open("Europe/Oslo", &reader.zone, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(booking_number_form_new("TP", NULL, &reader.form, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(when_grammar_new(&grammar, &error) == STATUS_OK, "%s", error.text);
    reader.set = set;
    reader.grammar = grammar;
}

static void teardown(void)
{
    when_grammar_free(&grammar);
    booking_number_form_free(&reader.form);
    lexicon_free(&set);
    zone_close(&reader.zone);
}

static void show_day(struct civil civil, struct buffer *out)
{
    if (civil.month == 6)
        buffer_printf(out, "%d", civil.day);
    else
        buffer_printf(out, "%02d-%02d", civil.month, civil.day);
}

/* "14 10:30" for a minute, "14 12:00-16:00" for a part of a day, "14" or "10/16" for days; with the month where it is
 * not June. A minus before it: they cannot come then. */
static void show_time(const struct time_span *span, struct buffer *out)
{
    struct civil start = zone_civil(reader.zone, span->start), end = zone_civil(reader.zone, span->end);
    struct civil last = zone_civil(reader.zone, span->end - HOUR);
    buffer_append_string(out, span->stance == STANCE_AVOID ? " -" : " ");
    show_day(start, out);
    if (span->grain == GRAIN_MINUTE) {
        buffer_printf(out, " %02d:%02d", start.hour, start.minute);
    } else if (span->grain <= GRAIN_PART) {
        buffer_printf(out, " %02d:%02d-%02d:%02d", start.hour, start.minute, end.hour, end.minute);
    } else if (last.day != start.day || last.month != start.month) {
        buffer_append_char(out, '/');
        show_day(last, out);
    }
}

/* "cancel!" certain, "cancel?" not; the wished times and, with a minus, the excluded ones; the number where it is not
 * that of the subject. */
static void read(const char *subject, const char *quoted, const char *text, const char *written, struct buffer *out)
{
    struct arena arena = ARENA_INIT;
    struct intent_result *result = arena_alloc(&arena, sizeof *result);
    struct intent_input input = {.text = text, .subject = subject, .quoted = quoted};
    struct error error;
    ck_assert(rfc3339_parse(written, reader.zone, &input.now, &error) == STATUS_OK);
    intent_read(&reader, &input, &arena, result);
    buffer_clear(out);
    for (size_t i = 0; i < result->count; i++) {
        const struct request *request = &result->requests[i];
        buffer_printf(out, "%s%s%c", i > 0 ? ", " : "", intent_name(request->intent), request->certain ? '!' : '?');
        if (strcmp(request->booking_number, "TP482173967") != 0)
            buffer_printf(out, " %s", request->booking_number[0] != '\0' ? request->booking_number : "none");
        for (size_t t = 0; t < request->time_count; t++)
            if (request->times[t].stance != STANCE_CURRENT)
                show_time(&request->times[t], out);
    }
    arena_clear(&arena);
}

static const struct {
    const char *text;
    const char *requests;
} answers[] = {
    {"Jeg vil ikke ha timen lenger, dere kan slette den.", "cancel!"},
    {"Timen 12. juni kan strykes, jeg har allerede levert fingeravtrykk i Bergen.", "cancel!"},
    {"Vær så snill og avbestill timen min. Jeg flytter til Sverige neste måned.", "cancel!"},
    {"Hei. Har fått beskjed fra UDI om at jeg ikke trenger å møte. Kan dere kansellere?", "cancel!"},
    {"Ønsker å melde avbud til timen på onsdag, har ikke behov for ny.", "cancel!"},
    {"Hei, avbestiller herved timen. Mvh Per", "cancel!"},
    {"Det er ikke nødvendig med time lenger siden saken er løst. Takk for hjelpen.", "cancel!"},
    {"Søknaden er trukket, så timen kan gå til en annen.", "cancel!"},
    {"Dessverre blir jeg forhindret på onsdag.", "cancel? -12"},
    {"Jeg er syk og kan ikke komme", "cancel?"},
    {"Rekker ikke timen min på onsdag, beklager", "cancel? -12"},
    {"Vi får ikke møtt opp den 12. juni.", "cancel? -12"},
    {"Flytt, vær så snill, timen min til tirsdag 11. juni kl. 10.", "reschedule! 11 10:00"},
    {"Please move it from 12 June at 10 to 18 June at 13.30.", "reschedule! 18 13:30"},
    {"Hei, er det mulig å flytte timen til uken etter?", "reschedule! 17/23"},
    {"Jeg har eksamen 12. juni. Finnes det en annen dag?", "reschedule! -12"},
    {"Kan jeg få en ny tid? Onsdag passer ikke.", "reschedule! -12"},
    {"Onsdag går ikke, men fredag 14. juni er fint.", "reschedule! -12 14"},
    {"Flytt timen til fredag 14. juni kl. 10.30 takk", "reschedule! 14 10:30"},
    {"Kunne jeg komme på fredag 14. juni etter lunsj i stedet?", "reschedule! 14 12:00-16:00"},
    {"Jeg må dessverre utsette, kommer tilbake fra ferie 1. juli", "reschedule! 07-01"},
    {"Kan vi ta det kl 13 i stedet for kl 10 samme dag?", "reschedule! 12 13:00"},
    {"Passer det bedre i uke 25?", "reschedule! 17/23"},
    {"Det passer ikke så bra den dagen. Har dere noe annet?", "reschedule!"},
    {"Jeg jobber på dagtid, så jeg lurer på om jeg kan få en time senere på dagen", "reschedule!"},
    {"Jeg kommer.", "confirm!"},
    {"Ja, det passer fint.", "confirm!"},
    {"Takk for påminnelsen, vi sees på onsdag!", "confirm!"},
    {"Den er grei, jeg møter opp til avtalt tid.", "confirm!"},
    {"Bekrefter oppmøte 12. juni kl 10", "confirm!"},
    {"Ikke avbestill timen, jeg kommer selv om jeg ble syk i går.", "confirm!"},
    {"Jeg beholder timen jeg har.", "confirm!"},
    {"Må jeg ha med bilder?", "question!"},
    {"Hva koster et nytt oppholdskort?", "question!"},
    {"Hvis jeg avlyser nå, må jeg betale på nytt?", "question!"},
    {"Kan kona mi bli med inn?", "question!"},
    {"Hvorfor har jeg fått time når jeg ikke har bestilt?", "question!"},
    {"Hvor skal jeg møte opp?", "status!"},
    {"Kan dere minne meg på hva klokka timen er?", "status!"},
    {"Jeg har glemt når jeg skal komme", "status!"},
    {"Tusen takk, ha en fin dag", "thanks!"},
    {"Supert!", "thanks!"},
    {"Jeg vil gjerne ha en tidligere time om noen skulle avbestille", "earlier!"},
    {"Sett meg på venteliste for tidligere time, men jeg beholder den jeg har.", "earlier!"},
    {"Jeg angrer på avbestillingen, kan jeg få timen tilbake?", "undo!"},
    {"Dette var feil, vennligst omgjør endringen", "undo!"},
    {"Hvilke dager har dere ledig i uke 26?", "times! 24/30"},
    {"Dere har skrevet feil navn i innkallingen.", "question!"},
    {"Please cancel. I have moved to Germany.", "cancel!"},
    {"I'd like to cancel my appointment on Wednesday since I got my card by mail.", "cancel!"},
    {"You can give my appointment to someone else, I won't be needing it.", "cancel!"},
    {"My application was withdrawn, please remove the booking.", "cancel!"},
    {"I do not require this appointment any longer.", "cancel!"},
    {"Sorry, I can't make it on Wednesday.", "cancel? -12"},
    {"I am sick and not able to come tomorrow", "cancel? -6"},
    {"I will be abroad on 12 June so I can't attend", "cancel? -12"},
    {"Is there any chance to get a later date?", "reschedule!"},
    {"Can we move it to Friday 14 June at 10:30?", "reschedule! 14 10:30"},
    {"I have a class at that time. Could you give me another slot please?", "reschedule!"},
    {"I can't do Wednesday. Would Friday 14 June work?", "reschedule! -12 14"},
    {"Could I please come in week 26 instead", "reschedule! 24/30"},
    {"Monday the 17th would be better for me.", "reschedule! 17"},
    {"I need to postpone, my baby is due that week", "reschedule! 10/16"},
    {"Any afternoon next week works better for me than Wednesday morning", "reschedule! 10/16 12 08:00-12:00"},
    {"I'll be there.", "confirm!"},
    {"Yes that works for me, thank you", "confirm!"},
    {"See you on Wednesday", "confirm!"},
    {"I confirm my attendance", "confirm!"},
    {"Don't cancel my appointment please, I am coming", "confirm!"},
    {"Do I need to bring my passport?", "question!"},
    {"Can my brother translate for me?", "question!"},
    {"What happens if I don't show up?", "question!"},
    {"I was told to cancel if I had a fever. Is that right?", "question!"},
    {"What time is my appointment?", "status!"},
    {"Please send me the address of the office", "status!"},
    {"Thank you very much!", "thanks!"},
    {"If anything earlier becomes available please let me know, otherwise I keep this one", "earlier!"},
    {"Please undo the cancellation, I clicked the wrong link", "undo!"},
    {"Do you have anything free on 20 June?", "times! 20"},
    {"Eg treng ikkje timen lenger, de kan gje han til andre.", "cancel!"},
    {"Vil du avlyse timen min? Eg har fått kortet.", "cancel!"},
    {"Eg kan diverre ikkje kome onsdag.", "cancel? -12"},
    {"Kan eg få ein annan dag? Eg er på jobb på onsdag.", "reschedule! -12"},
    {"Kan me flytta timen til fredag 14. juni klokka halv elleve?", "reschedule! 14 10:30"},
    {"Eg kjem som avtalt", "confirm!"},
    {"Takk skal de ha!", "thanks!"},
    {"Kvar er det eg skal møte?", "status!"},
    {"avbestill takk", "cancel!"},
    {"jeg onsker avbestille timen min", "cancel!"},
    {"Vil avbestille", "cancel!"},
    {"endre time", "reschedule!"},
    {"bytte dag", "reschedule!"},
    {"AVBESTILL!!!", "cancel!"},
    {"ok jeg kommer", "confirm!"},
    {"Hei! Timen onsdag trenger jeg ikke, saken ordnet seg. Hilsen Ali", "cancel!"},
    {"jeg vil gjerne avbestille, kan ikke komme den dagen", "cancel!"},
    {"Kan ikke komme, avbestill timen.", "cancel!"},
    {"I can't come so please cancel it", "cancel!"},
    {"Kan ikke komme, kan jeg få ny time?", "reschedule!"},
    {"Kanskje jeg må flytte timen", "reschedule?"},
    {"Jeg trodde jeg måtte avbestille, men nå kan jeg komme likevel", "confirm!"},
    {"I was thinking of cancelling but I will come after all", "confirm!"},
    {"Kan jeg komme fredag 14. juni? Hvis ikke beholder jeg timen jeg har.", "reschedule! 14"},
    {"Jeg lurer på om jeg kan ta med hund", "question!"},
    {"Hei, jeg har sendt søknaden på nytt", "question!"},
    {"Hei, kan dere sette meg opp på et annet tidspunkt? Helst en mandag.", "reschedule! 10"},
    {"Den 12. er jeg i Trondheim, så finn en annen dag er dere snille", "reschedule!"},
    {"Har legetime den 12. Kan du bytte til tirsdag 18. juni klokka ni?", "reschedule! -12 18 09:00"},
    {"Jeg er ledig 11. juni, kan vi ta det da i stedet?", "reschedule! 11"},
    {"Kunne dere flyttet timen min litt fram i tid?", "reschedule!"},
    {"Min sønn trenger ikke timen, han har reist hjem til Polen", "cancel!"},
    {"Vi kommer begge to på onsdag", "confirm!"},
    {"Vennligst slett bookingen min", "cancel!"},
    {"My shift was changed so I need another day", "reschedule!"},
    {"Is it possible to bring my child to the appointment?", "question!"},
    {"Kan jeg betale med kort?", "question!"},
    {"Is my appointment still on?", "status!"},
    {"Ta bort timen min fra lista, jeg drar hjem til Syria", "cancel!"},
    {"Kan eg få avbestilt timen?", "cancel!"},
    {"Kan jeg avbestille timen min?", "cancel?"},
    {"I am writing to ask whether my appointment could be moved to a later time the same day", "reschedule!"},
    {"I'm writing to inform you that I wish to cancel the appointment, as my employer has arranged another one in "
     "Drammen.",
     "cancel!"},
};

START_TEST(answers_to_a_reminder)
{
    struct buffer out = BUFFER_INIT;
    read(SUBJECT, "", answers[_i].text, WRITTEN, &out);
    ck_assert_msg(strcmp(out.data, answers[_i].requests) == 0, "%s: %s, not %s", answers[_i].text, out.data,
                  answers[_i].requests);
    buffer_release(&out);
}
END_TEST

/* One slip in a long word; never in a short one or in its ending. */
START_TEST(slips)
{
    static const struct {
        const char *text;
        const char *requests;
    } cases[] = {
        {"Jeg vil avbestlle timen", "cancel!"},
        {"Vennligst avebstill timen", "cancel!"},
        {"I would like to cancel my appoitment", "cancel!"},
        {"Could you please reshcedule to 14 June at 10:30?", "reschedule! 14 10:30"},
        {"Скаасуйте мій запис", "cancel!"},
        {"jeg onsker a avbestille", "cancel!"},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read(SUBJECT, "", cases[i].text, WRITTEN, &out);
        ck_assert_msg(strcmp(out.data, cases[i].requests) == 0, "%s: %s", cases[i].text, out.data);
    }
    buffer_release(&out);
}
END_TEST

/* The words of our letters' links, sent as they stand. */
START_TEST(pressed_links)
{
    static const struct {
        const char *text;
        const char *requests;
    } cases[] = {
        {"Avbestill TP482173967", "cancel!"},
        {"Jeg ønsker en annen tid for TP482173967", "reschedule!"},
        {"Behold TP482173967", "confirm!"},
        {"Flytt TP482173967 til tirsdag 11. juni 2024 kl. 10:20", "reschedule! 11 10:20"},
        {"Cancel TP482173967", "cancel!"},
        {"I would like another time for TP482173967", "reschedule!"},
        {"Keep TP482173967", "confirm!"},
        {"Move TP482173967 to Tuesday 11 June 2024 at 10:20", "reschedule! 11 10:20"},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read(cases[i].text, "", cases[i].text, WRITTEN, &out); /* as subject and body */
        ck_assert_str_eq(out.data, cases[i].requests);
        read(cases[i].text, "", "", WRITTEN, &out); /* as the subject alone */
        ck_assert_str_eq(out.data, cases[i].requests);
    }
    buffer_release(&out);
}
END_TEST

START_TEST(whose_booking)
{
    static const struct {
        const char *text;
        const char *requests;
    } cases[] = {
        {"Avbestill TP482173967 og TP273597500", "cancel!, cancel! TP273597500"},
        {"Avbestill TP482173967. Flytt TP273597500 til fredag 14. juni kl. 10.",
         "cancel!, reschedule! TP273597500 14 10:00"},
        {"Min time TP482173967 beholder jeg. Kona mi sin time TP273597500 kan avbestilles.",
         "confirm!, cancel! TP273597500"},
        {"I have TP482173967 on 12 June and TP273597500 on 13 June. Please cancel the earlier and keep the later one.",
         "cancel!, confirm! TP273597500"},
        {"TP482173967 and TP273597500: please cancel both.", "cancel!, cancel! TP273597500"},
        {"Avbestill TP482173968", "cancel? none"}, /* the check digit is wrong */
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read("Timer", "", cases[i].text, WRITTEN, &out);
        ck_assert_msg(strcmp(out.data, cases[i].requests) == 0, "%s: %s, not %s", cases[i].text, out.data,
                      cases[i].requests);
    }
    buffer_release(&out);
}
END_TEST

START_TEST(answers_to_an_offer)
{
    static const char offer[] = "Her er ledige tider:\n\n  1. tirsdag 18. juni 2024 kl. 09.00\n"
                                "  2. torsdag 20. juni 2024 kl. 12.20\n  3. fredag 21. juni 2024 kl. 10.40\n\n"
                                "Timenummer: TP 482 173 967\n";
    static const struct {
        const char *text;
        const char *requests;
    } cases[] = {
        {"2", "confirm! 20 12:20"},
        {"Alternativ 2 passer fint", "confirm! 20 12:20"},
        {"The second one please", "confirm! 20 12:20"},
        {"nr 3 takk", "confirm! 21 10:40"},
        {"Vi tar torsdag 20. juni", "confirm! 20 12:20"},
        {"Den kl. 10.40 er best", "confirm! 21 10:40"},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read("Re: Ledige tider for timen din (TP482173967)", offer, cases[i].text, WRITTEN, &out);
        ck_assert_msg(strcmp(out.data, cases[i].requests) == 0, "%s: %s, not %s", cases[i].text, out.data,
                      cases[i].requests);
    }
    buffer_release(&out);
}
END_TEST

START_TEST(on_the_day)
{
    static const struct {
        const char *text;
        const char *written;
        const char *requests;
    } cases[] = {
        {"Jeg er 10 minutter forsinket", "2024-06-12T09:40:00+02:00", "late!"},
        {"Kommer kvart over ti i stedet for ti", "2024-06-12T09:40:00+02:00", "late!"},
        {"Står utenfor nå", "2024-06-12T09:55:00+02:00", "arrived!"},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read(SUBJECT, "", cases[i].text, cases[i].written, &out);
        ck_assert_msg(strncmp(out.data, cases[i].requests, strlen(cases[i].requests)) == 0, "%s: %s", cases[i].text,
                      out.data);
    }
    buffer_release(&out);
}
END_TEST

/* What must never be acted on. */
START_TEST(nothing_certain)
{
    static const char *const cases[] = {
        "Hvis jeg avbestiller, mister jeg plassen?",
        "Ikke avbestill timen",
        "Kan jeg avbestille timen?",
        "Jeg vurderer å avbestille timen",
        "Avbestill timen hvis jeg ikke har svart innen fredag",
        "Jeg avbestilte timen i går",
        "Avbestill hele livet mitt",
        "Why don't you just cancel the whole department",
        "Do nothing yet, but I might cancel",
        "Mannen min sa at jeg burde avbestille",
        "Avbestill timen, men vent til jeg ringer",
        "Cancel the newsletter",
        "Jeg hadde tenkt å avbestille, men jeg kommer",
        "Dere skriver at jeg skal svare «avbestill» hvis jeg ikke kommer",
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read(SUBJECT, "", cases[i], WRITTEN, &out);
        ck_assert_msg(strncmp(out.data, "cancel!", 7) != 0 && strncmp(out.data, "reschedule!", 11) != 0, "%s: %s",
                      cases[i], out.data);
    }
    buffer_release(&out);
}
END_TEST

/* Time and memory stay linear, whatever stands in the text. */
START_TEST(hostile_texts_cost_little)
{
    static const char *const units[] = {"avbestill ",   "ikke ", "TP482173967 ", "kl 10 ",
                                        "hvis og men ", "? ",    "«avbestill» "};
    struct buffer text = BUFFER_INIT, out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        buffer_clear(&text);
        while (text.length < 60000)
            buffer_append_string(&text, units[i]);
        read(SUBJECT, "", text.data, WRITTEN, &out);
    }
    buffer_release(&text);
    buffer_release(&out);
}
END_TEST

Suite *intent_suite(void);
Suite *intent_suite(void)
{
    Suite *suite = suite_create("intent");
    TCase *tcase = tcase_create("intent");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, answers_to_a_reminder, 0, sizeof answers / sizeof answers[0]);
    tcase_add_test(tcase, slips);
    tcase_add_test(tcase, pressed_links);
    tcase_add_test(tcase, whose_booking);
    tcase_add_test(tcase, answers_to_an_offer);
    tcase_add_test(tcase, on_the_day);
    tcase_add_test(tcase, nothing_certain);
    tcase_add_test(tcase, hostile_texts_cost_little);
    suite_add_tcase(suite, tcase);
    return suite;
}
