#include "agent/command_booking.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/handle.h"
#include "agent/terminal.h"
#include "state/audit.h"

/* --- finding --- */

/* "tp 482 173-967" as numbers are stored. */
static const char *canonical_number(struct invocation *invocation, const char *number)
{
    char *canonical = arena_strdup(&invocation->arena, number);
    size_t length = 0;
    for (const char *at = number; *at != '\0'; at++)
        if (*at != ' ' && *at != '-')
            canonical[length++] = (char)toupper((unsigned char)*at);
    canonical[length] = '\0';
    return canonical;
}

enum status command_booking(struct invocation *invocation, const char *number, struct about *ret_about,
                            struct error *error)
{
    struct booking booking;
    enum status status = booking_find(invocation->agent.database, canonical_number(invocation, number),
                                      &invocation->arena, &booking, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, status, "there is no booking “%.40s” (numbers look like %s482173967)", number,
                         invocation->configuration.booking_prefix);
    return status == STATUS_OK ? about_load(&invocation->agent, &booking, &invocation->arena, ret_about, error)
                               : status;
}

enum status command_booking_to_change(struct invocation *invocation, const char *number, struct about *ret_about,
                                      struct error *error)
{
    enum status status = command_booking(invocation, number, ret_about, error);
    if (status != STATUS_OK)
        return status;
    const struct booking *booking = &ret_about->booking;
    if (booking->status == BOOKING_CANCELLED)
        return error_set(error, STATUS_INVALID, "%s is cancelled already; what is wanted instead can be booked anew",
                         booking->number);
    if (booking->start <= clock_now(&invocation->clock))
        return error_set(error, STATUS_INVALID, "%s was on %s: what is past cannot be changed", booking->number,
                         command_moment_for_people(invocation, ret_about->zone, booking->start));
    return STATUS_OK;
}

enum status command_check_window(struct invocation *invocation, const struct service *service, struct zone *zone,
                                 int64_t start, struct error *error)
{
    int64_t now = clock_now(&invocation->clock);
    struct booking_window window = service_window(service, 0, now);
    if (start > now && start < window.from) /* what is past is refused as such */
        return error_set(error, STATUS_INVALID,
                         "%s must be booked earlier: from now on it is possible from %s (--anyway)", service->code,
                         command_moment_for_people(invocation, zone, window.from));
    if (start >= window.to)
        return error_set(error, STATUS_INVALID, "%s is not booked so far ahead: now it is possible until %s (--anyway)",
                         service->code, command_moment_for_people(invocation, zone, window.to));
    return STATUS_OK;
}

enum status command_hint_free(struct error *error)
{
    size_t length = strlen(error->text);
    if (error->status == STATUS_CONFLICT)
        snprintf(error->text + length, sizeof error->text - length, " (“timepost free” lists times that can be had)");
    return error->status;
}

/* --- changing --- */

/* Whoever is not told by a letter must be told by whoever gave the command. */
static void note_untold(const struct booking *booking, const struct handle_told *told)
{
    size_t untold = told->unreachable + told->unwritable;
    if (untold > 0)
        command_note("%zu of the people of %s cannot be reached by mail and get no letter (“timepost show %s”)", untold,
                     booking->number, booking->number);
}

static enum status write_letters(struct invocation *invocation, const struct booking_change *change,
                                 struct error *error)
{
    struct error missing;
    struct handle_told told = {0};
    if (letter_check_desk(&invocation->configuration, &missing) != STATUS_OK) {
        command_note("no letter was written: %s", missing.text);
        return STATUS_OK;
    }
    enum status status =
        handle_tell_contacts(&invocation->agent, change->letter, change->booking, change->former, false, &told, error);
    if (status == STATUS_INVALID)
        error_prefix(error, "nothing was done, for no letter can tell of it (--no-letter does without)");
    else if (status == STATUS_OK)
        note_untold(change->booking, &told);
    return status;
}

enum status command_record(struct invocation *invocation, const struct booking_change *change, struct error *error)
{
    struct audit_entry entry = {
        .at = clock_now(&invocation->clock),
        .actor = "command",
        .action = change->action,
        .booking_id = change->booking->id,
        .revision = change->booking->revision,
        .detail = change->detail,
    };
    enum status status = audit_add(invocation->agent.database, &entry, error);
    if (status == STATUS_OK && !change->no_letter)
        status = write_letters(invocation, change, error);
    return status;
}

