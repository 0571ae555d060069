//! What is to be committed, and what keeps it from being: another program's lock on the database.

use super::group::{self, Group, Item};
use crate::store::{StoreError, lock};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The pause before the first new try, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How the writer puts up with a locked database.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The memory that entries may take while they wait; runs wait once it is used up.
    pub most_bytes: usize,
    /// After this time the runs concerned fail.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            most_bytes: 64 * 1024 * 1024,
            longest: Duration::from_secs(15 * 60),
        }
    }
}

/// Entries that are not committed yet.
#[derive(Default)]
pub struct Held {
    groups: Vec<Group>,
    bytes: usize,
    locked: Option<Locked>,
}

struct Locked {
    since: Instant,
    again: Instant,
    pause: Duration,
}

impl Held {
    pub fn add(&mut self, item: Item) -> Result<(), StoreError> {
        self.bytes += group::add(&mut self.groups, item)?;
        Ok(())
    }

    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How much memory they take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// When to try again, while the database is locked.
    pub fn again(&self) -> Option<Instant> {
        self.locked.as_ref().map(|locked| locked.again)
    }

    /// Notes that the database was locked; for how long now.
    pub fn was_locked(&mut self) -> Duration {
        let now = Instant::now();
        let locked = self.locked.get_or_insert(Locked {
            since: now,
            again: now,
            pause: PAUSES.0,
        });
        locked.again = now + locked.pause;
        locked.pause = (locked.pause * 2).min(PAUSES.1);
        now - locked.since
    }

    /// Hands out everything, committed or lost; and for how long it was held up.
    pub fn take(&mut self) -> (Vec<Group>, Option<Duration>) {
        self.bytes = 0;
        let locked = self.locked.take();
        let groups = std::mem::take(&mut self.groups);
        (groups, locked.map(|locked| locked.since.elapsed()))
    }
}

/// What the server should tell its viewers about the log, if anything.
#[derive(Debug, Default)]
pub struct Notice(Mutex<Option<(Instant, usize)>>);

impl Notice {
    /// Notes that entries of so many bytes have waited for so long; nothing when none waits any more.
    pub fn set(&self, held_up: Option<(Duration, usize)>) {
        let since = |age| Instant::now().checked_sub(age).unwrap_or_else(Instant::now);
        *lock(&self.0) = held_up.map(|(age, bytes)| (since(age), bytes));
    }

    /// The words.
    pub fn words(&self) -> Option<String> {
        let (since, bytes) = (*lock(&self.0))?;
        Some(format!(
            "Another program has locked the database for {} s. {:.1} MB of results wait in memory and are written when it lets go.",
            since.elapsed().as_secs(),
            bytes as f64 / 1e6
        ))
    }
}
