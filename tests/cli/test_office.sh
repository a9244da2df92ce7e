#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"

# --- offices ---

prints 0 'an office is added without a word' timepost office add oslo --name 'Politiets utlendingsenhet, Tøyen' \
    --address 'Hagegata 23, 0653 Oslo' --hours 'mon-fri 08:00-15:00' --counters 3 --desk oslo@politiet.example \
    --timezone Europe/Oslo </dev/null
holds 'another with the defaults' timepost office add --name='Nord politidistrikt' vadso \
    --address='Kirkegata 1, 9800 Vadsø' --hours 'mon,wed 09:00-11:30 12:00-15:00; thu 12:00-18:00'
prints 0 'the list' timepost office list <<'END'
CODE   NAME                              COUNTERS  HOURS
oslo   Politiets utlendingsenhet, Tøyen  3         mon-fri 08:00-15:00
vadso  Nord politidistrikt               1         mon,wed 09:00-11:30 12:00-15:00; thu 12:00-18:00
END
COLUMNS=60 prints 0 'the list at a narrow terminal' timepost office list <<'END'
CODE   NAME                  COUNTERS  HOURS
oslo   Politiets utlending…  3         mon-fri 08:00-15:00
vadso  Nord politidistrikt   1         mon,wed 09:00-11:30 …
END
prints 0 'one' timepost office show oslo <<'END'
Code       oslo
Name       Politiets utlendingsenhet, Tøyen
Address    Hagegata 23, 0653 Oslo
Hours      mon-fri 08:00-15:00
Time zone  Europe/Oslo
Counters   3
Desk       oslo@politiet.example
END
prints 0 'one as JSON' timepost --json office show vadso <<'END'
{
  "code": "vadso",
  "name": "Nord politidistrikt",
  "address": "Kirkegata 1, 9800 Vadsø",
  "desk": null,
  "timezone": "Europe/Oslo",
  "counters": 1,
  "hours": "mon,wed 09:00-11:30 12:00-15:00; thu 12:00-18:00"
}
END
says 0 'the list as JSON' '"code": "oslo"' timepost office list --json

add() { timepost office add "${@:-bergen}" --name Bergen --address 'Nordre gate 2'; }
wrong 73 'an office oslo exists already' add oslo --hours 'mon 08:00-15:00'
wrong 65 '“Oslo!” is no code of an office' add 'Oslo!' --hours 'mon 08:00-15:00'
wrong 64 'office add needs --hours HOURS' add bergen
wrong 64 '--hours: opening hours: “man-fre” is no day' add bergen --hours 'man-fre 08:00-15:00'
wrong 64 '--hours: opening hours: “8-15” is no time' add bergen --hours 'mon-fri 8-15'
wrong 64 '--counters 0: what is expected is a number from 1 to 200' add bergen --hours 'mon 08:00-15:00' --counters 0
wrong 64 '--counters tre: what is expected is a number' add bergen --hours 'mon 08:00-15:00' --counters tre
wrong 64 '--timezone Oslo: what is expected is a time zone' add bergen --hours 'mon 08:00-15:00' --timezone Oslo
wrong 64 '--desk bergen: what is expected is one mail address' add bergen --hours 'mon 08:00-15:00' --desk bergen
wrong 64 '--name: “Ber\x0agen” has control characters' timepost office add b --name $'Ber\ngen'
wrong 65 'there is no office “olso”; did you mean “oslo”?' timepost office show olso
wrong 65 'there is no office “trondheim”; there are: oslo, vadso' timepost office show trondheim

# --- services ---

prints 0 'a service is added without a word' timepost service add card --name nb='Nytt oppholdskort' \
    --name en='New residence card' --minutes 20 </dev/null
prints 0 'the services' timepost service list <<'END'
CODE  MINUTES  LANGUAGE  NAME
card  20       nb        Nytt oppholdskort
               en        New residence card
END
prints 0 'the services as JSON' timepost service list --json <<'END'
[
  {
    "code": "card",
    "minutes": 20,
    "names": {
      "nb": "Nytt oppholdskort",
      "en": "New residence card"
    }
  }
]
END
wrong 73 'a service card exists already' timepost service add card --name nb=X --minutes 20
wrong 64 '--minutes 7: what is expected is a multiple of 5' timepost service add x --name nb=X --minutes 7
wrong 64 '--minutes 0: what is expected is a number from 5' timepost service add x --name nb=X --minutes 0
wrong 64 '--name Kort: what is expected is LANGUAGE=NAME' timepost service add x --name Kort --minutes 20
wrong 64 'what is expected before the = is the tag of a language' timepost service add x --name norsk=X --minutes 20
wrong 65 'two names in nb' timepost service add x --name nb=X --name nb=Y --minutes 20
wrong 64 'service add needs --name LANGUAGE=NAME' timepost service add x --minutes 20

finish
