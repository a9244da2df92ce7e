#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/oauth.h"
#include "base/file.h"
#include "tests/unit/scripted_server.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char folder[64];
static struct buffer token;
static struct error error;

static void setup(void)
{
    strcpy(folder, "/tmp/timepost-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    token = (struct buffer)BUFFER_INIT;
}

static void teardown(void)
{
    char command[128];
    configuration_forget(&token);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static const char *write_file(const char *name, const char *content, mode_t mode)
{
    static char paths[16][128];
    static size_t next;
    char *path = paths[next++ % COUNT(paths)];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(content, file);
    fclose(file);
    chmod(path, mode);
    return path;
}

START_TEST(a_program_prints_the_token)
{
    char command[256];
    const char *script = write_file("token", "#!/bin/sh\necho \"$1-$2-$#\"\necho more\n", 0700);
    snprintf(command, sizeof command, "  %s   $HOME *.c ", script);
    struct server_access access = {.timeout = 20, .token_command = command};
    enum status status = oauth_token(&access, &token, &error);
    ck_assert_msg(status == STATUS_OK, "%s", error.text);
    ck_assert_str_eq(token.data, "$HOME-*.c-2"); /* no shell has touched the words */
}
END_TEST

START_TEST(programs_that_print_none)
{
    const struct {
        const char *script;
        enum status status;
        const char *words;
    } cases[] = {
        {"#!/bin/sh\nexit 3\n", STATUS_DENIED, "ended with status 3"},
        {"#!/bin/sh\necho tok; exit 1\n", STATUS_DENIED, "ended with status 1"},
        {"#!/bin/sh\nkill -TERM $$\n", STATUS_DENIED, "signal 15"},
        {"#!/bin/sh\n", STATUS_DENIED, "no access token"},
        {"#!/bin/sh\necho 'Error: login first'\n", STATUS_DENIED, "no access token"},
        {"#!/bin/sh\nsleep 600 & sleep 600\n", STATUS_UNAVAILABLE, "within 1 seconds"},
        {"#!/bin/sh\nexec >&-; sleep 600\n", STATUS_UNAVAILABLE, "within 1 seconds"},
        {"#!/bin/sh\nexec cat /dev/zero\n", STATUS_UNAVAILABLE, "no token"},
        {"#!/nonexistent\n", STATUS_DENIED, "cannot start"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct server_access access = {.timeout = strstr(cases[i].script, "600") != NULL ? 1 : 20};
        access.token_command = write_file("token", cases[i].script, 0700);
        enum status status = oauth_token(&access, &token, &error);
        ck_assert_msg(status == cases[i].status, "case %zu: %d %s", i, status, error.text);
        ck_assert_msg(strstr(error.text, cases[i].words) != NULL, "case %zu: %s", i, error.text);
        ck_assert_str_eq(token.data, "");
    }
}
END_TEST

static enum status ask(const char *reply, const char *refresh_token_file, char **ret_heard)
{
    char endpoint[64];
    int port;
    struct script_step script[] = {{"POST /token ", ""}, {"Host:", ""},   {"Accept:", ""},    {"Content-", ""},
                                   {"Content-", ""},     {"\r\n", reply}, {"grant_type=", ""}};
    struct scripted_server *server = scripted_server_listen(script, COUNT(script), &port);
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%d/token", port);
    struct server_access access = {.timeout = 20,
                                   .token_endpoint = endpoint,
                                   .client_id = "desk & co",
                                   .client_secret_file = write_file("secret", "s=1\n", 0600),
                                   .refresh_token_file = refresh_token_file};
    enum status status = oauth_token(&access, &token, &error);
    ck_assert(scripted_server_end(server, ret_heard));
    return status;
}

START_TEST(a_refresh_token_is_traded)
{
    const char *file = write_file("refresh", "old/token\n", 0600);
    char *heard;
    enum status status = ask("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 48\r\n\r\n"
                             "{\"access_token\":\"abc.def\",\"refresh_token\":\"new\"}",
                             file, &heard);
    ck_assert_msg(status == STATUS_OK, "%s", error.text);
    ck_assert_str_eq(token.data, "abc.def");
    ck_assert_ptr_nonnull(strstr(heard, "grant_type=refresh_token&client_id=desk%20%26%20co&refresh_token=old%2Ftoken&"
                                        "client_secret=s%3D1"));
    free(heard);
    struct buffer kept = BUFFER_INIT;
    struct stat information;
    ck_assert_int_eq(file_read(file, 100, &kept, &error), STATUS_OK);
    ck_assert_str_eq(kept.data, "new\n");
    ck_assert_int_eq(stat(file, &information), 0);
    ck_assert_int_eq(information.st_mode & 0777, 0600);
    buffer_release(&kept);
}
END_TEST

START_TEST(endpoints_that_refuse)
{
    static const struct {
        const char *reply;
        enum status status;
        const char *words;
    } cases[] = {
        {"HTTP/1.1 400 Bad\r\nConnection: close\r\nContent-Length: 62\r\n\r\n"
         "{\"error\":\"invalid_grant\",\"error_description\":\"It has expired\"}",
         STATUS_DENIED, "(400 invalid_grant): It has expired"},
        {"HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy", STATUS_UNAVAILABLE, "503"},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\n<html>", STATUS_DENIED, "no token"},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]", STATUS_DENIED, "no token"},
    };
    const char *file = write_file("refresh", "old\n", 0600);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *heard;
        enum status status = ask(cases[i].reply, file, &heard);
        ck_assert_msg(status == cases[i].status, "case %zu: %s", i, error.text);
        ck_assert_msg(strstr(error.text, cases[i].words) != NULL, "case %zu: %s", i, error.text);
        ck_assert_str_eq(token.data, "");
        free(heard);
    }
    struct buffer kept = BUFFER_INIT;
    ck_assert_int_eq(file_read(file, 100, &kept, &error), STATUS_OK);
    ck_assert_str_eq(kept.data, "old\n");
    buffer_release(&kept);
}
END_TEST

Suite *oauth_suite(void);
Suite *oauth_suite(void)
{
    Suite *suite = suite_create("oauth");
    TCase *tcase = tcase_create("oauth");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_program_prints_the_token);
    tcase_add_test(tcase, programs_that_print_none);
    tcase_add_test(tcase, a_refresh_token_is_traded);
    tcase_add_test(tcase, endpoints_that_refuse);
    suite_add_tcase(suite, tcase);
    return suite;
}
