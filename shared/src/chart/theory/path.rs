//! The rise of the loss along the path, and what bounds it.

use super::{Look, Subject, TheoryChart, dashed, full, panel};
use crate::amount::significant;
use crate::chart::figure::{Figure, Panel};
use crate::chart::mark::Guide;
use crate::route::ViewState;
use crate::series::Role;
use crate::theory::{Line, Theory};

/// At the displacement that the features really had: no Lipschitz constant is needed.
pub const ALONG: TheoryChart = TheoryChart {
    id: "theory-path",
    title: "Rise of the loss, and what bounds it",
    help: "How much the loss has risen since the clean image; what slope and curvature there predict of it; and how much it could have risen at most, \
           as far as the features have moved. A full line cannot be exceeded, a dashed one can.",
    figure: along,
};

/// At the displacement that a Lipschitz constant allows.
pub const REACH: TheoryChart = TheoryChart {
    id: "theory-reach",
    title: "The same bounds for every image as near as this",
    help: "The bounds at L times the length of the perturbation: they hold for every image that is no further away. With a constant L that is certified \
           for all images they are certificates; with the ratio that was seen on the path they are estimates.",
    figure: reach,
};

fn along(chart: &TheoryChart, subject: &Subject<'_>, view: &ViewState) -> Figure {
    let looks = [
        rise(),
        dashed(Line::Second, 0),
        full(Line::Flat, 2),
        full(Line::Free, 3),
        full(Line::Cubic, 1),
        Look {
            role: Role::Dash(2),
            ..full(Line::Authors, 4)
        },
    ];
    let panel = with_guides(panel(subject, view, "rise (nats)", &looks), subject.theory);
    chart.by_step(
        subject,
        view,
        vec![panel],
        "; full lines cannot be exceeded",
    )
}

fn reach(chart: &TheoryChart, subject: &Subject<'_>, view: &ViewState) -> Figure {
    let looks = [
        rise(),
        full(Line::GlobalFlat, 2),
        full(Line::GlobalFree, 3),
        full(Line::GlobalCubic, 1),
        dashed(Line::LocalFlat, 2),
        dashed(Line::LocalFree, 3),
        dashed(Line::LocalCubic, 1),
    ];
    let panel = with_guides(panel(subject, view, "rise (nats)", &looks), subject.theory);
    let constant = match subject.theory.constant() {
        Some(constant) => format!("; certified L = {}", significant(constant, 3)),
        None => String::new(),
    };
    let words = format!("{constant}; dashed lines are estimates");
    chart.by_step(subject, view, vec![panel], &words)
}

fn rise() -> Look {
    Look {
        band: true,
        ..full(Line::Rise, 0)
    }
}

/// With the losses at which a prediction can and must have changed. They are of the loss itself, which the rise nearly is where the
/// image was classified with confidence.
fn with_guides(panel: Panel, theory: &Theory) -> Panel {
    let mut guides = vec![Guide {
        value: 2.0_f64.ln(),
        label: format!("log 2 = {}", significant(2.0_f64.ln(), 3)),
    }];
    if theory.classes > 2 {
        let value = (theory.classes as f64).ln();
        guides.push(Guide {
            value,
            label: format!("log {} = {}", theory.classes, significant(value, 3)),
        });
    }
    Panel { guides, ..panel }
}
