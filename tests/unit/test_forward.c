#include <check.h>
#include <string.h>

#include "base/buffer.h"
#include "base/embedded.h"
#include "parsers/forward.h"

static struct arena arena;
static struct lexicon_set *set;
static struct zone *zone;

static void load(void)
{
    struct error error;
    ck_assert_int_eq(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error), STATUS_OK);
    ck_assert_int_eq(zone_open("Europe/Oslo", &zone, &error), STATUS_OK);
}

static void unload(void)
{
    lexicon_free(&set);
    zone_close(&zone);
}

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

static struct forwards read(const char *text, const char **ret_own)
{
    struct forward_context context = {set, zone, "timer@politi.example"};
    struct new_text own;
    struct forwards forwards;
    const struct message *message = message_read(&arena, text, strlen(text));
    new_text_read(set, message, &arena, &own);
    forwards_read(&context, message, &own, &arena, &forwards);
    if (ret_own != NULL)
        *ret_own = own.text;
    return forwards;
}

#define OFFICER "From: Kari Berg <kari@politiet.example>\nTo: Timer <timer@politi.example>\n"
#define FW      OFFICER "Subject: FW: time\n\n"
#define VS      OFFICER "Subject: VS: time\n\n"

/* ---- The forms of every program -------------------------------------- */

/* Each passes on a mail by ola@x.example, to hjelp@y.example, "time", written 10 June 2024 at 08:00 in Oslo where a
 * date is stated at all. */
