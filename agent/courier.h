/*
 * The courier: sends what the outbox holds (smtp.h), one letter after the other over a connection that is kept.
 *
 * Outcomes: accepted; refused for now (4xx, unreachable: tried again with back-off until [smtp]
 * give_up_after); refused for good (5xx: failed, and the contact is marked unreachable where the address was refused).
 * The desk gets a letter about each that reached nobody. A connection that broke after the body is sent again with the
 * same Message-ID: whether it arrived is unknown. Trouble with the server itself is nobody's fault: the letters wait,
 * and the courier with them. One line in the journal for each letter, without its address.
 */
#ifndef AGENT_COURIER_H
#define AGENT_COURIER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/error.h"

struct courier;

/* `agent` is used from the calling thread only and must outlive the courier. */
enum status courier_open(struct agent *agent, struct courier **ret_courier, struct error *error);
void courier_close(struct courier **courier);

enum {
    COURIER_BACKOFF_FIRST = 60, /* seconds; doubled with each attempt */
    COURIER_BACKOFF_MAX = 2 * 60 * 60,
    COURIER_TROUBLE_FIRST = 2, /* the same for the server as a whole */
    COURIER_TROUBLE_MAX = 5 * 60,
    COURIER_LEASE_EXTRA = 15, /* a claim outlasts the longest conversation by so many seconds: longer than a locked
                                 database is waited for */
};

/* Calls `alive` before each letter, with how many seconds it may take at most: for a watchdog. */
void courier_on_letter(struct courier *courier, void (*alive)(void *data, int64_t seconds), void *data);

/* Sends everything that is due, until `*stop` is set (NULL: never). `ret_next_due`: when to come again (0: nothing
 * waits). A server that cannot be reached is no failure of the function: the letters wait. `ret_sent` counts accepted
 * letters. */
enum status courier_run(struct courier *courier, const atomic_bool *stop, int64_t *ret_next_due, size_t *ret_sent,
                        struct error *error);

/* What is wrong with the server at present; "" for nothing. */
const char *courier_trouble(const struct courier *courier);

/* For `doctor`: connects and logs in, sends nothing. */
enum status courier_probe(const struct configuration *configuration, struct error *error);

#endif
