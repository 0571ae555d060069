//! Fields that several attacks have.

use super::MOST_STEPS;
use crate::field::{Choice, Field, Kind};

/// Of attacks that know these two.
pub(super) fn norm() -> Field {
    norm_of(vec![
        choice("linf", "ℓ∞: every pixel by at most ε"),
        choice("l2", "ℓ2: Euclidean length at most ε"),
    ])
}

/// Of attacks that know every norm.
pub(super) fn any_norm() -> Field {
    norm_of(vec![
        choice("linf", "ℓ∞: every pixel by at most ε"),
        choice("l2", "ℓ2: Euclidean length at most ε"),
        choice("l1", "ℓ1: all changes together at most ε"),
    ])
}

fn norm_of(options: Vec<Choice>) -> Field {
    Field::new(
        "norm",
        "Norm",
        "How the size of the perturbation is measured.",
        Kind::Choice { options },
        "linf",
    )
}

pub(super) fn epsilon(default: &str) -> Field {
    Field::new(
        "epsilon",
        "Epsilon ε",
        "The largest perturbation, in pixel units: pixels lie in [0, 1], so 8/255 is eight grey levels. Numbers and fractions both work; several with commas between them give a pass each.",
        Kind::Length {
            min: 0.0,
            above: false,
        },
        default,
    )
    .several()
}

pub(super) fn step_size() -> Field {
    Field::new(
        "step_size",
        "Step size",
        "The length of one step, in pixel units. Smaller steps resolve the peak better.",
        Kind::Length {
            min: 0.0,
            above: true,
        },
        "2/255",
    )
}

pub(super) fn steps() -> Field {
    Field::new(
        "steps",
        "Steps",
        "How many updates the attack makes. It goes on past the first success, into the valley.",
        Kind::Integer {
            min: 1,
            max: MOST_STEPS,
        },
        10,
    )
}

/// The steps of an attack that has another usual number of them.
pub(super) fn steps_by(default: u64) -> Field {
    Field {
        default: default.into(),
        ..steps()
    }
}

/// The step size of Adam.
pub(super) fn learning_rate() -> Field {
    let kind = Kind::Number {
        min: 1e-6,
        max: 1.0,
    };
    Field::new(
        "learning_rate",
        "Learning rate",
        "The step size of Adam: how far a value moves in one step at most, roughly.",
        kind,
        0.01,
    )
}

pub(super) fn random_start(default: bool) -> Field {
    Field::new(
        "random_start",
        "Random start",
        "Begin at a random point of the ball instead of at the clean image. The paper does not.",
        Kind::Flag,
        default,
    )
}

pub(super) fn restarts() -> Field {
    Field::new(
        "restarts",
        "Runs",
        "How many runs follow one another, each from a random point of its own. More than one needs the random start.",
        Kind::Integer { min: 1, max: 100 },
        1,
    )
    .advanced()
}

pub(super) fn eot() -> Field {
    Field::new(
        "eot",
        "Passes per gradient",
        "Each step follows the mean gradient of this many passes: expectation over transformation, for models that are randomised. Others give the same gradient every time.",
        Kind::Integer { min: 1, max: 1000 },
        1,
    )
    .advanced()
}

pub(super) fn decay() -> Field {
    number(
        "decay",
        "Decay μ",
        "How much of the former direction each step keeps; 0 forgets it at once.",
        1.0,
    )
}

/// A factor of an attack's own.
pub(super) fn number(id: &str, title: &str, help: &str, default: f64) -> Field {
    let kind = Kind::Number {
        min: 0.0,
        max: 1000.0,
    };
    Field::new(id, title, help, kind, default)
}

pub(super) fn loss() -> Field {
    let options = vec![
        choice("cross_entropy", "Cross-entropy"),
        choice("margin", "Margin (does not saturate)"),
    ];
    Field::new(
        "loss",
        "Loss",
        "What the attack climbs. The margin keeps its gradient where the softmax saturates.",
        Kind::Choice { options },
        "cross_entropy",
    )
    .advanced()
}

pub(super) fn target() -> Field {
    Field::new(
        "target",
        "Target class",
        "Leave empty for an untargeted attack. With a class, the attack descends towards it and examples of that class are left out. Or a class for each example: runner_up, least_likely or random.",
        Kind::Class,
        serde_json::Value::Null,
    )
    .advanced()
}

pub(super) fn gradient() -> Field {
    let options = vec![
        choice("autograd", "Autograd, as published"),
        choice("stable", "Stable, from f64 softmax"),
    ];
    Field::new(
        "gradient",
        "Gradient",
        "Autograd in f32 loses the direction of confidently classified images; stable computes the softmax gradient in f64.",
        Kind::Choice { options },
        "autograd",
    )
    .advanced()
}

pub(super) fn choice(id: &str, title: &str) -> Choice {
    Choice {
        id: id.to_owned(),
        title: title.to_owned(),
    }
}