/* --- showing --- */

static json_t *contacts_json(const struct contact *contacts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:b}", "address", contacts[i].address, "role",
                                              contact_role_name(contacts[i].role), "language", contacts[i].language,
                                              "name", contacts[i].name, "reachable", contacts[i].reachable));
    return list;
}

static json_t *booking_json(struct invocation *invocation, const struct about *about, const struct contact *contacts,
                            size_t count)
{
    const struct booking *booking = &about->booking;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:i, s:I, s:s, s:o}", "number", booking->number,
                     "status", booking_status_name(booking->status), "start",
                     command_moment(invocation, about->zone, booking->start), "end",
                     command_moment(invocation, about->zone, booking->end), "office", about->office.code, "service",
                     about->service.code, "counter", (json_int_t)booking->counter, "name", booking->name, "people",
                     booking->people, "revision", (json_int_t)booking->revision, "origin",
                     booking_origin_name(booking->origin), "contacts", contacts_json(contacts, count));
}

static const char *describe_contact(struct invocation *invocation, const struct contact *contact)
{
    return arena_printf(&invocation->arena, "%s (%s, %s%s%s%s)", contact->address, contact_role_name(contact->role),
                        contact->language, contact->name != NULL ? ", " : "",
                        contact->name != NULL ? contact->name : "", contact->reachable ? "" : ", not reachable");
}

static void print_booking(struct invocation *invocation, const struct about *about, const struct contact *contacts,
                          size_t count)
{
    struct arena *arena = &invocation->arena;
    const struct booking *booking = &about->booking;
    const char *service = service_name_in(&about->service, "en");
    struct civil end = zone_civil(about->zone, booking->end);
    struct table table;
    table_begin(&table, arena, 2, NULL);
    table_row(&table, (const char *[]){"Number", booking->number});
    table_row(&table, (const char *[]){"Status", booking_status_name(booking->status)});
    table_row(&table, (const char *[]){"Name", booking->name});
    if (booking->people > 1)
        table_row(&table, (const char *[]){"People", arena_printf(arena, "%d", booking->people)});
    table_row(&table,
              (const char *[]){"Time", arena_printf(arena, "%s–%02d:%02d (%s)",
                                                    command_moment_for_people(invocation, about->zone, booking->start),
                                                    end.hour, end.minute, zone_name(about->zone))});
    table_row(&table,
              (const char *[]){"Office", arena_printf(arena, "%s: %s", about->office.code, about->office.name)});
    if (about->office.address != NULL && *about->office.address != '\0')
        table_row(&table, (const char *[]){"", about->office.address});
    table_row(&table, (const char *[]){"Counter", arena_printf(arena, "%" PRId64, booking->counter)});
    table_row(&table, (const char *[]){"Service", arena_printf(arena, "%s: %s, %d minutes", about->service.code,
                                                               service, about->service.minutes)});
    for (size_t i = 0; i < count; i++)
        table_row(&table, (const char *[]){i == 0 ? "Contact" : "", describe_contact(invocation, &contacts[i])});
    table_row(&table, (const char *[]){
                          "Made", arena_printf(arena, "%s (%s)",
                                               command_moment_for_people(invocation, about->zone, booking->created_at),
                                               booking_origin_name(booking->origin))});
    table_row(&table, (const char *[]){"Changed", booking->revision == 0
                                                      ? "never"
                                                      : arena_printf(arena, "%s (revision %" PRId64 ")",
                                                                     command_moment_for_people(invocation, about->zone,
                                                                                               booking->updated_at),
                                                                     booking->revision)});
    table_print(&table, stdout);
}

enum status command_show_booking(struct invocation *invocation, const struct about *about, struct error *error)
{
    const struct contact *contacts;
    size_t count;
    enum status status =
        contact_list(invocation->agent.database, about->booking.id, &invocation->arena, &contacts, &count, error);
    if (status != STATUS_OK)
        return status;
    if (invocation->global.json)
        return command_print_json(booking_json(invocation, about, contacts, count), error);
    print_booking(invocation, about, contacts, count);
    return STATUS_OK;
}
