//! Every document of the API comes back as it was: the browser reads what the server wrote.

use crate::api::*;
use crate::catalog::{Accuracy, Catalog, Corrupted, DataInfo, ModelInfo};
use crate::chart::made_up::{self, Like, ROBUST, STANDARD};
use crate::ending::{Ending, Endings};
use crate::event::{Ended, Event, Frame, Outcome, Point, Started, Warning};
use crate::field::Norm;
use crate::listing::GroupCount;
use crate::measure::Measure;
use crate::origin::Origin;
use crate::problem::{FieldError, Problem};
use crate::readings::Axis;
use crate::run::{Phase, RunState};
use crate::spec::{AttackSpec, DataSpec, Precision, Profile, RunSpec, Seeds, Trace, attack};
use crate::valley::{PassSummary, Path, Population, aligned, bands, paths, timeline};
use crate::verdict::Verdict;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

fn comes_back<T>(document: &T)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let text = serde_json::to_string(document).unwrap();
    let read: T = serde_json::from_str(&text).unwrap();
    assert_eq!(&read, document, "{text}");
}

const SMALL: Like = Like {
    examples: 40,
    steps: 6,
    random_start: true,
    passes: 2,
    ..STANDARD
};

fn ending() -> Ending {
    Ending {
        first_success: Some(3),
        last_step: 6,
        last_success: true,
        last_survives: Some(false),
        best_step: 5,
        best_success: true,
        best_survives: None,
        l0: 17.0,
        l1: 0.125,
        l2: 1e-3,
        linf: 8.0 / 255.0,
        forward: 12,
        backward: 11,
        passes_to_success: Some(9),
        not_finite: Some(4),
    }
}

fn summary(like: Like, population: Population) -> PassSummary {
    let readings = made_up::readings(like, 0);
    PassSummary {
        endings: Endings::of(&[ending(), Ending::default()], Some(Norm::L2)),
        not_finite: 2,
        ..PassSummary::of(&readings, 1, Measure::KappaTr, population)
    }
}

fn started() -> Started {
    Started {
        device: "cuda:0".into(),
        precision: Precision::F64,
        made_by: "made up".into(),
        origin: Some(Origin {
            weights: "a".into(),
            card: "b".into(),
            data: "c".into(),
            images: "d".into(),
            spec: "e".into(),
        }),
        axis: Axis::new(3, true),
        seeds: vec![1, u64::MAX],
        epsilons: vec!["8/255".parse().unwrap(), 0.5.into()],
        norm: Some(Norm::L2),
        bounded: true,
        smallest: Some(Norm::L1),
        profile: Some(Profile::AsPublished),
        examples: 4,
        total: 40,
        memory: 7,
        kept_bytes: 8,
        notes: vec!["two examples left out".into()],
    }
}

fn specs() -> Vec<RunSpec> {
    let data = DataSpec {
        set: "cifar10".into(),
        ..DataSpec::default()
    };
    let plain = RunSpec {
        model: "resnet".into(),
        data: data.clone(),
        attack: AttackSpec::new("fgsm", []),
        seed: Seeds::One(1),
        batch_size: 64,
        device: "auto".into(),
        precision: Precision::F32,
        keep_examples: 128,
        trace: Trace::On,
    };
    let full = RunSpec {
        data: DataSpec {
            corruption: Some("fog".into()),
            severity: Some(2),
            first: Some(3),
            count: Some(9),
            indices: Some(vec![5, 1]),
            class: Some(2),
            only_correct: true,
            allow_other_classes: true,
            ..data
        },
        seed: Seeds::Many(vec![3, 4]),
        precision: Precision::F64,
        ..plain.clone()
    };
    let attacks = attack::all().into_iter();
    let of_each = attacks.map(|info| RunSpec {
        attack: AttackSpec::new(&info.id, []).with("target", "random"),
        ..plain.clone()
    });
    of_each.chain([full, plain.clone()]).collect()
}

fn view() -> RunView {
    let summary = summary(SMALL, Population::Right);
    RunView {
        id: "r1".into(),
        title: "ResNet, PGD".into(),
        phase: Phase::Running,
        position: Some(2),
        spec: specs().swap_remove(0),
        created_ms: 1_700_000_000_000,
        started_ms: Some(1_700_000_000_001),
        ended_ms: None,
        done: 3,
        total: 9,
        results: Some(KeyResults {
            epsilon: Some(0.5.into()),
            n: summary.n,
            clean_accuracy: summary.clean_accuracy,
            robust_accuracy: summary.robust_accuracy,
            first_flip: summary.first_flip,
            peak_at_flip: summary.peak_at_flip,
            in_valley: summary.in_valley,
            survives: Some(summary.in_valley),
            passes: Some(12.5),
        }),
        reason: Some("because".into()),
        warnings: 1,
        repeat_of: Some("r0".into()),
        resumes: Some("r00".into()),
        example: true,
        batch: Some("b0".into()),
        batch_title: Some("ResNet: 6 attacks".into()),
        note: "as in the paper".into(),
        tags: vec!["paper".into()],
        pinned: true,
        origin: started().origin,
        verdicts: Verdict::of([(Some(&0.5.into()), &summary), (None, &summary)]),
        changed: vec!["the weights of resnet have changed since".into()],
        problem: Some("unreadable".into()),
    }
}

