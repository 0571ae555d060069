//! The writing end of a run's log for measures on demand, which may come long after the run's end.

use super::group::{Content, Item};
use super::live::Live;
use super::{LiveRuns, Log};
use crate::store::{JobWrite, Result, RunRow, StoreError};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, PoisonError};
use valleyscope_shared::curvature::CurvatureJob;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

/// A run's log that stays open as long as this value lives.
pub struct Hold {
    runs: Arc<LiveRuns>,
    live: Arc<Live>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.runs.release(&self.live);
    }
}

impl Log {
    /// Opens the log of a run for measures on demand, also of one that has ended.
    ///
    /// # Errors
    /// The store cannot be read, or the run has neither ended nor begun.
    pub fn hold(&self, run: &RunRow) -> Result<JobPen> {
        let mut runs = self.live.0.write().unwrap_or_else(PoisonError::into_inner);
        let live = match runs.get(&run.id) {
            Some(live) => live.clone(),
            None => {
                let state = self.store.state(run.number)?;
                if state.ended.is_none() {
                    return Err(StoreError::Damaged {
                        what: "a run's log",
                        reason: "it has no end, and nobody writes it".to_owned(),
                    });
                }
                let last_ms = self.store.last_ms(run.number)?.max(run.created_ms);
                let live = Arc::new(Live::again(run, state, last_ms));
                runs.insert(run.id.clone(), live.clone());
                live
            }
        };
        live.holds.fetch_add(1, Ordering::Relaxed);
        let runs = self.live.clone();
        Ok(JobPen {
            hold: Hold { runs, live },
            sender: self.sender.clone(),
        })
    }
}

/// What whoever asks for or computes measures on demand holds.
pub struct JobPen {
    hold: Hold,
    sender: SyncSender<Item>,
}

impl JobPen {
    /// The run.
    pub fn live(&self) -> &Live {
        &self.hold.live
    }

    /// What the log says of a job so far.
    pub fn known(&self, job: u32) -> CurvatureJob {
        let find = |jobs: &[CurvatureJob]| jobs.iter().find(|known| known.job == job).cloned();
        let known = self.live().look(|state| find(&state.curvature));
        CurvatureJob {
            points: Vec::new(),
            ..known.unwrap_or_else(|| CurvatureJob::new(job))
        }
    }

    /// Writes what was computed beside the log.
    ///
    /// # Errors
    /// The log cannot be written; the job should stop.
    pub fn write(&self, write: JobWrite) -> std::result::Result<(), Problem> {
        self.sound()?;
        self.send(Content::Job(write), None)
    }

    /// Writes an entry.
    ///
    /// # Errors
    /// As [`JobPen::write`].
    pub fn say(&self, news: CurvatureJob) -> std::result::Result<(), Problem> {
        self.sound()?;
        self.send(Content::News(Box::new(news)), None)
    }

    /// Writes an entry, and waits until it is committed.
    ///
    /// # Errors
    /// It could not be.
    pub fn settle(&self, news: CurvatureJob) -> std::result::Result<(), Problem> {
        self.sound()?;
        let (done, committed) = sync_channel(1);
        self.send(Content::News(Box::new(news)), Some(done))?;
        match committed.recv() {
            Ok(()) => Ok(()),
            Err(_) => self.sound().and(Err(Problem::internal(
                "the thread that writes the log is gone",
            ))),
        }
    }

    /// Writes the last entry of a job, and waits until it is committed. Returns what was written: a log that broke off is a failure.
    pub fn end(&self, mut news: CurvatureJob) -> CurvatureJob {
        if let Err(problem) = self.sound() {
            news.phase = Phase::Failed;
            news.reason = Some(problem.detail);
        }
        let (done, committed) = sync_channel(1);
        let last = Content::News(Box::new(news.clone()));
        if self.send(last, Some(done)).is_ok() {
            // Whether it was committed or could only be announced, the writer answers once.
            let _ = committed.recv();
        }
        news
    }

    fn sound(&self) -> std::result::Result<(), Problem> {
        self.live().broken().cloned().map_or(Ok(()), Err)
    }

    fn send(
        &self,
        content: Content,
        done: Option<SyncSender<()>>,
    ) -> std::result::Result<(), Problem> {
        let item = Item {
            live: self.hold.live.clone(),
            at_ms: self.live().now_ms(),
            content,
            done,
        };
        self.sender
            .send(item)
            .map_err(|_| Problem::internal("the thread that writes the log is gone"))
    }
}
