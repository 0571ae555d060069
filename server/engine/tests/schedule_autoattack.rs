//! AutoAttack on real images spends no more passes than the reference's schedule.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{cifar10, schedule, shared};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

/// Shorter than the standard, whose constants the guards assert: the schedule is the same formula.
/// Planted: an image that has left went on into the later runs; failed.
#[test]
fn on_real_images_autoattack_spends_no_more_than_the_reference_schedules() {
    let Some(root) = shared("data") else {
        return;
    };
    let name = "cifar10-resnet20-pgdat-fanghenshao";
    let loaded = cifar10::network_in(&root, name, tch::Kind::Float);
    let (x, labels) = cifar10::images(&root, 16);
    let spec = AttackSpec::new(
        "autoattack",
        [
            ("steps", 10.into()),
            ("queries", 60.into()),
            ("target_classes", 3.into()),
        ],
    );
    let batch = Batch {
        x: x.to_kind(tch::Kind::Float),
        labels: labels.shallow_clone(),
        truth: labels,
        indices: (0..16).collect(),
        towards: None,
        last_gradient: false,
    };
    let mut steps = attack::start(&spec, loaded.model.as_ref(), batch, Noise::new(1)).unwrap();
    let parts = schedule::walk(&spec, steps.as_mut()).unwrap();
    for part in &parts {
        println!("{part:?}");
    }
    assert_eq!(parts.len(), 4);
    // Some images are wrong at once and some are broken on the way, so later parts have fewer.
    assert!(parts[0].began < 16 && parts[3].began < parts[0].began);
    for part in &parts {
        assert!(part.spent.forward <= part.allowed.forward, "{part:?}");
        assert!(part.spent.backward <= part.allowed.backward, "{part:?}");
    }
}