fn frames() -> Vec<Frame> {
    let state = made_up::state(SMALL);
    let passes = state.passes.iter();
    let mut events = vec![Event::Started(started())];
    for pass in passes {
        let points = pass.points.iter().flatten().cloned();
        events.extend(points.map(Event::Point));
        events.extend(pass.summary.clone().map(Event::Summary));
    }
    events.push(Event::Warning(Warning {
        id: "zero-gradient".into(),
        message: "3 of 40".into(),
        examples: 3,
    }));
    events.push(Event::Ended(Ended {
        outcome: Outcome::Failed,
        reason: Some("no memory".into()),
        seconds: 1.5,
    }));
    let numbered = events.into_iter().zip(1..);
    let frame = |(event, seq)| Frame {
        seq,
        at_ms: 10 * seq,
        event,
    };
    // Bands are shortened where they are written, so frames are compared as a viewer has them.
    let value = serde_json::to_value(numbered.map(frame).collect::<Vec<_>>()).unwrap();
    serde_json::from_value(value).unwrap()
}

#[test]
fn what_is_asked_for_comes_back() {
    specs().iter().for_each(comes_back);
    comes_back(&Estimate {
        seconds: Some(2.5),
        likely: Some(0.5),
        at_most: true,
        memory: Some(1 << 40),
        ..Estimate::default()
    });
    comes_back(&Problem::not_found("no such run"));
    comes_back(&Problem::invalid(vec![FieldError {
        path: "seed".into(),
        message: "is odd".into(),
    }]));
}

#[test]
fn what_earlier_versions_left_out_has_its_default() {
    let bare = Started {
        epsilons: vec![],
        norm: None,
        bounded: true,
        smallest: None,
        profile: None,
        ..started()
    };
    comes_back(&bare);
    comes_back(&Endings::default());
    let timeline = serde_json::json!({"steps": [], "accuracy": [], "robust": []});
    let timeline: crate::valley::Timeline = serde_json::from_value(timeline).unwrap();
    assert_eq!(timeline, Default::default());
}

#[test]
fn runs_come_back() {
    comes_back(&view());
    comes_back(&RunView {
        results: None,
        verdicts: vec![],
        changed: vec![],
        reason: None,
        repeat_of: None,
        resumes: None,
        position: None,
        ..view()
    });
    comes_back(&RunPage {
        runs: vec![view(), view()],
        next: Some("r1".into()),
        matching: 7,
        groups: vec![GroupCount { id: None, runs: 7 }],
    });
    for like in [STANDARD, ROBUST, SMALL] {
        let value = serde_json::to_value(made_up::state_until(like, 4, false)).unwrap();
        comes_back(&serde_json::from_value::<RunState>(value).unwrap());
        let value = serde_json::to_value(made_up::state(like)).unwrap();
        let state: RunState = serde_json::from_value(value).unwrap();
        comes_back(&state);
        comes_back(&Snapshot {
            run: view(),
            cursor: "3:9".into(),
            state,
        });
    }
}

#[test]
fn statistics_come_back() {
    for like in [STANDARD, ROBUST, SMALL] {
        let readings = made_up::readings(like, 0);
        for population in [Population::Right, Population::All] {
            comes_back(&summary(like, population));
            comes_back(&aligned(&readings, 1, Measure::KappaTr, population));
            comes_back(&BandCurve {
                pass: 1,
                measure: Measure::Gini,
                population,
                labels: vec!["clean".into(), "1".into()],
                points: bands(&readings, Measure::Gini, population),
            });
        }
        comes_back(&timeline(&readings));
    }
}

#[test]
fn examples_come_back() {
    let readings = made_up::readings(SMALL, 0);
    let mut examples = paths(&readings, Measure::KappaTr);
    examples[0] = Path {
        target: Some(3),
        first_target: Some(4),
        not_finite: Some(5),
        ending: Some(ending()),
        ..examples[0].clone()
    };
    comes_back(&ExamplePage {
        examples,
        next: None,
        begun: 40,
        found: 12,
        kept: vec![0, 3],
    });
    comes_back(&ExampleDetail {
        kept: true,
        probabilities: vec![vec![0.25.into(), f64::NAN.into()], vec![]],
        ..made_up::detail(SMALL, 2)
    });
    comes_back(&Keeping {
        kept: false,
        done: 3,
        points: 7,
    });
}

#[test]
fn the_catalogue_comes_back() {
    let model = ModelInfo {
        id: "m".into(),
        input_shape: vec![3, 32, 32],
        classes: made_up::classes(),
        accuracy: vec![Accuracy {
            name: "clean".into(),
            share: 0.91,
            n: 10_000,
        }],
        data: Some("cifar10".into()),
        cost: Some(41_000_000),
        remark: Some("not for comparisons".into()),
        ..ModelInfo::default()
    };
    let data = DataInfo {
        source: Some("somewhere".into()),
        corrupted: Some(Corrupted {
            corruptions: vec!["fog".into()],
            corruption: "fog".into(),
            severity: Some(3),
        }),
        ..DataInfo::default()
    };
    let devices = ["cpu".to_owned(), "cuda:0".to_owned()];
    comes_back(&Catalog::new("1", vec![model], vec![data], &devices));
}

#[test]
fn the_stream_comes_back() {
    frames().iter().for_each(comes_back);
    comes_back(&Event::Point(Point {
        pass: 1,
        point: 2,
        done: 3,
        bands: vec![],
    }));
    for message in [
        Message::Hello { epoch: 3, seq: 9 },
        Message::Frames(frames()),
        Message::Reset { epoch: 4 },
        Message::Heartbeat(5),
        Message::Position(2),
        Message::Notice("it waits".into()),
        Message::End,
    ] {
        comes_back(&message);
    }
    comes_back(&EventPage {
        epoch: 3,
        frames: frames(),
        cursor: "3:9".into(),
        ended: true,
    });
}
