"""Waiting for an event: a condition with a deadline, never a fixed time."""

import time

STEP = 0.02  # seconds between two looks


class Late(AssertionError):
    """What was waited for did not come."""


def wait_until(condition, what, seconds=30):
    """Returns the first true value of `condition()`; raises Late, which says `what`, when the time is over.

    `what` may be a function: it is called when it is too late, to say how things stand then."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Late(f"waited {seconds} s in vain for {what() if callable(what) else what}")
        time.sleep(STEP)
