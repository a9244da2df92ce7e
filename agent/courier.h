/*
 * The courier: sends what the outbox holds, by libcurl, one connection kept for many letters.
 *
 * Outcomes: accepted; refused for now (4xx, unreachable: tried again with back-off until [smtp]
 * give_up_after); refused for good (5xx: failed, the contact is marked unreachable where the address was refused, the
 * desk sees it). A connection that broke after the body is sent again with the
 * same Message-ID: whether it arrived is unknown.
 */
#ifndef AGENT_COURIER_H
#define AGENT_COURIER_H

#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/error.h"

struct courier;

/* `agent` is used from the calling thread only and must outlive the courier. */
enum status courier_open(struct agent *agent, struct courier **ret_courier, struct error *error);
void courier_close(struct courier **courier);

/* Sends everything that is due. `ret_next_due`: when to come again (0: nothing waits). A server that cannot be
 * reached is no failure of the function: the letters wait. `ret_sent` counts accepted letters. */
enum status courier_run(struct courier *courier, int64_t *ret_next_due, size_t *ret_sent, struct error *error);

/* For `doctor`: connects and logs in, sends nothing. */
enum status courier_probe(const struct configuration *configuration, struct error *error);

#endif
