#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"
add_oslo
write_configuration

book() { timepost book --office oslo --service card "$@"; }
amina() { book --at 2024-06-11T10:00 --name 'Amina Yusuf' --email amina@example.org --language nb "$@"; }

# --- book ---

amina >number 2>note
number=$(cat number)
if grep -qxE 'TP[0-9]{9}' number && [ "$(wc -l <number)" = 1 ]; then
    result ok 'book prints the number alone on standard output'
else
    result not 'book prints the number alone on standard output' <number
fi
if grep -qx 'timepost: no letter was written: no \[desk\] address is configured: letters need one to come from' note; then
    result ok 'and says on standard error that no letter was written'
else
    result not 'and says on standard error that no letter was written' <note
fi
prints 0 'a letter that is not wanted is not missed' amina --no-letter <<'END'
NUMBER
END
prints 0 'a letter that can be written is not talked about' amina --config t.conf <<'END'
NUMBER
END
says 0 'it waits in the outbox' 'amina@example.org' timepost outbox list --status queued
wrong 69 '(“timepost free” lists times that can be had)' amina --no-letter
says 0 'as JSON' '"status": "confirmed"' book --at 2024-06-11T11:00 --name 'Li Wei' --email li@example.org --json \
    --no-letter
says 0 'a language without letters' 'there are no letters in “so” yet: theirs will be in “nb”' book --language so \
    --at 2024-06-11T11:00 --name 'Xaawo' --email x@example.org --no-letter

wrong 65 'nothing was done, for no letter can tell of it (--no-letter does without): ' book --config t.conf \
    --at 2024-06-14T11:00 --name 'Åse' --email 'åse@example.org'
says 0 'and nothing was' '2024-06-14T11:00  11:20  Fri  3' timepost free --office oslo --service card --from 2024-06-14

some() { book --name Ola --email ola@example.org --no-letter "$@"; }
says 0 'an offset is minded' NUMBER some --at 2024-06-12T06:00:00Z
says 0 'a blank for the T' NUMBER some --at '2024-06-12 14:40'
wrong 64 '--at: “2024-06-31T10:00” is no time' some --at 2024-06-31T10:00
wrong 64 '--at: “2024-06-11T25:00” is no time' some --at 2024-06-11T25:00
wrong 64 '--at: “tirsdag kl 10” is no time' some --at 'tirsdag kl 10'
wrong 64 'does not exist in Europe/Oslo: the clocks go forward then' some --at 2025-03-30T02:30
wrong 65 'is in the past' some --at 2024-05-31T10:00
wrong 65 'is off the five-minute grid' some --at 2024-06-11T10:03
wrong 65 'it is open mon-fri 08:00-15:00' some --at 2024-06-15T10:00
wrong 65 'it is open mon-fri 08:00-15:00' some --at 2024-06-11T14:50

other() { timepost book --at 2024-06-13T10:00 --name Ola --no-letter "$@"; }
wrong 65 'there is no office “olso”; did you mean “oslo”?' other --office olso --service card --email a@b.example
wrong 65 'there is no service “crad”; did you mean “card”?' other --office oslo --service crad --email a@b.example
wrong 64 '--email ola: what is expected is one mail address' other --office oslo --service card --email ola
wrong 64 '--email ola@@x.example: what is expected is one' other --office oslo --service card --email ola@@x.example
wrong 64 '--email: “a@b.example\x0aBcc: c@d.example” has control characters' other --office oslo --service card \
    --email $'a@b.example\nBcc: c@d.example'
named() { timepost book --office oslo --service card --at 2024-06-13T10:00 --email a@b.example --no-letter "$@"; }
wrong 64 '--name is empty; what it needs is NAME' named --name ''
wrong 64 '--name: “Ola\x0d\x0aBcc: x” has control characters' named --name $'Ola\r\nBcc: x'
wrong 64 '--name: “\xff” has control characters or bytes that are no UTF-8' named --name $'\xff'
wrong 64 '--name: “\u{202e}alO” has control characters' named --name $'\u202ealO'
wrong 64 '--language norsk: what is expected is the tag of a language' named --name Ola --language norsk
wrong 64 '--language xx: what is expected is the tag of a language' named --name Ola --language xx

# --- show ---

prints 0 'a booking' timepost show "$number" <<'END'
Number   NUMBER
Status   confirmed
Name     Amina Yusuf
Time     Tue 2024-06-11 10:00–10:20 (Europe/Oslo)
Office   oslo: Politiets utlendingsenhet, Tøyen
         Hagegata 23, 0653 Oslo
Counter  1
Service  card: New residence card, 20 minutes
Contact  amina@example.org (applicant, nb)
Made     Sat 2024-06-01 09:00 (desk)
Changed  never
END
prints 0 'a booking as JSON' timepost show "$number" --json <<'END'
{
  "number": "NUMBER",
  "status": "confirmed",
  "start": "2024-06-11T10:00:00+02:00",
  "end": "2024-06-11T10:20:00+02:00",
  "office": "oslo",
  "service": "card",
  "counter": 1,
  "name": "Amina Yusuf",
  "people": 1,
  "revision": 0,
  "origin": "desk",
  "contacts": [
    {
      "address": "amina@example.org",
      "role": "applicant",
      "language": "nb",
      "name": null,
      "reachable": true
    }
  ]
}
END
digits=${number#TP}
says 0 'a number as people write it' 'Amina Yusuf' timepost show "tp ${digits:0:3} ${digits:3:3}-${digits:6}"
wrong 65 'there is no booking “TP12345” (numbers look like' timepost show TP12345
wrong 65 'there is no booking “x\x1b[2J”' timepost show $'x\e[2J'

# --- move ---

prints 0 'a move' timepost move "$number" --at 2024-06-12T10:20 --no-letter <<'END'
NUMBER is moved to Wed 2024-06-12 10:20
END
says 0 'is a new revision' '"revision": 1' timepost show "$number" --json
says 0 'and tells the people where it can' 'NUMBER is moved' timepost --config t.conf move "$number" --at 2024-06-12T10:40
says 0 'by a letter' ' moved ' timepost outbox list
says 0 'or says that it cannot' 'no letter was written' timepost move "$number" --at 2024-06-12T10:20
wrong 65 'it is open mon-fri 08:00-15:00' timepost move "$number" --at 2024-06-12T18:00 --no-letter
wrong 64 'move needs --at TIME' timepost move "$number"
says 0 'and nothing changed' '"start": "2024-06-12T10:20:00+02:00"' timepost show "$number" --json
for name in Ana Bo Cy; do
    book --at 2024-06-13T09:00 --name "$name" --email "$name@example.org" --no-letter >/dev/null
done
wrong 69 '2024-06-13T09:00' timepost move "$number" --at 2024-06-13T09:00 --no-letter

# --- cancel ---

prints 0 'a cancellation' timepost cancel "$number" --no-letter <<'END'
NUMBER is cancelled
END
says 0 'is shown' '"status": "cancelled"' timepost show "$number" --json
wrong 65 'is cancelled already' timepost cancel "$number"
wrong 65 'is cancelled already' timepost move "$number" --at 2024-06-12T10:20
number=$(amina --no-letter)
says 0 'a cancellation as JSON' '"status": "cancelled"' timepost cancel "$number" --no-letter --json
number=$(amina --no-letter)
now=2024-06-12T09:00:00+02:00
wrong 65 'was on Tue 2024-06-11 10:00: what is past cannot be changed' timepost cancel "$number"

finish
