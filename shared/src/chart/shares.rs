//! Which classes are predicted at each step: shares, stacked on each other.

use super::by_step::stops;
use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::stops::XAxis;
use super::words::class_name;
use super::{Source, accuracy, banded, words};
use crate::order;
use crate::route::ViewState;
use crate::series::{Datum, Range, Role, Series};
use std::collections::BTreeMap;

/// So many classes have an area of their own, those predicted most often; the others share one.
const MOST: usize = 9;

/// The panel of the run, or of the part of it that stands for it.
pub fn panel(sources: &[Source<'_>], view: &ViewState) -> Panel {
    let standing = banded::standing(sources);
    let curves = standing.map_or(Vec::new(), |source| areas(source, view));
    Panel {
        x: XAxis::Steps(stops(standing.map_or(&[], std::slice::from_ref), view)),
        y: YAxis {
            label: "share of the examples".to_owned(),
            range: Range {
                log: false,
                low: 0.0,
                high: 1.0,
            },
            unit: Unit::Percent,
        },
        ..Panel::of(Content::Curves(curves))
    }
}

/// Says what the areas are and how they end.
pub fn describe(figure: &mut Figure, sources: &[Source<'_>], view: &ViewState) {
    let Some(standing) = banded::standing(sources) else {
        return;
    };
    figure.subtitle = accuracy::subtitle(std::slice::from_ref(standing), view);
    if sources.len() > 1 {
        figure.subtitle += &format!(", of {} alone", standing.name);
    }
    // The areas have their names in the legend.
    figure.end_labels = false;
    let Some(panel) = figure.panels.first() else {
        return;
    };
    let Content::Curves(areas) = &panel.content else {
        return;
    };
    let last = |area: &Series| {
        area.points
            .iter()
            .rev()
            .find_map(|point| Some((point.x, point.y?)))
    };
    let mut ends: Vec<(f64, f64, &str)> = areas
        .iter()
        .filter_map(|area| last(area).map(|(x, share)| (share, x, area.name.as_str())))
        .collect();
    order::by(&mut ends, |end| -end.0);
    let Some((_, step, _)) = ends.first() else {
        return;
    };
    let said: Vec<String> = ends
        .iter()
        .take(3)
        .map(|(share, _, name)| format!("{name} {}", Unit::Percent.text(*share)))
        .collect();
    figure.say(&[format!(
        "Predicted most at {}: {}.",
        words::at(&panel.x, *step),
        said.join(", ")
    )]);
}

fn areas(source: &Source<'_>, view: &ViewState) -> Vec<Series> {
    let summary = banded::first(source, view).and_then(|pass| pass.summary.as_ref());
    let Some(line) = summary.map(|summary| &summary.timeline) else {
        return Vec::new();
    };
    let mut often: BTreeMap<u32, usize> = BTreeMap::new();
    for (class, count) in line.predicted.iter().flatten() {
        *often.entry(*class).or_insert(0) += count;
    }
    let falling = often.iter().rev().map(|(class, n)| (*n, *class));
    let mut own: Vec<(usize, u32)> = falling.collect();
    order::by(&mut own, |(n, _)| -(*n as f64));
    let mut own: Vec<u32> = own.into_iter().take(MOST).map(|(_, class)| class).collect();
    order::by(&mut own, |class| f64::from(*class));
    let others = often.len() > own.len();
    let mut names: Vec<String> = own
        .iter()
        .map(|class| class_name(source.classes, *class))
        .collect();
    if others {
        names.push("other classes".to_owned());
    }
    let place = |class: u32| own.binary_search(&class).unwrap_or(own.len());
    let mut areas: Vec<Series> = names
        .into_iter()
        .enumerate()
        .map(|(slot, name)| Series {
            name,
            slot,
            role: Role::Area,
            points: Vec::new(),
            band: None,
            breaks: banded::breaks(source),
            measured: false,
        })
        .collect();
    for (step, predicted) in line.steps.iter().zip(&line.predicted) {
        let mut counts = vec![0; areas.len()];
        for (class, count) in predicted {
            if let Some(sum) = counts.get_mut(place(*class)) {
                *sum += count;
            }
        }
        let n: usize = counts.iter().sum();
        let mut below = 0.0;
        for (area, count) in areas.iter_mut().zip(counts) {
            let share = count as f64 / n.max(1) as f64;
            area.points.push(Datum {
                x: f64::from(*step),
                y: (n > 0).then_some(share),
                low: below,
                high: below + share,
                n,
                not_finite: 0,
            });
            below += share;
        }
    }
    areas
}
