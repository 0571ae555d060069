//! The residual networks for CIFAR: depth 6n+2, widths 16, 32 and 64 (or a multiple of them).
//!
//! He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", section 4.2,
//! <https://arxiv.org/abs/1512.03385>.

mod naming;
mod shortcut;

pub use shortcut::Shortcut;

pub(super) use naming::Naming;

use super::ModelCard;
use crate::error::{Error, Result};
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetOptions {
    /// Layers with weights: 20, 32, 44, 56, ..., each 6n+2.
    pub depth: i64,
    /// What carries a block's input past it where the width grows.
    pub shortcut: Shortcut,
    /// Channels of the first stage, doubled by the second and by the third; 16 in the paper.
    #[serde(default = "paper_width", skip_serializing_if = "is_paper_width")]
    pub width: i64,
}

fn paper_width() -> i64 {
    16
}

fn is_paper_width(width: &i64) -> bool {
    *width == paper_width()
}

impl ResNetOptions {
    /// The paper's widths.
    pub fn new(depth: i64, shortcut: Shortcut) -> Self {
        Self {
            depth,
            shortcut,
            width: paper_width(),
        }
    }

    /// # Errors
    /// Names the option outside its limits.
    pub fn check(&self) -> Result<()> {
        if !(1..=1024).contains(&self.width) {
            return Err(Error::Card {
                field: "architecture.resnet.width",
                value: self.width.to_string(),
                expected: "1 to 1024 channels are right; the paper has 16".into(),
            });
        }
        if (8..=1202).contains(&self.depth) && (self.depth - 2) % 6 == 0 {
            return Ok(());
        }
        Err(Error::Card {
            field: "architecture.resnet.depth",
            value: self.depth.to_string(),
            expected: "6n + 2 from 8 to 1202 is right, such as 20, 32, 44, 56 or 110".into(),
        })
    }

    /// Channels of the three stages; the second and the third halve the picture.
    fn widths(&self) -> [i64; 3] {
        [self.width, 2 * self.width, 4 * self.width]
    }

    fn blocks_per_stage(&self) -> i64 {
        (self.depth - 2) / 6
    }
}

impl ResNetOptions {
    /// The network with the layers' names of one of the public collections.
    pub(super) fn graph(&self, card: &ModelCard, naming: &Naming) -> Result<Graph> {
        let (mut net, pixels) = Builder::new(card.input_shape);
        let x = net.normalise(pixels, &card.normalisation)?;
        let widths = self.widths();
        let x = net.conv(naming.stem, x, Conv2d::new(widths[0], 3, 1))?;
        let x = net.batch_norm(naming.stem_norm, x, EPSILON)?;
        let mut x = net.relu(x)?;
        for (stage, width) in widths.into_iter().enumerate() {
            for index in 0..self.blocks_per_stage() {
                let prefix = naming.block(stage, index);
                x = block(&mut net, x, naming, &prefix, width, self.shortcut)?;
            }
        }
        let features = net.pool_mean(x)?;
        net.head(naming.head, features, card.class_count())
    }
}

/// The basic residual block: `relu(second(relu(first(x))) + shortcut(x))`; one that widens halves the picture.
fn block(
    net: &mut Builder,
    x: Place,
    naming: &Naming,
    prefix: &str,
    width: i64,
    shortcut: Shortcut,
) -> Result<Place> {
    let grows = net.shape(x).first() != Some(&width);
    let stride = if grows { 2 } else { 1 };
    let [first, second] = naming.convolutions.map(|name| format!("{prefix}.{name}"));
    let [first_norm, second_norm] = naming.norms.map(|name| format!("{prefix}.{name}"));
    let inner = net.conv(&first, x, Conv2d::new(width, 3, stride))?;
    let inner = net.batch_norm(&first_norm, inner, EPSILON)?;
    let inner = net.relu(inner)?;
    let inner = net.conv(&second, inner, Conv2d::new(width, 3, 1))?;
    let inner = net.batch_norm(&second_norm, inner, EPSILON)?;
    let past = match grows {
        true => shortcut.past(net, x, naming, prefix, width)?,
        false => x,
    };
    let sum = net.sum(inner, past)?;
    net.relu(sum)
}
