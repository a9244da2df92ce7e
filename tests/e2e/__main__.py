"""Runs the end-to-end tests, several at once, each in a process of its own, and ends with how many passed.

usage: python3 -m tests.e2e [WORD...]        only tests whose name or sentence holds one of the words

TIMEPOST names the program (else ./timepost), E2E_JOBS how many tests run at once. They mostly wait, so it may be more than
there are processors.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from tests.bed import process, require_root

JOBS = int(os.environ.get("E2E_JOBS") or 2 * (os.cpu_count() or 1))
SECONDS_MAX = 240  # for one test
SKIPPED = "skipped: "


def main(words):
    require_root()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    waiting = [test for test in find_tests() if not words or any(word in test.id() + sentence(test) for word in words)]
    running, counts = [], {"passed": 0, "failed": 0, "skipped": 0}
    try:
        while waiting or running:
            while waiting and len(running) < JOBS:
                running.append(Run(waiting.pop(0)))
            for run in [run for run in running if run.is_over()]:
                running.remove(run)
                counts[run.report()] += 1
            time.sleep(0.02)
    finally:
        for run in running:
            process.stop(run.process)
    print(f"end to end: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


def find_tests():
    def walk(suite):
        for item in suite:
            yield from walk(item) if isinstance(item, unittest.TestSuite) else [item]
    root = pathlib.Path(__file__).resolve().parents[2]
    return sorted(walk(unittest.defaultTestLoader.discover(str(root / "tests/e2e"), top_level_dir=str(root))),
                  key=lambda test: (-getattr(test, "weight", 0), test.id()))


def sentence(test):
    return (test.shortDescription() or test.id()).strip()


class Run:
    """One test in its process."""

    def __init__(self, test):
        self.test = test
        self._began = time.monotonic()
        self._output = tempfile.NamedTemporaryFile(prefix="timepost-e2e-", suffix=".log")
        self.process = process.start([sys.executable, "-m", "tests.e2e.one", test.id()], self._output.name)

    def is_over(self):
        if self.process.poll() is None and time.monotonic() - self._began > SECONDS_MAX:
            process.stop(self.process)
        return self.process.poll() is not None

    def report(self):
        output = self._output.read().decode("utf-8", "replace")
        seconds = time.monotonic() - self._began
        skipped = output.strip().splitlines()[-1:] if SKIPPED in output else []
        outcome = "failed" if self.process.returncode != 0 else "skipped" if skipped else "passed"
        print(f"{outcome:<8}{sentence(self.test)} ({seconds:.1f} s)", flush=True)
        if outcome == "skipped":
            print(f"        {skipped[0]}")
        elif outcome == "failed":
            print("    " + output.replace("\n", "\n    ") + f"\n    again: python3 -m tests.e2e {self.test.id()}", flush=True)
        return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
