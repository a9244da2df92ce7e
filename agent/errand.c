#include "agent/errand.h"

#include "state/audit.h"

void errand_for_desk(struct errand *errand, const struct about *about, enum reason reason)
{
    if (errand->desk_reason != REASON_NONE)
        return;
    errand->desk_reason = reason;
    errand->desk_about = about;
}

enum status errand_audit(struct errand *errand, const struct matter *matter, const char *action, const char *detail,
                         struct error *error)
{
    struct audit_entry entry = {
        .at = errand->now,
        .actor = "mail",
        .action = action,
        .authority = authority_name(matter->finding.authority),
        .booking_id = matter->has_booking ? matter->about.booking.id : 0,
        .revision = matter->has_booking ? matter->about.booking.revision : 0,
        .ledger_id = errand->post.ledger_id,
        .detail = detail,
    };
    return audit_add(errand->agent->database, &entry, error);
}

/* --- carrying out --- */

/* The people of the booking, the one who wrote first; `acting` is NULL where nobody of them wrote. */
struct people {
    const struct contact *contacts;
    size_t count;
    const struct contact *acting;
};

static enum status find_people(struct errand *errand, const struct matter *matter, struct people *people,
                               struct error *error)
{
    *people = (struct people){0};
    if (!matter->has_booking)
        return STATUS_OK;
    enum status status = contact_list(errand->agent->database, matter->about.booking.id, errand->arena,
                                      &people->contacts, &people->count, error);
    for (size_t i = 0; status == STATUS_OK && i < people->count; i++)
        if (people->contacts[i].id == matter->finding.contact_id)
            people->acting = &people->contacts[i];
    return status;
}

/* Nothing is done without the writer being told, so a letter that may not be written stops the rest. */
static enum status refuse_by_cap(struct errand *errand, struct matter *matter, const char *address, struct error *error)
{
    bool allowed = true;
    int64_t booking = matter->has_booking ? matter->about.booking.id : 0;
    enum status status = post_allowed(&errand->post, address, booking, false, &allowed, error);
    if (status == STATUS_OK && !allowed)
        matter->decision = (struct decision){OUTCOME_HANDOVER, REASON_CAP, DISPOSITION_DESK};
    return status;
}

/* An address that was good enough for the file but cannot be written to is no reason to fail. */
static enum status send(struct errand *errand, const struct post_order *order, struct error *error)
{
    struct error failure;
    enum status status = post_letter(&errand->post, order, &failure);
    if (status == STATUS_INVALID)
        errand_for_desk(errand, order->about, REASON_NOT_REACHABLE);
    else if (status != STATUS_OK && status != STATUS_CONFLICT)
        return error_set(error, status, "%s", failure.text);
    return STATUS_OK;
}

/* The answer to the writer. */
static enum status answer(struct errand *errand, const struct matter *matter, const struct people *people,
                          struct post_order order, struct error *error)
{
    order.about = matter->has_booking ? &matter->about : NULL;
    order.contact = people->acting;
    order.recipient = matter->has_booking ? NULL : errand->reading->from.address;
    order.answer = true;
    return send(errand, &order, error);
}

/* A change concerns the others of the booking as well. */
static enum status tell_others(struct errand *errand, const struct matter *matter, const struct people *people,
                               enum letter_kind kind, const struct booking *former, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < people->count && status == STATUS_OK; i++) {
        const struct contact *contact = &people->contacts[i];
        bool allowed = false;
        if (contact == people->acting || !contact->reachable)
            continue;
        status = post_allowed(&errand->post, contact->address, matter->about.booking.id, false, &allowed, error);
        if (status == STATUS_OK && !allowed)
            errand_for_desk(errand, &matter->about, REASON_CAP);
        struct post_order order = {.kind = kind, .about = &matter->about, .former = former, .contact = contact};
        if (status == STATUS_OK && allowed)
            status = send(errand, &order, error);
    }
    return status;
}

