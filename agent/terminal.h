/*
 * What people read at a terminal: text from outside made harmless, tables that fit, the progress of long work.
 */
#ifndef AGENT_TERMINAL_H
#define AGENT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

enum { TABLE_COLUMNS_MAX = 12, TABLE_CELL_MIN = 8 /* narrower no column is made */ };

/* The text with what could move the cursor, end the line or turn the direction of writing as \x1b or \u{202e}, and
 * bytes that are no UTF-8 as \xff. */
const char *terminal_text(struct arena *arena, const char *text);

/* Would terminal_text() leave it as it is? */
bool terminal_text_is_plain(const char *text);

/* Columns that a plain text takes: combining marks none, East Asian wide characters two. */
size_t terminal_width(const char *text);

/* Of standard output: $COLUMNS, else of the terminal; 0 where it is none, and nothing need be cut. */
size_t terminal_columns(void);

/*
 * A table: rows of cells in columns as wide as their widest cell. Where that is too wide for the terminal the widest
 * columns give way and their cells end in "…"; but nothing is cut of a table without heads, which shows one thing in
 * all its details. Cells are made harmless here.
 */
struct table {
    struct arena *arena;
    bool has_heads;
    size_t columns;
    size_t rows;
    size_t room;
    const char **cells; /* row by row */
};

/* `heads` is the first row; NULL: there is none. */
void table_begin(struct table *table, struct arena *arena, size_t columns, const char *const *heads);
/* A NULL is an empty cell. The texts must live as long as the table. */
void table_row(struct table *table, const char *const *cells);
void table_print(const struct table *table, FILE *out);

/* A bar on standard error while it is a terminal, else nothing. */
struct progress {
    const char *what;
    size_t total;
    size_t done;
    int shown; /* per cent; -1: no bar is there */
};

void progress_begin(struct progress *progress, const char *what, size_t total);
void progress_step(struct progress *progress);
void progress_end(struct progress *progress); /* takes the bar away */

#endif
