-- What came: messages, their originals, the ledger of everything that a folder ever listed, and papers as filed.

-- A message is what a mail says, however often and wherever it was delivered: `identity` is equal for all its copies (P5).
CREATE TABLE message (
    id                INTEGER PRIMARY KEY,
    mailbox           TEXT NOT NULL,
    folder            TEXT NOT NULL,
    identity          TEXT NOT NULL UNIQUE,
    sha256            TEXT NOT NULL,
    bytes             INTEGER NOT NULL,
    message_id        TEXT,
    from_address      TEXT,
    from_name         TEXT,
    subject           TEXT NOT NULL,
    received_at       INTEGER NOT NULL,
    taken_in_at       INTEGER NOT NULL,
    kind              TEXT CHECK (kind IN ('bidder', 'member', 'unknown-sender', 'bounce', 'auto-reply',
        'calendar-reply', 'report', 'bulk', 'unreadable')),
    state             TEXT NOT NULL DEFAULT 'received'
        CHECK (state IN ('received', 'filed', 'needs-decision', 'set-aside', 'failed')),
    unanswered        TEXT,
    tender            INTEGER REFERENCES tender (id),
    bidder            INTEGER,
    session           INTEGER,
    late              INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
    confidence        REAL NOT NULL DEFAULT 0,
    reasons           TEXT NOT NULL DEFAULT '[]',
    candidates        TEXT NOT NULL DEFAULT '[]',
    attention         TEXT CHECK (attention IN ('question', 'objection', 'refused', 'reschedule', 'link')),
    sender_registered INTEGER NOT NULL DEFAULT 0 CHECK (sender_registered IN (0, 1)),
    tries             INTEGER NOT NULL DEFAULT 0,
    failure           TEXT,
    owes_receipt      INTEGER NOT NULL DEFAULT 0 CHECK (owes_receipt IN (0, 1)),
    owes_note         INTEGER NOT NULL DEFAULT 0 CHECK (owes_note IN (0, 1)),
    decided_by        TEXT,
    FOREIGN KEY (bidder, tender) REFERENCES bidder (id, tender),
    FOREIGN KEY (session, bidder, tender) REFERENCES session (id, bidder, tender),
    -- "filed" says that its place is certain, and only what is filed is acknowledged.
    CHECK (state <> 'filed' OR (tender IS NOT NULL AND bidder IS NOT NULL AND session IS NOT NULL)),
    CHECK (owes_receipt = 0 OR state = 'filed')
) STRICT;

CREATE INDEX message_to_read ON message (id) WHERE state = 'received';
CREATE INDEX message_owing ON message (session, taken_in_at) WHERE owes_receipt = 1;
CREATE INDEX message_noting ON message (id) WHERE owes_note = 1;
CREATE INDEX message_by_message_id ON message (message_id);
CREATE INDEX message_of_tender ON message (tender, id);
CREATE INDEX message_of_session ON message (session, id);

-- Every differing raw copy is kept in storage under its digest. Rows here are never changed or removed (P11).
CREATE TABLE original (
    sha256    TEXT NOT NULL PRIMARY KEY,
    message   INTEGER NOT NULL REFERENCES message (id),
    bytes     INTEGER NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT;

CREATE INDEX original_of_message ON original (message, sha256);

-- A row for every mail ever listed to us, by UID (IMAP) or file name (Maildir). It ends as stored, vanished or refused (P1).
CREATE TABLE ledger (
    mailbox       TEXT NOT NULL,
    folder        TEXT NOT NULL,
    uid_validity  INTEGER NOT NULL,
    uid           INTEGER NOT NULL,
    file          TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('listed', 'stored', 'vanished', 'refused')),
    size          INTEGER,
    arrived_at    INTEGER,
    sha256        TEXT,
    message       INTEGER REFERENCES message (id),
    listed_at     INTEGER NOT NULL,
    settled_at    INTEGER,
    tries         INTEGER NOT NULL DEFAULT 0,
    missing_since INTEGER,
    note          TEXT,
    header        BLOB,
    PRIMARY KEY (mailbox, folder, uid_validity, uid, file),
    CHECK ((uid = 0) = (file <> '')),
    CHECK (state <> 'stored' OR (sha256 IS NOT NULL AND message IS NOT NULL AND arrived_at IS NOT NULL))
) STRICT;

CREATE INDEX ledger_open ON ledger (mailbox, folder, uid_validity) WHERE state = 'listed';

-- The folders themselves, over all epochs: when each was last completely seen, and its health.
CREATE TABLE folder (
    mailbox       TEXT NOT NULL,
    folder        TEXT NOT NULL,
    uid_validity  INTEGER,
    last_sweep_at INTEGER,
    exists_count  INTEGER,
    health        TEXT,
    health_since  INTEGER,
    PRIMARY KEY (mailbox, folder)
) STRICT;

-- The manifest from which the tree of papers can be made again. No two papers share a path, so none is overwritten.
CREATE TABLE attachment (
    message    INTEGER NOT NULL REFERENCES message (id),
    position   INTEGER NOT NULL,
    name       TEXT,
    media_type TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    sha256     TEXT NOT NULL,
    container  TEXT,
    path       TEXT UNIQUE,
    document   TEXT,
    expert     TEXT,
    findings   TEXT NOT NULL,
    PRIMARY KEY (message, position)
) STRICT;
