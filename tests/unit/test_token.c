#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/token.h"
#include "base/zone.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const int64_t now = 1717225200; /* 2024-06-01 */
static const struct token_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};
static const struct contact contact = {
    .id = 4711, .booking_id = 12, .address = "amina@example.org", .token_generation = 3};

START_TEST(fits_into_a_local_part)
{
    char token[TOKEN_TEXT_SIZE];
    token_make(&key, TOKEN_REPLY, &contact, now, token);
    ck_assert_uint_eq(strlen(token), TOKEN_LENGTH);
    ck_assert_uint_eq(strspn(token, "abcdefghijklmnopqrstuvwxyz234567"), TOKEN_LENGTH);
}
END_TEST

START_TEST(says_which_contact_it_is_for)
{
    static const int64_t ids[] = {1, 4711, 0xffffffffff};
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct contact somebody = {.id = ids[i], .address = "bo@example.org"};
        char token[TOKEN_TEXT_SIZE];
        int64_t id = 0;
        token_make(&key, TOKEN_REPLY, &somebody, now, token);
        ck_assert(token_read(token, &id));
        ck_assert_int_eq(id, ids[i]);
    }
}
END_TEST

START_TEST(is_good_for_one_contact_one_use_and_its_days)
{
    char reply[TOKEN_TEXT_SIZE], bounce[TOKEN_TEXT_SIZE], upper[TOKEN_TEXT_SIZE];
    token_make(&key, TOKEN_REPLY, &contact, now, reply);
    token_make(&key, TOKEN_BOUNCE, &contact, now, bounce);
    for (size_t i = 0; i < sizeof upper; i++)
        upper[i] = (char)toupper((unsigned char)reply[i]);
    struct contact other = contact, revoked = contact, moved = contact, heir = contact;
    other.id = 4712;
    revoked.token_generation = 4;
    moved.booking_id = 13;
    heir.address = "bo@example.org"; /* has the ids of a contact that was lost when a backup was restored */
    int64_t day_end = (now / DAY + 1) * DAY;
    const struct {
        const struct token_key *key;
        enum token_use use;
        const struct contact *contact;
        int64_t now;
        const char *text;
        bool good;
    } cases[] = {
        {&key, TOKEN_REPLY, &contact, now, reply, true},         {&key, TOKEN_REPLY, &contact, now, upper, true},
        {&key, TOKEN_REPLY, &contact, day_end - 1, reply, true}, {&key, TOKEN_REPLY, &contact, day_end, reply, false},
        {&key, TOKEN_BOUNCE, &contact, now, bounce, true},       {&key, TOKEN_BOUNCE, &contact, now, reply, false},
        {&key, TOKEN_REPLY, &contact, now, bounce, false},       {&other_key, TOKEN_REPLY, &contact, now, reply, false},
        {&key, TOKEN_REPLY, &other, now, reply, false},          {&key, TOKEN_REPLY, &revoked, now, reply, false},
        {&key, TOKEN_REPLY, &moved, now, reply, false},          {&key, TOKEN_REPLY, &heir, now, reply, false},
        {&key, TOKEN_BOUNCE, &heir, now, bounce, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg(token_verify(cases[i].key, cases[i].use, cases[i].contact, cases[i].now, cases[i].text) ==
                          cases[i].good,
                      "case %zu", i);
}
END_TEST

START_TEST(every_changed_character_is_noticed)
{
    char token[TOKEN_TEXT_SIZE];
    token_make(&key, TOKEN_REPLY, &contact, now, token);
    for (size_t i = 0; i < TOKEN_LENGTH; i++) {
        char old = token[i];
        for (const char *digit = "abcdefghijklmnopqrstuvwxyz234567"; *digit != '\0'; digit++) {
            token[i] = *digit;
            ck_assert(token_verify(&key, TOKEN_REPLY, &contact, now, token) == (*digit == old));
        }
        token[i] = old;
    }
}
END_TEST

START_TEST(refuses_what_has_not_the_form_of_one)
{
    char good[TOKEN_TEXT_SIZE], longer[TOKEN_TEXT_SIZE + 1];
    token_make(&key, TOKEN_REPLY, &contact, now, good);
    snprintf(longer, sizeof longer, "%sa", good);
    good[TOKEN_LENGTH - 1] = '\0';
    const char *const cases[] = {
        "", "a", good, longer, "1234567890123456789012345678901234567", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=a"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t id = 42;
        ck_assert(!token_read(cases[i], &id));
        ck_assert_int_eq(id, 42);
        ck_assert(!token_verify(&key, TOKEN_REPLY, &contact, now, cases[i]));
    }
}
END_TEST

/* --- the key file --- */

static char folder[] = "/tmp/timepost-token-XXXXXX";
static char path[sizeof folder + 8];

static void counting_fill(void *data, void *bytes, size_t length)
{
    memset(bytes, *(unsigned char *)data, length);
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/timepost-token-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
}

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

static enum status load(unsigned char seed, bool create, struct token_key *ret_key)
{
    struct error error;
    struct randomness randomness = {counting_fill, &seed};
    return token_key_load(path, create, &randomness, ret_key, &error);
}

START_TEST(key_is_made_once_and_for_its_owner_only)
{
    struct token_key made, read;
    struct stat stats;
    ck_assert_int_eq(load(7, false, &made), STATUS_NOT_FOUND);
    ck_assert_int_eq(load(7, true, &made), STATUS_OK);
    ck_assert_int_eq(load(8, true, &read), STATUS_OK);
    ck_assert_mem_eq(made.bytes, read.bytes, TOKEN_KEY_SIZE);
    ck_assert_int_eq(stat(path, &stats), 0);
    ck_assert_int_eq(stats.st_mode & 0777, 0600);
    ck_assert_int_eq(stats.st_nlink, 1);
}
END_TEST

START_TEST(processes_that_race_end_with_one_key)
{
    enum { PROCESSES = 8 };
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            struct token_key mine = {{0}};
            enum status status = load((unsigned char)(i + 1), true, &mine);
            ssize_t written = write(ends[1], mine.bytes, TOKEN_KEY_SIZE);
            _exit(status == STATUS_OK && written == TOKEN_KEY_SIZE ? 0 : 1);
        }
    }
    struct token_key first, next;
    ck_assert_int_eq(read(ends[0], first.bytes, TOKEN_KEY_SIZE), TOKEN_KEY_SIZE);
    for (int i = 1; i < PROCESSES; i++) {
        ck_assert_int_eq(read(ends[0], next.bytes, TOKEN_KEY_SIZE), TOKEN_KEY_SIZE);
        ck_assert_mem_eq(first.bytes, next.bytes, TOKEN_KEY_SIZE);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result;
        ck_assert_int_ge(wait(&result), 0);
        ck_assert_int_eq(result, 0);
    }
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(a_file_that_is_no_key_is_refused)
{
    static const char *const contents[] = {"", "secret\n", "00112233", "zz"};
    for (size_t i = 0; i < COUNT(contents); i++) {
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fputs(contents[i], file);
        fclose(file);
        struct token_key read = {{42}};
        ck_assert_int_eq(load(1, true, &read), STATUS_INVALID);
        ck_assert_uint_eq(read.bytes[0], 42);
    }
}
END_TEST

Suite *token_suite(void);
Suite *token_suite(void)
{
    Suite *suite = suite_create("token");
    TCase *tokens = tcase_create("tokens");
    tcase_add_test(tokens, fits_into_a_local_part);
    tcase_add_test(tokens, says_which_contact_it_is_for);
    tcase_add_test(tokens, is_good_for_one_contact_one_use_and_its_days);
    tcase_add_test(tokens, every_changed_character_is_noticed);
    tcase_add_test(tokens, refuses_what_has_not_the_form_of_one);
    suite_add_tcase(suite, tokens);
    TCase *keys = tcase_create("keys");
    tcase_add_checked_fixture(keys, make_folder, remove_folder);
    tcase_add_test(keys, key_is_made_once_and_for_its_owner_only);
    tcase_add_test(keys, processes_that_race_end_with_one_key);
    tcase_add_test(keys, a_file_that_is_no_key_is_refused);
    suite_add_tcase(suite, keys);
    return suite;
}
