//! What a point of an example's path says of the model.

use super::Readings;
use crate::measure::Measure;

/// What a point of a path says of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The label is predicted, or the point lies outside the bound.
    Holds,
    /// Another class is.
    Broken,
    /// None is, because a logit is infinite or not a number: neither right nor wrong.
    Unknown,
}

impl Readings {
    /// The class predicted at a point, if it is recorded; nothing where the logits are not finite.
    pub fn prediction(&self, point: usize, row: usize) -> Option<u32> {
        self.get(Measure::Pred, point, row)
            .filter(|class| !class.is_nan())
            .map(|class| class as u32)
    }

    /// Whether the prediction at a point is the label, if there is one.
    pub fn right(&self, point: usize, row: usize) -> Option<bool> {
        let label = self.examples.get(row)?.label;
        Some(self.prediction(point, row)? == label)
    }

    /// What a point says of the model, if it is recorded.
    pub fn standing(&self, point: usize, row: usize) -> Option<Standing> {
        let label = self.examples.get(row)?.label;
        self.get(Measure::Pred, point, row)?;
        Some(match self.prediction(point, row) {
            Some(class) if class == label => Standing::Holds,
            // Of a clean image the perturbation is nothing, so it counts as it is.
            _ if !self.inside(point, row) => Standing::Holds,
            Some(_) => Standing::Broken,
            None => Standing::Unknown,
        })
    }

    /// Whether a point lies within the bound, where there is one.
    fn inside(&self, point: usize, row: usize) -> bool {
        self.bound.is_none_or(|bound| {
            (self.get(bound.measure(), point, row)).is_some_and(|length| bound.holds(length))
        })
    }
}
