//! The figures of the theory panel: what was promised beside what happened.
//!
//! They have a list of their own, so that a page that shows none of them fetches none of them.

mod constants;
mod path;
mod radii;
mod third;

use super::banded::place;
use super::by_step::{self, flip_rules};
use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::note::notes;
use super::stops::XAxis;
use super::{Source, words};
use crate::readings::Axis;
use crate::route::{ViewState, YScale};
use crate::series::{Band, Datum, Range, Role, Series};
use crate::theory::{Line, Theory};
use crate::valley::{BandPoint, Population};

/// The theory of one pass of a run, as a figure sees it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The run, with its axis and the median of its first flips.
    pub source: Source<'a>,
    /// What theory says of it.
    pub theory: &'a Theory,
}

/// A figure of the theory panel.
pub struct TheoryChart {
    /// The name in addresses and files.
    pub id: &'static str,
    /// The name in words.
    pub title: &'static str,
    /// What it answers, in a sentence or two.
    pub help: &'static str,
    figure: fn(&TheoryChart, &Subject<'_>, &ViewState) -> Figure,
}

/// Every figure, in the order of the page.
pub const ALL: &[TheoryChart] = &[
    path::ALONG,
    path::REACH,
    radii::RADII,
    third::THIRD,
    constants::CONSTANTS,
];

/// The figure with this id.
pub fn find(id: &str) -> Option<&'static TheoryChart> {
    ALL.iter().find(|chart| chart.id == id)
}

impl TheoryChart {
    /// The figure of this run. Without data it is an empty figure that says so.
    pub fn figure(&self, subject: &Subject<'_>, view: &ViewState) -> Figure {
        (self.figure)(self, subject, view)
    }

    /// A figure of curves along the path; `whom` is said under the title after the words on whom it is about.
    fn by_step(
        &self,
        subject: &Subject<'_>,
        view: &ViewState,
        panels: Vec<Panel>,
        words: &str,
    ) -> Figure {
        let remarks = panels.iter().flat_map(|panel| {
            let range = panel.y.range;
            notes(
                panel,
                if range.log {
                    range.low / range.high
                } else {
                    view.floor
                },
            )
        });
        let mut figure = Figure {
            title: self.title.to_owned(),
            subtitle: format!("{}{words}", whom(subject.theory)),
            notes: remarks.collect(),
            panels,
            empty: words::NO_DATA,
            ..Figure::blank(self.id)
        };
        let sentences = words::sentences(&figure.panels);
        figure.say(&sentences);
        figure
    }
}

/// Of whom the curves are.
fn whom(theory: &Theory) -> String {
    match (theory.row, theory.population) {
        (Some(row), _) => format!("Example {row}"),
        (None, Population::Right) => format!(
            "Medians over {} examples right at the clean point, with quartiles of the rise",
            theory.examples
        ),
        (None, Population::All) => {
            format!(
                "Medians over all {} examples, with quartiles of the rise",
                theory.examples
            )
        }
    }
}

/// How one curve is drawn.
struct Look {
    line: Line,
    slot: usize,
    role: Role,
    band: bool,
}

/// A full line: what happened, or what cannot be exceeded.
fn full(line: Line, slot: usize) -> Look {
    let role = Role::Dash(0);
    Look {
        line,
        slot,
        role,
        band: false,
    }
}

/// A dashed line: what can be exceeded.
fn dashed(line: Line, slot: usize) -> Look {
    Look {
        role: Role::Dash(1),
        ..full(line, slot)
    }
}

/// A panel of these curves along the path, on a logarithmic axis unless the view says otherwise.
fn panel(subject: &Subject<'_>, view: &ViewState, label: &str, looks: &[Look]) -> Panel {
    let sources = [subject.source];
    let stops = by_step::stops(&sources, view);
    let axis = subject
        .source
        .state
        .started
        .as_ref()
        .map(|started| &started.axis);
    let log = view.y != YScale::Linear;
    let content: Vec<Series> = match axis {
        Some(axis) => looks
            .iter()
            .filter_map(|look| Some(series(look, subject.theory.curve(look.line)?, axis, log)))
            .collect(),
        None => Vec::new(),
    };
    let axis = if log { ", log axis" } else { "" };
    Panel {
        y: YAxis {
            label: format!("{label}{axis}"),
            range: match log {
                true => decades(&content, stops.shown()),
                false => by_step::range(&content, stops.shown(), false, view.floor),
            },
            unit: Unit::Plain,
        },
        rules: flip_rules(&sources, view, &stops),
        x: XAxis::Steps(stops),
        ..Panel::of(Content::Curves(content))
    }
}

/// Less than this is nothing beside a bound, in nats.
const LEAST: f64 = 1e-6;

/// A logarithmic range from [`LEAST`] at the lowest: bounds reach many decades above what happens, which a floor below the greatest would hide.
fn decades(curves: &[Series], (from, to): (f64, f64)) -> Range {
    let points = curves.iter().flat_map(|curve| &curve.points);
    let shown = points.filter(|point| from <= point.x && point.x <= to);
    let values = shown.filter_map(|point| point.y).filter(|y| *y >= LEAST);
    Range::log_of(values.collect::<Vec<_>>(), 1e-300)
}

/// A curve. At the clean point nothing has risen, which a logarithmic axis need not say of every curve.
fn series(look: &Look, points: &[BandPoint], axis: &Axis, log: bool) -> Series {
    let at = |(point, band): (usize, &BandPoint)| {
        let one = band.n + band.not_finite == 1;
        let edge = |edge: f64| if look.band && !one { edge } else { f64::NAN };
        Datum {
            x: place(axis, point),
            y: match (band.n, band.not_finite) {
                (0, 0) => None,
                _ if log && point == 0 => None,
                // Nothing but what is too large to be written.
                (0, _) => Some(f64::INFINITY),
                _ => Some(band.median.0),
            },
            low: edge(band.q1.0),
            high: edge(band.q3.0),
            n: band.n,
            not_finite: if band.n == 0 { 0 } else { band.not_finite },
        }
    };
    let points: Vec<Datum> = points.iter().enumerate().map(at).collect();
    let band = look.band && points.iter().any(|point| point.low.is_finite());
    Series {
        name: look.line.title().to_owned(),
        slot: look.slot,
        role: look.role,
        points,
        band: band.then(|| Band {
            name: "quartiles".to_owned(),
            low: "lower quartile".to_owned(),
            high: "upper quartile".to_owned(),
            strong: false,
        }),
        breaks: axis.breaks(),
        measured: false,
    }
}

#[cfg(test)]
pub(in crate::chart) mod tests;
