/*
 * What the outside world is asked for, handed in so that it can be simulated:
 * the time and random bytes.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

struct clock {
    int64_t (*now)(void *data); /* seconds since 1970, UTC */
    void *data;
};

struct randomness {
    void (*fill)(void *data, void *bytes, size_t length);
    void *data;
};

static inline int64_t clock_now(const struct clock *clock)
{
    return clock->now(clock->data);
}

static inline void randomness_fill(const struct randomness *randomness, void *bytes, size_t length)
{
    randomness->fill(randomness->data, bytes, length);
}

#endif
