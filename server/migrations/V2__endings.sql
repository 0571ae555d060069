-- How an example of a pass ended.
CREATE TABLE ending (
    run  INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    pass INTEGER NOT NULL,
    row  INTEGER NOT NULL,
    body TEXT NOT NULL, -- JSON
    PRIMARY KEY (run, pass, row)
) WITHOUT ROWID;

-- How many measures a block has: the list grows at its end, and blocks from before the newest ones stay as they were.
ALTER TABLE block ADD COLUMN measures INTEGER NOT NULL DEFAULT 23;
