-- The hash-chained record of events, and who holds which work.

-- `tender` tells quickly what concerns a tender; what counts is the code in `data`, which the hash covers.
CREATE TABLE event (
    seq          INTEGER PRIMARY KEY,
    time         INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    tender       TEXT,
    data         TEXT NOT NULL,
    prev         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX event_of_tender ON event (tender, seq);

-- One row: the end of the chain. Whoever appends locks it first, so that no two events follow the same one.
CREATE TABLE head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

INSERT INTO head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Against slips of our own; whoever owns the file can drop these, and then the chain tells (P13).
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'events never change');
END;

CREATE TRIGGER event_never_goes BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events never go');
END;

-- The epoch rises with every new holder; whoever wakes late finds another epoch and commits nothing (P29).
CREATE TABLE lease (
    name       TEXT NOT NULL PRIMARY KEY,
    holder     TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
