#include "agent/handle.h"

#include <check.h>
#include <string.h>

#include "tests/unit/desk_fixture.h"

static struct error error;

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
    tcase_add_test(tcase, one_contact_that_cannot_be_written_to_keeps_nobody_else_from_a_letter);
    tcase_add_test(tcase, a_booking_nobody_of_which_can_be_written_to_is_told_of_as_wrong);
    suite_add_tcase(suite, tcase);
    return suite;
}
