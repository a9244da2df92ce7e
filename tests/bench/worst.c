/*
 * worst [SHAPE...]: reads mails of 1 MiB that are built to be slow, and prints for each the CPU time and the memory
 * that its reading took, the slowest first. No mail may take more than 50 ms or 32 MiB.
 *
 * A shape is a beginning and a piece that is repeated behind it; '#' in the piece is a number that rises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "parsers/parser.h"

enum {
    MAIL_SIZE = 1024 * 1024,
    NOW = 1717495200, /* 4 June 2024, 12:00 in Oslo */
    CPU_SECONDS_MAX = 20,
    MILLISECONDS_MAX = 50,
    MEBIBYTES_MAX = 32,
};

#define FROM      "From: Ola Nordmann <ola@x.example>\nTo: desk@politi.example\nSubject: Time\n"
#define PLAIN     FROM "Content-Type: text/plain; charset=utf-8\n\n"
#define FLOWED    FROM "Content-Type: text/plain; charset=utf-8; format=flowed\n\n"
#define HTML      FROM "Content-Type: text/html; charset=utf-8\n\n"
#define BASE64    FROM "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
#define QUOTED    FROM "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
#define LATIN     FROM "Content-Type: text/plain; charset=iso-8859-1\n\n"
#define MULTIPART FROM "Content-Type: multipart/mixed; boundary=b\n\n"
#define CALENDAR  FROM "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n"
#define REPORT    FROM "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
#define STATUS    REPORT "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"

