-- What a person should know and settle: when a session was imported first, which papers its bidder was told to send, what each
-- mail was understood to answer, and that a person has read it.

-- Empty for sessions from before this column.
ALTER TABLE session ADD COLUMN imported_at BIGINT;

-- Empty for letters from before this column: what they asked for is taken to be what the session asks for.
ALTER TABLE announcement ADD COLUMN documents TEXT;

-- As the words stood in the mail; what stands in the session now is the newest of several.
CREATE TABLE answer (
    message           BIGINT NOT NULL PRIMARY KEY REFERENCES message (id),
    session           BIGINT NOT NULL REFERENCES session (id),
    attendance        TEXT CHECK (attendance IN ('accepted', 'declined', 'tentative')),
    recording_consent TEXT CHECK (recording_consent IN ('given', 'refused')),
    negotiation       TEXT CHECK (negotiation IN
        ('waiting', 'returned-signed', 'returned-unsigned', 'differs', 'refused', 'counter-offer'))
);

CREATE INDEX answer_declining ON answer (message) WHERE attendance = 'declined';

-- A person has read the mail; `negotiation`: which word he says is right.
CREATE TABLE confirmation (
    message      BIGINT NOT NULL PRIMARY KEY REFERENCES message (id),
    confirmed_by TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    negotiation  TEXT CHECK (negotiation IN
        ('waiting', 'returned-signed', 'returned-unsigned', 'differs', 'refused', 'counter-offer'))
);

CREATE INDEX message_to_confirm ON message (session) WHERE state = 'filed' AND attention IS NOT NULL;
CREATE INDEX message_rescheduling ON message (session, received_at) WHERE attention = 'reschedule';
