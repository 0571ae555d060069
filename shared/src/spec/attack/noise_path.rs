//! A straight line from each image to noise: not an attack, but the same figure.

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "noise_path",
        "Not an attack: a straight line from each image to a picture of noise, in equal steps. Shows what sharpness does without an adversary.",
        vec![
            Field::new(
                "noise",
                "Noise",
                "What the line leads to.",
                Kind::Choice {
                    options: vec![
                        fields::choice("gaussian", "Gaussian, mean 0.5, deviation 0.25"),
                        fields::choice("uniform", "Uniform from 0 to 1"),
                    ],
                },
                "gaussian",
            ),
            fields::steps(),
        ],
    )
    .random()
    .path()
}
