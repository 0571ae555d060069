//! The reading end of one run's log.

use super::live::Live;
use crate::store::{Entry, Result, RunRow, Store, StoreError};
use std::sync::Arc;
use tokio::sync::watch;

/// The most entries of one reading.
pub const MOST_ENTRIES: usize = 512;
/// About how many bytes one reading has at most.
const MOST_BYTES: usize = 256 * 1024;

/// The log of one run, for one viewer. It holds nothing but its place.
pub struct Feed {
    store: Arc<Store>,
    number: i64,
    source: Source,
}

enum Source {
    Live(Arc<Live>, watch::Receiver<u64>),
    Stored { epoch: u64, last: u64 },
}

impl Feed {
    pub(super) fn live(store: Arc<Store>, live: Arc<Live>) -> Self {
        let bell = live.bell();
        Self {
            store,
            number: live.number,
            source: Source::Live(live, bell),
        }
    }

    pub(super) fn stored(store: Arc<Store>, run: &RunRow) -> Result<Self> {
        let last = store.last_seq(run.number)?;
        // The row may have been read just before the run's interruption gave it another epoch; that happens only at start.
        Ok(Self {
            store,
            number: run.number,
            source: Source::Stored {
                epoch: run.epoch,
                last,
            },
        })
    }

    /// The log's epoch.
    pub fn epoch(&self) -> u64 {
        match &self.source {
            Source::Live(live, _) => live.epoch,
            Source::Stored { epoch, .. } => *epoch,
        }
    }

    /// The last committed entry.
    pub fn last(&self) -> u64 {
        match &self.source {
            Source::Live(live, _) => live.look(|state| state.seq),
            Source::Stored { last, .. } => *last,
        }
    }

    /// Whether nothing comes after the entry `seq`.
    pub fn ends_at(&self, seq: u64) -> bool {
        match &self.source {
            Source::Live(live, _) => live.look(|state| state.is_over() && state.seq <= seq),
            Source::Stored { last, .. } => *last <= seq,
        }
    }

    /// Whether the run still waits for its device.
    pub fn waits(&self) -> bool {
        match &self.source {
            Source::Live(live, _) => live.look(|state| state.seq == 0),
            Source::Stored { .. } => false,
        }
    }

    /// Waits for the next commit; for ever when nothing more can come.
    pub async fn changed(&mut self) {
        if let Source::Live(_, bell) = &mut self.source
            && bell.changed().await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }

    /// The committed entries after `seq`, some of them at a time.
    pub async fn after(&self, seq: u64, limit: usize) -> Result<Vec<Entry>> {
        let limit = limit.min(MOST_ENTRIES);
        if let Source::Live(live, _) = &self.source
            && let Some(entries) = live.tail_after(seq, limit, MOST_BYTES)
        {
            return Ok(entries);
        }
        let (store, number) = (self.store.clone(), self.number);
        tokio::task::spawn_blocking(move || store.entries(number, seq, limit, MOST_BYTES))
            .await
            .map_err(|error| StoreError::Damaged {
                what: "a log",
                reason: error.to_string(),
            })?
    }
}
