//! Guards about whole runs and the model in them (G-numbers): each of these tests was seen to fail with its defect planted.

use crate::common::attacks::{distance, images, network, rows};
use crate::common::run::{fold, outputs, readings, spec};
use crate::common::subject::{Subject, on_both};
use std::io::Cursor;
use std::sync::atomic::{AtomicU32, Ordering};
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::check::{Checker, Guidance};
use valleyscope_engine::error::Result;
use valleyscope_engine::model::{self, Forward, Head, Model};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::event::Event;
use valleyscope_shared::field::Norm;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::runner::{Kept, Output};
use valleyscope_shared::spec::{AttackSpec, Precision, RunSpec};

/// A small network whose logits are changed on the way out.
struct Changed<F>(crate::common::models::Network, F);

impl<F: Fn(&Tensor) -> Tensor + Send> Model for Changed<F> {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let Forward { logits, features } = self.0.forward(x)?;
        Ok(Forward {
            logits: (self.1)(&logits),
            features,
        })
    }

    fn head(&self) -> Head<'_> {
        self.0.head()
    }

    fn kind(&self) -> Kind {
        Kind::Double
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

/// What a look at the model warns of.
fn warnings(model: &dyn Model, x: &Tensor) -> Vec<String> {
    let guidance = Guidance::of(&AttackSpec::new("pgd", []), Precision::F64).unwrap();
    let mut checker = Checker::new(guidance);
    checker.probe(model, x).unwrap();
    let warnings = checker.take(8).into_iter();
    warnings.map(|warning| warning.id).collect()
}

fn warnings_where(change: impl Fn(&Tensor) -> Tensor + Send) -> Vec<String> {
    warnings(&Changed(network(), change), &images(8))
}

/// G13: a network with batch norms works in evaluation mode. An image's logits are the same alone as among others, on every pass,
/// and after an attack. Planted: batch norm by the batch's own statistics, as in training mode; failed.
/// Planted: a forward pass that moves a weight, as running statistics move in training mode; failed.
fn g13_the_model_is_in_evaluation_mode_and_no_attack_changes_it(subject: &Subject) {
    let loaded = subject.network();
    let model = loaded.model.as_ref();
    let (x, labels) = subject.images(3);
    let logits = |x: &Tensor| rows(&model.forward(x).unwrap().logits);
    let head = || {
        (
            rows(model.head().weight),
            rows(&model.head().bias.unsqueeze(0)),
        )
    };
    let (before, weights) = (logits(&x), head());
    assert_eq!(logits(&x), before);
    for (row, among) in before.iter().enumerate() {
        let alone = &logits(&x.narrow(0, row as i64, 1))[0];
        for (alone, among) in alone.iter().zip(among) {
            // In f64, where other batch sizes sum in another order.
            assert!((alone - among).abs() < 1e-10, "{alone} {among}");
        }
    }
    assert_eq!(warnings(model, &x), Vec::<String>::new());

    let spec = AttackSpec::new("pgd", [("steps", 2.into())]);
    let batch = Batch {
        x: x.shallow_clone(),
        labels: labels.shallow_clone(),
        truth: labels,
        indices: vec![0, 1, 2],
        towards: None,
        last_gradient: true,
    };
    let mut steps = attack::start(&spec, model, batch, Noise::new(1)).unwrap();
    while steps.step().unwrap().is_some() {}
    assert_eq!(logits(&x), before);
    assert_eq!(head(), weights);
}

on_both!(g13_the_model_is_in_evaluation_mode_and_no_attack_changes_it);

/// G13, for models that do it all the same: each is told. Planted: no comparison with an image alone, and none of two passes; failed.
#[test]
fn g13_a_model_in_training_mode_is_warned_of() {
    let batch_norm = |logits: &Tensor| {
        let mean = logits.mean_dim([0_i64].as_slice(), true, None::<Kind>);
        (logits - mean) * 2.0
    };
    assert_eq!(warnings_where(batch_norm), ["batch-dependent"]);
    let passes = AtomicU32::new(0);
    let dropout = |logits: &Tensor| logits * f64::from(1 + passes.fetch_add(1, Ordering::Relaxed));
    assert_eq!(warnings_where(dropout), ["randomised"]);
}

/// G14: outputs that are probabilities are told, whatever the precision they are rounded to, and logits are not.
/// Planted: no look at the sum of the outputs (every output that is nowhere negative is taken for probabilities); failed.
/// Planted: no look at all; failed.
#[test]
fn g14_probabilities_for_logits_are_warned_of() {
    let softmax = |logits: &Tensor| logits.softmax(-1, None::<Kind>);
    assert_eq!(warnings_where(softmax), ["probabilities"]);
    let rounded = |logits: &Tensor| softmax(logits).to_kind(Kind::Float).to_kind(Kind::Double);
    assert_eq!(warnings_where(rounded), ["probabilities"]);

    let none = Vec::<String>::new();
    assert_eq!(warnings_where(Tensor::shallow_clone), none);
    assert_eq!(warnings_where(Tensor::abs), none);
    assert_eq!(
        warnings_where(|logits| logits.log_softmax(-1, None::<Kind>)),
        none
    );
    // One sum of one is chance.
    let shifted = |logits: &Tensor| {
        let sum = logits.sum_dim_intlist([1].as_slice(), true, None::<Kind>);
        logits + (1.0 - sum) / crate::common::attacks::CLASSES as f64
    };
    assert_eq!(warnings_where(shifted), none);

    let explained = include_str!("../../../../docs/definitions/warnings.md");
    assert!(explained.contains("## probabilities"));
}

/// Every kept iterate of a row at a step; the runs below record every step.
fn kept(outputs: &[Output], row: usize, step: u32) -> (&Kept, Vec<f64>) {
    let pieces = outputs.iter().filter_map(|output| match output {
        Output::Kept(kept) => Some(kept),
        _ => None,
    });
    let mut pieces = pieces.filter(|kept| kept.point == step as usize);
    let piece = pieces
        .find(|kept| (kept.first_row..kept.first_row + kept.rows).contains(&row))
        .unwrap();
    let size = piece.images.len() / piece.rows;
    let from = (row - piece.first_row) * size;
    let image = &piece.images[from..from + size];
    (piece, image.iter().map(|pixel| f64::from(*pixel)).collect())
}

/// G18: an example that no step broke has its best and its last iterate all the same, with flags that say that neither succeeds;
/// both are what the attack made, not the clean image. Planted: the clean image for the best of a failure; failed.
/// Planted: a best iterate past the clean point for successes only; failed.
#[test]
fn g18_failures_keep_their_best_and_their_last_iterate() {
    // A tenth of a grey level breaks none of these.
    let attack = r#"{"pgd": {"epsilon": "0.1/255", "step_size": "0.04/255", "steps": 4}}"#;
    let outputs = outputs(&spec(attack, r#", "keep_examples": 12"#));
    let readings = &readings(&outputs)[0];
    let mut failures = 0;
    for row in 0..12 {
        let ending = readings.ending(row).unwrap();
        for (step, success) in [
            (ending.best_step, ending.best_success),
            (ending.last_step, ending.last_success),
        ] {
            let right = readings.right(step as usize, row).unwrap();
            assert_eq!(success, !right, "row {row}, step {step}");
        }
        if ending.success() || ending.best_success {
            continue;
        }
        failures += 1;
        assert_eq!(ending.last_step, 4);
        assert!(ending.best_step > 0, "{ending:?}");
        let loss = |step: u32| readings.get(Measure::Loss, step as usize, row).unwrap();
        assert!(loss(ending.best_step) > loss(0));
        assert!(ending.linf > 0.0 && ending.l2 > 0.0, "{ending:?}");
        let (_, clean) = kept(&outputs, row, 0);
        for step in [ending.best_step, ending.last_step] {
            let (_, image) = kept(&outputs, row, step);
            let moved = distance(Norm::Linf, &image, &clean);
            // The images are f32.
            assert!(moved > 0.0 && moved < 0.1 / 255.0 + 1e-7, "{moved}");
            if step == ending.best_step {
                assert!((moved - ending.linf).abs() < 1e-7, "{moved} {ending:?}");
            }
        }
    }
    assert!(failures >= 6, "{failures}");
}

fn walk(more: &str) -> (Vec<Vec<f64>>, Vec<u64>) {
    let attack = r#"{"pgd": {"random_start": true, "steps": 3}}"#;
    let outputs = outputs(&spec(attack, more));
    let readings = readings(&outputs).remove(0);
    let curves = (0..12).map(|row| readings.curve(Measure::Loss, row));
    (curves.collect(), fold(&outputs).started.unwrap().seeds)
}

/// G33: a seed that is not given is recorded too, in the run's description and in its log, and gives the same run again, bit by bit.
/// Planted: the time mixed into the seed; failed. Planted: another number than the seed in the log; failed.
#[test]
fn g33_the_seed_is_recorded_and_gives_the_same_run_again() {
    let (first, seeds) = walk("");
    let [seed] = seeds[..] else {
        panic!("{seeds:?}");
    };
    let again = walk(&format!(r#", "seed": {seed}"#));
    assert_eq!(again, (first.clone(), vec![seed]));
    let (other, seeds) = walk(&format!(r#", "seed": {}"#, seed + 1));
    assert_eq!(seeds, [seed + 1]);
    // The clean points are the same, all others are not.
    for (row, (a, b)) in first.iter().zip(&other).enumerate() {
        assert_eq!(a[0], b[0], "row {row}");
        assert!(a[1..].iter().zip(&b[1..]).all(|(a, b)| a != b), "row {row}");
    }
    // What is stored says it as well.
    let stored = serde_json::to_string(&spec(r#"{"pgd": {}}"#, "")).unwrap();
    let read = RunSpec::from_json(&stored).unwrap();
    assert!(stored.contains(&format!(r#""seed":{seed}"#)), "{stored}");
    assert_eq!(read.seed.list(), [seed]);
}

/// An image through a PNG file of 8 bits a channel and back.
fn through_png(image: &[f64], [height, width]: [usize; 2]) -> Vec<f64> {
    let size = height * width;
    let colours = (0..size).flat_map(|i| [0, 1, 2].map(|channel| image[channel * size + i]));
    let bytes: Vec<u8> = colours.map(|pixel| (pixel * 255.0).round() as u8).collect();
    let picture = image::RgbImage::from_raw(width as u32, height as u32, bytes).unwrap();
    let mut file = Cursor::new(Vec::new());
    picture
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    let read = image::load_from_memory(&file.into_inner()).unwrap();
    let read = read.into_rgb8().into_raw();
    let plane = |channel: usize| read.iter().skip(channel).step_by(3);
    let planes = (0..3).flat_map(plane);
    planes.map(|byte| f64::from(*byte) / 255.0).collect()
}

/// G16: whether a success survives 8 bits is what a PNG file of it says.
/// Planted: truncation instead of rounding; failed.
#[test]
fn g16_the_verdict_on_eight_bits_is_that_of_a_png_file() {
    let model = model::library::open(
        std::path::Path::new("no-such-folder"),
        "shapes-standard",
        Device::Cpu,
        Kind::Float,
    );
    let model = model.unwrap().model;
    let (mut kept_by_png, mut lost) = (0, 0);
    // Changes of a level or two, which rounding enlarges, shrinks and loses; and the smallest that fool.
    for attack in [
        r#"{"pgd": {"steps": 8, "epsilon": "0.7/255", "step_size": "0.2/255"}}"#,
        r#"{"pgd": {"steps": 8, "epsilon": "1.5/255", "step_size": "0.5/255"}}"#,
        r#"{"deepfool": {}}"#,
    ] {
        let outputs = outputs(&spec(attack, r#", "keep_examples": 12"#));
        let readings = &readings(&outputs)[0];
        for row in 0..12 {
            let ending = readings.ending(row).unwrap();
            for (step, verdict) in [
                (ending.best_step, ending.best_survives),
                (ending.last_step, ending.last_survives),
            ] {
                let Some(verdict) = verdict else {
                    continue;
                };
                let (piece, image) = kept(&outputs, row, step);
                let [channels, height, width] = piece.shape[..] else {
                    panic!("{:?}", piece.shape);
                };
                assert_eq!(channels, 3);
                let pixels = through_png(&image, [height, width]);
                let shape = [1, 3, height as i64, width as i64];
                let x = Tensor::from_slice(&pixels).view(shape).to_kind(Kind::Float);
                let logits = model.forward(&x).unwrap().logits;
                let prediction = logits.argmax(1, false).int64_value(&[0]) as u32;
                let survives = prediction != readings.examples()[row].label;
                assert_eq!(survives, verdict, "{attack}, row {row}, step {step}");
                match survives {
                    true => kept_by_png += 1,
                    false => lost += 1,
                }
            }
        }
    }
    println!("{kept_by_png} kept, {lost} lost");
    assert!(kept_by_png > 0 && lost > 0, "{kept_by_png} {lost}");
}

/// G33: the log says what a run was made with before anything else. Planted: other numbers than the seeds in the log; failed.
#[test]
fn g33_the_seeds_are_the_first_thing_that_is_logged() {
    let outputs = outputs(&spec(
        r#"{"pgd": {"random_start": true, "steps": 1}}"#,
        r#", "seed": [7, 3]"#,
    ));
    let mut events = outputs.iter().filter_map(|output| match output {
        Output::Event(event) => Some(event),
        _ => None,
    });
    match events.next() {
        Some(Event::Started(started)) => assert_eq!(started.seeds, [7, 3]),
        other => panic!("{other:?}"),
    }
}
