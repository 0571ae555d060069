//! Which of two profiles an attack's settings are: the algorithm as its own paper defines it, or as the uncanny-valley paper ran it.

use super::AttackSpec;
use super::preset;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A profile; said on every figure's file and in every export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// As the attack's own paper defines it; budget, norm, number of steps and target are one's own.
    Reference,
    /// As the attack's own paper defines it, but with less of what makes it strong: fewer steps, queries or target classes than the reference has.
    Reduced,
    /// Setting for setting one of the runs behind arXiv 2405.16918, quirks included.
    AsPublished,
    /// Other settings.
    #[default]
    Own,
}

/// What a reference attack leaves to whoever uses it.
const BUDGET: [&str; 10] = [
    "norm",
    "epsilon",
    "step_size",
    "steps",
    "queries",
    "restarts",
    "random_start",
    "target",
    "target_classes",
    "eot",
];

/// The budgets that belong to a reference attack itself: whoever says its name is understood to have spent as much.
/// Their defaults are the reference's.
const REFERENCE: [(&str, &[Budget]); 8] = [
    ("autoattack", &[STEPS, QUERIES, TARGETS]),
    ("apgd", &[STEPS]),
    ("apgd_t", &[STEPS, TARGETS]),
    ("fab", &[STEPS]),
    ("fab_t", &[STEPS, TARGETS]),
    ("square", &[("steps", "query", "queries")]),
    ("deepfool", &[STEPS]),
    ("ddn", &[STEPS]),
];

/// A field, and what one and several of its units are called.
type Budget = (&'static str, &'static str, &'static str);

const STEPS: Budget = ("steps", "step", "steps");
const QUERIES: Budget = ("queries", "query", "queries");
const TARGETS: Budget = ("target_classes", "target class", "target classes");

/// Between these the reference itself leaves the choice.
const CHOICES: [(&str, &str); 5] = [
    ("apgd", "loss"),
    ("autoattack", "version"),
    ("noise_path", "noise"),
    ("corruption", "corruption"),
    ("line", "to"),
];

impl Profile {
    /// The name in words, as figures say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reference => "the attack as its authors set it",
            Self::Reduced => "the attack with less than its authors gave it",
            Self::AsPublished => "the attack as published in arXiv 2405.16918",
            Self::Own => "the attack with other settings than its authors'",
        }
    }
}

impl AttackSpec {
    /// The profile of these settings.
    pub fn profile(&self) -> Profile {
        let published = preset::published();
        if published.iter().any(|preset| preset.attack == *self) {
            return Profile::AsPublished;
        }
        let reference = Self::new(self.id(), []);
        let kept = |spec: &Self| {
            let mut values = spec.parameters();
            if let Some(values) = values.as_object_mut() {
                values.retain(|key, _| {
                    let choice = (spec.id(), key.as_str());
                    !BUDGET.contains(&choice.1) && !CHOICES.contains(&choice)
                });
            }
            values
        };
        match kept(self) == kept(&reference) {
            true if self.reduced().is_empty() => Profile::Reference,
            true => Profile::Reduced,
            false => Profile::Own,
        }
    }

    /// What of the reference's budget was cut, each with what is left: `5 steps`.
    pub fn reduced(&self) -> Vec<String> {
        let budgets = REFERENCE.iter().find(|(id, _)| *id == self.id());
        let reference = Self::new(self.id(), []);
        let of = |spec: &Self, key: &str| spec.get(key).and_then(Value::as_u64);
        let cut = |(key, one, several): &Budget| {
            let (mine, full) = (of(self, key)?, of(&reference, key)?);
            (mine < full).then(|| format!("{mine} {}", if mine == 1 { one } else { several }))
        };
        let budgets = budgets.map_or(&[][..], |(_, budgets)| *budgets);
        budgets.iter().filter_map(cut).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Failed before: five steps, 50 queries and two classes were titled "AutoAttack linf 8/255, standard".
    #[test]
    fn a_reduced_reference_says_so() {
        let small = AttackSpec::new("autoattack", [])
            .with("steps", 5)
            .with("queries", 50)
            .with("target_classes", 2);
        assert_eq!(small.profile(), Profile::Reduced);
        assert_eq!(
            small.summary(),
            "AutoAttack linf 8/255, standard, reduced: 5 steps, 50 queries, 2 target classes"
        );
        for (id, budgets) in REFERENCE {
            let whole = AttackSpec::new(id, []);
            assert_eq!(whole.profile(), Profile::Reference, "{id}");
            assert!(!whole.summary().contains("reduced"), "{id}");
            for (key, ..) in budgets {
                let cut = whole.clone().with(key, 1);
                assert_eq!(cut.profile(), Profile::Reduced, "{id} {key}");
                assert!(cut.summary().contains("reduced: 1 "), "{}", cut.summary());
                let full = whole.get(key).and_then(Value::as_u64).unwrap_or_default();
                let more = whole.clone().with(key, full + 1);
                assert_eq!(more.profile(), Profile::Reference, "{id} {key}");
            }
        }
    }

    #[test]
    fn settings_are_told_apart() {
        let pgd = AttackSpec::new("pgd", []);
        assert_eq!(pgd.profile(), Profile::Reference);
        assert_eq!(pgd.clone().with("steps", 100).profile(), Profile::Reference);
        assert_eq!(pgd.with("loss", "margin").profile(), Profile::Own);
        for preset in preset::published() {
            assert_eq!(
                preset.attack.profile(),
                Profile::AsPublished,
                "{}",
                preset.id
            );
        }
    }
}
