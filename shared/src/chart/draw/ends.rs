//! Names at the ends of curves, moved apart where the ends lie together.

use super::arrange::{LABEL, end_room};
use crate::chart::brush::{Brush, Drawn, Ink, Type};
use crate::chart::figure::{Content, Figure, Panel};
use crate::chart::layout::PanelLayout;
use crate::chart::legend::swatch_line;
use crate::chart::text::wrapped;
use crate::chart::xmap::XMap;
use crate::order;
use crate::palette::Theme;
use crate::series::Series;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// The gap between the last point of a curve and what leads to its name.
const GAP: f64 = 9.0;
/// The room between the plot and a name, with a piece of the curve in it.
pub const BESIDE: f64 = 36.0;
/// The height of a line of a name.
const LINE: f64 = 14.5;

/// Names the main curves of a panel and its single examples at its right.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    shown: (f64, f64),
    curves: &[Series],
) -> Drawn<DB> {
    let right = layout.left + layout.width;
    let mut labels: Vec<(&Series, f64, f64)> = curves
        .iter()
        .filter(|curve| curve.has_end_label())
        .filter_map(|curve| {
            let inside = |x: f64| shown.0 <= x && x <= shown.1;
            let last = curve
                .points
                .iter()
                .rev()
                .find(|point| inside(point.x) && point.y.is_some())?;
            let end = last
                .y
                .filter(|y| y.is_finite())
                .map_or(layout.top, |y| layout.y_of(y));
            Some((curve, map.px(last.x), end))
        })
        .collect();
    order::by(&mut labels, |label| label.2);
    let room = brush.right() - right - BESIDE - 4.0;
    let names: Vec<Vec<String>> = labels
        .iter()
        .map(|label| wrapped(&label.0.name, LABEL, false, room, 2))
        .collect();
    let wanted: Vec<(f64, f64)> = labels
        .iter()
        .zip(&names)
        .map(|(label, lines)| (label.2, LINE * lines.len() as f64))
        .collect();
    let places = apart(&wanted, layout.top, layout.top + layout.height);
    let color = brush.tokens.text;
    let look = Type {
        size: LABEL,
        bold: false,
        color,
        anchor: HPos::Left,
    };
    for (((curve, x, y), lines), place) in labels.into_iter().zip(names).zip(places) {
        // Not a piece of the curve: in another stroke and colour, and with a gap behind the last point.
        let leader = [(x + GAP, y), (right + 8.0, place)];
        if leader[0].0 < leader[1].0 {
            brush.line(&leader, 0.8, &[1.0, 3.0], Ink(brush.tokens.muted, 0.8))?;
        }
        swatch_line(brush, theme, curve.slot, curve.role, (right + 7.0, place))?;
        let first = place - LINE * (lines.len() as f64 - 1.0) / 2.0;
        for (line, text) in lines.iter().enumerate() {
            brush.text(text, right + BESIDE, first + LINE * line as f64, look)?;
        }
    }
    Ok(())
}

/// The height that the names of a figure's curves need in its fullest panel, in CSS pixels.
pub fn height(figure: &Figure, width: u32) -> f64 {
    let room = end_room(figure, f64::from(width)) - BESIDE - 4.0;
    let of = |panel: &Panel| match &panel.content {
        Content::Curves(curves) => curves
            .iter()
            .filter(|curve| curve.has_end_label())
            .map(|curve| LINE * wrapped(&curve.name, LABEL, false, room, 2).len() as f64)
            .sum(),
        _ => 0.0,
    };
    figure.panels.iter().map(of).fold(0.0, f64::max)
}

/// The middles nearest to the wanted ones, sorted, of names with these heights that do not touch; inside the plot if they all fit.
fn apart(wanted: &[(f64, f64)], top: f64, bottom: f64) -> Vec<f64> {
    let distance = |at: usize| (wanted[at - 1].1 + wanted[at].1) / 2.0;
    let mut places: Vec<f64> = wanted.iter().map(|name| name.0).collect();
    for at in 1..places.len() {
        places[at] = places[at].max(places[at - 1] + distance(at));
    }
    let mut limit = bottom;
    for at in (0..places.len()).rev() {
        places[at] = places[at].min(limit);
        if at > 0 {
            limit = places[at] - distance(at);
        }
    }
    let under = places.first().map_or(0.0, |first| (top - first).max(0.0));
    places.into_iter().map(|place| place + under).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_end_together_are_moved_apart_and_stay_in_order() {
        let wanted = [100.0, 101.0, 102.0, 180.0, 199.0, 200.0].map(|place| (place, LINE));
        let places = apart(&wanted, 0.0, 200.0);
        // Sums of a few numbers round in their last places.
        assert!(
            places
                .windows(2)
                .all(|pair| pair[1] - pair[0] >= LINE - 1e-9),
            "{places:?}"
        );
        assert!(places[0] >= 0.0 && places[5] <= 200.0);
        assert_eq!(
            apart(&[(10.0, LINE), (90.0, 2.0 * LINE)], 0.0, 100.0),
            [10.0, 90.0]
        );
    }
}
