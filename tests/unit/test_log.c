#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/log.h"
#include "base/backoff.h"

/* What log_line writes to standard error. */
static const char *logged(const char *text)
{
    static char line[16384];
    int pipes[2], before = dup(STDERR_FILENO);
    ck_assert_int_eq(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    log_line(LOG_LEVEL_WARNING, "text=%s", text);
    dup2(before, STDERR_FILENO);
    close(before);
    close(pipes[1]);
    ssize_t length = read(pipes[0], line, sizeof line - 1);
    close(pipes[0]);
    ck_assert_int_ge(length, 0);
    line[length] = '\0';
    return line;
}

START_TEST(one_line_whatever_the_text)
{
    unsetenv("JOURNAL_STREAM");
    ck_assert_str_eq(logged("a"), "text=a\n");
    ck_assert_str_eq(logged("a\nfake=line\r\x1b[2J\x7f"), "text=a\\x0afake=line\\x0d\\x1b[2J\\x7f\n");
    ck_assert_str_eq(logged("bl\xc3\xa5"), "text=bl\xc3\xa5\n");
    setenv("JOURNAL_STREAM", "1:2", 1);
    ck_assert_str_eq(logged("a\n<0>"), "<4>text=a\\x0a<0>\n");
    char large[8192];
    memset(large, '\n', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    const char *line = logged(large);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}
END_TEST

static void fill(void *data, void *bytes, size_t length)
{
    memset(bytes, *(int *)data, length);
}

START_TEST(backing_off)
{
    int least = 0, most = 0xff;
    struct randomness randomness = {fill, &least};
    static const int64_t expected[] = {8, 8, 15, 30, 60, 75, 75};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_int_eq(backoff_seconds((int64_t)i, 10, 100, &randomness), expected[i]);
    randomness.data = &most;
    for (int64_t attempts = 0; attempts < 100; attempts++) {
        int64_t seconds = backoff_seconds(attempts, 1, 300, &randomness);
        ck_assert(seconds >= 1 && seconds <= 375);
    }
}
END_TEST

Suite *log_suite(void);
Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tcase = tcase_create("log");
    tcase_add_test(tcase, one_line_whatever_the_text);
    tcase_add_test(tcase, backing_off);
    suite_add_tcase(suite, tcase);
    return suite;
}
