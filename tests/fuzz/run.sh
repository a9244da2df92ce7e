#!/bin/sh
# run.sh PROGRAM: fuzzes for $FUZZ_SECONDS, says in one line what came of it, and fails where something was found.
# Findings, the log and what the run learnt are left in $FUZZ_FOLDER; words to try are in $FUZZ_DICTIONARY.
set -eu
program=$1
name=${program##*/fuzz_}
here=$(dirname "$0")
log=$FUZZ_FOLDER/$name.log
learnt=$FUZZ_FOLDER/corpus/$name
mails=$FUZZ_FOLDER/mails
mkdir -p "$learnt"

# Targets that read whole mails begin from the example mails too.
case $name in
message | bounce | parser)
    find "$here/../corpus" -name '*.eml' | paste -s -d , >"$mails.$$"
    mv "$mails.$$" "$mails"
    seeds=-seed_inputs=@$mails
    ;;
*) seeds= ;;
esac

export ASAN_OPTIONS="quarantine_size_mb=16:${ASAN_OPTIONS-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS-}"
status=0
# A sanitizer and a shared machine make the 50 ms of issue-size mails up to a hundred times as long.
"$program" -max_total_time="$FUZZ_SECONDS" -max_len=1048576 -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=64 \
    -dict="$FUZZ_DICTIONARY" -artifact_prefix="$FUZZ_FOLDER/$name-" -print_final_stats=1 \
    ${seeds:+"$seeds"} "$learnt" "$here/corpus/$name" >"$log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
    echo "$name: found something; see $log"
    grep -E '^(==[0-9]+==)?(ERROR|SUMMARY|.*runtime error|.*does not hold|Test unit|artifact_prefix)' "$log" || tail -n 20 "$log"
    exit 1
fi
awk -v name="$name" '/^stat::number_of_executed_units/ { runs = $2 } / cov: / { sub(/.* cov: /, ""); edges = $1 }
    END { printf "%-24s %10d runs, %6d edges, nothing found\n", name, runs, edges }' "$log"
