#!/bin/bash
# The file of offices, and offices that close: tests/cli for `office load`, `dump`, `close` and `reopen`.
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"

write_configuration
with() { timepost --config t.conf "$@"; }

# The letters about a booking, as they are read.
letters_of() {
    python3 - "$1" <<'END'
import email, email.policy, sqlite3, sys
rows = sqlite3.connect('t.db').execute('SELECT o.message FROM outbox o JOIN booking b ON b.id = o.booking_id '
                                       'WHERE b.number = ? ORDER BY o.id', (sys.argv[1],))
for (message,) in rows:
    letter = email.message_from_bytes(message, policy=email.policy.default)
    print(letter['Subject'])
    print(letter.get_body(('plain',)).get_content())
END
}

cat >offices.conf <<'END'
# What people come for
[service card]
name.nb = Nytt oppholdskort
name.en = New residence card
duration = 20min
each_further_person = 10min
people = 4
lead = 2d
change_until = 1d
cancel_until = 2h
horizon = 30d
bring.nb = Pass
bring.nb = Gammelt oppholdskort

[service talk]
name.en = Interview
duration = 60min

[office oslo]
name = Tøyen
address = Hagegata 23, 0653 Oslo
desk = oslo@politiet.example
counters = 2
holidays = norway
neighbours = lillestrom
hours = mon-fri 08:00-10:00
closed = 2024-06-18 09:00 until 2024-06-18 10:00: training

[hours oslo]
service = talk
from = 2024-06-10
open = wed 09:00-12:00

[counter oslo 2]
services = card

[office lillestrom]
name = Lillestrøm
address = Storgata 1
hours = mon-fri 08:00-09:00
END

# --- load and dump ---

says 64 'nothing is done where nobody can be asked' 'there is no terminal to ask at (--yes does not ask)' \
    timepost office load offices.conf
wrong 65 'there is no office “oslo”' timepost office show oslo
says 0 'a file is loaded' '+ hours = mon-fri 08:00-10:00' timepost office load --yes offices.conf
prints 0 'what is there already is no change' timepost office load offices.conf <<'END'
timepost: nothing would change
END
prints 0 'the same form comes back' timepost office dump <<'END'
[service card]
name.nb = Nytt oppholdskort
name.en = New residence card
duration = 20min
each_further_person = 10min
people = 4
lead = 2d
change_until = 1d
cancel_until = 2h
horizon = 30d
bring.nb = Pass
bring.nb = Gammelt oppholdskort

[service talk]
name.en = Interview
duration = 1h

[office oslo]
name = Tøyen
address = Hagegata 23, 0653 Oslo
desk = oslo@politiet.example
timezone = Europe/Oslo
counters = 2
holidays = norway
neighbours = lillestrom
hours = mon-fri 08:00-10:00
closed = 2024-06-18 09:00 until 2024-06-18 10:00: training

[hours oslo]
service = talk
from = 2024-06-10
open = wed 09:00-12:00

[counter oslo 2]
services = card

[office lillestrom]
name = Lillestrøm
address = Storgata 1
timezone = Europe/Oslo
counters = 1
hours = mon-fri 08:00-09:00
END
timepost office dump >dumped.conf
prints 0 'and changes nothing' timepost office load dumped.conf <<'END'
timepost: nothing would change
END
timepost office dump >part.conf
sed -i '/^\[office lillestrom/,$d; s/^counters = 2/counters = 3/; /^holidays/d; s/^open = .*/open = wed 09:00-13:00/' part.conf
prints 0 'what would change is shown, and what is not named stays' timepost office load --yes part.conf <<'END'
timepost: office lillestrom is not in the file and stays as it is
  [office oslo]
- counters = 2
- holidays = norway
+ counters = 3
  [hours oslo]
- open = wed 09:00-12:00
+ open = wed 09:00-13:00
END
holds 'and back' timepost office load --yes offices.conf

# --- rules of services ---

prints 0 'dated hours of a service' timepost free --office oslo --service talk --from 2024-06-10 --days 5 <<'END'
START             END    DAY  FREE
2024-06-12T09:00  10:00  Wed  1
2024-06-12T10:00  11:00  Wed  1
2024-06-12T11:00  12:00  Wed  1
END
book() { with book --office oslo --service card --name "$1" --email "$1@example.org" --at "${@:2}"; }
now=2024-06-09T09:00:00+02:00
wrong 65 'card must be booked earlier: from now on it is possible from Tue 2024-06-11 09:00 (--anyway)' \
    book ola 2024-06-11T08:00
wrong 65 'card is not booked so far ahead: now it is possible until Tue 2024-07-09 09:00 (--anyway)' \
    book ola 2024-07-10T08:00
holds 'an officer may all the same' book ola 2024-06-11T08:00 --anyway
wrong 65 '5 people cannot come together for card (it must be 1 to 4)' book ola 2024-06-12T08:00 --people 5
wrong 65 'oslo is closed from 2024-06-18T09:00:00+02:00 until 2024-06-18T10:00:00+02:00: training' \
    book ola 2024-06-18T09:20
