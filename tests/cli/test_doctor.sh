#!/bin/bash
# shellcheck source=tests/cli/library.sh
. "${0%/*}/library.sh"
umask 077
mkdir desk
cd desk || exit 1
add_oslo
timepost book --office oslo --service card --at 2024-06-11T10:00 --name A --email a@b.example --no-letter >/dev/null
write_configuration
desk() { timepost --config t.conf "$@"; }

prints 0 'all is well' desk doctor --offline <<'END'
ok      configuration  t.conf
ok      folder         .
ok      database       t.db, schema VERSION, no damage
ok      offices        1, with 1 service
ok      outbox         no letter failed
ok      token key      t.db.key
ok      desk address   timer@politi.example
ok      authserv_id    mx.politi.example

Nothing is wrong.
END
says 0 'as JSON' '"finding": "ok"' desk doctor --offline --json

says 78 'without a configuration' 'wrong   desk address   no [desk] address is configured' timepost doctor --offline
says 78 'advice does not count' '1 thing is wrong.' timepost doctor --offline
says 78 'a service needs servers' 'wrong   mailbox        none is configured' desk doctor
says 78 'to send by, too' 'wrong   smtp           none is configured' desk doctor
says 78 'a database that is not there' 'none.db is not there yet: “timepost office add” makes it' \
    "$TIMEPOST" --db none.db --config t.conf doctor --offline
says 78 'a folder that is not there' 'wrong   folder         none:' "$TIMEPOST" --db none/t.db doctor --offline
echo '[desk' >broken.conf
prints 78 'a broken configuration' timepost --config broken.conf doctor <<'END'
wrong   configuration  broken.conf:1: the section's name does not end: [desk]

1 thing is wrong.
END
chmod o+r t.db
says 78 'a database for everybody' 'everybody on this machine can use t.db (mode 0604): chmod o= t.db' \
    desk doctor --offline
chmod o= t.db
chmod o+r t.db.key
says 78 'a key for everybody' 'wrong   token key      everybody on this machine can use t.db.key' desk doctor --offline
chmod o= t.db.key
mv t.db.key key
says 0 'a key that is not there' 'advice  token key      t.db.key is not there yet' desk doctor --offline
echo short >t.db.key
says 78 'a key that is none' 'wrong   token key' desk doctor --offline
mv key t.db.key

# Nothing listens on port 1.
cat >>t.conf <<END
[smtp]
host = localhost
port = 1
tls = none
auth = none
[mailbox main]
host = localhost
port = 1
tls = none
user = timer
password_file = $PWD/password
END
says 78 'a password that is not there' "$PWD/password: No such file" desk doctor --offline
echo secret >password
says 69 'a mailbox that is not reached' 'wrong   mailbox main ' desk doctor
says 69 'a server that is not reached' 'wrong   smtp ' desk doctor
chmod o+r password
says 78 'a password for everybody' "everybody on this machine can use $PWD/password" desk doctor --offline

finish
