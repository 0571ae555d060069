//! Which of two profiles an attack's settings are: the algorithm as its own paper defines it, or as the uncanny-valley paper ran it.

use super::AttackSpec;
use super::preset;
use serde::{Deserialize, Serialize};

/// A profile; said on every figure's file and in every export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// As the attack's own paper defines it; budget, norm, number of steps and target are one's own.
    Reference,
    /// Setting for setting one of the runs behind arXiv 2405.16918, quirks included.
    AsPublished,
    /// Other settings.
    #[default]
    Own,
}

/// What a reference attack leaves to whoever uses it.
const BUDGET: [&str; 9] = [
    "norm",
    "epsilon",
    "step_size",
    "steps",
    "restarts",
    "random_start",
    "target",
    "target_classes",
    "eot",
];

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
            Self::Reference => "reference settings",
            Self::AsPublished => "settings as published in arXiv 2405.16918",
            Self::Own => "own settings",
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
            true => Profile::Reference,
            false => Profile::Own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
