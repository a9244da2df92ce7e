#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "agent/command.h"
#include "agent/handle.h"
#include "parsers/parser.h"

struct options {
    bool print;
};

static const struct command_option options[] = {
    {.name = "print",
     .field = offsetof(struct options, print),
     .summary = "print the answers as RFC 5322 messages instead of sending them"},
    {.name = NULL},
};

static enum status print_result(struct invocation *invocation, const struct handle_result *result, struct error *error)
{
    const char *number = result->booking_number[0] != '\0' ? result->booking_number : NULL;
    if (invocation->global.json)
        return command_print_json(json_pack("{s:s, s:s, s:s?, s:s, s:I, s:b}", "outcome", result->outcome, "reason",
                                            result->reason, "booking", number, "disposition",
                                            disposition_name(result->disposition), "letters",
                                            (json_int_t)result->letters, "again", result->again),
                                  error);
    if (result->again)
        printf("This mail was handled before: nothing was done now.\n");
    else
        printf("outcome=%s reason=%s%s%s folder=%s letters=%zu\n", result->outcome, result->reason,
               number != NULL ? " booking=" : "", number != NULL ? number : "", disposition_name(result->disposition),
               result->letters);
    return STATUS_OK;
}

/* A mail server that pipes mails to this command keeps the mail for later then. Any other failure would make it return
 * the mail to its writer, with our words about our own trouble, and nobody here would know of it. */
static bool is_piped(const struct invocation *invocation)
{
    return invocation->word_count == 0;
}

static enum status handle(struct invocation *invocation, const struct handle_input *input, struct error *error)
{
    struct handle_result result = {0};
    enum status status = handle_message(&invocation->agent, input, &result, error);
    if (status == STATUS_IO || status == STATUS_UNAVAILABLE || is_piped(invocation))
        invocation->exit_status = status != STATUS_OK ? EX_TEMPFAIL : EX_OK;
    if (status != STATUS_OK || input->print == NULL)
        return status == STATUS_OK ? print_result(invocation, &result, error) : status;
    fwrite(input->print->data, 1, input->print->length, stdout);
    if (result.again)
        command_note("this mail was handled before: nothing was done now");
    return STATUS_OK;
}

static enum status check(struct invocation *invocation, struct error *error)
{
    const struct options *given = invocation->options;
    enum status status = letter_check_desk(&invocation->configuration, error);
    if (status != STATUS_OK)
        invocation->exit_status = is_piped(invocation) ? EX_TEMPFAIL : EX_CONFIG;
    if (status == STATUS_OK && given->print && invocation->global.json) {
        error_set(error, STATUS_INVALID, "--print prints messages and --json prints what was done: one of them only");
        status = command_misused(invocation, error);
    }
    return status;
}

static enum status run(struct invocation *invocation, struct error *error)
{
    const struct options *given = invocation->options;
    struct buffer message = BUFFER_INIT, answers = BUFFER_INIT;
    bool whole = true;
    enum status status = check(invocation, error);
    if (status == STATUS_OK) {
        status = command_read_file(invocation->word_count > 0 ? invocation->words[0] : NULL, PARSER_MESSAGE_MAX,
                                   &message, &whole, error);
        if (status == STATUS_NOT_FOUND)
            invocation->exit_status = EX_NOINPUT;
    }
    if (status == STATUS_OK && message.length == 0)
        status = error_set(error, STATUS_INVALID, "there is no message to handle: the input is empty");
    struct handle_input input = {
        .bytes = message.data, .length = message.length, .abridged = !whole, .print = given->print ? &answers : NULL};
    if (status == STATUS_OK)
        status = handle(invocation, &input, error);
    buffer_release(&answers);
    buffer_release(&message);
    return status;
}

const struct command command_handle = {
    .name = "handle",
    .summary = "Handle one mail from a file or a pipe",
    .words = "[FILE]",
    .words_max = 1,
    .options = options,
    .options_size = sizeof(struct options),
    .help = "Does all that “serve” does for a mail of a mailbox: changes the calendar, writes\n"
            "the answers, and knows the mail if it comes again. “serve” sends the answers.\n"
            "Fit to be called by a mail server: exit status 75 asks it to try again later,\n"
            "also where nobody at the desk could be told of a mail that a person must see.\n"
            "\n"
            "With --print the answers go to standard output and nobody gets them; the\n"
            "calendar is changed all the same.\n"
            "\n"
            "  timepost handle < mail.eml\n"
            "  timepost --db copy.db --now 2024-06-01T09:00:00+02:00 handle --print mail.eml\n",
    .opens = OPENS_TO_CREATE,
    .takes_mail = true,
    .run = run,
};
