//! The names that public weights give to the same layers.

use crate::error::{Error, Result};
use crate::model::weights::Weights;

/// One way to name the layers.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::model) struct Naming {
    pub(super) stem: &'static str,
    pub(super) stem_norm: &'static str,
    /// Prefix of a stage, before its number from 1 on.
    stage: &'static str,
    /// The two convolutions of a block and the batch norms behind them.
    pub(super) convolutions: [&'static str; 2],
    pub(super) norms: [&'static str; 2],
    /// Convolution and batch norm of a projecting shortcut.
    pub(super) projection: [&'static str; 2],
    pub(super) head: &'static str,
}

/// The namings of three public collections, told apart by the head's name.
const KNOWN: [Naming; 3] = [
    // akamaster/pytorch_resnet_cifar10
    Naming {
        stem: "conv1",
        stem_norm: "bn1",
        stage: "layer",
        convolutions: ["conv1", "conv2"],
        norms: ["bn1", "bn2"],
        projection: ["shortcut.0", "shortcut.1"],
        head: "linear",
    },
    // fanghenshao
    Naming {
        stem: "conv_1_3x3",
        stem_norm: "bn_1",
        stage: "stage_",
        convolutions: ["conv_a", "conv_b"],
        norms: ["bn_a", "bn_b"],
        projection: ["downsample.0", "downsample.1"],
        head: "classifier",
    },
    // chenyaofo/pytorch-cifar-models
    Naming {
        stem: "conv1",
        stem_norm: "bn1",
        stage: "layer",
        convolutions: ["conv1", "conv2"],
        norms: ["bn1", "bn2"],
        projection: ["downsample.0", "downsample.1"],
        head: "fc",
    },
];

impl Naming {
    /// One of them, where only sizes matter.
    pub(in crate::model) fn any() -> &'static Self {
        &KNOWN[0]
    }

    /// The naming of a file.
    ///
    /// # Errors
    /// [`Error::Safetensors`] when the last layer has none of the known names.
    pub(in crate::model) fn of(weights: &Weights<'_>) -> Result<&'static Self> {
        let has_head = |naming: &&Naming| weights.has(&format!("{}.weight", naming.head));
        KNOWN
            .iter()
            .find(has_head)
            .ok_or_else(|| Error::Safetensors {
                reason:
                    "a CIFAR ResNet's last layer is called linear.weight, classifier.weight or \
                     fc.weight; this file has none of them"
                        .into(),
            })
    }

    /// The prefix of a block; stages count from 0 here, blocks in both.
    pub(super) fn block(&self, stage: usize, index: i64) -> String {
        format!("{}{}.{index}", self.stage, stage + 1)
    }
}
