-- Digest of what a letter about a session was made of: while it waits, that may cease to be true.
ALTER TABLE outbox ADD COLUMN made_of TEXT;
