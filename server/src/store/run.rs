//! Asking for runs.

use super::code::{decode_examples, inflate};
use super::row::{COLUMNS, RunRow, parse, read_run};
use super::{Result, Store};
use crate::clock::now_ms;
use rusqlite::{OptionalExtension, params};
use valleyscope_shared::readings::Example;
use valleyscope_shared::run::{Phase, RunState};

impl Store {
    /// The run with this id.
    pub fn run(&self, id: &str) -> Result<Option<RunRow>> {
        self.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM run WHERE id = ?1");
            let found = connection
                .query_row(&sql, [id], |row| Ok(read_run(row)))
                .optional()?;
            found.transpose()
        })
    }

    /// The run with this number.
    pub fn run_of_number(&self, number: i64) -> Result<Option<RunRow>> {
        self.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM run WHERE number = ?1");
            let found = connection
                .query_row(&sql, [number], |row| Ok(read_run(row)))
                .optional()?;
            found.transpose()
        })
    }

    /// Writes when a run left its line, before its log says that it started; nothing for one that waits.
    pub fn set_started(&self, number: i64, at_ms: Option<u64>) -> Result<()> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE run SET started_ms = ?2 WHERE number = ?1",
                params![number, at_ms],
            )?;
            Ok(())
        })
    }

    /// The runs that had not ended when the last server did, in order.
    pub fn unfinished(&self) -> Result<Vec<RunRow>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM run WHERE phase IN ('queued', 'running') ORDER BY number"
            );
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| Ok(read_run(row)))?;
            rows.map(|row| row?).collect()
        })
    }

    /// Ends a run whose log cannot be read, in its row alone.
    pub fn fail_unread(&self, row: &RunRow, reason: &str) -> Result<()> {
        let earlier = [Some(row.created_ms), row.started_ms];
        let at_ms = earlier.into_iter().flatten().fold(now_ms(), u64::max);
        self.write(|transaction| {
            transaction.execute(
                "UPDATE run SET phase = ?2, ended_ms = ?3, reason = ?4 WHERE number = ?1",
                params![row.number, Phase::Failed.id(), at_ms, reason],
            )?;
            Ok(())
        })
    }

    /// Forgets a run with its log and its readings. Whether there was one.
    pub fn delete_run(&self, number: i64) -> Result<bool> {
        self.make_room(|transaction| {
            Ok(transaction.execute("DELETE FROM run WHERE number = ?1", [number])? > 0)
        })
    }

    /// The state of an ended run.
    pub fn final_state(&self, number: i64) -> Result<Option<RunState>> {
        let blob: Option<Vec<u8>> = self.read(|connection| {
            Ok(connection
                .query_row("SELECT state FROM run WHERE number = ?1", [number], |row| {
                    row.get(0)
                })
                .optional()?
                .flatten())
        })?;
        blob.map(|blob| parse("a run's state", &inflate("a run's state", &blob)?))
            .transpose()
    }

    /// Which examples a run is about; none before it started.
    pub fn examples(&self, number: i64) -> Result<Vec<Example>> {
        let blob: Option<Vec<u8>> = self.read(|connection| {
            Ok(connection
                .query_row(
                    "SELECT examples FROM run WHERE number = ?1",
                    [number],
                    |row| row.get(0),
                )
                .optional()?
                .flatten())
        })?;
        blob.map_or(Ok(Vec::new()), |blob| decode_examples(&blob))
    }

    /// How many runs were made with a model of this name.
    pub fn runs_of_model(&self, model: &str) -> Result<u64> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT count(*) FROM run WHERE model = ?1")?;
            Ok(statement.query_row([model], |row| row.get(0))?)
        })
    }

    /// Seconds, example-points and the specification of the latest finished runs of a model, newest first.
    pub fn timings(&self, model: &str, limit: usize) -> Result<Vec<(f64, u64, String)>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT seconds, done, spec FROM run WHERE model = ?1 AND phase = 'finished' AND example = 0 AND resumes IS NULL AND seconds > 0 AND done > 0 \
                 ORDER BY number DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![model, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }
}
