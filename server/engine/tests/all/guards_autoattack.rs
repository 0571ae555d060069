//! AutoAttack: its schedule, its order, and who leaves.

use crate::common::attacks::{images, labels, network};
use crate::common::models::Network;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Passes, Place, Step};
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

fn walk(spec: &AttackSpec, model: &dyn Model, x: &Tensor, labels: &Tensor) -> (Vec<Step>, Passes) {
    let batch = Batch {
        x: x.shallow_clone(),
        labels: labels.shallow_clone(),
        truth: labels.shallow_clone(),
        indices: (0..x.size()[0] as u64).collect(),
        towards: None,
        last_gradient: true,
    };
    let mut steps = attack::start(spec, model, batch, Noise::new(1)).unwrap();
    let walked = std::iter::from_fn(|| steps.step().unwrap()).collect();
    (walked, steps.passes())
}

/// The label's logit is far above all others, whatever the image.
fn unbreakable() -> Network {
    let mut model = Network::linear(&[0.01; 4 * 12], 4);
    let weight = Tensor::from_slice(&(0..48).map(|i| f64::from(i % 7) * 1e-3).collect::<Vec<_>>());
    model.weight = weight.view([4, 12]);
    model.bias = Tensor::from_slice(&[50.0, 0.0, -1.0, -2.0]);
    model
}

/// Planted for G9: ten steps in place of a hundred, and Square asked for one query too many; both failed here.
#[test]
fn an_image_that_stays_right_costs_what_the_reference_schedules() {
    let model = unbreakable();
    let x = images(2);
    let labels = Tensor::zeros([2], (Kind::Int64, Device::Cpu));
    let spec = AttackSpec::new(
        "autoattack",
        [
            ("epsilon", 0.01.into()),
            ("queries", 50.into()),
            ("target_classes", 3.into()),
        ],
    );
    let (steps, passes) = walk(&spec, &model, &x, &labels);
    // The clean point; APGD-CE; APGD-T and FAB-T at three classes; Square with its start.
    let points = 1 + 101 + 3 * 101 + 3 * 100 + 51;
    assert_eq!(steps.len(), points);
    assert_eq!(steps.len(), spec.steps() + 1);
    // FAB looks at each point, and where it goes on from it again with a gradient.
    let forward = (points + 3 * 100) as u64;
    let backward = (101 + 3 * 101 + 3 * 100) as u64;
    assert_eq!(
        (passes.forward, passes.backward),
        (2 * forward, 2 * backward)
    );
    let numbers = steps.iter().skip(1).map(|step| step.place);
    assert!(numbers.eq((1..points as u32).map(Place::Step)));
}

#[test]
fn an_image_leaves_at_its_first_success_and_one_that_was_wrong_after_the_clean_point() {
    let (model, x) = (network(), images(6));
    let right = labels(&model, &x);
    // The first is given another label, so it is wrong from the start.
    let mut given = Vec::<i64>::try_from(&right).unwrap();
    given[0] = (given[0] + 1) % 4;
    let given = Tensor::from_slice(&given);
    let spec = AttackSpec::new(
        "autoattack",
        [
            ("epsilon", 0.15.into()),
            ("steps", 10.into()),
            ("queries", 40.into()),
            ("target_classes", 3.into()),
        ],
    );
    let (steps, _) = walk(&spec, &model, &x, &given);
    assert_eq!(steps[0].rows, [0, 1, 2, 3, 4, 5]);
    assert!(steps[1..].iter().all(|step| !step.rows.contains(&0)));
    let mut broken: Vec<usize> = Vec::new();
    for step in &steps[1..] {
        assert!(
            step.rows.iter().all(|row| !broken.contains(row)),
            "{broken:?}"
        );
        for (place, row) in step.rows.iter().enumerate() {
            let far = (step.x.get(place as i64) - x.get(*row as i64))
                .abs()
                .max()
                .double_value(&[]);
            let wrong = step
                .logits
                .get(place as i64)
                .argmax(0, false)
                .int64_value(&[])
                != given.int64_value(&[*row as i64]);
            // FAB's points may be misclassified beyond epsilon, which is no success.
            if wrong && far <= 0.15 * (1.0 + 1e-6) {
                broken.push(*row);
            }
        }
    }
    println!("broken: {broken:?}");
    assert!(!broken.is_empty());
    let left: Vec<usize> = (1..6).filter(|row| !broken.contains(row)).collect();
    let last = steps.last().unwrap();
    match left.is_empty() {
        true => assert!(last.rows.iter().all(|row| broken.contains(row))),
        false => assert!(left.iter().all(|row| last.rows.contains(row))),
    }
}

#[test]
fn it_breaks_whatever_one_of_its_parts_breaks() {
    let (model, x) = (network(), images(24));
    let truth = labels(&model, &x);
    let broken = |spec: &AttackSpec| -> usize {
        let (steps, _) = walk(spec, &model, &x, &truth);
        let mut seen = std::collections::BTreeSet::new();
        for step in &steps {
            for (place, row) in step.rows.iter().enumerate() {
                let pred = step
                    .logits
                    .get(place as i64)
                    .argmax(0, false)
                    .int64_value(&[]);
                let far = (step.x.get(place as i64) - x.get(*row as i64))
                    .abs()
                    .max()
                    .double_value(&[]);
                if pred != truth.int64_value(&[*row as i64]) && far <= 0.03 * (1.0 + 1e-6) {
                    seen.insert(*row);
                }
            }
        }
        seen.len()
    };
    let with = |id: &str| AttackSpec::new(id, [("epsilon", 0.03.into()), ("steps", 20.into())]);
    let ensemble = broken(
        &with("autoattack")
            .with("queries", 100)
            .with("target_classes", 3),
    );
    for id in ["apgd", "fab", "pgd", "square"] {
        let alone = broken(&with(id));
        println!("{id} {alone}, ensemble {ensemble}");
        assert!(
            alone <= ensemble,
            "{id} breaks {alone}, the ensemble {ensemble}"
        );
    }
}
