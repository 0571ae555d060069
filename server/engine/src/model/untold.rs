//! What no weights file tells, so that a wrong one loads without an error and ruins the accuracy.

use super::card::ModelCard;
use super::family::Untold;
use super::load::graph;

impl ModelCard {
    /// Every assumption of the description that its weights cannot confirm.
    pub fn untold(&self) -> Vec<Untold> {
        let [channels, height, width] = self.input_shape;
        let mut untold = vec![
            Untold {
                name: "input",
                value: format!("{channels}x{height}x{width}"),
                words: format!("{channels} channels of {height}x{width} pixels in [0, 1]"),
            },
            Untold {
                name: "normalisation",
                value: self.normalisation.short(),
                words: self.normalisation.to_string(),
            },
            Untold::new("classes", self.classes.join(", ")),
        ];
        let family = self.architecture.family();
        if family.tells_all() {
            untold.retain(|one| one.name != "input");
            return untold;
        }
        untold.extend(family.untold());
        let epsilons = graph(self).map(|graph| graph.epsilons());
        if let Some(epsilon) = epsilons.unwrap_or_default().first() {
            untold.push(Untold::new("epsilon", epsilon));
        }
        untold
    }
}
