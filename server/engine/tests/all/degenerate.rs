//! Laws of every attack over networks that have nothing to say of an image, or the same of all images or of two classes.

use crate::common::attacks::{CLASSES, distance, images, network, path_of, registry, rows};
use crate::common::models::{Network, Overflowing};
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Departure};
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::Noise;
use valleyscope_engine::prediction;
use valleyscope_shared::spec::AttackSpec;

/// Above this mean an image overflows.
const BRIGHT: f64 = 0.75;

/// The place of the bright image among [`mixed`].
const OVERFLOWS: usize = 1;

fn overflowing() -> Overflowing {
    Overflowing::above(BRIGHT, network())
}

/// Four images, of which one overflows; with the labels that the network predicts, and one for the image that has no prediction.
fn mixed() -> (Tensor, Tensor) {
    let x = images(4);
    let bright = x.narrow(0, OVERFLOWS as i64, 1) * 0.2 + 0.8;
    let x = x.index_copy(0, &Tensor::from_slice(&[OVERFLOWS as i64]), &bright);
    let labels = network().forward(&x).unwrap().logits.argmax(1, false);
    (x, labels)
}

/// Every class twice: each row of the last layer has a twin, which comes after all others.
fn doubled(network: Network) -> Network {
    Network {
        weight: Tensor::cat(&[&network.weight, &network.weight], 0),
        bias: Tensor::cat(&[&network.bias, &network.bias], 0),
        ..network
    }
}

/// Last layers that say the same of every image: of zeros, with equal logits and with different ones.
fn constant() -> [Network; 2] {
    let zero = || Network {
        weight: Tensor::zeros([CLASSES, 16], (Kind::Double, Device::Cpu)),
        ..network()
    };
    [
        Network {
            bias: Tensor::zeros([CLASSES], (Kind::Double, Device::Cpu)),
            ..zero()
        },
        Network {
            bias: Tensor::from_slice(&[0.5, 2.0, -1.0, 0.0]),
            ..zero()
        },
    ]
}

/// A point: which examples it has, their images and whether each succeeds.
struct Point {
    rows: Vec<usize>,
    images: Vec<Vec<f64>>,
    succeeds: Vec<bool>,
}

fn walk(spec: &AttackSpec, model: &dyn Model, x: &Tensor, truth: &Tensor) -> Vec<Point> {
    let labels = match spec.target() {
        Some(_) => truth.full_like(2),
        None => truth.shallow_clone(),
    };
    let batch = Batch {
        x: x.shallow_clone(),
        labels: labels.shallow_clone(),
        truth: truth.shallow_clone(),
        indices: (0..x.size()[0] as u64).collect(),
        towards: Some(1.0 - x),
        last_gradient: true,
    };
    let mut steps = attack::start(spec, model, batch, Noise::new(3)).unwrap();
    std::iter::from_fn(|| steps.step().unwrap())
        .map(|step| {
            let places: Vec<i64> = step.rows.iter().map(|row| *row as i64).collect();
            let labels = labels.index_select(0, &Tensor::from_slice(&places));
            let succeeds = match spec.target() {
                Some(_) => prediction::is(&step.logits, &labels),
                None => prediction::is_not(&step.logits, &labels),
            };
            Point {
                images: rows(&step.x),
                rows: step.rows,
                succeeds: Vec::try_from(&succeeds.unwrap()).unwrap(),
            }
        })
        .collect()
}

/// Every iterate is an image, and within the ball where the attack keeps to one.
fn is_sound(spec: &AttackSpec, points: &[Point], epsilon: f64) {
    let bounded = attack::traits(spec).unwrap().ascent().is_some();
    let clean = &points[0].images;
    for point in points {
        for (row, image) in point.rows.iter().zip(&point.images) {
            assert!(
                image.iter().all(|value| (0.0..=1.0).contains(value)),
                "{spec:?}: {image:?}"
            );
            let far = distance(spec.norm(), image, &clean[*row]);
            // As in the laws of ordinary networks.
            assert!(
                !bounded || far <= epsilon * (1.0 + 2e-14),
                "{spec:?}: {far}"
            );
        }
    }
}

/// Whether an example may be told to leave where it gets no further.
fn may_stop(spec: &AttackSpec) -> bool {
    attack::traits(spec).unwrap().departure == Departure::WhenStuck
}

/// The path comes to its last point, as nobody has succeeded before.
fn goes_on(spec: &AttackSpec, points: &[Point]) {
    let all = 1 + spec.steps() + usize::from(spec.random_start());
    let complete = points.len() == all || may_stop(spec);
    assert!(complete, "{spec:?}: {} points", points.len());
}