static const char *const openings[] = {
    /* Gmail */
    "---------- Forwarded message ---------\nFrom: Ola Nordmann <ola@x.example>\nDate: Mon, Jun 10, 2024 at 8:00 "
    "AM\nSubject: time\nTo: <hjelp@y.example>",
    "---------- Forwarded message ----------\nFrom: Ola Nordmann <ola@x.example>\nDate: 2024-06-10 8:00 "
    "GMT+02:00\nSubject: time\nTo: hjelp@y.example",
    "---------- Videresendt melding ---------\nFra: Ola Nordmann <ola@x.example>\nDate: man. 10. juni 2024 kl. "
    "08:00\nSubject: time\nTo: <hjelp@y.example>",
    "---------- Forwarded message ---------\nOd: Ola Nordmann <ola@x.example>\nDate: pon., 10 cze 2024 o "
    "08:00\nSubject: time\nTo: <hjelp@y.example>",
    "---------- Forwarded message ---------\nВід: Ola Nordmann <ola@x.example>\nDate: пн, 10 черв. 2024 р. о "
    "08:00\nSubject: time\nTo: <hjelp@y.example>",
    /* Outlook */
    "From: Ola Nordmann <ola@x.example>\nSent: Monday, June 10, 2024 8:00 AM\nTo: Hjelp <hjelp@y.example>\nSubject: "
    "time",
    "Fra: Ola Nordmann <ola@x.example>\nSendt: mandag 10. juni 2024 08:00\nTil: Hjelp <hjelp@y.example>\nEmne: time",
    "Frå: Ola Nordmann <ola@x.example>\nSendt: måndag 10. juni 2024 08:00\nTil: Hjelp <hjelp@y.example>\nEmne: time",
    "Fra: Ola Nordmann [mailto:ola@x.example]\nSendt: 10. juni 2024 08:00\nTil: Hjelp <hjelp@y.example>; Per "
    "<per@y.example>\nKopi: Pål <paal@y.example>\nEmne: time",
    "-----Original Message-----\nFrom: Ola Nordmann [mailto:ola@x.example] \nSent: 10. juni 2024 08:00\nTo: Hjelp "
    "<hjelp@y.example>\nSubject: time",
    "-----Opprinnelig melding-----\nFra: Ola Nordmann <ola@x.example> \nSendt: mandag 10. juni 2024 08:00\nTil: "
    "hjelp@y.example\nEmne: time",
    "________________________________\nFra: Ola Nordmann <ola@x.example>\nSendt: mandag, juni 10, 2024 8:00:00 "
    "AM\nTil: Hjelp <hjelp@y.example>\nEmne: time",
    "*Fra:* Ola Nordmann <ola@x.example>\n*Sendt:* mandag 10. juni 2024 08:00\n*Til:* hjelp@y.example\n*Emne:* time",
    "Fra: Ola Nordmann <ola@x.example<mailto:ola@x.example>>\nSendt: mandag 10. juni 2024 08:00\nTil: "
    "hjelp@y.example<mailto:hjelp@y.example>\nEmne: time",
    "Von: Ola Nordmann <ola@x.example>\nGesendet: 10.06.2024 08:00\nAn: hjelp@y.example\nBetreff: time",
    "De : Ola Nordmann <ola@x.example>\nEnvoyé : 10/06/2024 08:00\nÀ : hjelp@y.example\nObjet : time",
    "Från: Ola Nordmann <ola@x.example>\nSkickat: den 10 juni 2024 08:00\nTill: hjelp@y.example\nÄmne: time",
    "Od: Ola Nordmann <ola@x.example>\nWysłano: poniedziałek, 10 czerwca 2024 08:00\nDo: hjelp@y.example\nTemat: time",
    "От: Ola Nordmann <ola@x.example>\nОтправлено: 10.06.2024 08:00\nКому: hjelp@y.example\nТема: time",
    "من: Ola Nordmann <ola@x.example>\nتاريخ الإرسال: 10/06/2024 08:00\nإلى: hjelp@y.example\nالموضوع: time",
    /* Apple: the mail itself marked, and not */
    "Begin forwarded message:\n\n> From: Ola Nordmann <ola@x.example>\n> Subject: time\n> Date: 10 June 2024 at "
    "08:00:00 CEST\n> To: hjelp@y.example\n>",
    "Start på videresendt melding:\n\n> Fra: Ola Nordmann <ola@x.example>\n> Emne: time\n> Dato: 10. juni 2024 kl. "
    "08:00:00 CEST\n> Til: hjelp@y.example\n>",
    "Begin forwarded message:\n\nFrom: Ola Nordmann <ola@x.example>\nDate: 10 June 2024 at 08:00:00 CEST\nTo: "
    "hjelp@y.example\nSubject: time",
    "Anfang der weitergeleiteten Nachricht:\n\n> Von: Ola Nordmann <ola@x.example>\n> Betreff: time\n> Datum: "
    "10.06.2024 um 08:00\n> An: hjelp@y.example\n>",
    "Początek przekazywanej wiadomości:\n\n> Od: Ola Nordmann <ola@x.example>\n> Temat: time\n> Data: 10 czerwca 2024 "
    "08:00:00 CEST\n> Do: hjelp@y.example\n>",
    /* Thunderbird, Roundcube, K-9, Samsung, Yahoo, Proton, mail.ru, ukr.net, Lotus */
    "-------- Forwarded Message --------\nSubject: time\nDate: Mon, 10 Jun 2024 08:00:00 +0200\nFrom: Ola Nordmann "
    "<ola@x.example>\nTo: hjelp@y.example",
    "-------- Videresendt melding --------\nEmne: \ttime\nDato: \tMon, 10 Jun 2024 08:00:00 +0200\nFra: \tOla Nordmann "
    "<ola@x.example>\nTil: \thjelp@y.example",
    "-------- Original Message --------\nSubject: time\nDate: 2024-06-10 08:00\nFrom: Ola Nordmann "
    "<ola@x.example>\nTo: hjelp@y.example",
    "-------- Opprinnelig melding --------\nFra: Ola Nordmann <ola@x.example>\nDato: 10.06.2024 08:00 "
    "(GMT+02:00)\nTil: hjelp@y.example\nEmne: time",
    "----- Forwarded Message -----\nFrom: Ola Nordmann <ola@x.example>\nTo: hjelp@y.example\nSent: Monday, June 10, "
    "2024 at 08:00:00 AM GMT+2\nSubject: time",
    "------- Forwarded Message -------\nFrom: Ola Nordmann <ola@x.example>\nDate: On Monday, June 10th, 2024 at 8:00 "
    "AM\nSubject: time\nTo: hjelp@y.example",
    "-------- Пересылаемое сообщение --------\nОт: Ola Nordmann <ola@x.example>\nКому: hjelp@y.example\nДата: "
    "10.06.2024, 08:00\nТема: time",
    "---------- Пересылане повідомлення ----------\nВід кого: \"Ola Nordmann\" <ola@x.example>\nКому: "
    "hjelp@y.example\nДата: 10 червня 2024, 08:00:00\nТема: time",
    "----- Forwarded by Kari Berg/Politiet on 10.06.2024 09:00 -----\n\nFrom:\t\"Ola Nordmann\" "
    "<ola@x.example>\nTo:\t<hjelp@y.example>\nDate:\t10.06.2024 08:00\nSubject:\ttime",
    "-------- Weitergeleitete Nachricht --------\nBetreff: time\nDatum: Mon, 10 Jun 2024 08:00:00 +0200\nVon: Ola "
    "Nordmann <ola@x.example>\nAn: hjelp@y.example",
    "-------- Message transféré --------\nSujet : time\nDate : Mon, 10 Jun 2024 08:00:00 +0200\nDe : Ola Nordmann "
    "<ola@x.example>\nPour : hjelp@y.example",
    "-------- Mensaje reenviado --------\nAsunto: time\nFecha: Mon, 10 Jun 2024 08:00:00 +0200\nDe: Ola Nordmann "
    "<ola@x.example>\nPara: hjelp@y.example",
    "-------- Vidarebefordrat meddelande --------\nÄmne: time\nDatum: Mon, 10 Jun 2024 08:00:00 +0200\nFrån: Ola "
    "Nordmann <ola@x.example>\nTill: hjelp@y.example",
    "-------- Videresendt meddelelse --------\nEmne: time\nDato: Mon, 10 Jun 2024 08:00:00 +0200\nFra: Ola Nordmann "
    "<ola@x.example>\nTil: hjelp@y.example",
    "-------- Пересланное сообщение --------\nТема: time\nДата: Mon, 10 Jun 2024 08:00:00 +0200\nОт: Ola Nordmann "
    "<ola@x.example>\nКому: hjelp@y.example",
};

