#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/configuration.h"
#include "base/file.h"
#include "base/spelling.h"

static struct configuration configuration;

static void setup(void)
{
    memset(&configuration, 0, sizeof configuration);
}

static void teardown(void)
{
    configuration_free(&configuration);
}

static void read_well(const char *text)
{
    struct error error = {0};
    enum status status = configuration_parse("t.conf", text, strlen(text), &configuration, &error);
    ck_assert_msg(status == STATUS_OK, "%s", error.text);
}

#define MAILBOX "[mailbox main]\nhost = imap.example\nuser = desk\npassword_file = /etc/timepost/password\n"

START_TEST(the_smallest_file_works)
{
    read_well("[desk]\naddress = timer@politi.example\ntimezone = Europe/Oslo\n"
              "[authentication]\nauthserv_id = mx.politi.example\n");
    ck_assert_str_eq(configuration.address, "timer@politi.example");
    ck_assert_str_eq(configuration.zone, "Europe/Oslo");
    ck_assert_str_eq(configuration.authserv_id, "mx.politi.example");
    ck_assert_str_eq(configuration.database_path, "/var/lib/timepost/timepost.db");
    ck_assert_str_eq(configuration.language, "nb");
    ck_assert_int_eq(configuration.reminder_days, 2);
    ck_assert_int_eq(configuration.give_up_after, 2 * 86400);
    ck_assert(!configuration.migrated_may_change);
    ck_assert_ptr_null(configuration.handover);
    ck_assert_uint_eq(configuration.mailbox_count, 0);
}
END_TEST

START_TEST(every_kind_of_value)
{
    read_well("# comment\r\n; comment\r\n  [ desk ]  \r\n\tname =  P\xc3\xb8liti, \xe2\x80\x94 #1 \r\n"
              "number_pattern = (?<number>AB[0-9]+)\r\n"
              "[self_service]\nmigrated = yes\n"
              "[smtp]\nhost = 127.0.0.1\nport = 2525\ntls = none\nauth = none\n"
              "timeout = 1min 30s\ngive_up_after = 3 h\n" MAILBOX "poll_interval = 45\n"
              "tls = starttls\ndesk_folder = Pult\n"
              "[mailbox second]\nhost = other.example\nuser = shared@x\nauth = xoauth2\n"
              "token_command = /bin/token --for desk");
    ck_assert_str_eq(configuration.name, "P\xc3\xb8liti, \xe2\x80\x94 #1");
    ck_assert(configuration.migrated_may_change);
    ck_assert_int_eq(configuration.smtp.port, 2525);
    ck_assert_int_eq(configuration.smtp.tls, TLS_NONE);
    ck_assert_int_eq(configuration.smtp.auth, AUTH_NONE);
    ck_assert_int_eq(configuration.smtp.timeout, 90);
    ck_assert_int_eq(configuration.give_up_after, 3 * 3600);
    ck_assert_uint_eq(configuration.mailbox_count, 2);
    const struct mailbox_configuration *first = &configuration.mailboxes[0], *second = &configuration.mailboxes[1];
    ck_assert_str_eq(first->name, "main");
    ck_assert_int_eq(first->poll_interval, 45);
    ck_assert_int_eq(first->access.tls, TLS_STARTTLS);
    ck_assert_str_eq(first->desk_folder, "Pult");
    ck_assert_str_eq(first->handled_folder, "Timepost/Handled");
    ck_assert_str_eq(second->name, "second");
    ck_assert_int_eq(second->access.auth, AUTH_XOAUTH2);
    ck_assert_str_eq(second->access.token_command, "/bin/token --for desk");
    ck_assert_int_eq(second->poll_interval, 60);
    ck_assert_str_eq(second->inbox, "INBOX");
}
END_TEST

