//! Whether the points of an attack are read.

use serde::{Deserialize, Serialize};

/// Whether the points of an attack are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum Trace {
    /// Every measure of every image at every recorded point.
    #[default]
    On,
    /// The verdict alone: accuracies, first flips and how each image ended.
    /// Successes are looked for where the attack itself looks, and at the end of each of its runs.
    Off,
}

impl Trace {
    /// Whether points are read.
    pub fn is_on(&self) -> bool {
        *self == Self::On
    }

    /// Reads `on` or `off`.
    ///
    /// # Errors
    /// Any other text.
    pub fn try_from_text(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }

    /// What it is in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::On => "with its trace",
            Self::Off => "verdict alone",
        }
    }
}

/// Read from a text alone, as [`super::Precision`].
impl TryFrom<String> for Trace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(format!("\"{text}\" is not on or off")),
        }
    }
}
