#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"

timepost office add oslo --name 'Tøyen' --address 'Hagegata 23' --hours 'mon,tue 08:00-10:00; wed 09:00-11:00' --counters 2
timepost service add card --name en='New residence card' --minutes 20
timepost service add talk --name en='Interview' --minutes 45
book() { timepost book --office oslo --name Ola --email ola@example.org --no-letter "$@"; }
book --service card --at 2024-06-11T08:00 >/dev/null
book --service card --at 2024-06-11T08:00 >/dev/null
book --service talk --at 2024-06-11T08:40 >/dev/null

# --- free ---

prints 0 'free times' timepost free --office oslo --service card --from 2024-06-11 --days 2 <<'END'
START             END    DAY  FREE
2024-06-11T08:20  08:40  Tue  2
2024-06-11T08:40  09:00  Tue  1
2024-06-11T09:00  09:20  Tue  1
2024-06-11T09:20  09:40  Tue  1
2024-06-11T09:40  10:00  Tue  2
2024-06-12T09:00  09:20  Wed  2
2024-06-12T09:20  09:40  Wed  2
2024-06-12T09:40  10:00  Wed  2
2024-06-12T10:00  10:20  Wed  2
2024-06-12T10:20  10:40  Wed  2
2024-06-12T10:40  11:00  Wed  2
END
prints 0 'free times as JSON' timepost free --office oslo --service talk --from 2024-06-11T08:20 --days 1 --json <<'END'
[
  {
    "office": "oslo",
    "start": "2024-06-11T08:45:00+02:00",
    "end": "2024-06-11T09:30:00+02:00",
    "free_counters": 1
  }
]
END
now=2024-06-11T09:10:00+02:00
prints 0 'the past is left out' timepost free --office oslo --service card --from 2024-06-11 --days 1 <<'END'
START             END    DAY  FREE
2024-06-11T09:20  09:40  Tue  1
2024-06-11T09:40  10:00  Tue  2
END
prints 0 'none' timepost free --office oslo --service card --from 2024-06-13 --days 2 <<'END'
timepost: no time is free for card at oslo in these days (the past is left out)
END
prints 0 'none as JSON' timepost free --office oslo --service card --from 2024-06-13 --days 2 --json <<'END'
[]
END
now=2024-06-01T09:00:00+02:00
timepost office add ski --name 'Ski' --address 'Storgata 1' --hours 'tue 07:00-08:00' --counters 1
timepost office dump | sed '/^name = Tøyen/a neighbours = ski' >nearby.conf
timepost office load --yes nearby.conf >/dev/null
best() { timepost free --office oslo --service talk --days 60 --limit 3 "$@"; }
prints 0 'the best: wanted first, then in that part of the day' best --want 2024-06-12 --part 09:30-10:00 <<'END'
START             END    DAY  FREE
2024-06-12T09:45  10:30  Wed  2
2024-06-12T09:00  09:45  Wed  2
2024-06-05T09:45  10:30  Wed  2
END
prints 0 'the nearest, without what is to be avoided' best --near 2024-06-11T09:00 \
    --avoid 2024-06-11T08:00/2024-06-11T08:50 --avoid 2024-06-12 <<'END'
START             END    DAY  FREE
2024-06-10T08:45  09:30  Mon  2
2024-06-10T08:00  08:45  Mon  2
2024-06-17T08:00  08:45  Mon  2
END
prints 0 'those of offices nearby come after the own' timepost free --office oslo --service talk --nearby \
    --from 2024-06-18 --days 1 <<'END'
START             END    DAY  FREE  OFFICE
2024-06-18T08:00  08:45  Tue  2     oslo
2024-06-18T08:45  09:30  Tue  2     oslo
2024-06-18T07:00  07:45  Tue  1     ski
END
prints 0 'where they have room for all who come' timepost free --office oslo --service talk --people 2 --nearby \
    --from 2024-06-18 --days 1 <<'END'
