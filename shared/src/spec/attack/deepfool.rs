//! DeepFool (Moosavi-Dezfooli et al., arXiv 1511.04599).

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "deepfool",
        "Takes the network for a linear one and steps to its nearest boundary, again and again, until the prediction is wrong. An example leaves there.",
        vec![
            Field {
                help: "How many updates the attack makes at most; an example leaves at its success.".to_owned(),
                ..fields::steps_by(50)
            },
            fields::number(
                "overshoot",
                "Overshoot η",
                "How much farther than the boundary a step leads, as a share of its length.",
                0.02,
            ),
            Field::new(
                "candidates",
                "Classes",
                "To how many classes a boundary is looked for: the label and the likeliest others on the clean image. Each other one costs a backward pass.",
                Kind::Integer { min: 2, max: 1000 },
                10,
            ),
            Field::new(
                "overshoot_at",
                "Overshoot of",
                "What is lengthened: the whole change, as in the paper and Foolbox, or each step by itself, as in torchattacks.",
                Kind::Choice {
                    options: vec![
                        fields::choice("total", "The whole change"),
                        fields::choice("each_step", "Each step"),
                    ],
                },
                "total",
            )
            .advanced(),
        ],
    )
}
