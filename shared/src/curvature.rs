//! Measures on demand: curvature of the loss beyond the last layer, computed for a run that is there already.
//!
//! A [`CurvatureSpec`] says what is wanted of a run; a [`CurvatureJob`] is what the run's log says of it, and what a viewer's fold keeps.
//! The values themselves are fetched apart, so that nobody who looks at a run waits for them.

mod check;
mod fields;
mod job;
mod layer;
mod measure;
mod plan;
mod result;
#[cfg(feature = "openapi")]
mod schema;
mod spec;
mod view;

pub use fields::{CurvatureCatalog, fields};
pub use job::CurvatureJob;
pub use layer::{CurvatureLayer, INPUT, NETWORK};
pub use measure::{ALL, CurvatureMeasure, CurvatureMeasureInfo, Subject};
pub use plan::{Mark, Place, Plan, PlannedRow};
pub use result::{CurvatureBlock, CurvatureOutput, CurvatureValue, Density};
pub use spec::{Column, CurvatureSpec, Estimator, Layers, Named, Points};
pub use view::{
    Aggregate, CurvatureEstimate, CurvatureLayers, CurvatureList, CurvatureNeeds, CurvatureRow,
    CurvatureValues, CurvatureView, LayerPeak,
};
