//! SPSA (Uesato et al., arXiv 1802.05666).

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "spsa",
        "Needs no gradient: the margin is compared on both sides of the image along random directions, and Adam follows the mean. Each step costs two forward passes for each direction.",
        vec![
            fields::epsilon("8/255"),
            Field::new(
                "delta",
                "Reach δ",
                "How far from the image both sides lie, in pixel units.",
                Kind::Length {
                    min: 0.0,
                    above: true,
                },
                0.01,
            ),
            fields::learning_rate(),
            fields::steps_by(20),
            Field::new(
                "samples",
                "Directions",
                "Along how many directions the margin is compared in each step.",
                Kind::Integer {
                    min: 1,
                    max: 100_000,
                },
                128,
            ),
            Field::new(
                "sharing",
                "Directions of",
                "Whether each example has directions of its own, or all have the same as in torchattacks.",
                Kind::Choice {
                    options: vec![
                        fields::choice("per_example", "Each example its own"),
                        fields::choice("reference", "The same for all"),
                    ],
                },
                "per_example",
            )
            .advanced(),
            fields::target(),
        ],
    )
    .random()
}
