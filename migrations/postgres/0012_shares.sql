-- A mail for two tenders has one place for each: beside its own row, which ledger and originals name, stands a share for
-- every further place, with the files that belong there. Only the first row counts as a mail.
ALTER TABLE message ADD COLUMN part_of BIGINT REFERENCES message (id);

CREATE INDEX message_shares ON message (part_of) WHERE part_of IS NOT NULL;
