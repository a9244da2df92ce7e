#include "agent/post.h"

#include <string.h>

#include "base/address.h"
#include "state/outbox.h"

void post_release(struct post *post)
{
    buffer_release(&post->printed);
}

/* --- caps --- */

/* Half of a limit, so that whoever causes letters to others does not use up what the people of a booking need. */
static int64_t half(int64_t limit)
{
    return (limit + 1) / 2;
}

enum status post_allowed(struct post *post, const char *address, int64_t booking_id, bool unasked, bool *ret_allowed,
                         struct error *error)
{
    const struct configuration *limits = post->agent->configuration;
    int64_t to_address = unasked ? half(limits->letters_per_address) : limits->letters_per_address;
    int64_t about_booking = unasked ? half(limits->letters_per_booking) : limits->letters_per_booking;
    int64_t all = unasked ? half(limits->letters_per_hour) : limits->letters_per_hour;
    struct outbox_counts counts;
    if (post->ledger_id == 0) {
        *ret_allowed = true;
        return STATUS_OK;
    }
    enum status status =
        outbox_count(post->agent->database, address, booking_id, post->now - DAY, post->now - HOUR, &counts, error);
    if (status == STATUS_OK)
        *ret_allowed = counts.to_address < to_address && (booking_id == 0 || counts.about_booking < about_booking) &&
                       counts.all < all;
    return status;
}

/* The desk must get all there is, but a storm of strangers' mails must end there too, and leave room for answers. */
static enum status desk_allowed(struct post *post, bool *ret_allowed, struct error *error)
{
    struct outbox_counts counts;
    enum status status =
        outbox_count(post->agent->database, NULL, 0, post->now - HOUR, post->now - HOUR, &counts, error);
    if (status == STATUS_OK)
        *ret_allowed = counts.all < half(post->agent->configuration->letters_per_hour);
    return status;
}

/* --- into the outbox --- */

static enum status add(struct post *post, const struct letter_input *input, bool only_while_true, bool lasting,
                       struct error *error)
{
    struct letter letter;
    enum status status = letter_compose(post->agent->letters, input, post->arena, &letter, error);
    if (status != STATUS_OK)
        return status;
    struct outbox_letter row = {
        .booking_id = input->booking != NULL && input->kind != LETTER_DESK ? input->booking->id : 0,
        .contact_id = input->contact != NULL ? input->contact->id : 0,
        .ledger_id = post->ledger_id,
        .revision = input->booking != NULL && input->kind != LETTER_DESK ? input->booking->revision : 0,
        .kind = letter_kind_name(input->kind),
        .occasion = lasting ? 0 : post->occasion,
        .sender = letter.sender,
        .recipient = letter.recipient,
        .message_id = letter.message_id,
        .message = letter.message,
        .message_length = letter.length,
        .status = post->print ? OUTBOX_PRINTED : OUTBOX_QUEUED,
        .created_at = post->now,
        .next_attempt_at = post->now,
        .only_while_true = only_while_true,
    };
    status = outbox_add(post->agent->database, &row, error);
    if (status != STATUS_OK)
        return status;
    post->letters++;
    if (post->print) {
        if (post->printed.length > 0)
            buffer_append_string(&post->printed, "\r\nFrom timepost Thu Jan  1 00:00:00 1970\r\n");
        buffer_append(&post->printed, letter.message, letter.length);
    }
    return STATUS_OK;
}

/* What is common to all letters. */
static struct letter_input begin_input(const struct post *post, enum letter_kind kind, const struct about *about)
{
    struct letter_input input = {
        .kind = kind,
        .configuration = post->agent->configuration,
        .token_key = &post->agent->token_key,
        .randomness = &post->agent->randomness,
        .now = post->now,
        .language = post->agent->configuration->language,
    };
    if (about != NULL) {
        input.booking = &about->booking;
        input.office = &about->office;
        input.zone = about->zone;
        input.service = &about->service;
        input.changeable = about_changeable(post->agent, about, post->now);
    }
    return input;
}

