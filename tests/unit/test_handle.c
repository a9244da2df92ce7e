#include "agent/handle.h"

#include <check.h>
#include <string.h>

#include "tests/unit/desk_fixture.h"

static struct error error;

/* As serve gets a mail: it is in a folder then, whatever becomes of it. */
static enum status handle_arrived(const char *mail, int64_t uid, struct handle_result *result)
{
    struct arrival_key key = {"main", 1, uid};
    struct handle_input input = {.bytes = mail, .length = strlen(mail), .arrival = &key};
    return handle_message(&desk.agent, &input, result, &error);
}

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

/* --- offers --- */

/* An answer to the letter that offers times, which mail programs quote below it. */
static const char *answer_to_offer(const char *words)
{
    struct outbox_letter offer = letter_to("amina@example.org");
    struct buffer body = BUFFER_INIT;
    buffer_printf(&body, "%s\n\nman. 3. juni 2024 kl. 09:00 skrev Politiet <timer@politi.example>:\n\n> ", words);
    for (const char *text = letter_text(&offer); *text != '\0'; text++)
        if (*text == '\n')
            buffer_append_string(&body, "\n> ");
        else if (*text != '\r')
            buffer_append_char(&body, *text);
    const char *mail = mail_from("amina@example.org", NULL, arena_strndup(&fixture.arena, body.data, body.length));
    buffer_release(&body);
    return mail;
}

START_TEST(who_accepts_an_offered_time_gets_it)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    ck_assert_str_eq(handle(mail_from("amina@example.org", NULL, "Kan jeg få en annen tid 12. juni?")).outcome,
                     "offered");
    ck_assert_str_eq(handle(answer_to_offer("Nummer 2 passer fint, takk!")).outcome, "moved");
    booking = booking_now(booking.id);
    struct civil start = zone_civil(fixture.zone, booking.start);
    ck_assert_int_eq(start.day, 12);
    ck_assert_int_eq(booking.revision, 1);
}
END_TEST

START_TEST(who_confirms_the_time_there_is_gets_no_letter)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    struct handle_result result = handle(mail_from("amina@example.org", NULL, "Jeg kommer 11. juni kl. 10.00."));
    ck_assert_str_eq(result.outcome, "ignored");
    ck_assert_uint_eq(result.letters, 0);
    ck_assert_int_eq(booking_now(booking.id).revision, 0);
}
END_TEST

START_TEST(a_booking_that_is_too_near_to_change_has_no_links)
{
    fixture_book("2024-06-03T10:00");
    fixture_book("2024-06-12T11:00");
    desk_sql("UPDATE service SET change_limit = 259200, cancel_limit = 259200"); /* three days */
    handle(mail_from("amina@example.org", NULL, "Hei, jeg må avbestille timen."));
    struct outbox_letter letter = letter_to("amina@example.org");
    const char *text = letter_text(&letter), *near = strstr(text, "3. juni"), *far = strstr(text, "12. juni");
    ck_assert(near != NULL && far != NULL && near < far);
    ck_assert(strstr(near, "mailto:") > far);
}
END_TEST

/* --- other people's bookings --- */

static void assert_unchanged(const struct booking *booking)
{
    ck_assert_int_eq(booking_now(booking->id).revision, booking->revision);
}

START_TEST(of_two_numbers_only_ones_own_is_carried_out)
{
    struct booking own = fixture_book("2024-06-11T10:00"), other = fixture_book("2024-06-11T11:00");
    desk_sql(arena_printf(&fixture.arena, "UPDATE contact SET address = 'bo@example.org' WHERE booking_id = %d",
                          (int)other.id));
    const char *text =
        arena_printf(&fixture.arena, "Jeg må avbestille %s. Avbestill også %s.", own.number, other.number);
    handle(mail_from("amina@example.org", NULL, text));
    ck_assert_int_eq(booking_now(own.id).status, BOOKING_CANCELLED);
    assert_unchanged(&other);
    struct outbox_letter letter = letter_to("amina@example.org");
    ck_assert_ptr_null(strstr(letter_text(&letter), other.number));
    ck_assert_str_eq(letter_to("bo@example.org").kind, "ask_on_file");
}
END_TEST

