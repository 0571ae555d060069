//! What attacks climb, and how its gradient is made.

use serde::{Deserialize, Serialize};

/// What the attack climbs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// `-log p_y`, the loss that the model was trained with.
    #[default]
    CrossEntropy,
    /// `max_{k != y} z_k - z_y`: does not saturate.
    Margin,
    /// `(max_{k != y} z_k - z_y) / (z_(1) - z_(3))` with the logits in falling order: the difference of logits ratio.
    Dlr,
}

/// How the gradient at the logits is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gradient {
    /// The framework's own, in the network's precision: what every published result used.
    #[default]
    Autograd,
    /// `p - e_y` in f64 by the stable recipe, scaled to length one per example before it goes back through the network.
    Stable,
}
