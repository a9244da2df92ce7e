#include "agent/courier.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/about.h"
#include "agent/log.h"
#include "agent/post.h"
#include "agent/smtp.h"
#include "base/arena.h"
#include "base/backoff.h"
#include "state/audit.h"
#include "state/booking.h"
#include "state/outbox.h"

struct courier {
    struct agent *agent;
    struct smtp *smtp;
    int64_t troubles; /* how often in a row the server could not be used */
    int64_t not_before;
    char trouble[SMTP_TEXT_SIZE];
    void (*alive)(void *data, int64_t seconds);
    void *alive_data;
};

enum status courier_open(struct agent *agent, struct courier **ret_courier, struct error *error)
{
    struct smtp *smtp = NULL;
    enum status status = smtp_open(&agent->configuration->smtp, agent->configuration->helo, &smtp, error);
    if (status != STATUS_OK)
        return status;
    struct courier *courier = memory_allocate(sizeof *courier);
    *courier = (struct courier){.agent = agent, .smtp = smtp};
    *ret_courier = courier;
    return STATUS_OK;
}

void courier_close(struct courier **courier)
{
    if (*courier == NULL)
        return;
    smtp_close(&(*courier)->smtp);
    free(*courier);
    *courier = NULL;
}

const char *courier_trouble(const struct courier *courier)
{
    return courier->trouble;
}

void courier_on_letter(struct courier *courier, void (*alive)(void *data, int64_t seconds), void *data)
{
    courier->alive = alive;
    courier->alive_data = data;
}

/* --- what becomes of a letter --- */

/* Its people do not know what the letter says, so somebody at the desk must. The desk's own letters are in its folder,
 * and those about no booking answer a mail that is. */
static enum status tell_desk(struct courier *courier, const struct outbox_letter *letter, int64_t now,
                             struct error *error)
{
    struct agent *agent = courier->agent;
    struct arena arena = ARENA_INIT;
    struct booking booking;
    struct about about = {0};
    struct post post = {.agent = agent, .arena = &arena, .now = now, .occasion = -letter->id, .printed = BUFFER_INIT};
    struct post_handover handover = {.about = &about, .reason = REASON_BOUNCED, .unreached = letter->recipient};
    bool told;
    if (letter->booking_id == 0)
        return STATUS_OK;
    enum status status = booking_by_id(agent->database, letter->booking_id, &arena, &booking, error);
    if (status == STATUS_OK)
        status = about_load(agent, &booking, &arena, &about, error);
    if (status == STATUS_OK)
        status = post_to_desk(&post, &handover, &told, error);
    about_release(&about);
    post_release(&post);
    arena_clear(&arena);
    return status;
}

static enum status note_unreachable(struct courier *courier, const struct outbox_letter *letter, int64_t now,
                                    struct error *error)
{
    struct database *database = courier->agent->database;
    struct audit_entry entry = {.at = now,
                                .actor = "courier",
                                .action = "unreachable",
                                .booking_id = letter->booking_id,
                                .revision = letter->revision,
                                .ledger_id = letter->ledger_id};
    if (letter->contact_id == 0)
        return STATUS_OK;
    enum status status = contact_set_unreachable(database, letter->contact_id, error);
    return status == STATUS_OK ? audit_add(database, &entry, error) : status;
}

static enum status settle_failed(struct courier *courier, const struct outbox_letter *letter, bool address_refused,
                                 const char *why, struct error *error)
{
    struct database *database = courier->agent->database;
    int64_t now = clock_now(&courier->agent->clock);
    enum status status = transaction_begin(database, error);
    if (status != STATUS_OK)
        return status;
    status = outbox_fail(database, letter->id, now, why, error);
    if (status == STATUS_OK && address_refused)
        status = note_unreachable(courier, letter, now, error);
    if (status == STATUS_OK)
        status = tell_desk(courier, letter, now, error);
    return transaction_end(database, status, error);
}

static enum status settle_later(struct courier *courier, const struct outbox_letter *letter, const char *why,
                                struct error *error)
{
    struct agent *agent = courier->agent;
    int64_t next = clock_now(&agent->clock) +
                   backoff_seconds(letter->attempts, COURIER_BACKOFF_FIRST, COURIER_BACKOFF_MAX, &agent->randomness);
    if (next <= letter->queued_at + agent->configuration->give_up_after)
        return outbox_retry_at(agent->database, letter->id, next, why, error);
    struct buffer reason = BUFFER_INIT;
    buffer_printf(&reason, "given up after %" PRId64 " attempts; the last: %s", letter->attempts, why);
    enum status status = settle_failed(courier, letter, false, reason.data, error);
    buffer_release(&reason);
    return status;
}

