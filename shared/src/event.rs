//! What happened in a run, one entry of its log after another.

use crate::amount::Amount;
use crate::curvature::CurvatureJob;
use crate::field::Norm;
use crate::measure::{self, Measure};
use crate::num::Num;
use crate::origin::Origin;
use crate::readings::{Axis, Bound, Example, Readings};
use crate::spec::{Precision, Profile};
use crate::valley::{BandPoint, Interval, PassSummary, Population, Timeline, band_at, timeline};
use serde::{Deserialize, Serialize};

/// An entry of a run's log. Sequence numbers are dense within a run and begin at 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Frame {
    /// The place in the log.
    pub seq: u64,
    /// When it happened, in milliseconds since 1970.
    pub at_ms: u64,
    /// What happened.
    pub event: Event,
}

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "a run has few summaries, and no list of events is kept in memory"
)]
pub enum Event {
    /// The run left the queue.
    Started(Started),
    /// Another point was computed: the distribution over all examples so far.
    Point(Point),
    /// The valley statistics over all examples so far.
    Summary(Summary),
    /// Something that makes the result doubtful.
    Warning(Warning),
    /// The run ended, whichever way; its last entry. What comes after it is about measures on demand.
    Ended(Ended),
    /// Measures on demand were asked for, came further or ended; also of a run that has ended.
    Curvature(CurvatureJob),
}

/// What is known when a run starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Started {
    /// The device it runs on: `cpu` or `cuda:0`.
    pub device: String,
    /// The precision of the network.
    pub precision: Precision,
    /// The program, its version and LibTorch's.
    pub made_by: String,
    /// What it is computed from; unknown of runs that older versions computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The recorded points.
    pub axis: Axis,
    /// One seed per pass over the data.
    pub seeds: Vec<u64>,
    /// One epsilon per pass, of attacks that have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::spec::AmountSchema>))]
    pub epsilons: Vec<Amount>,
    /// The norm of the epsilons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norm: Option<Norm>,
    /// Whether successes count within the pass's epsilon only, because the attack's iterates do not keep to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bounded: bool,
    /// The norm that the attack makes small, if it looks for the smallest perturbation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest: Option<Norm>,
    /// Whose settings the attack has; unknown of runs that older versions computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// How many examples each pass has.
    pub examples: usize,
    /// How many example-points there are in all, over all passes.
    pub total: u64,
    /// The memory that the run is estimated to need at most, in bytes.
    pub memory: u64,
    /// The size that the kept iterates will have at most, in bytes.
    pub kept_bytes: u64,
    /// Remarks on the selection, such as examples left out.
    pub notes: Vec<String>,
}

impl Started {
    /// An empty table of readings for each pass.
    pub fn tables(&self, examples: &[Example]) -> Vec<Readings> {
        let table = |pass: usize| {
            let epsilon = self.epsilons.get(pass).map(Amount::value);
            let table = Readings::new(self.axis.clone(), examples.to_vec());
            let norm = self.norm.filter(|_| self.bounded);
            let bound = norm
                .zip(epsilon)
                .map(|(norm, epsilon)| Bound { norm, epsilon });
            table.of(bound, self.smallest)
        };
        (0..self.seeds.len()).map(table).collect()
    }

