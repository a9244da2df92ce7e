-- The calendar and everything else that lasts. A migration that was released is never edited: a change is a new file.
--
-- Times are seconds since 1970-01-01T00:00:00Z. Words that the program compares are checked here as well, so that
-- no other hand can write what it would not understand.

CREATE TABLE office (
    id      INTEGER PRIMARY KEY,
    code    TEXT NOT NULL UNIQUE,
    name    TEXT NOT NULL,
    address TEXT NOT NULL,
    desk    TEXT,
    zone    TEXT NOT NULL
) STRICT;

-- Minutes after midnight by the office's clocks.
CREATE TABLE opening_hours (
    office_id INTEGER NOT NULL REFERENCES office (id),
    weekday   INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens     INTEGER NOT NULL CHECK (opens >= 0 AND opens % 5 = 0),
    closes    INTEGER NOT NULL CHECK (closes <= 1440 AND closes % 5 = 0),
    PRIMARY KEY (office_id, weekday, opens),
    CHECK (opens < closes)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    id        INTEGER PRIMARY KEY,
    office_id INTEGER NOT NULL REFERENCES office (id),
    number    INTEGER NOT NULL CHECK (number >= 1),
    UNIQUE (office_id, number)
) STRICT;

CREATE TABLE service (
    id      INTEGER PRIMARY KEY,
    code    TEXT NOT NULL UNIQUE,
    minutes INTEGER NOT NULL CHECK (minutes > 0 AND minutes % 5 = 0)
) STRICT;

CREATE TABLE service_name (
    service_id INTEGER NOT NULL REFERENCES service (id),
    language   TEXT NOT NULL,
    name       TEXT NOT NULL,
    position   INTEGER NOT NULL, -- the order in which they were given
    PRIMARY KEY (service_id, language)
) STRICT, WITHOUT ROWID;

-- Ids of bookings and contacts are in letters and tokens and must never come back for somebody else.
CREATE TABLE booking (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    number     TEXT NOT NULL UNIQUE,
    status     TEXT NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
    origin     TEXT NOT NULL CHECK (origin IN ('desk', 'self', 'migrated')),
    office_id  INTEGER NOT NULL REFERENCES office (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    starts_at  INTEGER NOT NULL CHECK (starts_at % 300 = 0),
    ends_at    INTEGER NOT NULL CHECK (ends_at % 300 = 0),
    revision   INTEGER NOT NULL CHECK (revision >= 0),
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX booking_of_office ON booking (office_id, starts_at) WHERE status = 'confirmed';
CREATE INDEX booking_by_start ON booking (starts_at) WHERE status = 'confirmed';

CREATE TABLE contact (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    booking_id       INTEGER NOT NULL REFERENCES booking (id),
    address          TEXT NOT NULL,
    name             TEXT,
    language         TEXT NOT NULL,
    role             TEXT NOT NULL CHECK (role IN ('applicant', 'representative', 'employer')),
    token_generation INTEGER NOT NULL DEFAULT 0,
    reachable        INTEGER NOT NULL DEFAULT 1 CHECK (reachable IN (0, 1))
) STRICT;
CREATE INDEX contact_of_booking ON contact (booking_id);
CREATE INDEX contact_by_address ON contact (lower(address), booking_id);

-- One row for each five minutes of a counter: its key is what makes overbooking impossible.
CREATE TABLE claim (
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    quantum    INTEGER NOT NULL, -- the time divided by 300
    booking_id INTEGER NOT NULL REFERENCES booking (id),
    PRIMARY KEY (counter_id, quantum)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_of_booking ON claim (booking_id);

-- Each message that was handled. Message-ID and digest are its identity.
CREATE TABLE ledger (
    id          INTEGER PRIMARY KEY,
    message_id  TEXT NOT NULL,
    digest      BLOB NOT NULL CHECK (length(digest) = 32),
    handled_at  INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    reason      TEXT,
    disposition TEXT NOT NULL CHECK (disposition IN ('handled', 'desk', 'quarantine')),
    UNIQUE (digest, message_id)
) STRICT;

-- Each sighting of a message in a mailbox.
CREATE TABLE arrival (
    id          INTEGER PRIMARY KEY,
    mailbox     TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    ledger_id   INTEGER REFERENCES ledger (id),
    filed_at    INTEGER,
    UNIQUE (mailbox, uidvalidity, uid)
) STRICT;
CREATE INDEX arrival_of_ledger ON arrival (ledger_id);

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    booking_id      INTEGER REFERENCES booking (id),
    contact_id      INTEGER REFERENCES contact (id),
    ledger_id       INTEGER REFERENCES ledger (id),
    revision        INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    occasion        INTEGER NOT NULL,
    sender          TEXT NOT NULL,
    recipient       TEXT NOT NULL,
    message_id      TEXT NOT NULL UNIQUE,
    status          TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'failed', 'dropped', 'printed')),
    attempts        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    queued_at       INTEGER NOT NULL, -- when it was written, or an administrator put it back into the queue
    due_at          INTEGER, -- of a letter that is being sent: when its claim ends
    ended_at        INTEGER, -- when it was sent, failed, was dropped or printed
    last_error      TEXT,
    only_while_true INTEGER NOT NULL CHECK (only_while_true IN (0, 1)),
    message         BLOB NOT NULL, -- last, so that a list need not read past it
    CHECK ((status IN ('queued', 'sending')) = (due_at IS NOT NULL)),
    CHECK ((due_at IS NULL) = (ended_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX outbox_key ON outbox (coalesce(booking_id, 0), revision, kind, occasion, lower(recipient));
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_by_status ON outbox (status, id);
CREATE INDEX outbox_caused ON outbox (created_at) WHERE ledger_id IS NOT NULL;
CREATE INDEX outbox_caused_to ON outbox (lower(recipient), created_at) WHERE ledger_id IS NOT NULL;
CREATE INDEX outbox_of_booking ON outbox (booking_id, created_at, ledger_id);
CREATE INDEX outbox_of_contact ON outbox (contact_id);
CREATE INDEX outbox_of_ledger ON outbox (ledger_id);

-- Who did what. It outlives what it tells of, so it points without foreign keys.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    authority  TEXT,
    booking_id INTEGER,
    revision   INTEGER NOT NULL,
    ledger_id  INTEGER,
    detail     TEXT
) STRICT;
CREATE INDEX audit_of_booking ON audit (booking_id, id);
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is only added to');
END;
CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is only added to');
END;
-- INSERT OR REPLACE would delete without asking the trigger above.
CREATE TRIGGER audit_keeps_ids BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit a WHERE a.id = new.id)
BEGIN
    SELECT raise(ABORT, 'the audit trail is only added to');
END;
