//! Histograms: peak minus flip, and the first flip.

use super::accuracy::seed;
use super::figure::{Bars, Content, Figure, Panel, Shade, Unit, YAxis};
use super::stops::XAxis;
use super::{Chart, Source, banded, words};
use crate::route::ViewState;
use crate::series::Range;
use crate::statistic::Rate;

/// Where the peak of sharpness lies, counted from the first flip.
pub struct PeakMinusFlip;

/// When examples flip first.
pub struct FirstFlip;

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
            (Some(summary), 1) => format!(
                "at the flip or one step before: {}, chance {}",
                rate(&summary.peak_at_flip),
                Unit::Percent.text(summary.chance)
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
                Some(format!(
                    "{name}the peak is at the flip or one step before in {}; chance would be {}.",
                    rate(&summary.peak_at_flip),
                    Unit::Percent.text(summary.chance)
                ))
            })
            .collect();
        figure.say(&sentences);
        for panel in &mut figure.panels {
            panel.shades = vec![shade.clone()];
        }
        figure
    }
}

impl Chart for FirstFlip {
    fn id(&self) -> &'static str {
        "first-flip"
    }

    fn title(&self) -> &'static str {
        "Step of the first flip"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let mut groups = Vec::new();
        let (mut sentences, mut subtitle) = (Vec::new(), String::new());
        let mut last = 5;
        for source in sources {
            let pass = source.state.passes.get(view.pass.unwrap_or(0));
            let Some(summary) = pass.and_then(|pass| pass.summary.as_ref()) else {
                continue;
            };
            let line = &summary.timeline;
            // Whoever was right up to the step before and is not any more flips here; both counts must be of the same examples.
            let bars = line
                .steps
                .windows(2)
                .zip(line.robust.windows(2))
                .filter_map(|(steps, robust)| {
                    let same = robust[0].n == robust[1].n && robust[1].n > 0;
                    let count = robust[0].hits.checked_sub(robust[1].hits)?;
                    (same && count > 0).then_some((f64::from(steps[1]), count))
                });
            groups.push(Counts::of(source, bars.collect()));
            last = last.max(line.steps.last().copied().map_or(0, i64::from));
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
            let median = Unit::Plain.text(summary.summary.first_flip.median.0);
            sentences.push(format!(
                "{name}median first flip {median}; {} of {} examples stay right to the end.",
                never.hits, never.n
            ));
        }
        let mut figure = bars(
            self.id(),
            self.title(),
            "step of the first flip",
            (1, last),
            groups,
        );
        figure.subtitle = if sources.len() > 1 {
            "Share of the examples that flip".to_owned()
        } else {
            subtitle
        };
        figure.say(&sentences);
        figure
    }
}

/// How many examples of a run there are at each place.
struct Counts {
    name: String,
    slot: usize,
    counts: Vec<(f64, usize)>,
}

impl Counts {
    fn of(source: &Source<'_>, counts: Vec<(f64, usize)>) -> Self {
        Self {
            name: source.name.to_owned(),
            slot: source.slot,
            counts,
        }
    }
}

/// `213 of 256 = 83.2 % (78.1 to 87.3)`.
fn rate(rate: &Rate) -> String {
    if rate.n == 0 {
        return "0 of 0".to_owned();
    }
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

/// A figure of bars: counts for one run, shares of their own sum for several.
fn bars(
    id: &'static str,
    title: &str,
    label: &str,
    least: (i64, i64),
    groups: Vec<Counts>,
) -> Figure {
    let compared = groups.len() > 1;
    let groups: Vec<Bars> = groups
        .into_iter()
        .map(|Counts { name, slot, counts }| {
            let sum = counts.iter().map(|bar| bar.1).sum::<usize>().max(1) as f64;
            let height = |count: usize| {
                if compared {
                    count as f64 / sum
                } else {
                    count as f64
                }
            };
            let bars = counts
                .into_iter()
                .map(|(x, count)| (x, height(count), count))
                .collect();
            let name = if compared {
                name
            } else {
                "examples".to_owned()
            };
            Bars { name, slot, bars }
        })
        .collect();
    let places = || {
        groups
            .iter()
            .flat_map(|group| group.bars.iter().map(|bar| bar.0 as i64))
    };
    let highest = groups
        .iter()
        .flat_map(|group| &group.bars)
        .map(|bar| bar.1)
        .fold(0.0, f64::max);
    let high = if highest > 0.0 { highest * 1.1 } else { 1.0 };
    let panel = Panel {
        x: XAxis::Whole {
            label: label.to_owned(),
            from: places().min().unwrap_or(0).min(least.0),
            to: places().max().unwrap_or(0).max(least.1),
            bars: true,
        },
        y: YAxis {
            label: if compared {
                "share of examples"
            } else {
                "examples"
            }
            .to_owned(),
            range: Range {
                log: false,
                low: 0.0,
                high,
            },
            unit: if compared { Unit::Percent } else { Unit::Count },
        },
        ..Panel::of(Content::Bars(groups))
    };
    Figure {
        id,
        title: title.to_owned(),
        subtitle: String::new(),
        caption: String::new(),
        panels: vec![panel],
        notes: Vec::new(),
        end_labels: false,
        empty: words::NO_DATA,
    }
}
