// Fills a data directory with many runs, which computing them would take minutes for.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

// Node has SQLite from 22.5 on; Python, which the set-up needs anyway, has had it for longer.
const COPY = `
import sqlite3, sys
path, count = sys.argv[1], int(sys.argv[2])
database = sqlite3.connect(path)
columns = [row[1] for row in database.execute("PRAGMA table_info(run)")]
copied = [name for name in columns if name not in ("number", "id", "example")]
names = ", ".join(copied)
source = database.execute("SELECT number FROM run WHERE phase = 'finished' AND example = 0 ORDER BY number DESC LIMIT 1").fetchone()[0]
for place in range(count):
    database.execute(f"INSERT INTO run (id, {names}) SELECT ?, {names} FROM run WHERE number = ?", (f"copy{place:04}", source))
database.commit()
`;

/** Copies the newest finished run `count` times, under the ids `copy0000`, `copy0001`, ... No server may be using the directory. */
export async function copyRuns(dataDir, count) {
  const database = join(dataDir, "valleyscope.sqlite");
  await promisify(execFile)("python3", ["-c", COPY, database, String(count)]);
}
