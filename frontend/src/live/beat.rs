//! When to fetch what a run's log does not have.

use super::Live;
use crate::clock::ticks;
use leptos::prelude::*;
use std::time::Duration;

/// While a run computes, fetched data is fetched again this often.
const AGAIN: Duration = Duration::from_secs(2);

/// When to fetch.
#[derive(Clone, Copy)]
pub struct Beat {
    /// Changes when there is something new, but not more often than every two seconds until the run has ended.
    at: Memo<(u64, bool)>,
    begun: Memo<bool>,
}

impl Beat {
    /// The beat of a run that is followed.
    pub fn of(live: Live) -> Self {
        let tick = ticks(AGAIN);
        let ended = Memo::new(move |_| live.state.with(|state| state.ended.is_some()));
        let at = Memo::new(move |_| {
            tick.track();
            (live.state.with_untracked(|state| state.seq), ended.get())
        });
        let begun = Memo::new(move |_| live.state.with(|state| state.started.is_some()));
        Self { at, begun }
    }

    /// The path of a document that is asked for again at every beat, once the run has begun.
    pub fn ask(self, path: String) -> Option<String> {
        // Read, not only tracked: a memo that nobody has read yet is another one when it is first looked at.
        self.at.get();
        self.begun.get().then_some(path)
    }
}
