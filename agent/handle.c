#include "agent/handle.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "agent/about.h"
#include "agent/authority.h"
#include "agent/errand.h"
#include "agent/matter.h"
#include "agent/post.h"
#include "parsers/header.h"

/* Everything about the message in hand. */
struct work {
    struct agent *agent;
    const struct handle_input *input;
    int64_t now;
    struct arena arena;
    struct arrival arrival; /* id 0: none */
    struct ledger_entry entry;
    struct reading reading;
    struct errand errand;
    struct handle_result result;
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

static void conclude(struct work *work, const char *outcome, enum reason reason)
{
    work->entry.outcome = outcome;
    work->entry.reason = reason != REASON_NONE ? reason_name(reason) : NULL;
}

static void note_number(struct work *work, const char *number)
{
    snprintf(work->result.booking_number, sizeof work->result.booking_number, "%s", number);
}

/* A mail that came by a pipe lies in no folder: it is not taken where nobody would ever see it. */
static enum status mail_to_desk(struct work *work, const struct post_handover *handover, struct error *error)
{
    bool told = false;
    struct post_handover whole = *handover;
    whole.original = work->input->bytes;
    whole.length = work->input->length;
    enum status status = post_to_desk(&work->errand.post, &whole, &told, error);
    if (status != STATUS_OK || told || work->input->arrival != NULL || work->input->print != NULL)
        return status;
    return error_set(error, STATUS_UNAVAILABLE,
                     "a person must see this mail, and nobody can be written to: set [desk] handover, or raise "
                     "letters_per_hour in [limits]");
}

/* What the mail came to, for ledger and journal: the first matter stands for all. */
static void conclude_matters(struct work *work, const struct matters *matters)
{
    const struct matter *first = &matters->items[0];
    conclude(work, outcome_name(first->decision.outcome), first->decision.reason);
    if (matters->count == 1 && first->has_booking)
        note_number(work, first->about.booking.number);
    if (work->errand.desk_reason != REASON_NONE)
        work->entry.disposition = DISPOSITION_DESK;
}

/* --- kinds of mail --- */

static enum status handle_requests(struct work *work, struct error *error)
{
    struct errand *errand = &work->errand;
    struct matters matters = {.count = 0};
    struct matters_question question = {
        .agent = work->agent,
        .reading = &work->reading,
        .in_part = work->input->abridged || work->reading.overflow,
        .moves_refused = errand->moves_refused,
        .now = work->now,
        .arena = &work->arena,
    };
    enum status status = matters_find(&question, &matters, error);
    if (status == STATUS_OK)
        status = errand_run(errand, &matters, &question, error);
    if (status == STATUS_OK && work->reading.attachment_names_skipped != NULL)
        errand_for_desk(errand, matters.items[0].has_booking ? &matters.items[0].about : NULL,
                        REASON_UNREAD_ATTACHMENT);
    if (status == STATUS_OK)
        conclude_matters(work, &matters);
    if (status == STATUS_OK && errand->desk_reason != REASON_NONE)
        status = mail_to_desk(work, &(struct post_handover){.about = errand->desk_about, .reason = errand->desk_reason},
                              error);
    matters_release(&matters);
    return status;
}

/* The contact cannot be reached: nothing is written there any more, and a person must know. */
static enum status handle_unreachable(struct work *work, const struct contact *contact, struct error *error)
{
    struct agent *agent = work->agent;
    struct booking booking;
    struct matter matter = {.has_booking = true};
    conclude(work, outcome_name(OUTCOME_HANDOVER), REASON_BOUNCED);
    work->entry.disposition = DISPOSITION_DESK;
    enum status status = contact_set_unreachable(agent->database, contact->id, error);
    if (status == STATUS_OK)
        status = booking_by_id(agent->database, contact->booking_id, &work->arena, &booking, error);
    if (status == STATUS_OK)
        status = about_load(agent, &booking, &work->arena, &matter.about, error);
    if (status != STATUS_OK)
        return status;
    note_number(work, booking.number);
    status = errand_audit(&work->errand, &matter, "unreachable", NULL, error);
    if (status == STATUS_OK)
        status = mail_to_desk(
            work,
            &(struct post_handover){.about = &matter.about, .reason = REASON_BOUNCED, .unreached = contact->address},
            error);
    about_release(&matter.about);
    return status;
}

/* Only a delivery report to an address of ours with its token is believed, and only of a failure for good. */
static enum status handle_bounce(struct work *work, struct error *error)
{
    struct contact contact;
    struct error none;
    conclude(work, outcome_name(OUTCOME_IGNORE), REASON_BOUNCE_OF_NOTHING);
    if (work->reading.bounce == NULL || !work->reading.bounce->permanent)
        return STATUS_OK;
    enum status status = authority_bounce_contact(work->agent->database, &work->agent->token_key, &work->reading,
                                                  work->now, &work->arena, &contact, &none);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    return status == STATUS_OK ? handle_unreachable(work, &contact, error) : error_set(error, status, "%s", none.text);
}

static enum status handle_exhausted(struct work *work, struct error *error)
{
    conclude(work, "quarantined", REASON_ATTEMPTS);
    work->entry.disposition = DISPOSITION_QUARANTINE;
    return mail_to_desk(work, &(struct post_handover){.reason = REASON_ATTEMPTS, .headers_only = true}, error);
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
    result->letters = again ? 0 : work->errand.post.letters;
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
    work->errand.post.ledger_id = work->errand.post.occasion = work->entry.id;
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
    return transaction_end(work->agent->database, step(work, error), error);
}

/* What one round has left in `work` must not reach the next. */
static void begin_round(struct work *work, const struct ledger_entry *identity, bool moves_refused)
{
    post_release(&work->errand.post);
    work->entry = *identity;
    work->result = (struct handle_result){0};
    work->errand = (struct errand){.agent = work->agent,
                                   .reading = &work->reading,
                                   .now = work->now,
                                   .arena = &work->arena,
                                   .moves_refused = moves_refused,
                                   .post = {.agent = work->agent,
                                            .arena = &work->arena,
                                            .now = work->now,
                                            .reading = &work->reading,
                                            .print = work->input->print != NULL,
                                            .printed = BUFFER_INIT}};
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
    begin_round(work, &identity, false);
    enum status status = in_transaction(work, step, &failure);
    if (status != STATUS_OK && work->errand.must_repeat) {
        begin_round(work, &identity, true);
        status = in_transaction(work, step, &failure);
    }
    if (status != STATUS_OK)
        return error_set(error, status, "%s", failure.text);
    if (!work->result.again)
        fill_result(work, false);
    return STATUS_OK;
}

bool handle_failed_everywhere(enum status status)
{
    switch (status) {
    case STATUS_DENIED:
    case STATUS_BUSY:
    case STATUS_UNAVAILABLE:
    case STATUS_IO:
    case STATUS_CORRUPT:
    case STATUS_NEWER:
    case STATUS_INTERRUPTED:
        return true;
    default:
        return false;
    }
}

/* A full disk must not drive mails into quarantine. Where even this cannot be written, the attempt counts. */
static void excuse(const struct work *work, enum status status)
{
    struct error ignored;
    if (work->arrival.id != 0 && handle_failed_everywhere(status))
        arrival_excuse(work->agent->database, work->arrival.id, &ignored);
}

enum status handle_message(struct agent *agent, const struct handle_input *input, struct handle_result *ret_result,
                           struct error *error)
{
    struct work work = {.agent = agent, .input = input, .now = clock_now(&agent->clock)};
    work.errand.post.printed = (struct buffer)BUFFER_INIT;
    enum status status = letter_check_desk(agent->configuration, error); /* else changes would be made in silence */
    if (status == STATUS_OK)
        status = agent_prepare_reading(agent, error);
    if (status == STATUS_OK && input->arrival != NULL)
        status = arrival_attempt(agent->database, input->arrival, work.now, &work.arrival, error);
    if (status == STATUS_OK)
        status = handle_work(&work, error);
    excuse(&work, status);
    if (status == STATUS_OK) {
        *ret_result = work.result;
        if (input->print != NULL)
            buffer_append(input->print, work.errand.post.printed.data, work.errand.post.printed.length);
    }
    post_release(&work.errand.post);
    arena_clear(&work.arena);
    return status;
}

/* --- letters of commands and timers --- */

/* One contact. What is wrong with an address is counted, and left in `error`, but no failure. */
static enum status tell_contact(struct post *post, const struct post_order *order, struct handle_told *told,
                                struct error *error)
{
    struct error failure;
    if (!order->contact->reachable) {
        told->unreachable++;
        return STATUS_OK;
    }
    enum status status = post_letter(post, order, &failure);
    if (status == STATUS_OK || status == STATUS_CONFLICT) /* written before: by a timer yesterday, or at this moment */
        return STATUS_OK;
    error_set(error, status, "%s", failure.text);
    if (status != STATUS_INVALID)
        return status;
    told->unwritable++;
    return STATUS_OK;
}

static enum status tell_contacts(struct post *post, struct post_order order, struct handle_told *told,
                                 struct error *error)
{
    const struct contact *contacts = NULL;
    size_t count = 0;
    struct error unwritable = {0};
    enum status status =
        contact_list(post->agent->database, order.about->booking.id, post->arena, &contacts, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        order.contact = &contacts[i];
        status = tell_contact(post, &order, told, &unwritable);
        if (status != STATUS_OK)
            error_set(error, status, "%s", unwritable.text);
    }
    told->letters = post->letters;
    if (status == STATUS_OK && told->unwritable > 0 && told->unwritable + told->unreachable == count)
        status = error_set(error, STATUS_INVALID, "%s", unwritable.text);
    return status;
}

enum status handle_tell_contacts(struct agent *agent, enum letter_kind kind, const struct booking *booking,
                                 const struct booking *former, bool only_while_true, struct handle_told *ret_told,
                                 struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct about about = {0};
    struct handle_told told = {0};
    struct post post = {.agent = agent, .arena = &arena, .now = clock_now(&agent->clock), .printed = BUFFER_INIT};
    struct post_order order = {.kind = kind, .about = &about, .former = former, .only_while_true = only_while_true};
    enum status status = about_load(agent, booking, &arena, &about, error);
    if (status == STATUS_OK)
        status = tell_contacts(&post, order, &told, error);
    if (status == STATUS_OK)
        *ret_told = told;
    about_release(&about);
    post_release(&post);
    arena_clear(&arena);
    return status;
}
