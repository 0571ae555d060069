//! Settings that people want by one click.

use super::AttackSpec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    let pgd = |epsilon: Value, step_size: Value, steps: u32| {
        AttackSpec::new(
            "pgd",
            [
                ("epsilon", epsilon),
                ("step_size", step_size),
                ("steps", steps.into()),
            ],
        )
    };
    let fine = pgd("8/255".into(), "0.5/255".into(), 40);
    let paper = pgd(0.0314.into(), 0.0078.into(), 10);
    let long = pgd(0.1.into(), 0.0078.into(), 30);
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

fn preset(id: &str, title: &str, help: &str, attack: AttackSpec) -> Preset {
    Preset {
        id: id.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        attack,
    }
}