START_TEST(forms_of_every_program)
{
    enum { WRITTEN = 1718000000 - 1718000000 % DAY + 6 * HOUR }; /* 2024-06-10T08:00:00+02:00 */
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        bool marked = strstr(openings[i], "\n> ") != NULL;
        const char *mark = marked ? "> " : "";
        const char *own;
        struct forwards forwards = read(
            arena_printf(&arena, FW "Flytt denne.\n\nMvh\nKari Berg\n\n%s\n\n%sKan jeg komme\n%storsdag?\n%s\n%sOla\n",
                         openings[i], mark, mark, mark, mark),
            &own);
        ck_assert_str_eq(own, "Flytt denne.");
        ck_assert_uint_eq(forwards.count, 1);
        const struct forwarded *mail = &forwards.items[0];
        ck_assert_pstr_eq(mail->from.address, "ola@x.example");
        ck_assert_pstr_eq(mail->from.name, "Ola Nordmann");
        ck_assert_pstr_eq(mail->subject, "time");
        ck_assert_uint_ge(mail->to.count, 1);
        ck_assert_str_eq(mail->to.items[0].address, "hjelp@y.example");
        ck_assert_str_eq(mail->text, "Kan jeg komme\ntorsdag?");
        if (mail->has_date)
            ck_assert_int_eq(mail->date, WRITTEN);
        /* 10/06 is in October for some */
        ck_assert_int_eq(mail->has_date, strstr(openings[i], "10/06/2024") == NULL);
    }
}
END_TEST

/* ---- Which mail it is ------------------------------------------------ */

#define BLOCK(from, to, subject)                                                                                       \
    "\nFra: " from "\nSendt: mandag 10. juni 2024 08:00\nTil: " to "\nEmne: " subject "\n\n"
#define MARKED(from, to, subject)                                                                                      \
    "\n---------- Forwarded message ---------\nFrom: " from "\nDate: Mon, Jun 10, 2024 at 8:00 AM\nSubject: " subject  \
    "\nTo: " to "\n\n"
