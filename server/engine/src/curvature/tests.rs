//! Every kind of layer and operator against its own full Hessian, column by column.

use super::product::{EachWeights, MeanWeights, Product};
use super::quadratic::{Part, quadratic};
use super::*;
use crate::graph::op::{
    Conv2d, Gelu, HardSwish, LayerNorm, Linear, Op, Pair, PoolMax, ScaledProduct, Silu,
};
use crate::graph::{Builder, Graph, Learner, Perturbable, Start};
use crate::noise::{Noise, Purpose};
use tch::{Device, Kind, Tensor};
use valleyscope_shared::runner::Cancel;

/// With drawn numbers.
fn filled(graph: Graph) -> Perturbable {
    let mut stream = Noise::new(11).stream(0, Purpose::Start);
    let mut start = |how: Start, _, shape: &[i64]| {
        let count = shape.iter().product::<i64>();
        let numbers: Vec<f64> = (0..count)
            .map(|_| match how {
                Start::Drawn { fan_in } => stream.normal() * (2.0 / fan_in as f64).sqrt(),
                Start::Same(value) => value + 0.1 * stream.unit(),
            })
            .collect();
        Ok(Tensor::from_slice(&numbers).view(shape))
    };
    let learner = Learner::new(graph, Kind::Double, &mut start).unwrap();
    Perturbable::new(learner.graph().unwrap(), Device::Cpu, Kind::Double).unwrap()
}

/// Convolutions in every manner, with only piecewise linear operators behind them.
fn convolutions() -> Perturbable {
    let (mut net, x) = Builder::new([4, 9, 8]);
    let grouped = Conv2d {
        groups: 2,
        stride: Pair {
            height: 2,
            width: 1,
        },
        ..Conv2d::new(6, 3, 1).biased()
    };
    let x = net
        .conv_norm(["grouped", "norm"], x, grouped, 1e-5)
        .unwrap();
    let x = net.relu(x).unwrap();
    let depthwise = Conv2d {
        groups: 6,
        dilation: Pair {
            height: 1,
            width: 2,
        },
        ..Conv2d::new(6, 3, 1)
    };
    let x = net.conv("depthwise", x, depthwise).unwrap();
    let x = net.relu6(x).unwrap();
    let pool = PoolMax {
        kernel: Pair::both(2),
        stride: Pair::both(1),
        padding: Pair::both(0),
        dilation: Pair::one(),
        rest: false,
    };
    let x = net.unnamed(Op::PoolMax(pool), &[x]).unwrap();
    let x = net.conv("pointwise", x, Conv2d::new(5, 1, 1)).unwrap();
    filled(net.rectified_head("scores", x, 4).unwrap())
}

/// Tokens through a norm of each image, attention and smooth functions.
fn tokens() -> Perturbable {
    let (mut net, x) = Builder::new([2, 4, 4]);
    let patches = Conv2d {
        kernel: Pair::both(2),
        stride: Pair::both(2),
        padding: Pair::both(0),
        ..Conv2d::new(6, 2, 2).biased()
    };
    let x = net.conv("patches", x, patches).unwrap();
    let x = net.unnamed(Op::HardSwish(HardSwish), &[x]).unwrap();
    let x = net.tokens(x).unwrap();
    let norm = Op::LayerNorm(LayerNorm { epsilon: 1e-5 });
    let x = net.add("norm", norm, &[x]).unwrap();
    let [q, k, v] = ["q", "k", "v"].map(|name| net.linear(name, x, 6).unwrap());
    let product = Op::ScaledProduct(ScaledProduct { scale: 0.4 });
    let mixed = net.unnamed(product, &[q, k, v]).unwrap();
    let x = net.sum(x, mixed).unwrap();
    let plain = Op::Linear(Linear {
        out: 7,
        bias: false,
    });
    let x = net.add("mlp", plain, &[x]).unwrap();
    let x = net.unnamed(Op::Gelu(Gelu { tanh: false }), &[x]).unwrap();
    let x = net.linear("last", x, 5).unwrap();
    let x = net.unnamed(Op::Silu(Silu), &[x]).unwrap();
    let x = net.mean_tokens(x).unwrap();
    filled(net.head("head", x, 3).unwrap())
}

