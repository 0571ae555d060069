//! PI-FGSM++ (Gao et al., arXiv 2012.15503).

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "pi_fgsm_pp",
        "Steps larger than the ball allows; what overshoots is handed to the neighbouring pixels, so that whole patches move together.",
        vec![
            fields::epsilon("16/255"),
            fields::steps(),
            fields::number(
                "amplification",
                "Amplification",
                "How much larger a step is than ε divided by the number of steps.",
                10.0,
            ),
            fields::number(
                "project_factor",
                "Projection factor",
                "How strongly the overshoot moves the neighbouring pixels, in units of a step.",
                0.8,
            ),
            Field::new(
                "kernel",
                "Smoothing",
                "How the gradient is smoothed: by the Gaussian of the paper, or by the row of three that torchattacks 3.5 makes of it.",
                Kind::Choice {
                    options: vec![
                        fields::choice("gaussian", "Gaussian, as in the paper"),
                        fields::choice("torchattacks", "As in torchattacks 3.5"),
                    ],
                },
                "gaussian",
            )
            .advanced(),
            fields::loss(),
            fields::target(),
            fields::gradient(),
        ],
    )
}
