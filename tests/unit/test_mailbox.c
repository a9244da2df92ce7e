#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/mailbox_private.h"
#include "tests/unit/scripted_server.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- a connection without TLS --- */

static ssize_t plain_result(ssize_t result)
{
    if (result >= 0)
        return result;
    return errno == EAGAIN ? CONNECTION_AGAIN : CONNECTION_BROKEN;
}

static ssize_t plain_receive(void *data, void *bytes, size_t size)
{
    return plain_result(recv(*(int *)data, bytes, size, MSG_DONTWAIT));
}

static ssize_t plain_send(void *data, const void *bytes, size_t size)
{
    return plain_result(send(*(int *)data, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL));
}

static int plain_descriptor(void *data)
{
    return *(int *)data;
}

static void plain_close(void *data)
{
    close(*(int *)data);
}

/* --- a mailbox over it --- */

static int descriptor;
static struct connection connection = {plain_receive, plain_send, plain_descriptor, plain_close, &descriptor};
static struct mailbox_configuration configuration;
static struct scripted_server *server;
static struct mailbox *mailbox;
static struct arena arena;
static struct error error;

static void setup(void)
{
    configuration = (struct mailbox_configuration){.name = "main",
                                                   .access = {.host = "imap.example", .user = "desk", .timeout = 5},
                                                   .inbox = "INBOX",
                                                   .handled_folder = "Timepost/Handled",
                                                   .desk_folder = "Timepost/Desk",
                                                   .quarantine_folder = "Timepost/Quarantine"};
    mailbox = NULL;
    arena = (struct arena)ARENA_INIT;
    error = (struct error){0};
}

static void teardown(void)
{
    mailbox_close(&mailbox);
    arena_clear(&arena);
}

static enum status begin(const struct script_step *steps, size_t count, int wake)
{
    server = scripted_server_pair(steps, count, &descriptor);
    return mailbox_open_on(&configuration, connection, wake, &mailbox, &error);
}

static void begin_well(const struct script_step *steps, size_t count)
{
    ck_assert_msg(begin(steps, count, -1) == STATUS_OK, "%s", error.text);
}

static bool finish(void)
{
    char *heard;
    mailbox_close(&mailbox);
    bool whole = scripted_server_end(server, &heard);
    free(heard);
    return whole;
}

#define OPENING(capabilities)                                                                                          \
    {"CAPABILITY", "* CAPABILITY IMAP4rev1 " capabilities "\r\n$ OK done\r\n"},                                        \
        {"NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n$ OK done\r\n"},                                          \
        {"LIST \"\" \"Timepost/Handled\"", "* LIST () \"/\" Timepost/Handled\r\n$ OK done\r\n"},                       \
        {"LIST", "* LIST () \"/\" Timepost/Desk\r\n$ OK done\r\n"},                                                    \
        {"LIST", "* LIST () \"/\" Timepost/Quarantine\r\n$ OK done\r\n"},                                              \
    {                                                                                                                  \
        "SELECT INBOX", "* 3 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n$ OK [READ-WRITE] done\r\n"                          \
    }
#define CLOSING                                                                                                        \
    {                                                                                                                  \
        "LOGOUT", "* BYE bye\r\n$ OK done\r\n"                                                                         \
    }

START_TEST(makes_folders_as_the_server_names_them)
{
    static const struct script_step script[] = {
        {"CAPABILITY", "* CAPABILITY IMAP4rev1 move Idle\r\n$ OK done\r\n"},
        {"NAMESPACE", "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n$ OK done\r\n"},
        {"LIST \"\" \"INBOX.Timepost.H&AOU-ndtert\"", "$ OK done\r\n"},
        {"CREATE \"INBOX.Timepost.H&AOU-ndtert\"", "$ OK done\r\n"},
        {"SUBSCRIBE \"INBOX.Timepost.H&AOU-ndtert\"", "$ NO none of that here\r\n"},
        {"LIST \"\" \"INBOX.Timepost.Desk\"", "* LIST () \".\" INBOX.Timepost.Desk\r\n$ OK done\r\n"},
        {"LIST", "* LIST (\\Noselect) \".\" INBOX.Timepost.Quarantine\r\n$ OK done\r\n"},
        {"CREATE", "$ NO [ALREADYEXISTS] it is there\r\n"},
        {"LIST", "* LIST () \".\" INBOX.Timepost.Quarantine\r\n$ OK done\r\n"},
        {"SELECT INBOX", "* 0 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n$ OK done\r\n"},
        CLOSING,
    };
    configuration.handled_folder = "Timepost/H\xc3\xa5ndtert";
    begin_well(script, COUNT(script));
    ck_assert(mailbox->can_move);
    ck_assert(mailbox->can_idle);
    ck_assert(!mailbox->can_expunge_uid);
    ck_assert_int_eq(mailbox_uidvalidity(mailbox), 77);
    ck_assert(finish());
}
END_TEST