fn examples(network: &Perturbable) -> Examples {
    let mut stream = Noise::new(5).stream(1, Purpose::Start);
    let count: i64 = 3 * network.input().iter().product::<i64>();
    let numbers: Vec<f64> = (0..count).map(|_| stream.unit()).collect();
    let shape = [&[3], network.input().as_slice()].concat();
    let x = Tensor::from_slice(&numbers).view(shape.as_slice());
    Examples::new(&x, &[0, 1, 2]).unwrap()
}

fn watch() -> Watch<'static> {
    Watch::new(&Cancel::default(), &|_| ())
}

fn all(network: &Perturbable, watch: &Watch<'_>, test: impl Fn(&Scope<'_>, &Examples)) {
    let examples = examples(network);
    let whole = Scope::new(network, &[], 1 << 30, watch).unwrap();
    assert!(whole.layers.len() >= 4);
    for layer in &whole.layers {
        test(&whole.only(*layer), &examples);
    }
}

/// `[N, width, width]`
fn hessians(product: &dyn Product) -> Tensor {
    let [rows, width] = product.size();
    let columns: Vec<Tensor> = (0..width)
        .map(|column| {
            let one = Tensor::zeros([rows, width], (Kind::Double, Device::Cpu));
            let _ = one.select(1, column).fill_(1.0);
            product.apply(&one).unwrap()
        })
        .collect();
    Tensor::stack(&columns, 2)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (a.abs() + b.abs()) + 1e-13
}

#[test]
fn curvature_along_shared_directions_is_the_full_hessians() {
    let watch = watch();
    for network in [convolutions(), tokens()] {
        all(&network, &watch, |scope, examples| {
            let direction = scope.signs(0, 3, 0, Purpose::Probe).unwrap();
            let flat = direction.view([-1, 1]);
            let full = hessians(&EachWeights::new(scope, examples).unwrap());
            assert!(full.allclose(&full.transpose(1, 2), 1e-8, 1e-12, false));
            let want = flat.transpose(0, 1).matmul(&full).matmul(&flat).view([-1]);
            let whole = quadratic(scope, examples, &[direction.shallow_clone()], Part::Whole);
            let rest = quadratic(scope, examples, &[direction], Part::Rest).unwrap();
            let layer = scope.layer(scope.layers[0]);
            for (row, value) in whole.unwrap()[0].iter().enumerate() {
                let want = want.double_value(&[row as i64]);
                assert!(close(*value, want), "{}: {value}, {want}", layer.name);
                assert_eq!(
                    rest[0][row] == 0.0,
                    layer.piecewise_linear,
                    "{}",
                    layer.name
                );
            }
        });
    }
}

#[test]
fn curvature_traces_of_every_layer_are_the_full_hessians() {
    let watch = watch();
    for network in [convolutions(), tokens()] {
        all(&network, &watch, |scope, examples| {
            let full = hessians(&EachWeights::new(scope, examples).unwrap());
            let layer = scope.layer(scope.layers[0]);
            let [out, row] = layer.rows();
            let weight = layer.weight().view([out, row]);
            let blocks = full.view([-1, out, row, out, row]);
            let blocks = blocks
                .diagonal(0, 2, 4)
                .sum_dim_intlist([-1].as_slice(), false, None);
            let square = weight.matmul(&weight.transpose(0, 1));
            let kappa = (blocks * square).sum_dim_intlist([1, 2].as_slice(), false, None);
            let settings = TraceSettings {
                estimator: Estimator::Parted,
                relative_error: 1e-9,
                most_probes: 56,
                seed: 1,
                relative: true,
            };
            let found = trace(scope, examples, &settings).unwrap().swap_remove(0);
            for place in 0..examples.count() {
                let want = full.get(place as i64).trace().double_value(&[]);
                for (estimate, want) in [
                    (found.trace[place], want),
                    (found.kappa_tr[place], kappa.double_value(&[place as i64])),
                ] {
                    let off = (estimate.value - want).abs();
                    let what = format!("{}: {estimate:?} for {want}", layer.name);
                    match layer.piecewise_linear {
                        true => assert!(close(estimate.value, want), "{what}"),
                        false => assert!(off <= 3.5 * estimate.error, "{what}"),
                    }
                }
            }
        });
    }
}

