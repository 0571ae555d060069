//! What to do: the one description of a run that the API, the command line and the form share.

pub mod attack;
pub mod classes;
mod data;
pub mod preset;
mod profile;
mod trace;
mod validate;

use crate::amount::Amount;
use crate::problem::{FieldError, Problem};
use crate::readings::Axis;
pub use attack::{AttackInfo, AttackSpec, Gradient, Loss};
pub use data::DataSpec;
pub use profile::Profile;
use serde::{Deserialize, Serialize};
pub use trace::Trace;
pub use validate::{MOST_BATCH, MOST_EXAMPLES, MOST_KEPT, MOST_SEEDS};

/// A run: which model, on which images, under which attack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = example_run))]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// The id of a model in the catalogue.
    pub model: String,
    /// Which images.
    pub data: DataSpec,
    /// Which attack, with its parameters.
    pub attack: AttackSpec,
    /// The seed of everything random; a list repeats the run once per seed.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = SeedSchema))]
    pub seed: Seeds,
    /// How many images are attacked at a time. Results do not depend on it.
    #[serde(default = "default_batch_size")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4096))]
    pub batch_size: u32,
    /// `auto`, `cpu` or `cuda:N`.
    #[serde(default = "default_device")]
    pub device: String,
    /// The precision in which the network runs. Head algebra is always in f64.
    #[serde(default)]
    pub precision: Precision,
    /// For how many examples every iterate is kept, so that it can be looked at.
    #[serde(default = "default_keep_examples")]
    #[cfg_attr(feature = "openapi", schema(maximum = 10_000))]
    pub keep_examples: u32,
    /// `off`: the attack alone. No pass is spent that only a trace needs; there are accuracies, first flips and endings, but no curves.
    #[serde(default, skip_serializing_if = "Trace::is_on")]
    pub trace: Trace,
}

/// One seed or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a whole number, or a list of whole numbers")]
pub enum Seeds {
    /// One pass over the data.
    One(u64),
    /// One pass over the data for each seed.
    Many(Vec<u64>),
}

impl Default for Seeds {
    fn default() -> Self {
        Self::One(1)
    }
}

impl Seeds {
    /// The seeds in the order in which they run.
    pub fn list(&self) -> Vec<u64> {
        match self {
            Self::One(seed) => vec![*seed],
            Self::Many(seeds) => seeds.clone(),
        }
    }
}

/// One pass over the data.
#[derive(Clone, Debug, PartialEq)]
pub struct PassSpec {
    /// Its seed.
    pub seed: u64,
    /// Its radius, of attacks that have one.
    pub epsilon: Option<Amount>,
}

/// The precision in which the network runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum Precision {
    /// Single precision: fast.
    #[default]
    F32,
    /// Single precision whose convolutions are rounded to TF32, 10 bits of mantissa: faster, on a GPU only.
    Tf32,
    /// Double precision: for reference values.
    F64,
}

impl Precision {
    /// What it is in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::F32 => "single precision",
            Self::Tf32 => "single precision, convolutions in TF32",
            Self::F64 => "double precision",
        }
    }
}

/// Read from a text alone: serde would also take `{"f32": null}`, and calls an empty object no JSON.
impl TryFrom<String> for Precision {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "f32" => Ok(Self::F32),
            "tf32" => Ok(Self::Tf32),
            "f64" => Ok(Self::F64),
            _ => Err(format!("\"{text}\" is not f32, tf32 or f64")),
        }
    }
}

impl RunSpec {
    /// Reads a run from JSON, with the defaults of the attack's parameters; an error names the field at fault.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        let mut spec: Self = from_json(text)?;
        spec.attack.complete();
        Ok(spec)
    }

    /// The passes over the data: every epsilon with every seed.
    pub fn phases(&self) -> Vec<PassSpec> {
        let seeds = self.seed.list();
        let radii = self.attack.epsilons();
        let with = |epsilon: Option<&Amount>| {
            let pass = |seed: &u64| PassSpec {
                seed: *seed,
                epsilon: epsilon.cloned(),
            };
            seeds.iter().map(pass).collect::<Vec<_>>()
        };
        match radii.is_empty() {
            true => with(None),
            false => radii
                .iter()
                .flat_map(|epsilon| with(Some(epsilon)))
                .collect(),
        }
    }

    /// The number of recorded points per example: T+1, or T+2 with a random start; of long attacks fewer.
    pub fn points(&self) -> usize {
        self.axis().points()
    }

    /// The points of an example in one pass that progress is counted in: the recorded ones, or without a trace every step and the clean point.
    pub fn walked(&self) -> usize {
        match self.trace {
            Trace::On => self.points(),
            Trace::Off => self.attack.steps() + 1,
        }
    }

    /// The points that are recorded: those of the attack, or without a trace its two ends.
    pub fn axis(&self) -> Axis {
        match self.trace {
            Trace::On => self.attack.axis(),
            Trace::Off => Axis::ends(self.attack.steps()),
        }
    }
}

/// A reader's message without its place in the text, which the path tells better, and without the language's names of types.
fn plainly(message: &str) -> String {
    let end = message.find(" at line ").unwrap_or(message.len());
    let mut words = message[..end].to_owned();
    for (name, plain) in [
        ("u64", "a whole number from 0"),
        ("u32", "a whole number from 0"),
        ("usize", "a whole number from 0"),
        ("f64", "a number"),
    ] {
        words = words.replace(&format!("expected {name}"), &format!("expected {plain}"));
    }
    words
}

/// Reads any document of ours from JSON; an error names the field at fault.
pub fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    // Whether it is JSON at all is asked first. What is wrong afterwards is a field, even where serde calls it a matter of syntax:
    // a number out of range, or an object without a key where a choice is expected.
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
        Problem::new(
            "not-json",
            400,
            "The request is not JSON",
            error.to_string(),
        )
    })?;
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = match error.path().to_string() {
            dot if dot == "." => String::new(),
            path => path,
        };
        Problem::invalid(vec![FieldError {
            path,
            message: plainly(&error.inner().to_string()),
        }])
    })
}

pub(crate) fn default_batch_size() -> u32 {
    64
}

pub(crate) fn default_device() -> String {
    "auto".to_owned()
}

pub(crate) fn default_keep_examples() -> u32 {
    128
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A small run of what comes with the program, for the API's description.
#[cfg(feature = "openapi")]
fn example_run() -> serde_json::Value {
    serde_json::json!({
        "model": "shapes-standard",
        "data": { "set": "shapes-test", "count": 4 },
        "attack": { "pgd": { "epsilon": "8/255", "step_size": "2/255", "steps": 3 } },
        "keep_examples": 2,
    })
}

/// How an [`Amount`] looks in the API's description.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Amount)]
#[serde(untagged)]
pub enum AmountSchema {
    /// A finite number.
    Number(f64),
    /// A fraction such as `8/255`.
    Fraction(String),
}

/// How [`Seeds`] looks in the API's description.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Seeds)]
#[serde(untagged)]
pub enum SeedSchema {
    /// One seed.
    One(u64),
    /// One pass per seed.
    Many(Vec<u64>),
}
