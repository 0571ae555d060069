//! Jitter (Schwinn et al., arXiv 2105.10304).

use super::{AttackInfo, fields};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "jitter",
        "Projected ascent on a loss that scales the logits and adds noise to the probabilities, so that the classes to flip to vary.",
        vec![
            fields::epsilon("8/255"),
            fields::step_size(),
            fields::steps(),
            fields::random_start(true),
            fields::number(
                "scale",
                "Scale",
                "The largest logit after scaling; keeps the softmax from saturating.",
                10.0,
            ),
            fields::number(
                "noise",
                "Noise σ",
                "The standard deviation of the noise that is added to the probabilities.",
                0.1,
            ),
            fields::target(),
        ],
    )
    .random()
}
