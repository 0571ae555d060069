//! The documents of the API about measures on demand.

use super::{Column, CurvatureLayer, CurvatureMeasure, CurvatureSpec, CurvatureValue, Density};
use crate::num::Num;
use crate::run::Phase;
use crate::valley::BandPoint;
use serde::{Deserialize, Serialize};

/// A job as a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureView {
    /// The run that it is about.
    pub run: String,
    /// Its number there, from 1.
    pub job: u32,
    /// Where it is.
    pub phase: Phase,
    /// The place in the line, from 1, while it waits.
    pub position: Option<u64>,
    /// What was asked for; its layers are named one by one.
    pub spec: CurvatureSpec,
    /// When it was asked for, in milliseconds since 1970.
    pub asked_ms: u64,
    /// When it started, for the last time.
    pub started_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// How many places are computed: one for each example at each point, and one for each density.
    pub done: u64,
    /// How many there are; 0 before it has started.
    pub total: u64,
    /// Seconds left at its pace so far, while it computes.
    pub seconds_left: Option<f64>,
    /// Why it failed or was interrupted.
    pub reason: Option<String>,
    /// What is read of each example at each stop.
    pub columns: Vec<Column>,
    /// The names of its stops: the marks, or the recorded points.
    pub stops: Vec<String>,
    /// The distributions over the examples, once some are known; a list of jobs leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aggregates: Vec<Aggregate>,
    /// Where the peak of each column stands against the flip, where more points than the marks were asked for; a list of jobs leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peaks: Vec<LayerPeak>,
    /// The spectral densities; a list of jobs leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub densities: Vec<Density>,
}

/// One column at one stop, over the examples that are computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Aggregate {
    /// The layer; `network` for all weights together, `input` for what is read of the example itself.
    pub layer: String,
    /// What is read.
    pub measure: CurvatureMeasure,
    /// The stop, by its place.
    pub stop: usize,
    /// The distribution over the examples.
    pub band: BandPoint,
    /// The median of the standard errors of single values, where they have any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::num::NumSchema>))]
    pub error: Option<Num>,
}

/// Where a column is largest on the paths of the examples that flip, against their flips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LayerPeak {
    /// The layer.
    pub layer: String,
    /// What is read.
    pub measure: CurvatureMeasure,
    /// How many examples flip and have a peak.
    pub n: usize,
    /// The median of step of the peak less step of the flip.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub median: Num,
    /// Of how many examples the peak stands within one step of the flip.
    pub near: usize,
}

/// The jobs of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureList {
    /// In the order in which they were asked for.
    pub jobs: Vec<CurvatureView>,
}

/// Every value of a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureValues {
    /// What is read of each example at each point.
    pub columns: Vec<Column>,
    /// One row for each example at each point, by example.
    pub rows: Vec<CurvatureRow>,
}

/// Every value of one example at one recorded point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureRow {
    /// Which row of the run.
    pub row: usize,
    /// Its index in the data set.
    pub index: u64,
    /// Its label.
    pub label: u32,
    /// Which recorded point.
    pub point: usize,
    /// Its name: `clean`, `start`, or the step's number.
    pub name: String,
    /// The stops of the job that it is, by their names.
    pub stops: Vec<String>,
    /// One value for each column.
    pub values: Vec<CurvatureValue>,
}

/// What a job will take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureNeeds {
    /// The memory at most, in bytes.
    pub memory: u64,
    /// Forward and backward passes of one image at most, over all places.
    pub passes: u64,
}

/// What a job will take, before it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureEstimate {
    /// How many examples.
    pub examples: u64,
    /// How many places: one for each example at each point, and one for each density.
    pub places: u64,
    /// Forward and backward passes of one image at most, over all places.
    pub passes: u64,
    /// Seconds at most, from runs of the same model on this machine; absent where none was timed.
    pub seconds: Option<f64>,
    /// The memory at most, in bytes.
    pub memory: u64,
    /// Whether that is within the memory that it may take; where it is not, the job would be refused.
    pub fits: bool,
}

/// The layers of a model whose curvature can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureLayers {
    /// Those with weights, in the order of the network.
    pub layers: Vec<CurvatureLayer>,
}
