//! Certified radii against the smallest attacks that were found.

use super::{Subject, TheoryChart};
use crate::chart::decades::Decades;
use crate::chart::figure::{Content, Figure, Panel, Unit, YAxis};
use crate::chart::note::Note;
use crate::chart::stops::XAxis;
use crate::chart::words;
use crate::order;
use crate::route::ViewState;
use crate::series::{Datum, Range, Role, Series};
use crate::theory::{Radii, Theory};

/// Each image a point: what is guaranteed, and what was broken.
pub const RADII: TheoryChart = TheoryChart {
    id: "theory-radii",
    title: "Certified radius and smallest attack",
    help: "Each image is a point: the ℓ2 radius within which nothing can change its prediction, and the length of the smallest perturbation of this run \
           that did. No certified point can lie below the line; estimates may.",
    figure: radii,
};

fn radii(chart: &TheoryChart, subject: &Subject<'_>, _view: &ViewState) -> Figure {
    let theory = subject.theory;
    let constant = theory.constant();
    let certified = |tau: fn(&Radii) -> f64| {
        move |radii: &Radii| constant.map_or(f64::NAN, |constant| tau(radii) / constant)
    };
    let mut curves = vec![
        points(
            "margin, certified",
            0,
            theory,
            certified(|radii| radii.margin.0),
        ),
        points(
            "flatness, certified",
            2,
            theory,
            certified(|radii| radii.loss.0),
        ),
        points("margin at secant L (estimate)", 1, theory, |radii| {
            radii.margin.0 / radii.secant.0
        }),
    ];
    curves.retain(|curve| !curve.points.is_empty());
    let all = || curves.iter().flat_map(|curve| &curve.points);
    let x = Decades::of("radius in ℓ2", "", all().map(|point| point.x));
    let range = Range::log_of(all().filter_map(|point| point.y).chain([x.to]), 1e-12);
    let (from, to) = (x.from.max(range.low), x.to.min(range.high));
    if from < to && !curves.is_empty() {
        curves.push(Series {
            name: "equal: below it is impossible".to_owned(),
            role: Role::Single,
            points: [from, to]
                .map(|place| Datum::single(place, Some(place)))
                .into(),
            ..blank(4)
        });
    }
    let found = theory.radii.iter().filter(|radii| radii.smallest.is_some());
    let (found, all) = (found.count(), theory.radii.len());
    let mut figure = Figure {
        title: chart.title.to_owned(),
        subtitle: format!(
            "{found} of {all} examples were broken; the others have no attack to compare with"
        ),
        panels: vec![Panel {
            x: XAxis::Decades(x),
            y: YAxis {
                label: "smallest perturbation found, ℓ2, log axis".to_owned(),
                range,
                unit: Unit::Plain,
            },
            ..Panel::of(Content::Curves(curves))
        }],
        notes: impossible(theory),
        empty: words::NO_FLIP,
        ..Figure::blank(chart.id)
    };
    let sentence = format!("{found} of {all} examples were broken.");
    figure.say(&[sentence]);
    figure
}

/// A warning where a certificate is broken.
fn impossible(theory: &Theory) -> Vec<Note> {
    match theory.impossible().len() {
        0 => Vec::new(),
        count => vec![Note {
            class: None,
            text: format!(
                "{count} certified radii are above an attack that was found: something is wrong"
            ),
        }],
    }
}

fn blank(slot: usize) -> Series {
    Series {
        name: String::new(),
        slot,
        role: Role::Points,
        points: Vec::new(),
        band: None,
        breaks: Vec::new(),
        measured: false,
    }
}

fn points(name: &str, slot: usize, theory: &Theory, radius: impl Fn(&Radii) -> f64) -> Series {
    let of = |radii: &Radii| {
        let (x, found) = (radius(radii), radii.smallest?.0);
        (x > 0.0 && x.is_finite()).then(|| Datum::single(x, Some(found)))
    };
    let mut points: Vec<Datum> = theory.radii.iter().filter_map(of).collect();
    order::by(&mut points, |point| point.x);
    Series {
        name: name.to_owned(),
        points,
        ..blank(slot)
    }
}
