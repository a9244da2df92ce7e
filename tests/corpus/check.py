#!/usr/bin/env python3
"""All folders of example mails by score.py, with what must hold of each: no wrong act, no failure, and enough read whole.

usage: check.py PROGRAM
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
WHOLE_AT_LEAST = 95.0  # per cent of the mails of each folder
ROW = re.compile(r"^(\S+) +(\d+) .* +([\d.]+)% +(\d+) +(\d+)$")


def main():
    folders = sorted({path.parent for path in HERE.rglob("*.json")})
    done = subprocess.run([sys.executable, HERE / "score.py", "--program", sys.argv[1], "--list", *folders],
                          stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="")
    rows = [match.groups() for match in map(ROW.match, done.stdout.splitlines()) if match and match[1] != "all"]
    if len(rows) != len(folders):
        sys.exit(f"score.py gave {len(rows)} rows for {len(folders)} folders")
    short = [str(folder.relative_to(HERE)) for folder, (_, _, whole, wrong, failed) in zip(folders, rows)
             if float(whole) < WHOLE_AT_LEAST or int(wrong) or int(failed)]
    if short:
        print(f"Wrong acts, failures, or less than {WHOLE_AT_LEAST}% whole: {', '.join(short)}")
    print(f"corpus: {len(rows) - len(short)} passed, {len(short)} failed")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