START_TEST(a_folder_that_may_not_be_made)
{
    static const struct script_step script[] = {{"CAPABILITY", "* CAPABILITY IMAP4rev1\r\n$ OK done\r\n"},
                                                {"NAMESPACE", "$ BAD unknown\r\n"},
                                                {"LIST \"\" \"\"", "* LIST (\\Noselect) \"/\" \"\"\r\n$ OK done\r\n"},
                                                {"LIST", "$ OK done\r\n"},
                                                {"CREATE", "$ NO permission denied\r\n"},
                                                {"LIST", "$ OK done\r\n"},
                                                CLOSING};
    ck_assert_int_eq(begin(script, COUNT(script), -1), STATUS_DENIED);
    ck_assert_ptr_nonnull(strstr(error.text, "permission denied"));
    ck_assert_ptr_nonnull(strstr(error.text, "make the folder Timepost/Handled by hand"));
    ck_assert(finish());
}
END_TEST

START_TEST(lists_oldest_first)
{
    static const struct script_step script[] = {
        OPENING("MOVE"),
        {"UID SEARCH UID 1:* UNDELETED", "* SEARCH 9 7 8 4\r\n$ OK done\r\n"},
        {"UID FETCH 4,7,8 (UID RFC822.SIZE)", "* 1 FETCH (UID 4 RFC822.SIZE 100)\r\n* 3 FETCH (FLAGS (\\Seen))\r\n"
                                              "* 3 FETCH (RFC822.SIZE 300 UID 8)\r\n$ OK done\r\n"},
        {"UID SEARCH UID 10:*", "* SEARCH 9\r\n$ OK done\r\n"},
        CLOSING,
    };
    begin_well(script, COUNT(script));
    const struct mailbox_item *items;
    size_t count;
    ck_assert_int_eq(mailbox_list(mailbox, 0, 3, &arena, &items, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 2); /* 7 went away in between */
    ck_assert_int_eq(items[0].uid, 4);
    ck_assert_int_eq(items[0].size, 100);
    ck_assert_int_eq(items[1].uid, 8);
    ck_assert_int_eq(items[1].size, 300);
    ck_assert_int_eq(mailbox_list(mailbox, 9, 3, &arena, &items, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 0);
    ck_assert(finish());
}
END_TEST

START_TEST(fetches_a_small_mail_whole)
{
    static const struct script_step script[] = {
        OPENING("MOVE"),
        {"UID FETCH 4 (UID BODY.PEEK[])", "* 1 FETCH (UID 4 BODY[] {9}\r\nA: b\r\n\r\nc)\r\n$ OK done\r\n"},
        {"UID FETCH 5", "* 2 FETCH (FLAGS ())\r\n$ OK done\r\n"},
        CLOSING,
    };
    begin_well(script, COUNT(script));
    struct mailbox_message message;
    struct mailbox_item item = {.uid = 4, .size = 9};
    ck_assert_int_eq(mailbox_fetch(mailbox, &item, &arena, &message, &error), STATUS_OK);
    ck_assert_uint_eq(message.length, 9);
    ck_assert_str_eq(message.bytes, "A: b\r\n\r\nc");
    ck_assert(!message.abridged);
    item.uid = 5;
    ck_assert_int_eq(mailbox_fetch(mailbox, &item, &arena, &message, &error), STATUS_NOT_FOUND);
    ck_assert(!mailbox_is_broken(mailbox));
    ck_assert(finish());
}
END_TEST

#define PART "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"BASE64\" 8 1)"
#define PDF                                                                                                            \
    "(\"APPLICATION\" \"PDF\" (\"NAME\" \"a.pdf\") NIL NIL \"BASE64\" 900000 NIL (\"ATTACHMENT\" (\"FILENAME\" "       \
    "\"a.pdf\")) NIL NIL)"
#define ENVELOPE "(NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL)"

START_TEST(abridges_a_large_mail_to_its_shape)
{
    static const struct script_step script[] = {
        OPENING("MOVE"),
        {"BODYSTRUCTURE",
         "* 1 FETCH (UID 4 BODYSTRUCTURE (" PART PDF "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 " ENVELOPE
         " " PART " 9) \"MIXED\" (\"BOUNDARY\" \"\\\"evil\") NIL NIL NIL))\r\n$ OK done\r\n"},
        {"BODY.PEEK[HEADER]<0.65536>", "* 1 FETCH (UID 4 BODY[HEADER]<0> {48}\r\nSubject: x\r\nContent-Type: a;\r\n "
                                       "boundary=evil\r\n\r\n)\r\n$ OK done\r\n"},
        {"BODY.PEEK[1]<0.131072>", "* 1 FETCH (UID 4 BODY[1]<0> {4}\r\naGVp)\r\n$ OK done\r\n"},
        {"BODY.PEEK[3.HEADER]", "* 1 FETCH (UID 4 BODY[3.HEADER]<0> {12}\r\nSubject: y\r\n)\r\n$ OK done\r\n"},
        {"BODY.PEEK[3.1]", "* 1 FETCH (UID 4 BODY[3.1]<0> {4}\r\naGVp)\r\n$ OK done\r\n"},
        CLOSING,
    };
    begin_well(script, COUNT(script));
    struct mailbox_message message;
    struct mailbox_item item = {.uid = 4, .size = 1000000};
    enum status status = mailbox_fetch(mailbox, &item, &arena, &message, &error);
    ck_assert_msg(status == STATUS_OK, "%s", error.text);
    ck_assert(message.abridged);
    ck_assert_str_eq(message.bytes, "Subject: x\r\n"
                                    "Content-Type: multipart/MIXED;\r\n boundary=\"=_abridged\"\r\n\r\n"
                                    "\r\n--=_abridged\r\n"
                                    "Content-Type: text/PLAIN;\r\n CHARSET=\"utf-8\"\r\n"
                                    "Content-Transfer-Encoding: base64\r\n\r\naGVp"
                                    "\r\n--=_abridged\r\n"
                                    "Content-Type: application/PDF;\r\n NAME=\"a.pdf\"\r\n"
                                    "Content-Transfer-Encoding: base64\r\n"
                                    "Content-Disposition: ATTACHMENT;\r\n FILENAME=\"a.pdf\"\r\n\r\n"
                                    "\r\n--=_abridged\r\n"
                                    "Content-Type: message/rfc822\r\n\r\n"
                                    "Subject: y\r\n"
                                    "Content-Type: text/PLAIN;\r\n CHARSET=\"utf-8\"\r\n"
                                    "Content-Transfer-Encoding: base64\r\n\r\naGVp"
                                    "\r\n--=_abridged--\r\n");
    ck_assert(finish());
}
END_TEST

START_TEST(moves_or_copies_and_never_expunges_others)
{
    static const struct script_step with_move[] = {
        OPENING("MOVE UIDPLUS"), {"UID MOVE 4 \"Timepost/Desk\"", "* OK [COPYUID 5 4 1] x\r\n$ OK done\r\n"}, CLOSING};
    static const struct script_step with_uidplus[] = {OPENING("UIDPLUS"),
                                                      {"UID COPY 4 \"Timepost/Desk\"", "$ OK done\r\n"},
                                                      {"UID STORE 4 +FLAGS.SILENT (\\Deleted)", "$ OK done\r\n"},
                                                      {"UID EXPUNGE 4", "* 1 EXPUNGE\r\n$ OK done\r\n"},
                                                      CLOSING};
    static const struct script_step with_neither[] = {OPENING("IDLE"),
                                                      {"UID COPY 4 \"Timepost/Desk\"", "$ OK done\r\n"},
                                                      {"UID STORE 4 +FLAGS.SILENT (\\Deleted)", "$ OK done\r\n"},
                                                      CLOSING};
    static const struct script_step gone[] = {OPENING("UIDPLUS"),
                                              {"UID COPY 4", "$ NO no such message\r\n"},
                                              {"UID SEARCH UID 4", "* SEARCH\r\n$ OK done\r\n"},
                                              CLOSING};
    static const struct script_step folder_gone[] = {OPENING("MOVE"),
                                                     {"UID MOVE 4", "$ NO [TRYCREATE] no such folder\r\n"},
                                                     {"UID SEARCH UID 4", "* SEARCH 4\r\n$ OK done\r\n"},
                                                     {"LIST \"\" \"Timepost/Desk\"", "$ OK done\r\n"},
                                                     {"CREATE \"Timepost/Desk\"", "$ OK done\r\n"},
                                                     {"SUBSCRIBE", "$ OK done\r\n"},
                                                     {"UID MOVE 4", "$ OK done\r\n"},
                                                     CLOSING};
    static const struct {
        const struct script_step *steps;
        size_t count;
    } cases[] = {{with_move, COUNT(with_move)},
                 {with_uidplus, COUNT(with_uidplus)},
                 {with_neither, COUNT(with_neither)},
                 {gone, COUNT(gone)},
                 {folder_gone, COUNT(folder_gone)}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin_well(cases[i].steps, cases[i].count);
        enum status status = mailbox_file(mailbox, 4, DISPOSITION_DESK, &error);
        ck_assert_msg(status == STATUS_OK, "case %zu: %s", i, error.text);
        ck_assert_msg(finish(), "case %zu", i);
    }
}
END_TEST

START_TEST(a_copy_that_failed_deletes_nothing)
{
    static const struct script_step script[] = {OPENING("UIDPLUS"),
                                                {"UID COPY 4", "$ NO over quota\r\n"},
                                                {"UID SEARCH", "* SEARCH 4\r\n$ OK done\r\n"},
                                                {"LIST", "* LIST () \"/\" Timepost/Desk\r\n$ OK done\r\n"},
                                                {"UID COPY 4", "$ NO over quota\r\n"},
                                                CLOSING};
    begin_well(script, COUNT(script));
    ck_assert_int_eq(mailbox_file(mailbox, 4, DISPOSITION_DESK, &error), STATUS_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(error.text, "over quota"));
    ck_assert(finish());
}
END_TEST

START_TEST(waits_until_something_happens)
{
    /* New mail before, and after, the server says that it idles; a server that refuses after all. */
    static const struct script_step before[] = {
        OPENING("IDLE"), {"idle IDLE", "* 4 EXISTS\r\n+ idling\r\n"}, {"DONE", "idle OK\r\n"}, CLOSING};
    static const struct script_step after[] = {
        OPENING("IDLE"), {"idle IDLE", "+ idling\r\n* 4 EXISTS\r\n"}, {"DONE", "* 4 RECENT\r\nidle OK\r\n"}, CLOSING};
    static const struct script_step refused[] = {
        OPENING("IDLE"), {"idle IDLE", "idle NO\r\n"}, {"NOOP", "* 4 EXISTS\r\n$ OK done\r\n"}, CLOSING};
    begin_well(before, COUNT(before));
    ck_assert_int_eq(mailbox_wait(mailbox, 60, &error), STATUS_OK);
    ck_assert(finish());
    begin_well(after, COUNT(after));
    ck_assert_int_eq(mailbox_wait(mailbox, 60, &error), STATUS_OK);
    ck_assert(finish());
    begin_well(refused, COUNT(refused));
    ck_assert_int_eq(mailbox_wait(mailbox, 60, &error), STATUS_OK);
    ck_assert_int_eq(mailbox_wait(mailbox, 0, &error), STATUS_OK);
    ck_assert(finish());
}
END_TEST

START_TEST(waking_ends_the_wait)
{
    static const struct script_step script[] = {
        OPENING("IDLE"), {"idle IDLE", "+ idling\r\n"}, {"DONE", "idle OK\r\n"}, CLOSING};
    int wake = eventfd(1, EFD_CLOEXEC);
    ck_assert_int_eq(begin(script, COUNT(script), wake), STATUS_OK);
    ck_assert_int_eq(mailbox_wait(mailbox, 60, &error), STATUS_OK);
    ck_assert(finish());
    close(wake);
}
END_TEST

/* However the conversation breaks, the call fails, says why, and every later call fails at once. */
START_TEST(conversations_that_break)
{
    static const struct {
        const char *reply;
        const char *words;
    } cases[] = {
        {NULL, "hung up"},
        {"* 1 FETCH (UID 4 BODY[] {900}\r\nSubj", "hung up"},
        {"* BYE shutting down\r\n", "imap.example: "},
        {"* 1 FETCH (UID 4 BODY[] {9}\r\nA: b\r\n\r\nc))))\r\n$ OK done\r\n", "imap.example: "},
        {"\r\n\r\n", "imap.example: "},
        {SCRIPT_FLOOD, "larger than it may be"},
        {SCRIPT_DRIP, "in time"},
        {"* 1 FETCH (UID 4 BODY[] {9}\r\nA: b\r\n", "hung up"},
    };
    configuration.access.timeout = 1;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct script_step script[] = {OPENING("IDLE"), {"UID FETCH", cases[i].reply}};
        begin_well(script, COUNT(script));
        struct mailbox_message message;
        struct mailbox_item item = {.uid = 4, .size = 9};
        /* 64 KiB of allowance and a second of time keep these cases short. */
        ck_assert_msg(mailbox_fetch(mailbox, &item, &arena, &message, &error) == STATUS_UNAVAILABLE, "case %zu", i);
        ck_assert_msg(strstr(error.text, cases[i].words) != NULL, "case %zu: %s", i, error.text);
        ck_assert(mailbox_is_broken(mailbox));
        ck_assert_int_eq(mailbox_file(mailbox, 4, DISPOSITION_DESK, &error), STATUS_UNAVAILABLE);
        ck_assert_int_eq(mailbox_wait(mailbox, 60, &error), STATUS_UNAVAILABLE);
        finish();
    }
}
END_TEST

START_TEST(a_fetch_that_is_refused_breaks_nothing)
{
    static const struct script_step script[] = {
        OPENING("MOVE"),
        {"UID FETCH 4 (UID BODY.PEEK[])", "$ NO [SERVERBUG] this mail cannot be read\r\n"},
        {"UID FETCH 4 (UID BODY.PEEK[]<0.131072>)", "* 1 FETCH (UID 4 BODY[]<0> {4}\r\nA: b)\r\n$ OK done\r\n"},
        CLOSING};
    begin_well(script, COUNT(script));
    struct mailbox_message message;
    struct mailbox_item item = {.uid = 4, .size = 9};
    ck_assert_int_eq(mailbox_fetch(mailbox, &item, &arena, &message, &error), STATUS_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(error.text, "this mail cannot be read"));
    ck_assert(!mailbox_is_broken(mailbox));
    item.beginning_only = true;
    ck_assert_int_eq(mailbox_fetch(mailbox, &item, &arena, &message, &error), STATUS_OK);
    ck_assert_str_eq(message.bytes, "A: b");
    ck_assert(message.abridged);
    ck_assert(finish());
}
END_TEST

Suite *mailbox_suite(void);
Suite *mailbox_suite(void)
{
    Suite *suite = suite_create("mailbox");
    TCase *tcase = tcase_create("mailbox");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, makes_folders_as_the_server_names_them);
    tcase_add_test(tcase, a_folder_that_may_not_be_made);
    tcase_add_test(tcase, lists_oldest_first);
    tcase_add_test(tcase, fetches_a_small_mail_whole);
    tcase_add_test(tcase, abridges_a_large_mail_to_its_shape);
    tcase_add_test(tcase, moves_or_copies_and_never_expunges_others);
    tcase_add_test(tcase, a_copy_that_failed_deletes_nothing);
    tcase_add_test(tcase, waits_until_something_happens);
    tcase_add_test(tcase, waking_ends_the_wait);
    tcase_add_test(tcase, conversations_that_break);
    tcase_add_test(tcase, a_fetch_that_is_refused_breaks_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
