//! What is above the panels: title, subtitle, legend.

use super::{Level, SUBTITLE, TITLE, pad};
use crate::chart::figure::Figure;
use crate::chart::legend::{self, Entry, ROW, Swatch};
use crate::chart::options::{Legend, Options};
use crate::chart::text::wrapped;

/// What is above the panels.
pub struct Head {
    pub title: Vec<(String, f64, f64)>,
    pub subtitle: Vec<(String, f64, f64)>,
    pub legend: Vec<Entry>,
    pub legend_at: (f64, f64),
    /// Where the panels begin.
    pub y: f64,
}

/// What is above the panels, the width of that, and the room below the last one.
pub fn head(figure: &Figure, options: &Options, level: Level, named: bool) -> (Head, f64, f64) {
    let pad = pad(options);
    let full = (f64::from(options.width) - 2.0 * pad).max(40.0);
    let mut y = pad;
    let mut lines = |text: &str, size: f64, bold, step: f64, most| -> Vec<(String, f64, f64)> {
        wrapped(text, size, bold, full, most)
            .into_iter()
            .map(|line| {
                let place = (line, pad, y + step / 2.0);
                y += step;
                place
            })
            .collect()
    };
    let (mut title, mut subtitle) = (Vec::new(), Vec::new());
    if options.heading {
        title = lines(
            &figure.title,
            TITLE,
            true,
            20.0,
            if level < Level::OnlyTitle { 2 } else { 1 },
        );
        subtitle = match level {
            Level::Everything => lines(&figure.subtitle, SUBTITLE, false, 16.0, 3),
            Level::OneLineOfSubtitle => lines(&figure.subtitle, SUBTITLE, false, 16.0, 1),
            _ => Vec::new(),
        };
        y += 4.0;
    }
    let mut legend = match options.legend {
        Legend::Off => Vec::new(),
        _ => legend::entries(figure, named),
    };
    legend.retain(|entry| match level {
        Level::OnlyTitle => false,
        Level::OnlyCurvesAndCounts => {
            matches!(
                entry.swatch,
                Swatch::Line { .. } | Swatch::Bar(_) | Swatch::Edge(_)
            )
        }
        _ => true,
    });
    let legend_at = (pad, y);
    let (_, rows) = legend::placed(&legend, full);
    if rows > 0 {
        y += rows as f64 * ROW + 3.0;
    }
    // Below the last panel are tick labels, perhaps counts, and the name of the axis.
    let under = figure
        .panels
        .last()
        .is_some_and(|panel| !panel.under.is_empty());
    (
        Head {
            title,
            subtitle,
            legend,
            legend_at,
            y,
        },
        full,
        if under { 53.0 } else { 38.0 },
    )
}
