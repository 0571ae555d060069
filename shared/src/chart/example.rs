//! One example's own curve.

use super::banded::place;
use super::figure::{Content, Figure, Panel};
use super::mark::Mark;
use super::words::{capitalised, class_name};
use super::{Chart, Source, by_step, words};
use crate::amount::significant;
use crate::api::ExampleDetail;
use crate::route::{ViewState, YScale};
use crate::series::{Datum, Role, Series};

/// The view's measure of one example, with its first flip and its peak.
pub struct OneExample;

impl Chart for OneExample {
    fn id(&self) -> &'static str {
        "example"
    }

    fn title(&self) -> &'static str {
        "One example by step"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let first = sources.first().copied();
        let example = first.and_then(|source| source.examples.first());
        let sources: Vec<Source<'_>> = first.iter().map(Source::without_examples).collect();
        let measure = view.measure;
        let mut panel = by_step::panel(&sources, measure, view);
        panel.rules.clear();
        let (mut title, mut subtitle) = (self.title().to_owned(), String::new());
        let mut curves = Vec::new();
        if let (Some(source), Some(example)) = (first, example)
            && let (Some(started), Some(values)) =
                (&source.state.started, example.curves.get(&measure))
        {
            let axis = &started.axis;
            let at = |point: usize| {
                Datum::single(place(axis, point), values.get(point).map(|value| value.0))
            };
            let series = Series {
                name: measure.title().to_owned(),
                slot: source.slot,
                role: Role::Main,
                points: (0..axis.points()).map(at).collect(),
                band: None,
                breaks: axis.breaks(),
                measured: false,
            };
            panel.marks = marks(example, &series);
            curves.push(series);
            title = format!(
                "Example {}: {} by step",
                example.path.index,
                measure.title()
            );
            subtitle = story(source, example);
        }
        let log = match view.y {
            YScale::Log => true,
            YScale::Linear => false,
            YScale::Auto => measure.log_by_default(),
        };
        panel.y.range = by_step::range(&curves, panel.x.shown(), log, view.floor);
        panel.y.label = format!("{}{}", measure.title(), if log { ", log axis" } else { "" });
        panel.content = Content::Curves(curves);
        let mut figure = words::figure(self.id(), title, &sources, view, vec![Panel { ..panel }]);
        if !subtitle.is_empty() {
            figure.caption = format!("{} {}.", figure.caption, capitalised(&subtitle));
        }
        figure.subtitle = subtitle;
        figure.empty = "No example chosen";
        if figure.is_empty() {
            figure.say(&[]);
        }
        figure
    }
}

/// The flip and the peak on the curve; one mark where they are the same point.
fn marks(example: &ExampleDetail, series: &Series) -> Vec<Mark> {
    let value = |step: u32| {
        let point = series
            .points
            .iter()
            .find(|point| point.x == f64::from(step))?;
        point.y.filter(|y| y.is_finite())
    };
    let mark = |step: u32, label: &str, filled| {
        Some(Mark {
            x: f64::from(step),
            y: value(step)?,
            label: label.to_owned(),
            filled,
        })
    };
    let path = &example.path;
    let marks = match (path.first_flip, path.peak_step) {
        (Some(flip), Some(peak)) if flip == peak => [mark(flip, "first flip, peak", true), None],
        (flip, peak) => [
            flip.and_then(|step| mark(step, "first flip", true)),
            peak.and_then(|step| mark(step, "peak", false)),
        ],
    };
    marks.into_iter().flatten().collect()
}

fn story(source: Source<'_>, example: &ExampleDetail) -> String {
    let path = &example.path;
    let mut parts = vec![format!("label {}", class_name(source.classes, path.label))];
    if !path.right {
        parts.push("wrong at the clean point".to_owned());
    }
    let within = match &path.stage {
        Some(stage) => format!(" in {}", stage.name),
        None => String::new(),
    };
    parts.push(match (path.first_flip, path.flip_to) {
        (Some(step), Some(class)) => format!(
            "first flip at step {step}{within} to {}",
            class_name(source.classes, class)
        ),
        (Some(step), None) => format!("first flip at step {step}{within}"),
        (None, _) => "no flip".to_owned(),
    });
    if let Some(peak) = path.peak_step {
        parts.push(format!("sharpness peaks at step {peak}"));
    }
    if path.end_over_peak().is_finite() {
        parts.push(format!(
            "end over peak {}",
            significant(path.end_over_peak(), 3)
        ));
    }
    parts.join(", ")
}
