-- The hash-chained record of events, and who holds which work.

-- `tender` tells quickly what concerns a tender; what counts is the code in `data`, which the hash covers.
CREATE TABLE event (
    seq          BIGINT PRIMARY KEY,
    time         BIGINT NOT NULL,
    actor        TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    tender       TEXT,
    data         TEXT NOT NULL,
    prev         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE
);

CREATE INDEX event_of_tender ON event (tender, seq);

-- One row: the end of the chain. Whoever appends locks it first, so that no two events follow the same one.
CREATE TABLE head (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Against slips of our own; whoever owns the file can drop these, and then the chain tells (P13).
CREATE FUNCTION event_never_changes() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''events never change''; END';

CREATE TRIGGER event_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_never_changes();

-- The epoch rises with every new holder; whoever wakes late finds another epoch and commits nothing (P29).
CREATE TABLE lease (
    name       TEXT NOT NULL PRIMARY KEY,
    holder     TEXT NOT NULL,
    epoch      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
