//! Where everything goes, before anything is drawn.

mod head;
mod inside;

use super::parts;
use crate::chart::figure::{Content, Figure, Panel};
use crate::chart::heat;
use crate::chart::layout::{PanelLayout, Stop};
use crate::chart::legend::Entry;
use crate::chart::options::{Legend, Options};
use crate::chart::stops::{XAxis, place_of};
use crate::chart::text::width;
use crate::chart::xmap::XMap;
use head::head;

/// The size of a title in CSS pixels.
pub const TITLE: f64 = 15.0;
/// The size of a subtitle.
pub const SUBTITLE: f64 = 12.0;
/// The size of labels of axes, markers and curves.
pub const LABEL: f64 = 11.5;
/// The margin around a picture that stands alone.
const PAD: f64 = 10.0;

/// The margin around everything; a page has margins of its own.
pub fn pad(options: &Options) -> f64 {
    if options.heading { PAD } else { 1.0 }
}
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
    /// The height of the legend where it lies inside the plot.
    pub legend_inside: Option<f64>,
    /// Whether curves are named at their ends.
    pub named: bool,
    pub panels: Vec<PanelLayout>,
}

impl Arrangement {
    /// The height of the lowest plot.
    fn least_height(&self) -> f64 {
        self.panels
            .iter()
            .map(|panel| panel.height)
            .fold(f64::INFINITY, f64::min)
    }

    /// The horizontal axis of a panel.
    pub fn map(&self, axis: &XAxis, layout: &PanelLayout) -> XMap {
        map(axis, layout)
    }
}

/// How much of what is not data is kept, from all of it to hardly any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Everything,
    OneLineOfSubtitle,
    NoSubtitle,
    OnlyCurvesAndCounts,
    OnlyTitle,
}

/// Whether curves are to be named at their ends, if that fits.
fn wants_names(figure: &Figure, options: &Options) -> bool {
    match options.legend {
        Legend::Automatic => figure.end_labels && options.width >= 520,
        Legend::Direct => true,
        Legend::Outside | Legend::Inside | Legend::Off => false,
    }
}

/// A plot lower than this says too little: what is around it gives way.
const LEAST_PLOT: f64 = 34.0;

/// Where the parts of `figure` go. In a small picture the subtitle and then the legend give way to the data.
pub fn arrange(figure: &Figure, options: &Options) -> Arrangement {
    use Level::{Everything, NoSubtitle, OneLineOfSubtitle, OnlyCurvesAndCounts, OnlyTitle};
    let levels = [
        Everything,
        OneLineOfSubtitle,
        NoSubtitle,
        OnlyCurvesAndCounts,
        OnlyTitle,
    ];
    let named = wants_names(figure, options);
    let attempt = |level, named| {
        let arrangement = arranged(figure, options, level, named);
        let high = |panel: &PanelLayout| panel.height >= LEAST_PLOT;
        let roomy = arrangement.panels.iter().all(high);
        let fits =
            !named || super::ends::height(figure, options.width) <= arrangement.least_height();
        (roomy && fits).then_some(arrangement)
    };
    let unnamed = |level| match options.legend {
        // Who asks for names gets them as long as anything fits.
        Legend::Direct => None,
        _ => attempt(level, false),
    };
    levels
        .into_iter()
        .find_map(|level| attempt(level, named).or_else(|| unnamed(level)))
        .or_else(|| levels.into_iter().find_map(|level| attempt(level, false)))
        .unwrap_or_else(|| arranged(figure, options, OnlyTitle, false))
}

/// The height in CSS pixels at which every panel of `figure` has a plot `plot` pixels high, with everything around it.
pub fn height(figure: &Figure, options: &Options, plot: f64) -> f64 {
    let named = wants_names(figure, options);
    let options = &Options {
        legend: match options.legend {
            Legend::Inside => Legend::Off,
            other => other,
        },
        ..options.clone()
    };
    let (head, _, below) = head(figure, options, Level::Everything, named);
    let strip = strip(figure, Level::Everything);
    let (room, times) = between(figure);
    let plots = figure.panels.len() as f64 * (ABOVE + plot);
    head.y + strip + below + plots + room * times as f64
}

/// The room above the first plot for the names of an attack's parts.
fn strip(figure: &Figure, level: Level) -> f64 {
    let staged = |panel: &Panel| match &panel.x {
        XAxis::Steps(stops) => !stops.stages.is_empty(),
        XAxis::Decades(decades) => !decades.parts.is_empty(),
        _ => false,
    };
    match figure.panels.first().is_some_and(staged) && level <= Level::NoSubtitle {
        true => parts::STRIP,
        false => 0.0,
    }
}

