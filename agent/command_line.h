/*
 * Reading a command line by tables: "--name VALUE", "--name=VALUE", flags, and words, in any order, until "--".
 * What is wrong is named, with the nearest right word.
 */
#ifndef AGENT_COMMAND_LINE_H
#define AGENT_COMMAND_LINE_H

#include "agent/command.h"
#include "base/buffer.h"

extern const struct command_option global_options[];

/* Where the reader is. */
struct command_line {
    int count;
    char **arguments;
    int next;
    bool words_only; /* after "--" */
};

/* Reads global options up to the next word, which it returns without moving past it; NULL: there is none, or --help
 * was met. Sets `*ret_status`. */
const char *command_line_next_word(struct command_line *line, struct global_options *global, struct arena *arena,
                                   enum status *ret_status, struct error *error);

/* Reads all the rest into invocation->global, ->options and ->words. Stops at --help. STATUS_INVALID. */
enum status command_line_read(struct command_line *line, struct invocation *invocation, struct error *error);

/* The help of a command, made of its tables. */
void command_line_help(const struct command *command, struct buffer *out);
/* The lines of a table of options, for a help text. */
void command_line_help_options(const struct command_option *options, struct buffer *out);

#endif
