//! The panel of a measure by step.

use super::Source;
use super::banded::{curves, passes};
use super::figure::{Content, Panel, Unit, YAxis};
use super::mark::Rule;
use super::stops::{Stops, XAxis};
use super::{shares, single};
use crate::amount::significant;
use crate::event::{Compact, Point};
use crate::measure::Measure;
use crate::readings::Axis;
use crate::route::{Statistic, ViewState, YScale};
use crate::run::{Pass, RunState};
use crate::series::{Range, Series};

/// The panel of a measure by step.
pub fn panel(sources: &[Source<'_>], measure: Measure, view: &ViewState) -> Panel {
    if measure.is_category() {
        return shares::panel(sources, view);
    }
    let compared = sources.len() > 1;
    let mut content: Vec<Series> = sources
        .iter()
        .flat_map(|source| curves(source, measure, view, compared))
        .collect();
    content.extend(single::curves(sources, measure, view));
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
    let stops = stops(sources, view);
    Panel {
        y: YAxis {
            label: format!("{}{unit}{axis}", measure.title()),
            range: range(&content, stops.shown(), log, view.floor),
            unit: Unit::Plain,
        },
        rules: flip_rules(sources, view, &stops),
        x: XAxis::Steps(stops),
        ..Panel::of(Content::Curves(content))
    }
}

/// The recorded points of all runs. Of a run that has ended only those that some example reached:
/// where all have left early, the rest of the axis would be empty.
pub fn stops(sources: &[Source<'_>], view: &ViewState) -> Stops {
    let axes: Vec<Axis> = sources
        .iter()
        .filter_map(|source| reached(source.state))
        .collect();
    Stops::of(&axes, view.range)
}

fn reached(state: &RunState) -> Option<Axis> {
    let axis = &state.started.as_ref()?.axis;
    let some = |point: &Point| point.bands.iter().any(|Compact(band)| band.n > 0);
    let last = |pass: &Pass| {
        let mut points = pass.points.iter();
        points.rposition(|point| point.as_ref().is_some_and(some))
    };
    let last = match &state.ended {
        Some(_) => state.passes.iter().filter_map(last).max(),
        None => None,
    };
    let last = last.and_then(|point| axis.step_at(point));
    let shown = |step: &u32| last.is_none_or(|last| *step <= last);
    Some(Axis {
        steps: axis.steps.iter().copied().filter(shown).collect(),
        ..axis.clone()
    })
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
pub(super) fn flip_rules(sources: &[Source<'_>], view: &ViewState, stops: &Stops) -> Vec<Rule> {
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
            let within = match stops.stage_of(x) {
                Some(stage) => format!(", in {}", stage.name),
                None => String::new(),
            };
            let label = match medians.len() {
                _ if compared => label.to_owned(),
                1 => format!("{label} {}{within}", Unit::Plain.text(x)),
                seeds => format!("{label} {}, mean over {seeds} seeds", significant(x, 3)),
            };
            Some(Rule {
                x,
                label,
                slot: compared.then_some(source.slot),
            })
        })
        .collect()
}
