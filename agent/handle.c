#include "agent/handle.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "agent/authority.h"
#include "agent/matter.h"
#include "agent/post.h"
#include "parsers/header.h"
#include "state/audit.h"
#include "state/outbox.h"

/* Everything about the message in hand. */
struct work {
    struct agent *agent;
    const struct handle_input *input;
    int64_t now;
    struct arena arena;
    struct arrival arrival; /* id 0: none */
    struct ledger_entry entry;
    struct reading reading;
    bool moves_refused; /* a second round: a time that looked free could not be had */
    bool must_repeat;
    struct post post;
    struct handle_result result;
    enum reason desk_reason; /* why a person must see it; REASON_NONE: nobody must */
    const struct about *desk_about;
    enum reason reason;
};

/* --- which message it is --- */

static void hash_text(crypto_generichash_state *state, const char *name, const char *value)
{
    crypto_generichash_update(state, (const unsigned char *)name, strlen(name) + 1);
    crypto_generichash_update(state, (const unsigned char *)value, strlen(value) + 1);
}

/* Bytes without carriage returns, and without line ends at the end: transports differ in both. */
static void hash_body(crypto_generichash_state *state, const char *bytes, size_t length)
{
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
        length--;
    for (size_t at = 0; at < length;) {
        const char *stop = memchr(bytes + at, '\r', length - at);
        size_t run = stop != NULL ? (size_t)(stop - bytes) - at : length - at;
        crypto_generichash_update(state, (const unsigned char *)bytes + at, run);
        at += run + (stop != NULL ? 1 : 0);
    }
}

/*
 * The digest of what the writer sent: not of trace headers, so that another copy on another way is the same mail.
 * The header is read here with our own reader and before the parsers see the message, for a message that kills them
 * must be known again.
 */
static void identify(struct work *work)
{
    static const char *const names[] = {"From", "Date", "Subject", "Message-ID", "X-Timepost-Unreadable" /* inbox.c */};
    struct header_list headers;
    bool overflow = false;
    size_t body = header_block_read(&work->arena, work->input->bytes, work->input->length, &headers, &overflow);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, LEDGER_DIGEST_SIZE);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value;
        for (size_t n = 0; (value = header_value(&headers, names[i], n)) != NULL; n++)
            hash_text(&state, names[i], value);
    }
    hash_body(&state, work->input->bytes + body, work->input->length - body);
    crypto_generichash_final(&state, work->entry.digest, LEDGER_DIGEST_SIZE);
    const char *id = "";
    header_message_ids(&work->arena, header_value(&headers, "Message-ID", 0), &id, 0, 1);
    work->entry.message_id = id;
}

/* --- what it comes to --- */

static void note_booking(struct work *work, const struct booking *booking, bool only)
{
    if (only)
        snprintf(work->result.booking_number, sizeof work->result.booking_number, "%s", booking->number);
}

static void for_desk(struct work *work, const struct about *about, enum reason reason)
{
    work->entry.disposition = DISPOSITION_DESK;
    if (work->desk_reason != REASON_NONE)
        return;
    work->desk_reason = reason;
    work->desk_about = about;
}

static void conclude(struct work *work, const char *outcome, enum reason reason)
{
    work->entry.outcome = outcome;
    work->reason = reason;
    work->entry.reason = reason != REASON_NONE ? reason_name(reason) : NULL;
}

static enum status audit(struct work *work, const struct matter *matter, const char *action, const char *detail,
                         struct error *error)
{
    struct audit_entry entry = {
        .at = work->now,
        .actor = "mail",
        .action = action,
        .authority = authority_name(matter->finding.authority),
        .booking_id = matter->has_booking ? matter->about.booking.id : 0,
        .revision = matter->has_booking ? matter->about.booking.revision : 0,
        .ledger_id = work->entry.id,
        .detail = detail,
    };
    return audit_add(work->agent->database, &entry, error);
}

