//! What Square must not do.

use crate::common::models::Network;
use serde_json::{Value, json};
use std::sync::Mutex;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Place, Step};
use valleyscope_engine::error::Result;
use valleyscope_engine::loss::margin;
use valleyscope_engine::model::{Forward, Head, Model};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

/// A network that keeps what it is asked.
struct Listener {
    inner: Network,
    asked: Mutex<Vec<Tensor>>,
}

impl Model for Listener {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        self.asked.lock().unwrap().push(x.copy());
        self.inner.forward(x)
    }

    fn head(&self) -> Head<'_> {
        self.inner.head()
    }

    fn kind(&self) -> Kind {
        Kind::Double
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

/// Two classes with the first ahead by one wherever one looks: no candidate is better than another.
fn indifferent(values: i64) -> Network {
    let mut network = Network::linear(&vec![0.0; 2 * values as usize], 2);
    network.bias = Tensor::from_slice(&[1.0, 0.0]);
    network
}

fn square(values: &[(&str, Value)]) -> AttackSpec {
    let spec = AttackSpec::new("square", []);
    let with = |spec: AttackSpec, (key, value): &(&str, Value)| spec.with(key, value.clone());
    values.iter().fold(spec, with)
}

fn steps_of(spec: &AttackSpec, model: &dyn Model, x: &Tensor, labels: &Tensor) -> Vec<Step> {
    let batch = Batch {
        x: x.shallow_clone(),
        truth: labels.shallow_clone(),
        labels: labels.shallow_clone(),
        indices: (0..x.size()[0] as u64).collect(),
        towards: None,
        last_gradient: true,
    };
    let mut steps = attack::start(spec, model, batch, Noise::new(1)).unwrap();
    std::iter::from_fn(|| steps.step().unwrap()).collect()
}

fn grey(count: i64, height: i64, width: i64) -> Tensor {
    Tensor::full([count, 3, height, width], 0.5, (Kind::Double, Device::Cpu))
}

fn first_class(count: i64) -> Tensor {
    Tensor::zeros([count], (Kind::Int64, Device::Cpu))
}

/// The first and last row that each candidate changed, `[query][example]`.
fn extents(sharing: &str) -> Vec<[Option<(i64, i64)>; 2]> {
    let model = Listener {
        inner: indifferent(3 * 12 * 12),
        asked: Mutex::default(),
    };
    let spec = square(&[
        ("epsilon", json!(0.1)),
        ("steps", json!(10)),
        ("p_init", json!(0.1)),
        ("sharing", json!(sharing)),
    ]);
    steps_of(&spec, &model, &grey(2, 12, 12), &first_class(2));
    let asked = model.asked.into_inner().unwrap();
    let rows = |candidate: &Tensor, row: i64| {
        let change = (candidate - &asked[1]).get(row).abs().amax([0, 2], false);
        let places = Vec::<i64>::try_from(change.gt(1e-9).nonzero().view([-1])).unwrap();
        Some((*places.first()?, *places.last()?))
    };
    (asked[2..].iter())
        .map(|candidate| [rows(candidate, 0), rows(candidate, 1)])
        .collect()
}

/// G21. Planted: all examples drew from the first one's stream; failed, and so did the law that an example does not depend on its batch.
#[test]
fn images_share_their_squares_only_where_asked_to() {
    let differing = |sharing: &str| {
        let pairs = extents(sharing);
        assert_eq!(pairs.len(), 10);
        let both = pairs
            .iter()
            .filter(|pair| pair[0].is_some() && pair[1].is_some());
        assert!(both.clone().count() > 5);
        both.filter(|pair| pair[0] != pair[1]).count()
    };
    assert!(differing("per_example") > 3);
    assert_eq!(differing("reference"), 0);
}

/// G20. Planted: the seed given to LibTorch's own generator at the start; failed.
#[test]
fn square_leaves_the_global_generator_alone() {
    let draw = |attacks: bool| {
        tch::manual_seed(5);
        if attacks {
            let spec = square(&[("steps", json!(5))]);
            steps_of(
                &spec,
                &indifferent(3 * 8 * 8),
                &grey(2, 8, 8),
                &first_class(2),
            );
        }
        Tensor::rand([4], (Kind::Double, Device::Cpu))
    };
    assert_eq!(draw(true), draw(false));
}

/// torchattacks issue 95. How long a square may be is tested beside its formula.
#[test]
fn long_and_small_images_work_in_both_norms() {
    for (height, width) in [(6, 40), (40, 6), (1, 5), (2, 2)] {
        for norm in ["linf", "l2"] {
            for sharing in ["per_example", "reference"] {
                let spec = square(&[
                    ("norm", json!(norm)),
                    ("epsilon", json!(0.1)),
                    ("steps", json!(30)),
                    ("sharing", json!(sharing)),
                ]);
                let model = Network::relu(3 * height * width, 8, 4, Kind::Double);
                let x = grey(3, height, width);
                let labels = model.forward(&x).unwrap().logits.argmax(1, false);
                for step in steps_of(&spec, &model, &x, &labels) {
                    let finite = step.x.isfinite().all().int64_value(&[]);
                    assert_eq!(finite, 1, "{height}x{width} {norm} {sharing}");
                }
            }
        }
    }
}

/// G9 for the published schedule: it does not look at how many queries there are, so fewer give the beginning of the same path.
/// Planted: the two schedules exchanged; failed.
#[test]
fn with_the_published_schedule_fewer_queries_are_the_first_of_more() {
    let model = Listener {
        inner: indifferent(3 * 12 * 12),
        asked: Mutex::default(),
    };
    for queries in [20, 60] {
        let spec = square(&[("epsilon", json!(0.1)), ("steps", json!(queries))]);
        steps_of(&spec, &model, &grey(1, 12, 12), &first_class(1));
    }
    let asked = model.asked.into_inner().unwrap();
    let (short, long) = asked.split_at(22);
    assert_eq!(long.len(), 62);
    assert_eq!(short, &long[..22]);
}

/// Each query is one forward pass of the examples that are left, and the margin never grows.
#[test]
fn an_example_leaves_at_its_first_success_and_keeps_the_best_image_until_then() {
    let model = Network::relu(3 * 36, 16, 4, Kind::Double);
    let x =
        grey(1, 6, 6) + Tensor::arange(8, (Kind::Double, Device::Cpu)).view([8, 1, 1, 1]) * 0.03;
    let labels = model.forward(&x).unwrap().logits.argmax(1, false);
    // The first is wrong as it is.
    let _ = labels
        .get(0)
        .fill_(i64::from(labels.int64_value(&[0]) == 0));
    for (norm, epsilon) in [("linf", 0.15), ("l2", 1.5)] {
        let spec = square(&[
            ("norm", json!(norm)),
            ("epsilon", json!(epsilon)),
            ("steps", json!(100)),
        ]);
        let mut before = [f64::INFINITY; 8];
        let mut there: Vec<usize> = (0..8).collect();
        for step in steps_of(&spec, &model, &x, &labels) {
            assert_eq!(step.rows, there);
            if step.place != Place::Clean {
                assert!(!step.rows.contains(&0));
            }
            let index: Vec<i64> = there.iter().map(|row| *row as i64).collect();
            let own = labels.index_select(0, &Tensor::from_slice(&index));
            let again = model.forward(&step.x).unwrap().logits;
            // The same product of another number of rows.
            assert!((&again - &step.logits).abs().max().double_value(&[]) < 1e-12);
            let margins = Vec::<f64>::try_from(margin(&step.logits, &own).unwrap()).unwrap();
            for (row, margin) in there.clone().into_iter().zip(margins) {
                let falls = margin <= before[row] || step.place == Place::Step(1);
                assert!(falls, "{norm}: {margin} after {}", before[row]);
                before[row] = margin;
                if margin <= 0.0 {
                    there.retain(|other| *other != row);
                }
            }
        }
        assert!(there.len() < 7, "{norm}: none succeeded");
    }
}
