//! The axis of passes spent: by their logarithm, with the clean point apart and the parts of an attack marked.

use super::Source;
use super::banded::{self, standing};
use super::decades::Decades;
use super::figure::{Figure, Panel};
use super::mark::Shade;
use super::note::Note;
use super::robust::{curves, datum, panel_of};
use super::stops::XAxis;
use crate::amount::significant;
use crate::readings::Stage;
use crate::route::ViewState;
use crate::series::Datum;
use crate::valley::Timeline;

/// The panel of the robust accuracy by passes spent.
pub fn panel(sources: &[Source<'_>], view: &ViewState) -> Panel {
    let mut curves = curves(sources, |source| points(source, view));
    for curve in &mut curves {
        // No line leads out of zero over the gap of the axis.
        let first = curve.points.iter().map(|point| point.x).find(|x| *x > 0.0);
        curve.breaks = Vec::from_iter(first);
    }
    let numbers = curves.iter().flat_map(|curve| &curve.points);
    let numbers = numbers.map(|point| point.x);
    let mut axis = Decades::of("forward and backward passes", "passes", numbers);
    let first = standing(sources).into_iter().chain(sources);
    let with_parts = first.map(|source| (source, parts(source, view)));
    if let Some((source, parts)) = with_parts.into_iter().find(|(_, parts)| parts.len() > 1) {
        axis.parts = parts;
        axis.parts_of = (sources.len() > 1).then(|| source.name.to_owned());
    }
    panel_of(XAxis::Decades(axis), "", curves)
}

/// Says which parts are marked, and where they end: not every name has room above the plot.
pub fn describe(figure: &mut Figure) {
    let Some(XAxis::Decades(axis)) = figure.panels.first().map(|panel| &panel.x) else {
        return;
    };
    if axis.parts.is_empty() {
        return;
    }
    let end = |part: &Shade| {
        let to = significant(part.to, 4);
        format!("{} to {to} {}", part.label, axis.unit)
    };
    let ends: Vec<String> = axis.parts.iter().map(end).collect();
    let (of, note) = match &axis.parts_of {
        Some(name) => (format!(" of {name}"), true),
        None => (String::new(), false),
    };
    figure.caption += &format!(" The parts{of}: {}.", ends.join(", "));
    if note {
        let text = format!("the parts marked are those{of}");
        figure.notes.push(Note { class: None, text });
    }
}

fn line<'a>(source: &Source<'a>, view: &ViewState) -> Option<&'a Timeline> {
    let pass = banded::first(source, view)?;
    pass.summary.as_ref().map(|summary| &summary.timeline)
}

fn points(source: &Source<'_>, view: &ViewState) -> Vec<Datum> {
    let Some(line) = line(source, view) else {
        return Vec::new();
    };
    let spent = line.passes.iter().zip(&line.robust);
    spent
        .filter(|(passes, _)| passes.0.is_finite())
        .map(|(passes, rate)| datum(passes.0, rate))
        .collect()
}

/// The parts of the attack on the axis of passes, those of one kind together: each from where the one before has ended.
fn parts(source: &Source<'_>, view: &ViewState) -> Vec<Shade> {
    let stages = source
        .state
        .started
        .as_ref()
        .map(|started| &started.axis.stages);
    let (Some(stages), Some(line)) = (stages, line(source, view)) else {
        return Vec::new();
    };
    let spent = |stage: &Stage| {
        let known = line.steps.iter().zip(&line.passes);
        let last = known
            .rev()
            .find(|(step, passes)| stage.holds(**step) && passes.0.is_finite());
        last.map(|(_, passes)| passes.0)
    };
    let kind = |stage: &Stage| stage.group.clone().unwrap_or_else(|| stage.name.clone());
    let several = stages
        .windows(2)
        .any(|pair| kind(&pair[0]) != kind(&pair[1]));
    let mut parts: Vec<Shade> = Vec::new();
    for stage in stages {
        let label = if several {
            kind(stage)
        } else {
            stage.name.clone()
        };
        let Some(to) = spent(stage) else { continue };
        let from = parts.last().map_or(0.0, |last| last.to);
        match parts.last_mut().filter(|last| last.label == label) {
            Some(last) => last.to = to,
            // Of a part that nobody has reached there is no stretch.
            None if to > from => parts.push(Shade { from, to, label }),
            None => {}
        }
    }
    parts
}
