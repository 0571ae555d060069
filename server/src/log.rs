//! The log of every run: an append-only list of frames, in SQLite, with the latest ones in memory.
//!
//! One thread writes; it numbers what it gets and commits at most every 50 ms.
//! A frame is seen by viewers only after its commit, so what a viewer has seen is never taken back by a crash.
//! No viewer is ever waited for: each reads at its own cursor.

mod cursor;
mod earlier;
mod feed;
mod group;
mod live;
mod pen;
mod writer;

pub use cursor::Cursor;
pub use feed::Feed;
pub use live::Live;
pub use pen::Pen;

use crate::clock;
use crate::store::{Result, RunRow, Store};
use group::Item;
use std::collections::HashMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use valleyscope_shared::event::{Ended, Outcome};

/// Items on their way to the writer; a run that computes faster than the disk writes waits here, in bounded memory.
const WAITING_ITEMS: usize = 256;

/// The logs of all runs.
pub struct Log {
    store: Arc<Store>,
    live: Arc<LiveRuns>,
    sender: SyncSender<Item>,
}

/// The runs that have not ended, by id.
#[derive(Default)]
pub struct LiveRuns(RwLock<HashMap<String, Arc<Live>>>);

impl LiveRuns {
    fn get(&self, id: &str) -> Option<Arc<Live>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    fn insert(&self, live: Arc<Live>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(live.id.clone(), live);
    }

    fn remove(&self, id: &str) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }
}

impl Log {
    /// Opens the logs; runs that were waiting or running when the last server stopped end as interrupted.
    pub fn open(store: Arc<Store>) -> Result<Self> {
        for run in store.unfinished()? {
            let reason = match run.started_ms {
                Some(_) => "the server stopped while it ran; what was computed is kept",
                None => "the server stopped before it began",
            };
            let ended = Ended {
                outcome: Outcome::Interrupted,
                reason: Some(reason.to_owned()),
                seconds: 0.0,
            };
            store.interrupt(run.number, clock::now_ms(), ended)?;
            tracing::warn!(run = run.id, "run was interrupted: {reason}");
        }
        let live = Arc::new(LiveRuns::default());
        let (sender, receiver) = sync_channel(WAITING_ITEMS);
        let writer = writer::Writer::new(store.clone(), live.clone());
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.write_all(&receiver))
            .map_err(|source| crate::store::StoreError::File {
                path: store.folder().to_owned(),
                source,
            })?;
        Ok(Self {
            store,
            live,
            sender,
        })
    }

    /// Begins the log of a run that was just stored.
    pub fn begin(&self, number: i64, id: &str) -> Arc<Live> {
        let live = Arc::new(Live::new(number, id.to_owned()));
        self.live.insert(live.clone());
        live
    }

    /// The log of a run that has not ended.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.live.get(id)
    }

    /// The writing end of a run's log, for the one who computes it.
    pub fn pen(&self, live: &Arc<Live>) -> Pen {
        Pen::new(
            live.clone(),
            self.sender.clone(),
            self.store.kept_path(&live.id),
        )
    }

    /// The reading end of a run's log.
    pub fn feed(&self, run: &RunRow) -> Result<Feed> {
        match self.live.get(&run.id) {
            Some(live) => Ok(Feed::live(self.store.clone(), live)),
            None => Feed::stored(self.store.clone(), run),
        }
    }
}
