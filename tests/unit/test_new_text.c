#include <check.h>
#include <string.h>

#include "base/buffer.h"
#include "base/embedded.h"
#include "parsers/new_text.h"

static struct arena arena;
static struct lexicon_set *set;

static void load(void)
{
    struct error error;
    ck_assert_int_eq(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error), STATUS_OK);
}

static void unload(void)
{
    lexicon_free(&set);
}

static void setup(void)
{
    arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
    arena_clear(&arena);
}

static const char *read_by(const char *text, const struct address *writer)
{
    struct new_text found;
    new_text_read_plain(set, text, strlen(text), writer, &arena, &found);
    return found.text;
}

static const char *read(const char *text)
{
    return read_by(text, NULL);
}

static const char *read_message(const char *text)
{
    struct new_text found;
    new_text_read(set, message_read(&arena, text, strlen(text)), &arena, &found);
    return found.text;
}

/* ---- Attributions ---------------------------------------------------- */

static const char *const attributions[] = {
    /* Gmail */
    "On Mon, Jun 10, 2024 at 8:00 AM The desk <timer@politi.example> wrote:",
    "On Mon, 10 Jun 2024 at 08:00, The desk <timer@politi.example> wrote:",
    "man. 10. juni 2024 kl. 08:00 skrev Timebestilling <timer@politi.example>:",
    "måndag 10. juni 2024 skreiv Timebestilling <timer@politi.example>:",
    "Den mån 10 juni 2024 kl 08:00 skrev Timebestilling <timer@politi.example>:",
    "Den man. 10. jun. 2024 kl. 08.00 skrev Timebestilling <timer@politi.example>:",
    "Am Mo., 10. Juni 2024 um 08:00 Uhr schrieb Timebestilling <timer@politi.example>:",
    "Le lun. 10 juin 2024 à 08:00, Timebestilling <timer@politi.example> a écrit :",
    "El lun, 10 jun 2024 a las 8:00, Timebestilling (<timer@politi.example>) escribió:",
    "pon., 10 cze 2024 o 08:00 Timebestilling <timer@politi.example> napisał(a):",
    "пн, 10 черв. 2024 р. о 08:00 Timebestilling <timer@politi.example> пише:",
    "пн, 10 июн. 2024 г. в 08:00, Timebestilling <timer@politi.example>:",
    "في الاثنين، 10 يونيو 2024 في 8:00 ص تمت كتابة ما يلي بواسطة Timebestilling <timer@politi.example>:",
    "On Monday 10 June 2024, Timebestilling <timer@politi.example> wrote:",
    /* wrapped */
    "On Mon, Jun 10, 2024 at 8:00 AM Timebestilling politiet <timer@politi.example>\nwrote:",
    "man. 10. juni 2024 kl. 08:00 skrev Timebestilling politiet <\ntimer@politi.example>:",
    "Le lun. 10 juin 2024 à 08:00, Timebestilling politiet <timer@politi.example> a\nécrit :",
    "El lun, 10 jun 2024 a las 8:00, Timebestilling politiet (<\ntimer@politi.example>) escribió:",
    "пн, 10 июн. 2024 г. в 08:00, Timebestilling politiet\n<timer@politi.example>:",
    "On Wednesday, June 12, 2024 at\n08:00:00 AM GMT+2, Timebestilling\npolitiet <timer@politi.example> wrote:",
    "Am Mo., 10. Juni 2024 um 08:00 Uhr schrieb Timebestilling politiet <\ntimer@politi.example>:",
    /* Apple */
    "10. juni 2024 kl. 08:00 skrev Timebestilling <timer@politi.example>:",
    "Den 10. juni 2024 kl. 08:00 skrev Timebestilling <timer@politi.example>:",
    "10 juni 2024 kl. 08:00 skrev Timebestilling <timer@politi.example>:",
    "On 10 Jun 2024, at 08:00, Timebestilling <timer@politi.example> wrote:",
    "On Jun 10, 2024, at 8:00 AM, Timebestilling <timer@politi.example> wrote:",
    "Am 10.06.2024 um 08:00 schrieb Timebestilling <timer@politi.example>:",
    "Le 10 juin 2024 à 08:00, Timebestilling <timer@politi.example> a écrit :",
    "El 10 jun 2024, a las 8:00, Timebestilling <timer@politi.example> escribió:",
    "Wiadomość napisana przez Timebestilling <timer@politi.example> w dniu 10 cze 2024, o godz. 08:00:",
    "10 черв. 2024 р. о 08:00 Timebestilling <timer@politi.example> пише:",
    "10 июня 2024 г., в 8:00, Timebestilling <timer@politi.example> написал(а):",
    "في ١٠ يونيو ٢٠٢٤، الساعة ٨:٠٠ ص، كتب Timebestilling <timer@politi.example>:",
    /* Thunderbird */
    "On 10/06/2024 08:00, Timebestilling wrote:",
    "On 2024-06-10 08:00, Timebestilling wrote:",
    "Den 10.06.2024 08:00, skrev Timebestilling:",
    "Den 10.06.2024 kl. 08:00 skreiv Timebestilling:",
    "Den 2024-06-10 kl. 08:00, skrev Timebestilling:",
    "Am 10.06.24 um 08:00 schrieb Timebestilling:",
    "Le 10/06/2024 à 08:00, Timebestilling a écrit :",
    "El 10/6/24 a las 8:00, Timebestilling escribió:",
    "W dniu 10.06.2024 o 08:00, Timebestilling pisze:",
    "10.06.24 08:00, Timebestilling пише:",
    "10.06.2024 08:00, Timebestilling пишет:",
    /* Yahoo */
    "On Monday, June 10, 2024 at 08:00:00 AM GMT+2, Timebestilling <timer@politi.example> wrote:",
    "mandag 10. juni 2024 kl. 08:00:00 CEST skrev Timebestilling <timer@politi.example>:",
    /* Proton */
    "mandag 10. juni 2024 kl. 08:00 skrev Timebestilling <timer@politi.example>:",
    "On Monday, June 10th, 2024 at 8:00 AM, Timebestilling <timer@politi.example> wrote:",
    "------- Original Message -------\nOn Monday, June 10th, 2024 at 8:00 AM, Desk <timer@politi.example> wrote:",
    /* K-9, FairEmail */
    "Den 10. juni 2024 08:00:00 CEST skrev Timebestilling <timer@politi.example>:",
    "On 10 June 2024 08:00:00 CEST, Timebestilling <timer@politi.example> wrote:",
    "Am 10. Juni 2024 08:00:00 MESZ schrieb Timebestilling <timer@politi.example>:",
    /* mail.ru, Yandex, ukr.net, wp.pl, onet, Interia */
    "Понедельник, 10 июня 2024, 8:00 +03:00 от Timebestilling <timer@politi.example>:",
    "10.06.2024, 08:00, \"Timebestilling\" <timer@politi.example>:",
    "10 червня 2024, 08:00:00, від \"Timebestilling\" <timer@politi.example>:",
    "Dnia 10 czerwca 2024 08:00 Timebestilling <timer@politi.example> napisał(a):",
    "W dniu 2024-06-10 08:00:00 użytkownik Timebestilling <timer@politi.example> napisał:",
    "Dnia 10-06-2024 o godz. 8:00 Timebestilling napisał(a):",
    /* Zoho, Roundcube, Horde, mutt, SOGo, Gnus */
    "---- On Mon, 10 Jun 2024 08:00:00 +0200 Timebestilling <timer@politi.example> wrote ----",
    "Timebestilling skrev 2024-06-10 08:00:",
    "Timebestilling skrev den 10.06.2024 08:00:",
    "On Mon, Jun 10, 2024 at 08:00:00AM +0200, Timebestilling wrote:",
    "On Monday, June 10, 2024 08:00 CEST, Timebestilling <timer@politi.example> wrote:",
    "Timebestilling <timer@politi.example> writes:",
    "Quoting Timebestilling <timer@politi.example>:",
    "Zitat von Timebestilling <timer@politi.example>:",
    "Sitat Timebestilling <timer@politi.example>:",
    "Cytowanie Timebestilling <timer@politi.example>:",
    "Timebestilling Politiet wrote:",
    "\"Timebestilling politiet\" <timer@politi.example> skrev:",
    "10. juni 2024, 08:00 av timer@politi.example:",
    "2024-06-10 08:00 GMT+02:00 Timebestilling <timer@politi.example>:",
    "Kuna Isniin, Juun 10, 2024 at 8:00 AM Timebestilling <timer@politi.example> ayaa qoray:",
};

