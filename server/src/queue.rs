//! Runs, and measures on demand of runs, waiting for their device in one order; one worker thread a device.

mod job;
mod worker;

pub use worker::caught;

use crate::engine::Engine;
use crate::log::{JobPen, Live, Log};
use crate::store::lock;
pub use job::Task;
use job::{Job, RunJob, Ticket};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex};
use tokio::sync::watch;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Cancel;
use valleyscope_shared::spec::RunSpec;

#[derive(Default)]
struct Line {
    waiting: VecDeque<Job>,
    running: Option<(Ticket, Cancel)>,
    has_worker: bool,
}

#[derive(Default)]
struct Lines {
    devices: HashMap<String, Line>,
    closing: bool,
}

/// The lines before all devices.
pub struct Queue {
    lines: Mutex<Lines>,
    /// Rings the workers.
    work: Condvar,
    /// Rings whoever shows a place in the line.
    moved: watch::Sender<u64>,
    log: Arc<Log>,
    engine: Arc<dyn Engine>,
    cap: usize,
}

/// What the queue looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// How many runs wait.
    pub waiting: usize,
    /// How many run.
    pub running: usize,
}

impl Queue {
    /// Empty lines that hold `cap` waiting runs together.
    pub fn new(log: Arc<Log>, engine: Arc<dyn Engine>, cap: usize) -> Arc<Self> {
        Arc::new(Self {
            lines: Mutex::default(),
            work: Condvar::new(),
            moved: watch::Sender::new(0),
            log,
            engine,
            cap,
        })
    }

    /// Whether another run can wait.
    ///
    /// # Errors
    /// Status 429 when too many wait already, 503 when the server is stopping.
    pub fn has_room(&self) -> Result<(), Problem> {
        self.has_room_for(1)
    }

    /// Whether so many more runs can wait.
    ///
    /// # Errors
    /// As [`Queue::has_room`].
    pub fn has_room_for(&self, runs: usize) -> Result<(), Problem> {
        let lines = lock(&self.lines);
        if lines.closing {
            return Err(Problem::new(
                "stopping",
                503,
                "The server is stopping",
                "the server is stopping and takes no more runs",
            ));
        }
        let waiting = lines
            .devices
            .values()
            .map(|line| line.waiting.len())
            .sum::<usize>();
        if waiting + runs > self.cap {
            let detail = match runs {
                1 => format!(
                    "{waiting} runs are waiting, as many as may; try again when one has ended"
                ),
                _ => format!(
                    "{waiting} runs are waiting and {} may; there is no room for {runs} more",
                    self.cap
                ),
            };
            return Err(Problem::new(
                "queue-full",
                429,
                "Too many runs are waiting",
                detail,
            ));
        }
        Ok(())
    }

    /// Puts a run at the end of the line before `device`.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn push(
        self: &Arc<Self>,
        live: Arc<Live>,
        spec: RunSpec,
        resumes: Option<String>,
        device: &str,
    ) -> Result<(), Problem> {
        let job = Job::Run(RunJob {
            live,
            spec,
            resumes,
            cancel: Cancel::default(),
        });
        self.put(job, device)
    }

    /// Puts measures on demand, which wait in the log already, at the end of the line before `device`.
    ///
    /// # Errors
    /// As [`Queue::push`].
    pub fn push_curvature(
        self: &Arc<Self>,
        pen: JobPen,
        job: u32,
        device: &str,
    ) -> Result<(), Problem> {
        let task = Task {
            pen,
            job,
            device: device.to_owned(),
            cancel: Cancel::default(),
        };
        self.put(Job::Curvature(task), device)
    }

    fn put(self: &Arc<Self>, job: Job, device: &str) -> Result<(), Problem> {
        let mut lines = lock(&self.lines);
        let line = lines.devices.entry(device.to_owned()).or_default();
        line.waiting.push_back(job);
        if !line.has_worker {
            line.has_worker = true;
            worker::spawn(self.clone(), device.to_owned()).map_err(|error| {
                Problem::internal(format!("cannot start a worker thread: {error}"))
            })?;
        }
        drop(lines);
        self.work.notify_all();
        self.ring();
        Ok(())
    }

    /// Asks a run to stop: at once when it waits, within one step when it computes. Whether it was in the queue.
    pub fn cancel(&self, id: &str) -> bool {
        self.stop(&Ticket::run(id))
    }

    /// Asks measures on demand to stop: at once when they wait, soon when they compute. Whether they were in the queue.
    pub fn cancel_curvature(&self, id: &str, job: u32) -> bool {
        self.stop(&Ticket::curvature(id, job))
    }

    fn stop(&self, ticket: &Ticket) -> bool {
        let mut lines = lock(&self.lines);
        for line in lines.devices.values_mut() {
            if let Some((_, cancel)) = line
                .running
                .as_ref()
                .filter(|(running, _)| running == ticket)
            {
                cancel.cancel();
                return true;
            }
            if let Some(place) = line.waiting.iter().position(|job| job.is(ticket))
                && let Some(job) = line.waiting.remove(place)
            {
                drop(lines);
                job.give_up(&self.log);
                self.ring();
                return true;
            }
        }
        false
    }

    /// The place of a waiting run in its line, from 1.
    pub fn position(&self, id: &str) -> Option<u64> {
        self.place(&Ticket::run(id))
    }

    /// The place of waiting measures on demand in their line, from 1.
    pub fn position_of_curvature(&self, id: &str, job: u32) -> Option<u64> {
        self.place(&Ticket::curvature(id, job))
    }

    fn place(&self, ticket: &Ticket) -> Option<u64> {
        let lines = lock(&self.lines);
        lines
            .devices
            .values()
            .find_map(|line| line.waiting.iter().position(|job| job.is(ticket)))
            .map(|place| place as u64 + 1)
    }

    /// What the waiting runs do.
    pub fn waiting_specs(&self) -> Vec<RunSpec> {
        let lines = lock(&self.lines);
        let waiting = lines.devices.values().flat_map(|line| &line.waiting);
        waiting.filter_map(Job::spec).cloned().collect()
    }

    /// How much there is to do.
    pub fn load(&self) -> Load {
        let lines = lock(&self.lines);
        Load {
            waiting: lines.devices.values().map(|line| line.waiting.len()).sum(),
            running: lines
                .devices
                .values()
                .filter(|line| line.running.is_some())
                .count(),
        }
    }

    /// Rings whenever a line moves.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// Stops taking runs and interrupts those that compute; those that wait are stored, and wait again when the server starts again.
    pub fn close(&self) {
        let mut lines = lock(&self.lines);
        lines.closing = true;
        for (_, cancel) in lines
            .devices
            .values()
            .filter_map(|line| line.running.as_ref())
        {
            cancel.cancel();
        }
        drop(lines);
        self.work.notify_all();
    }

    fn ring(&self) {
        self.moved.send_modify(|count| *count += 1);
    }
}