START             END    DAY  FREE  OFFICE
2024-06-18T08:00  09:30  Tue  2     oslo
END
wrong 64 '--part noon: what is expected is morning, afternoon, evening, or 10:00-12:00' best --part noon
wrong 64 '--want 2024-06-12/2024-06-11: it ends before it begins' best --want 2024-06-12/2024-06-11
now=2024-06-11T09:10:00+02:00
wrong 64 '--days 0: what is expected is a number from 1 to 730' timepost free --office oslo --service card --days 0
wrong 64 '--from: “neste uke” is no time' timepost free --office oslo --service card --from 'neste uke'
wrong 65 'there is no office “olso”; did you mean “oslo”?' timepost free --office olso --service card
wrong 64 'free needs --service CODE' timepost free --office oslo

# --- calendar ---

prints 0 'a week' timepost calendar --office oslo --from 2024-06-13 <<'END'
oslo: Tøyen
Week 24, 2024-06-10 to 2024-06-16, 2 counters, 3 appointments

       Mon 10  Tue 11  Wed 12
08:00  ..      ##
08:10  ..      ##
08:20  ..      ..
08:30  ..      ..
08:40  ..      #.
08:50  ..      #.
09:00  ..      #.      ..
09:10  ..      #.      ..
09:20  ..      +.      ..
09:30  ..      ..      ..
09:40  ..      ..      ..
09:50  ..      ..      ..
10:00                  ..
10:10                  ..
10:20                  ..
10:30                  ..
10:40                  ..
10:50                  ..

Each counter has a column:  . free  # taken  + taken in part
END
says 0 'this week' 'Week 24, 2024-06-10 to 2024-06-16' timepost calendar --office oslo
says 0 'a week over the new year' 'Week 1, 2024-12-30 to 2025-01-05' timepost calendar --office oslo --from 2025-01-01
prints 0 'a week as JSON' timepost calendar --office oslo --json <<'END'
{
  "office": "oslo",
  "timezone": "Europe/Oslo",
  "counters": 2,
  "days": [
    {
      "date": "2024-06-10",
      "open": [
        {
          "start": "2024-06-10T08:00:00+02:00",
          "end": "2024-06-10T10:00:00+02:00"
        }
      ],
      "bookings": []
    },
    {
      "date": "2024-06-11",
      "open": [
        {
          "start": "2024-06-11T08:00:00+02:00",
          "end": "2024-06-11T10:00:00+02:00"
        }
      ],
      "bookings": [
        {
          "number": "NUMBER",
          "counter": 1,
          "start": "2024-06-11T08:00:00+02:00",
          "end": "2024-06-11T08:20:00+02:00",
          "name": "Ola"
        },
        {
          "number": "NUMBER",
          "counter": 2,
          "start": "2024-06-11T08:00:00+02:00",
          "end": "2024-06-11T08:20:00+02:00",
          "name": "Ola"
        },
        {
          "number": "NUMBER",
          "counter": 1,
          "start": "2024-06-11T08:40:00+02:00",
          "end": "2024-06-11T09:25:00+02:00",
          "name": "Ola"
        }
      ]
    },
    {
      "date": "2024-06-12",
      "open": [
        {
          "start": "2024-06-12T09:00:00+02:00",
          "end": "2024-06-12T11:00:00+02:00"
        }
      ],
      "bookings": []
    },
    {
      "date": "2024-06-13",
      "open": [],
      "bookings": []
    },
    {
      "date": "2024-06-14",
      "open": [],
      "bookings": []
    },
    {
      "date": "2024-06-15",
      "open": [],
      "bookings": []
    },
    {
      "date": "2024-06-16",
      "open": [],
      "bookings": []
    }
  ]
}
END
wrong 64 'calendar needs --office CODE' timepost calendar
wrong 64 '--from: “2024-W24” is no time' timepost calendar --office oslo --from 2024-W24
timepost office add large --name 'Large' --address 'A street' --hours 'mon-sun 08:00-20:00' --counters 40
timepost book --office large --service card --at 2024-06-12T08:00 --name Ola --email ola@example.org --no-letter >raw
says 0 'more counters than there are columns' ' 1/40' timepost calendar --office large
fits 'and 80 columns' said

finish
