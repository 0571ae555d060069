//! Histograms of whole numbers, one group of bars per run.

use super::figure::{Bars, Content, Figure, Panel, Unit, YAxis};
use super::stops::XAxis;
use super::{Source, words};
use crate::series::Range;

/// How many examples of a run there are at each place.
pub struct Counts {
    name: String,
    slot: usize,
    counts: Vec<(f64, usize)>,
}

impl Counts {
    /// The counts of this run.
    pub fn of(source: &Source<'_>, counts: Vec<(f64, usize)>) -> Self {
        Self {
            name: source.name.to_owned(),
            slot: source.slot,
            counts,
        }
    }
}

/// A figure of bars: counts for one run, shares of their own sum for several.
pub fn bars(
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
