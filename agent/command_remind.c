#include <stdio.h>
#include <sysexits.h>

#include "agent/about.h"
#include "agent/command.h"
#include "agent/handle.h"
#include "agent/terminal.h"
#include "state/audit.h"
#include "state/booking.h"

enum { PAGE = 500, ZONE_SPREAD = 14 * HOUR /* no clock is further from UTC */ };

struct options {
    const char *date;
    bool dry_run;
};

static const struct command_option options[] = {
    {.name = "date",
     .value = "DATE",
     .field = offsetof(struct options, date),
     .summary = "only of appointments on this day; else of all whose reminder is due"},
    {.name = "dry-run",
     .field = offsetof(struct options, dry_run),
     .summary = "write nothing, only list what would be written"},
    {.name = NULL},
};

/* One run. */
struct round {
    struct invocation *invocation;
    int64_t now;
    int64_t days; /* before the appointment */
    bool has_date;
    int64_t date;     /* day number */
    int64_t from, to; /* where appointments that may be due begin */
    bool dry_run;
    struct arena page; /* of the bookings in hand */
    struct progress progress;
    struct table table; /* of a dry run */
    json_t *numbers;
    size_t bookings, letters, failures;
};

/* --- who is due --- */

static int64_t day_number(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    return civil_day_number(civil.year, civil.month, civil.day);
}

/*
 * By the calendar of the office: its day for reminders has come, and perhaps gone by without a run of this command. Who
 * booked or moved on that day or later has a letter that says the same already.
 */
static bool is_due(const struct round *round, const struct about *about)
{
    const struct booking *booking = &about->booking;
    int64_t day = day_number(about->zone, booking->start), reminder_day = day - round->days;
    if (booking->status != BOOKING_CONFIRMED || booking->start <= round->now)
        return false;
    if (round->has_date ? day != round->date : day_number(about->zone, round->now) < reminder_day)
        return false;
    return day_number(about->zone, booking->updated_at) < reminder_day;
}

static enum status read_date(struct round *round, const char *text, struct error *error)
{
    struct zone *zone = round->invocation->agent.zone;
    int64_t time;
    enum status status = command_time(round->invocation, "--date", text, zone, &time, error);
    if (status != STATUS_OK)
        return status;
    round->has_date = true;
    round->date = day_number(zone, time);
    round->from = round->date * DAY - ZONE_SPREAD;
    round->to = (round->date + 1) * DAY + ZONE_SPREAD;
    return STATUS_OK;
}

/* --- one booking --- */

static enum status write_letters(struct round *round, const struct booking *booking, size_t *ret_letters,
                                 struct error *error)
{
    struct agent *agent = &round->invocation->agent;
    struct handle_told told = {0};
    enum status status = handle_tell_contacts(agent, LETTER_REMINDER, booking, NULL, true, &told, error);
    *ret_letters = told.letters;
    if (status != STATUS_OK || told.letters == 0)
        return status;
    if (told.unwritable > 0) {
        progress_end(&round->progress);
        command_note("no reminder of %s to %zu of its people: their address cannot be written to", booking->number,
                     told.unwritable);
        round->failures++;
    }
    struct audit_entry entry = {.at = round->now,
                                .actor = "timer",
                                .action = "reminded",
                                .booking_id = booking->id,
                                .revision = booking->revision};
    return audit_add(agent->database, &entry, error);
}

/* In its transaction: the booking may have changed since it was listed. */
static enum status remind_now(struct round *round, const struct booking *listed, size_t *ret_letters,
                              struct error *error)
{
    struct agent *agent = &round->invocation->agent;
    struct booking booking;
    struct about about = {0};
    *ret_letters = 0;
    enum status status = booking_by_id(agent->database, listed->id, &round->page, &booking, error);
    if (status == STATUS_OK)
        status = about_load(agent, &booking, &round->page, &about, error);
    if (status == STATUS_OK && is_due(round, &about))
        status = write_letters(round, &booking, ret_letters, error);
    about_release(&about);
    return status;
}

/* A dry run does the same and takes it back. */
static enum status remind_in_transaction(struct round *round, const struct booking *booking, size_t *ret_letters,
                                         struct error *error)
{
    struct database *database = round->invocation->agent.database;
    enum status status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    status = remind_now(round, booking, ret_letters, error);
    if (status == STATUS_OK && !round->dry_run)
        return transaction_commit(database, error);
    transaction_rollback(database);
    return status;
}

static void note_reminded(struct round *round, const struct about *about, size_t letters)
{
    const struct booking *booking = &about->booking;
    struct arena *arena = &round->invocation->arena;
    round->bookings++;
    round->letters += letters;
    if (round->invocation->global.json)
        json_array_append_new(round->numbers, json_string(booking->number));
    else if (round->dry_run)
        table_row(&round->table,
                  (const char *[]){arena_strdup(arena, booking->number),
                                   command_moment_for_people(round->invocation, about->zone, booking->start),
                                   arena_strdup(arena, about->office.code)});
}

