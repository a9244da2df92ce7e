#!/usr/bin/env python3
"""bench.py FOLDER [MAIL...]: what reading costs, as a table, with the programs bench_parse and bench_worst of FOLDER.

Instructions are counted by valgrind's callgrind where there is one; they hardly differ from run to run, as seconds do.
"""

import glob
import re
import shutil
import subprocess
import sys

ROUNDS = 20
SLOWEST = 10


def seconds(program, mode, rounds, mails):
    return float(subprocess.run([program, mode, str(rounds), *mails], check=True, capture_output=True, text=True).stdout)


def instructions(command):
    """Instructions of a command and of what it forks; None without valgrind."""
    if shutil.which("valgrind") is None:
        return None
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                         capture_output=True, text=True)
    return sum(int(n) for n in re.findall(r"Collected : (\d+)", run.stderr))


def thousands(number):
    return "–" if number is None else f"{number / 1000:,.0f}"


def show_reading(program, mails):
    none = instructions([program, "none", "1", *mails])
    start = instructions([program, "start", "1", *mails])
    print(f"{len(mails)} mails                    mails/s   thousand instructions a mail")
    cost = {}
    for name, mode, before in ("libetpan's MIME parse", "floor", none), ("whole reading", "parse", start):
        rate = ROUNDS * len(mails) / seconds(program, mode, ROUNDS, mails)
        cost[mode] = None if none is None else (instructions([program, mode, "1", *mails]) - before) / len(mails)
        print(f"  {name:24} {rate:10,.0f} {thousands(cost[mode]):>12}")
    if none is not None:
        print(f"  the floor, times         {cost['parse'] / cost['floor']:23.1f}")
    once = None if none is None else start - none
    print(f"  start (once)             {seconds(program, 'start', 1, []) * 1000:7.1f} ms {thousands(once):>12}")


def show_worst(program):
    print("\nThe slowest of the worst mails of 1 MiB (at most 50 ms, 32 MiB):")
    run = subprocess.run([program], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    for line in [line for i, line in enumerate(lines) if i < SLOWEST or line.endswith(("too much", "signal"))]:
        print("  " + line)
    return run.returncode


def main():
    folder, mails = sys.argv[1], sys.argv[2:] or sorted(glob.glob("tests/corpus/*/*.eml"))
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: instructions are not counted.")
    show_reading(folder + "/bench_parse", mails)
    return show_worst(folder + "/bench_worst")


sys.exit(main())
