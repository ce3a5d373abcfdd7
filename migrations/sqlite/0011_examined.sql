-- What the examination of a file told beside findings: its kind by content, notes for the Pokja, pages, the look by which
-- the same picture is found again. JSON, because nothing asks for a single one of them.
ALTER TABLE attachment ADD COLUMN examined TEXT NOT NULL DEFAULT '{}';
