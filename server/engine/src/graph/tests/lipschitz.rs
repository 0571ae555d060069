//! No operator takes two values further apart than its rule says.

use super::operators::operators;
use super::*;
use crate::graph::op::Lipschitz;

/// The largest ‖f(x + d) − f(x)‖ over pairs, where no input moves by more than 1 from x.
fn farthest(op: &Op, shapes: &[Shape], tensors: &[Tensor]) -> f64 {
    let pairs = 1000;
    let unit = |shape: &Shape, seed: f64| {
        let direction = drawn(&[&[pairs], shape.as_slice()].concat(), seed).flatten(1, -1);
        let length = direction
            .square()
            .sum_dim_intlist(1, true, None::<Kind>)
            .sqrt();
        let size = [&[pairs], shape.as_slice()].concat();
        (direction / length).view(size.as_slice())
    };
    let mut most: f64 = 0.0;
    // Far apart and close by: close by they meet slopes, far apart kinks.
    for (round, length) in [1e-3, 0.3, 3.0].into_iter().enumerate() {
        let seed = 10.0 * round as f64;
        let x: Vec<Tensor> = (shapes.iter().enumerate())
            .map(|(place, shape)| {
                drawn(&[&[pairs], shape.as_slice()].concat(), seed + place as f64)
            })
            .collect();
        let moved: Vec<Tensor> = (shapes.iter().enumerate())
            .map(|(place, shape)| &x[place] + unit(shape, seed + place as f64 + 5.0) * length)
            .collect();
        let way = (forward(op, &moved, tensors) - forward(op, &x, tensors)).flatten(1, -1);
        let lengths = way.square().sum_dim_intlist(1, false, None::<Kind>).sqrt();
        most = most.max(largest(&lengths) / length);
    }
    most
}

/// Differences of 1e-3 are exact to about 1e-12 of their length.
#[test]
fn no_pair_is_taken_further_apart_than_the_rule_says() {
    let mut bounded = 0;
    for (op, shapes) in operators() {
        let (_, tensors) = case(&op, &shapes);
        let sizes: Vec<&[i64]> = shapes.iter().map(Vec::as_slice).collect();
        let rule = op.operator().unwrap().lipschitz(&sizes, &tensors).unwrap();
        let Some(bound) = rule.after(&vec![Some(1.0); shapes.len()]) else {
            assert_eq!(rule, Lipschitz::Unbounded);
            continue;
        };
        bounded += 1;
        let most = farthest(&op, &shapes, &tensors);
        assert!(
            most <= bound * (1.0 + 1e-9),
            "{op:?}: {most} is more than {bound}"
        );
    }
    assert!(bounded >= 40, "{bounded}");
}

/// The operator as a matrix, column by column; its singular values are exact to 1e-12 of the largest.
#[test]
fn bounds_of_linear_operators_are_near_their_norms() {
    for (op, shapes) in operators() {
        let slack = match &op {
            // Wrapping around adds rows where the picture is cut: few on sixteen pixels.
            Op::Conv2d(_) => 1.25,
            Op::Linear(_)
            | Op::BatchNorm(_)
            | Op::PoolMean(_)
            | Op::Mean(_)
            | Op::Gather(_)
            | Op::Roll(_) => 1.0 + 1e-9,
            Op::PoolAverage(_) | Op::PoolAdaptive(_) => 3.0,
            _ => continue,
        };
        let shapes = match &op {
            Op::Conv2d(_) => vec![vec![3, 16, 16]],
            _ => shapes,
        };
        let (_, tensors) = case(&op, &shapes);
        let sizes: Vec<&[i64]> = shapes.iter().map(Vec::as_slice).collect();
        let bound = op
            .operator()
            .unwrap()
            .lipschitz(&sizes, &tensors)
            .unwrap()
            .after(&[Some(1.0)])
            .unwrap();
        let count: i64 = shapes[0].iter().product();
        let size = [&[count], shapes[0].as_slice()].concat();
        let units = Tensor::eye(count, F64).view(size.as_slice());
        let zero = Tensor::zeros(size.as_slice(), F64);
        let matrix =
            (forward(&op, &[units], &tensors) - forward(&op, &[zero], &tensors)).flatten(1, -1);
        let exact = largest(&matrix.svd(true, false).1);
        assert!(
            exact <= bound * (1.0 + 1e-9),
            "{op:?}: {exact} is more than {bound}"
        );
        assert!(
            bound <= exact * slack,
            "{op:?}: {bound} is far from {exact}"
        );
    }
}

#[test]
fn a_networks_bound_holds_for_pairs_of_images() {
    let bound = *network().lipschitz().unwrap().last().unwrap();
    let network = Network::new(network(), Device::Cpu, Kind::Double).unwrap();
    let x = drawn(&[200, 3, 8, 8], 0.0);
    let way = drawn(&[200, 3, 8, 8], 7.0) * 1e-2;
    let logits = |x: &Tensor| network.forward(x).unwrap().logits;
    let length = |x: Tensor| {
        x.flatten(1, -1)
            .square()
            .sum_dim_intlist(1, false, None::<Kind>)
            .sqrt()
    };
    let ratios = length(logits(&(&x + &way)) - logits(&x)) / length(way);
    let most = largest(&ratios);
    assert!(most > 0.0 && most <= bound.unwrap(), "{most} {bound:?}");
    // What has attention in it has none.
    assert_eq!(*tokens().lipschitz().unwrap().last().unwrap(), None);
}
