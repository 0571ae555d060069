//! The two factors of sharpness apart: uncertainty and feature energy.

use super::figure::Figure;
use super::{Chart, Source, by_step, words};
use crate::measure::Measure;
use crate::route::{ViewState, YScale};

/// Gini uncertainty over feature energy, with one horizontal axis. The weights, the third factor, do not change along an attack.
pub struct Factors;

impl Chart for Factors {
    fn id(&self) -> &'static str {
        "factors"
    }

    fn title(&self) -> &'static str {
        "Factors of sharpness by step"
    }

    fn averages_seeds(&self) -> bool {
        true
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let plain = Source::without_examples;
        let sources: Vec<Source<'_>> = sources.iter().map(plain).collect();
        let view = ViewState {
            y: YScale::Auto,
            ..view.clone()
        };
        let mut panels: Vec<_> = [Measure::Gini, Measure::PhiSq]
            .map(|measure| by_step::panel(&sources, measure, &view))
            .into();
        // The flip is named once, above the upper panel.
        if let (1, Some(lower)) = (sources.len(), panels.last_mut()) {
            for rule in &mut lower.rules {
                rule.label.clear();
            }
        }
        words::figure(self.id(), self.title().to_owned(), &sources, &view, panels)
    }
}
