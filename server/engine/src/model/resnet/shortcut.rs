//! What carries a block's input past it where the width grows and the picture shrinks.

use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Place};
use serde::{Deserialize, Serialize};

/// The three shortcuts in use.
///
/// The first two have no parameters and leave no trace in a weights file, so the wrong one loads
/// without an error and ruins the accuracy; [`super::ResNetOptions`] has to say which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortcut {
    /// Every second pixel, and zero channels on both sides, half of them each.
    Both,
    /// Every second pixel, and all zero channels after the others.
    After,
    /// A 1x1 convolution with stride 2 and a batch norm.
    Conv,
}

impl Shortcut {
    /// As cards and commands say it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::After => "after",
            Self::Conv => "conv",
        }
    }

    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Both => "parameter-free shortcut, zero channels on both sides",
            Self::After => "parameter-free shortcut, zero channels after",
            Self::Conv => "convolution shortcut",
        }
    }
}

impl Shortcut {
    /// What goes past a block that widens to `width` channels and halves the picture.
    pub(super) fn past(
        self,
        net: &mut Builder,
        x: Place,
        prefix: &str,
        width: i64,
    ) -> Result<Place> {
        let missing = width - net.shape(x)[0];
        let zeros = match self {
            Self::Both => [missing / 2, missing - missing / 2],
            Self::After => [0, missing],
            Self::Conv => {
                let [convolution, norm] = [0, 1].map(|part| format!("{prefix}.shortcut.{part}"));
                let x = net.conv(&convolution, x, Conv2d::new(width, 1, 2))?;
                return net.batch_norm(&norm, x, EPSILON);
            }
        };
        let x = net.every_second_pixel(x)?;
        net.pad(x, zeros[0], zeros[1])
    }
}
