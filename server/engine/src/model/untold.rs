//! What no weights file tells, so that a wrong one loads without an error and ruins the accuracy.

use super::card::{Architecture, ModelCard};
use crate::graph::op::EPSILON;

impl ModelCard {
    /// Every assumption of the description that its weights cannot confirm, each by name with what is assumed.
    pub fn untold(&self) -> Vec<(&'static str, String)> {
        let [channels, height, width] = self.input_shape;
        let mut untold = vec![
            (
                "input",
                format!("{channels} channels of {height}x{width} pixels in [0, 1]"),
            ),
            ("normalisation", self.normalisation.to_string()),
            ("order of classes", self.classes.join(", ")),
        ];
        let epsilon = || ("batch norm's epsilon", EPSILON.to_string());
        match &self.architecture {
            Architecture::ResNet(options) => {
                untold.push(("shortcut", options.shortcut.describe().to_owned()));
                untold.push(epsilon());
            }
            Architecture::Vit(options) => {
                untold.push(("heads", options.heads.to_string()));
                untold.push(epsilon());
            }
            Architecture::SmallCnn(options) => {
                let strides = options.layers.iter().map(|layer| layer.stride.to_string());
                untold.push(("strides", strides.collect::<Vec<_>>().join(", ")));
                if let Some(hidden) = &options.hidden {
                    untold.push(("bound of the hidden layer", hidden.bound.to_string()));
                }
            }
            Architecture::BnFreeResNet(_) | Architecture::LeNet(_) => {}
        }
        untold
    }
}
