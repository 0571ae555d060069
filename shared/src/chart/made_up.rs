//! Runs made up for tests: curves with the shape of real ones, drawn from a formula and a fixed generator.

use crate::api::ExampleDetail;
use crate::event::{Compact, Ended, Event, Frame, Outcome, Point, Started, Summary};
use crate::measure::{self, Measure};
use crate::num::Num;
use crate::readings::{Axis, Block, Example, Readings};
use crate::run::RunState;
use crate::spec::{AttackSpec, Precision};
use crate::valley::{Interval, PassSummary, Population, band_at, path, timeline};
use std::collections::BTreeMap;

/// What a made-up run is like.
#[derive(Clone, Copy)]
pub struct Like {
    pub examples: usize,
    pub steps: usize,
    pub random_start: bool,
    /// How fast margins fall, in logits per step.
    pub pace: f64,
    pub passes: usize,
    /// How many times the steps are walked, one after another, each time from the clean image.
    pub parts: u64,
    /// The attack whose parts it has, at its default settings; where there is none, `parts` says how many.
    pub attack: Option<&'static str>,
}

impl Like {
    fn axis(self) -> Axis {
        let (id, runs) = match self.random_start {
            true => ("pgd", "restarts"),
            false => ("fab_t", "target_classes"),
        };
        let steps = ("steps", self.steps.into());
        let start = ("random_start", self.random_start.into());
        match (self.attack, self.parts) {
            (Some(id), _) => AttackSpec::new(id, []).axis(),
            (None, 1) => Axis::new(self.steps, self.random_start),
            (None, parts) => AttackSpec::new(id, [steps, start, (runs, parts.into())]).axis(),
        }
    }
}

pub const STANDARD: Like = Like {
    examples: 256,
    steps: 40,
    random_start: false,
    pace: 1.3,
    passes: 1,
    parts: 1,
    attack: None,
};
pub const ROBUST: Like = Like {
    examples: 256,
    steps: 40,
    random_start: false,
    pace: 0.35,
    passes: 1,
    parts: 1,
    attack: None,
};

pub fn classes() -> Vec<String> {
    [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ]
    .map(str::to_owned)
    .into()
}

/// Uniform numbers in [0, 1), always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The readings of one pass: a margin that falls from step to step, and everything else from it as for two classes.
pub fn readings(like: Like, pass: usize) -> Readings {
    let axis = like.axis();
    let mut dice = Dice(7);
    let examples: Vec<Example> = (0..like.examples as u64)
        .map(|index| Example::new(200 + index, (dice.roll() * 10.0) as u32))
        .collect();
    let mut readings = Readings::new(axis.clone(), examples.clone());
    let mut dice = Dice(like.examples as u64 + 1000 * pass as u64);
    let people: Vec<[f64; 4]> = examples
        .iter()
        .map(|_| [dice.roll(), dice.roll(), dice.roll(), dice.roll()])
        .collect();
    for point in 0..axis.points() {
        let within = |step: u32| match axis.stage_of(step) {
            Some(stage) if stage.first > 1 => stage.within(step) - 1,
            _ => step,
        };
        let step = axis
            .step_at(point)
            .map_or(0.4, |step| f64::from(within(step)));
        let mut block = vec![0.0; examples.len() * Measure::COUNT];
        for (row, (example, [a, b, c, d])) in examples.iter().zip(&people).enumerate() {
            let margin =
                10.0 * a.powf(0.6) - 0.6 - like.pace * (0.5 + b) * step.min(28.0 + 10.0 * c);
            let p = 1.0 / (1.0 + (-margin).exp());
            let energy = 40.0 * (1.0 + 0.5 * c) * (1.0 + step / (14.0 + 10.0 * d));
            let gini = 2.0 * p * (1.0 - p);
            let pred = if margin > 0.0 {
                example.label
            } else {
                (example.label + 1 + (d * d * 8.9) as u32) % 10
            };
            let mut put = |measure: Measure, value: f64| {
                block[measure.place() * examples.len() + row] = value
            };
            put(Measure::Loss, (-margin).exp().ln_1p());
            put(Measure::Confidence, p.max(1.0 - p));
            put(Measure::Margin, margin);
            put(Measure::Pred, f64::from(pred));
            put(Measure::Gini, gini);
            put(Measure::PhiSq, energy);
            put(Measure::TraceH, gini * energy);
            put(Measure::KappaTr, 3.1 * gini * energy);
            put(Measure::KappaCode, 5.2 * gini * energy);
            // A forward and a backward pass a step, counted over the whole attack.
            put(
                Measure::Passes,
                2.0 * axis.step_at(point).map_or(0.4, f64::from),
            );
            put(Measure::PhiCos, 1.0 - 0.5 * (step / like.steps as f64));
        }
        readings.put(&Block {
            pass,
            point,
            first_row: 0,
            values: block,
        });
    }
    readings
}

/// The state of a run, after the first `points` points of every pass.
pub fn state_until(like: Like, points: usize, ended: bool) -> RunState {
    let axis = like.axis();
    let started = Started {
        device: "cpu".into(),
        precision: Precision::F32,
        made_by: "made up".into(),
        origin: None,
        axis: axis.clone(),
        epsilons: vec![],
        norm: None,
        bounded: false,
        smallest: None,
        profile: None,
        seeds: (1..=like.passes as u64).collect(),
        examples: like.examples,
        total: (like.examples * axis.points() * like.passes) as u64,
        memory: 0,
        kept_bytes: 0,
        notes: vec![],
    };
    let mut events = vec![Event::Started(started)];
    for pass in 0..like.passes {
        let readings = readings(like, pass);
        for point in 0..points.min(axis.points()) {
            let band = |measure: &Measure| {
                Compact(band_at(
                    &readings,
                    *measure,
                    Population::Right,
                    point,
                    Interval::Normal,
                ))
            };
            let bands = measure::ALL.iter().map(band).collect();
            events.push(Event::Point(Point {
                pass,
                point,
                done: point as u64,
                bands,
            }));
        }
        if ended {
            let summary = PassSummary::of(
                &readings,
                pass as u64 + 1,
                Measure::KappaTr,
                Population::Right,
            );
            events.push(Event::Summary(Summary {
                pass,
                summary,
                timeline: timeline(&readings),
            }));
        }
    }
    if ended {
        events.push(Event::Ended(Ended {
            outcome: Outcome::Finished,
            reason: None,
            seconds: 1.0,
        }));
    }
    let frames: Vec<Frame> = events
        .into_iter()
        .zip(1..)
        .map(|(event, seq)| Frame {
            seq,
            at_ms: seq,
            event,
        })
        .collect();
    RunState::of(&frames)
}

/// The state of a finished run.
pub fn state(like: Like) -> RunState {
    state_until(like, usize::MAX, true)
}

/// Everything about one example of the first pass.
pub fn detail(like: Like, row: usize) -> ExampleDetail {
    let readings = readings(like, 0);
    let curves: BTreeMap<Measure, Vec<Num>> = measure::ALL
        .iter()
        .map(|measure| {
            (
                *measure,
                readings.curve(*measure, row).into_iter().map(Num).collect(),
            )
        })
        .collect();
    let path = path(&readings, Measure::KappaTr, row).expect("a recorded row");
    ExampleDetail {
        path,
        curves,
        kept: false,
        probabilities: vec![],
    }
}
