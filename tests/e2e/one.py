"""Runs one test: python3 -m tests.e2e.one tests.e2e.test_loops.Loops.test_..."""

import signal
import sys
import unittest

from tests.e2e.__main__ import SKIPPED


def main(name):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))  # so that the bed is taken down
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromName(name).run(result)
    for _, text in result.failures + result.errors:
        print(text)
    for _, why in result.skipped:
        print(SKIPPED + why)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
