//! The words around a figure: of whom, how many, and a sentence with its numbers.

use super::Source;
use super::figure::{Content, Figure, Panel};
use super::mark::Rule;
use super::note::{Note, notes};
use super::stops::XAxis;
use crate::route::{Statistic, ViewState};
use crate::series::{Datum, Role, Series};
use crate::valley::Population;

/// Said in a figure without data, of a run that goes on or has ended.
pub const NO_DATA: &str = "No data";
/// Said where only a trace could be shown.
pub const NO_TRACE: &str = "This run has no trace";
/// The same of what is told of images that flip.
pub const NO_FLIP: &str = "No image has flipped";

/// A figure of curves by step, with the remarks on what its axes cannot show.
pub fn figure(
    id: &'static str,
    title: String,
    sources: &[Source<'_>],
    view: &ViewState,
    panels: Vec<Panel>,
) -> Figure {
    let mut notes: Vec<Note> = panels
        .iter()
        .flat_map(|panel| notes(panel, view.floor))
        .collect();
    let mixed = |panel: &Panel| matches!(&panel.x, XAxis::Steps(stops) if stops.mixed);
    if panels.iter().any(mixed) {
        notes.push(Note {
            class: None,
            text: "the attacks have different parts, so none are marked".to_owned(),
        });
    }
    let single = |panel: &Panel| match &panel.content {
        Content::Curves(curves) => curves.iter().any(|curve| curve.role == Role::Single),
        _ => false,
    };
    let mut figure = Figure {
        id,
        title,
        subtitle: subtitle(sources, view, &panels),
        caption: String::new(),
        end_labels: sources.len() > 1 || panels.iter().any(single),
        panels,
        notes,
        empty: NO_DATA,
    };
    let sentences = sentences(&figure.panels);
    figure.say(&sentences);
    figure
}

/// Whose settings the runs' attacks have, in words; nothing where that is not known of every run.
pub fn settings(sources: &[Source<'_>]) -> String {
    let profile = |source: &Source<'_>| source.state.started.as_ref()?.profile;
    let Some(profiles) = sources.iter().map(profile).collect::<Option<Vec<_>>>() else {
        return String::new();
    };
    let (first, rest) = match profiles.split_first() {
        None => return String::new(),
        Some(parts) => parts,
    };
    let others = (sources.iter().skip(1).zip(rest)).filter(|(_, profile)| *profile != first);
    let others: Vec<String> = others
        .map(|(source, profile)| format!("{} ({})", source.name, profile.words()))
        .collect();
    match others.is_empty() {
        true => first.words().to_owned(),
        false => format!("{}, but for {}", first.words(), others.join(", ")),
    }
}

/// What curves and bands are, and of whom: `median and quartiles of 251 of 256 examples, those right at the clean point`.
fn subtitle(sources: &[Source<'_>], view: &ViewState, panels: &[Panel]) -> String {
    let what = match view.statistic {
        Statistic::Median => "Median and quartiles",
        Statistic::Mean => "Mean and its 95 % interval",
    };
    let whom = match view.population {
        Population::Right => "right at the clean point",
        Population::All => "all, right or wrong",
    };
    let seeds = match (view.pass, sources) {
        (None, [source]) if source.pass.is_some() => String::new(),
        (None, [source]) if source.state.passes.len() > 1 => {
            format!(", {} seeds", source.state.passes.len())
        }
        _ => String::new(),
    };
    let counts: Vec<usize> = match panels.first().map(|panel| &panel.content) {
        Some(Content::Curves(curves)) if sources.len() == 1 => curves
            .iter()
            .filter(|curve| curve.role == Role::Main)
            .flat_map(|curve| curve.points.iter().filter(|point| point.y.is_some()))
            .map(|point| point.n + point.not_finite)
            .collect(),
        _ => Vec::new(),
    };
    let (Some(least), Some(most), [source]) = (counts.iter().min(), counts.iter().max(), sources)
    else {
        return format!("{what} over examples {whom}{seeds}");
    };
    let passes = if seeds.is_empty() {
        1
    } else {
        source.state.passes.len()
    };
    let (least, most) = (least / passes, most / passes);
    let n = if least == most {
        most.to_string()
    } else {
        format!("{least} to {most}")
    };
    let total = source
        .state
        .started
        .as_ref()
        .map_or(0, |started| started.examples);
    let so_far = if source.state.phase.ended() {
        ""
    } else {
        " so far"
    };
    format!("{what} over {n} of {total} examples{so_far}, {whom}{seeds}")
}

/// A sentence per panel and run: where its curve begins, where it is highest, where it ends.
pub(super) fn sentences(panels: &[Panel]) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for panel in panels {
        let Content::Curves(curves) = &panel.content else {
            continue;
        };
        let quantity = if panels.len() > 1 {
            format!("{}, ", panel.y.label.trim_end_matches(", log axis"))
        } else {
            String::new()
        };
        let mains = curves
            .iter()
            .filter(|curve| matches!(curve.role, Role::Main | Role::Dashed(_) | Role::Dash(_)));
        for curve in mains.take(8) {
            let said = sentence(panel, curve);
            sentences.extend(said.map(|said| format!("{quantity}{}: {said}", curve.name)));
        }
        let named = |rule: &&Rule| rule.slot.is_none() && !rule.label.is_empty();
        if let (XAxis::Steps(_), Some(rule)) = (&panel.x, panel.rules.iter().find(named)) {
            sentences.push(format!("{}.", rule.label));
        }
    }
    sentences
}

/// A sentence with a capital at its start.
pub fn capitalised(sentence: &str) -> String {
    let mut rest = sentence.chars();
    match rest.next() {
        Some(first) => std::iter::once(first.to_ascii_uppercase())
            .chain(rest)
            .collect(),
        None => String::new(),
    }
}

fn sentence(panel: &Panel, curve: &Series) -> Option<String> {
    let known: Vec<(&Datum, f64)> = curve
        .points
        .iter()
        .filter_map(|point| Some((point, point.y?)))
        .collect();
    let finite = || known.iter().filter(|(_, y)| y.is_finite());
    let ((first, start), (last, end)) = (known.first()?, known.last()?);
    let (highest, best) =
        finite().fold(None, |best: Option<&(&Datum, f64)>, point| match best {
            Some(best) if best.1 >= point.1 => Some(best),
            _ => Some(point),
        })?;
    let said = |point: &Datum, value: f64| {
        format!("{} at {}", panel.y.unit.text(value), at(&panel.x, point.x))
    };
    let mut parts = vec![said(first, *start)];
    if highest.x != first.x && highest.x != last.x {
        parts.push(format!("highest {}", said(highest, *best)));
    }
    if last.x != first.x {
        parts.push(said(last, *end));
    }
    Some(format!("{}.", parts.join(", ")))
}

/// A place in a sentence.
pub fn at(axis: &XAxis, x: f64) -> String {
    match axis {
        XAxis::Steps(_) if x == 0.0 => "the clean point".to_owned(),
        XAxis::Steps(_) if x == 0.5 => "the start".to_owned(),
        XAxis::Steps(stops) if stops.stage_of(x).is_some() => axis.name(x),
        XAxis::Steps(_) => format!("step {x}"),
        XAxis::Decades(_) | XAxis::Named { .. } => axis.name(x),
        XAxis::Numbers { label, .. } => {
            let number = crate::amount::significant(x, 4);
            match label.as_str() {
                "ε in 1/255" => format!("ε {number}/255"),
                _ => format!("ε {number}"),
            }
        }
        _ => format!("{x}").replace('-', "−"),
    }
}

/// The name of a class: its own where it is known, else its number.
pub fn class_name(names: &[String], class: u32) -> String {
    names
        .get(class as usize)
        .cloned()
        .unwrap_or_else(|| format!("class {class}"))
}
