//! A run whose log is written: its committed state, and the latest entries of its log.

use crate::clock::Steady;
use crate::store::{Entry, RunRow, lock};
use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use valleyscope_shared::event::Frame;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::RunState;

/// How much of a log is held in memory; viewers further behind read from the database.
const TAIL_BYTES: usize = 512 * 1024;

/// A run that has not ended, or of which measures on demand wait or are computed.
pub struct Live {
    /// The key of its log.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// Its log's epoch; a log gets another one only by an interruption, which ends it.
    pub epoch: u64,
    committed: Mutex<Committed>,
    bell: watch::Sender<u64>,
    broken: OnceLock<Problem>,
    clock: Mutex<Steady>,
    /// When its first entry was committed.
    began: OnceLock<Instant>,
    /// How many hold its log open beside the run itself.
    pub(super) holds: AtomicUsize,
}

#[derive(Default)]
struct Committed {
    state: RunState,
    tail: VecDeque<Entry>,
    tail_bytes: usize,
}

impl Live {
    pub(super) fn new(number: i64, id: String, created_ms: u64) -> Self {
        Self {
            number,
            id,
            clock: Mutex::new(Steady::from(created_ms)),
            began: OnceLock::new(),
            epoch: 1,
            committed: Mutex::default(),
            bell: watch::Sender::new(0),
            broken: OnceLock::new(),
            holds: AtomicUsize::new(0),
        }
    }

    /// The log of a run that has ended, opened again: its fold so far, and when its last entry was written.
    pub(super) fn again(run: &RunRow, state: RunState, last_ms: u64) -> Self {
        let bell = watch::Sender::new(state.seq);
        let committed = Committed {
            state,
            ..Committed::default()
        };
        Self {
            epoch: run.epoch,
            committed: Mutex::new(committed),
            bell,
            ..Self::new(run.number, run.id.clone(), last_ms)
        }
    }

    /// The time of day, never before what was written earlier.
    pub fn now_ms(&self) -> u64 {
        lock(&self.clock).now_ms()
    }

    /// How long it has computed; nothing before its first entry.
    pub fn running_for(&self) -> Option<Duration> {
        self.began.get().map(Instant::elapsed)
    }

    /// The fold over the committed frames.
    pub fn state(&self) -> RunState {
        lock(&self.committed).state.clone()
    }

    /// Looks at the fold without copying it.
    pub fn look<T>(&self, look: impl FnOnce(&RunState) -> T) -> T {
        look(&lock(&self.committed).state)
    }

    /// Rings at every commit; the number is the last committed entry.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// Entries after `after` from memory: none when they are no longer there.
    pub(super) fn tail_after(&self, after: u64, limit: usize, bytes: usize) -> Option<Vec<Entry>> {
        let committed = lock(&self.committed);
        if after >= committed.state.seq {
            return Some(Vec::new());
        }
        let first = committed.tail.front()?.seq;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        let mut size = 0;
        let fits = |entry: &&Entry| {
            let room = size < bytes;
            size += entry.json.len();
            room
        };
        Some(
            committed
                .tail
                .iter()
                .skip(skip)
                .take(limit)
                .take_while(fits)
                .cloned()
                .collect(),
        )
    }

    /// Takes in frames that were just committed, and rings.
    pub(super) fn publish(&self, frames: Vec<(Frame, Entry)>) {
        self.began.get_or_init(Instant::now);
        let mut committed = lock(&self.committed);
        for (frame, entry) in frames {
            committed.state.apply(&frame);
            committed.tail_bytes += entry.json.len();
            committed.tail.push_back(entry);
        }
        while committed.tail_bytes > TAIL_BYTES && committed.tail.len() > 1 {
            if let Some(entry) = committed.tail.pop_front() {
                committed.tail_bytes -= entry.json.len();
            }
        }
        let seq = committed.state.seq;
        drop(committed);
        self.bell.send_replace(seq);
    }

    /// Notes that the log cannot be written any more; the first reason counts.
    pub(super) fn break_off(&self, reason: Problem) {
        // A second reason says nothing that the first did not.
        let _ = self.broken.set(reason);
    }

    /// Why the log cannot be written any more, if it cannot.
    pub fn broken(&self) -> Option<&Problem> {
        self.broken.get()
    }
}