/* The writer's language where they are answered and we speak it, else the one on file. */
static const char *choose_language(const struct post *post, const struct post_order *order)
{
    if (order->answer && post->reading != NULL && letters_speak(post->agent->letters, post->reading->language))
        return post->reading->language;
    return order->contact != NULL ? order->contact->language : post->agent->configuration->language;
}

/* Letters that a change or a timer causes are written once for a revision; answers once for a mail. */
static bool is_lasting(enum letter_kind kind)
{
    return kind == LETTER_CONFIRMATION || kind == LETTER_MOVED || kind == LETTER_MOVED_BY_OFFICE ||
           kind == LETTER_CANCELLED || kind == LETTER_REMINDER;
}

static const struct letter_choice *choices_of(const struct post *post, const struct post_order *order)
{
    struct letter_choice *choices = arena_array(post->arena, order->choice_count, sizeof *choices);
    for (size_t i = 0; i < order->choice_count; i++) {
        const struct about *about = &order->choices[i];
        bool changeable = about_changeable(post->agent, about, post->now);
        choices[i] = (struct letter_choice){&about->booking, &about->office, &about->service, about->zone, changeable};
    }
    return choices;
}

enum status post_letter(struct post *post, const struct post_order *order, struct error *error)
{
    struct letter_input input = begin_input(post, order->kind, order->about);
    input.language = choose_language(post, order);
    input.former = order->former;
    input.contact = order->contact;
    input.recipient = order->recipient;
    input.reason = order->reason;
    input.slots = order->slots;
    input.slot_count = order->slot_count;
    input.wished = order->wished;
    input.choices = choices_of(post, order);
    input.choice_count = order->choice_count;
    input.reading = order->answer ? post->reading : NULL;
    return add(post, &input, order->only_while_true, is_lasting(order->kind), error);
}

/* --- the desk --- */

static enum status find_desk(struct post *post, const struct about *about, const char **ret_desk, struct error *error)
{
    *ret_desk = about != NULL ? about->office.desk : NULL;
    if (*ret_desk == NULL)
        *ret_desk = post->agent->configuration->handover;
    if (*ret_desk != NULL)
        return STATUS_OK;
    const struct office *offices;
    size_t count;
    enum status status = office_list(post->agent->database, post->arena, &offices, &count, error);
    if (status == STATUS_OK && count > 0)
        *ret_desk = offices[0].desk;
    return status;
}

static enum status write_to_desk(struct post *post, const struct post_handover *handover, const char *desk,
                                 struct error *error)
{
    struct letter_input input = begin_input(post, LETTER_DESK, handover->about);
    input.recipient = desk;
    input.reason = handover->reason;
    input.reading = post->reading;
    input.original = handover->original;
    input.original_length = handover->length;
    input.headers_only = handover->headers_only;
    input.unreached = handover->unreached;
    return add(post, &input, false, false, error);
}

enum status post_to_desk(struct post *post, const struct post_handover *handover, bool *ret_told, struct error *error)
{
    const char *desk;
    struct error failure;
    bool allowed = false;
    *ret_told = false;
    enum status status = find_desk(post, handover->about, &desk, error);
    if (status != STATUS_OK || desk == NULL)
        return status;
    /* What the desk itself wrote, or its automatic answer, must not come back to it for ever. */
    *ret_told = post->reading != NULL && address_equal(post->reading->from.address, desk);
    if (*ret_told)
        return STATUS_OK;
    status = desk_allowed(post, &allowed, error);
    if (status != STATUS_OK || !allowed)
        return status;
    status = write_to_desk(post, handover, desk, &failure);
    *ret_told = status == STATUS_OK || status == STATUS_CONFLICT;
    /* An address of the desk that cannot be written to must not keep the mail from its folder. */
    return *ret_told || status == STATUS_INVALID ? STATUS_OK : error_set(error, status, "%s", failure.text);
}
