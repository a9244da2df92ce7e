#include <stdio.h>

#include "agent/command_booking.h"

struct options {
    bool no_letter;
};

static const struct command_option options[] = {OPTION_NO_LETTER(struct options), {.name = NULL}};

static enum status cancel(struct invocation *invocation, struct about *about, struct error *error)
{
    const struct options *given = invocation->options;
    struct booking_change change = {
        .action = "cancelled", .letter = LETTER_CANCELLED, .booking = &about->booking, .no_letter = given->no_letter};
    enum status status = command_booking_to_change(invocation, invocation->words[0], about, error);
    if (status == STATUS_OK)
        status = booking_cancel(invocation->agent.database, &about->booking, clock_now(&invocation->clock), error);
    return status == STATUS_OK ? command_record(invocation, &change, error) : status;
}

static enum status run(struct invocation *invocation, struct error *error)
{
    struct about about = {0};
    enum status status = transaction_begin(invocation->agent.database, error);
    if (status == STATUS_OK)
        status = transaction_end(invocation->agent.database, cancel(invocation, &about, error), error);
    if (status == STATUS_OK && invocation->global.json)
        status = command_show_booking(invocation, &about, error);
    else if (status == STATUS_OK)
        printf("%s is cancelled\n", about.booking.number);
    about_release(&about);
    return status;
}

const struct command command_cancel = {
    .name = "cancel",
    .summary = "Cancel an appointment",
    .words = "NUMBER",
    .words_min = 1,
    .words_max = 1,
    .options = options,
    .options_size = sizeof(struct options),
    .help = "Its people get a letter, and the time is free for others at once.\n"
            "\n"
            "  timepost cancel TP482173967\n",
    .opens = OPENS_TO_CHANGE,
    .run = run,
};
