#!/bin/bash
# Runs the tests of the command line and prints what failed.
# usage: TIMEPOST=path/to/timepost run.sh [SCRIPT…]

here=$(cd "${0%/*}" && pwd)
[ $# -gt 0 ] || set -- "$here"/test_*.sh
passed=0 failed=0
for script; do
    said=$(bash "$script" 2>&1)
    ok=$(grep -c '^ok ' <<<"$said")
    not=$(grep -c '^not ok ' <<<"$said")
    # A script that breaks off has no plan.
    if ! grep -qx "1\.\.$((ok + not))" <<<"$said"; then
        not=$((not + 1))
        echo "$script: broke off"
        tail -5 <<<"$said"
    fi
    [ "$not" = 0 ] || { echo "$script:"; grep -E '^(not ok|# )' <<<"$said"; }
    passed=$((passed + ok)) failed=$((failed + not))
done
echo "cli: $passed passed, $failed failed"
[ "$failed" = 0 ]
