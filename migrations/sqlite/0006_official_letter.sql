-- Number and date of the official letter that the invitation is: {"number": …, "date": …}, both null where there is none.

ALTER TABLE session ADD COLUMN letter TEXT NOT NULL DEFAULT '{"number":null,"date":null}';
