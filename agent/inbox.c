#include "agent/inbox.h"

#include <inttypes.h>
#include <string.h>

#include "agent/handle.h"
#include "agent/log.h"
#include "agent/server_access.h"

enum { HANDLE_SECONDS_MAX = 120 };

/* --- mails that cannot be fetched --- */

static struct stumble *find_stumble(struct inbox *inbox, int64_t uid)
{
    for (size_t i = 0; i < INBOX_STUMBLES_MAX; i++)
        if (inbox->stumbles[i].uid == uid)
            return &inbox->stumbles[i];
    return NULL;
}

static void note_stumble(struct inbox *inbox, int64_t uid)
{
    struct stumble *stumble = find_stumble(inbox, uid);
    if (stumble == NULL) {
        stumble = &inbox->stumbles[inbox->next_stumble];
        inbox->next_stumble = (inbox->next_stumble + 1) % INBOX_STUMBLES_MAX;
        *stumble = (struct stumble){.uid = uid};
    }
    stumble->failures++;
}

/* What stands for a mail that the server will not hand out, so that the desk learns of it. Its text
 * differs from mail to mail, for the ledger tells mails apart by their digest. */
static void stand_in(const struct inbox *inbox, int64_t uid, struct arena *arena, struct mailbox_message *ret_message)
{
    ret_message->bytes = arena_printf(arena, "X-Timepost-Unreadable: %s/%" PRId64 "/%" PRId64 "\r\n\r\n",
                                      inbox->configuration->name, inbox->uidvalidity, uid);
    ret_message->length = strlen(ret_message->bytes);
    ret_message->abridged = true;
}

static enum status fetch(struct inbox *inbox, struct mailbox *mailbox, struct mailbox_item item, struct arena *arena,
                         struct mailbox_message *ret_message, struct error *error)
{
    const struct stumble *stumble = find_stumble(inbox, item.uid);
    int failures = stumble != NULL ? stumble->failures : 0;
    if (failures >= INBOX_FETCHES_MAX) {
        stand_in(inbox, item.uid, arena, ret_message);
        return STATUS_OK;
    }
    item.beginning_only = failures >= INBOX_FETCHES_WHOLE;
    enum status status = mailbox_fetch(mailbox, &item, arena, ret_message, error);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        note_stumble(inbox, item.uid);
    return status;
}

/* --- one mail --- */

static void log_handled(const struct inbox *inbox, int64_t uid, const struct handle_result *result,
                        int64_t milliseconds)
{
    log_line(LOG_LEVEL_INFO,
             "mailbox=%s uid=%" PRId64 " outcome=%s reason=%s booking=%s letters=%zu folder=%s%s ms=%" PRId64,
             inbox->configuration->name, uid, result->outcome[0] != '\0' ? result->outcome : "-",
             result->reason[0] != '\0' ? result->reason : "-",
             result->booking_number[0] != '\0' ? result->booking_number : "-", result->letters,
             disposition_name(result->disposition), result->again ? " again=yes" : "", milliseconds);
}

/* What is said of servers and of our own defects is logged; an error about the mail might quote it. */
static void log_failed(const struct inbox *inbox, int64_t uid, const char *step, const struct error *error)
{
    bool about_mail = error->status == STATUS_INVALID || error->status == STATUS_CONFLICT;
    log_line(LOG_LEVEL_WARNING, "mailbox=%s uid=%" PRId64 " outcome=failed step=%s error=\"%s\"",
             inbox->configuration->name, uid, step, about_mail ? status_name(error->status) : error->text);
}

static enum status handle_item(struct inbox *inbox, struct mailbox *mailbox, const struct mailbox_item *item,
                               struct arena *arena, struct error *error)
{
    struct mailbox_message message = {0};
    int64_t began = monotonic_milliseconds();
    enum status status = fetch(inbox, mailbox, *item, arena, &message, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* somebody has moved it */
    if (status != STATUS_OK) {
        log_failed(inbox, item->uid, "fetch", error);
        return mailbox_is_broken(mailbox) ? status : STATUS_OK;
    }

    struct arrival_key key = {inbox->configuration->name, inbox->uidvalidity, item->uid};
    struct handle_input input = {
        .bytes = message.bytes, .length = message.length, .abridged = message.abridged, .arrival = &key};
    struct handle_result result = {0};
    if (inbox->alive != NULL)
        inbox->alive(inbox->data, HANDLE_SECONDS_MAX);
    status = handle_message(inbox->agent, &input, &result, error);
    if (status != STATUS_OK) {
        log_failed(inbox, item->uid, "handle", error);
        return handle_failed_everywhere(status) ? status : STATUS_OK;
    }
    inbox->handled++;
    if (result.letters > 0 && inbox->letters != NULL)
        inbox->letters(inbox->data, result.letters);
    log_handled(inbox, item->uid, &result, monotonic_milliseconds() - began);

    status = mailbox_file(mailbox, item->uid, result.disposition, error);
    if (status != STATUS_OK) {
        log_failed(inbox, item->uid, "move", error);
        return mailbox_is_broken(mailbox) ? status : STATUS_OK;
    }
    return arrival_filed(inbox->agent->database, result.arrival_id, clock_now(&inbox->agent->clock), error);
}

/* --- all of them --- */

static bool stopping(const struct inbox *inbox)
{
    return inbox->stop != NULL && atomic_load(inbox->stop);
}

enum status inbox_work_off(struct inbox *inbox, struct mailbox *mailbox, struct error *error)
{
    if (inbox->uidvalidity != mailbox_uidvalidity(mailbox)) {
        memset(inbox->stumbles, 0, sizeof inbox->stumbles);
        inbox->uidvalidity = mailbox_uidvalidity(mailbox);
    }
    struct arena list = ARENA_INIT, arena = ARENA_INIT;
    enum status status = STATUS_OK;
    int64_t after = 0;
    size_t count;
    do {
        const struct mailbox_item *items = NULL;
        count = 0;
        status = mailbox_list(mailbox, after, INBOX_PAGE, &list, &items, &count, error);
        for (size_t i = 0; status == STATUS_OK && i < count && !stopping(inbox); i++) {
            status = handle_item(inbox, mailbox, &items[i], &arena, error);
            after = items[i].uid;
            arena_clear(&arena);
        }
        arena_clear(&list);
    } while (status == STATUS_OK && count > 0 && !stopping(inbox));
    arena_clear(&arena);
    return status;
}
