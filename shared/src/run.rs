//! The state of a run: the fold over its log that the server, the browser and the tests share.

use crate::curvature::CurvatureJob;
use crate::event::{Ended, Event, Frame, Outcome, Point, Started, Summary, Warning};
use crate::measure::Measure;
use crate::readings::Readings;
use crate::valley::{BandPoint, Interval, Population};
use serde::{Deserialize, Serialize};

/// Where a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waiting for its device.
    #[default]
    Queued,
    /// Computing.
    Running,
    /// Complete.
    Finished,
    /// Stopped by a person.
    Cancelled,
    /// Could not go on.
    Failed,
    /// The server stopped under it.
    Interrupted,
}

impl Phase {
    /// Whether nothing more will come.
    pub fn ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Whether it ended before everything was computed, so that it can be resumed.
    pub fn stopped(self) -> bool {
        self.ended() && self != Self::Finished
    }

    /// The name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// The phase with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Running,
            Self::Finished,
            Self::Cancelled,
            Self::Failed,
            Self::Interrupted,
        ]
        .into_iter()
        .find(|phase| phase.id() == id)
    }
}

impl From<Outcome> for Phase {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Finished => Self::Finished,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Failed => Self::Failed,
            Outcome::Interrupted => Self::Interrupted,
        }
    }
}

/// What is known of one pass over the data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pass {
    /// The latest distribution at each point, where there is one.
    pub points: Vec<Option<Point>>,
    /// The latest statistics.
    pub summary: Option<Summary>,
}

impl Pass {
    /// What would be known of a pass, the one at `pass` in its run, if these were all its readings.
    /// The statistics are over this population, the distributions always over the examples right at the clean point.
    pub fn of(readings: &Readings, pass: usize, seed: u64, population: Population) -> Self {
        let point = |point: usize| Some(Point::of(readings, pass, point, 0, Interval::Bootstrap));
        Self {
            points: (0..readings.axis().points()).map(point).collect(),
            summary: Some(Summary::of(readings, pass, seed, population)),
        }
    }
}

/// Everything that a viewer of a run knows: the fold over its frames.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunState {
    /// The last frame folded in.
    pub seq: u64,
    /// Where the run is.
    pub phase: Phase,
    /// When it started, in milliseconds since 1970.
    pub started_ms: Option<u64>,
    /// When the last frame of the run itself was written; those about measures on demand come when they may.
    pub last_ms: Option<u64>,
    /// What was known at the start.
    pub started: Option<Started>,
    /// The passes over the data, one per seed.
    pub passes: Vec<Pass>,
    /// How many example-points are computed.
    pub done: u64,
    /// What makes the result doubtful.
    pub warnings: Vec<Warning>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// The measures that were asked for on demand: how far they are, and their distributions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curvature: Vec<CurvatureJob>,
}

impl RunState {
    /// The fold over these frames.
    pub fn of<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Self {
        let mut state = Self::default();
        for frame in frames {
            state.apply(frame);
        }
        state
    }

    /// Folds in the next frame. Returns whether it was the next one; any other changes nothing.
    pub fn apply(&mut self, frame: &Frame) -> bool {
        if frame.seq != self.seq + 1 {
            return false;
        }
        self.seq = frame.seq;
        if !matches!(frame.event, Event::Curvature(_)) {
            self.last_ms = Some(frame.at_ms);
        }
        match &frame.event {
            Event::Started(started) => {
                self.phase = Phase::Running;
                self.started_ms = Some(frame.at_ms);
                let pass = Pass {
                    points: vec![None; started.axis.points()],
                    summary: None,
                };
                self.passes = vec![pass; started.seeds.len()];
                self.started = Some(started.clone());
            }
            Event::Point(point) => {
                self.done = self.done.max(point.done);
                let slot = self
                    .passes
                    .get_mut(point.pass)
                    .and_then(|pass| pass.points.get_mut(point.point));
                if let Some(slot) = slot {
                    *slot = Some(point.clone());
                }
            }
            Event::Summary(summary) => {
                if let Some(pass) = self.passes.get_mut(summary.pass) {
                    pass.summary = Some(summary.clone());
                }
            }
            Event::Warning(warning) => match self
                .warnings
                .iter_mut()
                .find(|known| known.id == warning.id)
            {
                Some(known) => *known = warning.clone(),
                None => self.warnings.push(warning.clone()),
            },
            Event::Ended(ended) => {
                self.phase = ended.outcome.into();
                self.ended = Some(ended.clone());
            }
            Event::Curvature(job) => job.fold_into(&mut self.curvature),
        }
        true
    }

    /// The distribution of a measure along one pass, one entry per recorded point.
    pub fn bands(&self, pass: usize, measure: Measure) -> Vec<Option<BandPoint>> {
        let Some(pass) = self.passes.get(pass) else {
            return Vec::new();
        };
        let read = |point: &Point| point.bands.get(measure.place()).map(|compact| compact.0);
        pass.points
            .iter()
            .map(|point| point.as_ref().and_then(read))
            .collect()
    }

