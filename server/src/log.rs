//! The log of every run: an append-only list of frames, in SQLite, with the latest ones in memory.
//!
//! One thread writes; it numbers what it gets and commits at most every 50 ms.
//! A frame is seen by viewers only after its commit, so what a viewer has seen is never taken back by a crash.
//! No viewer is ever waited for: each reads at its own cursor.

mod cursor;
mod earlier;
mod feed;
mod group;
mod held;
mod job;
mod live;
mod pen;
mod writer;

pub use cursor::Cursor;
pub use feed::Feed;
pub use held::Patience;
pub use job::{Hold, JobPen};
pub use live::Live;
pub use pen::Pen;

use crate::store::{Result, RunRow, Store, StoreError};
use group::Item;
use held::Notice;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use valleyscope_shared::event::{Ended, Outcome};
use valleyscope_shared::run::Phase;

/// Items on their way to the writer; a run that computes faster than the disk writes waits here, in bounded memory.
const WAITING_ITEMS: usize = 256;

/// The logs of all runs.
pub struct Log {
    store: Arc<Store>,
    live: Arc<LiveRuns>,
    sender: SyncSender<Item>,
    notice: Arc<Notice>,
}

/// The runs whose logs are written, by id.
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

    /// Keeps the log of a run open, also past its end.
    fn hold(&self, live: &Arc<Live>) {
        let _runs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        live.holds.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a hold back.
    fn release(&self, live: &Arc<Live>) {
        {
            let _runs = self.0.write().unwrap_or_else(PoisonError::into_inner);
            live.holds.fetch_sub(1, Ordering::Relaxed);
        }
        self.let_go(live);
    }

    /// Forgets a run that has ended, and whose log nobody holds open.
    fn let_go(&self, live: &Arc<Live>) {
        let mut runs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let is_this = runs
            .get(&live.id)
            .is_some_and(|known| Arc::ptr_eq(known, live));
        let held = live.holds.load(Ordering::Relaxed) > 0;
        if is_this && !held && live.look(|state| state.ended.is_some()) {
            runs.remove(&live.id);
        }
    }
}

impl Log {
    /// Opens the logs; runs that were computed when the last server stopped end as interrupted, those that waited go on waiting.
    pub fn open(store: Arc<Store>) -> Result<Self> {
        Self::open_with(store, Patience::default())
    }

    /// As [`Log::open`], with another patience for a locked database.
    pub fn open_with(store: Arc<Store>, patience: Patience) -> Result<Self> {
        for run in store.unfinished()? {
            end_of_last_server(&store, &run);
        }
        end_jobs_of_last_server(&store)?;
        let live = Arc::new(LiveRuns::default());
        let (sender, receiver) = sync_channel(WAITING_ITEMS);
        let notice = Arc::new(Notice::default());
        let writer = writer::Writer::new(store.clone(), live.clone(), patience, notice.clone());
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.write_all(&receiver))
            .map_err(|source| StoreError::File {
                path: store.folder().to_owned(),
                source,
            })?;
        Ok(Self {
            store,
            live,
            sender,
            notice,
        })
    }

    /// What viewers of runs that compute should know, if anything: that results wait for the database.
    pub fn notice(&self) -> Option<String> {
        self.notice.words()
    }

    /// Begins the log of a run that was just stored.
    pub fn begin(&self, number: i64, id: &str, created_ms: u64) -> Arc<Live> {
        let live = Arc::new(Live::new(number, id.to_owned(), created_ms));
        self.live.insert(live.clone());
        live
    }

    /// The data directory, where logs and iterates are written.
    pub fn folder(&self) -> &Path {
        self.store.folder()
    }

    /// Notes that a run leaves its line: should the server die now, it does not wait again, or it could kill every server after this one.
    pub fn leaves_line(&self, live: &Live) -> Result<()> {
        self.store.set_started(live.number, Some(live.now_ms()))
    }

    /// Takes the note back, for a run that the server's end finds before its first entry: it waits again.
    pub fn waits_again(&self, live: &Live) -> Result<()> {
        self.store.set_started(live.number, None)
    }

    /// What is on disk.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// The log of a run that has not ended, or of which measures on demand wait or are computed.
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

/// Ends a run that cannot wait again after the last server's end. Where that fails the others begin all the same.
fn end_of_last_server(store: &Store, run: &RunRow) {
    let (outcome, reason) = match (&run.problem, run.phase, run.started_ms) {
        (Some(problem), ..) => (Outcome::Failed, problem.as_str()),
        (None, Phase::Queued, None) => return,
        (None, Phase::Queued, Some(_)) => {
            (Outcome::Interrupted, "the server stopped as the run began")
        }
        (None, ..) => (
            Outcome::Interrupted,
            "the server stopped while it ran; what was computed is kept",
        ),
    };
    let ended = Ended {
        outcome,
        reason: Some(reason.to_owned()),
        seconds: 0.0,
    };
    let written = match store.interrupt(run, ended) {
        Err(error @ StoreError::Damaged { .. }) => {
            store.fail_unread(run, &format!("its log cannot be read: {error}"))
        }
        result => result,
    };
    match written {
        Ok(()) => tracing::warn!(
            run = run.id,
            "run {} has ended with the last server: {reason}",
            run.id
        ),
        Err(error) => {
            tracing::error!(run = run.id, %error, "the end of run {} could not be written", run.id)
        }
    }
}

/// Ends the measures on demand that the last server computed; those that waited go on waiting.
fn end_jobs_of_last_server(store: &Store) -> Result<()> {
    for (run, job, phase) in store.open_jobs()? {
        if phase == Phase::Queued {
            continue;
        }
        let Some(row) = store.run_of_number(run)? else {
            continue;
        };
        let reason = "the server stopped while it computed; what was computed is kept";
        let id = &row.id;
        match store.interrupt_job(&row, job, reason) {
            Ok(()) => tracing::warn!(
                run = id,
                job,
                "job {job} of run {id} has ended with the last server"
            ),
            Err(error) => {
                tracing::error!(run = id, job, %error, "the end of job {job} of run {id} could not be written");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
