//! The path without a trace: the same points, at no more passes than the attack itself needs.

use crate::common::attacks::{images, labels, network, registry, rows, towards};
use std::collections::{BTreeMap, BTreeSet};
use tch::Tensor;
use valleyscope_engine::attack::{self, Batch, Passes, Place, Steps};
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

const COUNT: i64 = 5;

fn start<'a>(spec: &AttackSpec, model: &'a dyn Model) -> Box<dyn Steps + 'a> {
    let x = images(COUNT);
    let mut given = Vec::<i64>::try_from(labels(model, &x)).unwrap();
    // One image is wrong from the beginning.
    given[3] = (given[3] + 1) % 4;
    let given = Tensor::from_slice(&given);
    let target = spec.get("target").and_then(serde_json::Value::as_i64);
    let batch = Batch {
        towards: Some(towards(&x)),
        x,
        labels: match target {
            Some(target) => given.full_like(target),
            None => given.shallow_clone(),
        },
        truth: given,
        indices: (0..COUNT as u64).collect(),
        last_gradient: false,
    };
    attack::start(spec, model, batch, Noise::new(3)).unwrap()
}

/// Each example's image at each place.
type Points = BTreeMap<(String, usize), Vec<f64>>;

fn put(points: &mut Points, place: Place, about: &[usize], x: &Tensor) {
    for (row, values) in about.iter().zip(rows(x)) {
        points.insert((format!("{place:?}"), *row), values);
    }
}

fn traced(spec: &AttackSpec, model: &dyn Model) -> (Points, Passes) {
    let (mut steps, mut points) = (start(spec, model), Points::new());
    while let Some(step) = steps.step().unwrap() {
        put(&mut points, step.place, &step.rows, &step.x);
    }
    (points, steps.passes())
}

fn bare(spec: &AttackSpec, model: &dyn Model) -> (Points, Passes) {
    let (mut steps, mut points) = (start(spec, model), Points::new());
    while let Some(bare) = steps.bare().unwrap() {
        put(&mut points, bare.place, &bare.rows, &bare.x);
    }
    (points, steps.passes())
}

/// Planted: the gradient of the last update used again, and streams that did not leave with their examples; both failed.
#[test]
fn every_attack_walks_the_same_path_with_and_without_a_trace() {
    let model = network();
    let right = Vec::<i64>::try_from(labels(&model, &images(COUNT))).unwrap();
    for spec in &registry(0.05) {
        let (traced, traced_passes) = traced(spec, &model);
        let (bare, passes) = bare(spec, &model);
        for (key, x) in &bare {
            // One example alone and among others is rounded differently by the matrix products, by some 1e-16 a step;
            // a sign that turns on it would show as a whole step.
            let other = &traced[key];
            for (a, b) in x.iter().zip(other) {
                assert!((a - b).abs() < 1e-9, "{spec:?} at {key:?}: {a} and {b}");
            }
        }
        assert!(
            passes.forward <= traced_passes.forward && passes.backward <= traced_passes.backward,
            "{spec:?}: {passes:?} and {traced_passes:?}"
        );
        // Those who are missing have succeeded; the fourth was wrong from the beginning.
        let target = spec.get("target").and_then(serde_json::Value::as_i64);
        let missing = traced.keys().filter(|key| !bare.contains_key(*key));
        let missing: BTreeSet<usize> = missing.map(|(_, row)| *row).collect();
        for row in missing.into_iter().filter(|row| *row != 3) {
            let theirs = bare.iter().filter(|((_, other), _)| *other == row);
            let theirs: Vec<f64> = theirs.flat_map(|(_, x)| x.clone()).collect();
            let x = Tensor::from_slice(&theirs).view([-1, 3, 2, 2]);
            let predicted = Vec::<i64>::try_from(labels(&model, &x)).unwrap();
            let succeeds = |class: &i64| match target {
                Some(target) => *class == target,
                None => *class != right[row],
            };
            assert!(predicted.iter().any(succeeds), "{spec:?}, {row}");
        }
    }
}

/// The passes of one example that stays right: forward and backward.
#[test]
fn without_a_trace_an_attack_spends_what_its_updates_need() {
    // The label's logit is far above all others, so nobody leaves but the one that has another label.
    let mut model = crate::common::models::Network::linear(&[0.0; 48], 4);
    let weight = (0..48).map(|i| f64::from(i % 7) * 1e-3).collect::<Vec<_>>();
    model.weight = Tensor::from_slice(&weight).view([4, 12]);
    model.bias = Tensor::from_slice(&[50.0, 0.0, -1.0, -2.0]);
    let of = |id: &str, more: &[(&str, serde_json::Value)]| {
        let spec = more
            .iter()
            .fold(AttackSpec::new(id, []), |spec, (key, value)| {
                spec.with(key, value.clone())
            });
        let Passes { forward, backward } = bare(&spec, &model).1;
        (forward as i64, backward as i64)
    };
    let all = COUNT;
    let stay = COUNT - 1;
    assert_eq!(of("fgsm", &[]), (all, all));
    assert_eq!(of("pgd", &[]), (10 * all, 10 * all));
    assert_eq!(
        of("pgd", &[("random_start", true.into())]),
        (10 * all, 10 * all)
    );
    assert_eq!(of("ni_fgsm", &[]), (10 * all, 10 * all));
    assert_eq!(of("vni_fgsm", &[]), (60 * all, 60 * all));
    assert_eq!(
        of("spsa", &[("steps", 2.into()), ("samples", 3.into())]),
        (12 * all, 0)
    );
    assert_eq!(of("cw", &[("steps", 7.into())]), (7 * all, 7 * all));
    assert_eq!(of("ddn", &[("steps", 7.into())]), (7 * all, 7 * all));
    let ten = ("steps", 10.into());
    assert_eq!(
        of("apgd", std::slice::from_ref(&ten)),
        (all + 11 * stay, 10 * stay)
    );
    let three = ("target_classes", 3.into());
    assert_eq!(
        of("apgd_t", &[ten.clone(), three.clone()]),
        (all + 33 * stay, 30 * stay)
    );
    // FAB looks at each iterate and differentiates where it goes on from.
    assert_eq!(
        of("fab", std::slice::from_ref(&ten)),
        (all + 20 * stay, 30 * stay)
    );
    assert_eq!(
        of("fab_t", &[ten, three]),
        (all + 60 * stay + 2 * stay, 30 * stay)
    );
}
