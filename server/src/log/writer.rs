//! The thread that numbers, commits and announces.
//!
//! While another program has the database locked, entries wait in memory, up to a limit; then the runs wait too.

use super::LiveRuns;
use super::group::{self, Content, Group, Item};
use super::held::{Held, Notice, Patience};
use crate::store::{Batch, Result, Store};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use valleyscope_shared::curvature::CurvatureJob;
use valleyscope_shared::event::{Ended, Event, Outcome};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

/// The least time between two commits: what a kill can lose, and what SQLite does easily.
const PACE: Duration = Duration::from_millis(50);
/// How often an end that could not be written is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// The most items that are gathered before the next commit.
const MOST_ITEMS: usize = 512;

/// Writes the logs of all runs.
pub struct Writer {
    store: Arc<Store>,
    runs: Arc<LiveRuns>,
    patience: Patience,
    notice: Arc<Notice>,
    held: Held,
    /// Ends that viewers know but the database does not: the disk is full.
    unwritten: Vec<Group>,
}

impl Writer {
    pub fn new(
        store: Arc<Store>,
        runs: Arc<LiveRuns>,
        patience: Patience,
        notice: Arc<Notice>,
    ) -> Self {
        Self {
            store,
            runs,
            patience,
            notice,
            held: Held::default(),
            unwritten: Vec::new(),
        }
    }

    /// Writes until every sender is gone.
    pub fn write_all(mut self, receiver: &Receiver<Item>) {
        let mut last: Option<Instant> = None;
        loop {
            let open = match self.held.again() {
                None => self.gather(receiver, last.map(|last| last + PACE)),
                Some(again) => self.gather_meanwhile(receiver, again),
            };
            if !self.held.is_empty() {
                self.commit();
                last = Some(Instant::now());
            } else if !open {
                return;
            }
            self.retry();
        }
    }

    /// Waits for an item, and for what comes until the next commit is due; false when every sender is gone.
    fn gather(&mut self, receiver: &Receiver<Item>, due: Option<Instant>) -> bool {
        match receiver.recv_timeout(RETRY) {
            Ok(first) => self.hold(first),
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        let due = due.unwrap_or_else(Instant::now);
        for _ in 1..MOST_ITEMS {
            match receiver.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(item) => self.hold(item),
                Err(_) => break,
            }
        }
        true
    }

    /// Takes in items until it is time to try again, or until they take too much memory: then the runs wait.
    fn gather_meanwhile(&mut self, receiver: &Receiver<Item>, again: Instant) -> bool {
        let left = || again.saturating_duration_since(Instant::now());
        while self.held.bytes() < self.patience.most_bytes {
            match receiver.recv_timeout(left()) {
                Ok(item) => self.hold(item),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    std::thread::sleep(left());
                    return false;
                }
            }
        }
        std::thread::sleep(left());
        true
    }

    fn hold(&mut self, item: Item) {
        if let Err(error) = self.held.add(item) {
            tracing::error!(%error, "an event could not be written as JSON");
        }
    }

    fn commit(&mut self) {
        match self.write(self.held.groups()) {
            Ok(()) => {
                let (groups, held_up) = self.held.take();
                if let Some(held_up) = held_up {
                    tracing::info!("the database is free again after {} s", held_up.as_secs());
                    self.notice.set(None);
                }
                groups.into_iter().for_each(|group| self.announce(group));
            }
            Err(error) if error.is_locked() && self.waits() => {}
            Err(error) => {
                tracing::error!(%error, "the log could not be written; the runs concerned fail");
                self.notice.set(None);
                let problem = Problem::from(error);
                for group in self.held.take().0 {
                    self.give_up(group, &problem);
                }
            }
        }
    }

    /// Notes that the database is locked. Whether there is patience left.
    fn waits(&mut self) -> bool {
        let held_up = self.held.was_locked();
        let bytes = self.held.bytes();
        tracing::warn!(
            bytes,
            "another program has locked the database for {} s; results wait in memory",
            held_up.as_secs()
        );
        self.notice.set(Some((held_up, bytes)));
        held_up < self.patience.longest
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
            self.runs.let_go(&group.live);
        }
        tell(group.done);
    }

    /// The batch is lost: the run fails, and says why, on disk if at all possible.
    fn give_up(&mut self, mut group: Group, problem: &Problem) {
        group.live.break_off(problem.clone());
        let mut groups = Vec::new();
        for (frame, _) in std::mem::take(&mut group.frames) {
            let Some(content) = last_word(frame.event, problem) else {
                continue;
            };
            let item = Item {
                live: group.live.clone(),
                at_ms: frame.at_ms,
                content,
                done: None,
            };
            if group::add(&mut groups, item).is_err() {
                return;
            }
        }
        // Whoever waits for something else learns by the channel's end that it is lost.
        let Some(last) = groups.first_mut() else {
            return;
        };
        last.done = group.done;
        self.store.release_reserve();
        let written = self.write(&groups).is_ok();
        for mut end in groups {
            if written {
                self.announce(end);
                continue;
            }
            end.live.publish(end.frames.clone());
            // No one may open its log anew before it is written.
            self.runs.hold(&end.live);
            tell(std::mem::take(&mut end.done));
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
                Ok(()) => self.runs.release(&group.live),
                Err(_) => self.unwritten.push(group),
            }
        }
    }
}

/// Tells those who wait that what they wait for is committed, or could only be announced.
fn tell(waiting: Vec<SyncSender<()>>) {
    for done in waiting {
        let _ = done.try_send(());
    }
}

/// The last word of a run or a job that was lost with its batch: it has failed.
fn last_word(event: Event, problem: &Problem) -> Option<Content> {
    let reason = Some(problem.detail.clone());
    match event {
        Event::Ended(ended) => Some(Content::Ended(Ended {
            outcome: Outcome::Failed,
            reason,
            ..ended
        })),
        Event::Curvature(job) if job.phase.ended() => Some(Content::News(Box::new(CurvatureJob {
            phase: Phase::Failed,
            reason,
            ..job
        }))),
        _ => None,
    }
}
