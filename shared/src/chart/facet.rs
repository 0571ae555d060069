//! Small multiples: one panel for each run or epsilon, all with one vertical scale unless it is freed.

use super::banded::standing;
use super::figure::{Content, Figure, Panel, Unit};
use super::note::{Note, notes};
use super::{Source, by_step};
use crate::route::{Facets, ViewState};
use crate::series::Role;

/// The figure with one panel for each of its sources, where the view asks for that and their data can be parted.
/// Every panel has the horizontal axis of all; the table stays the same.
pub fn split(mut figure: Figure, sources: &[Source<'_>], view: &ViewState) -> Figure {
    let [panel] = figure.panels.as_slice() else {
        return figure;
    };
    if view.facets == Facets::Off || sources.len() < 2 || !can_be_parted(&panel.content) {
        return figure;
    }
    // Examples have slots of their own: they belong to the part that stands for the run.
    let main = standing(sources).map(|source| source.slot);
    let owner = |slot: usize| {
        let own = sources.iter().any(|source| source.slot == slot);
        if own { Some(slot) } else { main }
    };
    let of = |source: &Source<'_>| {
        let own = |slot: usize| owner(slot) == Some(source.slot);
        let mut part = panel.clone();
        match &mut part.content {
            Content::Curves(curves) => curves.retain(|curve| own(curve.slot)),
            Content::Bars(groups) => groups.retain(|group| own(group.slot)),
            Content::Cells(_) | Content::Heat(_) => {}
        }
        part.rules.retain(|rule| rule.slot.is_none_or(own));
        part.of = Some((source.slot, source.name.to_owned()));
        if view.facets == Facets::Free {
            free(&mut part, view.floor);
        }
        part
    };
    let panels: Vec<Panel> = sources.iter().map(of).collect();
    if view.facets == Facets::Free {
        figure.notes.retain(|note| note.class.is_none());
        figure
            .notes
            .extend(panels.iter().flat_map(|part| named(part, view.floor)));
        // Shares have one scale all the same.
        if panels
            .windows(2)
            .any(|pair| pair[0].y.range != pair[1].y.range)
        {
            figure.notes.push(Note {
                class: None,
                text: "each panel has a vertical scale of its own".to_owned(),
            });
        }
    }
    figure.panels = panels;
    figure.end_labels = false;
    figure
}

/// Whether every curve or bar belongs to one run.
fn can_be_parted(content: &Content) -> bool {
    match content {
        Content::Curves(curves) => curves.iter().all(|curve| curve.role != Role::Area),
        Content::Bars(_) => true,
        Content::Cells(_) | Content::Heat(_) => false,
    }
}

/// Gives a panel the scale that suits its own data; shares keep theirs.
fn free(panel: &mut Panel, floor: f64) {
    let (shown, range) = (panel.x.shown(), panel.y.range);
    match &panel.content {
        Content::Curves(curves) if panel.y.unit != Unit::Percent => {
            panel.y.range = by_step::range(curves, shown, range.log, floor);
        }
        Content::Bars(groups) => {
            let bars = groups.iter().flat_map(|group| &group.bars);
            let highest = bars.map(|bar| bar.1).fold(0.0, f64::max);
            panel.y.range.high = if highest > 0.0 {
                1.1 * highest
            } else {
                range.high
            };
        }
        _ => {}
    }
}

/// What the scale of a panel cannot show, with its name.
fn named(panel: &Panel, floor: f64) -> Vec<Note> {
    let name = panel.of.as_ref().map_or("", |(_, name)| name);
    let counted = notes(panel, floor).into_iter();
    counted
        .filter(|note| note.class.is_some())
        .map(|note| Note {
            text: format!("{name}: {}", note.text),
            ..note
        })
        .collect()
}
