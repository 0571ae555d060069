//! Carlini and Wagner's l2 attack (arXiv 1608.04644).

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "cw",
        "Looks for the smallest L2 change that fools the network: Adam on the squared length plus c times the margin, in a space without walls at black and white.",
        vec![
            Field::new(
                "c",
                "Weight c",
                "How much the margin counts beside the squared length; the first one where it is searched for. Published valleys have 10 and 20.",
                Kind::Number {
                    min: 1e-6,
                    max: 1e6,
                },
                1.0,
            ),
            fields::number(
                "kappa",
                "Confidence κ",
                "By how much the wrong logit is to exceed the right one. Published valleys have 20 and 40.",
                0.0,
            ),
            fields::learning_rate(),
            fields::steps_by(50),
            Field::new(
                "binary_steps",
                "Search steps for c",
                "How often the steps are walked, each time with a c of its own for every example: ten times as large until one succeeds, halved towards the smallest that does afterwards. 1 searches nothing.",
                Kind::Integer { min: 1, max: 20 },
                1,
            ),
            Field::new(
                "early_stop",
                "Early stop",
                "Whether an example leaves when what it minimises is no smaller than a tenth of the steps before.",
                Kind::Choice {
                    options: vec![
                        fields::choice("none", "Never"),
                        fields::choice("per_example", "Each example by itself"),
                    ],
                },
                "none",
            )
            .advanced(),
            fields::target(),
        ],
    )
}
