#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"

says 0 'the version' 'timepost 0.1' "$TIMEPOST" --version
says 0 'all commands' '  calendar        Draw a week of an office' "$TIMEPOST" --help
says 0 'help without a command' '  calendar        Draw a week of an office' "$TIMEPOST" help
says 64 'no command' 'usage: timepost ' "$TIMEPOST"
says 0 'help of a command' 'usage: timepost book --office CODE' "$TIMEPOST" help book
says 0 'a command with --help' 'usage: timepost book --office CODE' "$TIMEPOST" book --help
says 0 'a command with -h' 'usage: timepost book --office CODE' "$TIMEPOST" book -h
says 0 '--help before a command' 'usage: timepost book --office CODE' "$TIMEPOST" --help book
says 0 '--help among other options' 'usage: timepost book --office CODE' "$TIMEPOST" book --office oslo --help
says 0 'help of a command of two words' 'usage: timepost office add CODE' "$TIMEPOST" help office add
says 0 'two words and --help' 'usage: timepost office add CODE' "$TIMEPOST" office add --help

prints 64 'a group lists its commands' "$TIMEPOST" office <<'END'
usage: timepost office COMMAND …

  office add      Add an office with its counters and opening hours
  office list     List the offices
  office show     Show an office
  office close    Close an office or a counter for a time
  office reopen   Open an office or a counter again that is closed for a time
  office load     Make offices and services be as a file says
  office dump     Write offices and services as a file

“timepost office COMMAND --help” tells more of a command.
END
says 0 'help of a group' 'usage: timepost office COMMAND' "$TIMEPOST" help office
says 0 'a group with --help' 'usage: timepost outbox COMMAND' "$TIMEPOST" outbox --help

prints 0 'the help of a command' "$TIMEPOST" help move <<'END'
usage: timepost move NUMBER --at TIME [--anyway] [--no-letter]

Move an appointment to another time.

  --at TIME               when it is to begin instead, by the office's clocks
  --anyway                sooner or further ahead than the service allows, too
  --no-letter             write no letter to the people of the booking

Office and service stay as they are. If the time cannot be had, nothing changes;
“timepost free” lists times that can. Its people get a letter.

  timepost move NUMBER --at 2024-06-12T10:20

--config, --db, --now and --json work as everywhere: see timepost --help.
END

# Every help text fits a terminal.
for command in '' $("$TIMEPOST" --help | sed -n 's/^  \([a-z]*\) \{2,\}.*/\1/p') 'office add' 'office close' 'office dump' 'office list' 'office load' 'office reopen' \
    'office show' 'service add' 'service list' 'outbox list' 'outbox retry' 'outbox drop'; do
    # shellcheck disable=SC2086 # a command of two words
    "$TIMEPOST" help $command >text
    fits "the help of ${command:-all} has 80 columns" text
done

# What people mistype.
wrong 64 'there is no command “boook”; did you mean “book”?' "$TIMEPOST" boook
wrong 64 'there is no command “cal”; did you mean “calendar”?' "$TIMEPOST" cal
wrong 64 'there is no command “frobnicate” (timepost --help lists them)' "$TIMEPOST" frobnicate
wrong 64 'there is no command “bok”; did you mean “book”?' "$TIMEPOST" help bok
wrong 64 'there is no command “offices”; did you mean “office”?' "$TIMEPOST" offices
wrong 64 'there is no “office lst”; did you mean “office list”?' "$TIMEPOST" office lst
wrong 64 'there is no “outbox purge”; there are: list, retry, drop' "$TIMEPOST" outbox purge
wrong 64 'there is no option --jsn; did you mean --json?' "$TIMEPOST" --jsn office list
wrong 64 'before the name of a command there is no option --office' "$TIMEPOST" --office oslo book
wrong 64 'book has no option --offce; did you mean --office? (timepost book --help)' "$TIMEPOST" book --offce oslo
wrong 64 'free has no option --off; did you mean --office?' "$TIMEPOST" free --off oslo
wrong 64 'book has no option -o (timepost book --help lists what there is)' "$TIMEPOST" book -o oslo
wrong 64 'cancel has no option -json; did you mean --json?' "$TIMEPOST" cancel -json
wrong 64 '--office needs a value: --office CODE' "$TIMEPOST" book --office
wrong 64 '--office needs a value: --office CODE' "$TIMEPOST" book --office --service card
wrong 64 '--db needs a value: --db FILE' "$TIMEPOST" --db
wrong 64 '--json takes no value' "$TIMEPOST" office list --json=yes
wrong 64 '--office is given twice' "$TIMEPOST" book --office oslo --office bergen
wrong 64 'book needs --office CODE (timepost book --help)' "$TIMEPOST" book
wrong 64 'book takes options only, but “oslo” is none' "$TIMEPOST" book oslo
wrong 64 'cancel needs NUMBER (timepost cancel --help)' "$TIMEPOST" cancel
wrong 64 '“TP2” is more than cancel takes: NUMBER' "$TIMEPOST" cancel TP1 TP2
wrong 64 'office show needs CODE' "$TIMEPOST" office show
wrong 64 'book has no option --x\x1b[2J' "$TIMEPOST" book $'--x\e[2J'

finish
