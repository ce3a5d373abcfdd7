-- What was last told to a bidder about his session. What is due follows from the difference to what holds now, so it is
-- written in the transaction that queues the letter; `sequence` is the SEQUENCE of its calendar part (RFC 5546).
CREATE TABLE announcement (
    session   INTEGER NOT NULL REFERENCES session (id),
    sequence  INTEGER NOT NULL CHECK (sequence >= 0),
    outbox    INTEGER NOT NULL UNIQUE REFERENCES outbox (id),
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    starts    INTEGER NOT NULL,
    ends      INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    meeting   TEXT NOT NULL,
    PRIMARY KEY (session, sequence)
) STRICT;

-- Invitations from before this table told what stands in the session.
INSERT INTO announcement (session, sequence, outbox, starts, ends, due, meeting)
SELECT session.id, 0, outbox.id, session.starts, session.ends, session.due, session.meeting
FROM outbox JOIN session ON session.id = outbox.session
WHERE outbox.kind = 'invitation' AND outbox.natural_key = 'invitation/' || session.id;

-- Of several words of a bidder the newest stands, in whatever order his mails were decided.
ALTER TABLE session ADD COLUMN recording_consent_stamp INTEGER;
ALTER TABLE session ADD COLUMN negotiation_stamp INTEGER;

CREATE INDEX message_refusing ON message (received_at) WHERE attention = 'refused';
