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
    let fine = AttackSpec::new(
        "pgd",
        [
            ("epsilon", "8/255".into()),
            ("step_size", "0.5/255".into()),
            ("steps", 40.into()),
        ],
    );
    let mut presets = vec![preset(
        "fine",
        "Fine steps",
        "Resolves the climb, the peak and the fall: 40 steps of half a grey level.",
        fine,
    )];
    presets.extend(published());
    presets
}

/// The settings behind arXiv 2405.16918, with the quirks of the libraries that its authors used.
pub fn published() -> Vec<Preset> {
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
    let cw = |c: f64, kappa: f64, steps: u32| {
        AttackSpec::new(
            "cw",
            [
                ("c", c.into()),
                ("kappa", kappa.into()),
                ("steps", steps.into()),
            ],
        )
    };
    vec![
        preset(
            "paper",
            "Paper setting",
            "As in arXiv 2405.16918 (E1): epsilon 0.0314, 10 steps of 0.0078, no random start.",
            pgd(0.0314.into(), 0.0078.into(), 10),
        ),
        preset(
            "long",
            "Long attack",
            "The paper's stronger attack (E2) walks far into the valley: epsilon 0.1, 30 steps. Shows it on adversarially trained models too.",
            pgd(0.1.into(), 0.0078.into(), 30),
        ),
        preset(
            "e3a",
            "E3a: PGD of torchattacks",
            "Epsilon 8/255, 10 steps of 2/255, from a random start. The paper's path leaves out the clean image; ours shows it.",
            AttackSpec::new("pgd", [("random_start", true.into())]),
        ),
        preset(
            "e3b",
            "E3b: APGD of torchattacks",
            "Epsilon 8/255, 10 steps on the cross-entropy from a random start.",
            AttackSpec::new("apgd", [("steps", 10.into())]),
        ),
        preset(
            "e3c",
            "E3c: PI-FGSM++",
            "Epsilon 16/255, 10 steps, with the kernel as torchattacks has it.",
            AttackSpec::new(
                "pi_fgsm_pp",
                [
                    ("epsilon", "16/255".into()),
                    ("kernel", "torchattacks".into()),
                ],
            ),
        ),
        preset(
            "e3d",
            "E3d: SPSA of torchattacks",
            "Epsilon 0.3, but one step of 0.01 only, along directions that all images share.",
            AttackSpec::new(
                "spsa",
                [
                    ("epsilon", 0.3.into()),
                    ("steps", 1.into()),
                    ("sharing", "reference".into()),
                ],
            ),
        ),
        preset(
            "e3e",
            "E3e: Jitter",
            "Epsilon 8/255, 10 steps of 2/255, scale 10, noise 0.1, from a random start.",
            AttackSpec::new("jitter", []),
        ),
        preset(
            "e3f",
            "E3f: VNI-FGSM",
            "Epsilon 8/255, 10 steps of 2/255, decay 1, 5 neighbours within 1.5 epsilon.",
            AttackSpec::new("vni_fgsm", []),
        ),
        preset(
            "e3g",
            "E3g: C&W",
            "c 10, confidence 20, 100 steps of Adam at 0.01, without a search or an early stop; every iterate is shown.",
            cw(10.0, 20.0, 100),
        ),
        preset(
            "e3g-stronger",
            "E3g: C&W, stronger",
            "c 20, confidence 40, 50 steps of Adam at 0.01.",
            cw(20.0, 40.0, 50),
        ),
        preset(
            "e3h-apgd-ce",
            "E3h: APGD-CE",
            "As AutoAttack's custom version runs it: five restarts of 100 steps on the cross-entropy. The paper looks at the end points.",
            AttackSpec::new("apgd", [("restarts", 5.into())]),
        ),
        preset(
            "e3h-apgd-dlr",
            "E3h: APGD-DLR",
            "Five restarts of 100 steps on the difference of logits ratio.",
            AttackSpec::new("apgd", [("restarts", 5.into()), ("loss", "dlr".into())]),
        ),
        preset(
            "e3h-fab",
            "E3h: FAB",
            "Five restarts of 100 steps towards the nearest boundary.",
            AttackSpec::new("fab", [("restarts", 5.into())]),
        ),
        preset(
            "e3h-square",
            "E3h: Square",
            "5000 queries, with one place of each square for all images as in AutoAttack.",
            AttackSpec::new("square", [("sharing", "reference".into())]),
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
