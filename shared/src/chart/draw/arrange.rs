//! Where everything goes, before anything is drawn.

use crate::chart::figure::{Content, Figure};
use crate::chart::layout::{PanelLayout, Stop};
use crate::chart::legend::{self, Entry, ROW};
use crate::chart::options::Options;
use crate::chart::stops::{XAxis, XMap, place_of};
use crate::chart::text::{width, wrapped};
use crate::series::Role;

/// The size of a title in CSS pixels.
pub const TITLE: f64 = 15.0;
/// The size of a subtitle.
pub const SUBTITLE: f64 = 12.0;
/// The size of labels of axes, markers and curves.
pub const LABEL: f64 = 11.5;
/// The margin around everything.
const PAD: f64 = 10.0;
/// Room inside the plot at both ends, so that markers do not lie on the axis.
const INNER: f64 = 9.0;

/// Where everything goes, in CSS pixels.
pub struct Arrangement {
    /// Lines of the title, each with the place of its left middle.
    pub title: Vec<(String, f64, f64)>,
    /// Lines of the subtitle.
    pub subtitle: Vec<(String, f64, f64)>,
    pub legend: Vec<Entry>,
    pub legend_at: (f64, f64),
    pub legend_width: f64,
    /// Whether curves are named at their ends.
    pub named: bool,
    pub panels: Vec<PanelLayout>,
}

impl Arrangement {
    /// The horizontal axis of a panel.
    pub fn map(&self, axis: &XAxis, layout: &PanelLayout) -> XMap {
        let inner = match axis {
            XAxis::Steps(_) | XAxis::Whole { bars: false, .. } => INNER,
            _ => 0.0,
        };
        XMap::new(
            axis,
            layout.left + inner,
            layout.left + layout.width - inner,
        )
    }
}

/// Where the parts of `figure` go.
pub fn arrange(figure: &Figure, options: &Options) -> Arrangement {
    let (wide, high) = (f64::from(options.width), f64::from(options.height));
    let full = wide - 2.0 * PAD;
    let mut y = PAD;
    let mut lines = |text: &str, size: f64, bold, step: f64, most| -> Vec<(String, f64, f64)> {
        wrapped(text, size, bold, full, most)
            .into_iter()
            .map(|line| {
                let place = (line, PAD, y + step / 2.0);
                y += step;
                place
            })
            .collect()
    };
    let (title, subtitle) = if options.heading {
        let title = lines(&figure.title, TITLE, true, 20.0, 2);
        (title, lines(&figure.subtitle, SUBTITLE, false, 16.0, 3))
    } else {
        (Vec::new(), Vec::new())
    };
    if options.heading {
        y += 4.0;
    }
    let named = figure.end_labels && wide >= 520.0;
    let legend = legend::entries(figure, named);
    let legend_at = (PAD, y);
    let rows = legend::rows(&legend, full)
        .last()
        .map_or(0, |place| place.0 + 1);
    if rows > 0 {
        y += rows as f64 * ROW + 3.0;
    }
    let cells = figure
        .panels
        .iter()
        .any(|panel| matches!(panel.content, Content::Cells(_)));
    let left = match (cells, wide >= 420.0) {
        (true, true) => 96.0,
        (true, false) => 72.0,
        (false, true) => 56.0,
        (false, false) => 46.0,
    };
    let right = if named {
        end_room(figure, wide)
    } else {
        PAD + 6.0
    };
    let count = figure.panels.len().max(1) as f64;
    // Above each plot is a row for the name of its axis; below the last one are tick labels and the axis's name.
    let under = figure
        .panels
        .last()
        .is_some_and(|panel| !panel.under.is_empty());
    let (above, below) = (25.0, if under { 53.0 } else { 38.0 });
    let each = ((high - y - below) / count - above).max(24.0);
    let panels = figure
        .panels
        .iter()
        .enumerate()
        .map(|(place, panel)| {
            let top = y + above + place as f64 * (each + above);
            let mut layout = PanelLayout {
                left,
                top,
                width: (wide - left - right).max(40.0),
                height: each
                    - if place + 1 < figure.panels.len() {
                        6.0
                    } else {
                        0.0
                    },
                stops: Vec::new(),
                range: panel.y.range,
            };
            layout.stops = stops(&panel.x, &layout, &panel.content);
            layout
        })
        .collect();
    Arrangement {
        title,
        subtitle,
        legend,
        legend_at,
        legend_width: full,
        named,
        panels,
    }
}

/// The room right of the plot for names at the ends of curves: as much as they need, at most three tenths of the width.
fn end_room(figure: &Figure, wide: f64) -> f64 {
    let names = figure.panels.iter().flat_map(|panel| match &panel.content {
        Content::Curves(curves) => curves.as_slice(),
        _ => &[],
    });
    let widest = names
        .filter(|curve| matches!(curve.role, Role::Main))
        .map(|curve| width(&curve.name, LABEL, false))
        .fold(0.0, f64::max);
    (widest + super::ends::BESIDE + PAD).min(0.3 * wide)
}

/// The places where a cursor can stand.
fn stops(axis: &XAxis, layout: &PanelLayout, content: &Content) -> Vec<Stop> {
    let inner = if matches!(axis, XAxis::Steps(_) | XAxis::Whole { bars: false, .. }) {
        INNER
    } else {
        0.0
    };
    let map = XMap::new(
        axis,
        layout.left + inner,
        layout.left + layout.width - inner,
    );
    let (from, to) = axis.shown();
    let stop = |x: f64, point| Stop {
        px: map.px(x),
        x,
        point,
        label: axis.name(x),
    };
    match axis {
        XAxis::Steps(steps) => steps
            .points
            .iter()
            .filter(|point| (from..=to).contains(&place_of(**point)))
            .map(|point| stop(place_of(*point), Some(*point)))
            .collect(),
        XAxis::Whole { from, to, .. } if !matches!(content, Content::Cells(_)) => {
            (*from..=*to).map(|x| stop(x as f64, None)).collect()
        }
        _ => Vec::new(),
    }
}