START_TEST(attributions_above_marked_quotes)
{
    for (size_t i = 0; i < sizeof attributions / sizeof attributions[0]; i++) {
        ck_assert_str_eq(
            read(arena_printf(&arena,
                              "Jeg kommer ikke\n\n%s\n\n> Hei,\n>\n> skriv \"avbestill\" hvis du vil avbestille.\n",
                              attributions[i])),
            "Jeg kommer ikke");
        ck_assert_str_eq(
            read(arena_printf(&arena, "%s\n> Hei,\n>> avbestill\n\nKan jeg komme\ntorsdag?\n", attributions[i])),
            "Kan jeg komme\ntorsdag?");
    }
}
END_TEST

/* As programs send HTML mails as plain text: nothing marks the mail below. */
START_TEST(attributions_above_bare_quotes)
{
    for (size_t i = 0; i < sizeof attributions / sizeof attributions[0]; i++)
        if (strchr(attributions[i], '@') != NULL && strstr(attributions[i], "2024") != NULL)
            ck_assert_str_eq(
                read(arena_printf(&arena, "Jeg kommer ikke\n\n%s\n\nHei,\n\nskriv avbestill.\n", attributions[i])),
                "Jeg kommer ikke");
}
END_TEST

/* ---- Header blocks --------------------------------------------------- */

