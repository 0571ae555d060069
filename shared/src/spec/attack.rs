//! The attacks: the list, and what every one of them declares about itself.

use super::{fgsm::Fgsm, pgd::Pgd};
use crate::field::{Choice, Field, Kind, Norm};
use serde::{Deserialize, Serialize};

/// An attack and its parameters: `{"pgd": {"epsilon": "8/255", ...}}`.
///
/// Adding an attack is a parameter file beside this one and a line in each list below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttackSpec {
    /// One step along the gradient.
    Fgsm(Fgsm),
    /// Projected gradient ascent.
    Pgd(Pgd),
}

/// What a catalogue says of one attack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttackInfo {
    /// The key in a run's JSON.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it does, in a sentence or two.
    pub help: String,
    /// Its parameters.
    pub fields: Vec<Field>,
}

/// The attacks in the order in which a form offers them.
pub fn all() -> Vec<AttackInfo> {
    vec![Pgd::info(), Fgsm::info()]
}

impl AttackSpec {
    /// The key in JSON.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Fgsm(_) => Fgsm::ID,
            Self::Pgd(_) => Pgd::ID,
        }
    }

    /// The norm that bounds the perturbation.
    pub fn norm(&self) -> Norm {
        match self {
            Self::Fgsm(fgsm) => fgsm.norm,
            Self::Pgd(pgd) => pgd.norm,
        }
    }

    /// The radius of the ball, in pixel units.
    pub fn epsilon(&self) -> f64 {
        match self {
            Self::Fgsm(fgsm) => fgsm.epsilon.value(),
            Self::Pgd(pgd) => pgd.epsilon.value(),
        }
    }

    /// The number of updates T.
    pub fn steps(&self) -> usize {
        match self {
            Self::Fgsm(_) => 1,
            Self::Pgd(pgd) => pgd.steps as usize,
        }
    }

    /// Whether a `start` point lies between the clean point and the first update.
    pub fn random_start(&self) -> bool {
        match self {
            Self::Fgsm(_) => false,
            Self::Pgd(pgd) => pgd.random_start,
        }
    }

    /// The class that the attack aims at, if it aims at one.
    pub fn target(&self) -> Option<u32> {
        match self {
            Self::Fgsm(fgsm) => fgsm.target,
            Self::Pgd(pgd) => pgd.target,
        }
    }

    /// The name and the settings that matter, for titles and lists: `PGD linf 8/255, 10 steps of 2/255`.
    pub fn summary(&self) -> String {
        match self {
            Self::Fgsm(fgsm) => fgsm.summary(),
            Self::Pgd(pgd) => pgd.summary(),
        }
    }
}

/// What the attack climbs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// `-log p_y`, the loss that the model was trained with.
    #[default]
    CrossEntropy,
    /// `max_{k != y} z_k - z_y`: does not saturate.
    Margin,
}

/// How the gradient at the logits is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gradient {
    /// The framework's own, in the network's precision: what every published result used.
    #[default]
    Autograd,
    /// `p - e_y` in f64 by the stable recipe, scaled to length one per example before it goes back through the network.
    Stable,
}

pub(super) fn norm_field() -> Field {
    let options = vec![
        choice("linf", "L∞: every pixel by at most ε"),
        choice("l2", "L2: Euclidean length at most ε"),
    ];
    Field::new(
        "norm",
        "Norm",
        "How the size of the perturbation is measured.",
        Kind::Choice { options },
        "linf",
    )
}

pub(super) fn epsilon_field(default: &str) -> Field {
    Field::new(
        "epsilon",
        "Epsilon ε",
        "The largest perturbation, in pixel units: pixels lie in [0, 1], so 8/255 is eight grey levels. Numbers and fractions both work.",
        Kind::Length {
            min: 0.0,
            above: false,
        },
        default,
    )
}

pub(super) fn shared_fields() -> Vec<Field> {
    let losses = vec![
        choice("cross_entropy", "Cross-entropy"),
        choice("margin", "Margin (does not saturate)"),
    ];
    let gradients = vec![
        choice("autograd", "Autograd, as published"),
        choice("stable", "Stable, from f64 softmax"),
    ];
    vec![
        Field::new("loss", "Loss", "What the attack climbs. The margin keeps its gradient where the softmax saturates.", Kind::Choice { options: losses }, "cross_entropy")
            .advanced(),
        Field::new("target", "Target class", "Leave empty for an untargeted attack. With a class, the attack descends towards it and examples of that class are left out.", Kind::Class, serde_json::Value::Null)
            .advanced(),
        Field::new("gradient", "Gradient", "Autograd in f32 loses the direction of confidently classified images; stable computes the softmax gradient in f64.", Kind::Choice { options: gradients }, "autograd")
            .advanced(),
    ]
}

fn choice(id: &str, title: &str) -> Choice {
    Choice {
        id: id.to_owned(),
        title: title.to_owned(),
    }
}
