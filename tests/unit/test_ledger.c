#include "state/ledger.h"

#include <check.h>
#include <string.h>

#include "state_fixture.h"

static struct error error;
static const struct arrival_key key = {"post", 7, 42};

static void begin(void)
{
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
}

static void commit(void)
{
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
}

static struct arrival attempt(const struct arrival_key *of)
{
    struct arrival arrival;
    ck_assert_int_eq(arrival_attempt(fixture.database, of, fixture.now, &arrival, &error), STATUS_OK);
    return arrival;
}

static struct ledger_entry entry_of(const char *message_id, unsigned char digest)
{
    struct ledger_entry entry = {.message_id = message_id, .handled_at = fixture.now, .outcome = "begun"};
    memset(entry.digest, digest, sizeof entry.digest);
    return entry;
}

static enum status find(const char *message_id, unsigned char digest, struct ledger_entry *ret_entry)
{
    struct ledger_entry wanted = entry_of(message_id, digest);
    return ledger_find(fixture.database, message_id, wanted.digest, &fixture.arena, ret_entry, &error);
}

START_TEST(attempts_are_counted_for_each_sighting)
{
    static const struct arrival_key others[] = {{"post", 7, 43}, {"post", 8, 42}, {"desk", 7, 42}};
    struct arrival first = attempt(&key);
    ck_assert_int_eq(first.attempts, 1);
    ck_assert_int_eq(first.ledger_id, 0);
    ck_assert(!first.filed);
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_int_eq(attempt(&others[i]).attempts, 1);
    database_close(&fixture.database); /* they count across a crash */
    ck_assert_int_eq(database_open(fixture.path, DATABASE_EXISTING, &fixture.database, &error), STATUS_OK);
    struct arrival second = attempt(&key);
    ck_assert_int_eq(second.attempts, 2);
    ck_assert_int_eq(second.id, first.id);
}
END_TEST

START_TEST(a_message_ends_in_one_entry)
{
    struct arrival arrival = attempt(&key);
    struct ledger_entry entry = entry_of("<a@example.org>", 1), found;
    begin();
    ck_assert_int_eq(ledger_add(fixture.database, &entry, &error), STATUS_OK);
    ck_assert_int_gt(entry.id, 0);
    entry.outcome = "moved";
    entry.reason = "wish-free";
    entry.disposition = DISPOSITION_DESK;
    ck_assert_int_eq(ledger_conclude(fixture.database, &entry, &error), STATUS_OK);
    ck_assert_int_eq(arrival_settle(fixture.database, arrival.id, entry.id, &error), STATUS_OK);
    commit();
    ck_assert_int_eq(find("<a@example.org>", 1, &found), STATUS_OK);
    ck_assert_int_eq(found.id, entry.id);
    ck_assert_str_eq(found.message_id, "<a@example.org>");
    ck_assert_mem_eq(found.digest, entry.digest, LEDGER_DIGEST_SIZE);
    ck_assert_int_eq(found.handled_at, fixture.now);
    ck_assert_str_eq(found.outcome, "moved");
    ck_assert_str_eq(found.reason, "wish-free");
    ck_assert_str_eq(disposition_name(found.disposition), "desk");
    ck_assert_int_eq(attempt(&key).ledger_id, entry.id);
}
END_TEST

START_TEST(the_same_message_is_known_again)
{
    struct ledger_entry entry = entry_of("<a@example.org>", 1), again = entry, found;
    begin();
    ck_assert_int_eq(ledger_add(fixture.database, &entry, &error), STATUS_OK);
    ck_assert_int_eq(ledger_add(fixture.database, &again, &error), STATUS_CONFLICT);
    commit(); /* a conflict does not spoil what else is in the transaction */
    ck_assert_int_eq(find("<a@example.org>", 1, &found), STATUS_OK);
    ck_assert_ptr_null(found.reason);
    /* each alone is not enough */
    ck_assert_int_eq(find("<a@example.org>", 2, &found), STATUS_NOT_FOUND);
    ck_assert_int_eq(find("<b@example.org>", 1, &found), STATUS_NOT_FOUND);
    ck_assert_int_eq(find("<A@example.org>", 1, &found), STATUS_NOT_FOUND);
    ck_assert_int_eq(find("", 1, &found), STATUS_NOT_FOUND);
    begin();
    struct ledger_entry without_id = entry_of("", 1), other = entry_of("<a@example.org>", 2);
    ck_assert_int_eq(ledger_add(fixture.database, &without_id, &error), STATUS_OK);
    ck_assert_int_eq(ledger_add(fixture.database, &other, &error), STATUS_OK);
    commit();
}
END_TEST

START_TEST(a_mail_that_was_moved_is_filed)
{
    struct arrival arrival = attempt(&key);
    ck_assert_int_eq(arrival_filed(fixture.database, arrival.id, fixture.now, &error), STATUS_OK);
    ck_assert(attempt(&key).filed);
    ck_assert_int_eq(arrival_filed(fixture.database, arrival.id + 1, fixture.now, &error), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(what_is_rolled_back_was_never_handled)
{
    struct ledger_entry entry = entry_of("<a@example.org>", 1), found;
    struct arrival arrival = attempt(&key);
    ck_assert_int_eq(ledger_add(fixture.database, &entry, &error), STATUS_INTERNAL); /* outside a transaction */
    begin();
    ck_assert_int_eq(ledger_add(fixture.database, &entry, &error), STATUS_OK);
    ck_assert_int_eq(arrival_settle(fixture.database, arrival.id, entry.id, &error), STATUS_OK);
    transaction_rollback(fixture.database);
    ck_assert_int_eq(find("<a@example.org>", 1, &found), STATUS_NOT_FOUND);
    arrival = attempt(&key);
    ck_assert_int_eq(arrival.ledger_id, 0);
    ck_assert_int_eq(arrival.attempts, 2);
    begin();
    ck_assert_int_eq(ledger_conclude(fixture.database, &entry, &error), STATUS_NOT_FOUND);
    ck_assert_int_eq(arrival_settle(fixture.database, arrival.id, 99, &error), STATUS_INVALID);
    transaction_rollback(fixture.database);
}
END_TEST

Suite *ledger_suite(void);
Suite *ledger_suite(void)
{
    Suite *suite = suite_create("ledger");
    TCase *tcase = tcase_create("ledger");
    tcase_add_checked_fixture(tcase, state_fixture_setup, state_fixture_teardown);
    tcase_add_test(tcase, attempts_are_counted_for_each_sighting);
    tcase_add_test(tcase, a_message_ends_in_one_entry);
    tcase_add_test(tcase, the_same_message_is_known_again);
    tcase_add_test(tcase, a_mail_that_was_moved_is_filed);
    tcase_add_test(tcase, what_is_rolled_back_was_never_handled);
    suite_add_tcase(suite, tcase);
    return suite;
}