/* What goes wrong, and what the administrator reads: where it is, and what would be right. */
START_TEST(refuses_and_says_what_is_right)
{
    static const struct {
        const char *text;
        const char *place;
        const char *words;
    } cases[] = {
        {"[dekst]\n", "t.conf:1: ", "did you mean [desk]?"},
        {"[mialbox x]\n", "t.conf:1: ", "did you mean [mailbox NAME]?"},
        {"[colours]\n", "t.conf:1: ", "there are desk, "},
        {"[desk\n", "t.conf:1: ", "does not end"},
        {"[desk two]\n", "t.conf:1: ", "no name of its own"},
        {"\n[desk]\nadress = a@b.example\n", "t.conf:3: ", "did you mean \"address\"?"},
        {"[desk]\nauthserv_id = mx\n", "t.conf:2: ", "it belongs to [authentication]"},
        {"[desk]\nhost = mx.example\n", "t.conf:2: ", "it belongs to [smtp] or [mailbox NAME]"},
        {"[desk]\nxyzzy = mx\n", "t.conf:2: ", "has no key \"xyzzy\""},
        {"address = a@b.example\n", "t.conf:1: ", "before the first section"},
        {"[desk]\nwhatever\n", "t.conf:2: ", "key = value"},
        {"[desk]\nname = A\nname = B\n", "t.conf:3: ", "in line 2"},
        {"[desk]\n[offer]\n[desk]\n", "t.conf:3: ", "in line 1"},
        {"[desk]\naddress = somewhere\n", "t.conf:2: ", "timer@politi.example"},
        {"[desk]\naddress = a@b@c.example\n", "t.conf:2: ", "one mail address"},
        {"[desk]\naddress = a <a@b.example>\n", "t.conf:2: ", "one mail address"},
        {"[desk]\naddress = @b.example\n", "t.conf:2: ", "one mail address"},
        {"[desk]\naddress = a@\n", "t.conf:2: ", "one mail address"},
        {"[desk]\naddress =\n", "t.conf:2: ", "leave out the line"},
        {"[desk]\ntimezone = Europe/Olso\n", "t.conf:2: ", "Europe/Oslo"},
        {"[desk]\nlanguage = norwegian\n", "t.conf:2: ", "nb or en"},
        {"[desk]\nbooking_prefix = tp1\n", "t.conf:2: ", "capital letters"},
        {"[desk]\nnumber_pattern = TP[0-9\n", "t.conf:2: ", "group called number"},
        {"[desk]\nnumber_pattern = TP[0-9]+\n", "t.conf:2: ", "group called number"},
        {"[desk]\nname = a\x01\n", "t.conf:2: ", "control characters"},
        {"[desk]\nname = \xff\n", "t.conf:2: ", "UTF-8"},
        {"[database]\npath = relative.db\n", "t.conf:2: ", "from the root"},
        {"[self_service]\nmigrated = maybe\n", "t.conf:2: ", "yes or no"},
        {"[offer]\ntimes = 0\n", "t.conf:2: ", "a number from 1 to 50"},
        {"[offer]\ntimes = 6x\n", "t.conf:2: ", "a number from 1 to 50"},
        {"[offer]\ntimes = -6\n", "t.conf:2: ", "a number from 1 to 50"},
        {"[offer]\ntimes = 99999999999999999999\n", "t.conf:2: ", "a number from 1 to 50"},
        {"[smtp]\nhost = x.example:25\nauth = none\nport = 65536\n", "t.conf:4: ", "0 to 65535"},
        {"[smtp]\nhost = x/y\n", "t.conf:2: ", "host name"},
        {"[smtp]\nhost = x.example\nauth = none\ngive_up_after = 2 fortnights\n", "t.conf:4: ", "2h or 1d"},
        {"[smtp]\nhost = x.example\nauth = none\ngive_up_after = 99999999999999w\n", "t.conf:4: ", "2h or 1d"},
        {"[smtp]\nhost = x.example\nauth = none\ntls = none\n", "t.conf:4: ", "only for a server on this machine"},
        {"[smtp]\nhost = 127.0.0.1.evil.example\nauth = none\ntls = none\n", "t.conf:4: ", "on this machine"},
        {"[smtp]\nhost = x.example\nauth = login\n", "t.conf:3: ", "password, xoauth2 or none"},
        {"[smtp]\nauth = none\n", "t.conf:1: ", "no host"},
        {"[smtp]\nhost = x.example\n", "t.conf:1: ", "no user"},
        {"[smtp]\nhost = x.example\nuser = u\n", "t.conf:1: ", "no password_file"},
        {"[smtp]\nhost = x.example\nuser = u\npassword = secret\n", "t.conf:4: ", "password_file = "},
        {"[smtp]\nhost = x.example\nuser = u\npassword_file = ../x\n", "t.conf:4: ", "systemd credential"},
        {"[smtp]\nhost = x.example\nuser = u\nauth = xoauth2\n", "t.conf:4: ", "token_command"},
        {"[smtp]\nhost = x.example\nuser = u\nauth = xoauth2\ntoken_endpoint = http://login.example/\n",
         "t.conf:5: ", "https://"},
        {"[mailbox]\n", "t.conf:1: ", "[mailbox main]"},
        {"[mailbox a b]\n", "t.conf:1: ", "[mailbox main]"},
        {MAILBOX MAILBOX, "t.conf:5: ", "[mailbox main] is there already"},
        {MAILBOX "auth = none\n", "t.conf:5: ", "a mailbox needs"},
        {MAILBOX "desk_folder = inbox\n", "t.conf:5: ", "again and again"},
        {MAILBOX "desk_folder = /Desk\n", "t.conf:5: ", "mail folder"},
        {"[mailbox a]\nuser = x\n[mailbox b]\n", "t.conf:1: ", "no host"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct configuration untouched = {.mailbox_count = 42};
        struct error error = {0};
        ck_assert_msg(configuration_parse("t.conf", cases[i].text, strlen(cases[i].text), &untouched, &error) ==
                          STATUS_INVALID,
                      "accepted: %s", cases[i].text);
        ck_assert_msg(strncmp(error.text, cases[i].place, strlen(cases[i].place)) == 0 &&
                          strstr(error.text, cases[i].words) != NULL,
                      "%s\n-> %s\nexpected %s … %s", cases[i].text, error.text, cases[i].place, cases[i].words);
        ck_assert_ptr_null(strstr(error.text, "secret"));
        ck_assert_uint_eq(untouched.mailbox_count, 42);
    }
}
END_TEST

START_TEST(the_service_needs_more)
{
    struct error error;
    read_well("[desk]\n");
    ck_assert_int_eq(configuration_check_for_service(&configuration, &error), STATUS_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "address"));
    configuration_free(&configuration);
    read_well("[desk]\naddress = a@b.example\n");
    ck_assert_int_eq(configuration_check_for_service(&configuration, &error), STATUS_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "[mailbox main]"));
    configuration_free(&configuration);
    read_well("[desk]\naddress = a@b.example\n" MAILBOX);
    ck_assert_int_eq(configuration_check_for_service(&configuration, &error), STATUS_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "[smtp]"));
    configuration_free(&configuration);
    read_well("[desk]\naddress = a@b.example\n" MAILBOX "[smtp]\nhost = localhost\nauth = none\ntls = none\n");
    ck_assert_int_eq(configuration_check_for_service(&configuration, &error), STATUS_OK);
}
END_TEST

