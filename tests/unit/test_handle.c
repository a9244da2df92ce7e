#include "agent/handle.h"

#include <check.h>
#include <string.h>

#include "tests/unit/desk_fixture.h"

static struct error error;

/* --- several bookings --- */

START_TEST(who_has_several_bookings_is_asked_which)
{
    struct booking first = fixture_book("2024-06-11T10:00"), second = fixture_book("2024-06-12T11:00");
    struct handle_result result = handle(mail_from("amina@example.org", NULL, "Hei, jeg må avbestille timen."));
    ck_assert_str_eq(result.outcome, "asked-which");
    ck_assert_int_eq(result.disposition, DISPOSITION_HANDLED);
    ck_assert_uint_eq(result.letters, 1);
    ck_assert_int_eq(booking_now(first.id).status, BOOKING_CONFIRMED);
    ck_assert_int_eq(booking_now(second.id).status, BOOKING_CONFIRMED);
    struct outbox_letter letter = letter_to("amina@example.org");
    const char *text = letter_text(&letter);
    ck_assert_ptr_nonnull(strstr(text, "onsdag 12. juni 2024 kl. 11:00"));
    const char *link =
        arena_printf(&fixture.arena, "mailto:timer@politi.example?subject=Avbestill%%20%s&", second.number);
    ck_assert_msg(strstr(text, link) != NULL, "%s is not in:\n%s", link, text);
    const char *pressed = arena_printf(&fixture.arena, "Avbestill %s", second.number);
    ck_assert_str_eq(handle(mail_from("amina@example.org", NULL, pressed)).outcome, "cancelled");
    ck_assert_int_eq(booking_now(first.id).status, BOOKING_CONFIRMED);
    ck_assert_int_eq(booking_now(second.id).status, BOOKING_CANCELLED);
}
END_TEST

START_TEST(only_the_writers_own_bookings_are_listed_and_not_without_end)
{
    static const char *const times[] = {"2024-06-11T10:00", "2024-06-11T10:20", "2024-06-11T10:40",
                                        "2024-06-11T11:00", "2024-06-11T11:20", "2024-06-11T11:40"};
    struct booking bookings[COUNT(times)];
    for (size_t i = 0; i < COUNT(times); i++)
        bookings[i] = fixture_book(times[i]);
    desk_sql("UPDATE contact SET address = 'bo@example.org' WHERE booking_id = 1");
    ck_assert_str_eq(handle(mail_from("amina@example.org", NULL, "Jeg må avbestille timen.")).outcome, "asked-which");
    struct outbox_letter letter = letter_to("amina@example.org");
    ck_assert_ptr_null(strstr(letter_text(&letter), bookings[0].number));
    fixture_book("2024-06-12T10:00");
    fixture_book("2024-06-12T10:20");
    struct handle_result result = handle(mail_from("amina@example.org", NULL, "Kan jeg avbestille timen?"));
    ck_assert_str_eq(result.outcome, "handover");
    ck_assert_str_eq(result.reason, "several-bookings");
    letter_to("oslo@politiet.example");
}
END_TEST

/* --- the desk --- */

/* As serve gets a mail: it is in a folder then, whatever becomes of it. */
static enum status handle_arrived(const char *mail, int64_t uid, struct handle_result *result)
{
    struct arrival_key key = {"main", 1, uid};
    struct handle_input input = {.bytes = mail, .length = strlen(mail), .arrival = &key};
    return handle_message(&desk.agent, &input, result, &error);
}

START_TEST(a_piped_mail_is_taken_only_if_somebody_at_the_desk_gets_it)
{
    static const char *const desks[] = {"NULL", "'åse@politiet.example'"};
    const char *mail = mail_claiming("stranger@example.net", "Hei, jeg vil bestille en time.");
    struct handle_input input = {.bytes = mail, .length = strlen(mail)};
    struct handle_result result = {0};
    for (size_t i = 0; i < COUNT(desks); i++) {
        desk_sql(arena_printf(&fixture.arena, "UPDATE office SET desk = %s", desks[i]));
        ck_assert_int_eq(handle_message(&desk.agent, &input, &result, &error), STATUS_UNAVAILABLE);
        ck_assert_msg(strstr(error.text, "[desk] handover") != NULL, "%s", error.text);
    }
    ck_assert_int_eq(handle_arrived(mail, 7, &result), STATUS_OK);
    ck_assert_int_eq(result.disposition, DISPOSITION_DESK);
    ck_assert(!result.again);
    ck_assert_uint_eq(count_letters(), 0);
}
END_TEST