static const struct shape {
    const char *name;
    const char *start;
    const char *piece;
} shapes[] = {
    /* Bytes. */
    {"one line", PLAIN, "a"},
    {"one line of blanks", PLAIN, " "},
    {"empty lines", PLAIN, "\n"},
    {"control characters", PLAIN, "\x01"},
    {"broken UTF-8", PLAIN, "\xE2\x80"},
    {"8-bit as Latin 1", LATIN, "\xE5"},
    {"soft hyphens", PLAIN, "a\xC2\xAD"},
    {"combining accents", PLAIN, "a\xCC\x81\xCC\x81"},
    {"emoji", PLAIN, "\xF0\x9F\x98\x80"},
    {"full stops", PLAIN, "."},
    {"apostrophes", PLAIN, "a'"},
    {"short lines", PLAIN, "ja, #\n"},
    {"paragraphs", PLAIN, "Hei på deg #.\n\n"},
    {"base64", BASE64, "aWtrZSBpa2tlIGlra2Ug"},
    {"quoted-printable", QUOTED, "=C3=A5 =\n"},
    {"flowed", FLOWED, "ja \n"},
    /* Quotes and heads of mails. */
    {"marks of quotation", PLAIN, ">"},
    {"quoted lines", PLAIN, "> a\n"},
    {"deeper and deeper", PLAIN, "> > > > > > > > > > > > > > > > a\n"},
    {"flowed quotes", FLOWED, "> a \n>> b \n"},
    {"inline answers", PLAIN, "> Passer #?\nja\n"},
    {"attributions", PLAIN, "On Tue, Jun 4, 2024 at 10:00 AM Ola <o@x.example> wrote:\n"},
    {"attributions over lines", PLAIN, "On Tue, Jun 4, 2024 at 10:00 AM\nOla <o@x.example>\nwrote:\n\n> a\n"},
    {"attributions that never end", PLAIN, "On Tue, Jun 4, 2024 at 10:00 AM Ola <o@x.example>\n"},
    {"header blocks", PLAIN, "Fra: Ola <o@x.example>\nSendt: 4. juni 2024 10:00\nTil: a\nEmne: b\n\nHei\n\n"},
    {"forward markers", PLAIN, "---------- Forwarded message ---------\nFrom: a <a@x.example>\nSubject: b\n\nHei\n"},
    {"forwards in forwards", PLAIN, "> ---------- Forwarded message ---------\n> From: a@x.example\n> Subject: b\n>\n"},
    {"field labels", PLAIN, "Fra:\n"},
    {"labels in one line", PLAIN, "Fra: Til: Sendt: Emne: "},
    {"rules", PLAIN, "________________________________\n"},
    {"colons", PLAIN, ":\n"},
    {"wrote", PLAIN, "wrote:\n"},
    {"closings", PLAIN, "Hilsen\nOla\n"},
    {"signature marks", PLAIN, "-- \nOla\n"},
    {"postscripts", PLAIN, "Hilsen Ola\n\nPS: ja\n"},
    {"devices", PLAIN, "Sent from my iPhone\n"},
    {"disclaimers", PLAIN, "This e-mail is confidential and intended only for the addressee.\n"},
    /* Words. */
    {"negations", PLAIN, "ikke "},
    {"negations, long", PLAIN, "kan ikke ikke kan ikke ikke "},
    {"cancel", PLAIN, "avbestill "},
    {"cancel it", PLAIN, "avbestill timen "},
    {"move", PLAIN, "flytt timen til en annen dag "},
    {"verbs without object", PLAIN, "avbestill flytt avbestill flytt passet "},
    {"conditions", PLAIN, "hvis "},
    {"conjunctions", PLAIN, "og jeg "},
    {"commas", PLAIN, "avbestill, "},
    {"questions", PLAIN, "kan jeg avbestille? "},
    {"question far behind", PLAIN, "kan jeg avbestille, "},
    {"sentences", PLAIN, "Jeg kan ikke komme. "},
    {"thanks", PLAIN, "takk "},
    {"it", PLAIN, "den "},
    {"he and she", PLAIN, "han hun TP482173967, min kone, "},
    {"gaps", PLAIN, "kan ikke vi kan "},
    {"all languages", PLAIN, "не не могу nie mogę kan ikke can not kann nicht ne peux pas no puedo kan inte "},
    {"unknown words", PLAIN, "blorp "},
    {"unknown words, all different", PLAIN, "blorp# "},
    {"one letter off", PLAIN, "avbestlile bekrfete "},
    /* Numbers and times. */
    {"booking numbers", PLAIN, "TP482173967 "},
    {"booking numbers by line", PLAIN, "482173967\n"},
    {"booking numbers in words", PLAIN, "bookingnummer 482 173 967, "},
    {"numbers beside words", PLAIN, "nummer # nummer "},
    {"prefixes", PLAIN, "TP TP- TP4 "},
    {"digits", PLAIN, "1234567890"},
    {"digits apart", PLAIN, "4 8 2 1 7 3 9 6 7 "},
    {"dates", PLAIN, "12.6. "},
    {"dates by slash", PLAIN, "06/12/2024 "},
    {"clock times", PLAIN, "kl. 10.30 "},
    {"weekdays", PLAIN, "tirsdag eller torsdag, "},
    {"ranges", PLAIN, "fra 12. juni til 14. juni "},
    {"ordinals", PLAIN, "den 12. og "},
    {"weeks", PLAIN, "uke 24, "},
    {"half past", PLAIN, "halv "},
    {"cancel and times", PLAIN, "avbestill 12.6. kl. 10 "},
    {"quoted times", PLAIN, "> 12. juni 2024 kl. 10:30\n"},
    {"quoted choices", PLAIN, "> # 12. juni 2024 kl. 10:30\n"},
    /* HTML. */
    {"nested div", HTML, "<div>"},
    {"nested blockquote", HTML, "<blockquote>a"},
    {"nested table", HTML, "<table><tr><td>"},
    {"rows", HTML, "<tr><td>a</td><td>b</td></tr>"},
    {"br", HTML, "<br>"},
    {"hidden", HTML, "<span style=\"display:none\">a</span>"},
    {"styles", HTML, "<p style=\"margin:0;padding:0;border:none;border-top:solid 1pt;color:red\">a</p>"},
    {"attributes", HTML, "<p a=\"1\" b=\"2\" c=\"3\" d=\"4\" e=\"5\" f=\"6\" g=\"7\" h=\"8\">"},
    {"one tag", HTML "<p ", "a# "},
    {"one quoted attribute", HTML "<p style=\"", "a:b;"},
    {"open tags", HTML, "<"},
    {"entities", HTML, "&aring;"},
    {"bad entities", HTML, "&a#"},
    {"ampersands", HTML, "&"},
    {"comments", HTML, "<!-- a -->"},
    {"open comment", HTML "<!--", "-"},
    {"style sheet", HTML "<style>", "a{b:c}"},
    {"text", HTML, "avbestill "},
    {"links", HTML, "<a href=\"x\">a</a> "},
    {"closing tags", HTML, "</div></p></td>"},
    {"misnested", HTML, "<b><p><i></b></p></i>"},
    {"gmail quotes", HTML, "<div class=\"gmail_quote\"><div class=\"gmail_attr\">x wrote:</div>a</div>"},
    /* Headers. */
    {"header fields", "", "A: b\n"},
    {"from", "", "From: a@x.example\n"},
    {"folded subject", "Subject: a\n", " b\n"},
    {"encoded words", "Subject:", " =?utf-8?q?=C3=A5?="},
    {"encoded words, folded", "Subject: a", "\n =?utf-8?b?w6U=?="},
    {"empty encoded words", "Subject: ",
     "=?a?q?"
     "?="},
    {"broken encoded words", "Subject: ", "=?"},
    {"comments in from", "From: ", "("},
    {"addresses", "To: a@x.example", ", \"A (b)\" <a#@x.example>"},
    {"address fields", "", "To: a#@x.example, b#@y.example, c#@z.example\n"},
    {"groups", "To: ", "a:b@x.example;,"},
    {"references", "References: <a@x>", " <#@x>"},
    {"reference fields", "", "References: <a#@x> <b#@x>\n"},
    {"quoted pairs", "From: \"", "\\\""},
    {"parameters", "Content-Type: text/plain", "; a#=b"},
    {"parameter pieces", "Content-Type: text/plain", "; name*#*=%C3%A5"},
    {"received", "", "Received: from a (b [192.0.2.1]) by c with d; Tue, 4 Jun 2024 10:00:00 +0200\n"},
    {"authentication results", "",
     "Authentication-Results: mx.example; dmarc=pass (a \"b\\\" c) header.from=x.example\n"},
    {"methods", FROM "Authentication-Results: mx.example", "; dkim=pass header.d=x#.example"},
    {"comments in results", FROM "Authentication-Results: mx.example; ", "(\""},
    /* MIME. */
    {"parts", MULTIPART, "--b\n\na\n"},
    {"empty parts", MULTIPART, "--b\n"},
    {"text parts", MULTIPART, "--b\nContent-Type: text/plain; charset=utf-8\n\navbestill #\n"},
    {"HTML parts", MULTIPART, "--b\nContent-Type: text/html\n\n<p>avbestill #</p>\n"},
    {"attachments", MULTIPART,
     "--b\nContent-Type: application/pdf; name=a#.pdf\nContent-Disposition: attachment\n\na\n"},
    {"forwarded parts", MULTIPART, "--b\nContent-Type: message/rfc822\n\nSubject: a\n\nb\n"},
    {"mails in mails", "", "Content-Type: message/rfc822\n\n"},
    {"nested multiparts", "", "Content-Type: multipart/mixed; boundary=b#\n\n--b#\n"},
    {"nested, same boundary", "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n"},
    {"almost boundaries", MULTIPART, "--a\n"},
    {"dashes", MULTIPART, "--"},
    {"part headers", MULTIPART "--b\n", "A: b\n"},
    /* Machines. */
    {"calendar components", CALENDAR, "BEGIN:VEVENT\nUID:#\nEND:VEVENT\n"},
    {"calendar nested", CALENDAR, "BEGIN:VEVENT\n"},
    {"calendar lines", CALENDAR "BEGIN:VEVENT\n", "ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.example\n"},
    {"calendar folded", CALENDAR "BEGIN:VEVENT\nCOMMENT:a\n", " b\n"},
    {"calendar parameters", CALENDAR "BEGIN:VEVENT\nATTENDEE", ";CN=a"},
    {"calendar rules", CALENDAR "BEGIN:VEVENT\nRRULE:FREQ=DAILY;BYDAY=", "MO,"},
    {"delivery groups", STATUS, "Final-Recipient: rfc822; a#@x.example\nAction: failed\nStatus: 5.1.1\n\n"},
    {"delivery fields", STATUS, "Action: failed\n"},
    {"at signs", "From: MAILER-DAEMON@x.example\nContent-Type: text/plain\n\n", "a@b@"},
};

