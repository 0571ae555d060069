//! Files that were sent to the server, on their way to becoming models: one is understood at a time, and whoever sent it chooses.

use super::{Adding, Order, Stage, Words, name_of};
use crate::ids;
use crate::queue::caught;
use crate::store::lock;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;
use valleyscope_engine::error::Error;
use valleyscope_shared::adding::{Addition, Phase};
use valleyscope_shared::problem::{FieldError, Problem};
use valleyscope_shared::runner::Cancel;

/// So many files are on their way at most: each may hold a gigabyte of disk.
const MOST: usize = 8;

/// So long a file that nobody asks for is kept.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// The files that are on their way.
#[derive(Default)]
pub struct Additions {
    jobs: Mutex<BTreeMap<String, Arc<Job>>>,
    /// Held by the one that is being understood.
    turn: Mutex<()>,
}

/// One file.
pub struct Job {
    pub id: String,
    /// Stops it.
    pub cancel: Cancel,
    view: watch::Sender<Addition>,
    opened: Mutex<Option<Adding>>,
    asked: Mutex<Instant>,
    // The file lies in it.
    _folder: TempDir,
}

impl Additions {
    /// Whether there is room for one more.
    ///
    /// # Errors
    /// Status 503 when too many are on their way.
    pub fn has_room(&self) -> Result<(), Problem> {
        let mut jobs = lock(&self.jobs);
        jobs.retain(|_, job| {
            let kept = job.view.receiver_count() > 0 || lock(&job.asked).elapsed() < REMEMBERED;
            if !kept {
                job.cancel.cancel();
            }
            kept
        });
        // What has failed or become a model waits for nobody.
        let waits = |job: &&Arc<Job>| {
            let phase = job.view.borrow().phase;
            !matches!(phase, Phase::Failed | Phase::Cancelled | Phase::Added)
        };
        if jobs.values().filter(waits).count() < MOST {
            return Ok(());
        }
        Err(Problem::new(
            "busy",
            503,
            "Too much at a time",
            format!(
                "{MOST} files wait to be added, as many as may be; choose what is to become of one of them, or give one up"
            ),
        ))
    }

    /// Begins to understand a file, which lies in `folder`.
    ///
    /// # Errors
    /// As [`Self::has_room`], and status 500 where no thread can be started.
    pub fn begin(
        self: &Arc<Self>,
        data_dir: PathBuf,
        folder: TempDir,
        order: Order,
    ) -> Result<Arc<Job>, Problem> {
        self.has_room()?;
        let id = ids::run_id().map_err(Problem::from)?;
        let view = Addition {
            id: id.clone(),
            file: order.called.clone(),
            name: name_of(&order.called),
            phase: Phase::Waiting,
            done: 0,
            total: 0,
            seconds: 0.0,
            understood: None,
            problem: None,
            model: None,
        };
        let job = Arc::new(Job {
            id: id.clone(),
            cancel: Cancel::default(),
            view: watch::Sender::new(view),
            opened: Mutex::default(),
            asked: Mutex::new(Instant::now()),
            _folder: folder,
        });
        lock(&self.jobs).insert(id, job.clone());
        let (all, own) = (self.clone(), job.clone());
        let thread = std::thread::Builder::new().name("add".to_owned());
        let begun = thread.spawn(move || all.work(&own, &data_dir, &order));
        begun.map_err(|error| Problem::internal(format!("cannot start a thread: {error}")))?;
        Ok(job)
    }

    /// A file by its id.
    ///
    /// # Errors
    /// Status 404: it was never here, or nobody asked for it for an hour.
    pub fn job(&self, id: &str) -> Result<Arc<Job>, Problem> {
        let job = lock(&self.jobs).get(id).cloned();
        let job = job.ok_or_else(|| {
            let shown: String = id.chars().take(40).collect();
            Problem::not_found(format!("no file \"{shown}\" is being added"))
        })?;
        *lock(&job.asked) = Instant::now();
        Ok(job)
    }