static enum status cancel(struct errand *errand, struct matter *matter, const struct people *people,
                          struct error *error)
{
    enum status status = booking_cancel(errand->agent->database, &matter->about.booking, errand->now, error);
    if (status == STATUS_OK)
        status = errand_audit(errand, matter, "cancelled", NULL, error);
    if (status == STATUS_OK)
        status = answer(errand, matter, people, (struct post_order){.kind = LETTER_CANCELLED}, error);
    if (status == STATUS_OK)
        status = tell_others(errand, matter, people, LETTER_CANCELLED, NULL, error);
    return status;
}

static enum status move(struct errand *errand, struct matter *matter, const struct people *people, struct error *error)
{
    struct about *about = &matter->about;
    struct booking former = about->booking;
    enum status status = booking_move(errand->agent->database, &about->booking, &about->office, &about->service,
                                      matter->wished, errand->now, error);
    if (status == STATUS_CONFLICT || status == STATUS_INVALID) {
        errand->must_repeat = !errand->moves_refused;
        return status;
    }
    char from[RFC3339_SIZE], to[RFC3339_SIZE];
    rfc3339_format(about->zone, former.start, from);
    rfc3339_format(about->zone, about->booking.start, to);
    if (status == STATUS_OK)
        status = errand_audit(errand, matter, "moved", arena_printf(errand->arena, "from=%s to=%s", from, to), error);
    struct post_order order = {.kind = LETTER_MOVED, .former = &former};
    if (status == STATUS_OK)
        status = answer(errand, matter, people, order, error);
    if (status == STATUS_OK)
        status = tell_others(errand, matter, people, LETTER_MOVED, &former, error);
    return status;
}

static enum status hand_over(struct errand *errand, const struct matter *matter, const struct people *people,
                             struct error *error)
{
    bool writer = matter->finding.authority == AUTHORITY_HOLDER || matter->finding.authority == AUTHORITY_KNOWN;
    errand_for_desk(errand, matter->has_booking ? &matter->about : NULL, matter->decision.reason);
    if (!writer || matter->decision.reason == REASON_CAP)
        return STATUS_OK;
    return answer(errand, matter, people,
                  (struct post_order){.kind = LETTER_HANDED_OVER, .reason = matter->decision.reason}, error);
}

static enum status offer(struct errand *errand, struct matter *matter, const struct people *people,
                         const struct matters_question *question, struct error *error)
{
    struct post_order order = {.kind = matter->decision.outcome == OUTCOME_TAKEN ? LETTER_TAKEN : LETTER_OFFER,
                               .wished = matter->wished};
    enum status status = matter_offer(question, matter, &order.slots, &order.slot_count, error);
    if (status != STATUS_OK)
        return status;
    if (order.slot_count > 0)
        return answer(errand, matter, people, order, error);
    matter->decision = (struct decision){OUTCOME_HANDOVER, REASON_NO_FREE_TIME, DISPOSITION_DESK};
    return hand_over(errand, matter, people, error);
}

/* The soonest first. */
static enum status ask_which(struct errand *errand, struct matter *matter, const struct people *people,
                             struct error *error)
{
    const struct booking *bookings;
    struct about choices[ERRAND_CHOICES_MAX] = {0};
    struct post_order order = {.kind = LETTER_ASK_WHICH, .choices = choices};
    size_t count;
    enum status status = booking_list_by_address(errand->agent->database, errand->reading->from.address, errand->now,
                                                 errand->arena, &bookings, &count, error);
    if (status == STATUS_OK && count > ERRAND_CHOICES_MAX) {
        matter->decision.outcome = OUTCOME_HANDOVER;
        matter->decision.disposition = DISPOSITION_DESK;
        return hand_over(errand, matter, people, error);
    }
    for (; status == STATUS_OK && order.choice_count < count; order.choice_count++)
        status = about_load(errand->agent, &bookings[order.choice_count], errand->arena, &choices[order.choice_count],
                            error);
    if (status == STATUS_OK)
        status = answer(errand, matter, people, order, error);
    for (size_t i = 0; i < ERRAND_CHOICES_MAX; i++)
        about_release(&choices[i]);
    return status;
}

