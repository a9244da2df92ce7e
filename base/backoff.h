/* How long to wait before trying again. */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include <stdint.h>

#include "base/clock.h"

/* Seconds after the `attempts`th failure in a row: `first`, doubled with each further one, at most `maximum`; then up
 * to a quarter more or less by chance, so that those who failed together do not come back together. */
int64_t backoff_seconds(int64_t attempts, int64_t first, int64_t maximum, const struct randomness *randomness);

#endif
