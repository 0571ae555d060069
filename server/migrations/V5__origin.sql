-- What a run was computed from, as JSON with SHA-256 digests; nothing for runs from before it was recorded.
ALTER TABLE run ADD COLUMN origin TEXT;
-- The rows of a table of results, as JSON: one for each epsilon.
ALTER TABLE run ADD COLUMN verdicts TEXT;