/* To every address on file that can be reached; nothing of it is an answer to whoever wrote. */
static enum status ask_on_file(struct errand *errand, struct matter *matter, const struct people *people,
                               struct error *error)
{
    size_t before = errand->post.letters;
    bool capped = false;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < people->count && status == STATUS_OK; i++) {
        const struct contact *contact = &people->contacts[i];
        bool allowed = false;
        if (!contact->reachable)
            continue;
        status = post_allowed(&errand->post, contact->address, matter->about.booking.id, true, &allowed, error);
        capped = capped || !allowed;
        struct post_order order = {.kind = LETTER_ASK_ON_FILE, .about = &matter->about, .contact = contact};
        if (status == STATUS_OK && allowed)
            status = send(errand, &order, error);
    }
    if (status == STATUS_OK && errand->post.letters == before) {
        matter->decision =
            (struct decision){OUTCOME_HANDOVER, capped ? REASON_CAP : REASON_NOT_REACHABLE, DISPOSITION_DESK};
        errand_for_desk(errand, &matter->about, matter->decision.reason);
    }
    return status;
}

/* Letters that answer without a change. */
static const enum letter_kind answer_kinds[OUTCOME_COUNT] = {
    [OUTCOME_ASK] = LETTER_ASK,
    [OUTCOME_CANNOT] = LETTER_CANNOT,
    [OUTCOME_STATUS] = LETTER_STATUS,
};

static enum status carry_out(struct errand *errand, struct matter *matter, const struct matters_question *question,
                             struct error *error)
{
    struct people people;
    enum status status = find_people(errand, matter, &people, error);
    const char *address = people.acting != NULL ? people.acting->address : errand->reading->from.address;
    bool answered = matter->finding.authority == AUTHORITY_HOLDER || matter->finding.authority == AUTHORITY_KNOWN;
    if (status == STATUS_OK && answered && matter->decision.outcome != OUTCOME_IGNORE)
        status = refuse_by_cap(errand, matter, address, error);
    if (status != STATUS_OK)
        return status;
    switch (matter->decision.outcome) {
    case OUTCOME_CANCEL:
        return cancel(errand, matter, &people, error);
    case OUTCOME_MOVE:
        return move(errand, matter, &people, error);
    case OUTCOME_OFFER:
    case OUTCOME_TAKEN:
        return offer(errand, matter, &people, question, error);
    case OUTCOME_ASK_WHICH:
        return ask_which(errand, matter, &people, error);
    case OUTCOME_ASK_ON_FILE:
        return ask_on_file(errand, matter, &people, error);
    case OUTCOME_HANDOVER:
        return hand_over(errand, matter, &people, error);
    case OUTCOME_ASK:
    case OUTCOME_CANNOT:
    case OUTCOME_STATUS:
        return answer(
            errand, matter, &people,
            (struct post_order){.kind = answer_kinds[matter->decision.outcome], .reason = matter->decision.reason},
            error);
    case OUTCOME_IGNORE:
    case OUTCOME_COUNT:
        break;
    }
    return STATUS_OK;
}

static bool changes(enum outcome outcome)
{
    return outcome == OUTCOME_CANCEL || outcome == OUTCOME_MOVE; /* audited where they happen */
}

enum status errand_run(struct errand *errand, struct matters *matters, const struct matters_question *question,
                       struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < matters->count && status == STATUS_OK; i++) {
        struct matter *matter = &matters->items[i];
        const struct about *about = matter->has_booking ? &matter->about : NULL;
        status = carry_out(errand, matter, question, error);
        if (status == STATUS_OK && !changes(matter->decision.outcome))
            status = errand_audit(errand, matter, outcome_name(matter->decision.outcome),
                                  reason_name(matter->decision.reason), error);
        if (matter->for_desk)
            errand_for_desk(errand, about, matter->desk_reason);
    }
    return status;
}
