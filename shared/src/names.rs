//! What compared runs are called: by that in which they differ, as briefly as tells them apart.

use crate::amount::Amount;
use crate::batch;
use crate::spec::{AttackSpec, RunSpec};

/// One name for each run, all different: `APGD 8/255`, or `APGD 8/255, shapes-robust` where attacks alone do not tell them apart.
pub fn names(specs: &[&RunSpec]) -> Vec<String> {
    let brief = named(specs, |specs| {
        let attacks = specs.iter().map(|spec| in_short(&spec.attack));
        attacks.collect()
    });
    if different(&brief) {
        return brief;
    }
    let whole = named(specs, |specs| {
        let attacks: Vec<&AttackSpec> = specs.iter().map(|spec| &spec.attack).collect();
        batch::names(&attacks)
    });
    match different(&whole) {
        true => whole,
        // The same run twice, or runs that differ in what changes no result: the batch size, the device, how many images are kept.
        false => (1..)
            .zip(whole)
            .map(|(number, name)| format!("{number} · {name}"))
            .collect(),
    }
}

/// The attack's name and its radii.
fn in_short(attack: &AttackSpec) -> String {
    let radii: Vec<String> = attack.epsilons().iter().map(Amount::to_string).collect();
    let words = [attack.title(), radii.join(", ")];
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn named(specs: &[&RunSpec], attacks: impl Fn(&[&RunSpec]) -> Vec<String>) -> Vec<String> {
    let attacks = attacks(specs);
    let all = |part: &dyn Fn(&RunSpec) -> String| -> Vec<String> {
        specs.iter().map(|spec| part(spec)).collect()
    };
    let parts = [
        attacks.clone(),
        all(&|spec| spec.model.clone()),
        all(&|spec| spec.data.set.clone()),
        all(&|spec| batch::images(&spec.data, None)),
        all(&|spec| spec.precision.words().to_owned()),
        all(&|spec| spec.trace.words().to_owned()),
        all(&|spec| {
            let seeds: Vec<String> = spec.seed.list().iter().map(u64::to_string).collect();
            format!("seed {}", seeds.join(", "))
        }),
    ];
    let told: Vec<&Vec<String>> = parts.iter().filter(|part| !same(part)).collect();
    let joined = |told: &[&Vec<String>]| -> Vec<String> {
        let name = |place: usize| {
            let words = told.iter().filter_map(|part| part.get(place).cloned());
            words.collect::<Vec<_>>().join(", ")
        };
        (0..specs.len()).map(name).collect()
    };
    // The first parts that tell all apart; the rest is in the table of differences.
    let brief = (1..=told.len()).map(|count| joined(&told[..count]));
    let brief = brief.into_iter().find(|names| different(names));
    match told.is_empty() {
        true => attacks,
        false => brief.unwrap_or_else(|| joined(&told)),
    }
}

fn same(values: &[String]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

fn different(values: &[String]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(runs: &[serde_json::Value]) -> Vec<String> {
        let base =
            json!({"model": "m", "data": {"set": "s"}, "attack": {"pgd": {"epsilon": "8/255"}}});
        let specs: Vec<RunSpec> = runs
            .iter()
            .map(|change| {
                let mut run = base.clone();
                for (key, value) in change.as_object().unwrap() {
                    run[key] = value.clone();
                }
                serde_json::from_value(run).unwrap()
            })
            .collect();
        let specs: Vec<&RunSpec> = specs.iter().collect();
        let names = names(&specs);
        assert!(different(&names), "{names:?}");
        names
    }

    /// Failed before: they were called "run 1" and "run 2".
    #[test]
    fn runs_are_called_by_what_differs() {
        let attack = |epsilon: &str, steps: u64| json!({"attack": {"pgd": {"epsilon": epsilon, "steps": steps}}});
        assert_eq!(
            of(&[attack("4/255", 10), attack("8/255", 10)]),
            ["PGD 4/255", "PGD 8/255"]
        );
        let steps = of(&[attack("8/255", 10), attack("8/255", 20)]);
        assert!(
            steps[0].contains("10 steps") && steps[1].contains("20 steps"),
            "{steps:?}"
        );
        assert_eq!(of(&[json!({}), json!({"model": "n"})]), ["m", "n"]);
        assert_eq!(
            of(&[
                json!({"seed": 1}),
                json!({"seed": 2, "model": "n"}),
                json!({"seed": 2})
            ]),
            ["m, seed 1", "n, seed 2", "m, seed 2"]
        );
        // Failed before: the remedy "repeat with double precision" made two runs of one name.
        assert_eq!(
            of(&[json!({}), json!({"precision": "f64"})]),
            ["single precision", "double precision"]
        );
        let twice = of(&[json!({}), json!({})]);
        assert!(
            twice[0].starts_with("1 · PGD") && twice[1].starts_with("2 · PGD"),
            "{twice:?}"
        );
        assert_eq!(
            of(&[json!({}), json!({"attack": {"fgsm": {"epsilon": "2/255"}}})]),
            ["PGD 8/255", "FGSM 2/255"]
        );
    }
}
