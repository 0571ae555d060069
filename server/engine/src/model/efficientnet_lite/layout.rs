//! Whose names the layers have.

use serde::{Deserialize, Serialize};

/// Whose names the layers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EfficientNetLayout {
    /// Blocks are counted through all stages, as in EfficientNet-PyTorch.
    Flat,
    /// Blocks are counted by stage, as in timm.
    Timm,
}

/// A convolution of a block with its norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Widen,
    /// Of each channel by itself.
    Each,
    Narrow,
}

/// Channels and blocks of the seven stages.
type Stages = ([i64; 7], [i64; 7]);

impl EfficientNetLayout {
    /// The first convolution and its norm.
    pub(super) fn first(self) -> [&'static str; 2] {
        match self {
            Self::Flat => ["_conv_stem", "_bn0"],
            Self::Timm => ["conv_stem", "bn1"],
        }
    }

    /// The last convolution and its norm.
    pub(super) fn last(self) -> [&'static str; 2] {
        match self {
            Self::Flat => ["_conv_head", "_bn1"],
            Self::Timm => ["conv_head", "bn2"],
        }
    }

    pub(super) fn head(self) -> &'static str {
        match self {
            Self::Flat => "_fc",
            Self::Timm => "classifier",
        }
    }

    /// A convolution of a block and its norm; stages and blocks count from 0.
    pub(super) fn block(
        self,
        blocks: &[i64; 7],
        [stage, block]: [i64; 2],
        widen: i64,
        part: Part,
    ) -> [String; 2] {
        match self {
            Self::Flat => {
                let before: i64 = blocks.iter().take(stage as usize).sum();
                let parts = match part {
                    Part::Widen => ["_expand_conv", "_bn0"],
                    Part::Each => ["_depthwise_conv", "_bn1"],
                    Part::Narrow => ["_project_conv", "_bn2"],
                };
                parts.map(|part| format!("_blocks.{}.{part}", before + block))
            }
            Self::Timm => {
                let parts = match (part, widen > 1) {
                    (Part::Widen, _) => ["conv_pw", "bn1"],
                    (Part::Each, true) => ["conv_dw", "bn2"],
                    (Part::Each, false) => ["conv_dw", "bn1"],
                    (Part::Narrow, true) => ["conv_pwl", "bn3"],
                    (Part::Narrow, false) => ["conv_pw", "bn2"],
                };
                parts.map(|part| format!("blocks.{stage}.{block}.{part}"))
            }
        }
    }

    /// What the convolutions that narrow show, given how many channels a convolution has.
    pub(super) fn stages(self, out: &dyn Fn(&str) -> Option<i64>) -> Option<Stages> {
        let (mut stages, mut blocks) = (Vec::new(), Vec::new());
        match self {
            // A stage is where the channels change.
            Self::Flat => {
                let each = |block: i64| out(&format!("_blocks.{block}._project_conv"));
                for channels in (0..256).map_while(each) {
                    match stages.last() == Some(&channels) {
                        true => *blocks.last_mut()? += 1,
                        false => {
                            stages.push(channels);
                            blocks.push(1);
                        }
                    }
                }
            }
            Self::Timm => {
                for stage in 0..7 {
                    let narrow = if stage == 0 { "conv_pw" } else { "conv_pwl" };
                    let each = |block: i64| out(&format!("blocks.{stage}.{block}.{narrow}"));
                    stages.push(each(0)?);
                    blocks.push((0..256).map_while(each).count() as i64);
                }
            }
        }
        Some((stages.try_into().ok()?, blocks.try_into().ok()?))
    }
}