    /// Every file that is on its way.
    pub fn all(&self) -> Vec<Addition> {
        let jobs = lock(&self.jobs);
        jobs.values().map(|job| job.view.borrow().clone()).collect()
    }

    /// Stops and forgets a file.
    ///
    /// # Errors
    /// As [`Self::job`].
    pub fn give_up(&self, id: &str) -> Result<(), Problem> {
        let job = self.job(id)?;
        job.cancel.cancel();
        lock(&self.jobs).remove(id);
        job.tell(|view| view.phase = Phase::Cancelled);
        Ok(())
    }

    /// Stops and forgets everything, with the files.
    pub fn close(&self) {
        let mut jobs = lock(&self.jobs);
        jobs.values().for_each(|job| job.cancel.cancel());
        jobs.clear();
    }

    fn work(&self, job: &Job, data_dir: &Path, order: &Order) {
        let turn = lock(&self.turn);
        if job.cancel.is_cancelled() {
            return;
        }
        let started = Instant::now();
        let result = caught(|| {
            Adding::open(data_dir, order, &job.cancel, &mut |stage| {
                job.tell(|view| {
                    view.seconds = started.elapsed().as_secs_f64();
                    match stage {
                        Stage::Reading => view.phase = Phase::Reading,
                        Stage::Comparing { done, total } => {
                            view.phase = Phase::Comparing;
                            (view.done, view.total) = (done as u64, total as u64);
                        }
                    }
                });
            })
        });
        drop(turn);
        let result = result
            .map_err(|panic| anyhow::anyhow!(panic.detail))
            .flatten();
        match result {
            Ok(adding) => {
                let understood = adding.understood().clone();
                *lock(&job.opened) = Some(adding);
                job.tell(|view| {
                    view.phase = Phase::Ready;
                    view.understood = Some(understood);
                });
            }
            Err(_) if job.cancel.is_cancelled() => job.tell(|view| view.phase = Phase::Cancelled),
            Err(error) => {
                let words = crate::cli::told(&error);
                tracing::warn!(file = order.called, "a file was not understood: {words}");
                job.tell(|view| {
                    view.phase = Phase::Failed;
                    view.problem = Some(Problem::new(
                        "not-understood",
                        422,
                        "The file is no model",
                        words,
                    ));
                });
            }
        }
    }
}

impl Job {
    /// Rings whenever it has come further.
    pub fn watch(&self) -> watch::Receiver<Addition> {
        self.view.subscribe()
    }

    /// How far it is.
    pub fn view(&self) -> Addition {
        self.view.borrow().clone()
    }

    fn tell(&self, change: impl FnOnce(&mut Addition)) {
        self.view.send_modify(change);
    }

    /// Keeps a candidate as a model.
    ///
    /// # Errors
    /// Status 409 before it is understood, 422 for a number or a name that is not possible.
    pub fn choose(
        &self,
        data_dir: &Path,
        number: u32,
        name: &str,
        words: &Words,
    ) -> Result<Addition, Problem> {
        let opened = lock(&self.opened);
        let Some(adding) = opened.as_ref() else {
            return Err(Problem::new(
                "not-ready",
                409,
                "The file is not understood yet",
                "wait until its candidates are compared, then choose one",
            ));
        };
        let count = adding.understood().candidates.len();
        if number == 0 || number as usize > count {
            return Err(field(
                "number",
                format!("there is no candidate {number}; there are 1 to {count}"),
            ));
        }
        adding
            .keep(data_dir, number, name, words)
            .map_err(|error| match error.downcast_ref::<Error>() {
                Some(Error::Name { .. } | Error::Exists { .. }) => field("name", error.to_string()),
                _ => Problem::internal(crate::cli::told(&error)),
            })?;
        self.tell(|view| {
            view.phase = Phase::Added;
            view.model = Some(name.to_owned());
        });
        Ok(self.view())
    }
}

fn field(path: &str, message: String) -> Problem {
    Problem::invalid(vec![FieldError {
        path: path.to_owned(),
        message,
    }])
}
