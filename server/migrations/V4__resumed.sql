-- The stopped run that a run goes on with.
ALTER TABLE run ADD COLUMN resumes TEXT;
-- Where it stands in its batch: the number of the first run in whose place it is.
ALTER TABLE run ADD COLUMN place INTEGER;