#[test]
fn an_overflowing_image_neither_leaves_nor_succeeds_nor_stops_being_an_image() {
    let (model, (x, labels)) = (overflowing(), mixed());
    for spec in registry(0.1) {
        let points = walk(&spec, &model, &x, &labels);
        is_sound(&spec, &points, 0.1);
        goes_on(&spec, &points);
        for point in &points {
            let place = point.rows.iter().position(|row| *row == OVERFLOWS);
            let place = place.unwrap_or_else(|| panic!("it left: {spec:?}"));
            let image = &point.images[place];
            let mean = image.iter().sum::<f64>() / image.len() as f64;
            // Some paths lead it to where there is a prediction.
            assert!(mean < BRIGHT || !point.succeeds[place], "{spec:?}");
        }
    }
}

#[test]
fn a_finite_image_is_not_disturbed_by_an_overflowing_one() {
    let (model, (x, labels)) = (overflowing(), mixed());
    for spec in registry(0.1) {
        let together = path_of(&spec, &model, &x, &labels, (0..4).collect(), 3);
        for row in (0..4).filter(|row| *row != OVERFLOWS) {
            let one = |all: &Tensor| all.narrow(0, row as i64, 1);
            let alone = path_of(&spec, &model, &one(&x), &one(&labels), vec![row as u64], 3);
            assert!(alone.len() <= together.len(), "{spec:?}");
            for (point, together) in together.iter().enumerate() {
                let alone = alone.get(point).map_or(&[][..], |alone| &alone[0]);
                assert_eq!(alone.len(), together[row].len(), "{spec:?}, point {point}");
                for (a, b) in alone.iter().zip(&together[row]) {
                    // As in the law of batches.
                    assert!((a - b).abs() < 1e-12, "{spec:?}, point {point}: {a} {b}");
                }
            }
        }
    }
}

#[test]
fn where_nothing_depends_on_the_image_nobody_succeeds_and_nobody_leaves() {
    let x = images(3);
    for model in constant() {
        let labels = model.forward(&x).unwrap().logits.argmax(1, false);
        for spec in registry(0.1) {
            let points = walk(&spec, &model, &x, &labels);
            is_sound(&spec, &points, 0.1);
            goes_on(&spec, &points);
            for point in &points {
                assert!(point.rows.len() == 3 || may_stop(&spec), "{spec:?}");
                assert!(!point.succeeds.contains(&true), "{spec:?}");
            }
        }
    }
}

/// Which of the examples succeed anywhere on their paths.
fn broken(spec: &AttackSpec, model: &dyn Model, x: &Tensor, labels: &Tensor) -> Vec<bool> {
    let mut broken = vec![false; x.size()[0] as usize];
    for point in walk(spec, model, x, labels) {
        for (row, succeeds) in point.rows.iter().zip(point.succeeds) {
            broken[*row] |= succeeds;
        }
    }
    broken
}

#[test]
fn two_equal_rows_of_the_last_layer_make_no_image_robust() {
    let (plain, twins) = (network(), doubled(network()));
    let x = images(6);
    let labels = plain.forward(&x).unwrap().logits.argmax(1, false);
    let mut fell = 0;
    for spec in registry(0.3) {
        let of = |model: &Network, classes: i64| {
            let all = match spec.get("target_classes") {
                // Each class and its twin are aimed at.
                Some(_) => spec.clone().with("target_classes", classes - 1),
                None => spec.clone(),
            };
            let all = match spec.id() {
                // It draws a number for each class, so that of twice as many is another.
                "jitter" => all.with("noise", 0.0),
                _ => all,
            };
            let points = walk(&all, model, &x, &labels);
            is_sound(&all, &points, 0.3);
            broken(&all, model, &x, &labels)
        };
        let (one, two) = (of(&plain, CLASSES), of(&twins, 2 * CLASSES));
        let lost = one.iter().zip(&two).filter(|(one, two)| **one && !**two);
        assert_eq!(lost.count(), 0, "{spec:?}: {one:?} {two:?}");
        fell += one.iter().filter(|broken| **broken).count();
    }
    assert!(fell > 0);
}

#[test]
fn searches_for_the_nearest_boundary_do_not_see_a_twin() {
    let (plain, twins) = (network(), doubled(network()));
    let x = images(6);
    let labels = plain.forward(&x).unwrap().logits.argmax(1, false);
    for id in ["deepfool", "fab", "cw", "square", "spsa"] {
        let spec = AttackSpec::new(id, []);
        let spec = match id {
            "cw" | "fab" | "square" => spec.with("steps", 8),
            // Of the wrong classes and their twins as many are looked at.
            "deepfool" => spec.with("candidates", 2 * CLASSES),
            _ => spec,
        };
        let of = |model: &Network| path_of(&spec, model, &x, &labels, (0..6).collect(), 3);
        for (one, two) in of(&plain).iter().zip(&of(&twins)) {
            for (one, two) in one.iter().flatten().zip(two.iter().flatten()) {
                // The same steps from products of matrices of another size.
                assert!((one - two).abs() < 1e-10, "{id}: {one} {two}");
            }
        }
    }
}
