//! The parts of an attack that has several.

use serde::{Deserialize, Serialize};

/// One part of an attack: a run from another random start, towards another class, with another weight, or another attack of an ensemble.
/// Each begins anew, at the clean image or at a random point near it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    /// Its name: `APGD-T target 3` (the third likeliest wrong class), `restart 2`.
    pub name: String,
    /// What it and its neighbours of the same kind are called together: `APGD-T`; absent where it is alone of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its first step, counted over the whole attack; that of the first part is 1.
    pub first: u32,
    /// Its last step.
    pub last: u32,
    /// Whether its first step is the clean image itself, so that the clean point is not in front of it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_clean: bool,
}

impl Stage {
    /// Whether a step of the attack is one of its own.
    pub fn holds(&self, step: u32) -> bool {
        (self.first..=self.last).contains(&step)
    }

    /// How many steps it has.
    pub fn steps(&self) -> u32 {
        (self.last + 1).saturating_sub(self.first)
    }

    /// The number of a step counted within the part: its first is 1, and the clean point, at which every part begins, is 0.
    pub fn within(&self, step: u32) -> u32 {
        (step + 1).saturating_sub(self.first)
    }

    /// Where a point of the part stands among its steps: the clean point one step before the first.
    pub fn place(&self, step: u32) -> u32 {
        match step {
            0 => self.first.saturating_sub(1),
            step => step,
        }
    }
}