#define OLA      "Ola <ola@x.example>"
#define HELPER   "Hjelp <hjelp@y.example>"
#define DESK     "Timer <timer@politi.example>"
#define KARI     "Kari <kari@politiet.example>"
#define REMINDER "Vi minner om timen din. Skriv avbestill.\n"

START_TEST(the_innermost_counts)
{
    static const struct {
        const char *message;
        const char *own;
        const char *from; /* NULL: nothing was passed on */
        const char *text;
    } cases[] = {
        {VS "Avlys." BLOCK(OLA, KARI, "time") "Kommer ikke\n", "Avlys.", "ola@x.example", "Kommer ikke"},
        /* without a word of the officer's own */
        {VS BLOCK(OLA, KARI, "time") "Kommer ikke\n", "", "ola@x.example", "Kommer ikke"},
        {VS "Mvh\nKari Berg\nPolitiet" BLOCK(OLA, KARI, "time") "Kommer ikke\n", "", "ola@x.example", "Kommer ikke"},
        /* what the applicant answers to is quoted and not passed on */
        {VS "Avlys." BLOCK(OLA, KARI, "SV: Påminnelse") "Kommer ikke\n" BLOCK(DESK, OLA, "Påminnelse") REMINDER,
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {VS "Avlys." BLOCK(OLA, KARI, "Påminnelse") "Kommer ikke\n" BLOCK(DESK, OLA, "Påminnelse") REMINDER, "Avlys.",
         "ola@x.example", "Kommer ikke"},
        {VS "Avlys." BLOCK(OLA, KARI, "Fwd: Påminnelse") "Kommer ikke\n" MARKED(DESK, OLA, "Påminnelse") REMINDER,
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {VS "Avlys." BLOCK(OLA, KARI, "SV: spørsmål") "Kommer ikke\n" BLOCK(KARI, OLA, "spørsmål") "Kommer du?\n",
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {VS "Avlys." BLOCK(OLA, KARI, "Re: time") "Kommer ikke\n\nOn 10/06/2024 08:00, Timer wrote:\n> " REMINDER,
         "Avlys.", "ola@x.example", "Kommer ikke"},
        /* passed on twice and three times */
        {VS "Avlys." BLOCK(HELPER, KARI, "VS: time") "Fra Ola" BLOCK(OLA, HELPER, "time") "Kommer ikke\n", "Avlys.",
         "ola@x.example", "Kommer ikke"},
        {VS BLOCK(HELPER, KARI, "time") BLOCK(OLA, HELPER, "time") "Kommer ikke\n", "", "ola@x.example", "Kommer ikke"},
        {FW "Avlys." MARKED(HELPER, KARI, "Fwd: time") "Fra Ola\n" MARKED(OLA, HELPER, "time") "Kommer ikke\n",
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {FW "Avlys." MARKED("Per <per@z.example>", KARI, "Fwd: Fwd: time") MARKED(HELPER, "per@z.example", "Fwd: time")
             MARKED(OLA, HELPER, "time") "Kommer ikke\n",
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {FW "Avlys.\n\nBegin forwarded message:\n\n> From: " HELPER
            "\n> Subject: Fwd: time\n> Date: 10 June 2024 at 08:00\n"
            "> To: " KARI "\n> \n> Fra Ola\n> \n> Begin forwarded message:\n> \n>> From: " OLA "\n>> Subject: time\n"
            ">> Date: 9 June 2024 at 08:00\n>> To: " HELPER "\n>> \n>> Kommer ikke\n",
         "Avlys.", "ola@x.example", "Kommer ikke"},
        /* an answer is no forward */
        {OFFICER "Subject: SV: time\n\nJa, hun kommer" BLOCK(DESK, KARI, "time") REMINDER, "Ja, hun kommer", NULL,
         NULL},
        {OFFICER "Subject: Re: time\n\nJa" BLOCK(OLA, KARI, "time") "Kommer ikke\n", "Ja", NULL, NULL},
        {OFFICER
         "Subject: Re: Fwd: time\n\nJa\n\nOn 10/06/2024 08:00, Timer <timer@politi.example> wrote:\n> " REMINDER,
         "Ja", NULL, NULL},
        {OFFICER "Subject: time\nIn-Reply-To: <a@b>\n\nJa" BLOCK(OLA, KARI, "time") "Kommer ikke\n", "Ja", NULL, NULL},
        {OFFICER "Subject: Ang. time\n\nJa" BLOCK(DESK, KARI, "time") REMINDER, "Ja", NULL, NULL},
        {OFFICER "Subject: time\n\nJa\n\nMvh Kari\n", "Ja", NULL, NULL},
        /* a subject that somebody wrote anew */
        {OFFICER "Subject: Kan dere ta denne?\n\nAvlys." BLOCK(OLA, KARI, "time") "Kommer ikke\n", "Avlys.",
         "ola@x.example", "Kommer ikke"},
        {OFFICER "Subject: Re: time\n\nSe under." MARKED(OLA, KARI, "time") "Kommer ikke\n", "Se under.",
         "ola@x.example", "Kommer ikke"},
        {OFFICER "Subject: [EKSTERN] VS: time\n\nAvlys." BLOCK(OLA, KARI, "time") "Kommer ikke\n", "Avlys.",
         "ola@x.example", "Kommer ikke"},
        {OFFICER "Subject: Fwd[2]: time\n\nAvlys." BLOCK(OLA, KARI, "time") "Kommer ikke\n", "Avlys.", "ola@x.example",
         "Kommer ikke"},
        /* our own letter passed on */
        {"From: Ola <ola@x.example>\nTo: timer@politi.example\nSubject: Fwd: Time\n\nKommer ikke\n" MARKED(
             DESK, OLA, "Time") REMINDER,
         "Kommer ikke", "timer@politi.example", "Vi minner om timen din. Skriv avbestill."},
        /* names without addresses, and no name at all */
        {VS
         "Avlys.\n\nFra: Ola Nordmann\nSendt: mandag 10. juni 2024 08:00\nTil: Utlending\nEmne: time\n\nKommer ikke\n",
         "Avlys.", NULL, "Kommer ikke"},
        /* a program that passes on as it quotes */
        {FW "Avlys.\n\nOn Mon, 10 Jun 2024 at 08:00, Ola <ola@x.example> wrote:\n\n> Kommer ikke\n", "Avlys.",
         "ola@x.example", "Kommer ikke"},
        {FW "Avlys.\n\n> From: " OLA "\n> Date: Mon, 10 Jun 2024\n> Subject: time\n>\n> Kommer ikke\n", "Avlys.",
         "ola@x.example", "Kommer ikke"},
        /* the mail that is passed on has signature, footer and telephone */
        {VS "Avlys." BLOCK(OLA, KARI,
                           "time") "Kommer ikke\n\nMvh\nOla\n\nSendt fra min iPhone\n\nThis e-mail is confidential.\n",
         "Avlys.", "ola@x.example", "Kommer ikke"},
        /* HTML alone */
        {OFFICER
         "Subject: VS: time\nContent-Type: text/html\n\n<p class=MsoNormal>Avlys.</p><div style=\"border:none;"
         "border-top:solid #E1E1E1 1.0pt\"><p class=MsoNormal><b>Fra:</b> Ola &lt;ola@x.example&gt;<br><b>Sendt:</b> "
         "mandag 10. juni 2024 08:00<br><b>Til:</b> Kari<br><b>Emne:</b> time</p></div><p class=MsoNormal>Kommer "
         "ikke</p>",
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {OFFICER
         "Subject: Fwd: time\nContent-Type: text/html\n\n<div>Avlys.</div><div class=gmail_quote><div class=gmail_attr>"
         "---------- Forwarded message ---------<br>From: <b>Ola</b> &lt;ola@x.example&gt;<br>Date: Mon, Jun 10, 2024"
         "<br>Subject: time<br>To: &lt;hjelp@y.example&gt;</div><br>Kommer ikke</div>",
         "Avlys.", "ola@x.example", "Kommer ikke"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *own;
        struct forwards forwards = read(cases[i].message, &own);
        ck_assert_str_eq(own, cases[i].own);
        ck_assert_uint_eq(forwards.count, cases[i].text == NULL ? 0 : 1);
        if (forwards.count == 1) {
            ck_assert_pstr_eq(forwards.items[0].from.address, cases[i].from);
            ck_assert_str_eq(forwards.items[0].text, cases[i].text);
        }
    }
}
END_TEST

START_TEST(mails_side_by_side)
{
    const char *own;
    struct forwards forwards =
        read(FW "Se begge.\n" MARKED(OLA, HELPER, "time") "Kommer ikke\n" MARKED(
                 "Mai <mai@x.example>", HELPER, "time") "Jeg kommer\n" MARKED(DESK, "mai@x.example", "Time") REMINDER,
             &own);
    ck_assert_str_eq(own, "Se begge.");
    ck_assert_uint_eq(forwards.count, 2);
    ck_assert_str_eq(forwards.items[0].from.address, "ola@x.example");
    ck_assert_str_eq(forwards.items[0].text, "Kommer ikke");
    ck_assert_str_eq(forwards.items[1].from.address, "mai@x.example");
    ck_assert_str_eq(forwards.items[1].text, "Jeg kommer");
    ck_assert_ptr_nonnull(strstr(forwards.quoted[1], "Skriv avbestill"));
    ck_assert(!forwards.from_desk[0]);
}
END_TEST

START_TEST(letters_of_the_desk_are_known)
{
    ck_assert(read(FW MARKED(DESK, OLA, "Time") REMINDER, NULL).from_desk[0]);
    ck_assert(read(FW MARKED("Timer <timer+8fk2@politi.example>", OLA, "Time") REMINDER, NULL).from_desk[0]);
    ck_assert(!read(FW MARKED("Timer <timer@politi.example.evil>", OLA, "Time") REMINDER, NULL).from_desk[0]);
}
END_TEST

/* ---- Attached mails -------------------------------------------------- */

#define ATTACHED(subject, own, mail)                                                                                   \
    OFFICER "Subject: " subject "\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n" own                           \
            "\n--x\nContent-Type: message/rfc822\n\n" mail "\n--x--\n"
#define MAIL(from, subject, text)                                                                                      \
    "From: " from "\nTo: kari@politiet.example\nDate: Mon, 10 Jun 2024 08:00:00 +0200\nSubject: " subject "\n\n" text

START_TEST(attached_mails)
{
    static const struct {
        const char *message;
        const char *own;
        const char *from;
        const char *text;
    } cases[] = {
        {ATTACHED("VS: time", "Avlys.", MAIL(OLA, "time", "Kommer ikke\n\nMvh Ola\n")), "Avlys.", "ola@x.example",
         "Kommer ikke"},
        {ATTACHED("time", "", MAIL(OLA, "time", "Kommer ikke\n")), "", "ola@x.example", "Kommer ikke"},
        /* a forward or an attached mail in it */
        {ATTACHED("VS: time", "Avlys.",
                  MAIL(HELPER, "Fwd: time", "Fra Ola\n" MARKED(OLA, HELPER, "time") "Kommer ikke\n")),
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {ATTACHED("VS: time", "Avlys.",
                  "From: " HELPER
                  "\nSubject: Fwd: time\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\nFra Ola\n--y\n"
                  "Content-Type: message/rfc822\n\n" MAIL(OLA, "time", "Kommer ikke\n") "\n--y--\n"),
         "Avlys.", "ola@x.example", "Kommer ikke"},
        {ATTACHED("VS: time", "Avlys.", MAIL(OLA, "SV: Time", "Kommer ikke\n" BLOCK(DESK, OLA, "Time") REMINDER)),
         "Avlys.", "ola@x.example", "Kommer ikke"},
        /* the answered letter attached to the answer */
        {ATTACHED("Re: Time", "Ja", MAIL(DESK, "Time", REMINDER)), "Ja", NULL, NULL},
        /* a delivery report holds a mail that nobody passed on */
        {OFFICER "Subject: Undelivered\nContent-Type: multipart/report; boundary=x\n\n--x\n\nSorry\n--x\n"
                 "Content-Type: message/rfc822\n\n" MAIL(DESK, "Time", REMINDER) "\n--x--\n",
         "Sorry", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *own;
        struct forwards forwards = read(cases[i].message, &own);
        ck_assert_str_eq(own, cases[i].own);
        ck_assert_uint_eq(forwards.count, cases[i].from == NULL ? 0 : 1);
        if (forwards.count == 1) {
            ck_assert_pstr_eq(forwards.items[0].from.address, cases[i].from);
            ck_assert_str_eq(forwards.items[0].text, cases[i].text);
        }
    }
}
END_TEST

/* ---- Values ---------------------------------------------------------- */

START_TEST(senders_as_programs_write_them)
{
    static const struct {
        const char *value;
        const char *name;
        const char *address;
    } cases[] = {
        {"Ola Nordmann <ola@X.example>", "Ola Nordmann", "ola@x.example"},
        {"\"Nordmann, Ola\" <ola@x.example>", "Nordmann, Ola", "ola@x.example"},
        {"'Ola Nordmann' <ola@x.example>", "Ola Nordmann", "ola@x.example"},
        {"Ola Nordmann [mailto:ola@x.example]", "Ola Nordmann", "ola@x.example"},
        {"Ola Nordmann (ola@x.example)", "Ola Nordmann", "ola@x.example"},
        {"ola@x.example", NULL, "ola@x.example"},
        {"<ola@x.example>", NULL, "ola@x.example"},
        {"ola@x.example <ola@x.example>", NULL, "ola@x.example"},
        {"ola@x.example [mailto:ola@x.example] On Behalf Of Ola", NULL, "ola@x.example"},
        {"Ola Nordmann", "Ola Nordmann", NULL},
        {"Ola @ work", "Ola @ work", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct forwards forwards =
            read(arena_printf(&arena,
                              VS "Se under.\n\nFra: %s\nSendt: 10. juni 2024 08:00\nTil: Kari\nEmne: "
                                 "time\n\nKommer ikke\n",
                              cases[i].value),
                 NULL);
        ck_assert_uint_eq(forwards.count, 1);
        ck_assert_pstr_eq(forwards.items[0].from.name, cases[i].name);
        ck_assert_pstr_eq(forwards.items[0].from.address, cases[i].address);
    }
}
END_TEST

START_TEST(hostile_forwards_cost_little)
{
    static const char *const units[] = {
        MARKED(OLA, KARI, "Fwd: x"),
        MARKED(OLA, KARI, "x") "hei\n",
        BLOCK(OLA, KARI, "VS: x"),
        "From: a@b\nSubject: x\nTo: @@@@@@@@@@@@@@@@@@\n\n",
        "From: @ @ @ @\n",
        ">>>>>>>> From: a@b\n",
        "Begin forwarded message:\n> ",
        "a@b;",
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct buffer text = BUFFER_INIT;
        buffer_append_string(&text, VS);
        while (text.length < 1024 * 1024)
            buffer_append_string(&text, units[i]);
        struct forwards forwards = read(text.data, NULL);
        buffer_release(&text);
        ck_assert_uint_le(forwards.count, FORWARDS_MAX);
        ck_assert_uint_lt(arena.total, 28 * 1024 * 1024);
        arena_clear(&arena);
    }
}
END_TEST

Suite *forward_suite(void);
Suite *forward_suite(void)
{
    Suite *suite = suite_create("forward");
    TCase *tcase = tcase_create("forward");
    tcase_add_unchecked_fixture(tcase, load, unload);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, forms_of_every_program);
    tcase_add_test(tcase, the_innermost_counts);
    tcase_add_test(tcase, mails_side_by_side);
    tcase_add_test(tcase, letters_of_the_desk_are_known);
    tcase_add_test(tcase, attached_mails);
    tcase_add_test(tcase, senders_as_programs_write_them);
    tcase_add_test(tcase, hostile_forwards_cost_little);
    suite_add_tcase(suite, tcase);
    return suite;
}
