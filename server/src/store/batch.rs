//! The rows of batches.

use super::row::{COLUMNS, RunRow, json, parse, read_run};
use super::{NewRun, Result, Store};
use rusqlite::{OptionalExtension, Row, params};
use valleyscope_shared::batch::{BatchEntry, BatchSpec};

/// A batch that was just asked for, or as it is stored.
#[derive(Clone, Debug)]
pub struct BatchRow {
    /// The opaque id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What was asked for.
    pub spec: BatchSpec,
    /// When.
    pub created_ms: u64,
}

/// How long a key is remembered.
const REMEMBERED_MS: u64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Stores a batch with its runs, all or nothing; the runs' numbers.
    pub fn create_batch(
        &self,
        batch: &BatchRow,
        runs: &[NewRun],
        key: Option<(&str, &[u8; 32])>,
    ) -> Result<Vec<i64>> {
        let spec = json("a batch's spec", &batch.spec)?;
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO batch (id, title, spec, created_ms, key, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![batch.id, batch.title, spec, batch.created_ms, key.map(|key| key.0), key.map(|key| key.1.as_slice())],
            )?;
            runs.iter().map(|run| run.insert(transaction)).collect()
        })
    }

    /// The batch that a request with this key made, and whether its body was the same.
    pub fn batch_of_key(
        &self,
        key: &str,
        body: &[u8; 32],
        now_ms: u64,
    ) -> Result<Option<(String, bool)>> {
        self.read(|connection| {
            let known: Option<(String, Vec<u8>)> = connection
                .query_row(
                    "SELECT id, body FROM batch WHERE key = ?1 AND created_ms > ?2 ORDER BY number DESC",
                    params![key, now_ms.saturating_sub(REMEMBERED_MS)],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            Ok(known.map(|(id, digest)| (id, digest == body)))
        })
    }

    /// The batch with this id.
    pub fn batch(&self, id: &str) -> Result<Option<BatchRow>> {
        let read = |row: &Row<'_>| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get::<_, String>(2)?,
                row.get(3)?,
            ))
        };
        let found: Option<(String, String, String, u64)> = self.read(|connection| {
            let sql = "SELECT id, title, spec, created_ms FROM batch WHERE id = ?1";
            Ok(connection.query_row(sql, [id], read).optional()?)
        })?;
        found
            .map(|(id, title, spec, created_ms)| {
                let spec = parse("a batch's spec", spec.as_bytes())?;
                Ok(BatchRow {
                    id,
                    title,
                    spec,
                    created_ms,
                })
            })
            .transpose()
    }

    /// Whether there is a batch with this id.
    pub fn has_batch(&self, id: &str) -> Result<bool> {
        self.read(|connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM batch WHERE id = ?1)";
            Ok(connection.query_row(sql, [id], |row| row.get(0))?)
        })
    }

    /// The latest batches, newest first.
    pub fn batches(&self, limit: usize) -> Result<Vec<BatchEntry>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, title, created_ms, (SELECT count(*) FROM run WHERE run.batch = batch.id), spec FROM batch ORDER BY number DESC LIMIT ?1",
            )?;
            let rows = statement.query_map([limit], |row| {
                let spec: String = row.get(4)?;
                let read = parse::<BatchSpec>("a batch's spec", spec.as_bytes());
                Ok(BatchEntry {
                    id: row.get(0)?,
                    title: row.get(1)?,
                    created_ms: row.get(2)?,
                    runs: row.get(3)?,
                    problem: read.err().map(|error| error.to_string()),
                })
            })?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }

    /// The runs of a batch, in order.
    pub fn runs_of_batch(&self, id: &str) -> Result<Vec<RunRow>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM run WHERE batch = ?1 ORDER BY coalesce(place, number)"
            );
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([id], |row| Ok(read_run(row)))?;
            rows.map(|row| row?).collect()
        })
    }

    /// Forgets a batch; its runs are forgotten before.
    pub fn delete_batch(&self, id: &str) -> Result<bool> {
        self.make_room(|transaction| {
            Ok(transaction.execute("DELETE FROM batch WHERE id = ?1", [id])? > 0)
        })
    }
}
