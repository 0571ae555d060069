//! Sharpness by step: the main figure.

use super::figure::Figure;
use super::{Chart, Source, by_step, shares, words};
use crate::route::ViewState;

/// Sharpness by step, for the measure that the view chooses: on a log axis median and quartiles, on a linear one mean and interval.
pub struct Sharpness;

impl Chart for Sharpness {
    fn id(&self) -> &'static str {
        "sharpness"
    }

    fn title(&self) -> &'static str {
        "Sharpness by step"
    }

    fn averages_seeds(&self) -> bool {
        true
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let panel = by_step::panel(sources, view.measure, view);
        let title = format!("{} by step", view.measure.title());
        let mut figure = words::figure(self.id(), title, sources, view, vec![panel]);
        if view.measure.is_category() {
            shares::describe(&mut figure, sources, view);
        }
        figure
    }
}