    /// The same with these passes in the place of those that they are of.
    pub fn narrowed(&self, passes: Vec<Pass>) -> Self {
        let mut known: Vec<Option<Pass>> = vec![None; self.passes.len()];
        for pass in passes {
            let place = pass.summary.as_ref().map(|summary| summary.pass);
            if let Some(slot) = place.and_then(|place| known.get_mut(place)) {
                *slot = Some(pass);
            }
        }
        let own = known.into_iter().zip(&self.passes);
        Self {
            seq: self.seq,
            phase: self.phase,
            started_ms: self.started_ms,
            last_ms: self.last_ms,
            started: self.started.clone(),
            passes: own
                .map(|(pass, own)| pass.unwrap_or_else(|| own.clone()))
                .collect(),
            done: self.done,
            warnings: self.warnings.clone(),
            ended: self.ended.clone(),
            curvature: self.curvature.clone(),
        }
    }

    /// Whether nothing more will come: it has ended, and so have the measures that were asked for.
    pub fn is_over(&self) -> bool {
        self.ended.is_some() && self.curvature.iter().all(|job| job.phase.ended())
    }

    /// The pass that stands for the run where one must, see [`Started::main_pass`].
    pub fn main_pass(&self) -> usize {
        self.started.as_ref().map_or(0, Started::main_pass)
    }

    /// How many example-points there are in all.
    pub fn total(&self) -> u64 {
        self.started.as_ref().map_or(0, |started| started.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Compact;
    use crate::readings::Axis;
    use crate::spec::Precision;

    fn asked() -> Event {
        Event::Curvature(CurvatureJob {
            spec: serde_json::json!({ "measures": ["trace"] }),
            ..CurvatureJob::new(1)
        })
    }

    fn computed(phase: Phase, point: usize, done: u64) -> Event {
        Event::Curvature(CurvatureJob {
            phase,
            done,
            total: 8,
            points: vec![Point {
                pass: 0,
                point,
                done,
                bands: vec![Compact::default()],
            }],
            ..CurvatureJob::new(1)
        })
    }

    fn frames() -> Vec<Frame> {
        let started = Started {
            device: "cpu".into(),
            precision: Precision::F32,
            made_by: "test".into(),
            origin: None,
            axis: Axis::new(2, false),
            seeds: vec![1],
            epsilons: vec![],
            norm: None,
            bounded: false,
            smallest: None,
            profile: None,
            examples: 4,
            total: 12,
            memory: 0,
            kept_bytes: 0,
            notes: vec![],
        };
        let point = |point, done| {
            Event::Point(Point {
                pass: 0,
                point,
                done,
                bands: vec![Compact::default(); Measure::COUNT],
            })
        };
        let ended = Ended {
            outcome: Outcome::Finished,
            reason: None,
            seconds: 1.0,
        };
        let events = [
            Event::Started(started),
            point(0, 4),
            point(1, 8),
            point(2, 12),
            Event::Ended(ended),
            asked(),
            computed(Phase::Running, 0, 2),
            computed(Phase::Running, 1, 4),
            computed(Phase::Finished, 0, 8),
        ];
        events
            .into_iter()
            .zip(1..)
            .map(|(event, seq)| Frame {
                seq,
                at_ms: 1000 * seq,
                event,
            })
            .collect()
    }

    #[test]
    fn the_fold_ends_where_the_log_ends() {
        let state = RunState::of(&frames());
        assert_eq!(
            (state.phase, state.done, state.total(), state.seq),
            (Phase::Finished, 12, 12, 9)
        );
        assert!(state.bands(0, Measure::KappaTr).iter().all(Option::is_some));
    }

    #[test]
    fn measures_on_demand_change_nothing_of_the_run() {
        let frames = frames();
        let (ended, all) = (RunState::of(&frames[..5]), RunState::of(&frames));
        assert!(ended.is_over() && all.is_over());
        assert!((6..9).all(|count| !RunState::of(&frames[..count]).is_over()));
        let job = &all.curvature[0];
        assert_eq!((job.phase, job.done, job.total), (Phase::Finished, 8, 8));
        let points: Vec<_> = job.points.iter().map(|at| (at.point, at.done)).collect();
        assert_eq!(points, [(0, 8), (1, 4)]);
        // What was asked for is read apart.
        assert!(job.spec.is_null());
        let without = RunState {
            seq: ended.seq,
            curvature: vec![],
            ..all
        };
        assert_eq!(without, ended);
        assert!(!serde_json::to_string(&ended).unwrap().contains("curvature"));
    }

    #[test]
    fn a_frame_out_of_turn_changes_nothing() {
        let frames = frames();
        let mut state = RunState::of(&frames[..2]);
        let before = state.clone();
        assert!(!state.apply(&frames[3]));
        assert!(!state.apply(&frames[0]));
        assert_eq!(state, before);
    }

    #[test]
    fn a_snapshot_and_the_tail_give_the_whole() {
        let frames = frames();
        for cut in 0..frames.len() {
            let json = serde_json::to_string(&RunState::of(&frames[..cut])).unwrap();
            let mut state: RunState = serde_json::from_str(&json).unwrap();
            for frame in &frames[cut..] {
                assert!(state.apply(frame));
            }
            assert_eq!(state, RunState::of(&frames));
        }
    }
}