wrong 65 'it is open mon-fri 08:00-10:00' book ola 2024-06-18T07:00
run book ola 2024-06-12T08:00 --people 3
ola=$(cat raw)
says 0 'a family takes longer' '08:00–08:40' with show "$ola"
says 0 'and is shown' 'People   3' with show "$ola"
says 0 'the confirmation says what to bring' 'Gammelt oppholdskort' letters_of "$ola"

# --- closing ---

run book kari 2024-06-13T08:00
kari=$(cat raw)
run book per 2024-06-13T08:00
per=$(cat raw)
prints 69 'who is in the way is listed, and nothing is changed' with office close oslo --from 2024-06-13 --reason ill <<'END'
IN THE WAY   OFFICE  TIME                  COUNTER  NAME
NUMBER  oslo    Thu 2024-06-13 08:00  1        kari
NUMBER  oslo    Thu 2024-06-13 08:00  2        per
timepost: nothing was changed: 2 appointments are in the way; --move moves to the nearest free times, --keep leaves them where they are
END
says 0 'the day is still open' '2024-06-13T08:20' timepost free --office oslo --service card --from 2024-06-13 --days 1
prints 0 'a counter out of duty: another takes it, at another time' with office close oslo --counter 1 \
    --from 2024-06-13 --move <<'END'
NUMBER: Thu 2024-06-13 08:00 → Thu 2024-06-13 08:20
END
prints 0 'a closed day is moved from' with office close oslo --from 2024-06-13 --reason ill --move <<'END'
NUMBER: Thu 2024-06-13 08:00 → Wed 2024-06-12 09:40
NUMBER: Thu 2024-06-13 08:20 → Wed 2024-06-12 09:40
END
says 0 'each gets a letter' 'Vi måtte flytte timen til onsdag 12. juni 2024' letters_of "$kari"
says 0 'with the time that was' 'torsdag 13. juni 2024 kl. 08:00' letters_of "$kari"
says 0 'it is moved' 'Wed 2024-06-12 09:40' with show "$per"
prints 0 'nothing is free' with free --office oslo --service card --from 2024-06-13 --days 1 <<'END'
timepost: no time is free for card at oslo in these days (the past is left out)
END
says 0 'the closure is in the dump' 'closed = 2024-06-13: ill' timepost office dump
holds 'reopened in part' timepost office reopen oslo --from 2024-06-13T09:00
says 0 'the rest stays closed' 'closed = 2024-06-13 00:00 until 2024-06-13 09:00: ill' timepost office dump
wrong 65 'oslo is not closed then' timepost office reopen oslo --from 2024-06-20
wrong 65 'that is past' timepost office close oslo --from 2024-06-01
wrong 64 'what is expected is an end that is after the beginning' \
    timepost office close oslo --from 2024-06-20 --until 2024-06-19
wrong 64 'what is expected is a day (2024-06-11)' timepost office close oslo --from 2024-06-31
wrong 65 'office oslo has no counter 7 (it has 1 to 2)' timepost office close oslo --from 2024-06-20 --counter 7
prints 69 'what cannot be moved is told, and nobody is moved' with office close oslo --from 2024-06-10 \
    --until 2024-08-30 --move <<'END'
NUMBER: Tue 2024-06-11 08:00 cannot be moved: no time is free
NUMBER: Wed 2024-06-12 08:00 cannot be moved: no time is free
NUMBER: Wed 2024-06-12 09:40 cannot be moved: no time is free
NUMBER: Wed 2024-06-12 09:40 cannot be moved: no time is free
timepost: nothing was changed, and nobody told: 4 cannot be moved (with --keep as well they stay)
END
says 0 'the closure is not there' '2024-06-20T08:00' timepost free --office oslo --service card --from 2024-06-20 --days 1
sed 's/^counters = 2/counters = 1/; /^\[counter oslo 2/,/^services/d' offices.conf >small.conf
says 69 'fewer counters displace too' 'nothing was changed: 1 appointment is in the way' \
    with office load --yes small.conf
holds 'they may stay' with office load --yes --keep small.conf
says 0 'at the counter that is given up' 'Counter  2' with show "$kari"

# --- by mail ---

# mail NUMBER TEXT: a mail of whom the booking is for, known by address
mail() {
    cat >mail.eml <<END
Authentication-Results: mx.politi.example; dmarc=pass header.from=example.org
From: Ola <ola@example.org>
To: timer@politi.example
Subject: $1
Date: Tue, 11 Jun 2024 07:00:00 +0200
Message-ID: <$RANDOM.$SECONDS@example.org>
Content-Type: text/plain; charset=utf-8

$2
END
}
now=2024-06-12T05:30:00+02:00
mail "$ola" 'Hei, jeg vil flytte timen til 17. juni kl. 08.00.'
says 0 'a day before, changing has ended' 'reason=too-late' with handle mail.eml
says 0 'the letter says why' 'Så kort tid før timen kan den ikke lenger endres eller avbestilles på e-post.' letters_of "$ola"
says 0 'the appointment is as it was' '"start": "2024-06-12T08:00:00+02:00"' with show "$ola" --json
mail "$ola" 'Hei, jeg vil avbestille timen.'
says 0 'but not yet cancelling' 'outcome=cancelled' with handle mail.eml
now=2024-06-12T08:00:00+02:00
mail "$kari" 'Hei, jeg vil avbestille timen.'
sed -i 's/ola@/kari@/' mail.eml
says 0 'two hours before, cancelling has ended too' 'outcome=cannot reason=too-late' with handle mail.eml
now=2024-06-09T09:00:00+02:00

