/*
 * The post: composes the letters of one mail or one command and puts them into the outbox, inside the transaction of
 * what they tell. The caps of [limits] hold here, on every letter that a mail causes.
 */
#ifndef AGENT_POST_H
#define AGENT_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/about.h"
#include "agent/agent.h"
#include "agent/letter.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "parsers/reading.h"
#include "state/booking.h"

struct post {
    struct agent *agent;
    struct arena *arena;
    int64_t now;
    int64_t ledger_id;             /* the mail that causes the letters; 0: a command or a timer */
    int64_t occasion;              /* of letters that no change causes: the mail's ledger_id, see outbox.h */
    const struct reading *reading; /* of that mail; NULL for none */
    bool print;                    /* the letters go to `printed` instead of out */
    struct buffer printed;         /* mbox-like: a "From " line before the second and each later one */
    size_t letters;                /* that were written */
};

void post_release(struct post *post);

/* One letter to one person. */
struct post_order {
    enum letter_kind kind;
    const struct about *about;     /* NULL only for ask_which and handed_over */
    const struct booking *former;  /* of moved */
    const struct contact *contact; /* NULL: `recipient` */
    const char *recipient;
    bool answer;          /* it answers the mail: in its thread, in its language */
    bool only_while_true; /* a reminder */
    enum reason reason;
    const struct slot *slots; /* of offer and taken */
    size_t slot_count;
    int64_t wished;              /* of taken */
    const struct about *choices; /* of ask_which */
    size_t choice_count;
};

/*
 * May a mail cause another letter to this address, about this booking (0: none)? Commands and timers may always.
 * What somebody else causes (`unasked`) may use up half of what there is, so that the people of a booking are
 * still answered when a stranger floods them.
 */
enum status post_allowed(struct post *post, const char *address, int64_t booking_id, bool unasked, bool *ret_allowed,
                         struct error *error);

/* STATUS_INVALID: the address cannot be written to. STATUS_CONFLICT: the letter is there already. */
enum status post_letter(struct post *post, const struct post_order *order, struct error *error);

/* What the people at a desk must look at. */
struct post_handover {
    const struct about *about; /* NULL: no booking is concerned */
    enum reason reason;
    const char *original; /* the mail, as it came; NULL: it is about no mail but a letter of ours */
    size_t length;
    bool headers_only;
    const char *unreached; /* the address that a letter of ours did not reach; NULL for none */
};

/* Writes to the desk of the booking's office, else to [desk] handover, else to the first office's desk. `*ret_told`: is
 * it with them? Else there is no such address, or a storm has used up what there is: then the mail is in their folder
 * alone, if it is in one. */
enum status post_to_desk(struct post *post, const struct post_handover *handover, bool *ret_told, struct error *error);

#endif
