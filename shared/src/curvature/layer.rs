//! The layers whose curvature can be asked for.

use serde::{Deserialize, Serialize};

/// What stands for all weights together in a list of layers.
pub const NETWORK: &str = "network";

/// What stands for the example itself where a layer would be named.
pub const INPUT: &str = "input";

/// A layer with weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureLayer {
    /// Its name in the weights file, such as `layer1.0.conv1`.
    pub name: String,
    /// What it is: `conv2d`, `linear`.
    pub kind: String,
    /// The sizes of its weight.
    pub shape: Vec<usize>,
    /// How many numbers its Hessian has rows.
    pub parameters: u64,
}
