//! When examples flip first.

use super::accuracy::seed;
use super::figure::{Figure, Unit};
use super::histogram::{Counts, bars};
use super::{Chart, Source, banded, words};
use crate::route::ViewState;

/// When examples flip first.
pub struct FirstFlip;

impl Chart for FirstFlip {
    fn id(&self) -> &'static str {
        "first-flip"
    }

    fn needs_trace(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "Step of the first flip"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let mut groups = Vec::new();
        let (mut sentences, mut subtitle) = (Vec::new(), String::new());
        for source in sources {
            let pass = banded::first(source, view);
            let Some(summary) = pass.and_then(|pass| pass.summary.as_ref()) else {
                continue;
            };
            let line = &summary.timeline;
            // Whoever was right up to the step before and is not any more flips here, unless there is no prediction; both counts must be of the same examples.
            let lost = |place: usize| line.not_finite.get(place).copied().unwrap_or(0);
            let bars = line
                .steps
                .windows(2)
                .zip(line.robust.windows(2))
                .enumerate()
                .filter_map(|(place, (steps, robust))| {
                    let same = robust[0].n == robust[1].n && robust[1].n > 0;
                    let unknown = lost(place + 1).saturating_sub(lost(place));
                    let count = robust[0].hits.checked_sub(robust[1].hits + unknown)?;
                    (same && count > 0).then_some((f64::from(steps[1]), count))
                });
            // The axis ends where the flips do: an attack goes on long after most of them.
            groups.push(Counts::of(source, bars.collect()));
            let never = line.robust.last().copied().unwrap_or_default();
            subtitle = format!(
                "{} of {} examples stay right to the end{}",
                never.hits,
                never.n,
                seed(source, view)
            );
            let name = if sources.len() > 1 {
                format!("{}: ", source.name)
            } else {
                String::new()
            };
            let flips = &summary.summary.first_flip;
            let median = match flips.n {
                0 => "no image has flipped".to_owned(),
                _ => format!("median first flip {}", Unit::Plain.text(flips.median.0)),
            };
            sentences.push(format!(
                "{name}{median}; {} of {} examples stay right to the end.",
                never.hits, never.n
            ));
        }
        let mut figure = bars(
            self.id(),
            self.title(),
            "step of the first flip",
            (1, 5),
            groups,
        );
        figure.subtitle = if sources.len() > 1 {
            "Share of the examples that flip".to_owned()
        } else {
            subtitle
        };
        figure.empty = words::NO_FLIP;
        figure.say(&sentences);
        figure
    }
}
