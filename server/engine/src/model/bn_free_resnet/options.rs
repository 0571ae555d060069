//! Which member of the family.

use super::super::weights::Weights;
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
    /// The sizes that the weights show.
    pub(in super::super) fn read(source: &Weights<'_>) -> Result<Self> {
        let sizes = |name: &str| source.sizes("bn_free_resnet", name, "[out, in, k, k]");
        let first = |stage: i64, block: i64| format!("layer{stage}.{block}.conv1.weight");
        let [stem, _, _, _] = sizes("conv1.weight")?;
        let mut stages = Vec::new();
        // A file without any stage is told which tensor it lacks.
        while stages.is_empty()
            || (source.has(&first(stages.len() as i64 + 1, 0)) && (stages.len() as i64) < MOST)
        {
            let stage = stages.len() as i64 + 1;
            let [channels, _, _, _] = sizes(&first(stage, 0))?;
            let blocks = (1..MOST)
                .find(|&block| !source.has(&first(stage, block)))
                .unwrap_or(MOST);
            stages.push(Stage { channels, blocks });
        }
        let [hidden, _] = source.sizes("bn_free_resnet", "linear1.weight", "[out, in]")?;
        Ok(Self {
            stem,
            stages,
            hidden,
        })
    }

    /// # Errors
    /// Names the option outside its limits.
    pub fn check(&self) -> Result<()> {
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