#[test]
fn curvature_of_the_mean_is_the_mean_in_any_blocks() {
    let watch = watch();
    let network = tokens();
    let examples = examples(&network);
    let mut scope = Scope::new(&network, &["q", "last"], 1 << 30, &watch).unwrap();
    let each = hessians(&EachWeights::new(&scope, &examples).unwrap());
    let want = each.mean_dim([0].as_slice(), true, Kind::Double);
    for examples_at_a_time in [3, 1] {
        let needs = needs(&network, &scope.layers, Work::MeanProducts { vectors: 1 });
        scope.memory = needs.of(examples_at_a_time);
        let mean = hessians(&MeanWeights::new(&scope, &examples, 1).unwrap());
        assert!(mean.allclose(&want, 1e-9, 1e-13, false));
    }
}

#[test]
fn curvature_of_sure_predictions_does_not_vanish() {
    let watch = watch();
    let network = tokens();
    let examples = examples(&network);
    let scope = Scope::new(&network, &["head"], 1 << 30, &watch).unwrap();
    // Logits far apart: 1 − p is about 1e-20, where p itself rounds to one.
    let far = [20.0, -26.0, -30.0];
    let taps = scope.tapped(examples.x(), None).unwrap();
    let logits = Tensor::from_slice(&far).view([1, 3]).expand([3, 3], true);
    let shifted = change::Taps {
        logits: &taps.logits + (logits - taps.logits.detach()),
        ..taps
    };
    let found = classes::exact(&scope, &shifted, None).unwrap();
    let gini = crate::head::Softmax::new(&far).gini();
    for (row, trace) in found.plain[0].iter().enumerate() {
        let features = shifted.taken[0].get(row as i64);
        let phi_sq = features.square().sum(Kind::Double).double_value(&[]);
        assert!(close(*trace, gini * phi_sq), "{trace}, {}", gini * phi_sq);
    }
}

#[test]
fn curvature_has_second_derivatives_of_every_operator() {
    for network in [convolutions(), tokens()] {
        assert_eq!(network.without_second_derivative(), None);
    }
}

#[test]
fn curvature_of_joint_layers_has_the_sum_of_their_traces() {
    let watch = watch();
    let network = convolutions();
    let examples = examples(&network);
    let scope = Scope::new(&network, &[], 1 << 30, &watch).unwrap();
    let full = hessians(&EachWeights::new(&scope, &examples).unwrap());
    let settings = TraceSettings {
        estimator: Estimator::Hutchinson,
        relative_error: 1e-9,
        most_probes: 96,
        seed: 9,
        relative: false,
    };
    let exact = TraceSettings {
        estimator: Estimator::Parted,
        ..settings
    };
    let exact = trace(&scope, &examples, &exact).unwrap();
    let drawn = trace(&scope, &examples, &settings).unwrap();
    for row in 0..examples.count() {
        let sum: f64 = exact.iter().map(|layer| layer.trace[row].value).sum();
        assert!(close(sum, full.get(row as i64).trace().double_value(&[])));
        for (exact, drawn) in exact.iter().zip(&drawn) {
            let off = (exact.trace[row].value - drawn.trace[row].value).abs();
            assert!(
                off <= 3.5 * drawn.trace[row].error,
                "{:?}",
                drawn.trace[row]
            );
        }
    }
}
