//! Where sharpness peaks, seen from the first flip.

use super::accuracy::seed;
use super::figure::{Figure, Unit};
use super::histogram::{Counts, bars};
use super::mark::Shade;
use super::{Chart, Source, banded, words};
use crate::route::ViewState;
use crate::statistic::Rate;
use crate::valley::PassSummary;

/// Where the peak of sharpness lies, counted from the first flip.
pub struct PeakMinusFlip;

impl Chart for PeakMinusFlip {
    fn id(&self) -> &'static str {
        "peak-minus-flip"
    }

    fn title(&self) -> &'static str {
        "Peak of sharpness minus first flip"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let groups: Vec<Counts> = sources
            .iter()
            .filter_map(|source| {
                let counts = &banded::summary(source, view)?.peak_minus_flip;
                let bars = counts.iter().map(|(steps, count)| (*steps as f64, *count));
                Some(Counts::of(source, bars.collect()))
            })
            .collect();
        let first = sources
            .first()
            .and_then(|source| banded::summary(source, view));
        let label = match (first, sources.len()) {
            (Some(summary), 1) if summary.peak_at_flip.n > 0 => format!(
                "at the flip or one step before: {}{}",
                rate(&summary.peak_at_flip),
                chance(summary, ", chance")
            ),
            _ => "at the flip or one step before".to_owned(),
        };
        let shade = Shade {
            from: -1.5,
            to: 0.5,
            label,
        };
        let mut figure = bars(
            self.id(),
            self.title(),
            "step of the peak minus step of the first flip",
            (-3, 3),
            groups,
        );
        figure.subtitle = match (sources, first) {
            ([source], Some(summary)) => format!(
                "{} of {} examples, right at the clean point, flipped{}",
                summary.flipped.hits,
                summary.n,
                seed(source, view)
            ),
            _ => "Share of the examples that are right at the clean point and flip".to_owned(),
        };
        let sentences: Vec<String> = sources
            .iter()
            .filter_map(|source| {
                let summary = banded::summary(source, view)?;
                let name = if sources.len() > 1 {
                    format!("{}: ", source.name)
                } else {
                    String::new()
                };
                Some(match summary.peak_at_flip.n {
                    0 => format!("{name}no image has flipped."),
                    _ => format!(
                        "{name}the peak is at the flip or one step before in {}{}.",
                        rate(&summary.peak_at_flip),
                        chance(summary, "; chance would be")
                    ),
                })
            })
            .collect();
        figure.empty = words::NO_FLIP;
        figure.say(&sentences);
        for panel in &mut figure.panels {
            panel.shades = vec![shade.clone()];
        }
        figure
    }
}

/// `213 of 256 = 83.2 % (78.1 to 87.3)`.
/// What chance would give, after these words; nothing where nothing flipped.
fn chance(summary: &PassSummary, words: &str) -> String {
    match summary.peak_at_flip.n {
        0 => String::new(),
        _ => format!("{words} {}", Unit::Percent.text(summary.chance)),
    }
}

fn rate(rate: &Rate) -> String {
    let number = |share: f64| Unit::Percent.text(share).trim_end_matches(" %").to_owned();
    format!(
        "{} of {} = {} % ({} to {})",
        rate.hits,
        rate.n,
        number(rate.share.0),
        number(rate.low.0),
        number(rate.high.0)
    )
}
