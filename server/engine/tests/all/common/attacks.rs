//! Every attack of the registry, and paths of it on a small network.

use super::models::Network;
use serde_json::{Value, json};
use tch::Tensor;
use valleyscope_engine::attack::{self, Batch, Step};
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::{Noise, Purpose};
use valleyscope_shared::field::{Kind, Norm};
use valleyscope_shared::spec::AttackSpec;

pub const INPUTS: i64 = 12;
pub const CLASSES: i64 = 4;

pub fn network() -> Network {
    Network::relu(INPUTS, 16, CLASSES, tch::Kind::Double)
}

/// One path: every iterate, flattened, `[point][example][value]`; an example that left has no values.
pub type Path = Vec<Vec<Vec<f64>>>;

pub fn images(count: i64) -> Tensor {
    let mut stream = Noise::new(5).stream(0, Purpose::Start);
    let values: Vec<f64> = (0..count * INPUTS).map(|_| stream.unit()).collect();
    Tensor::from_slice(&values).view([count, 3, 2, 2])
}

/// Where lines lead: for each image one of its own, whatever else is in the batch.
pub fn towards(x: &Tensor) -> Tensor {
    1.0 - x
}

pub fn labels(model: &dyn Model, x: &Tensor) -> Tensor {
    model.forward(x).unwrap().logits.argmax(1, false)
}

pub fn rows(x: &Tensor) -> Vec<Vec<f64>> {
    let x = x.flatten(1, -1).to_kind(tch::Kind::Double);
    (0..x.size()[0])
        .map(|row| Vec::try_from(x.get(row)).unwrap())
        .collect()
}

pub fn path_of(
    spec: &AttackSpec,
    model: &dyn Model,
    x: &Tensor,
    labels: &Tensor,
    indices: Vec<u64>,
    seed: u64,
) -> Path {
    let batch = Batch {
        x: x.shallow_clone(),
        labels: labels.shallow_clone(),
        // What the network says is taken for the truth; `labels` may be targets.
        truth: self::labels(model, x),
        indices,
        towards: Some(towards(x)),
        last_gradient: false,
    };
    let mut steps = attack::start(spec, model, batch, Noise::new(seed)).unwrap();
    std::iter::from_fn(|| steps.step().unwrap())
        .map(|step| {
            let mut all = vec![Vec::new(); x.size()[0] as usize];
            for (row, values) in step.rows.iter().zip(rows(&step.x)) {
                all[*row] = values;
            }
            all
        })
        .collect()
}

pub fn path(spec: &AttackSpec, count: i64, seed: u64) -> Path {
    let (model, x) = (network(), images(count));
    path_of(
        spec,
        &model,
        &x,
        &labels(&model, &x),
        (0..count as u64).collect(),
        seed,
    )
}

/// Every attack of the registry with every choice of its fields: norms, losses, gradients, random starts, a target or none.
pub fn registry(epsilon: f64) -> Vec<AttackSpec> {
    let mut list = Vec::new();
    for info in valleyscope_shared::spec::attack::all() {
        let spec = AttackSpec::new(&info.id, []);
        let spec = match spec.get("epsilon") {
            Some(_) => spec.with("epsilon", epsilon),
            None => spec,
        };
        let mut variants = vec![spec];
        for field in &info.fields {
            let values: Vec<Value> = match (&field.kind, field.id.as_str()) {
                (Kind::Choice { options }, _) => {
                    options.iter().map(|option| json!(option.id)).collect()
                }
                (Kind::Flag, _) => vec![json!(false), json!(true)],
                (Kind::Class, _) => vec![Value::Null, json!(2)],
                (_, "step_size") => vec![json!(0.03)],
                (Kind::Integer { max, .. }, "steps") => vec![json!(6.min(*max))],
                (_, "restarts" | "binary_steps") => vec![json!(1), json!(2)],
                (_, "queries") => vec![json!(8)],
                (_, "target_classes") => vec![json!(2)],
                _ => continue,
            };
            variants = variants
                .iter()
                .flat_map(|spec| {
                    values
                        .iter()
                        .map(|value| spec.clone().with(&field.id, value.clone()))
                })
                .collect();
        }
        for spec in &mut variants {
            spec.complete();
        }
        variants.retain(|spec| spec.contradictions().is_empty());
        list.extend(variants);
    }
    list
}

/// Those that climb a loss in a ball.
pub fn climbing(epsilon: f64) -> Vec<AttackSpec> {
    let mut list = registry(epsilon);
    list.retain(|spec| attack::traits(spec).unwrap().ascent().is_some());
    list
}

pub fn distance(norm: Norm, a: &[f64], b: &[f64]) -> f64 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    match norm {
        Norm::Linf => differences.fold(0.0, f64::max),
        Norm::L2 => differences.map(|d| d * d).sum::<f64>().sqrt(),
        Norm::L1 => differences.sum(),
    }
}

/// These images with their labels, all of them from the beginning.
pub fn batch(x: &Tensor, labels: &Tensor) -> Batch {
    Batch {
        x: x.shallow_clone(),
        truth: labels.shallow_clone(),
        labels: labels.shallow_clone(),
        indices: (0..x.size()[0] as u64).collect(),
        towards: None,
        last_gradient: true,
    }
}

/// Every step of an attack on them.
pub fn steps(spec: &AttackSpec, model: &dyn Model, x: &Tensor, labels: &Tensor) -> Vec<Step> {
    let mut steps = attack::start(spec, model, batch(x, labels), Noise::new(1)).unwrap();
    std::iter::from_fn(|| steps.step().unwrap()).collect()
}