/// Above each plot is a row for the name of its axis.
const ABOVE: f64 = 25.0;
/// Below each of several plots is a little room for its ticks.
const BETWEEN: f64 = 6.0;
/// Where each has a horizontal axis of its own, room for its labels and its name.
const OWN_AXIS: f64 = 36.0;

/// The room below a plot for its labels, and how many plots have it; below the lowest lie labels anyway.
fn between(figure: &Figure) -> (f64, usize) {
    let count = figure.panels.len();
    match (figure.own_axes(), count) {
        (true, count) => (OWN_AXIS, count - 1),
        (false, 0 | 1) => (0.0, 0),
        (false, count) => (BETWEEN, count),
    }
}

fn arranged(figure: &Figure, options: &Options, level: Level, named: bool) -> Arrangement {
    match options.legend {
        Legend::Inside => inside::arranged(figure, options, level),
        _ => above(figure, options, level, named),
    }
}

/// With the legend, if there is one, above the plots.
fn above(figure: &Figure, options: &Options, level: Level, named: bool) -> Arrangement {
    let (wide, high) = (f64::from(options.width), f64::from(options.height));
    let (head, full, below) = head(figure, options, level, named);
    let is_cells = |panel: &Panel| matches!(panel.content, Content::Cells(_));
    let left = match (figure.panels.iter().any(is_cells), wide >= 420.0) {
        (true, true) => 96.0,
        (true, false) => 72.0,
        (false, true) => 56.0,
        (false, false) => 46.0,
    };
    let rooms = figure.panels.iter().map(|panel| match &panel.content {
        Content::Heat(heat) => heat::name_room(heat, 0.3 * wide),
        _ => 0.0,
    });
    let left = rooms.fold(left, f64::max);
    let right = if named {
        end_room(figure, wide)
    } else {
        PAD + 6.0
    };
    let count = figure.panels.len();
    let strip = strip(figure, level);
    let (room, times) = between(figure);
    let all = high - head.y - strip - below - room * times as f64;
    // All alike, so that panels with one scale have the same ticks.
    let each = (all / count.max(1) as f64 - ABOVE).max(10.0);
    let place = |(place, panel): (usize, &Panel)| {
        let mut layout = PanelLayout {
            left,
            top: head.y + strip + ABOVE + place as f64 * (each + ABOVE + room),
            width: (wide - left - right).max(40.0),
            height: each,
            stops: Vec::new(),
            range: panel.y.range,
            strip: if place == 0 { strip } else { 0.0 },
            parts: Vec::new(),
        };
        layout.stops = stops(panel, &layout);
        let right = layout.left + layout.width;
        layout.parts = parts::places(&panel.x, &map(&panel.x, &layout), layout.left, right);
        layout
    };
    Arrangement {
        panels: figure.panels.iter().enumerate().map(place).collect(),
        title: head.title,
        subtitle: head.subtitle,
        legend: head.legend,
        legend_at: head.legend_at,
        legend_width: full,
        legend_inside: None,
        named,
    }
}

/// The room right of the plot for names at the ends of curves: as much as they need, at most three tenths of the width.
pub fn end_room(figure: &Figure, wide: f64) -> f64 {
    let names = figure.panels.iter().flat_map(|panel| match &panel.content {
        Content::Curves(curves) => curves.as_slice(),
        _ => &[],
    });
    let widest = names
        .filter(|curve| curve.has_end_label())
        .map(|curve| width(&curve.name, LABEL, false))
        .fold(0.0, f64::max);
    (widest + super::ends::BESIDE + PAD).min(0.3 * wide)
}

/// The places where a cursor can stand: the recorded points, or the places that have data.
fn stops(panel: &Panel, layout: &PanelLayout) -> Vec<Stop> {
    let map = map(&panel.x, layout);
    let (from, to) = panel.x.shown();
    let stop = |x: f64, point| Stop {
        px: map.px(x),
        x,
        point,
        label: panel.x.name(x),
    };
    match &panel.x {
        XAxis::Steps(steps) => steps
            .points
            .iter()
            .filter(|point| (from..=to).contains(&place_of(**point)))
            .map(|point| stop(place_of(*point), Some(*point)))
            .collect(),
        _ => panel.places().into_iter().map(|x| stop(x, None)).collect(),
    }
}

/// The horizontal axis of a panel.
fn map(axis: &XAxis, layout: &PanelLayout) -> XMap {
    let inner = match axis {
        XAxis::Whole { bars: true, .. }
        | XAxis::Classes { .. }
        | XAxis::Between { .. }
        | XAxis::Named { .. } => 0.0,
        _ => INNER,
    };
    XMap::new(
        axis,
        layout.left + inner,
        layout.left + layout.width - inner,
    )
}