static const char *const header_blocks[] = {
    /* Outlook for Windows */
    "From: The desk <timer@politi.example>\nSent: Monday, June 10, 2024 8:00 AM\nTo: Ola <o@x.example>\nSubject: Time",
    "Fra: Timebestilling <timer@politi.example>\nSendt: mandag 10. juni 2024 08:00\nTil: Ola\nEmne: Time",
    "Frå: Timebestilling <timer@politi.example>\nSendt: måndag 10. juni 2024 08:00\nTil: Ola\nEmne: Time",
    "Från: Timebestilling <timer@politi.example>\nSkickat: den 10 juni 2024 08:00\nTill: Ola\nÄmne: Time",
    "Von: Timebestilling <timer@politi.example>\nGesendet: Montag, 10. Juni 2024 08:00\nAn: Ola\nBetreff: Time",
    "De : Timebestilling <timer@politi.example>\nEnvoyé : lundi 10 juin 2024 08:00\nÀ : Ola\nObjet : Time",
    "De: Timebestilling <timer@politi.example>\nEnviado el: lunes, 10 de junio de 2024 8:00\nPara: Ola\nAsunto: Time",
    "Od: Timebestilling <timer@politi.example>\nWysłano: poniedziałek, 10 czerwca 2024 08:00\nDo: Ola\nTemat: Time",
    "Від: Timebestilling <timer@politi.example>\nНадіслано: 10 червня 2024 р. 8:00\nКому: Ola\nТема: Time",
    "От: Timebestilling <timer@politi.example>\nОтправлено: 10 июня 2024 г. 8:00\nКому: Ola\nТема: Time",
    "من: Timebestilling <timer@politi.example>\nتاريخ الإرسال: 10 يونيو 2024\nإلى: Ola\nالموضوع: Time",
    "Ka: Timebestilling <timer@politi.example>\nLa diray: Juun 10, 2024\nKu: Ola\nMawduuc: Time",
    /* an old plain Outlook, Lotus, Samsung */
    "-----Original Message-----\nFrom: Timebestilling [mailto:timer@politi.example]\nSent: 10. juni 2024 08:00\nTo: "
    "Ola\nSubject: Time",
    "-----Opprinnelig melding-----\nFra: Timebestilling\nSendt: 10. juni 2024 08:00\nTil: Ola\nEmne: Time",
    "-----Ursprüngliche Nachricht-----\nVon: Timebestilling\nGesendet: 10. Juni 2024 08:00\nAn: Ola\nBetreff: Time",
    "-----Message d'origine-----\nDe : Timebestilling\nEnvoyé : lundi 10 juin 2024\nÀ : Ola\nObjet : Time",
    "-----Oprindelig meddelelse-----\nFra: Timebestilling\nSendt: 10. juni 2024 08:00\nTil: Ola\nEmne: Time",
    "-----Ursprungligt meddelande-----\nFrån: Timebestilling\nSkickat: den 10 juni 2024 08:00\nTill: Ola\nÄmne: Time",
    "-----Mensaje original-----\nDe: Timebestilling\nEnviado: 10 de junio\nPara: Ola\nAsunto: Time",
    "-------- Opprinnelig melding --------\nFra: Timebestilling <timer@politi.example>\nDato: 10.06.2024 08:00 "
    "(GMT+01:00)\nTil: o@x.example\nEmne: Time",
    "-------- Oryginalna wiadomość --------\nOd: Timebestilling <timer@politi.example>\nData: 10.06.2024 08:00 "
    "(GMT+01:00)\nDo: o@x.example\nTemat: Time",
    "-------- Original Message --------\nSubject: Time\nDate: 10.06.2024 08:00\nFrom: Timebestilling "
    "<timer@politi.example>\nTo: o@x.example",
    "-------- Исходное сообщение --------\nОт: Timebestilling <timer@politi.example>\nДата: 10.06.2024 08:00\nКому: "
    "o@x.example\nТема: Time",
    "--- Оригінальне повідомлення ---\nВід кого: \"Timebestilling\" <timer@politi.example>\nКому: o@x.example\nДата: "
    "10 червня 2024, 08:00:00\nТема: Time",
    "-----Original Message-----",
    "----- Opprinnelig melding -----",
    /* Outlook on the web and on phones */
    "________________________________\nFra: Timebestilling <timer@politi.example>\nSendt: mandag 10. juni 2024 "
    "08:00\nTil: Ola <o@x.example>\nEmne: Time",
    "________________________________\n\nFrom: Timebestilling <timer@politi.example>\nSent: Monday, June 10, 2024 "
    "8:00:00 AM\nTo: Ola <o@x.example>\nCc: Kari <k@x.example>\nSubject: Time",
    "________________________________\nDe : Timebestilling <timer@politi.example>\nEnvoyé : lundi 10 juin 2024 "
    "08:00\nÀ : Ola <o@x.example>\nObjet : Time",
    /* Gmail's bold letters in plain text, Apple's order, fields that no lexicon has, long lists of people */
    "*Fra:* Timebestilling <timer@politi.example>\n*Sendt:* mandag 10. juni 2024 08:00\n*Til:* Ola\n*Emne:* Time",
    "*From: *Timebestilling <timer@politi.example>\n*Date: *Monday, 10 June 2024 at 08:00\n*To: *Ola "
    "<o@x.example>\n*Subject: *Time",
    "**From:** Timebestilling <timer@politi.example>\n**Sent:** Monday, 10 June 2024 08:00\n**To:** Ola\n**Subject:** "
    "Time",
    "Fra: Timebestilling <timer@politi.example>\nDato: mandag, 10. juni 2024 kl. 08:00\nTil: Ola <o@x.example>\nEmne: "
    "Time",
    "From: Timebestilling <timer@politi.example>\nSent: Monday, June 10, 2024 8:00 AM\nTo: Ola\nSubject: "
    "Time\nImportance: High",
    "From: Timebestilling <timer@politi.example>\nReply-To: desk@x.example\nDate: Monday, June 10, 2024\nTo: A "
    "<a@x.example>,\n B <b@x.example>,\n C <c@x.example>\nSubject: A long\n subject",
    "Fra: Timebestilling <timer@politi.example>\n\nSendt: mandag 10. juni 2024 08:00\n\nTil: Ola\n\nEmne: Time",
    /* GMX, web.de */
    "Gesendet: Montag, 10. Juni 2024 um 08:00 Uhr\nVon: \"Timebestilling\" <timer@politi.example>\nAn: "
    "o@x.example\nBetreff: Time",
    /* names only, as Exchange writes them for colleagues */
    "Fra: Timebestilling\nSendt: mandag 10. juni 2024 08:00\nTil: Ola Nordmann\nEmne: Time",
};

