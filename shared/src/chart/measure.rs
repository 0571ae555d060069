//! Any one measure by step.

use super::figure::{Figure, Unit};
use super::mark::Guide;
use super::{Chart, Source, by_step, shares, words};
use crate::amount::significant;
use crate::measure::Measure;
use crate::route::{ViewState, YScale};
use crate::series::{Range, Role};

/// A measure by step.
pub struct ByStep {
    id: &'static str,
    title: &'static str,
    /// Which one; the view's where it is none.
    measure: Option<Measure>,
}

/// The loss.
pub const LOSS: ByStep = ByStep {
    id: "loss",
    title: "Loss by step",
    measure: Some(Measure::Loss),
};
/// The probability of the predicted class.
pub const CONFIDENCE: ByStep = ByStep {
    id: "confidence",
    title: "Confidence by step",
    measure: Some(Measure::Confidence),
};
/// Whatever measure the view names.
pub const ANY: ByStep = ByStep {
    id: "measure",
    title: "Any measure by step",
    measure: None,
};

impl Chart for ByStep {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn averages_seeds(&self) -> bool {
        true
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let measure = self.measure.unwrap_or(view.measure);
        // A figure of its own measure keeps the scale that suits it: the view's choice is about the main figure.
        let own = ViewState {
            y: YScale::Auto,
            ..view.clone()
        };
        let view = if self.measure.is_some() { &own } else { view };
        let mut panel = by_step::panel(sources, measure, view);
        if measure == Measure::Confidence && !panel.y.range.log {
            panel.y.range = Range {
                log: false,
                low: 0.0,
                high: 1.04,
            };
        }
        panel.guides = guides(measure, sources);
        // Of the figures of a measure of their own only the loss has single examples.
        if let (Some(_), super::Content::Curves(curves)) = (self.measure, &mut panel.content) {
            curves.retain(|curve| curve.role != Role::Single || measure == Measure::Loss);
        }
        let title = format!("{} by step", measure.title());
        let mut figure = words::figure(self.id, title, sources, view, vec![panel]);
        if measure.is_category() {
            shares::describe(&mut figure, sources, view);
        }
        figure
    }
}

/// Values to compare a measure with.
fn guides(measure: Measure, sources: &[Source<'_>]) -> Vec<Guide> {
    let guide = |value: f64, label: String| Guide { value, label };
    match measure {
        Measure::Loss => {
            let mut guides = vec![guide(
                std::f64::consts::LN_2,
                "ln 2: not flipped below".to_owned(),
            )];
            if let Some(classes) = sources
                .first()
                .map(|source| source.classes.len())
                .filter(|classes| *classes > 2)
            {
                let value = (classes as f64).ln();
                guides.push(guide(
                    value,
                    format!("ln {classes} = {}: wrong above", significant(value, 3)),
                ));
            }
            guides
        }
        Measure::Margin => vec![guide(0.0, "flip".to_owned())],
        Measure::Confidence => sources
            .first()
            .map(|source| source.classes.len())
            .filter(|classes| *classes > 2)
            .map(|classes| {
                guide(
                    1.0 / classes as f64,
                    format!("1/{classes} = {}", Unit::Plain.text(1.0 / classes as f64)),
                )
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}
