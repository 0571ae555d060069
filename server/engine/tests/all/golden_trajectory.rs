//! PGD on a tiny ReLU net in f64, every iterate, through the same attack and measure code as any run:
//! `golden/trajectory.py` made the values, and others the public ones of `vectors/trajectory.json`.

use crate::common::{assert_close, json, matrix, number, numbers};
use serde_json::Value;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::error::Result;
use valleyscope_engine::measure::{LastLayer, Reader};
use valleyscope_engine::model::{Form, Forward, Head, Model};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::spec::AttackSpec;
use valleyscope_tests::data;

/// relu(U x + c), then W φ + b.
struct Tiny {
    hidden: Tensor,
    offset: Tensor,
    weight: Tensor,
    bias: Tensor,
}

impl Tiny {
    fn new(model: &Value) -> Self {
        let tensor = |key: &str| {
            let rows = model[key].as_array().unwrap();
            match rows[0].is_array() {
                true => Tensor::from_slice(&matrix(&model[key])).view([rows.len() as i64, -1]),
                false => Tensor::from_slice(&numbers(&model[key])),
            }
        };
        Self {
            hidden: tensor("U"),
            offset: tensor("c"),
            weight: tensor("W"),
            bias: tensor("b"),
        }
    }
}

impl Model for Tiny {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let features = x.f_linear(&self.hidden, Some(&self.offset))?.f_relu()?;
        Ok(Forward {
            logits: features.f_linear(&self.weight, Some(&self.bias))?,
            features,
        })
    }

    fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
            form: Form::Linear,
        }
    }

    fn kind(&self) -> Kind {
        Kind::Double
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

fn follows_the_path(golden: &Value, gradient: &str) {
    let model = Tiny::new(&golden["model"]);
    let attack = &golden["attack"];
    let pgd = AttackSpec::new(
        "pgd",
        [
            ("epsilon", number(&attack["eps"]).into()),
            ("step_size", number(&attack["alpha"]).into()),
            ("steps", attack["steps"].clone()),
            ("gradient", gradient.into()),
        ],
    );
    let label = attack["label"].as_i64().unwrap();
    let batch = Batch {
        x: Tensor::from_slice(&numbers(&attack["x0"])).view([1, -1]),
        labels: Tensor::from_slice(&[label]),
        truth: Tensor::from_slice(&[label]),
        indices: vec![0],
        towards: None,
        last_gradient: true,
    };
    let last = LastLayer::of(&model.head()).unwrap();
    let mut reader = Reader::new(&last, vec![label as usize]);
    let mut steps = attack::start(&pgd, &model, batch, Noise::new(1)).unwrap();
    let points = golden["trajectory"].as_array().unwrap();
    for point in points {
        let step = steps
            .step()
            .unwrap()
            .expect("as many steps as the golden path");
        let reading = reader.read(&step).unwrap();
        let t = &point["t"];
        let near = |got: &[f64], want: &[f64], what: &str| {
            for (got, want) in got.iter().zip(want) {
                // Absolute for coordinates, which are sums of decimals and may be exactly zero.
                assert!(
                    (got - want).abs() < 1e-9,
                    "{what} at {t}: {got} instead of {want}"
                );
            }
        };
        let values = |tensor: &Tensor| Vec::<f64>::try_from(tensor.view([-1])).unwrap();
        near(&values(&step.x), &numbers(&point["x"]), "x");
        near(&values(&step.features), &numbers(&point["phi"]), "phi");
        near(&reading.logits, &numbers(&point["logits"]), "logits");
        let gradient = step.gradient.as_ref().unwrap();
        let scale = gradient
            .scale
            .as_ref()
            .map_or(1.0, |scale| values(scale)[0]);
        let direction: Vec<f64> = values(&gradient.direction)
            .iter()
            .map(|g| g * scale)
            .collect();
        near(&direction, &numbers(&point["grad_x"]), "grad_x");
        for (measure, id) in [
            (Measure::Loss, "loss"),
            (Measure::Gini, "gini"),
            (Measure::TraceH, "trace_H"),
            (Measure::KappaCode, "kappa_code"),
            (Measure::KappaF2, "kappa_F2"),
            (Measure::KappaTr, "kappa_tr_neuronwise"),
            (Measure::Pred, "pred"),
        ] {
            // The file gives 15 digits of an exact path; 1e-9 leaves room for the decimal steps' rounding only.
            assert_close(
                reading.column(measure)[0],
                number(&point[id]),
                1e-9,
                &format!("{id} at {t}"),
            );
        }
    }
    assert!(
        steps.step().unwrap().is_none(),
        "no step more than the golden path"
    );
}

#[test]
fn pgd_follows_the_golden_path_with_autograd() {
    follows_the_path(&json(&data::golden("trajectory.json")), "autograd");
}

#[test]
fn pgd_follows_the_golden_path_with_the_stable_gradient() {
    follows_the_path(&json(&data::golden("trajectory.json")), "stable");
}

#[test]
fn pgd_follows_the_public_path_with_either_gradient() {
    if let Some(file) = data::vector("trajectory.json") {
        follows_the_path(&json(&file), "autograd");
        follows_the_path(&json(&file), "stable");
    }
}
