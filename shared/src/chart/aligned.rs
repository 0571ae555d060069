//! Curves aligned at each example's own first flip.

use super::accuracy::seed;
use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::mark::Rule;
use super::note::Note;
use super::stops::XAxis;
use super::{Chart, Source, banded, by_step, words};
use crate::route::{Statistic, ViewState, YScale};
use crate::series::{Band, Datum, Role, Series};
use crate::valley::LEAST_ALIGNED;

/// The view's measure against the steps since the first flip.
pub struct FlipAligned;

impl Chart for FlipAligned {
    fn id(&self) -> &'static str {
        "aligned"
    }

    fn title(&self) -> &'static str {
        "Flip-aligned sharpness"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let compared = sources.len() > 1;
        let curves: Vec<Series> = sources
            .iter()
            .filter_map(|source| curve(source, view, compared))
            .collect();
        let offsets = || {
            curves
                .iter()
                .flat_map(|curve| curve.points.iter().map(|point| point.x as i64))
        };
        let (from, to) = (
            offsets().min().unwrap_or(-5).min(-1),
            offsets().max().unwrap_or(5).max(1),
        );
        let log = match view.y {
            YScale::Log => true,
            YScale::Linear => false,
            YScale::Auto => view.measure.log_by_default() && view.statistic == Statistic::Median,
        };
        let under = match curves.as_slice() {
            [only] => only
                .points
                .iter()
                .map(|point| (point.x, point.n.to_string()))
                .collect(),
            _ => Vec::new(),
        };
        let panel = Panel {
            x: XAxis::Whole {
                label: "steps after the example's first flip".to_owned(),
                from,
                to,
                bars: false,
            },
            y: YAxis {
                label: format!(
                    "{}{}",
                    view.measure.title(),
                    if log { ", log axis" } else { "" }
                ),
                range: by_step::range(&curves, (from as f64, to as f64), log, view.floor),
                unit: Unit::Plain,
            },
            rules: vec![Rule {
                x: 0.0,
                label: "first flip".to_owned(),
                slot: None,
            }],
            under,
            ..Panel::of(Content::Curves(curves))
        };
        let title = format!("{}, aligned at the first flip", view.measure.title());
        let mut figure = words::figure(self.id(), title, sources, view, vec![panel]);
        let flipped: usize = sources
            .iter()
            .filter_map(|source| found(source, view))
            .map(|aligned| aligned.flipped)
            .sum();
        let what = match view.statistic {
            Statistic::Median => "Median and quartiles",
            Statistic::Mean => "Mean and its 95 % interval",
        };
        figure.subtitle = format!(
            "{what} over {flipped} examples that flip; ends where fewer than {LEAST_ALIGNED} are left{}",
            sources
                .first()
                .filter(|_| !compared)
                .map_or(String::new(), |source| seed(source, view))
        );
        if view.measure.is_category() {
            figure.subtitle = String::new();
            figure.empty = "A class has no mean: choose a quantity";
        } else if flipped > 0 {
            figure.empty = "Fewer than 10 examples have flipped";
        } else {
            figure.empty = words::NO_FLIP;
        }
        if figure.is_empty() {
            figure.say(&[]);
        } else {
            let missing = |source: &&Source<'_>| {
                curve(source, view, compared).is_none_or(|curve| curve.points.is_empty())
            };
            let names: Vec<&str> = sources
                .iter()
                .filter(missing)
                .map(|source| source.name)
                .collect();
            if !names.is_empty() {
                figure.notes.push(Note {
                    class: None,
                    text: format!("fewer than {LEAST_ALIGNED} flips: {}", names.join(", ")),
                });
            }
        }
        figure
    }
}

fn found<'a>(source: &Source<'a>, view: &ViewState) -> Option<&'a crate::valley::Aligned> {
    let pass = banded::shown(source, view);
    let fits = |aligned: &&crate::valley::Aligned| {
        aligned.pass == pass
            && aligned.measure == view.measure
            && aligned.population == view.population
    };
    source.aligned.iter().find(fits)
}

fn curve(source: &Source<'_>, view: &ViewState, compared: bool) -> Option<Series> {
    let aligned = found(source, view)?;
    let statistic = view.statistic;
    let points = aligned.points.iter().map(|point| {
        let band = point.band;
        let (y, low, high) = match statistic {
            Statistic::Median => (band.median.0, band.q1.0, band.q3.0),
            Statistic::Mean => (band.mean.0, band.low.0, band.high.0),
        };
        Datum {
            x: point.offset as f64,
            y: Some(y),
            low,
            high,
            n: band.n,
            not_finite: band.not_finite,
        }
    });
    let (name, low, high) = match statistic {
        Statistic::Median => ("quartiles", "lower quartile", "upper quartile"),
        Statistic::Mean => ("95 % interval of the mean", "interval from", "interval to"),
    };
    Some(Series {
        name: if compared {
            source.name.to_owned()
        } else {
            statistic.id().to_owned()
        },
        slot: source.slot,
        role: Role::Main,
        points: points.collect(),
        band: Some(Band {
            name: name.to_owned(),
            low: low.to_owned(),
            high: high.to_owned(),
            strong: false,
        }),
        breaks: Vec::new(),
        measured: false,
    })
}