/* --- carrying out --- */

/* The people of the booking, the one who wrote first; `acting` is NULL where nobody of them wrote. */
struct people {
    const struct contact *contacts;
    size_t count;
    const struct contact *acting;
};

static enum status find_people(struct work *work, const struct matter *matter, struct people *people,
                               struct error *error)
{
    *people = (struct people){0};
    if (!matter->has_booking)
        return STATUS_OK;
    enum status status = contact_list(work->agent->database, matter->about.booking.id, &work->arena, &people->contacts,
                                      &people->count, error);
    for (size_t i = 0; status == STATUS_OK && i < people->count; i++)
        if (people->contacts[i].id == matter->finding.contact_id)
            people->acting = &people->contacts[i];
    return status;
}

/* Nothing is done without the writer being told, so a letter that may not be written stops the rest. */
static enum status refuse_by_cap(struct work *work, struct matter *matter, const char *address, struct error *error)
{
    bool allowed = true;
    int64_t booking = matter->has_booking ? matter->about.booking.id : 0;
    enum status status = post_allowed(&work->post, address, booking, false, &allowed, error);
    if (status == STATUS_OK && !allowed)
        matter->decision = (struct decision){OUTCOME_HANDOVER, REASON_CAP, DISPOSITION_DESK};
    return status;
}

/* An address that was good enough for the file but cannot be written to is no reason to fail. */
static enum status send(struct work *work, const struct post_order *order, struct error *error)
{
    struct error failure;
    enum status status = post_letter(&work->post, order, &failure);
    if (status == STATUS_INVALID)
        for_desk(work, order->about, REASON_NOT_REACHABLE);
    else if (status != STATUS_OK && status != STATUS_CONFLICT)
        return error_set(error, status, "%s", failure.text);
    return STATUS_OK;
}

/* The answer to the writer. */
static enum status answer(struct work *work, const struct matter *matter, const struct people *people,
                          struct post_order order, struct error *error)
{
    order.about = matter->has_booking ? &matter->about : NULL;
    order.contact = people->acting;
    order.recipient = matter->has_booking ? NULL : work->reading.from.address;
    order.answer = true;
    return send(work, &order, error);
}

/* A change concerns the others of the booking as well. */
static enum status tell_others(struct work *work, const struct matter *matter, const struct people *people,
                               enum letter_kind kind, const struct booking *former, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < people->count && status == STATUS_OK; i++) {
        const struct contact *contact = &people->contacts[i];
        bool allowed = false;
        if (contact == people->acting || !contact->reachable)
            continue;
        status = post_allowed(&work->post, contact->address, matter->about.booking.id, false, &allowed, error);
        if (status == STATUS_OK && !allowed)
            for_desk(work, &matter->about, REASON_CAP);
        struct post_order order = {.kind = kind, .about = &matter->about, .former = former, .contact = contact};
        if (status == STATUS_OK && allowed)
            status = send(work, &order, error);
    }
    return status;
}

static enum status cancel(struct work *work, struct matter *matter, const struct people *people, struct error *error)
{
    enum status status = booking_cancel(work->agent->database, &matter->about.booking, work->now, error);
    if (status == STATUS_OK)
        status = audit(work, matter, "cancelled", NULL, error);
    if (status == STATUS_OK)
        status = answer(work, matter, people, (struct post_order){.kind = LETTER_CANCELLED}, error);
    if (status == STATUS_OK)
        status = tell_others(work, matter, people, LETTER_CANCELLED, NULL, error);
    return status;
}

