//! Curves with bands from a run's distributions.

use super::Source;
use super::figure::{Content, Panel, Rule, Unit, YAxis};
use super::stops::{Stops, XAxis, place_of};
use crate::measure::Measure;
use crate::readings::Axis;
use crate::route::{PointName, Statistic, ViewState, YScale};
use crate::series::{Band, Datum, Range, Role, Series};
use crate::valley::{BandPoint, PassSummary, Population};

/// The place on the axis of a recorded point.
pub fn place(axis: &Axis, point: usize) -> f64 {
    place_of(
        axis.step_at(point)
            .map_or(PointName::Start, PointName::Step),
    )
}

/// The passes that a view shows of a run.
pub fn passes(source: &Source<'_>, view: &ViewState) -> Vec<usize> {
    let all = source.state.passes.len();
    match view.pass {
        Some(pass) => (pass..all).take(1).collect(),
        None => (0..all).collect(),
    }
}

/// The summary of the pass that a view shows; of the first where it shows all.
pub fn summary<'a>(source: &Source<'a>, view: &ViewState) -> Option<&'a PassSummary> {
    let pass = source.state.passes.get(view.pass.unwrap_or(0))?;
    pass.summary.as_ref().map(|summary| &summary.summary)
}

/// The distributions of a measure, one list per pass, each with one entry per recorded point.
fn distributions(
    source: &Source<'_>,
    measure: Measure,
    view: &ViewState,
) -> Vec<Vec<Option<BandPoint>>> {
    if view.population == Population::Right {
        let of = |pass| source.state.bands(pass, measure);
        return passes(source, view).into_iter().map(of).collect();
    }
    source
        .curves
        .iter()
        .filter(|curve| curve.measure == measure && curve.population == view.population)
        .map(|curve| curve.points.iter().copied().map(Some).collect())
        .collect()
}

/// The curves of one run: its median or mean with its band, the spread between seeds where there are several, and single examples.
pub fn curves(
    source: &Source<'_>,
    measure: Measure,
    view: &ViewState,
    compared: bool,
) -> Vec<Series> {
    let Some(started) = &source.state.started else {
        return Vec::new();
    };
    let axis = &started.axis;
    let passes = distributions(source, measure, view);
    let statistic = view.statistic;
    let name = if compared {
        source.name.to_owned()
    } else {
        statistic.id().to_owned()
    };
    let points = (0..axis.points()).map(|point| {
        let here: Vec<BandPoint> = passes.iter().filter_map(|pass| *pass.get(point)?).collect();
        (place(axis, point), here)
    });
    let (mut main, mut spread) = (Vec::new(), Vec::new());
    for (x, here) in points {
        let values: Vec<f64> = here.iter().map(|band| value(band, statistic).0).collect();
        let mean = |part: fn((f64, f64, f64)) -> f64| {
            here.iter()
                .map(|band| part(value(band, statistic)))
                .sum::<f64>()
                / here.len() as f64
        };
        let y = (!here.is_empty()).then(|| mean(|band| band.0));
        let not_finite = here.iter().map(|band| band.not_finite).sum();
        main.push(Datum {
            x,
            y,
            low: mean(|band| band.1),
            high: mean(|band| band.2),
            n: here.iter().map(|band| band.n).sum(),
            not_finite,
        });
        let least = values.iter().copied().fold(f64::NAN, f64::min);
        let greatest = values.iter().copied().fold(f64::NAN, f64::max);
        // The readings that are not finite are counted once, with the main curve.
        spread.push(Datum {
            x,
            y,
            low: least,
            high: greatest,
            n: here.len(),
            not_finite: 0,
        });
    }
    let mut curves = Vec::new();
    let seeds = passes.len();
    if seeds > 1 {
        let band = Band {
            name: format!("spread between {seeds} seeds"),
            low: "least seed".to_owned(),
            high: "greatest seed".to_owned(),
            strong: true,
        };
        curves.push(Series {
            name: name.clone(),
            slot: source.slot,
            role: Role::BandOnly,
            points: spread,
            band: Some(band),
        });
    }
    let band = Some(band(statistic, seeds));
    curves.push(Series {
        name,
        slot: source.slot,
        role: Role::Main,
        points: main,
        band,
    });
    curves.extend(singles(source, axis, measure));
    curves
}

