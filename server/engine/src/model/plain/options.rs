//! The layers of a network without branches.

use crate::error::{Error, Result};
use crate::model::limits::within;
use serde::{Deserialize, Serialize};

/// Convolutions, then linear layers, each with an activation but the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainOptions {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub convolutions: Vec<PlainConv>,
    /// Whether each channel is averaged over the picture, rather than every number taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mean: bool,
    /// The linear layers before the last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<PlainLinear>,
    /// The last layer's name.
    pub head: String,
    pub activation: PlainActivation,
}

/// A convolution with what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainConv {
    /// Its name in the file.
    pub name: String,
    pub channels: i64,
    pub kernel: i64,
    pub stride: i64,
    pub padding: i64,
    pub bias: bool,
    /// The name of a batch norm between it and its activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
    /// What becomes of each 2x2 pixels behind its activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PlainPool>,
}

/// A linear layer with what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainLinear {
    /// Its name in the file.
    pub name: String,
    pub units: i64,
    /// The name of a batch norm between it and its activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
}

/// How 2x2 pixels become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainPool {
    Max,
    Average,
}

/// The activation behind every layer but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainActivation {
    Relu,
    Sigmoid,
    Tanh,
}

impl PlainActivation {
    /// As cards and commands say it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
        }
    }
}

impl PlainOptions {
    pub(super) fn within_limits(&self) -> Result<()> {
        if self.convolutions.len() > 32 || self.hidden.len() > 32 {
            return Err(Error::Card {
                field: "architecture.plain",
                value: format!(
                    "{} convolutions and {} linear layers before the last",
                    self.convolutions.len(),
                    self.hidden.len()
                ),
                expected: "at most 32 of each are right".to_owned(),
            });
        }
        for conv in &self.convolutions {
            within(&[
                ("architecture.plain.channels", conv.channels, 1, 4096),
                ("architecture.plain.kernel", conv.kernel, 1, 15),
                ("architecture.plain.stride", conv.stride, 1, 8),
                ("architecture.plain.padding", conv.padding, 0, 7),
            ])?;
        }
        for linear in &self.hidden {
            within(&[("architecture.plain.units", linear.units, 1, 65536)])?;
        }
        Ok(())
    }
}