    /// What each pass is called: by its epsilon where there are several, by its seed where there are several.
    pub fn pass_names(&self) -> Vec<String> {
        let (by_epsilon, first) = (self.several_epsilons(), self.seeds.first());
        let by_seed = !by_epsilon || self.seeds.iter().any(|seed| Some(seed) != first);
        let name = |(pass, seed): (usize, &u64)| {
            let epsilon = self.epsilons.get(pass).filter(|_| by_epsilon);
            let parts = [
                epsilon.map(|epsilon| format!("ε {epsilon}")),
                by_seed.then(|| format!("seed {seed}")),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        self.seeds.iter().enumerate().map(name).collect()
    }

    /// The pass that stands for the run where one must: the first with the largest epsilon.
    pub fn main_pass(&self) -> usize {
        let radii = || self.epsilons.iter().map(Amount::value);
        let largest = radii().fold(0.0, f64::max);
        radii().position(|radius| radius == largest).unwrap_or(0)
    }

    /// Whether the passes differ in their epsilon.
    pub fn several_epsilons(&self) -> bool {
        self.epsilons.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// All measures at one point, over the examples computed so far that are right at the clean point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// Which pass, by its place among the seeds.
    pub pass: usize,
    /// Which recorded point.
    pub point: usize,
    /// How many example-points are computed in the whole run.
    pub done: u64,
    /// One distribution per measure, in the order of the list of measures.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<crate::num::NumSchema>>))]
    pub bands: Vec<Compact>,
}

/// A [`BandPoint`] as an array: n, not finite, mean, low, high, q1, median, q3; eight significant digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "Array", from = "Array")]
pub struct Compact(pub BandPoint);

type Array = (usize, usize, Num, Num, Num, Num, Num, Num);

impl From<Compact> for Array {
    fn from(Compact(band): Compact) -> Self {
        let short = |value: Num| Num(rounded(value.0));
        let (mean, low, high) = (short(band.mean), short(band.low), short(band.high));
        (
            band.n,
            band.not_finite,
            mean,
            low,
            high,
            short(band.q1),
            short(band.median),
            short(band.q3),
        )
    }
}

impl From<Array> for Compact {
    fn from((n, not_finite, mean, low, high, q1, median, q3): Array) -> Self {
        Self(BandPoint {
            n,
            not_finite,
            mean,
            low,
            high,
            q1,
            median,
            q3,
        })
    }
}

/// `value` to eight significant digits: more than any figure shows, and half the characters.
fn rounded(value: f64) -> f64 {
    if !value.is_finite() {
        return value;
    }
    format!("{value:.7e}").parse().unwrap_or(value)
}

impl Point {
    /// The point at `point` of the pass at `pass`, over these readings, when `done` example-points are computed.
    pub fn of(
        readings: &Readings,
        pass: usize,
        point: usize,
        done: u64,
        interval: Interval,
    ) -> Self {
        let right = Population::Right;
        let band = |measure: &Measure| Compact(band_at(readings, *measure, right, point, interval));
        Self {
            pass,
            point,
            done,
            bands: measure::ALL.iter().map(band).collect(),
        }
    }
}

/// The valley statistics of one pass, over the examples computed so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    /// Which pass.
    pub pass: usize,
    /// The statistics.
    pub summary: PassSummary,
    /// Accuracy along the attack.
    pub timeline: Timeline,
}

impl Summary {
    /// Of these readings of the pass at `pass`, with the sharpness that runs are told by.
    pub fn of(readings: &Readings, pass: usize, seed: u64, population: Population) -> Self {
        Self {
            pass,
            summary: PassSummary::of(readings, seed, Measure::KappaTr, population),
            timeline: timeline(readings),
        }
    }
}

/// Something that makes a result doubtful.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// A stable key, which is also the anchor of its explanation: `zero-gradient`.
    pub id: String,
    /// What was seen, in a sentence with its numbers.
    pub message: String,
    /// How many examples it concerns.
    pub examples: usize,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ended {
    /// The way.
    pub outcome: Outcome,
    /// Why, for a run that failed or was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long it computed, in seconds.
    pub seconds: f64,
}

/// The ways in which a run can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All points of all examples are there.
    Finished,
    /// A person stopped it; what was computed is there.
    Cancelled,
    /// It could not go on; what was computed is there.
    Failed,
    /// The server stopped while it ran; what was committed is there.
    Interrupted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compact_band_keeps_what_a_figure_can_show() {
        let band = BandPoint {
            n: 3,
            mean: Num(0.123_456_789_012),
            q3: Num(f64::NAN),
            ..BandPoint::default()
        };
        let back: Compact =
            serde_json::from_str(&serde_json::to_string(&Compact(band)).unwrap()).unwrap();
        assert_eq!(back.0.mean, Num(0.123_456_79));
        assert!(back.0.q3.0.is_nan());
    }
}
