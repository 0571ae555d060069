-- Many runs that were asked for together.
CREATE TABLE batch (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    spec       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    key        TEXT,  -- of a request that may be sent twice
    body       BLOB   -- SHA-256 of that request
);
CREATE INDEX batch_by_key ON batch (key);

-- The batch that a run belongs to.
ALTER TABLE run ADD COLUMN batch TEXT;
CREATE INDEX run_by_batch ON run (batch, number);
