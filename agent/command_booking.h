/*
 * What the commands about one booking have in common: finding it by its number, changing it in a
 * transaction with audit row and letters, and showing it.
 */
#ifndef AGENT_COMMAND_BOOKING_H
#define AGENT_COMMAND_BOOKING_H

#include "agent/about.h"
#include "agent/command.h"
#include "agent/letter.h"
#include "state/booking.h"

/* Finds by number, with blanks and hyphens as people write them, in capitals or not. Release the booking's about. */
enum status command_booking(struct invocation *invocation, const char *number, struct about *ret_about,
                            struct error *error);

/* As command_booking(), of one that can be changed: STATUS_INVALID where it is cancelled or past. */
enum status command_booking_to_change(struct invocation *invocation, const char *number, struct about *ret_about,
                                      struct error *error);

/* May a visit that is booked now begin at `start`? STATUS_INVALID says what the service's lead and horizon allow. */
enum status command_check_window(struct invocation *invocation, const struct service *service, struct zone *zone,
                                 int64_t start, struct error *error);

/* After a time that could not be had: adds to the error how to find one that can. Returns error->status. */
enum status command_hint_free(struct error *error);

/* A change of a booking, for audit trail and letters. */
struct booking_change {
    const char *action;            /* "booked" */
    const char *detail;            /* NULL for none */
    enum letter_kind letter;       /* that tells the contacts of it */
    const struct booking *former;  /* of moved; else NULL */
    const struct booking *booking; /* as it is now */
    bool no_letter;
};

/* Writes audit row and letters, inside the transaction of the change. Where no letter can come from the desk, because
 * it has no address, the change is made all the same and standard error says so. */
enum status command_record(struct invocation *invocation, const struct booking_change *change, struct error *error);

/* As `show` shows it: JSON or text. */
enum status command_show_booking(struct invocation *invocation, const struct about *about, struct error *error);

/* What every command that books has. `struct` is its options. */
#define OPTION_ANYWAY(struct_name)                                                                                     \
    {                                                                                                                  \
        .name = "anyway", .field = offsetof(struct_name, anyway),                                                      \
        .summary = "sooner or further ahead than the service allows, too"                                              \
    }

/* What every command that writes letters has. `struct` is its options. */
#define OPTION_NO_LETTER(struct_name)                                                                                  \
    {                                                                                                                  \
        .name = "no-letter", .field = offsetof(struct_name, no_letter),                                                \
        .summary = "write no letter to the people of the booking"                                                      \
    }

#endif
