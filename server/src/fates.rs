//! What became of the images of finished runs, kept in memory within a limit: a batch's page asks for it again and again.

use crate::state::State;
use crate::store::{RunRow, StoreError, lock};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use valleyscope_shared::batch::RunFates;

/// The memory that they may take in all.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The fates of runs by the runs' ids, the oldest first. A finished run never changes.
#[derive(Default)]
pub struct Fates(Mutex<VecDeque<(String, Arc<RunFates>)>>);

impl Fates {
    /// What became of the images of a finished run.
    ///
    /// # Errors
    /// The run cannot be read.
    pub fn of(&self, state: &State, row: &RunRow) -> Result<Arc<RunFates>, StoreError> {
        let known = |held: &VecDeque<(String, Arc<RunFates>)>| {
            let found = held.iter().find(|(id, _)| *id == row.id);
            found.map(|(_, fates)| fates.clone())
        };
        if let Some(fates) = known(&lock(&self.0)) {
            return Ok(fates);
        }
        let run = state.run_state(row)?;
        let read = |passes: &crate::shelf::Passes| {
            let started = run.started.as_ref();
            started.map(|started| RunFates::of(started, &passes.passes))
        };
        let fates = state.shelf.look(&state.store, row.number, &run, read)?;
        let fates = Arc::new(fates.unwrap_or_default());
        let mut held = lock(&self.0);
        held.push_back((row.id.clone(), fates.clone()));
        let mut bytes: usize = held.iter().map(|(_, fates)| fates.bytes()).sum();
        while bytes > MOST_BYTES
            && let Some((_, oldest)) = held.pop_front()
        {
            bytes -= oldest.bytes();
        }
        Ok(fates)
    }
}
