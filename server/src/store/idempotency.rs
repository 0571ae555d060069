//! Requests that may be sent twice: the same key within a day gives the same run.

use super::{NewRun, Result, Store};
use rusqlite::{OptionalExtension, Transaction, params};

/// How long a key is remembered.
const REMEMBERED_MS: u64 = 24 * 60 * 60 * 1000;

/// What a key says about a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Replay {
    /// The same request made this run.
    Same(String),
    /// The key was given with another body.
    Other,
}

impl Store {
    /// What is remembered of `key` for a request whose body has this digest.
    pub fn replay(&self, key: &str, body: &[u8; 32], now_ms: u64) -> Result<Option<Replay>> {
        self.read(|connection| {
            let known: Option<(Vec<u8>, String)> = connection
                .query_row(
                    "SELECT body, run FROM idempotency WHERE key = ?1 AND created_ms > ?2",
                    params![key, now_ms.saturating_sub(REMEMBERED_MS)],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            Ok(known.map(|(digest, run)| {
                if digest == body {
                    Replay::Same(run)
                } else {
                    Replay::Other
                }
            }))
        })
    }

    /// Stores a new run and remembers the key under which it was asked for, both or neither.
    pub fn create(&self, run: &NewRun, key: Option<(&str, &[u8; 32])>) -> Result<i64> {
        self.write(|transaction| {
            if let Some((key, body)) = key {
                remember(transaction, key, body, run)?;
            }
            run.insert(transaction)
        })
    }
}

fn remember(transaction: &Transaction<'_>, key: &str, body: &[u8; 32], run: &NewRun) -> Result<()> {
    transaction.execute(
        "DELETE FROM idempotency WHERE created_ms <= ?1",
        [run.created_ms.saturating_sub(REMEMBERED_MS)],
    )?;
    // In place of a run whose inputs have changed since.
    transaction.execute(
        "INSERT OR REPLACE INTO idempotency (key, body, run, created_ms) VALUES (?1, ?2, ?3, ?4)",
        params![key, body, run.id, run.created_ms],
    )?;
    Ok(())
}