/* Whatever the number, and whatever it is that is asked, the writer gets nothing, and nothing of it is an answer. */
START_TEST(a_stranger_does_not_learn_whether_a_number_exists)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    static const char *const wishes[] = {"Jeg må avbestille time", "Kan jeg få en annen tid 12. juni kl. 10 for",
                                         "Når er time", "Takk for time", "Vi kommer som avtalt til"};
    static const char *const numbers[] = {NULL, "TP000000017", "TP482173967"};
    for (size_t i = 0; i < COUNT(wishes); i++) {
        for (size_t n = 0; n < COUNT(numbers); n++) {
            const char *text =
                arena_printf(&fixture.arena, "%s %s.", wishes[i], numbers[n] != NULL ? numbers[n] : booking.number);
            handle(mail_from("stranger@example.net", NULL, text));
            handle(mail_claiming("amina@example.org", text));
        }
    }
    const struct outbox_letter *letters;
    size_t count;
    ck_assert_int_eq(outbox_list(fixture.database, -1, 1000, &fixture.arena, &letters, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(strcmp(letters[i].kind, "desk") == 0 || strcmp(letters[i].kind, "ask_on_file") == 0, "%s to %s",
                      letters[i].kind, letters[i].recipient);
    assert_unchanged(&booking);
}
END_TEST

START_TEST(a_flood_of_strangers_leaves_room_for_answers)
{
    enum { LETTERS = 6 };
    struct booking booking = fixture_book("2024-06-11T10:00");
    desk.configuration.letters_per_hour = LETTERS;
    for (int i = 0; i < 2 * LETTERS; i++) {
        struct handle_result result;
        const char *mail = mail_claiming("stranger@example.net", "Hei, jeg vil bestille en time.");
        ck_assert_int_eq(handle_arrived(mail, i + 1, &result), STATUS_OK);
    }
    ck_assert_uint_eq(count_letters(), LETTERS / 2);
    ck_assert_str_eq(handle(mail_from("amina@example.org", NULL, "Jeg må avbestille timen.")).outcome, "cancelled");
    ck_assert_int_eq(booking_now(booking.id).status, BOOKING_CANCELLED);
}
END_TEST

/* --- people --- */

START_TEST(a_representative_is_not_called_by_the_applicants_name)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    add_contact(booking.id, "bo@example.org");
    handle(mail_from("amina@example.org", NULL, "Jeg må avbestille timen."));
    const char *to = strstr(letter_to("bo@example.org").message, "To: ");
    ck_assert_int_eq(strncmp(to, "To: bo@example.org\r\n", strlen("To: bo@example.org\r\n")), 0);
    to = strstr(letter_to("amina@example.org").message, "To: ");
    ck_assert_ptr_nonnull(strstr(to, "Amina Yusuf"));
}
END_TEST

/* --- the desk --- */

START_TEST(the_attached_mail_moves_no_cursor)
{
    handle(mail_claiming("stranger@example.net", "Hei \x1b[2J\x1b]0;x\x07 jeg vil bestille en time."));
    ck_assert_ptr_null(strchr(letter_to("oslo@politiet.example").message, '\x1b'));
}
END_TEST

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
    tcase_add_test(tcase, who_accepts_an_offered_time_gets_it);
    tcase_add_test(tcase, who_confirms_the_time_there_is_gets_no_letter);
    tcase_add_test(tcase, a_booking_that_is_too_near_to_change_has_no_links);
    tcase_add_test(tcase, of_two_numbers_only_ones_own_is_carried_out);
    tcase_add_test(tcase, a_stranger_does_not_learn_whether_a_number_exists);
    tcase_add_test(tcase, a_flood_of_strangers_leaves_room_for_answers);
    tcase_add_test(tcase, a_representative_is_not_called_by_the_applicants_name);
    tcase_add_test(tcase, the_attached_mail_moves_no_cursor);
    tcase_add_test(tcase, a_piped_mail_is_taken_only_if_somebody_at_the_desk_gets_it);
    tcase_add_test(tcase, a_full_disk_is_not_the_fault_of_the_mail);
    tcase_add_test(tcase, a_storm_leaves_a_piped_mail_with_the_mail_server);
    tcase_add_test(tcase, one_contact_that_cannot_be_written_to_keeps_nobody_else_from_a_letter);
    tcase_add_test(tcase, a_booking_nobody_of_which_can_be_written_to_is_told_of_as_wrong);
    suite_add_tcase(suite, tcase);
    return suite;
}
