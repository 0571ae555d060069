//! Robust accuracy by the size of the perturbation, and by what the attack spent.

use super::accuracy::curve;
use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::stops::XAxis;
use super::{Chart, Source, banded, words};
use crate::field::Norm;
use crate::order;
use crate::route::ViewState;
use crate::series::{Datum, Range, Series};
use crate::statistic::Rate;

/// Robust accuracy by epsilon, and by passes spent.
pub struct Robust {
    id: &'static str,
    title: &'static str,
    by_epsilon: bool,
}

/// Robust accuracy at each epsilon of a run; of an attack that looks for the smallest perturbation, at every size that it found.
pub const BY_EPSILON: Robust = Robust {
    id: "robust-by-epsilon",
    title: "Robust accuracy by epsilon",
    by_epsilon: true,
};

/// Robust accuracy by the forward and backward passes that an example has cost.
pub const BY_PASSES: Robust = Robust {
    id: "robust-by-passes",
    title: "Robust accuracy by passes spent",
    by_epsilon: false,
};

impl Chart for Robust {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn by_epsilon(&self) -> bool {
        self.by_epsilon
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let compared = sources.len() > 1;
        let grey = sources.iter().all(|source| norm(source) != Some(Norm::L2));
        let mut curves: Vec<Series> = Vec::new();
        for source in sources {
            let points = match self.by_epsilon {
                true => by_epsilon(source, if grey { 255.0 } else { 1.0 }),
                false => by_passes(source, view),
            };
            let name = match compared {
                true => source.name.to_owned(),
                false => "right at every step".to_owned(),
            };
            curves.push(Series {
                points,
                ..curve(source.slot, name, &[], &[])
            });
        }
        let places = curves.iter().flat_map(|curve| &curve.points);
        let to = places.map(|point| point.x).fold(0.0, f64::max);
        let label = match (self.by_epsilon, grey) {
            (false, _) => "forward and backward passes per example",
            (true, true) => "ε in 1/255",
            (true, false) => "ε",
        };
        let panel = Panel {
            x: XAxis::Numbers {
                label: label.to_owned(),
                to,
            },
            y: YAxis {
                label: "robust accuracy".to_owned(),
                range: Range {
                    log: false,
                    low: 0.0,
                    high: 1.04,
                },
                unit: Unit::Percent,
            },
            ..Panel::of(Content::Curves(curves))
        };
        let title = self.title.to_owned();
        let mut figure = words::figure(self.id, title, sources, view, vec![panel]);
        figure.subtitle = "Share of all examples, with its 95 % Wilson interval".to_owned();
        figure
    }
}

fn norm(source: &Source<'_>) -> Option<Norm> {
    let started = source.state.started.as_ref()?;
    started.norm.or(started.smallest)
}

fn datum(x: f64, rate: &Rate) -> Datum {
    Datum {
        x,
        y: (rate.n > 0).then_some(rate.share.0),
        low: rate.low.0,
        high: rate.high.0,
        n: rate.n,
        not_finite: 0,
    }
}

/// The clean accuracy at 0, and the robust accuracy at each epsilon (of the first seed).
fn by_epsilon(source: &Source<'_>, unit: f64) -> Vec<Datum> {
    let Some(started) = &source.state.started else {
        return Vec::new();
    };
    let summaries = source
        .state
        .passes
        .iter()
        .map(|pass| Some(&pass.summary.as_ref()?.summary));
    let mut points: Vec<Datum> = Vec::new();
    for (pass, summary) in summaries.enumerate() {
        let Some(summary) = summary else { continue };
        if points.is_empty() {
            points.push(datum(0.0, &summary.clean_accuracy));
        }
        if let (Some(_), Some(endings)) = (started.smallest, &summary.endings) {
            let (right, all) = (summary.clean_accuracy.hits, summary.clean_accuracy.n);
            points.extend(endings.reach.iter().map(|(size, broken)| {
                datum(size * unit, &Rate::of(right.saturating_sub(*broken), all))
            }));
            break;
        }
        let Some(epsilon) = started.epsilons.get(pass) else {
            continue;
        };
        let x = epsilon.value() * unit;
        if points.iter().all(|point| point.x != x) {
            points.push(datum(x, &summary.robust_accuracy));
        }
    }
    order::by(&mut points, |point| point.x);
    points
}

fn by_passes(source: &Source<'_>, view: &ViewState) -> Vec<Datum> {
    let summary = banded::first(source, view).and_then(|pass| pass.summary.as_ref());
    let Some(line) = summary.map(|summary| &summary.timeline) else {
        return Vec::new();
    };
    let spent = line.passes.iter().zip(&line.robust);
    spent
        .filter(|(passes, _)| passes.0.is_finite())
        .map(|(passes, rate)| datum(passes.0, rate))
        .collect()
}