fn value(band: &BandPoint, statistic: Statistic) -> (f64, f64, f64) {
    match statistic {
        Statistic::Median => (band.median.0, band.q1.0, band.q3.0),
        Statistic::Mean => (band.mean.0, band.low.0, band.high.0),
    }
}

fn band(statistic: Statistic, seeds: usize) -> Band {
    let (name, low, high) = match statistic {
        Statistic::Median => ("quartiles", "lower quartile", "upper quartile"),
        Statistic::Mean => ("95 % interval of the mean", "interval from", "interval to"),
    };
    let name = if seeds > 1 {
        format!("{name}, averaged over seeds")
    } else {
        name.to_owned()
    };
    Band {
        name,
        low: low.to_owned(),
        high: high.to_owned(),
        strong: false,
    }
}

fn singles<'a>(
    source: &'a Source<'_>,
    axis: &'a Axis,
    measure: Measure,
) -> impl Iterator<Item = Series> + 'a {
    source.examples.iter().filter_map(move |example| {
        let values = example.curves.get(&measure)?;
        let at = |point: usize| {
            Datum::single(place(axis, point), values.get(point).map(|value| value.0))
        };
        Some(Series {
            name: format!("example {}", example.path.index),
            slot: source.slot,
            role: Role::Single,
            points: (0..axis.points()).map(at).collect(),
            band: None,
        })
    })
}

/// The panel of a measure by step.
pub fn panel(sources: &[Source<'_>], measure: Measure, view: &ViewState) -> Panel {
    let compared = sources.len() > 1;
    let content: Vec<Series> = sources
        .iter()
        .flat_map(|source| curves(source, measure, view, compared))
        .collect();
    let log = match view.y {
        YScale::Log => true,
        YScale::Linear => false,
        YScale::Auto => measure.log_by_default() && view.statistic == Statistic::Median,
    };
    let unit = match measure.unit() {
        "" => String::new(),
        unit => format!(" ({unit})"),
    };
    let axis = if log { ", log axis" } else { "" };
    Panel {
        x: XAxis::Steps(stops(sources, view)),
        y: YAxis {
            label: format!("{}{unit}{axis}", measure.title()),
            range: range(&content, stops(sources, view).shown(), log, view.floor),
            unit: Unit::Plain,
        },
        rules: flip_rules(sources, view),
        ..Panel::of(Content::Curves(content))
    }
}

/// The recorded points of all runs.
pub fn stops(sources: &[Source<'_>], view: &ViewState) -> Stops {
    let axes = sources
        .iter()
        .filter_map(|source| source.state.started.as_ref().map(|started| &started.axis));
    Stops::of(axes, view.range)
}

/// The range that shows these curves with their bands, over the shown part of the horizontal axis.
pub fn range(curves: &[Series], shown: (f64, f64), log: bool, floor: f64) -> Range {
    let values: Vec<f64> = curves
        .iter()
        .flat_map(|curve| &curve.points)
        .filter(|point| shown.0 <= point.x && point.x <= shown.1)
        .filter_map(|point| point.y.map(|y| [y, point.low, point.high]))
        .flatten()
        .collect();
    if log {
        Range::log_of(values, floor)
    } else {
        Range::linear_of(values)
    }
}

/// The median first flip of each run.
fn flip_rules(sources: &[Source<'_>], view: &ViewState) -> Vec<Rule> {
    let compared = sources.len() > 1;
    sources
        .iter()
        .filter_map(|source| {
            let medians: Vec<f64> = passes(source, view)
                .into_iter()
                .filter_map(|pass| source.state.passes.get(pass)?.summary.as_ref())
                .filter(|summary| summary.summary.population == view.population)
                .map(|summary| summary.summary.first_flip.median.0)
                .filter(|median| median.is_finite())
                .collect();
            if medians.is_empty() {
                return None;
            }
            let x = medians.iter().sum::<f64>() / medians.len() as f64;
            let label = "median first flip";
            let label = if compared {
                label.to_owned()
            } else {
                format!("{label} {}", Unit::Plain.text(x))
            };
            Some(Rule {
                x,
                label,
                slot: compared.then_some(source.slot),
            })
        })
        .collect()
}
