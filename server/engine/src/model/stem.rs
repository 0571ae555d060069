//! What large networks do before their first block.

use crate::error::Result;
use crate::graph::op::{Conv2d, Op, Pair, PoolMax};
use crate::graph::{Builder, Place};
use serde::{Deserialize, Serialize};

/// How a picture is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stem {
    /// For small pictures: they keep their size.
    Small,
    /// For large pictures: halved by a convolution, and again by the maximum of each 3x3 pixels.
    Large,
}

impl Stem {
    /// By the side of the first convolution's kernels.
    pub(super) fn of(kernel: i64) -> Self {
        match kernel {
            7 => Self::Large,
            _ => Self::Small,
        }
    }

    /// As cards and commands say it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Small => "stem for small pictures",
            Self::Large => "stem for large pictures",
        }
    }

    /// Its convolution, of 3x3 or 7x7 pixels.
    pub(super) fn conv(self, channels: i64) -> Conv2d {
        match self {
            Self::Small => Conv2d::new(channels, 3, 1),
            Self::Large => Conv2d::new(channels, 7, 2),
        }
    }
}

/// The maximum of each 3x3 pixels, which halves the picture.
pub(super) fn pool(net: &mut Builder, x: Place) -> Result<Place> {
    let pool = PoolMax {
        kernel: Pair::both(3),
        stride: Pair::both(2),
        padding: Pair::both(1),
        dilation: Pair::one(),
        rest: false,
    };
    net.unnamed(Op::PoolMax(pool), &[x])
}
