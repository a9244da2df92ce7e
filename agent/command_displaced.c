#include "agent/command_displaced.h"

#include <stdio.h>
#include <string.h>

#include "agent/command_booking.h"
#include "agent/terminal.h"
#include "state/calendar.h"

enum { NOTICE = DAY /* whoever is moved must have time to read of it */ };

/* --- which --- */

static enum status find_at(struct invocation *invocation, const char *code, struct displaced *displaced,
                           struct error *error)
{
    struct database *database = invocation->agent.database;
    struct arena *arena = &invocation->arena;
    struct office office;
    const struct booking *bookings;
    size_t count;
    struct error none;
    enum status status = office_find(database, code, arena, &office, &none);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* a new one */
    if (status != STATUS_OK)
        return error_set(error, status, "%s", none.text);
    status = booking_list_displaced(database, &office, clock_now(&invocation->clock), arena, &bookings, &count, error);
    if (status != STATUS_OK || count == 0)
        return status;
    struct booking *all = arena_array(arena, displaced->count + count, sizeof *all);
    if (displaced->count > 0)
        memcpy(all, displaced->bookings, displaced->count * sizeof *all);
    memcpy(all + displaced->count, bookings, count * sizeof *all);
    *displaced = (struct displaced){all, displaced->count + count};
    return STATUS_OK;
}

enum status displaced_find(struct invocation *invocation, const char *const *offices, size_t count,
                           struct displaced *ret_displaced, struct error *error)
{
    enum status status = STATUS_OK;
    *ret_displaced = (struct displaced){NULL, 0};
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = find_at(invocation, offices[i], ret_displaced, error);
    return status;
}

static bool holds(const struct displaced *displaced, int64_t id)
{
    for (size_t i = 0; i < displaced->count; i++)
        if (displaced->bookings[i].id == id)
            return true;
    return false;
}

enum status displaced_since(struct invocation *invocation, const char *const *offices, size_t count,
                            const struct displaced *before, struct displaced *ret_displaced, struct error *error)
{
    struct displaced all;
    enum status status = displaced_find(invocation, offices, count, &all, error);
    if (status != STATUS_OK)
        return status;
    struct booking *since = arena_array(&invocation->arena, all.count, sizeof *since);
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++)
        if (!holds(before, all.bookings[i].id))
            since[kept++] = all.bookings[i];
    *ret_displaced = (struct displaced){since, kept};
    return STATUS_OK;
}

static enum status add_row(struct invocation *invocation, struct table *table, const struct booking *booking,
                           struct error *error)
{
    struct about about = {0};
    enum status status = about_load(&invocation->agent, booking, &invocation->arena, &about, error);
    if (status == STATUS_OK)
        table_row(table,
                  (const char *[]){booking->number, about.office.code,
                                   command_moment_for_people(invocation, about.zone, booking->start),
                                   arena_printf(&invocation->arena, "%d", (int)booking->counter), booking->name});
    about_release(&about);
    return status;
}

enum status displaced_print(struct invocation *invocation, const struct displaced *displaced, struct error *error)
{
    static const char *const heads[] = {"IN THE WAY", "OFFICE", "TIME", "COUNTER", "NAME"};
    struct table table;
    enum status status = STATUS_OK;
    table_begin(&table, &invocation->arena, 5, heads);
    for (size_t i = 0; i < displaced->count && status == STATUS_OK; i++)
        status = add_row(invocation, &table, &displaced->bookings[i], error);
    if (status == STATUS_OK && displaced->count > 0)
        table_print(&table, stdout);
    return status;
}

/* --- what becomes of them --- */

/* The nearest time that can be had; STATUS_NOT_FOUND, without text: there is none. */
static enum status find_time(struct invocation *invocation, const struct about *about, int64_t *ret_start,
                             struct error *error)
{
    int64_t now = clock_now(&invocation->clock);
    struct booking_window window = service_window(&about->service, invocation->configuration.horizon_days, now);
    struct calendar_query query = {
        .office = &about->office,
        .service = &about->service,
        .people = about->booking.people,
        .from = window.from > now + NOTICE ? window.from : now + NOTICE,
        .to = window.to > about->booking.start ? window.to : about->booking.start + 7 * (int64_t)DAY,
        .near = about->booking.start,
        .ignore_booking = about->booking.id,
        .limit = 1,
    };
    const struct slot *slots;
    size_t count;
    enum status status = calendar_free(invocation->agent.database, &query, &invocation->arena, &slots, &count, error);
    if (status != STATUS_OK || count == 0)
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    *ret_start = slots[0].start;
    return STATUS_OK;
}

