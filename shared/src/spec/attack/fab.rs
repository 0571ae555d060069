//! FAB and its targeted form (Croce and Hein, arXiv 1907.02044).

use super::{AttackInfo, MOST_STEPS, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "fab",
        "Looks for the smallest perturbation: steps to the nearest linearised boundary, pulled towards the image, and back from behind it. Each step costs a backward pass for every other class.",
        fields(),
    )
    .random()
}

/// One run for each of the likeliest wrong classes.
pub(super) fn targeted() -> AttackInfo {
    let mut fields = fields();
    fields.push(Field::new(
        "target_classes",
        "Target classes",
        "How many of the likeliest wrong classes are aimed at, one after another.",
        Kind::Integer { min: 1, max: 1000 },
        9,
    ));
    AttackInfo::new(
        "fab_t",
        "As FAB, towards one class at a time: the likeliest wrong classes by the clean logits. Each step costs one backward pass.",
        fields,
    )
    .random()
}

fn fields() -> Vec<Field> {
    vec![
        fields::norm(),
        Field {
            help: "The perturbation that a random start looks within, and within which an image is done at the end of a run. It does not bound the path, which looks for the smallest.".to_owned(),
            ..fields::epsilon("8/255")
        },
        Field {
            default: 100.into(),
            help: "How many updates each run makes.".to_owned(),
            ..fields::steps()
        },
        Field::new(
            "restarts",
            "Restarts",
            "How many runs there are; each after the first begins at a random point.",
            Kind::Integer {
                min: 1,
                max: MOST_STEPS,
            },
            1,
        ),
        share(
            "alpha_max",
            "Largest pull α",
            "The largest share of a step that leads towards the projection of the image itself.",
            0.1,
        ),
        fields::number(
            "eta",
            "Overshoot η",
            "How far behind the boundary a step leads, as a factor of the way there.",
            1.05,
        )
        .advanced(),
        share(
            "beta",
            "Step back β",
            "The share of the perturbation that is kept once the image is misclassified.",
            0.9,
        ),
        Field::new(
            "exhaustive",
            "Go on after success",
            "Make the further runs also for images that are misclassified within ε, for the smallest perturbation of all. The reference does not.",
            Kind::Flag,
            false,
        )
        .advanced(),
    ]
}

fn share(id: &str, title: &str, help: &str, default: f64) -> Field {
    Field::new(
        id,
        title,
        help,
        Kind::Number { min: 0.0, max: 1.0 },
        default,
    )
    .advanced()
}
