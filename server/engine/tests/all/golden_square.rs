//! Square against torchattacks 3.5.1 (`golden/torchattacks_square.py` made the values).
//!
//! Their squares are drawn by another generator, so only how many images each leaves right can be compared.

use crate::common::subject::{Subject, on_both};
use tch::Kind;
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

/// How many images are still right at the end.
fn right(subject: &Subject, spec: &AttackSpec, count: usize, seed: u64) -> usize {
    // What a random search finds does not hang on the last digits, and f32 takes an eighth of the time.
    let loaded = subject.network_in(Kind::Float);
    let (x, labels) = subject.images(count);
    let batch = Batch {
        x: x.to_kind(Kind::Float),
        truth: labels.shallow_clone(),
        labels,
        indices: (0..count as u64).collect(),
        towards: None,
        last_gradient: false,
    };
    let mut steps = attack::start(spec, loaded.model.as_ref(), batch, Noise::new(seed)).unwrap();
    let (mut points, mut last) = (0, 0);
    while let Some(step) = steps.step().unwrap() {
        points += 1;
        last = step.rows.len();
        // All that are at the last point did not succeed before; the last query itself may have.
        if points == 1 + spec.steps() {
            let labels = subject.images(count).1;
            let index: Vec<i64> = step.rows.iter().map(|row| *row as i64).collect();
            let own = labels.index_select(0, &tch::Tensor::from_slice(&index));
            let pred = step.logits.argmax(1, false).eq_tensor(&own);
            last = pred.to_kind(Kind::Int64).sum(Kind::Int64).int64_value(&[]) as usize;
        }
    }
    last
}

/// Of the public network six seeds of torchattacks leave from 16 to 19 images of 32 right in linf (17 in the mean, deviation 1.0) and 27 or 28 in l2.
///
/// One run of ours is drawn from the same distribution if it is the same attack, also with squares of their own for each image,
/// which only makes the images independent: three deviations of one run are allowed, and one image in l2 beside their range.
fn leaves_as_many_right_as_torchattacks(
    subject: &Subject,
    norm: Norm,
    epsilon: &str,
    sharing: &str,
) {
    let golden = subject.golden("torchattacks_square");
    let theirs: Vec<f64> = (golden["right"][norm.id()].as_array().unwrap().iter())
        .map(|seed| seed.as_array().unwrap().len() as f64)
        .collect();
    let mean = theirs.iter().sum::<f64>() / theirs.len() as f64;
    let spec = AttackSpec::new(
        "square",
        [
            ("norm", norm.id().into()),
            ("epsilon", epsilon.into()),
            ("steps", golden["queries"].clone()),
            ("schedule", "rescaled".into()),
            ("sharing", sharing.into()),
        ],
    );
    let count = golden["count"].as_u64().unwrap() as usize;
    for seed in SEEDS {
        let ours = right(subject, &spec, count, seed) as f64;
        println!("{norm:?} {sharing} {seed}: {ours} and {mean}");
        let tolerance = if norm == Norm::Linf { 3.0 } else { 1.5 };
        // The eight small images are not on the edge: their six seeds agree, and so has ours to.
        assert!(
            (ours - mean).abs() <= tolerance * count as f64 / 32.0,
            "{norm:?}: {ours} and {mean}"
        );
    }
}

fn square_in_linf_leaves_as_many_right_as_torchattacks(subject: &Subject) {
    leaves_as_many_right_as_torchattacks(subject, Norm::Linf, "8/255", "per_example");
}

fn square_in_l2_leaves_as_many_right_as_torchattacks(subject: &Subject) {
    leaves_as_many_right_as_torchattacks(subject, Norm::L2, "0.5", "per_example");
}

fn square_with_shared_squares_leaves_as_many_right_as_torchattacks(subject: &Subject) {
    leaves_as_many_right_as_torchattacks(subject, Norm::Linf, "8/255", "reference");
}

/// One seed keeps the tests short. Six were measured: in linf they leave 16.3 right in the mean with squares of their own
/// (from 15 to 18) and 17.0 with shared ones (from 16 to 18), in l2 always 28.
const SEEDS: std::ops::Range<u64> = 0..1;

on_both!(
    square_in_linf_leaves_as_many_right_as_torchattacks,
    square_in_l2_leaves_as_many_right_as_torchattacks,
    square_with_shared_squares_leaves_as_many_right_as_torchattacks,
);