/* The server cannot be used: the letter stays due, and the courier does not come before the back-off is over. */
static enum status settle_trouble(struct courier *courier, const struct outbox_letter *letter, const char *why,
                                  struct error *error)
{
    struct agent *agent = courier->agent;
    courier->troubles++;
    courier->not_before = clock_now(&agent->clock) + backoff_seconds(courier->troubles, COURIER_TROUBLE_FIRST,
                                                                     COURIER_TROUBLE_MAX, &agent->randomness);
    snprintf(courier->trouble, sizeof courier->trouble, "%s", why);
    if (clock_now(&agent->clock) > letter->queued_at + agent->configuration->give_up_after)
        return settle_later(courier, letter, why, error);
    return outbox_retry_at(agent->database, letter->id, courier->not_before, why, error);
}

static enum status settle(struct courier *courier, const struct outbox_letter *letter, const struct smtp_reply *reply,
                          struct error *error)
{
    struct agent *agent = courier->agent;
    if (reply->outcome != SMTP_TROUBLE) {
        courier->troubles = 0;
        courier->trouble[0] = '\0';
    }
    switch (reply->outcome) {
    case SMTP_ACCEPTED:
        return outbox_sent(agent->database, letter->id, clock_now(&agent->clock), error);
    case SMTP_LATER:
        return settle_later(courier, letter, reply->text, error);
    case SMTP_REFUSED:
        return settle_failed(courier, letter, false, reply->text, error);
    case SMTP_ADDRESS_REFUSED:
        return settle_failed(courier, letter, true, reply->text, error);
    case SMTP_TROUBLE:
        return settle_trouble(courier, letter, reply->text, error);
    }
    return error_set(error, STATUS_INTERNAL, "unknown outcome of a letter");
}

static void log_letter(const struct outbox_letter *letter, const struct smtp_reply *reply)
{
    if (reply->outcome == SMTP_TROUBLE)
        return; /* nothing of the letter; courier_trouble() tells */
    static const struct {
        const char *word;
        enum log_level level;
    } lines[] = {
        [SMTP_ACCEPTED] = {"sent", LOG_LEVEL_INFO},
        [SMTP_LATER] = {"later", LOG_LEVEL_NOTICE},
        [SMTP_REFUSED] = {"refused", LOG_LEVEL_WARNING},
        [SMTP_ADDRESS_REFUSED] = {"address-refused", LOG_LEVEL_WARNING},
    };
    log_line(lines[reply->outcome].level, "letter=%" PRId64 " kind=%s outcome=%s code=%d attempt=%" PRId64, letter->id,
             letter->kind, lines[reply->outcome].word, reply->code, letter->attempts);
}

/* One letter. STATUS_NOT_FOUND: none is due. */
static enum status send_one(struct courier *courier, int64_t *ret_next_due, size_t *sent, struct error *error)
{
    struct agent *agent = courier->agent;
    struct arena arena = ARENA_INIT;
    struct outbox_letter letter;
    int64_t lease = smtp_seconds_max(&agent->configuration->smtp) + COURIER_LEASE_EXTRA;
    if (courier->alive != NULL)
        courier->alive(courier->alive_data, lease);
    enum status status =
        outbox_claim(agent->database, clock_now(&agent->clock), lease, &arena, &letter, ret_next_due, error);
    if (status == STATUS_OK) {
        struct smtp_letter wire = {letter.sender, letter.recipient, letter.message, letter.message_length};
        struct smtp_reply reply;
        smtp_send(courier->smtp, &wire, &reply);
        status = settle(courier, &letter, &reply, error);
        log_letter(&letter, &reply);
        *sent += reply.outcome == SMTP_ACCEPTED ? 1 : 0;
        if (status == STATUS_NOT_FOUND) /* the row is gone: nothing is left to be noted */
            status = STATUS_OK;
    }
    arena_clear(&arena);
    return status;
}

enum status courier_run(struct courier *courier, const atomic_bool *stop, int64_t *ret_next_due, size_t *ret_sent,
                        struct error *error)
{
    const struct clock *clock = &courier->agent->clock;
    enum status status = STATUS_OK;
    struct error failure = {0};
    int64_t next_due = 0;
    size_t sent = 0;
    while (status == STATUS_OK && (stop == NULL || !atomic_load(stop)) && clock_now(clock) >= courier->not_before)
        status = send_one(courier, &next_due, &sent, &failure);
    *ret_sent = sent;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", failure.text);
    if (status == STATUS_OK || (next_due != 0 && next_due < courier->not_before))
        next_due = courier->not_before;
    *ret_next_due = next_due;
    return STATUS_OK;
}

enum status courier_probe(const struct configuration *configuration, struct error *error)
{
    struct smtp *smtp = NULL;
    enum status status = smtp_open(&configuration->smtp, configuration->helo, &smtp, error);
    if (status == STATUS_OK)
        status = smtp_probe(smtp, error);
    smtp_close(&smtp);
    return status;
}