START_TEST(the_example_file_is_the_tables)
{
    struct buffer example = BUFFER_INIT, file = BUFFER_INIT;
    struct error error = {0};
    configuration_example(&example);
    ck_assert_msg(file_read("timepost.conf.example", CONFIGURATION_FILE_MAX, &file, &error) == STATUS_OK, "%s",
                  error.text);
    ck_assert_msg(strcmp(example.data, file.data) == 0, "timepost.conf.example is old: make timepost.conf.example");
    read_well(example.data);
    configuration_free(&configuration);

    /* With every key in use it is a whole configuration, and every default and example is a right value. */
    struct buffer used = BUFFER_INIT;
    for (const char *byte = example.data; *byte != '\0'; byte++)
        if (*byte != '#' || byte[1] == ' ' || byte[1] == '\n' || (byte > example.data && byte[-1] != '\n'))
            buffer_append_char(&used, *byte);
    read_well(used.data);
    ck_assert_uint_eq(configuration.mailbox_count, 1);
    ck_assert_int_eq(configuration_check_for_service(&configuration, &error), STATUS_OK);
    buffer_release(&used);
    buffer_release(&file);
    buffer_release(&example);
}
END_TEST

START_TEST(secrets_are_the_first_line_of_a_file)
{
    char folder[] = "/tmp/timepost-test-XXXXXX", path[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/mail.password", folder);
    static const struct {
        const char *content;
        size_t length;
        enum status status;
        const char *secret;
    } cases[] = {
        {"hunter2\n", 8, STATUS_OK, "hunter2"}, {" spaces stay \r\nsecond line\n", 27, STATUS_OK, " spaces stay "},
        {"\nhunter2\n", 9, STATUS_INVALID, ""}, {"", 0, STATUS_INVALID, ""},
        {"a\0b\n", 4, STATUS_INVALID, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(cases[i].content, 1, cases[i].length, file), cases[i].length);
        fclose(file);
        struct buffer secret = BUFFER_INIT;
        struct error error;
        ck_assert_int_eq(configuration_secret(path, &secret, &error), cases[i].status);
        ck_assert_str_eq(secret.data, cases[i].secret);
        configuration_forget(&secret);
        setenv("CREDENTIALS_DIRECTORY", folder, 1);
        ck_assert_int_eq(configuration_secret("mail.password", &secret, &error), cases[i].status);
        ck_assert_str_eq(secret.data, cases[i].secret);
        configuration_forget(&secret);
        unsetenv("CREDENTIALS_DIRECTORY");
    }
    struct buffer secret = BUFFER_INIT;
    struct error error;
    ck_assert_int_eq(configuration_secret("mail.password", &secret, &error), STATUS_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.text, "LoadCredential="));
    unlink(path);
    ck_assert_int_eq(configuration_secret(path, &secret, &error), STATUS_NOT_FOUND);
    rmdir(folder);
}
END_TEST