START_TEST(a_full_disk_is_not_the_fault_of_the_mail)
{
    enum { LENGTH = 200000 };
    char *text = arena_alloc(&fixture.arena, LENGTH + 1);
    for (size_t i = 0; i < LENGTH; i++)
        text[i] = i % 70 == 69 ? '\n' : 'x';
    const char *mail = mail_claiming("stranger@example.net", text);
    struct handle_result result = {0};
    desk_sql("PRAGMA max_page_count = 1"); /* no page more than there are: a small row has room, a letter has not */
    for (int i = 0; i <= desk.configuration.attempts; i++)
        ck_assert_int_eq(handle_arrived(mail, 7, &result), STATUS_IO);
    desk_sql("PRAGMA max_page_count = 100000");
    ck_assert_msg(handle_arrived(mail, 7, &result) == STATUS_OK, "%s", error.text);
    ck_assert_int_eq(result.disposition, DISPOSITION_DESK);
    ck_assert_str_eq(result.outcome, "handover");
}
END_TEST

START_TEST(a_storm_leaves_a_piped_mail_with_the_mail_server)
{
    const char *mail = mail_claiming("stranger@example.net", "Hei, jeg vil bestille en time.");
    struct handle_input input = {.bytes = mail, .length = strlen(mail)};
    struct handle_result result = {0};
    desk.configuration.letters_per_hour = 1;
    handle(mail_claiming("flood@example.net", "Hei, jeg vil bestille en time."));
    ck_assert_int_eq(handle_message(&desk.agent, &input, &result, &error), STATUS_UNAVAILABLE);
    fixture.now += HOUR + 1;
    ck_assert_int_eq(handle_message(&desk.agent, &input, &result, &error), STATUS_OK);
    ck_assert_uint_eq(count_letters(), 2);
}
END_TEST

/* --- letters of commands and timers --- */

static enum status tell(const struct booking *booking, struct handle_told *told)
{
    ck_assert_int_eq(transaction_begin(desk.agent.database, &error), STATUS_OK);
    enum status status = handle_tell_contacts(&desk.agent, LETTER_CANCELLED, booking, NULL, false, told, &error);
    struct error commit;
    ck_assert_int_eq(transaction_commit(desk.agent.database, &commit), STATUS_OK);
    return status;
}

START_TEST(one_contact_that_cannot_be_written_to_keeps_nobody_else_from_a_letter)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    struct handle_told told = {0};
    add_contact(booking.id, "åse@example.org");
    add_contact(booking.id, "back@example.org");
    add_contact(booking.id, "bo@example.org");
    desk_sql("UPDATE contact SET reachable = 0 WHERE address = 'back@example.org'");
    ck_assert_msg(tell(&booking, &told) == STATUS_OK, "%s", error.text);
    ck_assert_uint_eq(told.letters, 2);
    ck_assert_uint_eq(told.unwritable, 1);
    ck_assert_uint_eq(told.unreachable, 1);
    letter_to("amina@example.org");
    letter_to("bo@example.org");
    told = (struct handle_told){0};
    ck_assert_int_eq(tell(&booking, &told), STATUS_OK); /* as another timer at the same time would */
    ck_assert_uint_eq(told.letters, 0);
}
END_TEST

START_TEST(a_booking_nobody_of_which_can_be_written_to_is_told_of_as_wrong)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    struct handle_told told = {0};
    desk_sql("UPDATE contact SET address = 'åse@example.org'");
    ck_assert_int_eq(tell(&booking, &told), STATUS_INVALID);
    desk_sql("UPDATE contact SET reachable = 0"); /* known, and told to the desk, when the letter came back */
    ck_assert_int_eq(tell(&booking, &told), STATUS_OK);
    ck_assert_uint_eq(told.unreachable, 1);
}
END_TEST

Suite *handle_suite(void);
Suite *handle_suite(void)
{
    Suite *suite = suite_create("handle");
    TCase *tcase = tcase_create("handle");
    tcase_add_checked_fixture(tcase, desk_fixture_setup, desk_fixture_teardown);
    tcase_add_test(tcase, who_has_several_bookings_is_asked_which);
    tcase_add_test(tcase, only_the_writers_own_bookings_are_listed_and_not_without_end);
    tcase_add_test(tcase, a_piped_mail_is_taken_only_if_somebody_at_the_desk_gets_it);
    tcase_add_test(tcase, a_full_disk_is_not_the_fault_of_the_mail);
    tcase_add_test(tcase, a_storm_leaves_a_piped_mail_with_the_mail_server);
    tcase_add_test(tcase, one_contact_that_cannot_be_written_to_keeps_nobody_else_from_a_letter);
    tcase_add_test(tcase, a_booking_nobody_of_which_can_be_written_to_is_told_of_as_wrong);
    suite_add_tcase(suite, tcase);
    return suite;
}
