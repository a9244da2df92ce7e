#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"
add_oslo
write_configuration

desk() { timepost --config t.conf "$@"; }
book() {
    desk book --office oslo --service card --name 'Amina Yusuf' --email amina@example.org --language nb --no-letter \
        "$@"
}

# mail NUMBER MESSAGE-ID TEXT
mail() {
    cat <<END
Authentication-Results: mx.politi.example; dmarc=pass header.from=example.org
From: Amina Yusuf <amina@example.org>
To: timer@politi.example
Subject: Timen min, $1
Date: Sat, 1 Jun 2024 08:30:00 +0200
Message-ID: <$2@example.org>
Content-Type: text/plain; charset=utf-8

$3
END
}

# --- handle ---

number=$(book --at 2024-06-11T10:00)
mail "$number" one 'Hei, jeg vil avbestille timen.' >cancel.eml
says 0 'the answer is printed' 'Subject: ' desk handle --print cancel.eml
if grep -q '^ <amina@example.org>' said && grep -q '^X-Auto-Response-Suppress:' said &&
    grep -q '^In-Reply-To: <one@example.org>' said; then
    result ok 'to the writer'
else
    result not 'to the writer' <said
fi
says 0 'the appointment is cancelled' '"status": "cancelled"' timepost show "$number" --json
says 0 'nothing waits to be sent' 'there is no letter that is queued' timepost outbox list --status queued
says 0 'a mail that comes again is known' 'was handled before' desk handle --print cancel.eml
handle_pipe() { desk handle "$@" <cancel.eml; }
number=$(book --at 2024-06-11T10:00)
mail "$number" two 'Hei, jeg vil avbestille timen.' >cancel.eml
says 0 'from a pipe' "outcome=cancelled" handle_pipe
says 0 'the answer waits' 'queued   cancelled' timepost outbox list
number=$(book --at 2024-06-11T10:00)
mail "$number" three 'Hei, jeg vil avbestille timen.' >cancel.eml
prints 0 'as JSON' desk handle --json cancel.eml <<'END'
{
  "outcome": "cancelled",
  "reason": "asked",
  "booking": "NUMBER",
  "disposition": "handled",
  "letters": 1,
  "again": false
}
END
wrong 66 'cannot read none.eml: No such file or directory' desk handle none.eml
wrong 74 'cannot read .: Is a directory' desk handle .
wrong 65 'the input is empty' desk handle
wrong 78 'no [desk] address is configured' timepost handle cancel.eml
unset_pipe() { timepost handle <cancel.eml; }
wrong 75 'no [desk] address is configured' unset_pipe
broken_pipe() { timepost --config broken.conf handle <cancel.eml; }
echo '[dsk]' >broken.conf
wrong 75 'there is no section [dsk]' broken_pipe
alone() { "$TIMEPOST" --config t.conf --db alone.db --now "$now" handle <stranger.eml; }
mail '' stranger 'Hei, jeg vil bestille en time.' | sed 's/amina@example.org/stranger@example.net/' >stranger.eml
wrong 75 'a person must see this mail, and nobody can be written to' alone
says 0 'where nobody at the desk can be told' 'there is no letter' timepost --db alone.db outbox list
wrong 64 'one of them only' desk handle --print --json cancel.eml
wrong 64 '“b.eml” is more than handle takes: [FILE]' desk handle a.eml b.eml

# --- parse ---

says 0 'a mail is understood' '"intent":"cancel"' "$TIMEPOST" parse cancel.eml
echo 'Kan jeg komme onsdag kl. 10 i stedet?' >text
says 0 'a text from the day of --now' '2024-06-05T10:00:00+02:00' timepost parse --text text
"$TIMEPOST" parse cancel.eml cancel.eml >said
if [ "$(grep -c '^{.*}$' said)" = 2 ]; then result ok 'an object a line'; else result not 'an object a line' <said; fi
says 1 'a file that is not there' 'timepost: cannot read none.eml: No such file or directory' "$TIMEPOST" parse none.eml \
    cancel.eml
