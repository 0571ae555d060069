//! Settings that people want by one click.

use super::{AttackSpec, Pgd};
use crate::amount::Amount;
use serde::{Deserialize, Serialize};

/// A named attack with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preset {
    /// A short key.
    pub id: String,
    /// Its name.
    pub title: String,
    /// When to take it.
    pub help: String,
    /// The attack.
    pub attack: AttackSpec,
}

/// The presets in the order in which they are offered.
pub fn all() -> Vec<Preset> {
    let fine = Pgd {
        step_size: "0.5/255"
            .parse()
            .unwrap_or_else(|_| Amount::from(0.5 / 255.0)),
        steps: 40,
        ..Pgd::default()
    };
    let paper = Pgd {
        epsilon: Amount::from(0.0314),
        step_size: Amount::from(0.0078),
        steps: 10,
        ..Pgd::default()
    };
    let long = Pgd {
        epsilon: Amount::from(0.1),
        step_size: Amount::from(0.0078),
        steps: 30,
        ..Pgd::default()
    };
    vec![
        preset(
            "fine",
            "Fine steps",
            "Resolves the climb, the peak and the fall: 40 steps of half a grey level.",
            fine,
        ),
        preset(
            "paper",
            "Paper setting",
            "As in arXiv 2405.16918: epsilon 0.0314, 10 steps of 0.0078, no random start.",
            paper,
        ),
        preset(
            "long",
            "Long attack",
            "Walks far into the valley: epsilon 0.1, 30 steps. Shows it on adversarially trained models too.",
            long,
        ),
    ]
}

fn preset(id: &str, title: &str, help: &str, pgd: Pgd) -> Preset {
    Preset {
        id: id.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        attack: AttackSpec::Pgd(pgd),
    }
}
