-- Offices as they are: hours that differ by service and by date, closures, counters that serve some services only,
-- what a service asks of people, families; and what the search of free times reads.

-- Whose public holidays the office keeps.
ALTER TABLE office ADD COLUMN holidays TEXT NOT NULL DEFAULT 'none' CHECK (holidays IN ('none', 'norway'));

-- Offices nearby, in the order in which their times are offered.
CREATE TABLE neighbour (
    office_id    INTEGER NOT NULL REFERENCES office (id),
    position     INTEGER NOT NULL,
    neighbour_id INTEGER NOT NULL REFERENCES office (id),
    PRIMARY KEY (office_id, position),
    UNIQUE (office_id, neighbour_id),
    CHECK (office_id <> neighbour_id)
) STRICT, WITHOUT ROWID;

-- Hours that replace those of the office (opening_hours): of a service, from a day to a day, or both. Days are numbered
-- since 1970-01-01; both ends belong to it.
CREATE TABLE timetable (
    id          INTEGER PRIMARY KEY,
    office_id   INTEGER NOT NULL REFERENCES office (id),
    service_id  INTEGER REFERENCES service (id),
    valid_from  INTEGER,
    valid_until INTEGER,
    CHECK (valid_from <= valid_until)
) STRICT;
CREATE INDEX timetable_of_office ON timetable (office_id);
CREATE TABLE timetable_hours (
    timetable_id INTEGER NOT NULL REFERENCES timetable (id),
    weekday      INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens        INTEGER NOT NULL CHECK (opens >= 0 AND opens % 5 = 0),
    closes       INTEGER NOT NULL CHECK (closes <= 1440 AND closes % 5 = 0),
    PRIMARY KEY (timetable_id, weekday, opens),
    CHECK (opens < closes)
) STRICT, WITHOUT ROWID;

-- A counter that is given up keeps its row, for bookings of the past point to it.
ALTER TABLE counter ADD COLUMN in_use INTEGER NOT NULL DEFAULT 1 CHECK (in_use IN (0, 1));

