//! What there is to choose from: models, data sets, attacks, measures, presets, devices.

use crate::adding::About;
use crate::measure::{self, MeasureInfo};
use crate::spec::attack::{self, AttackInfo};
use crate::spec::preset::{self, Preset};
use serde::{Deserialize, Serialize};

/// Everything that a form can offer and a run can name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalog {
    /// The program's version.
    pub version: String,
    /// The models, those that come with the program first.
    pub models: Vec<ModelInfo>,
    /// The data sets, those that come with the program first.
    pub data_sets: Vec<DataInfo>,
    /// The attacks with their parameters.
    pub attacks: Vec<AttackInfo>,
    /// The measures with their definitions.
    #[serde(deserialize_with = "crate::newer::known")]
    pub measures: Vec<MeasureInfo>,
    /// Attacks ready to take.
    #[serde(deserialize_with = "crate::newer::known")]
    pub presets: Vec<Preset>,
    /// What `device` may say on this machine.
    pub devices: Vec<String>,
    /// The device that `auto` stands for.
    pub auto_device: String,
}

impl Catalog {
    /// The catalogue of a machine with these models, data sets and devices (`auto` is added).
    pub fn new(
        version: &str,
        models: Vec<ModelInfo>,
        data_sets: Vec<DataInfo>,
        devices: &[String],
    ) -> Self {
        Self {
            version: version.to_owned(),
            models,
            data_sets,
            attacks: attack::all(),
            measures: measure::ALL
                .iter()
                .map(|measure| MeasureInfo::from(*measure))
                .collect(),
            presets: preset::all(),
            devices: std::iter::once("auto".to_owned())
                .chain(devices.iter().cloned())
                .collect(),
            auto_device: devices.last().cloned().unwrap_or_else(|| "cpu".to_owned()),
        }
    }

    /// The model with this id.
    pub fn model(&self, id: &str) -> Option<&ModelInfo> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The data set with this id.
    pub fn data_set(&self, id: &str) -> Option<&DataInfo> {
        self.data_sets.iter().find(|set| set.id == id)
    }
}

/// A model that runs can name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelInfo {
    /// The name in a run's JSON.
    pub id: String,
    /// The name in words.
    pub title: String,
    /// The architecture in words: `ResNet-20, zero channels on both sides`.
    pub architecture: String,
    /// The number of trained parameters.
    pub parameters: u64,
    /// Channels, height and width of an input.
    pub input_shape: Vec<usize>,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// The normalisation inside the model, in words: `ImageNet`, `none`, or the numbers.
    pub normalisation: String,
    /// The data set that it was trained for, if it says so.
    pub data: Option<String>,
    /// Accuracies that were measured, by name, as shares.
    pub accuracy: Vec<Accuracy>,
    /// How it was trained, in a sentence.
    pub training: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Under which terms its weights may be used, in somebody's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What whoever uses it should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// That it is a program, whose file is executed to compute with it, in words; absent of a network that is data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Whether it comes with the program.
    pub embedded: bool,
    /// The cost of one forward and backward pass of one example, in multiply-accumulates, where it is known.
    pub cost: Option<u64>,
    /// Why it cannot be used, if it cannot.
    pub problem: Option<String>,
}

/// A model with what it consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelDetail {
    /// What the catalogue says of it.
    pub model: ModelInfo,
    /// What its network does not tell.
    pub about: About,
    /// Its operators in the order in which they are computed; none of a model that cannot be used.
    pub layers: Vec<LayerInfo>,
    /// The multiplications and additions of one image's forward pass; those of norms, sums and activations are not counted.
    pub multiply_adds: u64,
}

/// One operator of a model, before anything is folded for speed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LayerInfo {
    /// Its name in the weights file, such as `layer1.0.conv1`; of operators without parameters one like it.
    pub name: String,
    /// What it is: `conv2d`, `batch_norm`, `linear`.
    pub kind: String,
    /// The sizes of its value for one image: channels, height and width, or the length of a row.
    pub shape: Vec<usize>,
    /// How many numbers training adjusts.
    pub parameters: u64,
    /// The multiplications and additions of one image.
    pub multiply_adds: u64,
}

impl ModelDetail {
    /// A model with its layers.
    pub fn new(model: ModelInfo, about: About, layers: Vec<LayerInfo>) -> Self {
        let multiply_adds = layers.iter().map(|layer| layer.multiply_adds).sum();
        Self {
            model,
            about,
            layers,
            multiply_adds,
        }
    }
}

/// A measured accuracy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accuracy {
    /// What was measured: `clean`, `PGD linf 8/255, 10 steps of 2/255`.
    pub name: String,
    /// The share that was right.
    pub share: f64,
    /// On how many images.
    pub n: u64,
}

/// A data set that runs can name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DataInfo {
    /// The name in a run's JSON.
    pub id: String,
    /// The name in words.
    pub title: String,
    /// The number of images.
    pub count: u64,
    /// Channels, height and width of an image.
    pub shape: Vec<usize>,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// What a person should know of how its files are read, one sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What a run may choose of corrupted pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrupted: Option<Corrupted>,
    /// Whether it comes with the program.
    pub embedded: bool,
    /// Why it cannot be used, if it cannot.
    pub problem: Option<String>,
}

/// The corruptions of a set such as CIFAR-10-C.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Corrupted {
    /// Those whose files are there.
    pub corruptions: Vec<String>,
    /// The one that a run gets that names none.
    pub corruption: String,
    /// How severe it is, from 1 to 5, of a run that does not say it; all five, one after another, where nothing is said here.
    pub severity: Option<u32>,
}
