//! Laws that hold for every operator and every network.

mod lipschitz;
mod operators;

use super::op::{BatchNorm, Conv2d, Op, Pair, Role};
use super::*;
use crate::error::Error;
use crate::model::Model;
use operators::operators;
use tch::{Device, Kind, Tensor};

const F64: (Kind, Device) = (Kind::Double, Device::Cpu);

/// Numbers that look drawn, without two alike: the gradient of a maximum is told apart by finite differences too.
fn drawn(shape: &[i64], from: f64) -> Tensor {
    let count: i64 = shape.iter().product();
    let places = Tensor::arange(count, F64) * 0.754_877_666 + from + 0.3; // none is zero, where ReLU has a kink
    ((places * 43.758_545).sin() * 1.5).view(shape)
}

/// Its parameters in f64: variances are positive, constants are its own.
fn tensors(op: &Op, shapes: &[&[i64]]) -> Vec<Tensor> {
    if let Op::Normalise(op) = op {
        return op.constants().unwrap();
    }
    let tensor = |(place, parameter): (usize, op::Parameter)| {
        let drawn = drawn(&parameter.shape, 10.0 + place as f64);
        match parameter.role {
            Role::Variance => drawn.abs() + 0.1,
            _ => drawn,
        }
    };
    let parameters = op.parameters(shapes).into_iter();
    parameters.enumerate().map(tensor).collect()
}

/// An operator with two images' inputs and its parameters.
fn case(op: &Op, shapes: &[Shape]) -> (Vec<Tensor>, Vec<Tensor>) {
    let batch =
        |(place, shape): (usize, &Shape)| drawn(&[&[2], shape.as_slice()].concat(), place as f64);
    let inputs = shapes.iter().enumerate().map(batch).collect();
    let shapes: Vec<&[i64]> = shapes.iter().map(Vec::as_slice).collect();
    (inputs, tensors(op, &shapes))
}

fn forward(op: &Op, inputs: &[Tensor], tensors: &[Tensor]) -> Tensor {
    let inputs: Vec<&Tensor> = inputs.iter().collect();
    op.operator().unwrap().forward(&inputs, tensors).unwrap()
}

fn largest(difference: &Tensor) -> f64 {
    difference.abs().max().double_value(&[])
}

#[test]
fn the_shape_that_is_foretold_is_the_one_that_comes_out() {
    for (op, shapes) in operators() {
        let (inputs, tensors) = case(&op, &shapes);
        let value = forward(&op, &inputs, &tensors);
        let shapes: Vec<&[i64]> = shapes.iter().map(Vec::as_slice).collect();
        let foretold = op.operator().unwrap().shape(&shapes).unwrap();
        assert_eq!(value.size()[1..], foretold, "{op:?}");
        assert_eq!(value.size()[0], 2, "{op:?}");
    }
}

