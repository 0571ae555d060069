//! What happens when SQLite meets a damaged page: the database is made anew, and whoever met it tries again.

use super::rebuild::{self, Losses};
use super::{Result, Store, lock, open_writer};
use rusqlite::Connection;
use std::sync::PoisonError;
use valleyscope_shared::event::{Ended, Outcome};

/// The note of what was lost, for the people who run the server.
const SETTING: &str = "repair";

impl Store {
    /// Does something; after a repair again, where it met a damaged page.
    pub(super) fn with_repair<T>(&self, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        let age = *self.age.read().unwrap_or_else(PoisonError::into_inner);
        match work() {
            // Whoever only looks at it leaves that to the server whose it is.
            Err(error) if error.is_damaged() && self.lock.is_some() => {
                tracing::error!(%error, "the database is damaged");
                self.repair(age)?;
                work()
            }
            result => result,
        }
    }

    /// Makes the database anew, unless that was done since it had this age.
    fn repair(&self, age: u64) -> Result<()> {
        let losses = {
            let mut writer = lock(&self.writer);
            let mut now = self.age.write().unwrap_or_else(PoisonError::into_inner);
            if *now != age {
                return Ok(());
            }
            let losses = rebuild::rebuild(&self.folder)?;
            lock(&self.readers).clear();
            // The old file must be let go of before another one takes its name.
            *writer = Connection::open_in_memory()?;
            let placed = rebuild::put_in_place(&self.folder);
            *writer = open_writer(&self.folder)?;
            *now += 1;
            placed?;
            losses
        };
        self.mark_losses(&losses)
    }

    /// Marks the runs that lost something, and notes it.
    pub(super) fn mark_losses(&self, losses: &Losses) -> Result<()> {
        let (runs, rows, parts) = (losses.runs, losses.rows, losses.parts.len());
        for number in &losses.parts {
            self.mark_loss(*number)?;
        }
        let words = format!(
            "The database was damaged and was made anew with what could be read, {runs} runs: of {rows} only the id is left, \
             {parts} lost a part of their readings or log. The damaged file is kept beside it; this note goes with it."
        );
        tracing::error!("{words}");
        self.set_setting(SETTING, &words)
    }

    /// Ends a run that lost a part: it counts as failed, and nothing of it is taken over by another.
    fn mark_loss(&self, number: i64) -> Result<()> {
        let Some(row) = self.run_of_number(number)? else {
            return Ok(());
        };
        if row.problem.is_some() {
            return Ok(());
        }
        let seq = self.fold(number)?.seq;
        self.write(|transaction| {
            transaction.execute("DELETE FROM ending WHERE run = ?1", [number])?;
            let sql = "DELETE FROM event WHERE run = ?1 AND seq > ?2";
            Ok(transaction.execute(sql, rusqlite::params![number, seq])?)
        })?;
        if !row.phase.ended() {
            // Its end is written by whoever finds it, or computes it.
            return Ok(());
        }
        let reason = "a damaged page of the database held a part of its readings or log; what is left is shown";
        let ended = Ended {
            outcome: Outcome::Failed,
            reason: Some(reason.to_owned()),
            seconds: 0.0,
        };
        self.interrupt(&row, ended)
    }

    /// What a repair could not save, as long as the damaged file is kept.
    pub fn repair_note(&self) -> Result<Option<String>> {
        match rebuild::is_kept(&self.folder) {
            true => self.setting(SETTING),
            false => Ok(None),
        }
    }
}