enum { SHAPE_COUNT = sizeof shapes / sizeof shapes[0] };

struct cost {
    const struct shape *shape;
    double milliseconds;
    double mebibytes;
    int status; /* of the process that read it: 0 */
};

static void make_mail(const struct shape *shape, struct buffer *mail)
{
    buffer_append_string(mail, shape->start);
    for (unsigned count = 1; mail->length < MAIL_SIZE; count++)
        for (const char *c = shape->piece; *c != '\0'; c++) {
            if (*c == '#')
                buffer_printf(mail, "%u", count);
            else
                buffer_append_char(mail, *c);
        }
    buffer_truncate(mail, MAIL_SIZE);
}

static double cpu_milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double peak_mebibytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* In a process of its own: what one reading needs at most is then its own, and no shape spoils the next. */
static void measure(struct parser *parser, const struct buffer *mail, struct cost *cost)
{
    struct parser_time time = {.clock_now = NOW};
    struct arena arena = ARENA_INIT;
    struct reading reading;
    double before = cpu_milliseconds(), peak = peak_mebibytes();
    parser_read(parser, mail->data, mail->length, time, &arena, &reading);
    cost->milliseconds = cpu_milliseconds() - before;
    cost->mebibytes = peak_mebibytes() - peak;
    arena_clear(&arena);
}

