/*
 * An errand: carries out what was decided for the matters of one mail, inside its transaction: the change of the
 * booking, the audit row, the letters to its people.
 *
 * Nothing is changed without the writer being told: where a cap forbids the letter, the mail goes to the desk and the
 * booking stays as it is.
 */
#ifndef AGENT_ERRAND_H
#define AGENT_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/about.h"
#include "agent/agent.h"
#include "agent/matter.h"
#include "agent/post.h"
#include "agent/reason.h"
#include "base/arena.h"
#include "base/error.h"
#include "parsers/reading.h"

/* Who has more bookings than this is not asked which one is meant: a person finds out. */
enum { ERRAND_CHOICES_MAX = 6 };

struct errand {
    struct agent *agent;
    const struct reading *reading;
    int64_t now;
    struct arena *arena;
    struct post post;        /* its ledger_id is the mail's */
    bool moves_refused;      /* a second round: a time that looked free could not be had */
    bool must_repeat;        /* set: roll back and do it all again with moves_refused */
    enum reason desk_reason; /* set where a person must see the mail; REASON_NONE: nobody must */
    const struct about *desk_about;
};

/* Carries out all matters and updates their decisions to what came of them. */
enum status errand_run(struct errand *errand, struct matters *matters, const struct matters_question *question,
                       struct error *error);

/* A person must see the mail; the first reason counts. `about` may be NULL and must outlive the errand's letters. */
void errand_for_desk(struct errand *errand, const struct about *about, enum reason reason);

/* Notes in the audit trail what was done about a matter. */
enum status errand_audit(struct errand *errand, const struct matter *matter, const char *action, const char *detail,
                         struct error *error);

#endif
