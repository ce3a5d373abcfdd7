-- Copies in the tree that no attachment names any more: a person moved their message to another place. A row stands from
-- the decision until its file is gone, so that a process killed between the two leaves no paper with the wrong bidder.
CREATE TABLE misplaced (
    path    TEXT NOT NULL PRIMARY KEY,
    sha256  TEXT NOT NULL,
    message BIGINT NOT NULL REFERENCES message (id),
    session BIGINT NOT NULL REFERENCES session (id)
);