static enum status move(struct invocation *invocation, struct about *about, const struct displaced_options *options,
                        struct error *error)
{
    int64_t start, now = clock_now(&invocation->clock);
    struct booking former = about->booking;
    enum status status = find_time(invocation, about, &start, error);
    if (status == STATUS_OK)
        status = booking_move(invocation->agent.database, &about->booking, &about->office, &about->service, start, now,
                              error);
    if (status != STATUS_OK)
        return status;
    struct booking_change change = {
        .action = "moved",
        .detail = arena_printf(&invocation->arena, "from=%s to=%s because=office",
                               command_moment(invocation, about->zone, former.start),
                               command_moment(invocation, about->zone, about->booking.start)),
        .letter = LETTER_MOVED_BY_OFFICE,
        .former = &former,
        .booking = &about->booking,
        .no_letter = options->no_letter,
    };
    printf("%s: %s → %s\n", former.number, command_moment_for_people(invocation, about->zone, former.start),
           command_moment_for_people(invocation, about->zone, about->booking.start));
    return command_record(invocation, &change, error);
}

/* Another counter at the same time is no change for its people, and they get no letter. */
static enum status reseat(struct invocation *invocation, struct about *about, struct error *error)
{
    int64_t former = about->booking.counter;
    enum status status = booking_reseat(invocation->agent.database, &about->booking, &about->office, &about->service,
                                        clock_now(&invocation->clock), error);
    if (status != STATUS_OK)
        return status;
    struct booking_change change = {
        .action = "moved",
        .detail = arena_printf(&invocation->arena, "counter=%d to=%d because=office", (int)former,
                               (int)about->booking.counter),
        .booking = &about->booking,
        .no_letter = true,
    };
    printf("%s: %s stays, at counter %d\n", about->booking.number,
           command_moment_for_people(invocation, about->zone, about->booking.start), (int)about->booking.counter);
    return command_record(invocation, &change, error);
}

/* `ret_done` false: it stays where it is. */
static enum status settle(struct invocation *invocation, const struct booking *booking,
                          const struct displaced_options *options, bool *ret_done, struct error *error)
{
    struct about about = {0};
    enum status status = about_load(&invocation->agent, booking, &invocation->arena, &about, error);
    *ret_done = false;
    if (status == STATUS_OK && options->move) {
        struct error none;
        status = reseat(invocation, &about, &none);
        if (status == STATUS_INVALID || status == STATUS_CONFLICT)
            status = move(invocation, &about, options, error);
        else if (status != STATUS_OK)
            error_set(error, status, "%s", none.text);
        *ret_done = status == STATUS_OK;
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    if (status == STATUS_OK && !*ret_done)
        printf("%s: %s %s\n", booking->number, command_moment_for_people(invocation, about.zone, booking->start),
               options->move ? "cannot be moved: no time is free" : "stays");
    about_release(&about);
    return status;
}

enum status displaced_settle(struct invocation *invocation, const struct displaced *displaced,
                             const struct displaced_options *options, struct error *error)
{
    struct displaced_options settled = *options;
    struct error missing;
    size_t left = 0;
    enum status status = STATUS_OK;
    if (displaced->count > 0 && !options->move && !options->keep)
        return error_set(error, STATUS_CONFLICT,
                         "nothing was changed: %zu appointment%s in the way; --move moves to the nearest free times, "
                         "--keep leaves them where they are",
                         displaced->count, displaced->count == 1 ? " is" : "s are");
    if (displaced->count > 0 && options->move && !options->no_letter &&
        letter_check_desk(&invocation->configuration, &missing) != STATUS_OK) {
        command_note("no letter is written: %s", missing.text); /* once, not for each */
        settled.no_letter = true;
    }
    for (size_t i = 0; i < displaced->count && status == STATUS_OK; i++) {
        bool done;
        status = settle(invocation, &displaced->bookings[i], &settled, &done, error);
        left += !done;
    }
    if (status == STATUS_OK && left > 0 && !options->keep)
        status = error_set(error, STATUS_CONFLICT,
                           "nothing was changed, and nobody told: %zu cannot be moved (with --keep as well they stay)",
                           left);
    return status;
}