START_TEST(header_blocks_of_every_program)
{
    for (size_t i = 0; i < sizeof header_blocks / sizeof header_blocks[0]; i++) {
        ck_assert_str_eq(
            read(arena_printf(&arena, "Jeg kommer ikke\n\n%s\n\nHei,\n\nskriv avbestill.\n\nHilsen\nPolitiet\n",
                              header_blocks[i])),
            "Jeg kommer ikke");
        ck_assert_str_eq(
            read(arena_printf(&arena, "Jeg kommer ikke\nSendt fra min iPhone\n\n%s\nHei!", header_blocks[i])),
            "Jeg kommer ikke");
    }
}
END_TEST

/* ---- What is the writer's own ---------------------------------------- */

START_TEST(sentences_that_look_like_something_else)
{
    static const char *const texts[] = {
        "Dere skrev at jeg måtte komme 10. juni kl. 08:00:\ndet kan jeg ikke.",
        "I mailen 10. juni 2024 skrev dere:\nTa med pass. Må jeg ta med gammelt pass også?",
        "Min kone skrev til ola@politi.example den 10. juni 2024 og fikk dette svaret:\ntimen er flyttet",
        "Jeg kan disse dagene:\n10. juni kl 10:00\n11. juni kl 12:00",
        "On Monday I wrote to you:\nplease cancel. Nobody answered.",
        "Fra: mandag 3. juni kl 10\nTil: onsdag 5. juni kl 12",
        "Dato: 10. juni\nTid: 10:00\nSted: Oslo\nkan jeg bytte?",
        "Navn: Ola Nordmann\nEmne: flytte time\nNummer: TP482173967",
        "Fra: Ola Nordmann\nTil: Politiet\nDato: 10.06.2024\nEmne: Avbestilling\n\nJeg kommer ikke.",
        "From Monday to Friday I work. To: cancel please.",
        "Time: 12. juni 2024 kl. 10:00\nNummer: TP 482 173 967",
        "Hei\n-----\nkan jeg komme torsdag?",
        "Jeg fikk en melding:\n\n\"Timen er avlyst\"\n\nStemmer det?",
        "1) avbestill min time\n2) flytt timen til Kari",
        "- mandag\n- tirsdag\n- onsdag",
        "Hilsen til alle på kontoret, og kan jeg få time på torsdag?",
        "Best time for me is Monday",
        "Best of all would be Friday at 9",
        "Sendt fra politiet fikk jeg et brev om at timen min er flyttet til et annet sted, og det er rart",
        "Mahadsanid",
        "Mvh",
        "Hilsen Ola",
        "Takk!",
        "avbestill",
        "Den passer ikke. Kan jeg få den 12. juni?",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_str_eq(read(texts[i]), texts[i]);
}
END_TEST

/* ---- Places of the writer's words ------------------------------------ */

START_TEST(answers_above_below_and_between)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"Ja\n\nOn 10/06/2024 08:00, The desk wrote:\n> Will you come?\n", "Ja"},
        {"On 10/06/2024 08:00, The desk wrote:\n> Will you come?\n\nYes\n", "Yes"},
        {"On 10/06/2024 08:00, The desk wrote:\n> Will you come?\nYes\n> Alone?\nNo, with my wife\n> cancel\n",
         "Yes\n\nNo, with my wife"},
        {"Hi\n\nOn 10/06/2024 08:00, The desk wrote:\n> Will you come?\n\nYes\n\n> Alone?\n\nNo\n\nOla\n",
         "Hi\n\nYes\n\nNo\n\nOla"},
        {"Ok\n\nOn 10/06/2024 08:00, Kari <k@x.example> wrote:\n> Hi\n>\n> On 9/06/2024 08:00, Ola <o@x.example> "
         "wrote:\n"
         ">> cancel\n>> please\n",
         "Ok"},
        /* a quoted line that a program broke in two */
        {"Kommer\n\nDen 10.06.2024 08:00, skrev Timebestilling:\n"
         "> Kan du ikke komme? Svar på denne e-posten og skriv «avbestill» hvis du\nikke trenger timen\n"
         "> eller hvilken dag som passer bedre, for eksempel «flytt timen til en\ntirsdag»\n",
         "Kommer"},
        /* but an answer between the lines is none */
        {"Den 10.06.2024 08:00, skrev Timebestilling:\n> Kan du komme mandag 10. juni kl. 08:00 til politistasjonen?\n"
         "ja det går fint\n> Ta med pass\nok\n",
         "ja det går fint\n\nok"},
        {"", ""},
        {"\n \n\t\n", ""},
        {"> only quoted\n> cancel\n", ""},
        {"Hei\n\n\n\nJeg kommer\t \n\n\n", "Hei\n\nJeg kommer"},
        /* a right-to-left mark and an invisible byte order mark before what counts */
        {"نعم\n\n\u200fمن: Timebestilling <timer@politi.example>\n\u200fتاريخ الإرسال: 10 يونيو 2024\n\u200fإلى: Ola\n"
         "\u200fالموضوع: Time\n\nإلغاء\n",
         "نعم"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(read(cases[i].text), cases[i].expected);
}
END_TEST

