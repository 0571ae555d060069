//! What is asked for.

use super::{ALL, CurvatureLayer, CurvatureMeasure, INPUT, Subject};
use crate::event::Started;
use crate::problem::Problem;
use crate::spec::from_json;
use serde::{Deserialize, Serialize};

/// Measures that are to be computed for a run that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CurvatureSpec {
    /// What is computed.
    pub measures: Vec<CurvatureMeasure>,
    /// Of which layers.
    pub layers: Layers,
    /// At which points.
    pub points: Points,
    /// Of which pass; of the run's main one where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<usize>,
    /// Of how many of the run's first examples.
    pub examples: u32,
    /// An estimate with probes stops once its standard error is this share of it.
    pub relative_error: f64,
    /// Or after so many probes.
    pub most_probes: u32,
    /// How a trace is estimated.
    pub estimator: Estimator,
    /// The most steps of Lanczos for an eigenvalue.
    pub lanczos_steps: u32,
    /// An eigenvalue is taken once its residual is this share of it.
    pub tolerance: f64,
    /// The length of SAM's step.
    pub rho: f64,
    /// Whether that length counts relative to each weight.
    pub adaptive: bool,
    /// The length of Stutz's changes, as a share of the layer's norm.
    pub relative: f64,
    /// How many random changes average-case flatness draws, and steps worst-case flatness takes.
    pub draws: u32,
    /// The steps of Lanczos of a density.
    pub density_steps: u32,
    /// The random starts of a density.
    pub density_starts: u32,
    /// The seed of probes, starts and draws.
    pub seed: u64,
    /// The most memory that it may take, in bytes.
    pub memory: u64,
}

impl Default for CurvatureSpec {
    fn default() -> Self {
        Self {
            measures: vec![CurvatureMeasure::Trace, CurvatureMeasure::LambdaMax],
            layers: Layers::One("all".to_owned()),
            points: Points::Named(Named::Marks),
            pass: None,
            examples: 16,
            relative_error: 0.1,
            most_probes: 1000,
            estimator: Estimator::Parted,
            lanczos_steps: 40,
            tolerance: 1e-3,
            rho: 0.05,
            adaptive: false,
            relative: 0.05,
            draws: 10,
            density_steps: 80,
            density_starts: 10,
            seed: 1,
            memory: 4 << 30,
        }
    }
}

/// Layers by their names; `all` is every one with weights, `network` all weights together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a layer's name, \"all\", or a list of names")]
pub enum Layers {
    /// One name.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Layers {
    /// The names in their order.
    pub fn list(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// At which points of each path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "\"marks\", \"all\", or a list of recorded steps"
)]
pub enum Points {
    /// By a name.
    Named(Named),
    /// At these steps.
    Steps(Vec<u32>),
}

/// Points by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// Clean, first flip, peak of the last layer's sharpness, end: of each example its own.
    Marks,
    /// Every recorded point.
    All,
}

/// How a trace is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// The part of each class exactly, the rest by random signs.
    Parted,
    /// Means over random signs (Hutchinson 1990).
    Hutchinson,
    /// The largest directions exactly, the rest by random signs (Meyer et al. 2021).
    HutchPlusPlus,
}

/// One column of a job's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Column {
    /// The layer; `network` for all weights together, `input` for what is read of the example itself.
    pub layer: String,
    /// What is read.
    pub measure: CurvatureMeasure,
}

impl CurvatureSpec {
    /// Reads what is asked for from JSON; an error names the field at fault.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        from_json(text)
    }

    /// What is read of each example at each point: layer by layer every measure of it, then what is read of the example itself.
    pub fn columns(&self) -> Vec<Column> {
        let of = |layer: &str, subject: Subject| {
            let these = self.measures.iter().filter(|it| it.subject() == subject);
            let column = |measure: &CurvatureMeasure| Column {
                layer: layer.to_owned(),
                measure: *measure,
            };
            these.map(column).collect::<Vec<_>>()
        };
        let layers = self.layers.list().iter();
        let mut columns: Vec<Column> = layers.flat_map(|layer| of(layer, Subject::Layer)).collect();
        columns.extend(of(INPUT, Subject::Input));
        columns
    }

    /// The same with layers and pass named one by one.
    pub fn resolved(&self, layers: &[CurvatureLayer], started: &Started) -> Self {
        let mut names: Vec<String> = Vec::new();
        for name in self.layers.list() {
            match name.as_str() {
                "all" => names.extend(layers.iter().map(|layer| layer.name.clone())),
                one => names.push(one.to_owned()),
            }
        }
        Self {
            layers: Layers::Many(names),
            pass: Some(self.pass.unwrap_or_else(|| started.main_pass())),
            examples: self
                .examples
                .min(u32::try_from(started.examples).unwrap_or(u32::MAX)),
            ..self.clone()
        }
    }

    /// Whether derivatives of derivatives are needed.
    pub fn is_second_order(&self) -> bool {
        self.measures
            .iter()
            .any(|measure| measure.is_second_order())
    }
}

/// The ids of all measures on demand.
pub(super) fn measure_ids() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|measure| (measure.id(), measure.title()))
}
