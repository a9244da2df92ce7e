#include "agent/command_booking.h"

static enum status run(struct invocation *invocation, struct error *error)
{
    struct about about = {0};
    enum status status = command_booking(invocation, invocation->words[0], &about, error);
    if (status == STATUS_OK)
        status = command_show_booking(invocation, &about, error);
    about_release(&about);
    return status;
}

const struct command command_show = {
    .name = "show",
    .summary = "Show an appointment and its people",
    .words = "NUMBER",
    .words_min = 1,
    .words_max = 1,
    .help = "Times are those of the office's clocks. With --json: number, status, start, end,\n"
            "office, service, counter, name, revision, origin and contacts.\n"
            "\n"
            "  timepost show TP482173967 --json\n",
    .opens = OPENS_TO_LOOK,
    .run = run,
};