static enum status move(struct work *work, struct matter *matter, const struct people *people, struct error *error)
{
    struct about *about = &matter->about;
    struct booking former = about->booking;
    enum status status = booking_move(work->agent->database, &about->booking, &about->office, &about->service,
                                      matter->wished, work->now, error);
    if (status == STATUS_CONFLICT || status == STATUS_INVALID) {
        work->must_repeat = !work->moves_refused;
        return status;
    }
    char from[RFC3339_SIZE], to[RFC3339_SIZE];
    rfc3339_format(about->zone, former.start, from);
    rfc3339_format(about->zone, about->booking.start, to);
    if (status == STATUS_OK)
        status = audit(work, matter, "moved", arena_printf(&work->arena, "from=%s to=%s", from, to), error);
    struct post_order order = {.kind = LETTER_MOVED, .former = &former};
    if (status == STATUS_OK)
        status = answer(work, matter, people, order, error);
    if (status == STATUS_OK)
        status = tell_others(work, matter, people, LETTER_MOVED, &former, error);
    return status;
}

static enum status hand_over(struct work *work, const struct matter *matter, const struct people *people,
                             struct error *error)
{
    bool writer = matter->finding.authority == AUTHORITY_HOLDER || matter->finding.authority == AUTHORITY_KNOWN;
    for_desk(work, matter->has_booking ? &matter->about : NULL, matter->decision.reason);
    if (!writer || matter->decision.reason == REASON_CAP)
        return STATUS_OK;
    return answer(work, matter, people,
                  (struct post_order){.kind = LETTER_HANDED_OVER, .reason = matter->decision.reason}, error);
}

static enum status offer(struct work *work, struct matter *matter, const struct people *people,
                         const struct matters_question *question, struct error *error)
{
    struct post_order order = {.kind = matter->decision.outcome == OUTCOME_TAKEN ? LETTER_TAKEN : LETTER_OFFER,
                               .wished = matter->wished};
    enum status status = matter_offer(question, matter, &order.slots, &order.slot_count, error);
    if (status != STATUS_OK)
        return status;
    if (order.slot_count > 0)
        return answer(work, matter, people, order, error);
    matter->decision = (struct decision){OUTCOME_HANDOVER, REASON_NO_FREE_TIME, DISPOSITION_DESK};
    return hand_over(work, matter, people, error);
}

/* To every address on file that can be reached; nothing of it is an answer to whoever wrote. */
static enum status ask_on_file(struct work *work, struct matter *matter, const struct people *people,
                               struct error *error)
{
    size_t before = work->post.letters;
    bool capped = false;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < people->count && status == STATUS_OK; i++) {
        const struct contact *contact = &people->contacts[i];
        bool allowed = false;
        if (!contact->reachable)
            continue;
        status = post_allowed(&work->post, contact->address, matter->about.booking.id, true, &allowed, error);
        capped = capped || !allowed;
        struct post_order order = {.kind = LETTER_ASK_ON_FILE, .about = &matter->about, .contact = contact};
        if (status == STATUS_OK && allowed)
            status = send(work, &order, error);
    }
    if (status == STATUS_OK && work->post.letters == before) {
        matter->decision =
            (struct decision){OUTCOME_HANDOVER, capped ? REASON_CAP : REASON_NOT_REACHABLE, DISPOSITION_DESK};
        for_desk(work, &matter->about, matter->decision.reason);
    }
    return status;
}

/* Letters that answer without a change. */
static const enum letter_kind answer_kinds[OUTCOME_COUNT] = {
    [OUTCOME_ASK] = LETTER_ASK,
    [OUTCOME_CANNOT] = LETTER_CANNOT,
    [OUTCOME_STATUS] = LETTER_STATUS,
};

