//! A run's results as files. What the page shows is computed from these very numbers.

mod csv;
mod curvature;
mod json;
mod npy;
mod npz;
mod schema;
mod stream;

pub use csv::write_csv;
pub use curvature::JobRecord;
pub use json::write_json;
pub use npy::{Array, write_arrays};
pub use npz::write_npz;
pub use schema::ResultFile;
pub use stream::streamed;

use std::sync::Arc;
use valleyscope_shared::event::{Started, Warning};
use valleyscope_shared::readings::Readings;
use valleyscope_shared::run::{Phase, RunState};
use valleyscope_shared::spec::RunSpec;

/// Everything about a run that a file holds.
pub struct Record {
    /// What it does.
    pub spec: RunSpec,
    /// How far it came.
    pub phase: Phase,
    /// What was known when it started.
    pub started: Started,
    /// What makes the result doubtful.
    pub warnings: Vec<Warning>,
    /// The readings, one table per seed; shared with whoever else looks at them.
    pub passes: Arc<Vec<Readings>>,
    /// The measures that were asked for on demand; mostly none.
    pub curvature: Vec<JobRecord>,
}

impl Record {
    /// The record of a run; nothing before it has started.
    pub fn new(
        spec: RunSpec,
        state: &RunState,
        passes: impl Into<Arc<Vec<Readings>>>,
    ) -> Option<Self> {
        let started = state.started.clone()?;
        Some(Self {
            spec,
            phase: state.phase,
            started,
            warnings: state.warnings.clone(),
            passes: passes.into(),
            curvature: Vec::new(),
        })
    }

    /// The same with measures on demand.
    pub fn with(mut self, curvature: Vec<JobRecord>) -> Self {
        self.curvature = curvature;
        self
    }

    /// What is needed to do the run again, and what it was made by: the head of every file.
    pub fn header(&self) -> serde_json::Value {
        serde_json::json!({
            "spec": self.spec,
            "profile": self.spec.attack.profile(),
            "made_by": self.started.made_by,
            "origin": self.started.origin,
            "device": self.started.device,
            "precision": self.started.precision,
            "seeds": self.started.seeds,
            "epsilons": self.started.epsilons,
            "phase": self.phase,
            "notes": self.started.notes,
            "warnings": self.warnings,
        })
    }

    /// The names of the points: `clean`, `start`, `1`, ...
    pub fn points(&self) -> Vec<String> {
        (0..self.started.axis.points())
            .map(|point| self.started.axis.label(point))
            .collect()
    }
}
