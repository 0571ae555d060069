//! Robust accuracy by the size of the perturbation, and by what the attack spent.

use super::accuracy::curve;
use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::stops::XAxis;
use super::{Chart, Source, passes, words};
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

    fn needs_trace(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn by_epsilon(&self) -> bool {
        self.by_epsilon
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let panels = match self.by_epsilon {
            false => vec![passes::panel(sources, view)],
            true => by_norm(sources),
        };
        let title = self.title.to_owned();
        let mut figure = words::figure(self.id, title, sources, view, panels);
        figure.subtitle = "Share of all examples, with its 95 % Wilson interval".to_owned();
        if !self.by_epsilon {
            passes::describe(&mut figure);
        }
        let mut curves = figure.panels.iter().flat_map(|panel| match &panel.content {
            Content::Curves(curves) => curves.as_slice(),
            _ => &[],
        });
        if curves.any(|curve| curve.measured) {
            figure.subtitle += "; marks are measured, the dashed lines between them are not";
        }
        figure
    }
}

/// A panel for each norm, since sizes in two norms cannot be compared; what has no ball and looks for no size is left out.
fn by_norm(sources: &[Source<'_>]) -> Vec<Panel> {
    let with = |wanted: Norm| {
        let of = sources
            .iter()
            .filter(|source| norm(source) == Some(wanted))
            .copied();
        (wanted, of.collect::<Vec<Source<'_>>>())
    };
    let mut norms: Vec<(Norm, Vec<Source<'_>>)> = [Norm::Linf, Norm::L2, Norm::L1]
        .map(with)
        .into_iter()
        .filter(|(_, of)| !of.is_empty())
        .collect();
    // Grey levels are a unit for a single pixel only.
    let axis = |norm: Norm| match norm {
        Norm::Linf => ("ε in 1/255".to_owned(), 255.0),
        other => (format!("ε, {}", sign(other)), 1.0),
    };
    match norms.as_mut_slice() {
        [] => vec![panel("ε", "", Vec::new())],
        [(only, _)] => {
            let (label, unit) = axis(*only);
            let curves = at_epsilons(sources, unit);
            vec![panel(&label, "", curves)]
        }
        several => several
            .iter()
            .map(|(norm, of)| {
                let (label, unit) = axis(*norm);
                let mut curves = at_epsilons(of, unit);
                for (curve, source) in curves.iter_mut().zip(of) {
                    source.name.clone_into(&mut curve.name);
                }
                panel(&label, &format!(", {}", sign(*norm)), curves)
            })
            .collect(),
    }
}

/// The curves of these runs by epsilon.
fn at_epsilons(sources: &[Source<'_>], unit: f64) -> Vec<Series> {
    let mut curves = curves(sources, |source| by_epsilon(source, unit));
    for (curve, source) in curves.iter_mut().zip(sources) {
        curve.measured = at_epsilons_alone(source);
    }
    curves
}

/// Whether a run measured at its epsilons alone: it did not look for the smallest perturbation of each image.
fn at_epsilons_alone(source: &Source<'_>) -> bool {
    let started = source.state.started.as_ref();
    started.is_none_or(|started| started.smallest.is_none())
}

fn sign(norm: Norm) -> &'static str {
    match norm {
        Norm::Linf => "ℓ∞",
        Norm::L2 => "ℓ2",
        Norm::L1 => "ℓ1",
    }
}

pub(super) fn curves(
    sources: &[Source<'_>],
    points: impl Fn(&Source<'_>) -> Vec<Datum>,
) -> Vec<Series> {
    let name = |source: &Source<'_>| match sources.len() {
        1 => "right at every step".to_owned(),
        _ => source.name.to_owned(),
    };
    let of = |source: &Source<'_>| Series {
        points: points(source),
        ..curve(source.slot, name(source), &[], &[])
    };
    sources.iter().map(of).collect()
}

fn panel(x: &str, of: &str, curves: Vec<Series>) -> Panel {
    let places = curves.iter().flat_map(|curve| &curve.points);
    let to = places.map(|point| point.x).fold(0.0, f64::max);
    let label = x.to_owned();
    panel_of(XAxis::Numbers { label, to }, of, curves)
}

pub(super) fn panel_of(x: XAxis, of: &str, curves: Vec<Series>) -> Panel {
    Panel {
        x,
        y: YAxis {
            label: format!("robust accuracy{of}"),
            range: Range {
                log: false,
                low: 0.0,
                high: 1.04,
            },
            unit: Unit::Percent,
        },
        ..Panel::of(Content::Curves(curves))
    }
}

fn norm(source: &Source<'_>) -> Option<Norm> {
    let started = source.state.started.as_ref()?;
    started.norm.or(started.smallest)
}

pub(super) fn datum(x: f64, rate: &Rate) -> Datum {
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
            // Who has no prediction somewhere is not broken, and not robust either.
            let right = right.saturating_sub(endings.not_finite);
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
