//! Which files are read, and how.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The file formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CIFAR-10's binary version.
    Cifar10,
    /// CIFAR-100's binary version.
    Cifar100,
    /// The Python version of either, as pickles.
    CifarPickle,
    /// MNIST's two files of images and labels, and those of its kin.
    #[serde(alias = "mnist")]
    Idx,
    /// SVHN's cropped digits, MATLAB level 5.
    Svhn,
    /// CIFAR-10-C or CIFAR-100-C: one NumPy array a corruption.
    Corrupted,
    /// A folder of pictures, by class.
    Folder,
    /// Two NumPy arrays in one archive.
    Npz,
    /// Tables of pictures as Hugging Face ships them.
    Parquet,
}

/// The part of a data set, where the files hold both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    Train,
    Test,
}

/// Which data set idx files are, which their content does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Mnist,
    FashionMnist,
    Kmnist,
}

/// The order of an array's dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Image, channel, row, column.
    Nchw,
    /// Image, row, column, channel.
    Nhwc,
}

/// The size to which pictures are brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Resize {
    /// The shorter side, the other in proportion: torchvision's `Resize(256)`.
    Shorter(usize),
    /// Height and width: torchvision's `Resize((224, 224))`.
    Exact([usize; 2]),
}

/// What the files leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Needed where files of both parts are there.
    pub split: Option<Split>,
    /// Of idx files; MNIST where nothing is said.
    pub kind: Option<Kind>,
    /// Names of the classes, in the order of the labels, in place of those that the format gives.
    pub classes: Option<Vec<String>>,
    /// Of pictures in a folder or a table.
    pub resize: Option<Resize>,
    /// The side of the square that is cut from the middle after resizing: torchvision's `CenterCrop(224)`.
    pub crop: Option<usize>,
    /// Of CIFAR-10-C: the file's name without `.npy`.
    pub corruption: Option<String>,
    /// Of CIFAR-10-C: 1 to 5; all five where nothing is said.
    pub severity: Option<u8>,
    /// Of a folder without class folders: ImageNet's `imagenet_class_index.json`.
    pub index_file: Option<PathBuf>,
    /// Of NumPy arrays whose shape does not tell it.
    pub layout: Option<Layout>,
}
