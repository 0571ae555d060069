//! A damaged database: what can still be read of it goes into a new one, row by row, and the old file is kept beside.
//!
//! SQLite reads everything but the damaged pages. A run whose own row is lost keeps its id, where the index has it,
//! and a run that lost a part of its log or readings is named, so that it can be marked.

use super::{DATABASE, Result, StoreError, connect, migrate};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::fs;
use std::path::Path;
use valleyscope_shared::run::Phase;

/// The new file until it is complete.
const NEW: &str = "valleyscope.sqlite.new";
/// The damaged file afterwards.
const DAMAGED: &str = "valleyscope.sqlite.damaged";

/// The tables that are ordered by runs.
const OF_A_RUN: [&str; 7] = [
    "event",
    "flip",
    "ending",
    "clean",
    "curvature",
    "curvature_value",
    "curvature_density",
];

/// What could not be saved.
#[derive(Debug, Default)]
pub struct Losses {
    /// The numbers of runs that lost a part of their log or readings.
    pub parts: Vec<i64>,
    /// How many runs lost everything but their id.
    pub rows: usize,
    /// How many runs there are now.
    pub runs: usize,
}

/// Brings what can be read into a new file beside the damaged one.
pub fn rebuild(folder: &Path) -> Result<Losses> {
    remove(folder, NEW)?;
    // Without the settings of `connect`, some of which need a first page that can be read.
    let old = Connection::open(folder.join(DATABASE))?;
    let mut new = connect(folder, NEW)?;
    migrate(&mut new)?;
    // Rows of one run come before and after those of another; what belongs to none is taken out at the end.
    new.pragma_update(None, "foreign_keys", false)?;
    let transaction = new.transaction()?;
    for (table, key) in [
        ("setting", "rowid"),
        ("idempotency", "rowid"),
        ("batch", "number"),
    ] {
        copy_rows(&old, &transaction, table, key)?;
    }
    copy_rows(&old, &transaction, "run", "number")?;
    let mut losses = Losses {
        rows: keep_ids(&old, &transaction)?,
        ..Losses::default()
    };
    let blocks = copy_rows(&old, &transaction, "block", "place")?;
    let runs = numbers(&transaction)?;
    losses.runs = runs.len();
    for run in runs {
        let mut whole = blocks == Found::All || has_all_blocks(&old, &transaction, run)?;
        for table in OF_A_RUN {
            whole &= copy_of_run(&old, &transaction, table, run)? == Found::All;
        }
        if !whole {
            losses.parts.push(run);
        }
    }
    transaction.execute(
        "DELETE FROM block WHERE run NOT IN (SELECT number FROM run)",
        [],
    )?;
    transaction.commit()?;
    drop(old);
    new.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    new.close().map_err(|(_, error)| error)?;
    Ok(losses)
}

/// Ends what [`put_in_place`] had begun when the program was killed: the new file was complete.
pub fn finish(folder: &Path) -> Result<()> {
    let (new, place) = (folder.join(NEW), folder.join(DATABASE));
    if !place.exists() && new.exists() && is_kept(folder) {
        let failed = |source| StoreError::File {
            path: new.clone(),
            source,
        };
        fs::rename(&new, &place).map_err(failed)?;
    }
    Ok(())
}

/// Puts the new file in the place of the damaged one, which no one may have open.
pub fn put_in_place(folder: &Path) -> Result<()> {
    let failed = |source| StoreError::File {
        path: folder.join(DATABASE),
        source,
    };
    remove(folder, DAMAGED)?;
    fs::rename(folder.join(DATABASE), folder.join(DAMAGED)).map_err(failed)?;
    // What the log of the old file held is in the new one.
    for ending in ["-wal", "-shm"] {
        remove_file(&folder.join(format!("{DATABASE}{ending}")))?;
    }
    fs::rename(folder.join(NEW), folder.join(DATABASE)).map_err(failed)?;
    valleyscope_engine::durable::sync_folder(folder).map_err(failed)
}

/// Whether a damaged file is still kept.
pub fn is_kept(folder: &Path) -> bool {
    folder.join(DAMAGED).is_file()
}

fn remove(folder: &Path, name: &str) -> Result<()> {
    for ending in ["", "-wal", "-shm"] {
        remove_file(&folder.join(format!("{name}{ending}")))?;
    }
    Ok(())
}

fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::File {
            path: path.to_owned(),
            source: error,
        }),
        _ => Ok(()),
    }
}

/// How much of something could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    All,
    Part,
}

