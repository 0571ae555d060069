//! AutoAttack on images and networks, small ones and public ones, spends no more passes than the reference's schedule.

use crate::common::schedule;
use crate::common::subject::{Subject, on_both};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

/// Shorter than the standard, whose constants the guards assert: the schedule is the same formula.
/// Planted: an image that has left went on into the later runs; failed.
fn on_images_autoattack_spends_no_more_than_the_reference_schedules(subject: &Subject) {
    let loaded = subject.network_in(tch::Kind::Float);
    let (x, labels) = subject.images(16);
    let count = labels.size()[0] as usize;
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
        indices: (0..count as u64).collect(),
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
    assert!(parts[0].began < count && parts[3].began < parts[0].began);
    for part in &parts {
        assert!(part.spent.forward <= part.allowed.forward, "{part:?}");
        assert!(part.spent.backward <= part.allowed.backward, "{part:?}");
    }
}

on_both!(on_images_autoattack_spends_no_more_than_the_reference_schedules,);
