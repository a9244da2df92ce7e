#include "agent/command_line.h"

#include <string.h>

#include "agent/terminal.h"
#include "base/spelling.h"

enum { OPTIONS_MAX = 64, HELP_COLUMN = 26, HELP_WIDTH = 79, QUOTED_MAX = 60 };

#define GLOBAL(member) .field = offsetof(struct global_options, member)

const struct command_option global_options[] = {
    {.name = "config",
     .value = "FILE",
     GLOBAL(configuration_path),
     .summary = "read this configuration instead of " CONFIGURATION_PATH},
    {.name = "db",
     .value = "FILE",
     GLOBAL(database_path),
     .summary = "use this database instead of the configured one"},
    {.name = "now",
     .value = "TIME",
     GLOBAL(now),
     .summary = "do everything as if it were TIME "
                "(2024-06-01T09:00:00+02:00)"},
    {.name = "json", GLOBAL(json), .summary = "print what is listed or shown as JSON"},
    {.name = "help", GLOBAL(help), .summary = "show help and end"},
    {.name = "version", GLOBAL(version), .summary = "show the version and end"},
    {.name = NULL},
};

static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0';
}

/* --- one option --- */

/* The tables an option is looked for in, each with the struct that it fills. */
struct target {
    const struct command_option *options; /* NULL: none */
    void *fields;
    bool *given; /* one for each row; NULL: the last one given counts */
};

struct reader {
    struct command_line *line;
    const struct command *command; /* NULL: before its name */
    struct target targets[2];
    struct arena *arena;
    struct error *error;
};

static const char *quote(const struct reader *reader, const char *text)
{
    return terminal_text(reader->arena, arena_printf(reader->arena, "%.*s", QUOTED_MAX, text));
}

static const char *see_help(const struct reader *reader)
{
    if (reader->command == NULL)
        return "timepost --help";
    return arena_printf(reader->arena, "timepost %s --help", reader->command->name);
}

static enum status unknown_option(const struct reader *reader, const char *name)
{
    struct spelling_search search = spelling_search(name + strspn(name, "-"));
    for (size_t i = 0; i < sizeof reader->targets / sizeof reader->targets[0]; i++)
        for (const struct command_option *option = reader->targets[i].options; option != NULL && option->name != NULL;
             option++)
            spelling_offer(&search, option->name);
    const char *who = reader->command != NULL ? arena_printf(reader->arena, "%s has no option", reader->command->name)
                                              : "before the name of a command there is no option";
    if (search.best != NULL)
        return error_set(reader->error, STATUS_INVALID, "%s %s; did you mean --%s? (%s)", who, quote(reader, name),
                         search.best, see_help(reader));
    return error_set(reader->error, STATUS_INVALID, "%s %s (%s lists what there is)", who, quote(reader, name),
                     see_help(reader));
}

static const struct command_option *find_option(const struct reader *reader, const char *name, size_t length,
                                                struct target *ret_target)
{
    for (size_t i = 0; i < sizeof reader->targets / sizeof reader->targets[0]; i++) {
        const struct command_option *option = reader->targets[i].options;
        for (; option != NULL && option->name != NULL; option++) {
            if (strlen(option->name) == length && strncmp(option->name, name, length) == 0) {
                *ret_target = reader->targets[i];
                return option;
            }
        }
    }
    return NULL;
}

static void append(struct arena *arena, struct option_list *list, const char *item)
{
    const char **items = arena_array(arena, list->count + 1, sizeof *items);
    if (list->count > 0)
        memcpy(items, list->items, list->count * sizeof *items);
    items[list->count++] = item;
    list->items = items;
}

/* Puts a value into its field, if it is one that the field may have. */
static enum status set_value(const struct reader *reader, const struct command_option *option, const char *value,
                             void *fields)
{
    void *field = (char *)fields + option->field;
    if (*value == '\0')
        return error_set(reader->error, STATUS_INVALID, "--%s is empty; what it needs is %s", option->name,
                         option->value);
    if (!terminal_text_is_plain(value))
        return error_set(reader->error, STATUS_INVALID,
                         "--%s: “%s” has control characters or bytes that are no UTF-8; one line of text is expected",
                         option->name, quote(reader, value));
    if (option->many) {
        append(reader->arena, field, value);
        return STATUS_OK;
    }
    const char *right = value_read(option->type, &option->range, value, field, reader->arena);
    if (right != NULL)
        return error_set(reader->error, STATUS_INVALID, "--%s %s: what is expected is %s", option->name,
                         quote(reader, value), right);
    return STATUS_OK;
}

