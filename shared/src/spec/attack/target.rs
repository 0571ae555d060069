//! What a targeted attack aims at.

use serde_json::Value;

/// The class that an attack leads an example to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// This one, for every example; examples of the class itself are left out.
    Class(u32),
    /// For each example the class with the lowest logit at the clean image.
    LeastLikely,
    /// For each example the wrong class with the highest logit at the clean image.
    RunnerUp,
    /// For each example any wrong class, drawn by its index and the run's first seed.
    Random,
}

impl Target {
    /// The ways to choose a class for each example, as JSON names them.
    pub const WAYS: [(&str, Self); 3] = [
        ("runner_up", Self::RunnerUp),
        ("least_likely", Self::LeastLikely),
        ("random", Self::Random),
    ];

    /// From JSON: the number of a class, or one of [`Target::WAYS`].
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => {
                let found = Self::WAYS.iter().find(|(id, _)| id == text);
                found.map(|(_, target)| *target)
            }
            other => u32::try_from(other.as_u64()?).ok().map(Self::Class),
        }
    }
}