says 1 'and the others all the same' '"intent":"cancel"' "$TIMEPOST" parse none.eml cancel.eml
says 0 'nothing is a mail too' '"kind":"request"' "$TIMEPOST" parse
says 0 'over several lines' '  "kind": "request"' "$TIMEPOST" parse --pretty cancel.eml
says 0 'explained: the phrase of the lexicon' '“avbestille”  [cancel] verb  (nb' "$TIMEPOST" parse --explain cancel.eml
says 0 'and the rule that decided' 'cancel NUMBER certain' "$TIMEPOST" parse --explain cancel.eml
printf 'Avbestill TP482173968.\n\nHilsen\nOla\n' >text
says 0 'why it is not certain' 'its check digit is wrong' timepost parse --text --explain text
says 0 'what was taken for a signature' 'signature   | Hilsen' timepost parse --text --explain text
if grep -q $'\x1b' raw; then result not 'no colour without a terminal' <raw; else result ok 'no colour without a terminal'; fi
wrong 64 'parse has no option --txt; did you mean --text?' "$TIMEPOST" parse --txt

# --- outbox ---

id=$(timepost outbox list --status queued --json | sed -n 's/^    "id": \([0-9]*\),/\1/p' | head -1)
says 0 'letters as JSON' '"recipient": "amina@example.org"' timepost outbox list --json
says 0 'only so many' 'there are more letters than these 1; --limit shows more' timepost outbox list --limit 1
holds 'a letter is dropped' timepost outbox drop "$id"
says 0 'and shown so' "$id   dropped" timepost outbox list
holds 'a letter is tried again' timepost outbox retry "$id"
says 0 'and waits' "$id   queued" timepost outbox list
wrong 65 '999' timepost outbox retry 999
wrong 64 '“x” is no letter' timepost outbox drop x
wrong 64 '--status faild: what is expected is queued' timepost outbox list --status faild
wrong 64 'outbox retry needs ID…' timepost outbox retry

# --- remind ---

now=2024-06-01T09:00:00+02:00
timepost outbox list --status queued --json | sed -n 's/^    "id": \([0-9]*\),/\1/p' | xargs "$TIMEPOST" --db t.db --now "$now" outbox drop
book --at 2024-06-18T10:00 >number
desk book --office oslo --service card --name 'Bo' --email bo@example.org --at 2024-06-18T10:20 --no-letter >/dev/null
now=2024-06-15T23:30:00+02:00
prints 0 'too early' desk remind <<'END'
0 reminders written for 0 appointments
END
now=2024-06-16T00:30:00+02:00
prints 0 'what would be written' desk remind --dry-run <<'END'
NUMBER       APPOINTMENT           OFFICE
NUMBER  Tue 2024-06-18 10:00  oslo
NUMBER  Tue 2024-06-18 10:20  oslo
2 reminders would be written for 2 appointments
END
says 0 'nothing was' 'there is no letter that is queued' timepost outbox list --status queued
prints 0 'two days before' desk remind <<'END'
2 reminders written for 2 appointments
END
says 0 'they wait' 'queued  reminder' timepost outbox list --status queued
prints 0 'once' desk remind <<'END'
0 reminders written for 0 appointments
END
desk move "$(cat number)" --at 2024-06-18T12:00 --no-letter >/dev/null
desk book --office oslo --service card --name 'Cy' --email cy@example.org --at 2024-06-18T11:00 --no-letter >/dev/null
now=2024-06-17T09:00:00+02:00
prints 0 'who booked or moved late has a letter already' desk remind --json <<'END'
{
  "dry_run": false,
  "letters": 0,
  "failures": 0,
  "bookings": []
}
END
now=2024-06-10T09:00:00+02:00
book --at 2024-06-21T10:00 >/dev/null
book --at 2024-06-20T10:00 >number
now=2024-06-20T08:00:00+02:00
prints 0 'only of a day' desk remind --date 2024-06-21 <<'END'
1 reminder written for 1 appointment
END
prints 0 'a late run catches up' desk remind --json <<'END'
{
  "dry_run": false,
  "letters": 1,
  "failures": 0,
  "bookings": [
    "NUMBER"
  ]
}
END
now=2024-06-21T08:00:00+02:00
book --at 2024-06-28T10:00 >/dev/null
now=2024-06-28T11:00:00+02:00
prints 0 'but not after the appointment' desk remind <<'END'
0 reminders written for 0 appointments
END
wrong 78 'no [desk] address is configured' timepost remind
wrong 64 '--date: “i morgen” is no time' desk remind --date 'i morgen'

finish
