//! How `export.json` looks in the API's description; what writes it is beside this file, in pieces, so that it needs little memory.

#![expect(dead_code, reason = "only the description of these types is used")]

use std::collections::BTreeMap;
use utoipa::ToSchema;
use valleyscope_shared::curvature::{CurvatureRow, CurvatureView};
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::Warning;
use valleyscope_shared::num::NumSchema;
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::{AmountSchema, Precision, Profile, RunSpec};
use valleyscope_shared::valley::{PassSummary, Timeline};

/// A run's result: what was done and with what, then the statistics and readings of the first pass, then those of every pass
/// where there are several.
#[derive(ToSchema)]
pub struct ResultFile {
    /// What was done.
    spec: RunSpec,
    /// Whose settings the attack has.
    profile: Profile,
    /// The program, its version and LibTorch's.
    made_by: String,
    /// The device it ran on.
    device: String,
    /// The precision of the network.
    precision: Precision,
    /// One seed per pass.
    seeds: Vec<u64>,
    /// One epsilon per pass, of attacks that have one.
    epsilons: Vec<AmountSchema>,
    /// How far it came.
    phase: Phase,
    /// Remarks on the selection, such as examples left out.
    notes: Vec<String>,
    /// What makes the result doubtful.
    warnings: Vec<Warning>,
    /// The names of the recorded points: `clean`, `start`, `1`, ...
    points: Vec<String>,
    /// Which image of the data set each example is.
    #[schema(required = false)]
    indices: Vec<u64>,
    /// The class of each example.
    #[schema(required = false)]
    labels: Vec<u32>,
    /// The class aimed at for each example, where the attack aims at any.
    #[schema(required = false)]
    targets: Vec<Option<u32>>,
    /// The valley statistics of the first pass.
    #[schema(required = false)]
    summary: PassSummary,
    /// Accuracy by step of the first pass.
    #[schema(required = false)]
    timeline: Timeline,
    /// How each example ended in the first pass; null of one that was not reached.
    #[schema(required = false)]
    endings: Vec<Option<Ending>>,
    /// The readings of the first pass: per measure a list for each point, with one reading for each example.
    #[schema(required = false)]
    trajectory: BTreeMap<String, Vec<Vec<Option<NumSchema>>>>,
    /// The same of every pass, where there are several.
    #[schema(required = false)]
    passes: Vec<PassOfFile>,
    /// The measures that were asked for on demand, each with its values unless the file is a brief one; only where there are any.
    #[schema(required = false)]
    curvature: Vec<JobOfFile>,
}

/// What the file says of measures on demand.
#[derive(ToSchema)]
pub struct JobOfFile {
    /// What was asked for, how far it came, its distributions and densities.
    job: CurvatureView,
    /// Every value, one row for each example at each point.
    #[schema(required = false)]
    values: Vec<CurvatureRow>,
}

/// What the file says of one pass.
#[derive(ToSchema)]
pub struct PassOfFile {
    /// Its seed.
    seed: u64,
    /// Its epsilon, of attacks that have one.
    epsilon: Option<AmountSchema>,
    /// The valley statistics.
    summary: PassSummary,
    /// Accuracy by step.
    timeline: Timeline,
    /// How each example ended; null of one that was not reached.
    endings: Vec<Option<Ending>>,
    /// The readings: per measure a list for each point, with one reading for each example.
    trajectory: BTreeMap<String, Vec<Vec<Option<NumSchema>>>>,
}
