//! What a batch will cost.

use serde::{Deserialize, Serialize};

/// How long a batch will take and what it will need, before it starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchEstimate {
    /// How many runs.
    pub runs: usize,
    /// Forward passes and backward passes of one image, added up over all.
    pub passes: u64,
    /// Whether images may be left alone before the last step, so that passes and seconds are the most that it can take.
    #[serde(default)]
    pub at_most: bool,
    /// Seconds for all runs one after another, from runs of the same models on this machine; absent where one of them was never timed.
    pub seconds: Option<f64>,
    /// Where that is a bound, the seconds that are likely; absent where those of one run cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<f64>,
    /// The memory that the largest run needs at most, in bytes; absent where it is not known of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// The size of all kept iterates at most, in bytes.
    pub kept_bytes: u64,
}
