//! The third derivative and the remainder, with their bounds.

use super::{Subject, TheoryChart, full, panel};
use crate::chart::figure::Figure;
use crate::route::ViewState;
use crate::theory::Line;

/// Where slope and curvature at the clean image stop explaining the loss.
pub const THIRD: TheoryChart = TheoryChart {
    id: "theory-third",
    title: "Third derivative and remainder",
    help: "The paper's theorem bounds the loss by slope, flatness and third derivative. Above: the third derivative at the clean image along the \
           features' displacement, and the most that it can be with this spread and range of the logits. Below: what slope and curvature leave \
           unexplained, and the cubic bound of it.",
    figure: third,
};

fn third(chart: &TheoryChart, subject: &Subject<'_>, view: &ViewState) -> Figure {
    let panels = vec![
        panel(
            subject,
            view,
            "third derivative",
            &[full(Line::Third, 0), full(Line::ThirdBound, 1)],
        ),
        panel(
            subject,
            view,
            "remainder (nats)",
            &[full(Line::Remainder, 0), full(Line::RemainderBound, 1)],
        ),
    ];
    chart.by_step(subject, view, panels, "")
}
