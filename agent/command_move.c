#include <stdio.h>

#include "agent/command_booking.h"

struct options {
    const char *at;
    bool anyway;
    bool no_letter;
};

static const struct command_option options[] = {
    {.name = "at",
     .value = "TIME",
     .field = offsetof(struct options, at),
     .required = true,
     .summary = "when it is to begin instead, by the office's clocks"},
    OPTION_ANYWAY(struct options),
    OPTION_NO_LETTER(struct options),
    {.name = NULL},
};

static enum status move(struct invocation *invocation, struct about *about, struct error *error)
{
    const struct options *given = invocation->options;
    int64_t start;
    enum status status = command_booking_to_change(invocation, invocation->words[0], about, error);
    if (status == STATUS_OK)
        status = command_time(invocation, "--at", given->at, about->zone, &start, error);
    if (status == STATUS_OK && !given->anyway)
        status = command_check_window(invocation, &about->service, about->zone, start, error);
    if (status != STATUS_OK)
        return status;
    struct booking former = about->booking;
    status = booking_move(invocation->agent.database, &about->booking, &about->office, &about->service, start,
                          clock_now(&invocation->clock), error);
    if (status != STATUS_OK)
        return command_hint_free(error);
    struct booking_change change = {
        .action = "moved",
        .detail =
            arena_printf(&invocation->arena, "from=%s to=%s", command_moment(invocation, about->zone, former.start),
                         command_moment(invocation, about->zone, about->booking.start)),
        .letter = LETTER_MOVED,
        .former = &former,
        .booking = &about->booking,
        .no_letter = given->no_letter,
    };
    return command_record(invocation, &change, error);
}

static enum status run(struct invocation *invocation, struct error *error)
{
    struct about about = {0};
    enum status status = transaction_begin(invocation->agent.database, error);
    if (status == STATUS_OK)
        status = transaction_end(invocation->agent.database, move(invocation, &about, error), error);
    if (status == STATUS_OK && invocation->global.json)
        status = command_show_booking(invocation, &about, error);
    else if (status == STATUS_OK)
        printf("%s is moved to %s\n", about.booking.number,
               command_moment_for_people(invocation, about.zone, about.booking.start));
    about_release(&about);
    return status;
}

const struct command command_move = {
    .name = "move",
    .summary = "Move an appointment to another time",
    .words = "NUMBER",
    .words_min = 1,
    .words_max = 1,
    .options = options,
    .options_size = sizeof(struct options),
    .help = "Office and service stay as they are. If the time cannot be had, nothing changes;\n"
            "“timepost free” lists times that can. Its people get a letter.\n"
            "\n"
            "  timepost move TP482173967 --at 2024-06-12T10:20\n",
    .opens = OPENS_TO_CHANGE,
    .run = run,
};
