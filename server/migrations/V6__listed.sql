-- What people say of a run: a title in place of the automatic one, a note, tags (one a line), and whether it stays on top.
ALTER TABLE run ADD COLUMN named TEXT;
ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

-- What the list is sorted by, read off spec and results when they are written; of older runs when the store is opened.
ALTER TABLE run ADD COLUMN data TEXT; -- nothing as long as none of these was read, empty where the spec cannot be
ALTER TABLE run ADD COLUMN epsilon REAL;
ALTER TABLE run ADD COLUMN steps INTEGER;
ALTER TABLE run ADD COLUMN images INTEGER;
ALTER TABLE run ADD COLUMN clean REAL;
ALTER TABLE run ADD COLUMN robust REAL;
ALTER TABLE run ADD COLUMN peak_at_flip REAL;

-- Runs that others go on with are looked for by those.
CREATE INDEX run_by_resumed ON run (resumes);