-- What a counter serves; without any row: everything.
CREATE TABLE counter_service (
    counter_id INTEGER NOT NULL REFERENCES counter (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    PRIMARY KEY (counter_id, service_id)
) STRICT, WITHOUT ROWID;

-- When nobody is served, of the whole office or of one counter.
CREATE TABLE closure (
    id         INTEGER PRIMARY KEY,
    office_id  INTEGER NOT NULL REFERENCES office (id),
    counter_id INTEGER REFERENCES counter (id),
    starts_at  INTEGER NOT NULL CHECK (starts_at % 300 = 0),
    ends_at    INTEGER NOT NULL CHECK (ends_at % 300 = 0),
    reason     TEXT,
    CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX closure_of_office ON closure (office_id, ends_at);

-- Minutes after a visit in which the counter is not free; minutes that each further person takes; then in seconds how
-- soon a visit can be booked, and how long before it changing and cancelling end. 0 days: as far as the configuration
-- says.
ALTER TABLE service ADD COLUMN buffer_minutes INTEGER NOT NULL DEFAULT 0
    CHECK (buffer_minutes >= 0 AND buffer_minutes % 5 = 0);
ALTER TABLE service ADD COLUMN more_minutes INTEGER NOT NULL DEFAULT 0 CHECK (more_minutes >= 0 AND more_minutes % 5 = 0);
ALTER TABLE service ADD COLUMN people_max INTEGER NOT NULL DEFAULT 10 CHECK (people_max >= 1);
ALTER TABLE service ADD COLUMN lead INTEGER NOT NULL DEFAULT 0 CHECK (lead >= 0);
ALTER TABLE service ADD COLUMN change_limit INTEGER NOT NULL DEFAULT 0 CHECK (change_limit >= 0);
ALTER TABLE service ADD COLUMN cancel_limit INTEGER NOT NULL DEFAULT 0 CHECK (cancel_limit >= 0);
ALTER TABLE service ADD COLUMN horizon_days INTEGER NOT NULL DEFAULT 0 CHECK (horizon_days >= 0);
UPDATE service SET more_minutes = minutes;

-- What to bring, in the order in which it was given.
CREATE TABLE service_document (
    service_id INTEGER NOT NULL REFERENCES service (id),
    language   TEXT NOT NULL,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    PRIMARY KEY (service_id, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE booking ADD COLUMN people INTEGER NOT NULL DEFAULT 1 CHECK (people >= 1);

-- The claims once more, a row for each counter and day and a bit for each five minutes, so that a search reads twenty
-- counters of ninety days in a moment. h08 has the four hours from 08:00 UTC, its lowest bit the first five minutes.
-- Triggers keep it: nobody else writes it.
CREATE TABLE taken (
    office_id  INTEGER NOT NULL,
    day        INTEGER NOT NULL, -- of UTC, since 1970-01-01
    counter_id INTEGER NOT NULL,
    h00        INTEGER NOT NULL,
    h04        INTEGER NOT NULL,
    h08        INTEGER NOT NULL,
    h12        INTEGER NOT NULL,
    h16        INTEGER NOT NULL,
    h20        INTEGER NOT NULL,
    PRIMARY KEY (office_id, day, counter_id)
) STRICT, WITHOUT ROWID;
INSERT INTO taken (office_id, day, counter_id, h00, h04, h08, h12, h16, h20)
SELECT k.office_id, c.quantum / 288, k.id,
    sum(CASE WHEN c.quantum % 288 / 48 = 0 THEN 1 << c.quantum % 48 ELSE 0 END),
    sum(CASE WHEN c.quantum % 288 / 48 = 1 THEN 1 << c.quantum % 48 ELSE 0 END),
    sum(CASE WHEN c.quantum % 288 / 48 = 2 THEN 1 << c.quantum % 48 ELSE 0 END),
    sum(CASE WHEN c.quantum % 288 / 48 = 3 THEN 1 << c.quantum % 48 ELSE 0 END),
    sum(CASE WHEN c.quantum % 288 / 48 = 4 THEN 1 << c.quantum % 48 ELSE 0 END),
    sum(CASE WHEN c.quantum % 288 / 48 = 5 THEN 1 << c.quantum % 48 ELSE 0 END)
FROM claim c JOIN counter k ON k.id = c.counter_id
GROUP BY k.office_id, c.quantum / 288, k.id;

CREATE TRIGGER claim_takes AFTER INSERT ON claim
BEGIN
    INSERT INTO taken (office_id, day, counter_id, h00, h04, h08, h12, h16, h20)
    SELECT k.office_id, new.quantum / 288, k.id,
        CASE WHEN new.quantum % 288 / 48 = 0 THEN 1 << new.quantum % 48 ELSE 0 END,
        CASE WHEN new.quantum % 288 / 48 = 1 THEN 1 << new.quantum % 48 ELSE 0 END,
        CASE WHEN new.quantum % 288 / 48 = 2 THEN 1 << new.quantum % 48 ELSE 0 END,
        CASE WHEN new.quantum % 288 / 48 = 3 THEN 1 << new.quantum % 48 ELSE 0 END,
        CASE WHEN new.quantum % 288 / 48 = 4 THEN 1 << new.quantum % 48 ELSE 0 END,
        CASE WHEN new.quantum % 288 / 48 = 5 THEN 1 << new.quantum % 48 ELSE 0 END
    FROM counter k WHERE k.id = new.counter_id
    ON CONFLICT DO UPDATE SET h00 = h00 | excluded.h00, h04 = h04 | excluded.h04, h08 = h08 | excluded.h08,
        h12 = h12 | excluded.h12, h16 = h16 | excluded.h16, h20 = h20 | excluded.h20;
END;
CREATE TRIGGER claim_frees AFTER DELETE ON claim
BEGIN
    UPDATE taken SET
        h00 = h00 & ~CASE WHEN old.quantum % 288 / 48 = 0 THEN 1 << old.quantum % 48 ELSE 0 END,
        h04 = h04 & ~CASE WHEN old.quantum % 288 / 48 = 1 THEN 1 << old.quantum % 48 ELSE 0 END,
        h08 = h08 & ~CASE WHEN old.quantum % 288 / 48 = 2 THEN 1 << old.quantum % 48 ELSE 0 END,
        h12 = h12 & ~CASE WHEN old.quantum % 288 / 48 = 3 THEN 1 << old.quantum % 48 ELSE 0 END,
        h16 = h16 & ~CASE WHEN old.quantum % 288 / 48 = 4 THEN 1 << old.quantum % 48 ELSE 0 END,
        h20 = h20 & ~CASE WHEN old.quantum % 288 / 48 = 5 THEN 1 << old.quantum % 48 ELSE 0 END
    WHERE office_id = (SELECT k.office_id FROM counter k WHERE k.id = old.counter_id)
        AND day = old.quantum / 288 AND counter_id = old.counter_id;
END;
-- A claim is taken and freed, never moved: the triggers above would not see it.
CREATE TRIGGER claim_stays BEFORE UPDATE OF counter_id, quantum ON claim
BEGIN
    SELECT raise(ABORT, 'a claim is taken and freed, never moved');
END;
