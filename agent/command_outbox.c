#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/terminal.h"
#include "base/spelling.h"
#include "state/booking.h"
#include "state/outbox.h"

/* --- list --- */

enum { LIST_MAX = 1000000, ALL = -1 };

struct list_options {
    const char *status;
    int64_t limit;
};

static const struct command_option list_options[] = {
    {.name = "status",
     .value = "STATUS",
     .field = offsetof(struct list_options, status),
     .summary = "only letters that are queued, sending, sent, failed, dropped or printed"},
    {.name = "limit",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {1, LIST_MAX},
     .standard = "1000",
     .field = offsetof(struct list_options, limit),
     .summary = "no more than so many, the oldest"},
    {.name = NULL},
};

static enum status read_status(struct invocation *invocation, const char *text, int *ret_status, struct error *error)
{
    struct spelling_search search = spelling_search(text != NULL ? text : "");
    *ret_status = ALL;
    for (int status = OUTBOX_QUEUED; text != NULL && status <= OUTBOX_PRINTED; status++) {
        const char *name = outbox_status_name((enum outbox_status)status);
        if (strcmp(name, text) == 0)
            *ret_status = status;
        spelling_offer(&search, name);
    }
    if (text == NULL || *ret_status != ALL)
        return STATUS_OK;
    error_set(error, STATUS_INVALID,
              "--status %.40s: what is expected is queued, sending, sent, failed, dropped or "
              "printed%s%s%s",
              text, search.best != NULL ? "; did you mean “" : "", search.best != NULL ? search.best : "",
              search.best != NULL ? "”?" : "");
    return command_misused(invocation, error);
}

/* The number of the booking that a letter is about; NULL for none. */
static enum status find_number(struct invocation *invocation, const struct outbox_letter *letter,
                               const char **ret_number, struct error *error)
{
    struct booking booking = {0};
    enum status status = STATUS_OK;
    if (letter->booking_id != 0)
        status = booking_by_id(invocation->agent.database, letter->booking_id, &invocation->arena, &booking, error);
    *ret_number = booking.number;
    return status;
}

static const char *moment_or_null(struct invocation *invocation, int64_t time)
{
    return time != 0 ? command_moment(invocation, invocation->agent.zone, time) : NULL;
}

/* Without the Message-ID: it holds the token with which the booking can be changed. What a server said may be no
 * UTF-8. */
static json_t *letter_json(struct invocation *invocation, const struct outbox_letter *letter, const char *number)
{
    const char *said = letter->last_error != NULL ? terminal_text(&invocation->arena, letter->last_error) : NULL;
    return json_pack("{s:I, s:s, s:s, s:s?, s:I, s:s, s:I, s:s, s:s?, s:s?, s:s?}", "id", (json_int_t)letter->id,
                     "status", outbox_status_name(letter->status), "kind", letter->kind, "booking", number, "revision",
                     (json_int_t)letter->revision, "recipient", letter->recipient, "attempts",
                     (json_int_t)letter->attempts, "created",
                     command_moment(invocation, invocation->agent.zone, letter->created_at), "next_attempt",
                     moment_or_null(invocation, letter->next_attempt_at), "sent",
                     moment_or_null(invocation, letter->sent_at), "last_error", said);
}

static enum status print_json(struct invocation *invocation, const struct outbox_letter *letters, size_t count,
                              struct error *error)
{
    json_t *list = json_array();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *number;
        status = find_number(invocation, &letters[i], &number, error);
        if (status == STATUS_OK)
            json_array_append_new(list, letter_json(invocation, &letters[i], number));
    }
    if (status == STATUS_OK)
        return command_print_json(list, error);
    json_decref(list);
    return status;
}

