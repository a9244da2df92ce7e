#include "base/backoff.h"

int64_t backoff_seconds(int64_t attempts, int64_t first, int64_t maximum, const struct randomness *randomness)
{
    int64_t delay = first;
    for (int64_t i = 1; i < attempts && delay < maximum; i++)
        delay *= 2;
    if (delay > maximum)
        delay = maximum;
    uint32_t chance = 0;
    randomness_fill(randomness, &chance, sizeof chance);
    int64_t spread = delay / 2;
    return delay - spread / 2 + (int64_t)(chance % (uint32_t)(spread + 1));
}
