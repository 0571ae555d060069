-- Measures that were asked for on demand of a run. The log has the news; here is what is looked up.
CREATE TABLE curvature (
    run        INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    job        INTEGER NOT NULL, -- from 1 within its run
    phase      TEXT NOT NULL,
    spec       TEXT NOT NULL,
    asked_ms   INTEGER NOT NULL,
    started_ms INTEGER, -- the last time
    ended_ms   INTEGER,
    done       INTEGER NOT NULL DEFAULT 0,
    total      INTEGER NOT NULL DEFAULT 0,
    taken      INTEGER NOT NULL DEFAULT 0, -- how much was done when it started the last time
    reason     TEXT,
    places     TEXT, -- which examples at which points, as JSON, once it has started
    PRIMARY KEY (run, job)
) WITHOUT ROWID;
CREATE INDEX curvature_by_phase ON curvature (phase);

-- What was computed of one example at one point.
CREATE TABLE curvature_value (
    run   INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    job   INTEGER NOT NULL,
    row   INTEGER NOT NULL,
    point INTEGER NOT NULL,
    body  TEXT NOT NULL, -- JSON, a value for each column
    PRIMARY KEY (run, job, row, point)
) WITHOUT ROWID;

-- The spectral density of one layer at one mark.
CREATE TABLE curvature_density (
    run   INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    job   INTEGER NOT NULL,
    mark  TEXT NOT NULL,
    layer INTEGER NOT NULL,
    body  TEXT NOT NULL, -- JSON
    PRIMARY KEY (run, job, mark, layer)
) WITHOUT ROWID;