START_TEST(a_missing_file)
{
    struct error error;
    ck_assert_int_eq(configuration_read("/nonexistent/t.conf", &configuration, &error), STATUS_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.text, "/nonexistent/t.conf"));
}
END_TEST

START_TEST(distances_of_words)
{
    static const struct {
        const char *left;
        const char *right;
        size_t expected;
    } cases[] = {{"", "", 0},         {"desk", "desk", 0}, {"DESK", "desk", 0},
                 {"dsek", "desk", 1}, {"dek", "desk", 1},  {"desks", "desk", 1},
                 {"disk", "desk", 1}, {"", "desk", 4},     {"smtp", "offer", 5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_uint_eq(spelling_distance(cases[i].left, cases[i].right), cases[i].expected);
        ck_assert_uint_eq(spelling_distance(cases[i].right, cases[i].left), cases[i].expected);
    }
}
END_TEST

Suite *configuration_suite(void);
Suite *configuration_suite(void)
{
    Suite *suite = suite_create("configuration");
    TCase *tcase = tcase_create("configuration");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_smallest_file_works);
    tcase_add_test(tcase, every_kind_of_value);
    tcase_add_test(tcase, refuses_and_says_what_is_right);
    tcase_add_test(tcase, the_service_needs_more);
    tcase_add_test(tcase, the_example_file_is_the_tables);
    tcase_add_test(tcase, secrets_are_the_first_line_of_a_file);
    tcase_add_test(tcase, a_missing_file);
    tcase_add_test(tcase, distances_of_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
