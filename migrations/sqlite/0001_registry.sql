-- Tenders, bidders and sessions as imported, and facts about this instance.
-- Times are milliseconds since 1970 in UTC, truth values 0 or 1, lists JSON: what both databases and the Any driver share.
-- STRICT, because SQLite would otherwise keep a text where a number belongs and tell nobody.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE tender (
    id      INTEGER PRIMARY KEY,
    code    TEXT NOT NULL UNIQUE CHECK (code <> ''),
    name    TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('barang', 'konstruksi', 'konsultansi', 'jasa-lainnya')),
    folder  TEXT NOT NULL UNIQUE
) STRICT;

-- The pairs and triples that are unique below look idle; rows elsewhere refer to them, so that no message and no mail can
-- name the session of one bidder together with another bidder or tender.
CREATE TABLE bidder (
    id        INTEGER PRIMARY KEY,
    tender    INTEGER NOT NULL REFERENCES tender (id),
    name      TEXT NOT NULL,
    npwp      TEXT,
    nib       TEXT,
    director  TEXT,
    phone     TEXT,
    folder    TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    UNIQUE (tender, name),
    UNIQUE (id, tender)
) STRICT;

-- Two firms must never share a folder, also where the file system does not tell large letters from small ones.
CREATE UNIQUE INDEX bidder_folder ON bidder (tender, lower(folder));

CREATE TABLE bidder_email (
    bidder   INTEGER NOT NULL REFERENCES bidder (id),
    position INTEGER NOT NULL,
    address  TEXT NOT NULL,
    PRIMARY KEY (bidder, position),
    UNIQUE (bidder, address)
) STRICT;

CREATE TABLE bidder_expert (
    bidder   INTEGER NOT NULL REFERENCES bidder (id),
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (bidder, position)
) STRICT;

CREATE TABLE session (
    id                  INTEGER PRIMARY KEY,
    tender              INTEGER NOT NULL,
    bidder              INTEGER NOT NULL,
    kind                TEXT NOT NULL CHECK (kind IN ('qualification', 'clarification', 'negotiation')),
    starts              INTEGER NOT NULL,
    ends                INTEGER NOT NULL,
    invite              INTEGER,
    due                 INTEGER NOT NULL,
    meeting             TEXT NOT NULL,
    documents           TEXT NOT NULL,
    file                TEXT,
    file_at             INTEGER,
    reference           TEXT NOT NULL UNIQUE,
    token               TEXT NOT NULL UNIQUE,
    withdrawn           INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    -- What the bidder answered. Of several answers to an invitation the newest by (sequence, stamp) stands, RFC 5546 2.1.5.
    attendance          TEXT CHECK (attendance IN ('accepted', 'declined', 'tentative')),
    attendance_sequence INTEGER,
    attendance_stamp    INTEGER,
    recording_consent   TEXT CHECK (recording_consent IN ('given', 'refused')),
    negotiation         TEXT CHECK (negotiation IN
        ('waiting', 'returned-signed', 'returned-unsigned', 'differs', 'refused', 'counter-offer')),
    FOREIGN KEY (bidder, tender) REFERENCES bidder (id, tender),
    UNIQUE (bidder, kind),
    UNIQUE (id, bidder, tender)
) STRICT;