static enum status carry_out(struct work *work, struct matter *matter, const struct matters_question *question,
                             struct error *error)
{
    struct people people;
    enum status status = find_people(work, matter, &people, error);
    const char *address = people.acting != NULL ? people.acting->address : work->reading.from.address;
    bool answered = matter->finding.authority == AUTHORITY_HOLDER || matter->finding.authority == AUTHORITY_KNOWN;
    if (status == STATUS_OK && answered && matter->decision.outcome != OUTCOME_IGNORE)
        status = refuse_by_cap(work, matter, address, error);
    if (status != STATUS_OK)
        return status;
    switch (matter->decision.outcome) {
    case OUTCOME_CANCEL:
        return cancel(work, matter, &people, error);
    case OUTCOME_MOVE:
        return move(work, matter, &people, error);
    case OUTCOME_OFFER:
    case OUTCOME_TAKEN:
        return offer(work, matter, &people, question, error);
    case OUTCOME_ASK_ON_FILE:
        return ask_on_file(work, matter, &people, error);
    case OUTCOME_HANDOVER:
        return hand_over(work, matter, &people, error);
    case OUTCOME_ASK:
    case OUTCOME_CANNOT:
    case OUTCOME_STATUS:
        return answer(
            work, matter, &people,
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

static enum status carry_out_all(struct work *work, struct matters *matters, const struct matters_question *question,
                                 struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < matters->count && status == STATUS_OK; i++) {
        struct matter *matter = &matters->items[i];
        const struct about *about = matter->has_booking ? &matter->about : NULL;
        status = carry_out(work, matter, question, error);
        if (status == STATUS_OK && !changes(matter->decision.outcome))
            status = audit(work, matter, outcome_name(matter->decision.outcome), reason_name(matter->decision.reason),
                           error);
        if (matter->for_desk)
            for_desk(work, about, matter->desk_reason);
        if (about != NULL)
            note_booking(work, &about->booking, matters->count == 1);
        if (i == 0)
            conclude(work, outcome_name(matter->decision.outcome), matter->decision.reason);
    }
    return status;
}

/* --- kinds of mail --- */

static enum status handle_requests(struct work *work, struct error *error)
{
    struct matters matters = {.count = 0};
    struct matters_question question = {
        .agent = work->agent,
        .reading = &work->reading,
        .in_part = work->input->abridged || work->reading.overflow,
        .moves_refused = work->moves_refused,
        .now = work->now,
        .arena = &work->arena,
    };
    enum status status = matters_find(&question, &matters, error);
    if (status == STATUS_OK)
        status = carry_out_all(work, &matters, &question, error);
    if (status == STATUS_OK && work->reading.attachment_names_skipped != NULL)
        for_desk(work, matters.items[0].has_booking ? &matters.items[0].about : NULL, REASON_UNREAD_ATTACHMENT);
    if (status == STATUS_OK && work->desk_reason != REASON_NONE)
        status = post_to_desk(&work->post, work->desk_about, work->desk_reason, work->input->bytes, work->input->length,
                              false, error);
    matters_release(&matters);
    return status;
}

/* Only a delivery report to an address of ours with its token is believed, and only of a failure for good. */
static enum status handle_bounce(struct work *work, struct error *error)
{
    struct agent *agent = work->agent;
    struct contact contact;
    struct booking booking;
    struct about about = {0};
    struct error none;
    conclude(work, outcome_name(OUTCOME_IGNORE), REASON_BOUNCE_OF_NOTHING);
    if (work->reading.bounce == NULL || !work->reading.bounce->permanent)
        return STATUS_OK;
    enum status status = authority_bounce_contact(agent->database, &agent->token_key, &work->reading, work->now,
                                                  &work->arena, &contact, &none);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return error_set(error, status, "%s", none.text);
    conclude(work, outcome_name(OUTCOME_HANDOVER), REASON_BOUNCED);
    work->entry.disposition = DISPOSITION_DESK;
    status = contact_set_unreachable(agent->database, contact.id, error);
    if (status == STATUS_OK)
        status = booking_by_id(agent->database, contact.booking_id, &work->arena, &booking, error);
    if (status == STATUS_OK)
        status = about_load(agent, &booking, &work->arena, &about, error);
    if (status == STATUS_OK) {
        note_booking(work, &booking, true);
        struct matter matter = {.has_booking = true, .about = about};
        status = audit(work, &matter, "unreachable", NULL, error);
    }
    if (status == STATUS_OK)
        status =
            post_to_desk(&work->post, &about, REASON_BOUNCED, work->input->bytes, work->input->length, false, error);
    about_release(&about);
    return status;
}

static enum status handle_exhausted(struct work *work, struct error *error)
{
    conclude(work, "quarantined", REASON_ATTEMPTS);
    work->entry.disposition = DISPOSITION_QUARANTINE;
    return post_to_desk(&work->post, NULL, REASON_ATTEMPTS, work->input->bytes, work->input->length, true, error);
}

/* Mail that nobody answers. */
static const struct {
    bool ignored;
    enum reason reason;
} kinds[] = {
    [KIND_REQUEST] = {false, REASON_NONE},
    [KIND_CALENDAR] = {false, REASON_NONE},
    [KIND_AUTO_REPLY] = {true, REASON_AUTO_REPLY},
    [KIND_BOUNCE] = {false, REASON_NONE},
    [KIND_RECEIPT] = {true, REASON_RECEIPT},
    [KIND_LIST] = {true, REASON_LIST},
    [KIND_OWN] = {true, REASON_OWN},
};

static bool is_exhausted(const struct work *work)
{
    return work->arrival.attempts > work->agent->configuration->attempts;
}

static enum status handle_kind(struct work *work, struct error *error)
{
    if (is_exhausted(work))
        return handle_exhausted(work, error);
    if (work->reading.kind == KIND_BOUNCE)
        return handle_bounce(work, error);
    if (!kinds[work->reading.kind].ignored)
        return handle_requests(work, error);
    conclude(work, outcome_name(OUTCOME_IGNORE), kinds[work->reading.kind].reason);
    return STATUS_OK;
}

/* --- one transaction --- */

static void fill_result(struct work *work, bool again)
{
    struct handle_result *result = &work->result;
    result->again = again;
    result->disposition = work->entry.disposition;
    result->arrival_id = work->arrival.id;
    result->letters = again ? 0 : work->post.letters;
    snprintf(result->outcome, sizeof result->outcome, "%s", work->entry.outcome != NULL ? work->entry.outcome : "");
    snprintf(result->reason, sizeof result->reason, "%s", work->entry.reason != NULL ? work->entry.reason : "");
}

static enum status settle(struct work *work, struct error *error)
{
    if (work->arrival.id == 0)
        return STATUS_OK;
    return arrival_settle(work->agent->database, work->arrival.id, work->entry.id, error);
}

/* STATUS_NOT_FOUND: it was never handled. */
static enum status handle_again(struct work *work, struct error *error)
{
    struct ledger_entry known;
    enum status status =
        ledger_find(work->agent->database, work->entry.message_id, work->entry.digest, &work->arena, &known, error);
    if (status != STATUS_OK)
        return status;
    work->entry = known;
    status = settle(work, error);
    if (status == STATUS_OK)
        fill_result(work, true);
    return status;
}

static enum status handle_first_time(struct work *work, struct error *error)
{
    struct database *database = work->agent->database;
    work->entry.handled_at = work->now;
    work->entry.disposition = DISPOSITION_HANDLED;
    conclude(work, "begun", REASON_NONE);
    enum status status = ledger_add(database, &work->entry, error);
    work->post = (struct post){.agent = work->agent,
                               .arena = &work->arena,
                               .now = work->now,
                               .ledger_id = work->entry.id,
                               .reading = is_exhausted(work) ? NULL : &work->reading,
                               .print = work->input->print != NULL,
                               .printed = BUFFER_INIT};
    if (status == STATUS_OK)
        status = handle_kind(work, error);
    if (status == STATUS_OK)
        status = ledger_conclude(database, &work->entry, error);
    if (status == STATUS_OK)
        status = settle(work, error);
    return status;
}

/* All of it, or nothing. */
static enum status in_transaction(struct work *work, enum status (*step)(struct work *, struct error *),
                                  struct error *error)
{
    enum status status = transaction_begin(work->agent->database, error);
    if (status != STATUS_OK)
        return status;
    status = step(work, error);
    if (status == STATUS_OK)
        return transaction_commit(work->agent->database, error);
    transaction_rollback(work->agent->database);
    return status;
}

/* What one round has left in `work` must not reach the next. */
static void begin_round(struct work *work, const struct ledger_entry *identity)
{
    post_release(&work->post);
    work->post = (struct post){.printed = BUFFER_INIT};
    work->entry = *identity;
    work->result = (struct handle_result){0};
    work->desk_reason = REASON_NONE;
    work->desk_about = NULL;
    work->must_repeat = false;
}

static enum status step(struct work *work, struct error *error)
{
    struct error never;
    enum status status = handle_again(work, &never);
    if (status == STATUS_NOT_FOUND)
        return handle_first_time(work, error);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s", never.text);
}

static enum status handle_work(struct work *work, struct error *error)
{
    identify(work);
    const struct ledger_entry identity = work->entry;
    if (!is_exhausted(work)) {
        struct parser_time time = {.now = 0, .clock_now = work->now};
        parser_read(work->agent->parser, work->input->bytes, work->input->length, time, &work->arena, &work->reading);
    }
    struct error failure;
    enum status status;
    do {
        work->moves_refused = work->must_repeat;
        begin_round(work, &identity);
        status = in_transaction(work, step, &failure);
    } while (status != STATUS_OK && work->must_repeat);
    if (status != STATUS_OK)
        return error_set(error, status, "%s", failure.text);
    if (!work->result.again)
        fill_result(work, false);
    return STATUS_OK;
}

enum status handle_message(struct agent *agent, const struct handle_input *input, struct handle_result *ret_result,
                           struct error *error)
{
    struct work work = {.agent = agent, .input = input, .now = clock_now(&agent->clock)};
    work.post.printed = (struct buffer)BUFFER_INIT;
    enum status status = letter_check_desk(agent->configuration, error); /* else changes would be made in silence */
    if (status == STATUS_OK && input->arrival != NULL)
        status = arrival_attempt(agent->database, input->arrival, work.now, &work.arrival, error);
    if (status == STATUS_OK)
        status = handle_work(&work, error);
    if (status == STATUS_OK) {
        *ret_result = work.result;
        if (input->print != NULL)
            buffer_append(input->print, work.post.printed.data, work.post.printed.length);
    }
    post_release(&work.post);
    arena_clear(&work.arena);
    return status;
}

/* --- letters of commands and timers --- */

enum status handle_tell_contacts(struct agent *agent, enum letter_kind kind, const struct booking *booking,
                                 const struct booking *former, bool only_while_true, size_t *ret_letters,
                                 struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct about about = {0};
    struct post post = {.agent = agent, .arena = &arena, .now = clock_now(&agent->clock), .printed = BUFFER_INIT};
    const struct contact *contacts = NULL;
    size_t count = 0;
    enum status status = about_load(agent, booking, &arena, &about, error);
    if (status == STATUS_OK)
        status = contact_list(agent->database, booking->id, &arena, &contacts, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct post_order order = {.kind = kind,
                                   .about = &about,
                                   .former = former,
                                   .contact = &contacts[i],
                                   .only_while_true = only_while_true};
        struct error failure;
        if (!contacts[i].reachable)
            continue;
        status = post_letter(&post, &order, &failure);
        if (status == STATUS_CONFLICT) /* written before: by this timer yesterday, or by another at this moment */
            status = STATUS_OK;
        else if (status != STATUS_OK)
            error_set(error, status, "%s", failure.text);
    }
    if (status == STATUS_OK)
        *ret_letters = post.letters;
    about_release(&about);
    post_release(&post);
    arena_clear(&arena);
    return status;
}