/* The value after "=" or the next argument; NULL where there is none. */
static const char *take_value(struct command_line *line, const char *equals)
{
    if (equals != NULL)
        return equals + 1;
    if (line->next == line->count || strncmp(line->arguments[line->next], "--", 2) == 0)
        return NULL;
    return line->arguments[line->next++];
}

static enum status read_option(const struct reader *reader)
{
    const char *argument = reader->line->arguments[reader->line->next++];
    const char *text = strcmp(argument, "-h") == 0 ? "--help" : argument;
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : strlen(text);
    struct target target = {0};
    const struct command_option *option = NULL;
    if (strncmp(text, "--", 2) == 0)
        option = find_option(reader, text + 2, length - 2, &target);
    if (option == NULL)
        return unknown_option(reader, arena_strndup(reader->arena, text, length));
    if (target.given != NULL) {
        bool *given = &target.given[option - target.options];
        if (*given && !option->many)
            return error_set(reader->error, STATUS_INVALID, "--%s is given twice", option->name);
        *given = true;
    }
    if (option->value == NULL && equals != NULL)
        return error_set(reader->error, STATUS_INVALID, "--%s takes no value", option->name);
    if (option->value == NULL) {
        *(bool *)((char *)target.fields + option->field) = true;
        return STATUS_OK;
    }
    const char *value = take_value(reader->line, equals);
    if (value == NULL)
        return error_set(reader->error, STATUS_INVALID, "--%s needs a value: --%s %s", option->name, option->name,
                         option->value);
    return set_value(reader, option, value, target.fields);
}

/* --- the whole line --- */

const char *command_line_next_word(struct command_line *line, struct global_options *global, struct arena *arena,
                                   enum status *ret_status, struct error *error)
{
    struct reader reader = {
        .line = line, .targets = {{.options = global_options, .fields = global}}, .arena = arena, .error = error};
    *ret_status = STATUS_OK;
    while (line->next < line->count && *ret_status == STATUS_OK) {
        if (!is_option(line->arguments[line->next]))
            return line->arguments[line->next];
        *ret_status = read_option(&reader);
    }
    return NULL;
}

static enum status set_defaults(const struct reader *reader, const struct target *target)
{
    enum status status = STATUS_OK;
    for (const struct command_option *option = target->options;
         option != NULL && option->name != NULL && status == STATUS_OK; option++)
        if (option->standard != NULL)
            status = set_value(reader, option, option->standard, target->fields);
    return status;
}

static enum status check_required(const struct reader *reader, const struct target *target)
{
    for (const struct command_option *option = target->options; option != NULL && option->name != NULL; option++)
        if (option->required && !target->given[option - target->options])
            return error_set(reader->error, STATUS_INVALID, "%s needs --%s %s (%s)", reader->command->name,
                             option->name, option->value, see_help(reader));
    return STATUS_OK;
}

static enum status check_words(const struct reader *reader, const struct invocation *invocation)
{
    const struct command *command = reader->command;
    if (invocation->word_count < command->words_min)
        return error_set(reader->error, STATUS_INVALID, "%s needs %s (%s)", command->name, command->words,
                         see_help(reader));
    if (invocation->word_count <= command->words_max)
        return STATUS_OK;
    const char *surplus = quote(reader, invocation->words[command->words_max]);
    if (command->words_max == 0)
        return error_set(reader->error, STATUS_INVALID, "%s takes options only, but “%s” is none (%s)", command->name,
                         surplus, see_help(reader));
    return error_set(reader->error, STATUS_INVALID, "“%s” is more than %s takes: %s (%s)", surplus, command->name,
                     command->words, see_help(reader));
}