static void run(struct parser *parser, const struct shape *shape, bool limited, struct cost *cost)
{
    struct rlimit limit = {CPU_SECONDS_MAX, CPU_SECONDS_MAX};
    struct buffer mail = BUFFER_INIT;
    make_mail(shape, &mail);
    cost->shape = shape;
    pid_t child = fork();
    if (child == 0) {
        if (limited)
            setrlimit(RLIMIT_CPU, &limit);
        measure(parser, &mail, cost);
        _exit(0);
    }
    waitpid(child, &cost->status, 0);
    if (cost->status != 0)
        cost->milliseconds = CPU_SECONDS_MAX * 1e3;
    buffer_release(&mail);
}

static int slowest_first(const void *left, const void *right)
{
    const struct cost *a = left, *b = right;
    return a->milliseconds < b->milliseconds ? 1 : a->milliseconds > b->milliseconds ? -1 : 0;
}

static bool is_wanted(const struct shape *shape, int argc, char **argv)
{
    bool wanted = argc < 2;
    for (int i = 1; i < argc; i++)
        wanted = wanted || strcmp(argv[i], shape->name) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    struct parser *parser = NULL;
    struct parser_options options = {.desk_address = "desk@politi.example", .authserv_id = "mx.example"};
    struct error error;
    if (parser_new(&options, &parser, &error) != STATUS_OK) {
        fprintf(stderr, "worst: %s\n", error.text);
        return EXIT_FAILURE;
    }
    struct cost *costs =
        mmap(NULL, SHAPE_COUNT * sizeof *costs, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t count = 0;
    bool over = false;
    for (size_t i = 0; i < SHAPE_COUNT; i++)
        if (is_wanted(&shapes[i], argc, argv))
            run(parser, &shapes[i], argc < 2, &costs[count++]); /* what is named may be looked at with valgrind */
    qsort(costs, count, sizeof *costs, slowest_first);
    for (size_t i = 0; i < count; i++) {
        bool bad =
            costs[i].status != 0 || costs[i].milliseconds > MILLISECONDS_MAX || costs[i].mebibytes > MEBIBYTES_MAX;
        printf("%-32s %8.1f ms %6.1f MiB%s\n", costs[i].shape->name, costs[i].milliseconds, costs[i].mebibytes,
               costs[i].status != 0 ? "  ended by a signal"
               : bad                ? "  too much"
                                    : "");
        over = over || bad;
    }
    munmap(costs, SHAPE_COUNT * sizeof *costs);
    parser_free(&parser);
    return over ? EXIT_FAILURE : EXIT_SUCCESS;
}
