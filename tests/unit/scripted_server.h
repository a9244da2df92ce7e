/*
 * A server for tests that follows a script: it expects a line, and answers. It says what it was told, and whether
 * anything was not as expected.
 */
#ifndef TESTS_SCRIPTED_SERVER_H
#define TESTS_SCRIPTED_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct script_step {
    const char *expect; /* is somewhere in the next line; "": no line is read; ".": a mail until its final dot */
    const char *reply;  /* '$' stands for the first word (the tag) of the last line; NULL: hangs up */
};

/* As a reply: bytes that never end, all at once or drop by drop. */
#define SCRIPT_FLOOD "\001flood"
#define SCRIPT_DRIP  "\001drip"

struct scripted_server;

/* On one end of a pair of sockets; the other is `*ret_descriptor`. After the last step it hangs up. */
struct scripted_server *scripted_server_pair(const struct script_step *steps, size_t count, int *ret_descriptor);

/* On a port of 127.0.0.1. After it hung up, the script goes on with the next connection. */
struct scripted_server *scripted_server_listen(const struct script_step *steps, size_t count, int *ret_port);

/* Ends it. True if the whole script was followed. `ret_heard` is all that was said to it; free() it. */
bool scripted_server_end(struct scripted_server *server, char **ret_heard);

#endif
