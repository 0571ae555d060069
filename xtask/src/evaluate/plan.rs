//! The attacks of the tables, with the settings that an evaluation is expected to report.

use serde_json::{Value, json};

/// A row.
pub struct Attack {
    /// The name of its file.
    pub name: &'static str,
    /// As a run's JSON has it.
    pub spec: Value,
}

/// The attacks within a ball, from the weakest to the strongest.
pub fn within(epsilon: &str) -> Vec<Attack> {
    let radius = number(epsilon);
    let row = |name, spec| Attack { name, spec };
    let momentum = |id: &str| json!({ id: { "epsilon": epsilon, "step_size": radius / 4.0 } });
    // Steps as in Madry's evaluations: two and a half times as far as the radius in all.
    let pgd = |steps: u32| {
        let step = 2.5 * radius / f64::from(steps);
        json!({ "pgd": { "epsilon": epsilon, "step_size": step, "steps": steps, "random_start": true } })
    };
    let free = |id: &str, more: Value| {
        let mut parameters = json!({ "epsilon": epsilon });
        if let (Some(parameters), Some(more)) = (parameters.as_object_mut(), more.as_object()) {
            parameters.extend(more.clone());
        }
        json!({ id: parameters })
    };
    vec![
        row("fgsm", free("fgsm", json!({}))),
        row("mi_fgsm", momentum("mi_fgsm")),
        row("ni_fgsm", momentum("ni_fgsm")),
        row("vni_fgsm", momentum("vni_fgsm")),
        row("pi_fgsm_pp", free("pi_fgsm_pp", json!({}))),
        row("jitter", momentum("jitter")),
        row("spsa", free("spsa", json!({}))),
        row("square", free("square", json!({}))),
        row("pgd-20", pgd(20)),
        row("pgd-100", pgd(100)),
        row("fab", free("fab", json!({}))),
        row("fab_t", free("fab_t", json!({ "exhaustive": true }))),
        row("apgd-ce", free("apgd", json!({ "loss": "cross_entropy" }))),
        row("apgd-dlr", free("apgd", json!({ "loss": "dlr" }))),
        row("apgd_t", free("apgd_t", json!({}))),
        row("autoattack", free("autoattack", json!({}))),
    ]
}

/// The attacks that look for the smallest perturbation, whatever its size.
pub fn minimum_norm() -> Vec<Attack> {
    let row = |name, spec| Attack { name, spec };
    vec![
        row("deepfool", json!({ "deepfool": {} })),
        row("ddn", json!({ "ddn": {} })),
        row(
            "cw",
            json!({ "cw": { "c": 1.0, "steps": 200, "binary_steps": 1 } }),
        ),
    ]
}

/// A radius as text: a number or a fraction.
fn number(text: &str) -> f64 {
    let parse = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    match text.split_once('/') {
        Some((above, below)) => parse(above) / parse(below),
        None => parse(text),
    }
}
