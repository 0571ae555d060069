//! AutoAttack (Croce and Hein, arXiv 2003.01690): attacks in a fixed order, each on the images that those before it left right.

use super::stages::Named;
use super::{AttackInfo, AttackSpec, apgd, fields};
use crate::field::{Field, Kind};
use serde_json::Value;

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "autoattack",
        "The standard ensemble: APGD, targeted APGD, targeted FAB and Square one after another, in the reference's order and with its constants. An image that is misclassified leaves at once, and later attacks see only the rest.",
        vec![
            Field::new(
                "version",
                "Version",
                "Which attacks, in which order.",
                Kind::Choice {
                    options: vec![
                        fields::choice("standard", "standard: APGD-CE, APGD-T, FAB-T, Square"),
                        fields::choice(
                            "plus",
                            "plus: APGD-CE and APGD-DLR and FAB five times, Square, APGD-T, FAB-T",
                        ),
                        fields::choice(
                            "rand",
                            "rand, for randomised models: APGD-CE and APGD-DLR, gradients over 20 passes",
                        ),
                    ],
                },
                "standard",
            ),
            fields::norm(),
            fields::epsilon("8/255"),
            Field {
                title: "Steps of APGD and FAB".to_owned(),
                help: "The reference makes 100; with fewer it overstates the robustness.".to_owned(),
                ..apgd::steps()
            }
            .advanced(),
            Field::new(
                "queries",
                "Queries of Square",
                "The reference makes 5000.",
                Kind::Integer {
                    min: 1,
                    max: super::MOST_STEPS,
                },
                5000,
            )
            .advanced(),
            Field::new(
                "target_classes",
                "Target classes",
                "At how many wrong classes the targeted attacks aim, by their rank on the clean image.",
                Kind::Integer { min: 1, max: 1000 },
                9,
            )
            .advanced(),
        ],
    )
    .random()
}

/// An attack of the ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// APGD on the cross-entropy.
    ApgdCe,
    /// APGD on the difference of logits ratio.
    ApgdDlr,
    /// APGD towards one class.
    ApgdT,
    /// FAB towards the nearest boundary.
    Fab,
    /// FAB towards one class.
    FabT,
    /// Square.
    Square,
}

impl Part {
    /// The name in the papers.
    pub fn title(self) -> &'static str {
        match self {
            Self::ApgdCe => "APGD-CE",
            Self::ApgdDlr => "APGD-DLR",
            Self::ApgdT => "APGD-T",
            Self::Fab => "FAB",
            Self::FabT => "FAB-T",
            Self::Square => "Square",
        }
    }

    /// What its runs are: one towards each of several classes, or one from each of several starts.
    fn runs(self) -> &'static str {
        match self {
            Self::ApgdT | Self::FabT => "target",
            _ => "restart",
        }
    }
}

/// One run of one attack of the ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Which attack.
    pub part: Part,
    /// Which restart, or at which wrong class by its rank, from 0.
    pub run: u32,
    /// How many points it has for an image that stays right.
    pub points: usize,
}

/// The runs with their names.
pub(super) fn named(spec: &AttackSpec) -> Vec<Named> {
    let stages = stages(spec);
    let name = |stage: &Stage| {
        let (title, run) = (stage.part.title(), stage.run + 1);
        let kin = stages.iter().filter(|other| other.part == stage.part);
        let alone = kin.count() == 1;
        Named {
            name: match alone {
                true => title.to_owned(),
                false => format!("{title} {} {run}", stage.part.runs()),
            },
            group: (!alone).then(|| title.to_owned()),
            points: stage.points,
            at_clean: false,
        }
    };
    stages.iter().map(name).collect()
}

/// The runs of the ensemble in their order.
pub fn stages(spec: &AttackSpec) -> Vec<Stage> {
    let number = |key: &str, default: u64| {
        let value = spec.get(key).and_then(Value::as_u64).unwrap_or(default);
        usize::try_from(value).unwrap_or(usize::MAX)
    };
    let (steps, targets) = (number("steps", 100), number("target_classes", 9));
    let runs = |part: Part, count: usize| {
        (0..count as u32).map(move |run| {
            let points = match part {
                Part::Square => number("queries", 5000).saturating_add(1),
                // From the clean image itself, which is no point of its own again.
                Part::FabT => steps,
                Part::Fab if run == 0 => steps,
                _ => steps.saturating_add(1),
            };
            Stage { part, run, points }
        })
    };
    let list: &[(Part, usize)] = match spec.get("version").and_then(Value::as_str) {
        Some("plus") => &[
            (Part::ApgdCe, 5),
            (Part::ApgdDlr, 5),
            (Part::Fab, 5),
            (Part::Square, 1),
            (Part::ApgdT, targets),
            (Part::FabT, targets),
        ],
        Some("rand") => &[(Part::ApgdCe, 1), (Part::ApgdDlr, 1)],
        _ => &[
            (Part::ApgdCe, 1),
            (Part::ApgdT, targets),
            (Part::FabT, targets),
            (Part::Square, 1),
        ],
    };
    list.iter()
        .flat_map(|(part, count)| runs(*part, *count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Planted for G9 and G10: 10 steps instead of 100 and DeepFool's place for FAB's; both failed here.
    #[test]
    fn the_ensembles_are_those_of_the_reference() {
        let of = |version: &str| {
            let stages = stages(&AttackSpec::new(
                "autoattack",
                [("version", version.into())],
            ));
            let mut parts: Vec<Part> = stages.iter().map(|stage| stage.part).collect();
            let points: usize = stages.iter().map(|stage| stage.points).sum();
            parts.dedup();
            (parts, points)
        };
        use Part::{ApgdCe, ApgdDlr, ApgdT, Fab, FabT, Square};
        assert_eq!(
            of("standard"),
            (
                vec![ApgdCe, ApgdT, FabT, Square],
                101 + 9 * 101 + 9 * 100 + 5001
            )
        );
        assert_eq!(
            of("plus"),
            (
                vec![ApgdCe, ApgdDlr, Fab, Square, ApgdT, FabT],
                10 * 101 + 100 + 4 * 101 + 5001 + 9 * 101 + 9 * 100
            )
        );
        assert_eq!(of("rand"), (vec![ApgdCe, ApgdDlr], 2 * 101));
        assert_eq!(AttackSpec::new("autoattack", []).steps(), 6911);
    }
}
