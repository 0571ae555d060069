//! APGD (Croce and Hein, arXiv 2003.01690).

use super::{AttackInfo, MOST_STEPS, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "apgd",
        "Projected gradient ascent that sets its own step size: it begins with long steps, and halves an image's step and goes back to its best point where the loss no longer rises.",
        vec![
            fields::norm(),
            fields::epsilon("8/255"),
            steps(),
            Field::new(
                "restarts",
                "Restarts",
                "How many runs follow one another, each from a start of its own.",
                Kind::Integer { min: 1, max: 1000 },
                1,
            ),
            loss("cross_entropy"),
            rho(),
            eot(),
            random_start(),
            fields::target(),
        ],
    )
}

pub(super) fn steps() -> Field {
    Field::new(
        "steps",
        "Steps",
        "How many updates one run makes. When the step size is looked at again depends on it: its first steps are not those of a longer run.",
        Kind::Integer {
            min: 1,
            max: MOST_STEPS,
        },
        100,
    )
}

pub(super) fn loss(default: &str) -> Field {
    let options = vec![
        fields::choice("cross_entropy", "Cross-entropy"),
        fields::choice("dlr", "Difference of logits ratio"),
    ];
    Field::new(
        "loss",
        "Loss",
        "What the attack climbs. The difference of logits ratio does not change when all logits are scaled or shifted; it needs three classes, and four with a target.",
        Kind::Choice { options },
        default,
    )
    .advanced()
}

pub(super) fn rho() -> Field {
    let kind = Kind::Number { min: 0.0, max: 1.0 };
    Field::new(
        "rho",
        "Share ρ",
        "An image's step is halved unless its loss rose in more than this share of the updates since the last look.",
        kind,
        0.75,
    )
    .advanced()
}

pub(super) fn eot() -> Field {
    Field::new(
        "eot",
        "Passes per gradient",
        "Over how many forward and backward passes each gradient is averaged; more than one only helps against a random network.",
        Kind::Integer { min: 1, max: 1000 },
        1,
    )
    .advanced()
}

pub(super) fn random_start() -> Field {
    Field::new(
        "random_start",
        "Random start",
        "Begin each run at a random point as far away as ε allows, as published, instead of at the clean image.",
        Kind::Flag,
        true,
    )
}