/// Central differences of step h err by h² of a third derivative and by 1e-16/h of rounding: 1e-5 leaves about 1e-9 of values of order ten.
#[test]
fn gradients_are_those_of_finite_differences() {
    let step = 1e-5;
    for (op, shapes) in operators() {
        let (inputs, tensors) = case(&op, &shapes);
        let inputs: Vec<Tensor> = inputs
            .iter()
            .map(|input| input.set_requires_grad(true))
            .collect();
        let value = forward(&op, &inputs, &tensors);
        let weights = drawn(&value.size(), 3.0);
        let loss = (value * &weights).sum(Kind::Double);
        let gradients =
            Tensor::run_backward(&[loss], &inputs.iter().collect::<Vec<_>>(), false, false);
        for (place, gradient) in gradients.iter().enumerate() {
            let way = drawn(&gradient.size(), 5.0);
            let at = |by: f64| {
                let _guard = tch::no_grad_guard();
                let moved: Vec<Tensor> = (inputs.iter().enumerate())
                    .map(|(other, input)| {
                        if other == place {
                            input + &way * by
                        } else {
                            input.shallow_clone()
                        }
                    })
                    .collect();
                (forward(&op, &moved, &tensors) * &weights)
                    .sum(Kind::Double)
                    .double_value(&[])
            };
            let slope = (at(step) - at(-step)) / (2.0 * step);
            let exact = (gradient * &way).sum(Kind::Double).double_value(&[]);
            assert!(
                (slope - exact).abs() <= 1e-6 * exact.abs().max(1.0),
                "{op:?}: {slope} and {exact}"
            );
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_name() {
    let (mut net, pixels) = Builder::new([3, 8, 8]);
    let reason = |error: Error| match error {
        Error::Graph { node, reason } => (node, reason),
        other => panic!("{other}"),
    };
    let small = Conv2d {
        padding: Pair::both(0),
        ..Conv2d::new(4, 9, 1)
    };
    let (node, why) = reason(net.conv("stem", pixels, small).unwrap_err());
    assert_eq!(node, "stem");
    assert!(
        why.contains("of 8x8 pixels") && why.contains("kernels of 9x9"),
        "{why}"
    );
    let thirds = Conv2d {
        groups: 2,
        ..Conv2d::new(4, 3, 1)
    };
    reason(net.conv("thirds", pixels, thirds).unwrap_err());
    let row = net.pool_mean(pixels).unwrap();
    reason(net.sum(row, pixels).unwrap_err());
    reason(net.pool_max(row, 2).unwrap_err());
    net.linear("one", row, 4).unwrap();
    let (_, why) = reason(net.linear("one", row, 4).unwrap_err());
    assert!(why.contains("twice"), "{why}");
    let (_, why) = reason(net.head("head", pixels, 10).unwrap_err());
    assert!(why.contains("one row"), "{why}");
}

/// Two convolutions with batch norms, one of which is read twice, and a sum.
fn network() -> Graph {
    let (mut net, pixels) = Builder::new([3, 8, 8]);
    let x = net.conv("first", pixels, Conv2d::new(6, 3, 1)).unwrap();
    let x = net.batch_norm("first_norm", x, 1e-5).unwrap();
    let x = net.relu(x).unwrap();
    let inner = net
        .conv("second", x, Conv2d::new(6, 3, 1).biased())
        .unwrap();
    let normed = net.batch_norm("second_norm", inner, 1e-3).unwrap();
    // Both what the norm takes and what it gives are read: it cannot become part of the convolution.
    let both = net.sum(normed, inner).unwrap();
    let sum = net.sum(both, x).unwrap();
    let x = net.relu(sum).unwrap();
    let features = net.pool_mean(x).unwrap();
    filled(net.head("head", features, 4).unwrap())
}

/// With drawn numbers.
fn filled(mut graph: Graph) -> Graph {
    for place in 0..graph.nodes.len() {
        let node = &graph.nodes[place];
        let own = tensors(&node.op, &graph.shapes_into(node));
        graph.nodes[place].tensors = own;
    }
    graph
}

/// Each sum is of at most 27 to 54 products; folding reorders none of them and rounds each weight once more.
#[test]
fn folding_changes_logits_by_rounding_alone() {
    for (kind, most) in [(Kind::Double, 1e-12), (Kind::Float, 1e-5)] {
        let x = drawn(&[5, 3, 8, 8], 0.0).to_kind(kind);
        let plain = Network::new(network(), Device::Cpu, kind).unwrap();
        let graph = network().folded().unwrap();
        let norms = graph
            .nodes
            .iter()
            .filter(|node| matches!(node.op, Op::BatchNorm(_)));
        assert_eq!(norms.count(), 1, "the one that cannot be folded stays");
        let folded = Network::new(graph, Device::Cpu, kind).unwrap();
        let (one, other) = (plain.forward(&x).unwrap(), folded.forward(&x).unwrap());
        let scale = largest(&one.logits);
        assert!(largest(&(&one.logits - &other.logits)) <= most * scale);
        assert!(largest(&(&one.features - &other.features)) <= most * largest(&one.features));
    }
}

/// PyTorch's rule: the biased variance norms, the unbiased one is remembered, a tenth of it.
#[test]
fn in_training_norms_see_the_batch_and_remember_a_tenth_of_it() {
    for (last, shape) in [(false, vec![4, 3, 3]), (true, vec![5, 4]), (false, vec![4])] {
        let norm = Op::BatchNorm(BatchNorm {
            epsilon: 1e-3,
            last,
        });
        let (inputs, tensors) = case(&norm, &[shape]);
        let operator = norm.operator().unwrap();
        let before = [2, 3].map(|place: usize| tensors[place].copy());
        let value = operator.forward_training(&[&inputs[0]], &tensors).unwrap();
        // Channels first, then everything of the batch.
        let rows = |x: &Tensor| match last {
            true => x.transpose(0, -1).contiguous().view([4, -1]),
            false => x.transpose(0, 1).contiguous().view([4, -1]),
        };
        let x = rows(&inputs[0]);
        let (mean, biased) = (x.mean_dim(1, true, None::<Kind>), x.var_dim(1, false, true));
        let own = (&x - &mean) / (&biased + 1e-3).sqrt();
        let expected = own * tensors[0].view([4, 1]) + tensors[1].view([4, 1]);
        // Sums of ten products.
        assert!(largest(&(rows(&value) - expected)) < 1e-12);
        let remembered = &before[0] * 0.9 + mean.view([4]) * 0.1;
        assert!(largest(&(&tensors[2] - remembered)) < 1e-12);
        let unbiased = x.var_dim(1, true, false);
        let remembered = &before[1] * 0.9 + unbiased * 0.1;
        assert!(largest(&(&tensors[3] - remembered)) < 1e-12);
    }
}

/// As a vision transformer with batch norms: each of the other rewritings at least once.
fn tokens() -> Graph {
    let (mut net, pixels) = Builder::new([3, 8, 8]);
    let patches = Conv2d {
        padding: Pair::both(0),
        ..Conv2d::new(6, 4, 4).biased()
    };
    let x = net.conv("proj", pixels, patches).unwrap();
    let x = net.tokens(x).unwrap();
    let class = net.constant("cls", &[6], &[1, 6]).unwrap();
    let x = net.concat(&[class, x]).unwrap();
    let positions = net.constant("pos", &[5, 6], &[5, 6]).unwrap();
    let x = net.sum(x, positions).unwrap();
    let normed = net.batch_norm_of_tokens("norm", x, 1e-5).unwrap();
    let parts = ["query", "key", "value"].map(|name| net.linear(name, normed, 6).unwrap());
    let mixed = net.attention(parts, 2).unwrap();
    let x = net.sum(x, mixed).unwrap();
    let x = net.batch_norm_of_tokens("last_norm", x, 1e-5).unwrap();
    let features = net.mean_tokens(x).unwrap();
    filled(net.head("head", features, 4).unwrap())
}

/// The same sums in another order: a thousand products at most, each rounded once more.
#[test]
fn attention_and_norms_of_tokens_fold_by_rounding_alone() {
    for (kind, most) in [(Kind::Double, 1e-12), (Kind::Float, 1e-5)] {
        let x = drawn(&[5, 3, 8, 8], 0.0).to_kind(kind);
        let plain = Network::new(tokens(), Device::Cpu, kind).unwrap();
        let graph = tokens().folded().unwrap();
        let kinds = graph.layers().into_iter().map(|layer| layer.kind);
        let kinds: Vec<&str> = kinds.collect();
        let count = |kind: &str| kinds.iter().filter(|known| **known == kind).count();
        // One joined layer and the head; of the norms the last stays, behind the mean: the head's weights are the model's own.
        assert_eq!((count("linear"), count("batch_norm")), (2, 1), "{kinds:?}");
        assert_eq!(
            kinds[kinds.len() - 3..],
            ["mean_tokens", "batch_norm", "linear"]
        );
        let folded = Network::new(graph, Device::Cpu, kind).unwrap();
        assert_eq!(largest(&(plain.head().weight - folded.head().weight)), 0.0);
        let (one, other) = (plain.forward(&x).unwrap(), folded.forward(&x).unwrap());
        assert!(largest(&(&one.logits - &other.logits)) <= most * largest(&one.logits));
        assert!(largest(&(&one.features - &other.features)) <= most * largest(&one.features));
    }
}

#[test]
fn values_are_written_over_only_where_nobody_else_needs_them() {
    let x = drawn(&[2, 3, 8, 8], 0.0);
    let network = Network::new(network(), Device::Cpu, Kind::Double).unwrap();
    let twice = [(); 2].map(|()| network.forward(&x).unwrap().logits);
    assert_eq!(largest(&(&twice[0] - &twice[1])), 0.0);
    // As computed operator by operator.
    let graph = self::network();
    let mut values: Vec<Tensor> = Vec::new();
    for node in &graph.nodes {
        let inputs: Vec<&Tensor> = node.inputs.iter().map(|input| &values[*input]).collect();
        let value = match node.op.operator() {
            None => x.copy(),
            Some(op) => op.forward(&inputs, &node.tensors).unwrap(),
        };
        values.push(value);
    }
    // The same operations on the same numbers, in the same order.
    assert_eq!(largest(&(values.last().unwrap() - &twice[0])), 0.0);
    let head = network.head();
    let logits = network.forward(&x).unwrap();
    let again = logits.features.linear(head.weight, Some(head.bias));
    assert_eq!(largest(&(again - logits.logits)), 0.0);
}

/// Also of those over whose value a later one would be written.
#[test]
fn taps_give_what_every_operator_gave() {
    let x = drawn(&[2, 3, 8, 8], 0.0);
    let network = Network::new(network(), Device::Cpu, Kind::Double).unwrap();
    let graph = self::network();
    let mut values: Vec<Tensor> = Vec::new();
    for node in &graph.nodes {
        let inputs: Vec<&Tensor> = node.inputs.iter().map(|input| &values[*input]).collect();
        let value = match node.op.operator() {
            None => x.copy(),
            Some(op) => op.forward(&inputs, &node.tensors).unwrap(),
        };
        values.push(value);
    }
    let all: Vec<usize> = (0..values.len()).collect();
    let (forward, tapped) = network.forward_tapped(&x, &all).unwrap();
    for (place, (tapped, value)) in tapped.iter().zip(&values).enumerate() {
        // The same operations on the same numbers.
        assert_eq!(
            largest(&(tapped - value)),
            0.0,
            "{}",
            graph.nodes[place].name
        );
        let (_, alone) = network.forward_tapped(&x, &[place]).unwrap();
        assert_eq!(
            largest(&(&alone[0] - value)),
            0.0,
            "{}",
            graph.nodes[place].name
        );
        let only = network.value_at(&x, place).unwrap();
        assert_eq!(largest(&(only - value)), 0.0, "{}", graph.nodes[place].name);
    }
    let plain = network.forward(&x).unwrap();
    assert_eq!(largest(&(plain.logits - forward.logits)), 0.0);
}

#[test]
fn another_shape_than_the_inputs_is_refused() {
    let network = Network::new(network(), Device::Cpu, Kind::Double).unwrap();
    let error = network
        .forward(&drawn(&[2, 3, 8, 9], 0.0))
        .unwrap_err()
        .to_string();
    assert!(error.contains("[N, 3, 8, 8]"), "{error}");
}

#[test]
fn layers_tell_shapes_parameters_and_multiplications() {
    let layers = network().layers();
    let found = |name: &str| layers.iter().find(|layer| layer.name == name).unwrap();
    let second = found("second");
    assert_eq!(
        (second.kind, second.shape.as_slice()),
        ("conv2d", &[6, 8, 8][..])
    );
    assert_eq!(second.parameters, 6 * 6 * 9 + 6);
    assert_eq!(second.work.multiply_adds, 64 * 6 * 9 * 6);
    let (mut net, pixels) = Builder::new([3, 8, 8]);
    let oblong = Conv2d {
        kernel: [1, 7].into(),
        stride: [1, 2].into(),
        padding: [0, 3].into(),
        ..Conv2d::new(4, 1, 1).biased()
    };
    let x = net.conv("oblong", pixels, oblong).unwrap();
    let row = net.pool_mean(x).unwrap();
    let wide = net.head("head", row, 4).unwrap().layers();
    assert_eq!(wide[0].shape, [4, 8, 4]);
    assert_eq!(wide[0].parameters, 4 * 3 * 7 + 4);
    assert_eq!(wide[0].work.multiply_adds, 8 * 4 * 3 * 7 * 4);
    assert_eq!(found("second_norm").parameters, 12);
    assert_eq!(found("head").work.multiply_adds, 6 * 4);
}
