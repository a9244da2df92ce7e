/*
 * A booking with everything that a decision or a letter about it needs: office, service, the office's zone.
 */
#ifndef AGENT_ABOUT_H
#define AGENT_ABOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/decide.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/zone.h"
#include "state/booking.h"
#include "state/office.h"

struct about {
    struct booking booking;
    struct office office;
    struct service service;
    struct zone *zone; /* the agent's where the office has the same, else its own */
    bool owns_zone;
};

/* Loads office and service of `booking`; memory is of the arena. Release it also after a failure. */
enum status about_load(struct agent *agent, const struct booking *booking, struct arena *arena, struct about *ret_about,
                       struct error *error);
void about_release(struct about *about); /* accepts a zeroed one */

/* Is the service's time for what is asked over: for cancelling, or for anything else, which is changing? */
bool about_too_late(const struct about *about, enum intent intent, int64_t now);

enum booking_state about_state(const struct agent *agent, const struct about *about, int64_t now);

/* Can its people still do something about it by mail? Else a letter has no links. */
bool about_changeable(const struct agent *agent, const struct about *about, int64_t now);

#endif
