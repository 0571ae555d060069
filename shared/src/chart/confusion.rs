//! To which class the examples of each class flip.

use super::accuracy::seed;
use super::figure::{Cells, Content, Figure, Panel, Unit, YAxis};
use super::stops::XAxis;
use super::words::class_name;
use super::{Chart, Source, banded, words};
use crate::route::ViewState;
use crate::series::Range;

/// More classes than this are not drawn as squares.
const MOST_CLASSES: usize = 100;

/// The confusion of flip targets of the first run.
pub struct Confusion;

impl Chart for Confusion {
    fn id(&self) -> &'static str {
        "confusion"
    }

    fn title(&self) -> &'static str {
        "Where each class flips to"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        // One figure has room for one table: that of the epsilon whose key results the page shows.
        let standing = banded::standing(sources);
        let summary = standing.and_then(|source| banded::summary(source, view));
        let rows = summary.map_or(&[][..], |summary| &summary.classes);
        let named: &[String] = sources.first().map_or(&[], |source| source.classes);
        let seen = rows
            .iter()
            .flat_map(|row| row.flipped_to.keys().copied().chain([row.class]))
            .max();
        let size = seen.map_or(0, |most| (most as usize + 1).max(named.len()));
        let too_many = size > MOST_CLASSES;
        let size = if too_many { 0 } else { size };
        let mut counts = vec![vec![0; size]; size];
        for row in rows {
            for (to, count) in &row.flipped_to {
                let cell = counts
                    .get_mut(row.class as usize)
                    .and_then(|row| row.get_mut(*to as usize));
                if let Some(cell) = cell {
                    *cell = *count;
                }
            }
        }
        let names: Vec<String> = (0..size as u32)
            .map(|class| class_name(named, class))
            .collect();
        let caption = busiest(&counts, &names);
        let cells = Cells {
            row_label: "label".to_owned(),
            names: names.clone(),
            counts,
        };
        let panel = Panel {
            x: XAxis::Classes {
                label: "class after the first flip".to_owned(),
                names,
            },
            y: YAxis {
                label: "label".to_owned(),
                range: Range {
                    log: false,
                    low: 0.0,
                    high: 1.0,
                },
                unit: Unit::Count,
            },
            ..Panel::of(Content::Cells(cells))
        };
        let subtitle = match (standing, summary) {
            (Some(source), Some(summary)) => format!(
                "Counts of {} first flips of {} examples{}",
                summary.flipped.hits,
                summary.n,
                seed(source, view)
            ),
            _ => String::new(),
        };
        let mut figure = Figure {
            id: self.id(),
            title: self.title().to_owned(),
            subtitle,
            caption: String::new(),
            panels: vec![panel],
            notes: Vec::new(),
            end_labels: false,
            empty: if too_many {
                "More than 100 classes: see the table per class"
            } else {
                words::NO_FLIP
            },
        };
        figure.say(&caption);
        figure
    }
}

/// The most frequent flip in a sentence.
fn busiest(counts: &[Vec<usize>], names: &[String]) -> Vec<String> {
    let most = counts.iter().flatten().copied().max().unwrap_or(0);
    let pairs = counts.iter().enumerate().flat_map(|(row, counts)| {
        let to = counts.iter().enumerate();
        let to = to.filter(|(_, count)| most > 0 && **count == most);
        to.map(move |(column, _)| (row, column))
    });
    let pairs: Vec<(usize, usize)> = pairs.collect();
    let flip = |(row, column): &(usize, usize)| format!("{} to {}", names[*row], names[*column]);
    let times = match most {
        1 => "once".to_owned(),
        most => format!("{most} times"),
    };
    match pairs.as_slice() {
        [] => Vec::new(),
        [(row, column)] => vec![format!(
            "Most often {} flips to {}, {times}.",
            names[*row], names[*column]
        )],
        several if several.len() <= 3 => {
            let flips: Vec<String> = several.iter().map(flip).collect();
            vec![format!("Most often, {times} each: {}.", flips.join(", "))]
        }
        several => vec![format!(
            "{} pairs are the most frequent, {times} each.",
            several.len()
        )],
    }
}
