//! Square (Andriushchenko et al., arXiv 1912.00049).

use super::{AttackInfo, MOST_STEPS, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "square",
        "Random search without gradients: each query changes one square of the best image so far and keeps it if the loss falls. An image that is misclassified is left alone from there on.",
        vec![
            fields::norm(),
            fields::epsilon("8/255"),
            Field::new(
                "steps",
                "Queries",
                "How many candidates are tried after the random start, which is the first step; each is one forward pass.",
                Kind::Integer {
                    min: 1,
                    max: MOST_STEPS,
                },
                5000,
            ),
            Field::new(
                "p_init",
                "First share p",
                "The share of the pixels that the first squares cover; it is halved as the queries go on.",
                Kind::Number { min: 0.0, max: 1.0 },
                0.8,
            ),
            Field {
                default: "margin".into(),
                help: "What a candidate must lower to be kept, besides the margin that says whether it succeeds.".to_owned(),
                ..fields::loss()
            },
            Field::new(
                "schedule",
                "Schedule",
                "When the share is halved: after the published numbers of queries, which were meant for 10 000 and AutoAttack uses as they are, or after the same parts of your number of queries, as torchattacks does.",
                Kind::Choice {
                    options: vec![
                        fields::choice("reference", "As AutoAttack: 10, 50, 200, … queries"),
                        fields::choice("rescaled", "Rescaled to the number of queries"),
                    ],
                },
                "reference",
            )
            .advanced(),
            Field::new(
                "sharing",
                "Squares",
                "Whether each image draws its own squares. AutoAttack draws one place for the whole batch, and for linf one colour; there, it never reaches the last row and column.",
                Kind::Choice {
                    options: vec![
                        fields::choice("per_example", "Own squares for each image"),
                        fields::choice("reference", "The same squares for all images, as AutoAttack"),
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