# --- all at once ---

for i in 1 2 3 4 5 6; do
    with book --office lillestrom --service card --name "P$i" --email "p$i@example.org" --at 2024-06-19T08:00 \
        --no-letter >"race.$i" 2>&1 &
done
wait
cat race.* >raced
if [ "$(grep -c '^TP' raced)" = 1 ] && [ "$(grep -c 'has no counter free' raced)" = 5 ]; then
    result ok 'of six who want the last time one gets it, and the others are told'
else
    result not 'of six who want the last time one gets it, and the others are told' <raced
fi

# --- wrong files ---

# refused TEXT LINE…: a file of these lines is refused with TEXT.
refused() {
    local text=$1
    shift
    printf '%s\n' "$@" >wrong.conf
    wrong 65 "$text" timepost office load --yes wrong.conf
}
office=('[office a]' 'name = A' 'address = B')
service=('[service x]' 'name.en = X' 'duration = 20min')
refused 'wrong.conf:1: there is no section [offices]; there are service, office, hours and counter' '[offices a]'
refused 'wrong.conf:1: a section [office] has one code: [office oslo]' '[office]'
refused 'wrong.conf:1: [office a] has no hours' "${office[@]}"
refused 'wrong.conf:4: opening hours: “8-15” is no time of opening (write it like 08:00-15:00)' "${office[@]}" 'hours = mon 8-15'
refused 'wrong.conf:4: opening hours: “09:00-11:00” overlaps 08:00-10:00 on mon (write them as one)' "${office[@]}" \
    'hours = mon 08:00-10:00 09:00-11:00'
refused 'wrong.conf:4: [office] has no key "hour"; did you mean "hours"?' "${office[@]}" 'hour = mon 08:00-10:00'
refused 'wrong.conf:5: closed = 2024-02-30: what is expected is a day' "${office[@]}" 'hours = mon 08:00-10:00' \
    'closed = 2024-02-30'
refused 'wrong.conf:5: closed = 2024-06-02 until 2024-06-01: what is expected is an end' "${office[@]}" \
    'hours = mon 08:00-10:00' 'closed = 2024-06-02 until 2024-06-01'
refused 'wrong.conf:5: holidays = denmark: what is expected is none or norway' "${office[@]}" 'hours = mon 08:00-10:00' \
    'holidays = denmark'
refused 'wrong.conf:1: [office a]: its neighbour “b” is no office' "${office[@]}" 'hours = mon 08:00-10:00' 'neighbours = b'
refused 'wrong.conf:6: there is no service “cart”; did you mean “card”?' "${office[@]}" 'hours = mon 08:00-10:00' \
    '[counter a 1]' 'services = cart'
refused 'wrong.conf:5: [counter a 2]: the office has the counters 1 to 1' "${office[@]}" 'hours = mon 08:00-10:00' '[counter a 2]'
refused 'wrong.conf:1: [hours a] needs [office a] before it' '[hours a]' 'service = card' 'open = mon 08:00-10:00'
refused 'wrong.conf:5: [hours a] needs a service, from or until' "${office[@]}" 'hours = mon 08:00-10:00' '[hours a]' \
    'open = tue 08:00-10:00'
refused 'wrong.conf:8: [hours a]: two of all services for the same days' "${office[@]}" 'hours = mon 08:00-10:00' \
    '[hours a]' 'from = 2024-07-01' 'open = tue 08:00-10:00' '[hours a]' 'from = 2024-08-01' 'open = tue 08:00-10:00'
refused 'wrong.conf:6: from = 2024-13-01: what is expected is a day that there is' "${office[@]}" \
    'hours = mon 08:00-10:00' '[hours a]' 'from = 2024-13-01' 'open = tue 08:00-10:00'
refused 'wrong.conf:2: name needs its language: name.nb = X' '[service x]' 'name = X'
refused 'wrong.conf:3: duration = 20: what is expected is' '[service x]' 'name.en = X' 'duration = 20'
refused 'wrong.conf:1: [service x]: duration, each_further_person and buffer are in steps of five minutes' '[service x]' \
    'name.en = X' 'duration = 7min'
refused 'wrong.conf:4: [service x] is there already' "${service[@]}" "${service[@]}"
refused 'wrong.conf:1: "name" stands before the first section, such as [office oslo]' 'name = A'
wrong 66 'nowhere.conf' timepost office load nowhere.conf

finish
