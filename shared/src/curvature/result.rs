//! What a runner hands out while it computes measures on demand.

use super::Mark;
use crate::num::Num;
use crate::readings::Block;
use serde::{Deserialize, Serialize};

/// What a runner hands out.
#[derive(Clone, Debug)]
pub enum CurvatureOutput {
    /// What the images read that are attacked again, point by point: `first_row` and `pass` are those of the run that is done again.
    /// Comes before anything is computed at these points, so that another path is seen before time is spent on it.
    Read(Block),
    /// Every measure of one example at one point.
    Values(CurvatureBlock),
    /// The spectral density of one layer at one mark.
    Density(Density),
}

/// One number, with what is known of its truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureValue {
    /// The number; not a number where the measure has none here.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub value: Num,
    /// Its standard error, where it was estimated with probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::num::NumSchema>))]
    pub error: Option<Num>,
    /// Of an eigenvalue, the length of Hv − λv relative to λ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::num::NumSchema>))]
    pub residual: Option<Num>,
    /// How many probes, steps or draws it took.
    #[serde(default)]
    pub probes: u32,
}

impl CurvatureValue {
    /// A number that is exact but for rounding.
    pub fn exact(value: f64) -> Self {
        Self {
            value: Num(value),
            error: None,
            residual: None,
            probes: 0,
        }
    }
}

/// Every measure of one example at one recorded point, in the order of [`super::CurvatureSpec::columns`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvatureBlock {
    /// Which row of the run.
    pub row: usize,
    /// Which recorded point.
    pub point: usize,
    /// One value for each column.
    pub values: Vec<CurvatureValue>,
}

/// The spectral density of a layer over all examples of the job, each at its own point of one mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Density {
    /// At which mark of the examples' paths.
    pub mark: Mark,
    /// The layer, by its place in the job's list.
    pub layer: usize,
    /// How many examples it is over.
    pub examples: usize,
    /// The nodes of the quadrature: Ritz values of all starts.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::num::NumSchema>))]
    pub nodes: Vec<Num>,
    /// Their weights, which add up to 1.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::num::NumSchema>))]
    pub weights: Vec<Num>,
    /// Eigenvalues at which the smoothed density is given.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::num::NumSchema>))]
    pub grid: Vec<Num>,
    /// The smoothed density there.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::num::NumSchema>))]
    pub density: Vec<Num>,
}
