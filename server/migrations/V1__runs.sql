-- A run. Its row is written when it is asked for, when it starts and when it ends; between, the log has the news.
CREATE TABLE run (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    title       TEXT NOT NULL,
    model       TEXT NOT NULL,
    attack      TEXT NOT NULL,
    spec        TEXT NOT NULL,
    phase       TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    started_ms  INTEGER,
    ended_ms    INTEGER,
    done        INTEGER NOT NULL DEFAULT 0,
    total       INTEGER NOT NULL DEFAULT 0,
    results     TEXT,
    reason      TEXT,
    warnings    INTEGER NOT NULL DEFAULT 0,
    repeat_of   TEXT,
    example     INTEGER NOT NULL DEFAULT 0,
    epoch       INTEGER NOT NULL DEFAULT 1,
    seconds     REAL,
    examples    BLOB, -- index and label of every example, deflated
    state       BLOB  -- the fold over all events, deflated JSON, once the run has ended
);
CREATE INDEX run_by_phase ON run (phase, number);
CREATE INDEX run_by_model ON run (model, number);

-- The log. An entry, once written, never changes.
CREATE TABLE event (
    run   INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    seq   INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;

-- The readings of consecutive examples at one point.
CREATE TABLE block (
    place     INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    pass      INTEGER NOT NULL,
    point     INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    readings  BLOB NOT NULL -- 64-bit floats, bytes of equal weight together, deflated
);
CREATE INDEX block_of_run ON block (run, place);

-- First flips that lie between recorded points.
CREATE TABLE flip (
    run  INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    pass INTEGER NOT NULL,
    row  INTEGER NOT NULL,
    step INTEGER NOT NULL,
    PRIMARY KEY (run, pass, row)
) WITHOUT ROWID;

-- What was answered to a request that may be sent twice.
CREATE TABLE idempotency (
    key        TEXT PRIMARY KEY,
    body       BLOB NOT NULL, -- SHA-256
    run        TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);

-- Small facts about the store itself.
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