static enum status print_table(struct invocation *invocation, const struct outbox_letter *letters, size_t count,
                               struct error *error)
{
    static const char *const heads[] = {"ID", "STATUS", "LETTER", "BOOKING", "TO", "WRITTEN", "ERROR"};
    struct table table;
    table_begin(&table, &invocation->arena, 7, heads);
    for (size_t i = 0; i < count; i++) {
        const struct outbox_letter *letter = &letters[i];
        const char *number;
        enum status status = find_number(invocation, letter, &number, error);
        if (status != STATUS_OK)
            return status;
        struct civil civil = zone_civil(invocation->agent.zone, letter->created_at);
        table_row(&table, (const char *[]){arena_printf(&invocation->arena, "%" PRId64, letter->id),
                                           outbox_status_name(letter->status), letter->kind, number, letter->recipient,
                                           arena_printf(&invocation->arena, "%04d-%02d-%02d %02d:%02d", civil.year,
                                                        civil.month, civil.day, civil.hour, civil.minute),
                                           letter->last_error});
    }
    table_print(&table, stdout);
    return STATUS_OK;
}

static enum status list(struct invocation *invocation, struct error *error)
{
    const struct list_options *given = invocation->options;
    const struct outbox_letter *letters;
    size_t count, limit = (size_t)given->limit;
    int wanted;
    enum status status = read_status(invocation, given->status, &wanted, error);
    if (status == STATUS_OK) /* one more shows whether there are more */
        status =
            outbox_list(invocation->agent.database, wanted, limit + 1, &invocation->arena, &letters, &count, error);
    if (status != STATUS_OK)
        return status;
    bool more = count > limit;
    if (more)
        count = limit;
    if (invocation->global.json)
        status = print_json(invocation, letters, count, error);
    else if (count == 0)
        command_note("there is no letter%s%s", given->status != NULL ? " that is " : "",
                     given->status != NULL ? given->status : "");
    else
        status = print_table(invocation, letters, count, error);
    if (status == STATUS_OK && more)
        command_note("there are more letters than these %zu; --limit shows more", count);
    return status;
}

const struct command command_outbox_list = {
    .name = "outbox list",
    .summary = "List letters: waiting, sent, failed",
    .options = list_options,
    .options_size = sizeof(struct list_options),
    .help = "The oldest first, without their texts.\n"
            "\n"
            "  timepost outbox list --status failed\n",
    .opens = OPENS_TO_LOOK,
    .run = list,
};

/* --- retry and drop --- */

static enum status read_id(struct invocation *invocation, const char *word, int64_t *ret_id, struct error *error)
{
    const struct value_range range = {1, INT64_MAX};
    const char *right = value_read(VALUE_NUMBER, &range, word, ret_id, &invocation->arena);
    if (right == NULL)
        return STATUS_OK;
    error_set(error, STATUS_INVALID, "“%.40s” is no letter: what is expected is an ID of “timepost outbox list”", word);
    return command_misused(invocation, error);
}

/* Does it to all of the letters that are named, or to none. */
static enum status change_all(struct invocation *invocation,
                              enum status (*change)(struct database *, int64_t, int64_t, struct error *),
                              struct error *error)
{
    enum status status = transaction_begin(invocation->agent.database, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < invocation->word_count && status == STATUS_OK; i++) {
        int64_t id;
        status = read_id(invocation, invocation->words[i], &id, error);
        if (status == STATUS_OK)
            status = change(invocation->agent.database, id, clock_now(&invocation->clock), error);
    }
    return transaction_end(invocation->agent.database, status, error);
}

static enum status retry(struct invocation *invocation, struct error *error)
{
    return change_all(invocation, outbox_requeue, error);
}

const struct command command_outbox_retry = {
    .name = "outbox retry",
    .summary = "Make letters due now that wait or have failed",
    .words = "ID…",
    .words_min = 1,
    .words_max = SIZE_MAX,
    .help = "“timepost outbox list” shows the IDs. The next courier sends them: “serve”.\n"
            "\n"
            "  timepost outbox retry 17 18\n",
    .opens = OPENS_TO_CHANGE,
    .run = retry,
};

static enum status drop(struct invocation *invocation, struct error *error)
{
    return change_all(invocation, outbox_drop, error);
}

const struct command command_outbox_drop = {
    .name = "outbox drop",
    .summary = "Let letters go that were not sent yet",
    .words = "ID…",
    .words_min = 1,
    .words_max = SIZE_MAX,
    .help = "The letters stay in the list as dropped, and nobody gets them.\n"
            "\n"
            "  timepost outbox drop 17\n",
    .opens = OPENS_TO_CHANGE,
    .run = drop,
};