/* ---- Signatures ------------------------------------------------------ */

START_TEST(signatures)
{
    static const struct {
        const char *text; /* below "Jeg kommer ikke" */
        const char *kept;
    } cases[] = {
        {"Mvh\nOla", ""},
        {"mvh ola", ""},
        {"MVH,\n\nOla Nordmann", ""},
        {"Med vennlig hilsen\n\nOla Nordmann\nRådgiver | Bygg AS\nTlf. 911 22 334\nwww.bygg.example", ""},
        {"Vennlig hilsen Ola Nordmann", ""},
        {"Venleg helsing\nOla", ""},
        {"Med vennlig hilsen / With kind regards\nOla", ""},
        {"Beste helsing Ola", ""},
        {"Kind regards,\nOla Nordmann\nTel: +47 911 22 334", ""},
        {"Yours faithfully,\nOla", ""},
        {"З повагою,\nОля", ""},
        {"Z poważaniem\nOla Nordmann", ""},
        {"Pozdrawiam", ""},
        {"Pozdrawiam serdecznie\nOla", ""},
        {"Mit freundlichen Grüßen\nOla Nordmann", ""},
        {"Cordialement,\nOla", ""},
        {"Un saludo,\nOla", ""},
        {"Med vänliga hälsningar\nOla", ""},
        {"Med venlig hilsen\nOla", ""},
        {"С уважением,\nОля", ""},
        {"مع التحية\nعلي", ""},
        {"Salaan,\nCali", ""},
        {"-- \nOla Nordmann\nSiste mulighet for å avbestille!", ""},
        {"--\nOla Nordmann\nBygg AS", ""},
        {"Ola", ""},
        {"Ola Nordmann", ""},
        {"- Ola", ""},
        {"/Ola", ""},
        {"Ola N.", ""},
        {"Ola Nordmann, Bygg AS", ""},
        {"Ola Nordmann\nPolice Sergeant, Immigration", ""},
        /* what is said below it stays */
        {"Mvh\nOla\n\nPS: kan jeg komme torsdag?", "PS: kan jeg komme torsdag?"},
        {"Mvh\nOla\n\nP.S. Jeg har fått nytt pass", "P.S. Jeg har fått nytt pass"},
        {"Mvh\nOla\nJeg kan fredag", "Jeg kan fredag"},
        {"Mvh\nOla\n\nJeg glemte å si at jeg kan fredag.", "Jeg glemte å si at jeg kan fredag."},
        {"Mvh\nOla\nTP 482 173 967", "TP 482 173 967"},
        {"Mvh Ola Nordmann\n\nTP482173967", "TP482173967"},
        {"Mvh Ola\n\nAvbestill også timen til Kari Nordmann som er samme dag klokken ti",
         "Avbestill også timen til Kari Nordmann som er samme dag klokken ti"},
        {"Regards,\nOla\n\nCan I come on Friday?", "Can I come on Friday?"},
        {"Ola er syk", "Ola er syk"},
        {"Kari", "Kari"},
        {"Gjelder:\nOla Nordmann", "Gjelder:\nOla Nordmann"},
        {"Ha en fin kveld", "Ha en fin kveld"},
        /* of companies and offices */
        {"Med vennlig hilsen\n\nOla Nordmann\nAdvokat MNA\nAdvokatfirmaet Ola AS | Org.nr. 923 456 789 MVA\nDenne "
         "e-posten kan "
         "inneholde taushetsbelagt informasjon. Er du ikke rett mottaker, slett e-posten og avbestill utskrifter.",
         ""},
        {"Hilsen\nOla\n\nKontoret er stengt til og med fredag 2. august. Ved hastesaker: 23 45 67 89", ""},
        {"Ola Nordmann\n-----\nDenne e-posten og eventuelle vedlegg kan inneholde taushetsbelagte opplysninger.\n"
         "Timer som ikke avbestilles innen 24 timer, regnes som brukt.",
         ""},
        {"---\nOla\nTlf. 911 22 334", ""},
        {"Hilsen\nOla\n\nMon-Fri 9:00-16:00", ""},
        {"Hilsen\nOla\n\nMå timen endres? Ring 22 33 44 55", ""},
        {"________________\nBygg AS, Storgata 1, 0155 Oslo\nwww.bygg.example | +47 22 33 44 55", ""},
        /* telephones and scanners */
        {"Sendt fra min iPhone", ""},
        {"Sent from my Galaxy", ""},
        {"Sendt frå min iPhone", ""},
        {"Skickat från min iPhone", ""},
        {"Wysłane z iPhone’a", ""},
        {"Надіслано з iPhone", ""},
        {"Отправлено с iPhone", ""},
        {"Von meinem iPhone gesendet", ""},
        {"Gesendet von Outlook für iOS", ""},
        {"Envoyé de mon iPhone", ""},
        {"Enviado desde mi iPhone", ""},
        {"تم الإرسال من الـ iPhone", ""},
        {"Få Outlook for Android<https://aka.ms/o0ukef>", ""},
        {"Get Outlook for iOS", ""},
        {"Hent Outlook for iOS", ""},
        {"Sendt med Proton Mail-sikker e-post.", ""},
        {"Sent with Proton Mail secure email.", ""},
        {"Sent from Yahoo Mail on Android", ""},
        {"Sendt fra Yahoo Mail på Android", ""},
        {"Sent from Mail for Windows", ""},
        {"Sendt fra E-post for Windows", ""},
        {"Pobierz aplikację Outlook dla systemu iOS", ""},
        {"Télécharger Outlook pour Android", ""},
        {"Obtener Outlook para iOS", ""},
        {"Virus-free.www.avast.com", ""},
        {"Virusfri.www.avast.com", ""},
        {"This email has been checked for viruses by Avast antivirus software.\nwww.avast.com", ""},
        {"Mvh\nOla\n\nSendt fra min iPhone", ""},
        {"Sendt fra min iPhone\nKan fredag", "Kan fredag"},
        {"Sendt fra min iPhone\n\nMvh\nOla", ""},
        /* legal footers that speak of cancelling and deleting, one below the other */
        {"This e-mail is confidential. If you received it in error, please delete it and cancel any printout.", ""},
        {"The information contained in this message is confidential. Cancel it if it is not for you.\n\n"
         "Denne e-posten kan inneholde fortrolig informasjon. Slett den hvis den ikke er til deg.",
         ""},
        {"Mvh\nOla\n\nCONFIDENTIALITY NOTICE: if you are not the recipient, delete this and cancel.", ""},
        {"Ta wiadomość może zawierać informacje poufne. Proszę ją usunąć i odwołać.", ""},
        {"Diese E-Mail enthält vertrauliche Informationen. Bitte löschen.", ""},
        {"Цей лист може містити конфіденційну інформацію, видаліть його.", ""},
        {"Данное сообщение конфиденциально, удалите его.", ""},
        {"Ce message et ses pièces jointes sont confidentiels. Annulez.", ""},
        {"Detta meddelande kan innehålla sekretess, radera det.", ""},
    };
    static const struct address writer = {"Ola Nordmann", "ola.nordmann@x.example"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *expected =
            arena_printf(&arena, "Jeg kommer ikke%s%s", cases[i].kept[0] == '\0' ? "" : "\n\n", cases[i].kept);
        const char *found = read_by(arena_printf(&arena, "Jeg kommer ikke\n\n%s\n", cases[i].text), &writer);
        ck_assert_str_eq(found, expected);
    }
}
END_TEST

