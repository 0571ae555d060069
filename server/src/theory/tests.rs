//! On a made-up head, where every number is known, and on real runs.

use super::*;
use crate::engine::Engine;
use crate::libtorch::LibTorch;
use valleyscope_engine::head::{Around, Displacement, Softmax};
use valleyscope_shared::readings::{Axis, Block, CleanLogits, Example as Image};
use valleyscope_shared::runner::{Cancel, Output};
use valleyscope_shared::spec::{RunSpec, attack};

/// Three classes, two features.
const WEIGHT: [f64; 6] = [1.0, -1.0, 0.5, 2.0, -1.5, 0.25];

/// The features at the three points of a path, and how far the image has moved.
const PATH: [([f64; 2], f64); 3] = [([0.8, -0.6], 0.0), ([0.6, -0.3], 0.1), ([-0.4, 0.5], 0.5)];

fn logits(phi: [f64; 2]) -> Vec<f64> {
    let rows = WEIGHT.chunks(2);
    rows.map(|row| row[0] * phi[0] + row[1] * phi[1]).collect()
}

fn shift(phi: [f64; 2]) -> f64 {
    (phi[0] - PATH[0].0[0]).hypot(phi[1] - PATH[0].0[1])
}

/// One example of class 0 along the path, with or without its clean logits.
fn table(clean: bool) -> Vec<Readings> {
    let mut readings = Readings::new(Axis::new(2, false), vec![Image::new(7, 0)]);
    let before = Softmax::new(&logits(PATH[0].0));
    for (point, (phi, size)) in PATH.into_iter().enumerate() {
        let now = logits(phi);
        let softmax = Softmax::new(&now);
        let u: Vec<f64> = now
            .iter()
            .zip(before.logits())
            .map(|(a, b)| a - b)
            .collect();
        let moved = Displacement::of(&before, &u, 0);
        let value = |measure: &Measure| match measure {
            Measure::Loss => softmax.loss(0),
            Measure::Pred => softmax.top as f64,
            Measure::PhiSq => phi[0] * phi[0] + phi[1] * phi[1],
            Measure::KappaF2 => 8.5625 * softmax.gini() * (phi[0] * phi[0] + phi[1] * phi[1]),
            Measure::PhiShift => shift(phi),
            Measure::L2 => size,
            Measure::RiseFirst => moved.first,
            Measure::Spread => moved.spread,
            Measure::Third => moved.third,
            Measure::Remainder => moved.remainder,
            Measure::Range => moved.range,
            _ => f64::NAN,
        };
        readings.put(&Block {
            pass: 0,
            point,
            first_row: 0,
            values: valleyscope_shared::measure::ALL.iter().map(value).collect(),
        });
    }
    if clean {
        readings.put_clean(&CleanLogits {
            first_row: 0,
            rows: 1,
            values: logits(PATH[0].0),
        });
    }
    vec![readings]
}

fn inputs<'a>(passes: &'a [Readings], weights: Option<&'a Weights>) -> Inputs<'a> {
    Inputs {
        passes,
        pass: 0,
        population: Population::Right,
        row: None,
        weights,
        missing: None,
        sensitivity: Some(Sensitivity {
            features: Some(4.0),
            logits: None,
            layers: Vec::new(),
            unbounded: None,
        }),
    }
}

#[test]
fn every_curve_is_what_its_formula_says() {
    let (passes, weights) = (table(true), Weights::new(&WEIGHT, 3));
    let told = theory(&inputs(&passes, Some(&weights)));
    let around = Around::of(&weights, &Softmax::new(&logits(PATH[0].0)), 0);
    let median = |line: Line, point: usize| told.curve(line).unwrap()[point].median.0;
    // Sums of three terms, rounded a few times.
    let same = |got: f64, want: f64, what: &str| {
        assert!(
            (got - want).abs() <= 1e-13 * want.abs().max(1.0),
            "{what}: {got} {want}"
        );
    };
    for (point, (phi, size)) in PATH.into_iter().enumerate() {
        let rise = Softmax::new(&logits(phi)).loss(0) - Softmax::new(&logits(PATH[0].0)).loss(0);
        same(median(Line::Rise, point), rise, "rise");
        let here = around.at(shift(phi));
        same(median(Line::Cubic, point), here.cubic, "B1");
        same(median(Line::Flat, point), here.flat, "B5");
        same(median(Line::Free, point), here.free, "B6");
        same(median(Line::Least, point), here.least(), "least");
        same(
            median(Line::GlobalFlat, point),
            around.at(4.0 * size).flat,
            "B5 at L",
        );
        let second = median(Line::Second, point);
        let remainder = (rise - second).abs();
        same(median(Line::Remainder, point), remainder, "remainder");
        assert!(remainder <= median(Line::RemainderBound, point) + 1e-15);
        assert!(median(Line::Third, point) <= median(Line::ThirdBound, point) + 1e-15);
    }
    // The largest ratio on the way: of the second point 3.6, of the third 3.2.
    let secant = shift(PATH[1].0) / 0.1;
    same(
        median(Line::LocalFlat, 2),
        around.at(secant * 0.5).flat,
        "B5 at the secant",
    );
    let radii = &told.radii[0];
    same(radii.margin.0, 0.723_355_544_143_572, "margin radius");
    assert!(radii.loss.0 > 0.0 && radii.loss.0 < radii.margin.0);
    // It is wrong at the last point alone.
    assert_eq!(radii.smallest, Some(Num(0.5)));
    assert_eq!(
        (told.broken, told.impossible(), told.missing),
        (0, vec![], None)
    );
}