enum status command_line_read(struct command_line *line, struct invocation *invocation, struct error *error)
{
    const struct command *command = invocation->command;
    struct arena *arena = &invocation->arena;
    bool given[OPTIONS_MAX] = {false};
    void *options = arena_alloc(arena, command->options_size);
    const char **words = arena_array(arena, (size_t)(line->count - line->next), sizeof *words);
    invocation->options = options;
    invocation->words = words;
    struct reader reader = {
        .line = line,
        .command = command,
        .targets = {{.options = command->options, .fields = options, .given = given},
                    {.options = global_options, .fields = &invocation->global}},
        .arena = arena,
        .error = error,
    };
    enum status status = set_defaults(&reader, &reader.targets[0]);
    while (line->next < line->count && status == STATUS_OK && !invocation->global.help) {
        const char *argument = line->arguments[line->next];
        if (line->words_only || !is_option(argument)) {
            words[invocation->word_count++] = argument;
            line->next++;
        } else if (strcmp(argument, "--") == 0) {
            line->words_only = true;
            line->next++;
        } else {
            status = read_option(&reader);
        }
    }
    if (invocation->global.help)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = check_words(&reader, invocation);
    return status == STATUS_OK ? check_required(&reader, &reader.targets[0]) : status;
}

/* --- help --- */

/* Adds `text` in lines that begin in the column of explanations. `column`: where the line is now. */
static void append_wrapped(struct buffer *out, const char *text, size_t column)
{
    while (*text != '\0') {
        if (column > HELP_COLUMN - 2) {
            buffer_append_char(out, '\n');
            column = 0;
        }
        size_t length = strlen(text), room = HELP_WIDTH - HELP_COLUMN;
        if (length > room) {
            length = room;
            while (length > 0 && text[length] != ' ')
                length--;
            if (length == 0)
                length = strcspn(text, " ");
        }
        buffer_printf(out, "%*s%.*s\n", (int)(HELP_COLUMN - column), "", (int)length, text);
        text += length;
        text += strspn(text, " ");
        column = 0;
    }
}

void command_line_help_options(const struct command_option *options, struct buffer *out)
{
    for (const struct command_option *option = options; option->name != NULL; option++) {
        struct buffer text = BUFFER_INIT;
        size_t start = out->length;
        buffer_printf(out, "  --%s%s%s", option->name, option->value != NULL ? " " : "",
                      option->value != NULL ? option->value : "");
        size_t column = out->length - start;
        buffer_append_string(&text, option->summary);
        if (option->many)
            buffer_append_string(&text, "; may be given several times");
        if (option->standard != NULL)
            buffer_printf(&text, " (default %s)", option->standard);
        append_wrapped(out, text.data, column);
        buffer_release(&text);
    }
}

/* One piece of the usage line; the line is broken where it would be too long. */
static void append_usage(struct buffer *out, size_t *column, size_t indent, const char *piece)
{
    if (*column + 1 + strlen(piece) > HELP_WIDTH) {
        buffer_printf(out, "\n%*s", (int)indent, "");
        *column = indent;
    } else {
        buffer_append_char(out, ' ');
        (*column)++;
    }
    buffer_append_string(out, piece);
    *column += strlen(piece);
}

static void append_usage_line(const struct command *command, struct buffer *out)
{
    struct arena arena = ARENA_INIT;
    buffer_printf(out, "usage: timepost %s", command->name);
    size_t column = out->length, indent = column + 1;
    if (command->words != NULL)
        append_usage(out, &column, indent, command->words);
    for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++) {
        const char *text = option->value != NULL ? arena_printf(&arena, "--%s %s", option->name, option->value)
                                                 : arena_printf(&arena, "--%s", option->name);
        append_usage(out, &column, indent,
                     option->required ? arena_printf(&arena, "%s%s", text, option->many ? "…" : "")
                                      : arena_printf(&arena, "[%s]%s", text, option->many ? "…" : ""));
    }
    buffer_append_string(out, "\n\n");
    arena_clear(&arena);
}

void command_line_help(const struct command *command, struct buffer *out)
{
    append_usage_line(command, out);
    buffer_printf(out, "%s.\n\n", command->summary);
    if (command->options != NULL) {
        command_line_help_options(command->options, out);
        buffer_append_char(out, '\n');
    }
    if (command->help != NULL)
        buffer_append_string(out, command->help);
    buffer_append_string(out, "\n--config, --db, --now and --json work as everywhere: see timepost --help.\n");
}