/* ---- The whole message ----------------------------------------------- */

#define FROM "From: Ola Nordmann <ola@x.example>\nTo: timer@politi.example\nSubject: Re: Time\n"

#define ALTERNATIVE(plain, html)                                                                                       \
    FROM "Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n" plain   \
         "\n--x\nContent-Type: text/html; charset=utf-8\n\n" html "\n--x--\n"

START_TEST(bodies_of_messages)
{
    static const struct {
        const char *message;
        const char *expected;
    } cases[] = {
        {FROM "\nJeg kommer ikke\n\nOla\n", "Jeg kommer ikke"},
        /* format=flowed: soft breaks joined, stuffing taken off, the signature's sign kept */
        {FROM
         "Content-Type: text/plain; format=flowed\n\nKan jeg komme \ntorsdag?\n From mandag\n >ikke sitat\n-- \nOla\n",
         "Kan jeg komme torsdag?\nFrom mandag\n>ikke sitat"},
        {FROM "Content-Type: text/plain; format=flowed; delsp=yes\n\nKan jeg kom \nme torsdag?\n",
         "Kan jeg komme torsdag?"},
        {FROM
         "Content-Type: text/plain; format=flowed\n\nKommer \n> On 10/06/2024 08:00, The desk wrote: \n>> cancel \n"
         ">> it\n\nJa\n",
         "Kommer\n\nJa"},
        /* HTML alone: divider, blockquote, what is hidden */
        {FROM "Content-Type: text/html\n\n<p>Jeg kommer ikke</p><blockquote type=cite>avbestill</blockquote>",
         "Jeg kommer ikke"},
        {FROM "Content-Type: text/html\n\n<div>Jeg kommer ikke</div><div style=\"display:none\">avbestill</div><hr>"
              "<div id=divRplyFwdMsg><b>From:</b> Desk &lt;timer@politi.example&gt;<br><b>Sent:</b> Monday, June 10, "
              "2024<br>"
              "<b>To:</b> Ola<br><b>Subject:</b> Time</div><div>cancel</div>",
         "Jeg kommer ikke"},
        {FROM
         "Content-Type: text/html\n\n<div dir=ltr>Ja<br clear=all><div>-- <br><div class=gmail_signature>Ola<br>Bygg "
         "AS</div>"
         "</div></div><br><div class=gmail_quote><div class=gmail_attr>On Mon, 10 Jun 2024 at 08:00, The desk &lt;<a "
         "href=x>timer@politi.example</a>&gt; wrote:<br></div><blockquote class=gmail_quote>cancel</blockquote></div>",
         "Ja"},
        /* a plain part that only stands in for the other, and one that lost what was quoted */
        {ALTERNATIVE("This message needs an HTML viewer.", "<p>Kan jeg komme torsdag?</p>"), "Kan jeg komme torsdag?"},
        {ALTERNATIVE("Kan jeg komme torsdag?\n\nVi minner om timen din.\nSkriv avbestill.\n",
                     "<p>Kan jeg komme torsdag?</p><div class=gmail_quote><blockquote>Vi minner om timen din.<br>Skriv "
                     "avbestill.</blockquote></div>"),
         "Kan jeg komme torsdag?"},
        /* else the plain one counts */
        {ALTERNATIVE("Kan jeg komme\ntorsdag?", "<p>Kan jeg komme torsdag?</p>"), "Kan jeg komme\ntorsdag?"},
        /* what stands below a quotation without marks is found where the HTML part bounds it */
        {ALTERNATIVE(
             "On Mon, 10 Jun 2024 at 08:00, The desk <timer@politi.example> wrote:\n\ncancel\n\nJa\n",
             "On Mon, 10 Jun 2024 at 08:00, The desk &lt;timer@politi.example&gt; wrote:<blockquote>cancel</blockquote>"
             "<p>Ja</p>"),
         "Ja"},
        /* a letter with a head of its own */
        {FROM
         "\nFra: Ola Nordmann <ola@x.example>\nTil: Politiet\nDato: 10.06.2024 08:00\nEmne: Time\n\nJeg kommer ikke\n",
         "Fra: Ola Nordmann <ola@x.example>\nTil: Politiet\nDato: 10.06.2024 08:00\nEmne: Time\n\nJeg kommer ikke"},
        /* a warning that a server put above the words */
        {FROM
         "\nCAUTION: This email originated from outside of the organization. Do not click links.\n\nJeg kommer ikke\n",
         "Jeg kommer ikke"},
        {FROM "\n[Du får ikke ofte e-post fra ola@x.example. Finn ut hvorfor på https://aka.ms/x]\n\nJeg kommer ikke\n",
         "Jeg kommer ikke"},
        /* the signature that a program puts above a quote where nothing else is said */
        {FROM
         "\nVennlig hilsen\nOla Nordmann\nBygg AS\n\nFra: Desk <timer@politi.example>\nSendt: 10. juni 2024\nTil: Ola\n"
         "Emne: Time\n\navbestill\n",
         ""},
        {FROM "\nMahadsanid\n\nOn 10/06/2024 08:00, The desk wrote:\n> cancel\n", "Mahadsanid"},
        {"\n", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(read_message(cases[i].message), cases[i].expected);
}
END_TEST

START_TEST(quoted_text_holds_number_and_offers)
{
    struct new_text found;
    static const char text[] =
        "Nummer 2\n\nMvh\nOla\n\nFra: Desk <timer@politi.example>\nSendt: 10. juni 2024 08:00\nTil: Ola\n"
        "Emne: Time [TP482173967]\n\n1. mandag kl. 10\n2. tirsdag kl. 11\n";
    new_text_read_plain(set, text, strlen(text), NULL, &arena, &found);
    ck_assert_str_eq(found.text, "Nummer 2");
    ck_assert_ptr_nonnull(strstr(found.quoted, "TP482173967"));
    ck_assert_ptr_nonnull(strstr(found.quoted, "1. mandag kl. 10\n2. tirsdag kl. 11"));
    ck_assert_ptr_null(strstr(found.quoted, "Mvh"));
}
END_TEST

START_TEST(each_line_has_a_role)
{
    static const struct {
        const char *line;
        enum line_role role;
    } lines[] = {
        {"Jeg kommer", LINE_NEW},
        {"", LINE_NEW},
        {"Mvh", LINE_SIGNATURE},
        {"Ola", LINE_SIGNATURE},
        {"Sendt fra min iPhone", LINE_DEVICE},
        {"", LINE_SIGNATURE},
        {"This e-mail is confidential.", LINE_DISCLAIMER},
        {"", LINE_DISCLAIMER},
        {"On Mon, 10 Jun 2024 at 08:00, The desk <timer@politi.example>", LINE_ATTRIBUTION},
        {"wrote:", LINE_ATTRIBUTION},
        {"> avbestill", LINE_QUOTED},
        {"Ja", LINE_NEW},
        {"-----Original Message-----", LINE_MARKER},
        {"From: Desk <timer@politi.example>", LINE_HEADER},
        {"Sent: 10 June 2024 08:00", LINE_HEADER},
        {"To: Ola", LINE_HEADER},
        {"Subject: Time", LINE_HEADER},
        {"", LINE_QUOTED},
        {"cancel", LINE_QUOTED},
    };
    enum { COUNT = sizeof lines / sizeof lines[0] };
    struct buffer text = BUFFER_INIT;
    for (size_t i = 0; i < COUNT; i++)
        buffer_printf(&text, "%s%s", i == 0 ? "" : "\n", lines[i].line);
    struct new_text found;
    new_text_read_plain(set, text.data, text.length, NULL, &arena, &found);
    ck_assert_uint_eq(found.lines.count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        const struct text_line *line = &found.lines.items[i];
        ck_assert_str_eq(line_role_name(line->role), line_role_name(lines[i].role));
        ck_assert_uint_eq(line->length, strlen(lines[i].line));
        ck_assert_int_eq(memcmp(found.lines.body + line->start, lines[i].line, line->length), 0);
    }
    buffer_release(&text);
}
END_TEST

START_TEST(hostile_bodies_cost_little)
{
    static const char *const units[] = {
        ">",
        "a:\n",
        "a",
        "\n",
        "> a\n",
        "From: a@b\n",
        "From:\nx\n",
        "On 1 <a@b>:\n",
        "--\n",
        "Mvh\nOla\n",
        "----\nx\n",
        "Sent from my\n",
        "This e-mail is confidential\n\n",
        "a a a a a a a a a a a a a a a a:\n",
        "@",
        "\xff",
        "Ola\n",
        "skrev 12.12.2024 08:00\n",
        "\n\nOla\nps",
        "> a\nb\n",
        " \n",
        "-- \n",
    };
    static const struct address writer = {"Ola a x", "ola@x.example"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct buffer text = BUFFER_INIT;
        while (text.length < 1024 * 1024)
            buffer_append_string(&text, units[i]);
        struct new_text found;
        new_text_read_plain(set, text.data, text.length, &writer, &arena, &found);
        buffer_release(&text);
        ck_assert(found.overflow);
        ck_assert_uint_le(strlen(found.text), READING_TEXT_MAX);
        ck_assert_uint_lt(arena.total, 8 * 1024 * 1024);
        arena_clear(&arena);
    }
}
END_TEST

Suite *new_text_suite(void);
Suite *new_text_suite(void)
{
    Suite *suite = suite_create("new_text");
    TCase *tcase = tcase_create("new_text");
    tcase_add_unchecked_fixture(tcase, load, unload);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, attributions_above_marked_quotes);
    tcase_add_test(tcase, attributions_above_bare_quotes);
    tcase_add_test(tcase, header_blocks_of_every_program);
    tcase_add_test(tcase, sentences_that_look_like_something_else);
    tcase_add_test(tcase, answers_above_below_and_between);
    tcase_add_test(tcase, signatures);
    tcase_add_test(tcase, bodies_of_messages);
    tcase_add_test(tcase, quoted_text_holds_number_and_offers);
    tcase_add_test(tcase, each_line_has_a_role);
    tcase_add_test(tcase, hostile_bodies_cost_little);
    suite_add_tcase(suite, tcase);
    return suite;
}
