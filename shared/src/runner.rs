//! The boundary between whoever keeps runs and whoever computes them.
//!
//! The server knows a [`Runner`] and nothing of tensors, so the API can be tested without LibTorch.

use crate::curvature::{CurvatureOutput, CurvatureSpec, Place, Plan};
use crate::ending::Ending;
use crate::event::{Event, Started};
use crate::problem::Problem;
use crate::readings::{Block, CleanLogits, Example, Readings};
use crate::spec::RunSpec;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a runner hands out while it computes.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "handed on one at a time, never kept in a list"
)]
pub enum Output {
    /// An entry of the log. A runner writes every kind but `Ended`, which its keeper writes.
    Event(Event),
    /// Which examples the run is about, by row; comes once, before the first block.
    Examples(Vec<Example>),
    /// The readings of consecutive rows at one point.
    Block(Block),
    /// The logits of consecutive rows at the clean point, the same in every pass; comes once for each row, with the first.
    Clean(CleanLogits),
    /// The exact first flip of a row of a pass, where it lies between recorded points.
    Flip {
        /// Which pass.
        pass: usize,
        /// Which row.
        row: usize,
        /// Which step.
        step: u32,
    },
    /// How a row of a pass ended; comes once, after its last block and its last iterate that is kept.
    Ending {
        /// Which pass.
        pass: usize,
        /// Which row.
        row: usize,
        /// How.
        ending: Ending,
    },
    /// Iterates that are kept to be looked at.
    Kept(Kept),
}

/// The iterates of consecutive rows at one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which pass.
    pub pass: usize,
    /// Which recorded point.
    pub point: usize,
    /// The row of the first.
    pub first_row: usize,
    /// How many rows.
    pub rows: usize,
    /// Channels, height and width.
    pub shape: Vec<usize>,
    /// `rows x channels x height x width` pixels in [0, 1].
    pub images: Vec<f32>,
    /// `rows x classes` logits.
    pub logits: Vec<f64>,
}

/// A flag that asks a run to stop.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the run to stop at its next step.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a stopped run of the same specification had computed.
pub struct Earlier<'a> {
    /// Which run.
    pub id: String,
    /// What was known when it started: by what it was computed, on which device, from what.
    pub started: Started,
    /// Its readings, a table per pass. A row that is to be computed again has no ending.
    pub passes: Vec<Readings>,
    /// Its kept iterates of a row of a pass.
    pub kept: &'a dyn Fn(usize, usize) -> Result<Vec<Kept>, Problem>,
}

/// Computes runs.
pub trait Runner: Send {
    /// Does the run, handing out what it computes; stops within one step once `cancel` is set, and returns `Ok` then too.
    ///
    /// # Errors
    ///
    /// A problem fit for a person to read: what could not be loaded, or what went wrong. What was handed out stays valid.
    fn run(
        &mut self,
        spec: &RunSpec,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem>;

    /// Does the run without computing again what a stopped one had; hands out what that one had too.
    /// Unless a runner knows better, everything is computed again.
    ///
    /// # Errors
    ///
    /// As [`Runner::run`].
    fn resume(
        &mut self,
        spec: &RunSpec,
        _earlier: &Earlier<'_>,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        self.run(spec, cancel, emit)
    }

    /// Computes measures on demand for a run that is there: attacks its images again as the plan says, hands out what they read,
    /// and computes at every place of the plan that is not `known` yet. Stops soon once `cancel` is set, and returns `Ok` then too.
    ///
    /// `ask` has its layers named one by one, and what is handed out of an example has a value for each of its columns.
    ///
    /// # Errors
    ///
    /// A problem fit for a person to read: an operator without a second derivative, too little memory. What was handed out stays valid.
    /// Unless a runner knows better, there are no measures on demand.
    fn curvature(
        &mut self,
        run: &RunSpec,
        _ask: &CurvatureSpec,
        _plan: &Plan,
        _known: &dyn Fn(Place) -> bool,
        _cancel: &Cancel,
        _emit: &mut dyn FnMut(CurvatureOutput),
    ) -> Result<(), Problem> {
        Err(no_curvature(&run.model))
    }
}

/// Whoever computes knows no measures on demand.
pub fn no_curvature(model: &str) -> Problem {
    Problem::new(
        "no-curvature",
        422,
        "There are no measures on demand",
        format!("curvature beyond the last layer cannot be computed of the model \"{model}\""),
    )
}
