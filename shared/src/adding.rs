//! What a file with weights was understood as, before it becomes a model.

mod about;
mod table;

pub use about::{About, LONGEST_LICENCE, ModelChange, said};
pub use table::{Column, Outcome};

use crate::problem::Problem;
use crate::statistic::Rate;
use serde::{Deserialize, Serialize};

/// A file, and the networks that it may hold, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Understood {
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// What it is: `safetensors`, `PyTorch, zip archive`.
    pub kind: String,
    /// What it says of itself: an accuracy, an epoch.
    pub facts: Vec<Fact>,
    /// Tensors and objects in it that are no part of a network, each with why.
    pub passed_over: Vec<String>,
    /// The data set on whose first images the candidates were compared.
    pub data: Option<String>,
    /// How many images that were.
    pub images: u64,
    /// The networks that it may hold.
    pub candidates: Vec<Candidate>,
}

/// A file that was sent to a server, on its way to becoming a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Addition {
    /// Its id.
    pub id: String,
    /// What the file is called.
    pub file: String,
    /// A name for the model, made of the file's.
    pub name: String,
    /// How far it is.
    pub phase: Phase,
    /// The images that were seen, over all candidates.
    pub done: u64,
    /// The images that are to be seen, as far as that is known.
    pub total: u64,
    /// How long it has taken so far, in seconds.
    pub seconds: f64,
    /// What it was understood as, once it is ready.
    pub understood: Option<Understood>,
    /// Why it is no model, where it failed.
    pub problem: Option<Problem>,
    /// The model that it has become.
    pub model: Option<String>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdditionPhase))]
pub enum Phase {
    /// Another file is being understood.
    Waiting,
    /// It is being read.
    Reading,
    /// Its candidates are being compared.
    Comparing,
    /// A candidate can be chosen.
    Ready,
    /// It is no model that is known.
    Failed,
    /// It was given up.
    Cancelled,
    /// A candidate has become a model.
    Added,
}

impl Addition {
    /// Whether nothing more comes of it by itself.
    pub fn rests(&self) -> bool {
        !matches!(
            self.phase,
            Phase::Waiting | Phase::Reading | Phase::Comparing
        )
    }

    /// How long it will take from now on, in seconds, where that can be told.
    pub fn left(&self) -> Option<f64> {
        let is_known = self.phase == Phase::Comparing && self.done > 0;
        is_known.then(|| {
            self.seconds * (self.total.saturating_sub(self.done)) as f64 / self.done as f64
        })
    }
}

/// Which candidate of a file becomes a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CandidateChoice))]
pub struct Choice {
    /// The candidate's number.
    pub number: u32,
    /// The model's name; made of the file's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name in words; the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Under which terms its weights may be used, in up to 500 characters on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub licence: Option<String>,
}

/// The largest file that may be sent, in bytes: 1 GiB.
pub const LARGEST_FILE: u64 = 1 << 30;

/// Something that a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// What it is called there: `acc`.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// A network that takes every tensor, with all that its file does not tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// Its number, by which it is chosen; from 1.
    pub number: u32,
    /// The part of the file that it is: `ema`, `state_dict.0`; empty where it is all.
    pub part: String,
    /// The family's key: `resnet`.
    pub family: String,
    /// The network in words: `ResNet-20, convolution shortcut`.
    pub architecture: String,
    /// The number of trained parameters.
    pub parameters: u64,
    /// Channels, height and width of an image.
    pub input_shape: Vec<usize>,
    /// How many classes it tells apart.
    pub classes: u64,
    /// What is assumed of it.
    pub assumptions: Vec<Assumption>,
    /// Its clean accuracy on the images, where it was computed.
    pub accuracy: Option<Rate>,
    /// The mean cross entropy on them, in nats.
    pub loss: Option<f64>,
    /// How far the input of the first batch norm is from its running statistics, in nats: near 0 with the right normalisation.
    pub divergence: Option<f64>,
    /// How far it was computed: the images that were looked at. Who is clearly worse after a part of them is left there.
    pub images: u64,
}

/// Something that the file does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assumption {
    /// What it is: `normalisation`.
    pub name: String,
    /// As commands say it: `imagenet`.
    pub value: String,
    /// In words.
    pub words: String,
}

impl Candidate {
    /// What is assumed under a name.
    pub fn assumed(&self, name: &str) -> Option<&str> {
        let found = self.assumptions.iter().find(|one| one.name == name);
        found.map(|one| one.value.as_str())
    }
}
