-- The logits of consecutive examples at the clean point.
CREATE TABLE clean (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    first_row INTEGER NOT NULL,
    rows      INTEGER NOT NULL,
    logits    BLOB NOT NULL, -- 64-bit floats, bytes of equal weight together, deflated
    PRIMARY KEY (run, first_row)
) WITHOUT ROWID;
