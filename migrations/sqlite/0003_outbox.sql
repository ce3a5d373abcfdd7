-- What leaves. A mail is written here, rendered, in the transaction that makes it necessary (P16); every attempt sends
-- these octets (P18). `natural_key` says why it exists at most once (P17).

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('invitation', 'acknowledgement', 'reminder', 'negotiation', 'notice',
        'digest', 'member-reply', 'unknown-sender-reply')),
    natural_key     TEXT NOT NULL UNIQUE,
    mailbox         TEXT NOT NULL,
    envelope_from   TEXT,
    recipient       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    message_id      TEXT NOT NULL UNIQUE,
    in_reply_to     TEXT,
    tender          INTEGER REFERENCES tender (id),
    bidder          INTEGER,
    session         INTEGER,
    due_at          INTEGER NOT NULL,
    raw             BLOB NOT NULL,
    state           TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sent', 'failed', 'bounced', 'cancelled')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    sent_at         INTEGER,
    last_error      TEXT,
    -- The final dot may have gone out and no answer came (P19).
    outcome_unknown INTEGER NOT NULL DEFAULT 0 CHECK (outcome_unknown IN (0, 1)),
    claimed_by      TEXT,
    claimed_until   INTEGER,
    FOREIGN KEY (bidder, tender) REFERENCES bidder (id, tender),
    FOREIGN KEY (session, bidder, tender) REFERENCES session (id, bidder, tender),
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CHECK (claimed_by IS NULL OR state = 'queued'),
    CHECK (state <> 'sent' OR sent_at IS NOT NULL)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (mailbox, next_attempt_at) WHERE state = 'queued';
CREATE INDEX outbox_of_tender ON outbox (tender, id);
CREATE INDEX outbox_of_session ON outbox (session, kind, id);
-- A bounce address carries the first 16 digits of the Message-ID's local part, which stands after the angle bracket.
CREATE INDEX outbox_by_bounce_prefix ON outbox (substr(message_id, 2, 16));
-- For the limits on answering (P21).
CREATE INDEX outbox_by_time ON outbox (kind, created_at);
CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);

-- Which mails of ours were queued because of which message; every message of a burst names the one receipt.
CREATE TABLE message_reply (
    message INTEGER NOT NULL REFERENCES message (id),
    outbox  INTEGER NOT NULL REFERENCES outbox (id),
    PRIMARY KEY (message, outbox)
) STRICT;
