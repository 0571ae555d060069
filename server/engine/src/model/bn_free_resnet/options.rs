//! Which member of the family.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The sizes of its layers; ResNet-4B's unless given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BnFreeResNetOptions {
    /// Channels of the first convolution, which halves the picture.
    pub stem: i64,
    /// The stages of residual blocks; the first block of each halves the picture.
    pub stages: Vec<Stage>,
    /// Units of the first linear layer: the features.
    pub hidden: i64,
}

/// Residual blocks of the same width.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub channels: i64,
    pub blocks: i64,
}

/// More stages or blocks than any picture here can use.
const MOST: i64 = 64;

impl Default for BnFreeResNetOptions {
    fn default() -> Self {
        let stage = Stage {
            channels: 32,
            blocks: 2,
        };
        Self {
            stem: 16,
            stages: vec![stage.clone(), stage],
            hidden: 100,
        }
    }
}

impl BnFreeResNetOptions {
    /// # Errors
    /// Names the option outside its limits.
    pub(super) fn within_limits(&self) -> Result<()> {
        let refuse = |field, value: String, expected: &str| {
            Err(Error::Card {
                field,
                value,
                expected: expected.to_owned(),
            })
        };
        if !(1..=1024).contains(&self.stem) {
            return refuse(
                "architecture.bn_free_resnet.stem",
                self.stem.to_string(),
                "1 to 1024 channels are right",
            );
        }
        let fits = |stage: &Stage| {
            (1..=1024).contains(&stage.channels) && (1..=MOST).contains(&stage.blocks)
        };
        if !(1..=8).contains(&self.stages.len()) || !self.stages.iter().all(fits) {
            return refuse(
                "architecture.bn_free_resnet.stages",
                format!("{:?}", self.stages),
                "1 to 8 stages of 1 to 64 blocks with 1 to 1024 channels are right",
            );
        }
        if !(1..=4096).contains(&self.hidden) {
            return refuse(
                "architecture.bn_free_resnet.hidden",
                self.hidden.to_string(),
                "1 to 4096 units are right",
            );
        }
        Ok(())
    }

    /// The number of blocks of each stage: `2+2`.
    pub(crate) fn blocks(&self) -> String {
        let blocks: Vec<_> = self.stages.iter().map(|s| s.blocks.to_string()).collect();
        blocks.join("+")
    }
}
