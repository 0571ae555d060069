//! What carries a block's input past it where the width grows and the picture shrinks.

use super::super::convolution::Convolution;
use super::super::weights::Weights;
use super::naming::Naming;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

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
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Both => "parameter-free shortcut, zero channels on both sides",
            Self::After => "parameter-free shortcut, zero channels after",
            Self::Conv => "convolution shortcut",
        }
    }
}

/// A shortcut with its weights.
#[derive(Debug)]
pub(super) enum Path {
    Identity,
    /// Numbers of zero channels before and after.
    Pad([i64; 2]),
    Project(Convolution),
}

impl Path {
    pub(super) fn take(
        source: &mut Weights<'_>,
        naming: &Naming,
        prefix: &str,
        [from, to]: [i64; 2],
        shortcut: Shortcut,
    ) -> Result<Self> {
        if from == to {
            return Ok(Self::Identity);
        }
        let missing = to - from;
        Ok(match shortcut {
            Shortcut::Both => Self::Pad([missing / 2, missing - missing / 2]),
            Shortcut::After => Self::Pad([0, missing]),
            Shortcut::Conv => {
                let [convolution, norm] = naming.projection.map(|name| format!("{prefix}.{name}"));
                Self::Project(Convolution::take_folded(
                    source,
                    &convolution,
                    &norm,
                    [to, from, 1],
                    2,
                )?)
            }
        })
    }

    /// `[N, from, H, W]` to `[N, to, ⌈H/2⌉, ⌈W/2⌉]`, or `x` itself.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(match self {
            Self::Identity => x.shallow_clone(),
            Self::Pad([before, after]) => {
                let every_second = x.f_slice(2, None, None, 2)?.f_slice(3, None, None, 2)?;
                every_second.f_constant_pad_nd([0, 0, 0, 0, *before, *after])?
            }
            Self::Project(convolution) => convolution.forward(x)?,
        })
    }

    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(match self {
            Self::Project(convolution) => Self::Project(convolution.to(device, kind)?),
            other => other,
        })
    }
}
