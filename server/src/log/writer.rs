//! The thread that numbers, commits and announces.

use super::LiveRuns;
use super::group::{self, Content, Group, Item};
use crate::store::{Batch, Result, Store};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use valleyscope_shared::event::{Ended, Event, Outcome};
use valleyscope_shared::problem::Problem;

/// The least time between two commits: what a kill can lose, and what SQLite does easily.
const PACE: Duration = Duration::from_millis(50);
/// How often an end that could not be written is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// The most items of one commit.
const MOST_ITEMS: usize = 512;

/// Writes the logs of all runs.
pub struct Writer {
    store: Arc<Store>,
    runs: Arc<LiveRuns>,
    /// Ends that viewers know but the database does not: the disk is full.
    unwritten: Vec<Group>,
}

impl Writer {
    pub fn new(store: Arc<Store>, runs: Arc<LiveRuns>) -> Self {
        Self {
            store,
            runs,
            unwritten: Vec::new(),
        }
    }

    /// Writes until every sender is gone.
    pub fn write_all(mut self, receiver: &Receiver<Item>) {
        let mut last: Option<Instant> = None;
        loop {
            match receiver.recv_timeout(RETRY) {
                Ok(first) => {
                    let mut items = vec![first];
                    let due = last.map_or_else(Instant::now, |last| last + PACE);
                    while items.len() < MOST_ITEMS {
                        match receiver.recv_timeout(due.saturating_duration_since(Instant::now())) {
                            Ok(item) => items.push(item),
                            Err(_) => break,
                        }
                    }
                    self.commit(items);
                    last = Some(Instant::now());
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.retry();
        }
    }

    fn commit(&mut self, items: Vec<Item>) {
        let groups = match group::group(items) {
            Ok(groups) => groups,
            Err(error) => {
                tracing::error!(%error, "an event could not be written as JSON");
                return;
            }
        };
        match self.write(&groups) {
            Ok(()) => groups.into_iter().for_each(|group| self.announce(group)),
            Err(error) => {
                tracing::error!(%error, "the log could not be written; the runs concerned fail");
                let problem = Problem::from(error);
                for group in groups {
                    self.give_up(group, &problem);
                }
            }
        }
    }

    fn write(&self, groups: &[Group]) -> Result<()> {
        let batches: Vec<Batch<'_>> = groups
            .iter()
            .map(|group| Batch {
                run: group.live.number,
                writes: &group.writes,
                state: None,
            })
            .collect();
        let with_states: Vec<_> = groups.iter().map(Group::state_if_it_matters).collect();
        let batches: Vec<Batch<'_>> = batches
            .into_iter()
            .zip(&with_states)
            .map(|(batch, state)| Batch {
                state: state.as_ref(),
                ..batch
            })
            .collect();
        self.store.append(&batches)
    }

    /// Viewers learn of what was committed.
    fn announce(&self, group: Group) {
        let ended = group.ends();
        group.live.publish(group.frames);
        if ended {
            self.runs.remove(&group.live.id);
        }
        if let Some(done) = group.done {
            let _ = done.try_send(());
        }
    }

    /// The batch is lost: the run fails, and says why, on disk if at all possible.
    fn give_up(&mut self, mut group: Group, problem: &Problem) {
        group.live.break_off(problem.clone());
        let (Some((frame, _)), Some(done)) = (group.frames.pop(), group.done.take()) else {
            return;
        };
        let Event::Ended(ended) = frame.event else {
            return;
        };
        let ended = Ended {
            outcome: Outcome::Failed,
            reason: Some(problem.detail.clone()),
            ..ended
        };
        let item = Item {
            live: group.live,
            at_ms: frame.at_ms,
            content: Content::Ended(ended, done),
        };
        let Ok(groups) = group::group(vec![item]) else {
            return;
        };
        self.store.release_reserve();
        let written = self.write(&groups).is_ok();
        for mut end in groups {
            if written {
                self.announce(end);
                continue;
            }
            end.live.publish(end.frames.clone());
            if let Some(done) = end.done.take() {
                let _ = done.try_send(());
            }
            self.unwritten.push(end);
        }
    }

    fn retry(&mut self) {
        for group in std::mem::take(&mut self.unwritten) {
            let state = group.live.state();
            let batch = Batch {
                run: group.live.number,
                writes: &group.writes,
                state: Some(&state),
            };
            match self.store.append(&[batch]) {
                Ok(()) => self.runs.remove(&group.live.id),
                Err(_) => self.unwritten.push(group),
            }
        }
    }
}
