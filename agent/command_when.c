#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "parsers/when.h"

enum { LINES_MAX = 16 * 1024 * 1024 }; /* bytes of standard input that are read */

struct options {
    const char *language;
};

static const struct command_option options[] = {
    {.name = "language",
     .value = "CODE",
     .field = offsetof(struct options, language),
     .summary = "the language of the expressions, such as nb; else it is told by their words"},
    {.name = NULL},
};

struct reader {
    struct when_context context;
    const char *language;
    struct invocation *invocation;
};

/* A time of day alone is the next one there is. */
static void put_on_day(const struct when_context *context, struct when *when)
{
    for (int day = 0; !when->dated && day < 2; day++) {
        struct when joined, start = {.possible = true, .certain = true, .dated = true, .from_minute = -1};
        start.span = (struct time_span){zone_day_start(context->zone, context->now, day),
                                        zone_day_start(context->zone, context->now, day + 1), GRAIN_DAY, STANCE_WANT};
        if (when_join(context, &start, when, &joined) && joined.span.end > context->now)
            *when = joined;
    }
}

/* The first time in the expression, or an empty line. */
static void print_time(const struct reader *reader, const char *text, size_t length)
{
    struct arena arena = ARENA_INIT;
    struct words words;
    struct when *whens = arena_array(&arena, WHEN_MAX, sizeof *whens);
    words_read(reader->context.set, text, length, reader->language, &arena, &words);
    size_t count = when_find(&reader->context, &words, whens);
    for (size_t i = 0; i < count; i++) {
        put_on_day(&reader->context, &whens[i]);
        if (!whens[i].possible || !whens[i].dated)
            continue;
        printf("%s\t%s\t%s", command_moment(reader->invocation, reader->context.zone, whens[i].span.start),
               command_moment(reader->invocation, reader->context.zone, whens[i].span.end),
               grain_name(whens[i].span.grain));
        break;
    }
    putchar('\n');
    arena_clear(&arena);
}

static enum status print_lines(const struct reader *reader, struct error *error)
{
    struct buffer lines = BUFFER_INIT;
    bool whole;
    enum status status = command_read_file(NULL, LINES_MAX, &lines, &whole, error);
    for (const char *at = lines.data; status == STATUS_OK && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        print_time(reader, at, length);
        at += length + (at[length] == '\n');
    }
    if (status == STATUS_OK && !whole)
        status = error_set(error, STATUS_INVALID, "only the first %d bytes of standard input were read", LINES_MAX);
    buffer_release(&lines);
    return status;
}

static enum status check_language(const struct reader *reader, struct error *error)
{
    unsigned language;
    if (reader->language == NULL || lexicon_language(reader->context.set, reader->language, &language))
        return STATUS_OK;
    struct buffer known = BUFFER_INIT;
    for (unsigned i = 0; i < lexicon_language_count(reader->context.set); i++)
        buffer_printf(&known, " %s", lexicon_code(reader->context.set, i));
    error_set(error, STATUS_INVALID, "--language: “%.20s” is unknown; there are:%s", reader->language, known.data);
    buffer_release(&known);
    return command_misused(reader->invocation, error);
}

static enum status run(struct invocation *invocation, struct error *error)
{
    const struct options *given = invocation->options;
    struct reader reader = {.language = given->language, .invocation = invocation};
    struct lexicon_set *set = NULL;
    struct when_grammar *grammar = NULL;
    enum status status = zone_open(invocation->configuration.zone, &reader.context.zone, error);
    if (status == STATUS_OK)
        status = lexicon_load(embedded_lexicons, "parsers/lexicon", &set, error);
    if (status == STATUS_OK)
        status = when_grammar_new(&grammar, error);
    reader.context.set = set;
    reader.context.grammar = grammar;
    reader.context.now = clock_now(&invocation->clock);
    if (status == STATUS_OK)
        status = check_language(&reader, error);
    for (size_t i = 0; status == STATUS_OK && i < invocation->word_count; i++)
        print_time(&reader, invocation->words[i], strlen(invocation->words[i]));
    if (status == STATUS_OK && invocation->word_count == 0)
        status = print_lines(&reader, error);
    when_grammar_free(&grammar);
    lexicon_free(&set);
    zone_close(&reader.context.zone);
    return status;
}

const struct command command_when = {
    .name = "when",
    .summary = "Print what times words mean",
    .words = "[EXPRESSION…]",
    .words_max = SIZE_MAX,
    .options = options,
    .options_size = sizeof(struct options),
    .help = "For each expression, or each line of standard input, a line with start, end and\n"
            "grain (minute, hour, part, day, week or month), parted by tabs; an empty line\n"
            "where there is no time in it. Of several times it is the first. --now is the\n"
            "time they are counted from.\n"
            "\n"
            "  timepost when --now 2024-06-05T09:00 'fredag halv tre' 'uke 25'\n",
    .opens = OPENS_CONFIGURATION,
    .run = run,
};
