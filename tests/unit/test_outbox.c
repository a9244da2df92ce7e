#include "state/outbox.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/ledger.h"
#include "state_fixture.h"

enum { LEASE = 300 };

static struct error error;
static int64_t ledger_id;
static int serial;

static void begin(void)
{
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
}

static void commit(void)
{
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
}

static void setup(void)
{
    struct ledger_entry entry = {.message_id = "<a@example.org>", .outcome = "moved", .handled_at = 1};
    state_fixture_setup();
    serial = 0;
    begin();
    ck_assert_int_eq(ledger_add(fixture.database, &entry, &error), STATUS_OK);
    commit();
    ledger_id = entry.id;
}

static struct outbox_letter letter_to(const char *recipient)
{
    serial++;
    const char *message = "Subject: Timen er flyttet\r\n\r\nHei!\r\n";
    return (struct outbox_letter){
        .kind = arena_printf(&fixture.arena, "kind-%d", serial),
        .sender = "timer+b-token@politi.example",
        .recipient = recipient,
        .message_id = arena_printf(&fixture.arena, "<%d@politi.example>", serial),
        .message = message,
        .message_length = strlen(message),
        .created_at = fixture.now,
        .next_attempt_at = fixture.now,
    };
}

static enum status add(struct outbox_letter *letter)
{
    begin();
    enum status status = outbox_add(fixture.database, letter, &error);
    commit();
    return status;
}

static int64_t add_due(int64_t due)
{
    struct outbox_letter letter = letter_to("amina@example.org");
    letter.next_attempt_at = due;
    ck_assert_int_eq(add(&letter), STATUS_OK);
    return letter.id;
}

static struct outbox_letter get(int64_t id)
{
    struct outbox_letter letter;
    ck_assert_int_eq(outbox_get(fixture.database, id, &fixture.arena, &letter, &error), STATUS_OK);
    return letter;
}

