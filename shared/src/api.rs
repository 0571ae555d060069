//! The documents of the REST API beside the run itself.

use crate::amount::Amount;
use crate::event::Frame;
use crate::listing::GroupCount;
use crate::measure::Measure;
use crate::num::Num;
use crate::origin::Origin;
use crate::readings::Readings;
use crate::run::{Phase, RunState};
use crate::spec::RunSpec;
use crate::statistic::{Quartiles, Rate};
use crate::valley::{BandPoint, Path, Population, bands};
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A run as a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunView {
    /// The opaque id.
    pub id: String,
    /// The model and the attack in words, or what people call it.
    pub title: String,
    /// Where it is.
    pub phase: Phase,
    /// The place in the queue, from 1, while it waits.
    pub position: Option<u64>,
    /// What it does.
    pub spec: RunSpec,
    /// When it was asked for, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it started.
    pub started_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// How many example-points are computed.
    pub done: u64,
    /// How many there are in all; 0 while that is not known.
    pub total: u64,
    /// The key results so far, of the first pass with the largest epsilon.
    pub results: Option<KeyResults>,
    /// Why it failed or was interrupted.
    pub reason: Option<String>,
    /// How many warnings it has.
    pub warnings: usize,
    /// The run that it repeats.
    pub repeat_of: Option<String>,
    /// The stopped run that it goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes: Option<String>,
    /// Whether it is the example that comes with the program.
    pub example: bool,
    /// The batch that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// What that batch is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_title: Option<String>,
    /// What people noted about it; mostly nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The words under which people put it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it comes first in every list.
    #[serde(default)]
    pub pinned: bool,
    /// What it is computed from, once it has started; unknown of runs that older versions computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The results so far, a row for each epsilon.
    #[serde(default)]
    pub verdicts: Vec<Verdict>,
    /// Which of the run's inputs are not what they were any more, in sentences: its results are of the earlier ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Why what is stored of it cannot be used, if it cannot; it can be deleted.
    /// Its spec then has the names of its model and attack, and nothing else that is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The results that a list shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyResults {
    /// The epsilon that they are of, where the run has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::spec::AmountSchema>))]
    pub epsilon: Option<Amount>,
    /// How many examples have begun.
    pub n: usize,
    /// The share right on the clean images.
    pub clean_accuracy: Rate,
    /// The share right at every step.
    pub robust_accuracy: Rate,
    /// The first flips.
    pub first_flip: Quartiles,
    /// The peak is at the flip or one step before; of no image where it could not be otherwise.
    pub peak_at_flip: Rate,
    /// In the valley at the end.
    pub in_valley: Rate,
    /// Of the best iterates that are successes, those that survive rounding to 8 bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survives: Option<Rate>,
    /// Forward and backward passes spent on an image that is right at the clean point, in the mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<f64>,
}

/// One page of the list of runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<RunView>,
    /// Give this as `cursor` to get the next page; absent on the last.
    pub next: Option<String>,
    /// How many runs match in all.
    pub matching: u64,
    /// How many of them each group has, where groups were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupCount>,
}

/// A viewer's whole knowledge of a run at one moment; frames after `state.seq` continue it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snapshot {
    /// The run.
    pub run: RunView,
    /// The cursor from which to subscribe: `epoch:seq`.
    pub cursor: String,
    /// The fold over the frames so far.
    pub state: RunState,
}

/// What the server sends on a run's event stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The first message: the log's epoch and the last committed entry.
    Hello {
        /// The log's epoch. A cursor of another epoch is void.
        epoch: u64,
        /// The last committed entry.
        seq: u64,
    },
    /// Entries, in order and without a gap.
    Frames(Vec<Frame>),
    /// The cursor is of another epoch, or beyond the end: forget everything and begin again from 0.
    Reset {
        /// The log's epoch.
        epoch: u64,
    },
    /// Nothing new, but the connection lives; the number is the last committed entry.
    Heartbeat(u64),
    /// Where the run stands in the queue, while it waits.
    Position(u64),
    /// What a viewer should know while results wait: that another program has locked the database. Empty when it is over.
    Notice(String),
    /// The end of the log: nothing more will come.
    End,
}

/// The answer of a poll for events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventPage {
    /// The log's epoch.
    pub epoch: u64,
    /// Entries after the cursor.
    pub frames: Vec<Frame>,
    /// Give this as `after` to get the next ones.
    pub cursor: String,
    /// Whether nothing more will come.
    pub ended: bool,
}

/// One page of the table of examples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExamplePage {
    /// The examples in the order asked for.
    pub examples: Vec<Path>,
    /// Give this as `cursor` to get the next page; absent on the last.
    pub next: Option<String>,
    /// How many examples have begun.
    pub begun: usize,
    /// How many of them are as was asked.
    #[serde(default)]
    pub found: usize,
    /// The rows of this page whose iterates are kept, so that every picture of them is there.
    #[serde(default)]
    pub kept: Vec<usize>,
}

/// Everything about one example of one pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExampleDetail {
    /// Its path.
    pub path: Path,
    /// Its curves: per measure one reading per recorded point.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Vec<crate::num::NumSchema>>))]
    pub curves: BTreeMap<Measure, Vec<Num>>,
    /// Whether its iterates are kept, so that images and probabilities can be shown.
    pub kept: bool,
    /// Per recorded point the class probabilities; empty when not kept.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<crate::num::NumSchema>>))]
    pub probabilities: Vec<Vec<Num>>,
}

/// How far the iterates of an example are that its run did not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Keeping {
    /// Whether they are kept: the example has its images and probabilities.
    pub kept: bool,
    /// How many of its recorded points are computed.
    pub done: usize,
    /// How many there are.
    pub points: usize,
}

/// The distribution of one measure along one pass, for any population.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BandCurve {
    /// The pass that it is of, by its place in the run.
    #[serde(default)]
    pub pass: usize,
    /// What is read.
    pub measure: Measure,
    /// Whom it is about.
    pub population: Population,
    /// The names of the points: `clean`, `start`, `1`, ...
    pub labels: Vec<String>,
    /// One distribution per point.
    pub points: Vec<BandPoint>,
}

impl BandCurve {
    /// Of these readings of the pass at `pass`.
    pub fn of(readings: &Readings, pass: usize, measure: Measure, population: Population) -> Self {
        let axis = readings.axis();
        Self {
            pass,
            measure,
            population,
            labels: (0..axis.points()).map(|point| axis.label(point)).collect(),
            points: bands(readings, measure, population),
        }
    }
}

/// How long a run will take and what it will need, before it starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Estimate {
    /// How many images at most.
    pub examples: u64,
    /// How many recorded points each.
    pub points: u64,
    /// Forward passes and backward passes of one image, added up over all.
    pub passes: u64,
    /// Whether images may be left alone before the last step, so that passes and seconds are the most that it can take.
    #[serde(default)]
    pub at_most: bool,
    /// Seconds, from runs of the same model on this machine; absent where none was timed.
    pub seconds: Option<f64>,
    /// Where that is a bound, the seconds that are likely: the median part of its bound that runs of this attack on this model took;
    /// absent where none was timed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<f64>,
    /// The memory needed at most, in bytes; absent of a model that is a program, which nobody knows beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// The size of the kept iterates at most, in bytes.
    pub kept_bytes: u64,
}
