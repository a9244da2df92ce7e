#include <stdio.h>

#include "agent/command.h"
#include "agent/explain.h"
#include "parsers/parser.h"

enum { EXIT_UNREADABLE = 1 };

struct options {
    bool text;
    bool pretty;
    bool explain;
};

static const struct command_option options[] = {
    {.name = "text",
     .field = offsetof(struct options, text),
     .summary = "the input is the bare text of a mail, in UTF-8"},
    {.name = "pretty", .field = offsetof(struct options, pretty), .summary = "over several lines, for people"},
    {.name = "explain",
     .field = offsetof(struct options, explain),
     .summary = "instead of JSON, what was taken for what, and why, for people"},
    {.name = NULL},
};

static void print(const struct options *given, struct parser *parser, const struct reading *reading,
                  const struct explanation *explanation)
{
    struct buffer out = BUFFER_INIT;
    if (given->explain) {
        explain_print(reading, explanation, explain_wants_colour(), stdout);
    } else {
        reading_json(parser, reading, given->pretty, &out);
        puts(out.data);
    }
    buffer_release(&out);
}

static void parse(struct invocation *invocation, struct parser *parser, const struct buffer *message)
{
    const struct options *given = invocation->options;
    struct arena arena = ARENA_INIT;
    struct reading reading = {0};
    struct parser_time time = {.now = invocation->global.now != NULL ? invocation->now : 0,
                               .clock_now = clock_now(&invocation->clock)};
    struct explanation *explanation = given->explain ? arena_alloc(&arena, sizeof *explanation) : NULL;
    if (given->text)
        parser_explain_text(parser, message->data, message->length, time, &arena, &reading, explanation);
    else
        parser_explain(parser, message->data, message->length, time, &arena, &reading, explanation);
    print(given, parser, &reading, explanation);
    arena_clear(&arena);
}

/* A file that cannot be read is told of, and the others are parsed nevertheless. */
static void parse_file(struct invocation *invocation, struct parser *parser, const char *path)
{
    struct buffer message = BUFFER_INIT;
    struct error error;
    bool whole;
    /* One byte more than is read shows the parser that there is more. */
    if (command_read_file(path, PARSER_MESSAGE_MAX + 1, &message, &whole, &error) == STATUS_OK) {
        parse(invocation, parser, &message);
    } else {
        command_fail(&error);
        invocation->exit_status = EXIT_UNREADABLE;
    }
    buffer_release(&message);
}

static enum status run(struct invocation *invocation, struct error *error)
{
    struct parser *parser = NULL;
    enum status status = agent_open_parser(&invocation->configuration, &parser, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < invocation->word_count; i++)
        parse_file(invocation, parser, invocation->words[i]);
    if (invocation->word_count == 0)
        parse_file(invocation, parser, NULL);
    parser_free(&parser);
    return STATUS_OK;
}

const struct command command_parse = {
    .name = "parse",
    .summary = "Print what a mail is understood to mean, as JSON",
    .words = "[FILE…]",
    .words_max = SIZE_MAX,
    .options = options,
    .options_size = sizeof(struct options),
    .help = "One JSON object a line for each file, or for standard input. Touches no database\n"
            "and no network. Whatever the input, an object comes out; exit status 1 means\n"
            "that a file could not be read.\n"
            "\n"
            "--now is the time that “tomorrow” is counted from; without it, the time at which\n"
            "the mail says it was written, if that is believable, else the clock.\n"
            "\n"
            "--explain shows each line with what it was taken for, each clause with the\n"
            "phrases of the lexicon that stand in it, each time with its value, and the rule\n"
            "that decided; in colour at a terminal, unless NO_COLOR is set.\n"
            "\n"
            "  timepost parse mail.eml\n"
            "  echo 'Kan jeg komme onsdag kl. 10?' | timepost parse --text --explain\n",
    .opens = OPENS_CONFIGURATION,
    .run = run,
};