#[test]
fn a_constant_that_is_too_small_is_found_out() {
    let (passes, weights) = (table(true), Weights::new(&WEIGHT, 3));
    let mut wrong = inputs(&passes, Some(&weights));
    wrong.sensitivity.as_mut().unwrap().features = Some(1.0);
    assert_eq!(theory(&wrong).impossible(), [0]);
}

#[test]
fn without_clean_logits_what_was_read_is_there_and_bounds_are_not() {
    let (passes, weights) = (table(false), Weights::new(&WEIGHT, 3));
    let told = theory(&inputs(&passes, Some(&weights)));
    assert!(told.curve(Line::Rise).is_some() && told.curve(Line::Second).is_some());
    assert!(told.curve(Line::Flat).is_none() && told.radii.is_empty());
    assert!(told.missing.unwrap().contains("earlier version"));
    let told = theory(&Inputs {
        missing: Some("gone".to_owned()),
        ..inputs(&passes, None)
    });
    assert_eq!((told.missing.as_deref(), told.classes), (Some("gone"), 0));
}

/// A run with the real engine, and the theory of it.
fn of_run(engine: &LibTorch, attack: &str, count: u64) -> (Theory, Vec<Readings>) {
    let defaults = attack::all()
        .into_iter()
        .find(|info| info.id == attack)
        .unwrap();
    let mut spec = serde_json::json!({
        "model": "shapes-robust",
        "data": { "set": "shapes-test", "count": count },
        "attack": { attack: {} },
        "keep_examples": 0,
    });
    for field in defaults.fields.iter().filter(|field| field.id == "epsilon") {
        spec["attack"][attack][&field.id] = "0.3".into();
    }
    let spec = RunSpec::from_json(&spec.to_string()).unwrap();
    let mut passes: Vec<Readings> = Vec::new();
    let mut examples = Vec::new();
    let mut take = |output| match output {
        Output::Examples(these) => examples = these,
        Output::Event(valleyscope_shared::event::Event::Started(started)) => {
            passes = started.tables(&examples);
        }
        Output::Block(block) => passes[block.pass].put(&block),
        Output::Clean(clean) => passes[0].put_clean(&clean),
        Output::Ending { pass, row, ending } => passes[pass].put_ending(row, ending),
        _ => {}
    };
    engine
        .runner()
        .run(&spec, &Cancel::default(), &mut take)
        .unwrap();
    let weights = engine.last_layer("shapes-robust").unwrap().unwrap();
    let sensitivity = engine
        .sensitivity("shapes-robust", &mut |_, _| true)
        .unwrap();
    let told = theory(&Inputs {
        sensitivity: Some(sensitivity),
        population: Population::All,
        ..inputs(&passes, Some(&weights))
    });
    (told, passes)
}

/// What is certified holds against everything that was tried: no loss above its bound, no attack inside a radius.
///
/// Ordinarily of a few attacks on a few images; of all of them on 500 with `VALLEYSCOPE_EVERY_ATTACK=1`, as `cargo xtask evaluate --theory` asks.
#[test]
fn no_attack_breaks_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let engine = LibTorch::new(folder.path().to_owned(), "cpu").unwrap();
    let every = std::env::var_os("VALLEYSCOPE_EVERY_ATTACK").is_some();
    let all = attack::all();
    let few = ["pgd", "deepfool", "ddn", "noise_path"];
    let wanted = all
        .iter()
        .filter(|info| every || few.contains(&info.id.as_str()));
    let (mut broken_images, mut certified) = (0, 0);
    for info in wanted {
        let (told, _) = of_run(&engine, &info.id, if every { 500 } else { 40 });
        assert_eq!(told.missing, None, "{}", info.id);
        assert_eq!(told.broken, 0, "{}: a loss above its bound", info.id);
        assert_eq!(
            told.impossible(),
            Vec::<usize>::new(),
            "{}: an attack inside a radius",
            info.id
        );
        let found = told.radii.iter().filter(|radii| radii.smallest.is_some());
        broken_images += found.clone().count();
        certified += found.filter(|radii| radii.margin.0 > 0.0).count();
        if every {
            println!(
                "{}: {} of {} broken",
                info.id,
                told.radii
                    .iter()
                    .filter(|radii| radii.smallest.is_some())
                    .count(),
                told.radii.len()
            );
        }
    }
    // Certificates are put to the test only where something was broken that had one.
    assert!(
        broken_images > 10 && certified > 10,
        "{broken_images} {certified}"
    );
}
