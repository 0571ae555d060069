//! What waits in a line: a run, or measures on demand of a run that is there.

use crate::log::{JobPen, Live, Log};
use std::sync::Arc;
use valleyscope_shared::curvature::CurvatureJob;
use valleyscope_shared::event::{Ended, Outcome};
use valleyscope_shared::run::Phase;
use valleyscope_shared::runner::Cancel;
use valleyscope_shared::spec::RunSpec;

/// Something on its way to a device.
#[expect(
    clippy::large_enum_variant,
    reason = "a line has a few hundred at most, each taken out once"
)]
pub enum Job {
    /// A run.
    Run(RunJob),
    /// Measures on demand.
    Curvature(Task),
}

/// A run on its way to a device.
pub struct RunJob {
    pub live: Arc<Live>,
    pub spec: RunSpec,
    /// The id of the stopped run that it goes on with.
    pub resumes: Option<String>,
    pub cancel: Cancel,
}

/// Measures on demand on their way to a device.
pub struct Task {
    /// Writes to the log of their run, and keeps it open.
    pub pen: JobPen,
    /// Which job of the run.
    pub job: u32,
    /// The device.
    pub device: String,
    /// Stops them.
    pub cancel: Cancel,
}

impl Task {
    /// Writes down how it ended; what was written.
    pub fn end(&self, phase: Phase, reason: Option<String>) -> CurvatureJob {
        self.pen.end(CurvatureJob {
            phase,
            reason,
            ..self.pen.known(self.job)
        })
    }
}

/// By what something in a line is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    run: String,
    job: Option<u32>,
}

impl Ticket {
    /// Of a run.
    pub fn run(id: &str) -> Self {
        let run = id.to_owned();
        Self { run, job: None }
    }

    /// Of measures on demand.
    pub fn curvature(id: &str, job: u32) -> Self {
        let (run, job) = (id.to_owned(), Some(job));
        Self { run, job }
    }
}

impl Job {
    /// By what it is named.
    pub fn ticket(&self) -> Ticket {
        match self {
            Self::Run(run) => Ticket::run(&run.live.id),
            Self::Curvature(task) => Ticket::curvature(&task.pen.live().id, task.job),
        }
    }

    /// Whether it is named so.
    pub fn is(&self, ticket: &Ticket) -> bool {
        self.ticket() == *ticket
    }

    /// What stops it.
    pub fn cancel(&self) -> &Cancel {
        match self {
            Self::Run(run) => &run.cancel,
            Self::Curvature(task) => &task.cancel,
        }
    }

    /// What a run does.
    pub fn spec(&self) -> Option<&RunSpec> {
        match self {
            Self::Run(run) => Some(&run.spec),
            Self::Curvature(_) => None,
        }
    }

    /// Ends it before it has begun, as cancelled.
    pub fn give_up(self, log: &Log) {
        match self {
            Self::Run(run) => {
                log.pen(&run.live).end(Ended {
                    outcome: Outcome::Cancelled,
                    reason: None,
                    seconds: 0.0,
                });
            }
            Self::Curvature(task) => {
                task.end(Phase::Cancelled, None);
            }
        }
    }
}