/* One that cannot be written to must not stop the rest. */
static enum status remind_booking(struct round *round, const struct about *about, struct error *error)
{
    struct error failure;
    size_t letters = 0;
    enum status status = remind_in_transaction(round, &about->booking, &letters, &failure);
    if (status == STATUS_OK && letters > 0)
        note_reminded(round, about, letters);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (status != STATUS_INVALID)
        return error_set(error, status, "%s", failure.text);
    progress_end(&round->progress);
    command_note("no reminder of %s: %s", about->booking.number, failure.text);
    round->failures++;
    return STATUS_OK;
}

/* --- all of them, in pages --- */

/* Calls `each` for every booking that may be due. */
static enum status for_each(struct round *round,
                            enum status (*each)(struct round *, const struct booking *, struct error *),
                            struct error *error)
{
    const struct booking *bookings;
    size_t count = PAGE;
    int64_t after = 0;
    enum status status = STATUS_OK;
    while (count == PAGE && status == STATUS_OK) {
        arena_clear(&round->page);
        status = booking_list_page(round->invocation->agent.database, round->from, round->to, after, PAGE, &round->page,
                                   &bookings, &count, error);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            after = bookings[i].id;
            status = each(round, &bookings[i], error);
        }
    }
    arena_clear(&round->page);
    return status;
}

static enum status count(struct round *round, const struct booking *booking, struct error *error)
{
    (void)booking;
    (void)error;
    round->progress.total++;
    return STATUS_OK;
}

static enum status remind(struct round *round, const struct booking *booking, struct error *error)
{
    struct about about = {0};
    enum status status = about_load(&round->invocation->agent, booking, &round->page, &about, error);
    if (status == STATUS_OK && is_due(round, &about))
        status = remind_booking(round, &about, error);
    about_release(&about);
    progress_step(&round->progress);
    return status;
}

static enum status run_round(struct round *round, struct error *error)
{
    progress_begin(&round->progress, "Reminders", 0);
    enum status status = for_each(round, count, error);
    if (status == STATUS_OK)
        status = for_each(round, remind, error);
    progress_end(&round->progress);
    return status;
}

/* --- the command --- */

static enum status report(struct round *round, struct error *error)
{
    if (round->invocation->global.json)
        return command_print_json(json_pack("{s:b, s:I, s:I, s:O}", "dry_run", round->dry_run, "letters",
                                            (json_int_t)round->letters, "failures", (json_int_t)round->failures,
                                            "bookings", round->numbers),
                                  error);
    if (round->dry_run && round->bookings > 0)
        table_print(&round->table, stdout);
    printf("%zu reminder%s %s for %zu appointment%s\n", round->letters, round->letters == 1 ? "" : "s",
           round->dry_run ? "would be written" : "written", round->bookings, round->bookings == 1 ? "" : "s");
    return STATUS_OK;
}

static enum status run(struct invocation *invocation, struct error *error)
{
    static const char *const heads[] = {"NUMBER", "APPOINTMENT", "OFFICE"};
    const struct options *given = invocation->options;
    int64_t now = clock_now(&invocation->clock), days = invocation->configuration.reminder_days;
    struct round round = {.invocation = invocation,
                          .now = now,
                          .days = days,
                          .from = now,
                          .to = now + (days + 2) * DAY,
                          .dry_run = given->dry_run,
                          .page = ARENA_INIT};
    table_begin(&round.table, &invocation->arena, 3, heads);
    enum status status = letter_check_desk(&invocation->configuration, error);
    if (status != STATUS_OK)
        invocation->exit_status = EX_CONFIG;
    if (status == STATUS_OK && given->date != NULL)
        status = read_date(&round, given->date, error);
    if (status != STATUS_OK)
        return status;
    round.numbers = json_array();
    status = run_round(&round, error);
    if (status == STATUS_OK)
        status = report(&round, error);
    json_decref(round.numbers);
    if (status == STATUS_OK && round.failures > 0)
        invocation->exit_status = EX_DATAERR;
    return status;
}

const struct command command_remind = {
    .name = "remind",
    .summary = "Write the reminders that are due; for a daily timer",
    .options = options,
    .options_size = sizeof(struct options),
    .help = "A reminder is due [reminder] days before the appointment, by the calendar of\n"
            "its office. Nobody gets one twice, so this may run as often as one likes; what\n"
            "a run missed the next one makes up for, as long as the appointment is ahead.\n"
            "Who booked or moved that late gets none beside the letter that says so.\n"
            "\n"
            "  timepost remind\n"
            "  timepost remind --date 2024-06-11 --dry-run\n",
    .opens = OPENS_TO_CREATE,
    .run = run,
};
