#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"

# --- before and after the name ---

add_oslo
for words in '--db t.db office list --json' '--json office --db t.db list' 'office list --json --db=t.db' \
    '--db other.db --json office list --db t.db'; do
    # shellcheck disable=SC2086 # several words
    says 0 "$words" '"code": "oslo"' "$TIMEPOST" $words
done
says 0 'what begins with two hyphens can be a value' 'Name     --json' timepost show "$(
    timepost book --office oslo --service card --at 2024-06-11T10:00 --email a@b.example --no-letter --name=--json)"
says 65 'after -- all are words' 'there is no booking “--json”' timepost show -- --json

# --- --db ---

wrong 66 'none.db' "$TIMEPOST" --db none.db office list
says 66 'how a database is made is said' 'timepost office add' "$TIMEPOST" --db none.db office list
[ ! -e none.db ] && holds 'and none was made' true
wrong 66 'none.db' "$TIMEPOST" --db none.db cancel TP482173967
new() {
    "$TIMEPOST" --db "$1" office add oslo --name Oslo --address 'Hagegata 23' --hours 'mon 08:00-15:00'
}
holds 'what changes makes one' new new.db
says 0 'for its owner alone' '600' stat -c %a new.db
wrong 73 'none/t.db' new none/t.db
echo 'Not a database, but long enough to be taken for one if nobody looked at its first bytes at all.' >text.db
wrong 72 'text.db' "$TIMEPOST" --db text.db office list
if [ "$(id -u)" != 0 ]; then
    install -m 000 new.db closed.db
    wrong 77 'closed.db' "$TIMEPOST" --db closed.db office list
fi

# --- --config ---

wrong 66 'cannot read the configuration: none.conf' timepost --config none.conf office list
echo '[dekst]' >broken.conf
wrong 78 'broken.conf:1: there is no section [dekst]; did you mean [desk]?' timepost --config broken.conf office list
cat >zone.conf <<END
[desk]
timezone = America/New_York
[database]
path = $folder/t.db
END
says 0 'its database' oslo "$TIMEPOST" --config zone.conf office list

# --- --now ---

says 0 'its zone is that of --now without an offset' 'Made     Sat 2024-06-01 15:00' \
    "$TIMEPOST" --config zone.conf --now 2024-06-01T09:00 show "$("$TIMEPOST" --config zone.conf \
        --now 2024-06-01T09:00 book --office oslo --service card --at 2024-06-11T11:00 --name A --email a@b.example \
        --no-letter)"
wrong 64 '--now: “igår” is no time' timepost --now igår office list

# --- output that cannot be written ---

full() { timepost office list >/dev/full; }
wrong 74 'cannot write to standard output' full

finish
