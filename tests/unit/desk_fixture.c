#include "tests/unit/desk_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "state/database_private.h"

struct desk_fixture desk;

static int serial;

static const char configuration_text[] = "[desk]\n"
                                         "address = timer@politi.example\n"
                                         "[authentication]\n"
                                         "authserv_id = mx.politi.example\n";

void desk_fixture_setup(void)
{
    struct error error;
    state_fixture_setup();
    serial = 0;
    ck_assert_int_eq(
        configuration_parse("t.conf", configuration_text, strlen(configuration_text), &desk.configuration, &error),
        STATUS_OK);
    ck_assert_msg(agent_open(&desk.configuration, fixture.path, DATABASE_EXISTING, clock_fixed(&fixture.now),
                             randomness_system(), &desk.agent, &error) == STATUS_OK,
                  "%s", error.text);
}

void desk_fixture_teardown(void)
{
    agent_close(&desk.agent);
    configuration_free(&desk.configuration);
    desk = (struct desk_fixture){0};
    state_fixture_teardown();
}

static const char *compose(const char *results, const char *from, const char *to, const char *text)
{
    return arena_printf(&fixture.arena,
                        "%sFrom: %s\r\nTo: %s\r\nSubject: Timen\r\nDate: Sat, 1 Jun 2024 08:30:00 +0200\r\n"
                        "Message-ID: <mail-%d@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
                        results, from, to != NULL ? to : desk.configuration.address, ++serial, text);
}

const char *mail_from(const char *from, const char *to, const char *text)
{
    const char *results =
        arena_printf(&fixture.arena, "Authentication-Results: mx.politi.example; dmarc=pass header.from=%s\r\n",
                     strchr(from, '@') + 1);
    return compose(results, from, to, text);
}

const char *mail_claiming(const char *from, const char *text)
{
    return compose("", from, NULL, text);
}

struct handle_result handle(const char *mail)
{
    struct error error;
    struct handle_input input = {.bytes = mail, .length = strlen(mail)};
    struct handle_result result = {0};
    ck_assert_msg(handle_message(&desk.agent, &input, &result, &error) == STATUS_OK, "%s", error.text);
    return result;
}

static const struct outbox_letter *list_letters(size_t *ret_count)
{
    struct error error;
    const struct outbox_letter *letters;
    ck_assert_int_eq(outbox_list(fixture.database, -1, 1000, &fixture.arena, &letters, ret_count, &error), STATUS_OK);
    return letters;
}

size_t count_letters(void)
{
    size_t count;
    list_letters(&count);
    return count;
}

struct outbox_letter letter_to(const char *recipient)
{
    size_t count;
    struct error error;
    struct outbox_letter letter = {0};
    const struct outbox_letter *letters = list_letters(&count);
    while (count > 0 && strcmp(letters[count - 1].recipient, recipient) != 0)
        count--;
    ck_assert_msg(count > 0, "there is no letter to %s", recipient);
    ck_assert_int_eq(outbox_get(fixture.database, letters[count - 1].id, &fixture.arena, &letter, &error), STATUS_OK);
    return letter;
}

const char *letter_text(const struct outbox_letter *letter)
{
    char *text = arena_strndup(&fixture.arena, letter->message, letter->message_length), *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        if (strncmp(in, "=\r\n", 3) == 0) {
            in += 2;
        } else if (*in == '=' && strspn(in + 1, "0123456789ABCDEF") >= 2) {
            char digits[3] = {in[1], in[2], '\0'};
            *out++ = (char)strtol(digits, NULL, 16);
            in += 2;
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
    return text;
}

struct booking booking_now(int64_t id)
{
    struct error error;
    struct booking booking;
    ck_assert_int_eq(booking_by_id(fixture.database, id, &fixture.arena, &booking, &error), STATUS_OK);
    return booking;
}

void desk_sql(const char *sql)
{
    sqlite3 *handle = database_handle(desk.agent.database);
    ck_assert_msg(sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(handle));
}

void add_contact(int64_t booking_id, const char *address)
{
    desk_sql(arena_printf(&fixture.arena,
                          "INSERT INTO contact (booking_id, address, language, role) VALUES (%d, '%s', 'en', "
                          "'representative')",
                          (int)booking_id, address));
}
