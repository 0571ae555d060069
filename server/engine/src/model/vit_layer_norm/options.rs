//! Which member of the family.

use crate::error::{Error, Result};
use crate::model::limits::within;
use serde::{Deserialize, Serialize};

/// The sizes of its layers, and how they are arranged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNormVitOptions {
    /// Side of a patch, in pixels.
    pub patch: i64,
    /// Numbers per token.
    pub width: i64,
    /// Layers of attention.
    pub depth: i64,
    /// Heads of each layer, which share out the width.
    pub heads: i64,
    /// Units between the two linear layers that follow each attention.
    pub hidden: i64,
    /// Whether a learned token goes before the patches.
    pub class_token: bool,
    pub pooling: Pooling,
    /// Whether norms precede attention and linear layers, rather than follow their sums.
    pub norm_first: bool,
    pub activation: VitActivation,
    /// The ε of the layer norms.
    pub epsilon: f64,
}

/// What the last layer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The class token.
    Class,
    /// The mean of the patches.
    Mean,
}

impl Pooling {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Class => "class token",
            Self::Mean => "mean of the patches",
        }
    }
}

/// The activation between the two linear layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VitActivation {
    Gelu,
    Relu,
}

impl VitActivation {
    /// As cards and commands say it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Gelu => "gelu",
            Self::Relu => "relu",
        }
    }
}

impl LayerNormVitOptions {
    /// Patches of a picture, and the class token where there is one.
    pub(super) fn tokens(&self, [_, height, width]: [i64; 3]) -> i64 {
        let patch = self.patch.max(1);
        (height / patch) * (width / patch) + i64::from(self.class_token)
    }

    pub(super) fn within_limits(&self, input_shape: [i64; 3]) -> Result<()> {
        let [_, height, width] = input_shape;
        let refuse = |field, value: i64, expected: String| {
            Err(Error::Card {
                field,
                value: value.to_string(),
                expected,
            })
        };
        within(&[
            ("architecture.vit_layer_norm.width", self.width, 1, 4096),
            ("architecture.vit_layer_norm.hidden", self.hidden, 1, 16384),
            ("architecture.vit_layer_norm.depth", self.depth, 1, 64),
        ])?;
        if self.patch < 1 || height % self.patch != 0 || width % self.patch != 0 {
            let expected =
                format!("a divisor of the picture's sides {height} and {width} is right");
            return refuse("architecture.vit_layer_norm.patch", self.patch, expected);
        }
        if self.tokens(input_shape) > 4097 {
            let expected = format!("at most 4096 patches in {height}x{width} pixels are right");
            return refuse("architecture.vit_layer_norm.patch", self.patch, expected);
        }
        if self.heads < 1 || self.width % self.heads != 0 {
            let expected = format!("a divisor of the width {} is right", self.width);
            return refuse("architecture.vit_layer_norm.heads", self.heads, expected);
        }
        if !(1e-12..=0.1).contains(&self.epsilon) {
            return Err(Error::Card {
                field: "architecture.vit_layer_norm.epsilon",
                value: self.epsilon.to_string(),
                expected: "1e-12 to 0.1 is right".to_owned(),
            });
        }
        if self.pooling == Pooling::Class && !self.class_token {
            return Err(Error::Card {
                field: "architecture.vit_layer_norm.pooling",
                value: "class".to_owned(),
                expected: "without a class token the mean is right".to_owned(),
            });
        }
        Ok(())
    }
}