/* The id of the letter that can be claimed at `now`, 0 for none. */
static int64_t claim_at(int64_t now, int64_t *ret_next_due)
{
    struct outbox_letter letter;
    enum status status = outbox_claim(fixture.database, now, LEASE, &fixture.arena, &letter, ret_next_due, &error);
    ck_assert(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return status == STATUS_OK ? letter.id : 0;
}

static int64_t claim(void)
{
    int64_t next_due;
    return claim_at(fixture.now, &next_due);
}

START_TEST(a_letter_is_kept_byte_for_byte)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    static const char message[] = "Subject: x\r\n\r\nnul \0 and \xc3\xa5\r\n";
    struct outbox_letter letter = letter_to("åse@example.org");
    letter.booking_id = booking.id;
    letter.contact_id = 1;
    letter.ledger_id = ledger_id;
    letter.revision = 3;
    letter.occasion = ledger_id;
    letter.message = message;
    letter.message_length = sizeof message - 1;
    letter.only_while_true = true;
    ck_assert_int_eq(add(&letter), STATUS_OK);
    struct outbox_letter found;
    ck_assert_int_eq(outbox_by_message_id(fixture.database, letter.message_id, &fixture.arena, &found, &error),
                     STATUS_OK);
    ck_assert_int_eq(found.id, letter.id);
    ck_assert_int_eq(found.booking_id, booking.id);
    ck_assert_int_eq(found.contact_id, 1);
    ck_assert_int_eq(found.ledger_id, ledger_id);
    ck_assert_int_eq(found.revision, 3);
    ck_assert_int_eq(found.occasion, ledger_id);
    ck_assert_str_eq(found.kind, letter.kind);
    ck_assert_str_eq(found.sender, letter.sender);
    ck_assert_str_eq(found.recipient, "åse@example.org");
    ck_assert_uint_eq(found.message_length, sizeof message - 1);
    ck_assert_mem_eq(found.message, message, sizeof message - 1);
    ck_assert(found.only_while_true);
    ck_assert_int_eq(found.status, OUTBOX_QUEUED);
    ck_assert_int_eq(outbox_by_message_id(fixture.database, "<0@x>", &fixture.arena, &found, &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(outbox_get(fixture.database, letter.id + 1, &fixture.arena, &found, &error), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(a_letter_of_one_occasion_is_written_once)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    struct outbox_letter first = letter_to("amina@example.org");
    first.booking_id = booking.id;
    first.kind = "reminder";
    ck_assert_int_eq(add(&first), STATUS_OK);
    static const struct {
        const char *kind;
        const char *recipient;
        int64_t revision;
        int64_t occasion;
        bool with_booking;
        enum status status;
    } cases[] = {
        {"reminder", "amina@example.org", 0, 0, true, STATUS_CONFLICT},
        {"reminder", "Amina@Example.org", 0, 0, true, STATUS_CONFLICT},
        {"reminder", "lawyer@example.org", 0, 0, true, STATUS_OK}, /* the other contact of the booking */
        {"reminder", "amina@example.org", 1, 0, true, STATUS_OK},
        {"moved", "amina@example.org", 0, 0, true, STATUS_OK},
        {"reminder", "amina@example.org", 0, 5, true, STATUS_OK},
        {"reminder", "amina@example.org", 0, 0, false, STATUS_OK},
        {"reminder", "amina@example.org", 0, 0, false, STATUS_CONFLICT}, /* without a booking too */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct outbox_letter letter = letter_to(cases[i].recipient);
        letter.booking_id = cases[i].with_booking ? booking.id : 0;
        letter.kind = cases[i].kind;
        letter.revision = cases[i].revision;
        letter.occasion = cases[i].occasion;
        ck_assert_msg(add(&letter) == cases[i].status, "case %zu", i);
    }
}
END_TEST

START_TEST(the_oldest_due_letter_is_claimed_first)
{
    int64_t later = add_due(fixture.now + 60), second = add_due(fixture.now), first = add_due(fixture.now - 60);
    int64_t third = add_due(fixture.now), next_due = -1;
    ck_assert_int_eq(claim(), first);
    ck_assert_int_eq(claim(), second);
    ck_assert_int_eq(claim(), third);
    ck_assert_int_eq(claim_at(fixture.now, &next_due), 0);
    ck_assert_int_eq(next_due, fixture.now + 60);
    ck_assert_int_eq(claim_at(fixture.now + 60, &next_due), later);
    ck_assert_int_eq(get(later).attempts, 1);
    ck_assert_int_eq(get(later).status, OUTBOX_SENDING);
    ck_assert_str_eq(get(later).message, "Subject: Timen er flyttet\r\n\r\nHei!\r\n");
}
END_TEST

START_TEST(an_empty_outbox_waits_for_nothing)
{
    int64_t next_due = -1;
    ck_assert_int_eq(claim_at(fixture.now, &next_due), 0);
    ck_assert_int_eq(next_due, 0);
}
END_TEST

START_TEST(a_claim_ends_with_its_lease)
{
    int64_t id = add_due(fixture.now), next_due = -1;
    ck_assert_int_eq(claim(), id);
    ck_assert_int_eq(claim_at(fixture.now + LEASE - 1, &next_due), 0);
    ck_assert_int_eq(next_due, fixture.now + LEASE);
    ck_assert_int_eq(claim_at(fixture.now + LEASE, &next_due), id); /* the courier died with it */
    ck_assert_int_eq(get(id).attempts, 2);
}
END_TEST

START_TEST(what_comes_of_a_letter)
{
    int64_t sent = add_due(fixture.now), later = add_due(fixture.now), refused = add_due(fixture.now), next_due = -1;
    for (int i = 0; i < 3; i++)
        ck_assert_int_ne(claim(), 0);
    ck_assert_int_eq(outbox_sent(fixture.database, sent, fixture.now + 1, &error), STATUS_OK);
    ck_assert_int_eq(outbox_retry_at(fixture.database, later, fixture.now + 900, "451 later", &error), STATUS_OK);
    ck_assert_int_eq(outbox_fail(fixture.database, refused, fixture.now + 1, "550 no such user", &error), STATUS_OK);
    ck_assert_int_eq(get(sent).status, OUTBOX_SENT);
    ck_assert_int_eq(get(sent).sent_at, fixture.now + 1);
    ck_assert_int_eq(get(later).status, OUTBOX_QUEUED);
    ck_assert_int_eq(get(later).next_attempt_at, fixture.now + 900);
    ck_assert_str_eq(get(later).last_error, "451 later");
    ck_assert_int_eq(get(refused).status, OUTBOX_FAILED);
    ck_assert_int_eq(get(refused).sent_at, 0);
    ck_assert_str_eq(get(refused).last_error, "550 no such user");
    ck_assert_int_eq(claim_at(fixture.now + 899, &next_due), 0);
    ck_assert_int_eq(next_due, fixture.now + 900);
    ck_assert_int_eq(claim_at(fixture.now + 900, &next_due), later);
    ck_assert_int_eq(outbox_sent(fixture.database, 99, fixture.now, &error), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(a_slow_courier_does_not_bring_back_what_another_has_sent)
{
    int64_t id = add_due(fixture.now), next_due;
    ck_assert_int_eq(claim(), id);
    ck_assert_int_eq(claim_at(fixture.now + LEASE, &next_due), id);
    ck_assert_int_eq(outbox_sent(fixture.database, id, fixture.now + LEASE + 1, &error), STATUS_OK);
    ck_assert_int_eq(outbox_retry_at(fixture.database, id, fixture.now, "timeout", &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(outbox_fail(fixture.database, id, fixture.now, "timeout", &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(get(id).status, OUTBOX_SENT);
}
END_TEST

/* --- reminders --- */

static int64_t add_reminder(const struct booking *booking)
{
    struct outbox_letter letter = letter_to("amina@example.org");
    letter.booking_id = booking->id;
    letter.revision = booking->revision;
    letter.only_while_true = true;
    ck_assert_int_eq(add(&letter), STATUS_OK);
    return letter.id;
}

START_TEST(reminders_leave_only_while_they_are_true)
{
    struct booking kept = fixture_book("2024-06-11T10:00"), moved = fixture_book("2024-06-11T11:00"),
                   cancelled = fixture_book("2024-06-11T12:00");
    int64_t of_cancelled = add_reminder(&cancelled), of_moved = add_reminder(&moved), of_kept = add_reminder(&kept);
    begin();
    ck_assert_int_eq(booking_cancel(fixture.database, &cancelled, fixture.now, &error), STATUS_OK);
    ck_assert_int_eq(booking_move(fixture.database, &moved, &fixture.office, &fixture.service, at("2024-06-12T10:00"),
                                  fixture.now, &error),
                     STATUS_OK);
    commit();
    int64_t anew = add_reminder(&moved), next_due;
    ck_assert_int_eq(claim(), of_kept);
    ck_assert_int_eq(get(of_cancelled).status, OUTBOX_DROPPED);
    ck_assert_int_eq(get(of_moved).status, OUTBOX_DROPPED);
    ck_assert_int_eq(get(of_moved).attempts, 0);
    ck_assert_int_eq(claim(), anew);
    /* its lease over, and the appointment too */
    ck_assert_int_eq(claim_at(kept.start, &next_due), anew);
    ck_assert_int_eq(get(of_kept).status, OUTBOX_DROPPED);
}
END_TEST

START_TEST(other_letters_leave_whatever_happened)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    struct outbox_letter letter = letter_to("amina@example.org");
    letter.booking_id = booking.id;
    ck_assert_int_eq(add(&letter), STATUS_OK);
    begin();
    ck_assert_int_eq(booking_cancel(fixture.database, &booking, fixture.now, &error), STATUS_OK);
    commit();
    ck_assert_int_eq(claim(), letter.id);
}
END_TEST

/* --- caps --- */

START_TEST(letters_that_mails_cause_are_counted)
{
    struct booking booking = fixture_book("2024-06-11T10:00");
    static const struct {
        const char *recipient;
        bool about_booking;
        bool caused;
        int64_t age;
    } cases[] = {
        {"amina@example.org", true, true, 10},     {"AMINA@example.org", false, true, 100},
        {"other@example.org", true, true, 100},    {"amina@example.org", true, false, 10}, /* by a timer */
        {"amina@example.org", true, true, 100000},                                         /* long ago */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct outbox_letter letter = letter_to(cases[i].recipient);
        letter.booking_id = cases[i].about_booking ? booking.id : 0;
        letter.ledger_id = cases[i].caused ? ledger_id : 0;
        letter.created_at = fixture.now - cases[i].age;
        letter.status = i == 0 ? OUTBOX_PRINTED : OUTBOX_QUEUED;
        ck_assert_int_eq(add(&letter), STATUS_OK);
    }
    struct outbox_counts counts;
    ck_assert_int_eq(outbox_count(fixture.database, "Amina@example.org", booking.id, fixture.now - 1000,
                                  fixture.now - 50, &counts, &error),
                     STATUS_OK);
    ck_assert_int_eq(counts.to_address, 2);
    ck_assert_int_eq(counts.about_booking, 2);
    ck_assert_int_eq(counts.all, 1);
    ck_assert_int_eq(outbox_count(fixture.database, NULL, 0, fixture.now - 1000, fixture.now - 1000, &counts, &error),
                     STATUS_OK);
    ck_assert_int_eq(counts.to_address, 0);
    ck_assert_int_eq(counts.about_booking, 0);
    ck_assert_int_eq(counts.all, 3);
}
END_TEST

/* --- by hand --- */

START_TEST(a_letter_can_be_put_back_and_dropped_but_not_unsent)
{
    static const struct {
        enum outbox_status status;
        enum status requeued;
        enum status dropped;
    } cases[] = {
        {OUTBOX_QUEUED, STATUS_OK, STATUS_OK},         {OUTBOX_SENDING, STATUS_BUSY, STATUS_BUSY},
        {OUTBOX_SENT, STATUS_INVALID, STATUS_INVALID}, {OUTBOX_FAILED, STATUS_OK, STATUS_OK},
        {OUTBOX_DROPPED, STATUS_OK, STATUS_INVALID},   {OUTBOX_PRINTED, STATUS_INVALID, STATUS_INVALID},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int drop = 0; drop < 2; drop++) {
            struct outbox_letter letter = letter_to("amina@example.org");
            letter.next_attempt_at = fixture.now + (cases[i].status == OUTBOX_QUEUED ? 1000 : 0);
            letter.status = cases[i].status == OUTBOX_PRINTED ? OUTBOX_PRINTED : OUTBOX_QUEUED;
            ck_assert_int_eq(add(&letter), STATUS_OK);
            if (cases[i].status == OUTBOX_SENDING)
                ck_assert_int_eq(claim(), letter.id);
            if (cases[i].status == OUTBOX_SENT)
                outbox_sent(fixture.database, letter.id, fixture.now, &error);
            if (cases[i].status == OUTBOX_FAILED)
                outbox_fail(fixture.database, letter.id, fixture.now, "no", &error);
            if (cases[i].status == OUTBOX_DROPPED)
                outbox_drop(fixture.database, letter.id, fixture.now, &error);
            enum status status = drop ? outbox_drop(fixture.database, letter.id, fixture.now, &error)
                                      : outbox_requeue(fixture.database, letter.id, fixture.now, &error);
            ck_assert_msg(status == (drop ? cases[i].dropped : cases[i].requeued), "%s: %d",
                          outbox_status_name(cases[i].status), (int)status);
            enum outbox_status after = drop ? OUTBOX_DROPPED : OUTBOX_QUEUED;
            ck_assert_int_eq(get(letter.id).status, status == STATUS_OK ? after : cases[i].status);
            if (status == STATUS_OK && !drop)
                ck_assert_int_eq(claim(), letter.id);
        }
    }
    ck_assert_int_eq(outbox_requeue(fixture.database, 99, fixture.now, &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(outbox_drop(fixture.database, 99, fixture.now, &error), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(is_listed_oldest_first)
{
    int64_t first = add_due(fixture.now), second = add_due(fixture.now), third = add_due(fixture.now);
    const struct outbox_letter *letters;
    size_t count;
    ck_assert_int_eq(outbox_sent(fixture.database, second, fixture.now, &error), STATUS_OK);
    ck_assert_int_eq(outbox_list(fixture.database, -1, 10, &fixture.arena, &letters, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(letters[0].id, first);
    ck_assert_int_eq(letters[2].id, third);
    ck_assert_ptr_null(letters[0].message);
    ck_assert_int_eq(outbox_list(fixture.database, OUTBOX_QUEUED, 10, &fixture.arena, &letters, &count, &error),
                     STATUS_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(letters[1].id, third);
    ck_assert_int_eq(outbox_list(fixture.database, -1, 2, &fixture.arena, &letters, &count, &error), STATUS_OK);
    ck_assert_uint_eq(count, 2);
}
END_TEST

/* --- several couriers --- */

/* Claims all it can get; its exit status is how many. */
static void claim_in_child(int results)
{
    struct database *mine = NULL;
    struct outbox_letter letter;
    int64_t next_due;
    enum status status = database_open(fixture.path, DATABASE_EXISTING, &mine, &error);
    while (status == STATUS_OK) {
        status = outbox_claim(mine, fixture.now, LEASE, &fixture.arena, &letter, &next_due, &error);
        if (status == STATUS_OK && write(results, &letter.id, sizeof letter.id) != (ssize_t)sizeof letter.id)
            _exit(1);
    }
    _exit(status == STATUS_NOT_FOUND ? 0 : 1);
}

START_TEST(couriers_share_the_letters_and_none_is_sent_twice)
{
    enum { COURIERS = 4, LETTERS = 40 };
    bool seen[LETTERS + 1] = {false};
    int results[2];
    for (int i = 0; i < LETTERS; i++)
        add_due(fixture.now);
    ck_assert_int_eq(pipe(results), 0);
    for (int i = 0; i < COURIERS; i++)
        if (fork() == 0)
            claim_in_child(results[1]);
    for (int i = 0; i < COURIERS; i++) {
        int result;
        ck_assert_int_ge(wait(&result), 0);
        ck_assert_int_eq(result, 0);
    }
    close(results[1]);
    int64_t id;
    int claimed = 0;
    for (; read(results[0], &id, sizeof id) == (ssize_t)sizeof id; claimed++) {
        ck_assert(id >= 1 && id <= LETTERS && !seen[id]);
        seen[id] = true;
    }
    ck_assert_int_eq(claimed, LETTERS);
}
END_TEST

Suite *outbox_suite(void);
Suite *outbox_suite(void)
{
    Suite *suite = suite_create("outbox");
    TCase *tcase = tcase_create("outbox");
    tcase_add_checked_fixture(tcase, setup, state_fixture_teardown);
    tcase_add_test(tcase, a_letter_is_kept_byte_for_byte);
    tcase_add_test(tcase, a_letter_of_one_occasion_is_written_once);
    tcase_add_test(tcase, the_oldest_due_letter_is_claimed_first);
    tcase_add_test(tcase, an_empty_outbox_waits_for_nothing);
    tcase_add_test(tcase, a_claim_ends_with_its_lease);
    tcase_add_test(tcase, what_comes_of_a_letter);
    tcase_add_test(tcase, a_slow_courier_does_not_bring_back_what_another_has_sent);
    tcase_add_test(tcase, reminders_leave_only_while_they_are_true);
    tcase_add_test(tcase, other_letters_leave_whatever_happened);
    tcase_add_test(tcase, letters_that_mails_cause_are_counted);
    tcase_add_test(tcase, a_letter_can_be_put_back_and_dropped_but_not_unsent);
    tcase_add_test(tcase, is_listed_oldest_first);
    tcase_add_test(tcase, couriers_share_the_letters_and_none_is_sent_twice);
    suite_add_tcase(suite, tcase);
    return suite;
}
