#include "state/audit.h"

#include <check.h>
#include <string.h>

#include "state/database_private.h"
#include "state_fixture.h"

static struct error error;

static void add(const struct audit_entry *entry)
{
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(audit_add(fixture.database, entry, &error), STATUS_OK);
    ck_assert_int_eq(transaction_commit(fixture.database, &error), STATUS_OK);
}

static const struct audit_entry *entries;
static size_t count;

static void list(int64_t booking_id)
{
    ck_assert_int_eq(audit_list(fixture.database, booking_id, &fixture.arena, &entries, &count, &error), STATUS_OK);
}

START_TEST(tells_the_history_of_one_booking_in_order)
{
    static const struct audit_entry history[] = {
        {.at = 100, .actor = "command", .action = "booked", .booking_id = 7},
        {.at = 110, .actor = "command", .action = "booked", .booking_id = 8},
        {.at = 100,
         .actor = "mail",
         .action = "moved",
         .authority = "holder",
         .booking_id = 7,
         .revision = 1,
         .ledger_id = 3,
         .detail = "from=2024-06-11T08:00:00Z to=2024-06-12T08:00:00Z"},
        {.at = 120, .actor = "mail", .action = "handover", .authority = "stranger"},
    };
    for (size_t i = 0; i < COUNT(history); i++)
        add(&history[i]);
    list(7);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(entries[0].action, "booked");
    ck_assert_ptr_null(entries[0].authority);
    ck_assert_ptr_null(entries[0].detail);
    ck_assert_int_eq(entries[0].ledger_id, 0);
    ck_assert_str_eq(entries[1].actor, "mail");
    ck_assert_str_eq(entries[1].action, "moved");
    ck_assert_str_eq(entries[1].authority, "holder");
    ck_assert_int_eq(entries[1].revision, 1);
    ck_assert_int_eq(entries[1].ledger_id, 3);
    ck_assert_str_eq(entries[1].detail, history[2].detail);
    ck_assert_int_gt(entries[1].id, entries[0].id);
    list(9);
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(is_only_added_to)
{
    static const struct audit_entry entry = {.at = 100, .actor = "command", .action = "booked", .booking_id = 7};
    static const char *const attempts[] = {"DELETE FROM audit", "UPDATE audit SET action = 'cancelled'",
                                           "INSERT OR REPLACE INTO audit SELECT * FROM audit",
                                           "UPDATE OR REPLACE audit SET at = 1"};
    add(&entry);
    for (size_t i = 0; i < COUNT(attempts); i++)
        ck_assert_msg(database_run(fixture.database, attempts[i], NO_VALUES, NULL, &error) == STATUS_DENIED, "%s",
                      attempts[i]);
    ck_assert_ptr_nonnull(strstr(error.text, "only added to"));
    list(7);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(entries[0].action, "booked");
}
END_TEST

START_TEST(goes_with_the_transaction_it_tells_of)
{
    static const struct audit_entry entry = {.at = 100, .actor = "command", .action = "booked", .booking_id = 7};
    ck_assert_int_eq(audit_add(fixture.database, &entry, &error), STATUS_INTERNAL);
    ck_assert_int_eq(transaction_begin(fixture.database, &error), STATUS_OK);
    ck_assert_int_eq(audit_add(fixture.database, &entry, &error), STATUS_OK);
    transaction_rollback(fixture.database);
    list(7);
    ck_assert_uint_eq(count, 0);
}
END_TEST

Suite *audit_suite(void);
Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tcase = tcase_create("audit");
    tcase_add_checked_fixture(tcase, state_fixture_setup, state_fixture_teardown);
    tcase_add_test(tcase, tells_the_history_of_one_booking_in_order);
    tcase_add_test(tcase, is_only_added_to);
    tcase_add_test(tcase, goes_with_the_transaction_it_tells_of);
    suite_add_tcase(suite, tcase);
    return suite;
}