/// Copies every row that can be read; after a damaged page it goes on with the first one behind it.
fn copy_rows(old: &Connection, new: &Connection, table: &str, key: &str) -> Result<Found> {
    let select = format!("SELECT {key}, * FROM {table} WHERE {key} >= ?1 ORDER BY {key}");
    // SQLite numbers rows from 1 on.
    let (mut from, mut found) = (Some(0), Found::All);
    while let Some(start) = from {
        let mut last = start;
        from = match copy(old, new, table, &select, start, |key| last = key) {
            Ok(()) => None,
            Err(Fault::Old) => {
                found = Found::Part;
                next_readable(old, table, key, last)
            }
            Err(Fault::New(error)) => return Err(error),
        };
    }
    Ok(found)
}

/// Copies the rows of one run from a table that is ordered by runs, up to the first that cannot be read.
fn copy_of_run(old: &Connection, new: &Connection, table: &str, run: i64) -> Result<Found> {
    let select = format!("SELECT run, * FROM {table} WHERE run = ?1");
    match copy(old, new, table, &select, run, |_| ()) {
        Ok(()) => Ok(Found::All),
        Err(Fault::Old) => Ok(Found::Part),
        Err(Fault::New(error)) => Err(error),
    }
}

/// Which of the two databases failed.
enum Fault {
    Old,
    New(StoreError),
}

/// Copies what `select` gives, whose first column is the key and no part of the row.
fn copy(
    old: &Connection,
    new: &Connection,
    table: &str,
    select: &str,
    start: i64,
    mut copied: impl FnMut(i64),
) -> std::result::Result<(), Fault> {
    let damaged = |_| Fault::Old;
    let mut statement = old.prepare_cached(select).map_err(damaged)?;
    let names: Vec<String> = (statement.column_names().skip(1))
        .map(str::to_owned)
        .collect();
    let marks = vec!["?"; names.len()].join(", ");
    let insert = format!(
        "INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})",
        names.join(", ")
    );
    let failed = |error: rusqlite::Error| Fault::New(error.into());
    let mut insert = new.prepare_cached(&insert).map_err(failed)?;
    let mut rows = statement.query([start]).map_err(damaged)?;
    while let Some(row) = rows.next().map_err(damaged)? {
        let key = row.get(0).map_err(damaged)?;
        let values: Vec<Value> = (1..=names.len())
            .map(|column| row.get(column))
            .collect::<rusqlite::Result<_>>()
            .map_err(damaged)?;
        insert.execute(params_from_iter(values)).map_err(failed)?;
        copied(key);
    }
    Ok(())
}

/// The first key after `bad` from which on rows can be read again; nothing when there is none.
fn next_readable(old: &Connection, table: &str, key: &str, bad: i64) -> Option<i64> {
    let sql = format!("SELECT {key} FROM {table} WHERE {key} >= ?1 ORDER BY {key} LIMIT 1");
    let readable = |from: i64| {
        let found: rusqlite::Result<Option<i64>> =
            old.query_row(&sql, [from], |row| row.get(0)).optional();
        found
    };
    // Longer and longer steps until something can be read, then back to the first such place.
    let (mut bad, mut step) = (bad, 1_i64);
    let mut good = loop {
        let next = bad.checked_add(step)?;
        match readable(next) {
            Ok(_) => break next,
            Err(_) => bad = next,
        }
        step = step.checked_mul(2)?;
    };
    while good - bad > 1 {
        let middle = bad + (good - bad) / 2;
        match readable(middle) {
            Ok(_) => good = middle,
            Err(_) => bad = middle,
        }
    }
    readable(good).ok().flatten()
}

/// Gives every run whose row is lost, and whose id the index still has, a row with nothing but that; how many.
fn keep_ids(old: &Connection, new: &Connection) -> Result<usize> {
    let known = || -> rusqlite::Result<Vec<(i64, String)>> {
        let mut statement =
            old.prepare("SELECT number, id FROM run INDEXED BY sqlite_autoindex_run_1")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    let mut lost = 0;
    // An index that is damaged too can name no one.
    for (number, id) in known().unwrap_or_default() {
        lost += new.execute(
            "INSERT OR IGNORE INTO run (number, id, title, model, attack, spec, phase, created_ms, reason) VALUES (?1, ?2, ?3, '', '', '', ?4, 0, ?5)",
            rusqlite::params![
                number,
                id,
                "A run that is lost",
                Phase::Failed.id(),
                "a damaged page of the database held it; only its id is left"
            ],
        )?;
    }
    Ok(lost)
}

fn numbers(new: &Connection) -> Result<Vec<i64>> {
    let mut statement = new.prepare("SELECT number FROM run ORDER BY number")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether all readings of a run were copied, as far as the index tells how many there were.
fn has_all_blocks(old: &Connection, new: &Connection, run: i64) -> Result<bool> {
    let count = |connection: &Connection| {
        connection.query_row(
            "SELECT count(place) FROM block INDEXED BY block_of_run WHERE run = ?1",
            [run],
            |row| row.get::<_, i64>(0),
        )
    };
    let there = count(new)?;
    Ok(count(old).is_ok_and(|wanted| wanted == there))
}
