# shellcheck shell=bash
# Helpers for tests of the command line. A test says which command it runs, what exit status it has, and what is
# printed; it prints TAP. Each script runs in a folder of its own, begins with an empty database, and ends with
# `finish`.

set -u
: "${TIMEPOST:?TIMEPOST must name the program}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
unset COLUMNS JOURNAL_STREAM CREDENTIALS_DIRECTORY
export LC_ALL=C.UTF-8 TZ=UTC
umask 022

# Scripts set it anew.
now=2024-06-01T09:00:00+02:00
tests=0 failures=0

# The program with the test's database and clock.
timepost() { "$TIMEPOST" --db t.db --now "$now" "$@"; }

# result WORD NAME: WORD is ok or not; what is on standard input explains a failure.
result() {
    tests=$((tests + 1))
    if [ "$1" = ok ]; then
        echo "ok $tests - $2"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $2"
        sed 's/^/# /'
    fi
}

# Runs a command; both its outputs, as they come, go to the file `said`. Booking numbers are random: NUMBER. The schema
# has another version with each release: VERSION.
run() {
    "$@" >raw 2>&1 </dev/null
    status=$?
    sed -E 's/TP[0-9]{9}/NUMBER/g; s/schema [0-9]+/schema VERSION/' raw >said
}

# prints STATUS NAME COMMAND…: exactly what is on standard input is printed.
prints() {
    local expected=$1 name=$2
    shift 2
    cat >golden
    run "$@"
    if [ "$status" = "$expected" ] && cmp -s golden said; then
        result ok "$name"
    else
        { echo "$*: exit status $status, expected $expected"; diff golden said; } >why
        result not "$name" <why
    fi
}

# says STATUS NAME TEXT COMMAND…: TEXT is part of what is printed.
says() {
    local expected=$1 name=$2 text=$3
    shift 3
    run "$@"
    if [ "$status" = "$expected" ] && grep -qF -e "$text" said; then
        result ok "$name"
    else
        { echo "$*: exit status $status, expected $expected and: $text"; cat said; } >why
        result not "$name" <why
    fi
}

# wrong STATUS TEXT COMMAND…: the command is refused with one line, "timepost: …", that has TEXT in it.
wrong() {
    local expected=$1 text=$2
    shift 2
    run "$@"
    if [ "$status" = "$expected" ] && [ "$(wc -l <said)" = 1 ] && grep -q '^timepost: ' said &&
        grep -qF -e "$text" said; then
        result ok "refused: $text"
    else
        { echo "$*: exit status $status, expected $expected and one line: $text"; cat said; } >why
        result not "refused: $text" <why
    fi
}

# holds NAME COMMAND…: the command succeeds.
holds() {
    local name=$1
    shift
    run "$@"
    if [ "$status" = 0 ]; then
        result ok "$name"
    else
        { echo "$*: exit status $status"; cat said; } >why
        result not "$name" <why
    fi
}

# As small as a configuration can be that writes letters: an address to come from, and whose word is believed.
write_configuration() {
    cat >t.conf <<'END'
[desk]
address = timer@politi.example
timezone = Europe/Oslo
[authentication]
authserv_id = mx.politi.example
END
}

add_oslo() {
    timepost office add oslo --name 'Politiets utlendingsenhet, Tøyen' --address 'Hagegata 23, 0653 Oslo' \
        --hours 'mon-fri 08:00-15:00' --counters 3 --desk oslo@politiet.example --timezone Europe/Oslo
    timepost service add card --name nb='Nytt oppholdskort' --name en='New residence card' --minutes 20
}

# fits NAME FILE: no line of the file is wider than a terminal.
fits() {
    if [ -s "$2" ] && [ "$(wc -L <"$2")" -le 80 ]; then
        result ok "$1"
    else
        result not "$1" <"$2"
    fi
}

finish() {
    echo "1..$tests"
    [ "$failures" = 0 ]
}
