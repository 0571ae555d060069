//! What would mend a warning: the same run with one setting changed.

use crate::field::{Kind, Norm};
use crate::spec::{AttackSpec, MOST_EXAMPLES, Precision, RunSpec, attack};
use serde_json::Value;

/// A run that tells whether a warning matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// What is changed, for a button: `Repeat with the stable gradient`.
    pub words: String,
    /// The run.
    pub spec: RunSpec,
}

/// How many times as many images are taken where too few flipped.
const MORE: u64 = 4;

/// The remedies of the warning with this id that this run has not taken already; `images` is how many its data set has.
pub fn remedies(warning: &str, spec: &RunSpec, images: u64) -> Vec<Remedy> {
    let found = match warning {
        "zero-gradient" => vec![
            choice(spec, "gradient", "stable", "the stable gradient"),
            choice(spec, "loss", "margin", "the margin as loss"),
        ],
        "distorted-gradient" => vec![
            choice(spec, "gradient", "stable", "the stable gradient"),
            double(spec),
        ],
        "not-finite" => vec![double(spec)],
        "no-progress" => vec![
            random_start(spec),
            choice(spec, "loss", "margin", "the margin as loss"),
            square(spec),
        ],
        "few-flips" => vec![more_images(spec, images)],
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

fn with(spec: &RunSpec, words: &str, change: impl FnOnce(&mut RunSpec)) -> Remedy {
    let mut spec = spec.clone();
    change(&mut spec);
    Remedy {
        words: format!("Repeat with {words}"),
        spec,
    }
}

/// Another value of a setting, where the attack offers it.
fn choice(spec: &RunSpec, field: &str, value: &str, words: &str) -> Option<Remedy> {
    let info = attack::all()
        .into_iter()
        .find(|info| info.id == spec.attack.id())?;
    let known = info.fields.iter().find(|known| known.id == field)?;
    let Kind::Choice { options } = &known.kind else {
        return None;
    };
    let offered = options.iter().any(|option| option.id == value);
    let taken = spec.attack.get(field).and_then(Value::as_str) == Some(value);
    (offered && !taken).then(|| {
        with(spec, words, |spec| {
            spec.attack = spec.attack.clone().with(field, value);
        })
    })
}

fn double(spec: &RunSpec) -> Option<Remedy> {
    (spec.precision != Precision::F64).then(|| {
        with(spec, "double precision", |spec| {
            spec.precision = Precision::F64;
        })
    })
}

fn random_start(spec: &RunSpec) -> Option<Remedy> {
    let without = spec.attack.get("random_start").and_then(Value::as_bool) == Some(false);
    without.then(|| {
        with(spec, "a random start", |spec| {
            spec.attack = spec.attack.clone().with("random_start", true);
        })
    })
}

/// Square with the same epsilons, which needs no gradient; it has no ball in l1.
fn square(spec: &RunSpec) -> Option<Remedy> {
    let (epsilon, norm) = (spec.attack.get("epsilon")?, spec.attack.norm());
    let fits = spec.attack.id() != "square" && norm != Norm::L1;
    fits.then(|| {
        with(spec, "Square, which needs no gradient", |spec| {
            let square = AttackSpec::new("square", []);
            spec.attack = square
                .with("norm", norm.id())
                .with("epsilon", epsilon.clone());
            spec.attack.complete();
        })
    })
}

fn more_images(spec: &RunSpec, images: u64) -> Option<Remedy> {
    let data = &spec.data;
    let all = images
        .saturating_sub(data.first.unwrap_or(0))
        .min(MOST_EXAMPLES);
    let count = (data.most() * MORE).min(all);
    (data.indices.is_none() && count > data.most()).then(|| {
        with(spec, &format!("{count} images"), |spec| {
            spec.data.count = Some(count);
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(warning: &str, run: Value) -> Vec<String> {
        let mut spec: RunSpec = serde_json::from_value(run).unwrap();
        spec.attack.complete();
        let found = remedies(warning, &spec, 100);
        for remedy in &found {
            assert_ne!(remedy.spec, spec, "{}", remedy.words);
        }
        found.into_iter().map(|remedy| remedy.words).collect()
    }

    fn run(attack: Value) -> Value {
        json!({"model": "m", "data": {"set": "s", "count": 20}, "attack": attack})
    }

    /// Failed before: `stable` was advised to attacks that do not offer it, and nothing was offered as a button.
    #[test]
    fn only_what_the_attack_offers_and_has_not_taken_is_a_remedy() {
        let pgd = run(json!({"pgd": {"epsilon": "8/255"}}));
        assert_eq!(
            of("zero-gradient", pgd.clone()),
            [
                "Repeat with the stable gradient",
                "Repeat with the margin as loss"
            ]
        );
        assert_eq!(
            of("distorted-gradient", pgd.clone()),
            [
                "Repeat with the stable gradient",
                "Repeat with double precision"
            ]
        );
        let stable =
            run(json!({"pgd": {"epsilon": "8/255", "gradient": "stable", "loss": "margin"}}));
        assert_eq!(of("zero-gradient", stable), [] as [String; 0]);
        assert_eq!(of("few-flips", pgd.clone()), ["Repeat with 80 images"]);
        let mut all = pgd.clone();
        all["data"]["count"] = json!(100);
        assert_eq!(of("few-flips", all), [] as [String; 0]);
        assert_eq!(of("twin-classes", pgd), [] as [String; 0]);
        let jitter = run(json!({"jitter": {"epsilon": "8/255"}}));
        assert!(
            of("zero-gradient", jitter)
                .iter()
                .all(|words| !words.contains("stable"))
        );
    }

    #[test]
    fn every_remedy_is_a_run_that_can_be_read() {
        for info in attack::all() {
            for warning in [
                "zero-gradient",
                "distorted-gradient",
                "no-progress",
                "few-flips",
            ] {
                let mut spec: RunSpec =
                    serde_json::from_value(run(json!({info.id.clone(): {}}))).unwrap();
                spec.attack.complete();
                for remedy in remedies(warning, &spec, 1000) {
                    let json = serde_json::to_string(&remedy.spec).unwrap();
                    assert!(
                        RunSpec::from_json(&json).is_ok(),
                        "{}: {json}",
                        remedy.words
                    );
                }
            }
        }
    }
}
