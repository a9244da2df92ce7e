/*
 * Appointments that a change of an office leaves without a place: it closes, has fewer hours or counters. Nothing is
 * changed while some are, unless whoever changes it says what becomes of them.
 */
#ifndef AGENT_COMMAND_DISPLACED_H
#define AGENT_COMMAND_DISPLACED_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/command.h"
#include "state/booking.h"

/* Options of each command that may displace. */
struct displaced_options {
    bool move; /* to the nearest free times, with a letter each */
    bool keep; /* leave where they are what is not moved */
    bool no_letter;
};

#define OPTIONS_DISPLACED(struct_name, member)                                                                         \
    {.name = "move",                                                                                                   \
     .field = offsetof(struct_name, member.move),                                                                      \
     .summary = "move appointments in the way to the nearest free times"},                                             \
        {.name = "keep",                                                                                               \
         .field = offsetof(struct_name, member.keep),                                                                  \
         .summary = "leave where they are those that are not moved"},                                                  \
    {                                                                                                                  \
        .name = "no-letter", .field = offsetof(struct_name, member.no_letter),                                         \
        .summary = "write no letter to the people of what is moved"                                                    \
    }

struct displaced {
    const struct booking *bookings;
    size_t count;
};

/* What these offices (by code; one that is not there has none) keep no more as things are. */
enum status displaced_find(struct invocation *invocation, const char *const *offices, size_t count,
                           struct displaced *ret_displaced, struct error *error);

/* What is displaced now and was not `before`. */
enum status displaced_since(struct invocation *invocation, const char *const *offices, size_t count,
                            const struct displaced *before, struct displaced *ret_displaced, struct error *error);

/* Lists them on standard output; nothing where there are none. */
enum status displaced_print(struct invocation *invocation, const struct displaced *displaced, struct error *error);

/* Moves or keeps them as the options say, inside the transaction of the change, and says what became of each.
 * STATUS_CONFLICT: some can neither be moved nor may be kept; roll back. */
enum status displaced_settle(struct invocation *invocation, const struct displaced *displaced,
                             const struct displaced_options *options, struct error *error);

#endif
