//! The loss of one example over a plane of the last layer's weights, at one point of its path.

use super::contour::contour;
use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::heat::{Contour, Heat};
use super::mark::Mark;
use super::stops::XAxis;
use crate::amount::significant;
use crate::api::ExampleDetail;
use crate::landscape::{Plane, Seen};
use crate::measure::Measure;
use crate::readings::Axis;
use crate::route::{Direction, PlaneView, ViewState, YScale};
use crate::series::Range;

/// The name in addresses and files.
pub const ID: &str = "landscape";
/// The name in words.
pub const TITLE: &str = "The loss around the last layer's weights";
/// What it shows.
pub const HELP: &str = "The loss of this image if the last layer's weights were others: to the right where it rises most, upwards in a second direction, both as \
     parts of the weights' own length. The thick line is the border of the decision. Before the flip the image stands on a slope; at the flip the border \
     goes through it; in the valley the loss is high and nothing nearby changes it.";

/// So many lines of equal loss.
const LINES: usize = 7;

/// The planes of every point of an example's path, of those that are known.
pub fn planes(example: &ExampleDetail, view: PlaneView) -> Vec<Option<Plane>> {
    let points = 0..example.probabilities.len();
    points.map(|point| plane(example, view, point)).collect()
}

/// The plane at one point.
pub fn plane(example: &ExampleDetail, view: PlaneView, point: usize) -> Option<Plane> {
    let at = |measure: Measure| Some(example.curves.get(&measure)?.get(point)?.0);
    let probabilities = example.probabilities.get(point)?;
    let length = at(Measure::PhiSq)?.sqrt();
    // κ_F² is ‖W‖_F² times the trace, at any point where it has one.
    let known = |point: usize| {
        let [whole, trace] = [Measure::KappaF2, Measure::TraceH].map(|measure| {
            let curve = example.curves.get(&measure)?;
            curve.get(point).map(|value| value.0)
        });
        let square = whole? / trace?;
        (square > 0.0 && square.is_finite()).then(|| square.sqrt())
    };
    let norm = (0..example.probabilities.len()).find_map(known)?;
    let label = example.path.label as usize;
    let seen = Seen::of(probabilities.iter().map(|p| p.0), length, label);
    seen.plane(view, norm)
}

/// The colours that show all of these planes, so that they can be compared.
pub fn scale<'a>(planes: impl Iterator<Item = &'a Plane> + Clone, y: YScale) -> Range {
    let values = planes.flat_map(|plane| plane.loss.iter().flatten().copied());
    match y {
        YScale::Linear => Range::linear_of(values),
        _ => Range::log_of(values.collect::<Vec<_>>(), 1e-6),
    }
}

/// The figure of one plane.
pub fn figure(
    example: &ExampleDetail,
    axis: &Axis,
    point: usize,
    plane: Option<&Plane>,
    scale: Range,
    view: &ViewState,
) -> Figure {
    let blank = Figure {
        title: TITLE.to_owned(),
        empty: "Not computed",
        ..Figure::blank(ID)
    };
    let Some(plane) = plane else {
        return blank;
    };
    let radius = view.plane.radius;
    let border = Contour {
        label: "border of the decision".to_owned(),
        strong: true,
        pieces: contour(&plane.places, &plane.places, &plane.margin, 0.0),
    };
    let has_border = !border.pieces.is_empty();
    let level = |i: usize| Contour {
        label: String::new(),
        strong: false,
        pieces: contour(
            &plane.places,
            &plane.places,
            &plane.loss,
            scale.value((i as f64 + 0.5) / LINES as f64),
        ),
    };
    let heat = Heat {
        label: "loss (nats)".to_owned(),
        columns: plane.places.clone(),
        rows: plane.places.clone(),
        names: Vec::new(),
        values: plane.loss.clone(),
        scale,
        lines: (0..LINES)
            .map(level)
            .chain(has_border.then_some(border))
            .collect(),
        path: Vec::new(),
    };
    let up = match view.plane.direction {
        Direction::Eigenvector => "along the second eigenvector, in ‖W‖",
        Direction::Random => "along a random direction, in ‖W‖",
    };
    let here = [plane.places.len() / 2; 2];
    let loss = plane
        .loss
        .get(here[0])
        .and_then(|row| row.get(here[1]))
        .copied();
    let loss = loss.unwrap_or(f64::NAN);
    let panel = Panel {
        x: XAxis::Between {
            label: "along the gradient, in ‖W‖".to_owned(),
            from: -radius,
            to: radius,
        },
        y: YAxis {
            label: up.to_owned(),
            range: Range {
                log: false,
                low: -radius,
                high: radius,
            },
            unit: Unit::Plain,
        },
        marks: vec![Mark {
            x: 0.0,
            y: 0.0,
            label: "the weights".to_owned(),
            filled: true,
        }],
        ..Panel::of(Content::Heat(Box::new(heat)))
    };
    let mut figure = Figure {
        subtitle: format!(
            "Example {} at {}; loss {} nats",
            example.path.row,
            axis.name(point),
            significant(loss, 3)
        ),
        panels: vec![panel],
        ..blank
    };
    let said = match has_border {
        true => "The border of the decision goes through the plane.",
        false => "No border of the decision is in the plane.",
    };
    figure.say(&[
        format!("Loss {} at the weights.", significant(loss, 3)),
        said.to_owned(),
    ]);
    figure
}
