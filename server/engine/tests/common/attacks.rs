//! Every attack of the registry, and paths of it on a small network.

use super::models::Network;
use std::collections::BTreeSet;
use tch::{Kind, Tensor};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::{Noise, Purpose};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Fgsm, Gradient, Loss, Pgd};

pub const INPUTS: i64 = 12;
pub const CLASSES: i64 = 4;

pub fn network() -> Network {
    Network::relu(INPUTS, 16, CLASSES, Kind::Double)
}

/// One path: every iterate, flattened, `[point][example][value]`.
pub type Path = Vec<Vec<Vec<f64>>>;

pub fn images(count: i64) -> Tensor {
    let mut stream = Noise::new(5).stream(0, Purpose::Start);
    let values: Vec<f64> = (0..count * INPUTS).map(|_| stream.unit()).collect();
    Tensor::from_slice(&values).view([count, 3, 2, 2])
}

pub fn labels(model: &dyn Model, x: &Tensor) -> Tensor {
    model.forward(x).unwrap().logits.argmax(1, false)
}

pub fn rows(x: &Tensor) -> Vec<Vec<f64>> {
    let x = x.flatten(1, -1).to_kind(Kind::Double);
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
        indices,
        last_gradient: false,
    };
    let mut steps = attack::start(spec, model, batch, Noise::new(seed)).unwrap();
    std::iter::from_fn(|| steps.step().unwrap())
        .map(|step| rows(&step.x))
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

/// Every attack in both norms, with both losses and gradients, with and without what is random about it.
pub fn registry(epsilon: f64) -> Vec<AttackSpec> {
    let mut list = Vec::new();
    for norm in [Norm::Linf, Norm::L2] {
        for loss in [Loss::CrossEntropy, Loss::Margin] {
            for gradient in [Gradient::Autograd, Gradient::Stable] {
                for target in [None, Some(2)] {
                    let epsilon = Amount::from(epsilon);
                    list.push(AttackSpec::Fgsm(Fgsm {
                        norm,
                        epsilon: epsilon.clone(),
                        loss,
                        gradient,
                        target,
                    }));
                    for random_start in [false, true] {
                        let step_size = Amount::from(0.03);
                        list.push(AttackSpec::Pgd(Pgd {
                            norm,
                            epsilon: epsilon.clone(),
                            step_size,
                            steps: 6,
                            random_start,
                            loss,
                            gradient,
                            target,
                        }));
                    }
                }
            }
        }
    }
    let ids: BTreeSet<_> = list.iter().map(AttackSpec::id).collect();
    let known: BTreeSet<_> = valleyscope_shared::spec::attack::all()
        .into_iter()
        .map(|info| info.id)
        .collect();
    assert_eq!(
        ids.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(),
        known,
        "the laws must cover the registry"
    );
    list
}

pub fn distance(norm: Norm, a: &[f64], b: &[f64]) -> f64 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    match norm {
        Norm::Linf => differences.fold(0.0, f64::max),
        Norm::L2 => differences.map(|d| d * d).sum::<f64>().sqrt(),
    }
}
