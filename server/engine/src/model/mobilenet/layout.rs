//! Whose arrangement of the layers it is, and how that names them.

use serde::{Deserialize, Serialize};

/// Whose arrangement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MobileNetLayout {
    /// ReLU6; a block that does not widen lacks the first convolution.
    Torchvision,
    /// ReLU; every block has three convolutions, and one that keeps the picture's size projects past itself.
    Kuangliu,
}

/// A convolution of a block with its norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Widen,
    /// Of each channel by itself.
    Each,
    Narrow,
    /// Of what passes the block by.
    Past,
}

impl MobileNetLayout {
    /// The first convolution and its norm.
    pub(super) fn first(self) -> [&'static str; 2] {
        match self {
            Self::Torchvision => ["features.0.0", "features.0.1"],
            Self::Kuangliu => ["conv1", "bn1"],
        }
    }

    /// The last convolution and its norm.
    pub(super) fn last(self) -> [&'static str; 2] {
        match self {
            Self::Torchvision => ["features.18.0", "features.18.1"],
            Self::Kuangliu => ["conv2", "bn2"],
        }
    }

    pub(super) fn head(self) -> &'static str {
        match self {
            Self::Torchvision => "classifier.1",
            Self::Kuangliu => "linear",
        }
    }

    /// Whether a block has a convolution that widens.
    pub(super) fn widens(self, widen: i64) -> bool {
        self == Self::Kuangliu || widen > 1
    }

    /// A convolution of a block and its norm; blocks count from 0.
    pub(super) fn block(self, index: i64, widen: i64, part: Part) -> [String; 2] {
        match self {
            Self::Kuangliu => {
                let parts = match part {
                    Part::Widen => ["conv1", "bn1"],
                    Part::Each => ["conv2", "bn2"],
                    Part::Narrow => ["conv3", "bn3"],
                    Part::Past => ["shortcut.0", "shortcut.1"],
                };
                parts.map(|part| format!("layers.{index}.{part}"))
            }
            Self::Torchvision => {
                // Without the widening the others move up by one.
                let up = i64::from(!self.widens(widen));
                let parts = match part {
                    Part::Widen | Part::Past => ["0.0", "0.1"].map(str::to_owned),
                    Part::Each => [0, 1].map(|place| format!("{}.{place}", 1 - up)),
                    Part::Narrow => [2, 3].map(|place| (place - up).to_string()),
                };
                parts.map(|part| format!("features.{}.conv.{part}", index + 1))
            }
        }
    }
}
