//! Names at the ends of curves, moved apart where the ends lie together.

use super::arrange::LABEL;
use crate::chart::brush::{Brush, Drawn, Ink, Type};
use crate::chart::layout::PanelLayout;
use crate::chart::stops::XMap;
use crate::chart::text::fitted;
use crate::palette::{Theme, dash, marker};
use crate::series::{Role, Series};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// The room between the plot and a name, with a piece of the curve in it.
pub const BESIDE: f64 = 36.0;
/// The least distance between two names.
const APART: f64 = 15.0;

/// Names the main curves of a panel at its right.
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
        .filter(|curve| curve.role == Role::Main)
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
    labels.sort_by(|a, b| a.2.total_cmp(&b.2));
    let wanted: Vec<f64> = labels.iter().map(|label| label.2).collect();
    let places = apart(&wanted, layout.top, layout.top + layout.height);
    let text_color = brush.tokens.text;
    for ((curve, x, y), place) in labels.into_iter().zip(places) {
        let color = theme.series(curve.slot);
        brush.line(
            &[(x + 4.0, y), (right + 8.0, place)],
            1.0,
            &[],
            Ink(color, 0.45),
        )?;
        brush.line(
            &[(right + 8.0, place), (right + 30.0, place)],
            2.0,
            dash(curve.slot),
            color,
        )?;
        brush.marker(marker(curve.slot), (right + 19.0, place), 5.5, color)?;
        let room = brush.right() - right - BESIDE - 4.0;
        let text = fitted(&curve.name, LABEL, false, room);
        let look = Type {
            size: LABEL,
            bold: false,
            color: text_color,
            anchor: HPos::Left,
        };
        brush.text(&text, right + BESIDE, place, look)?;
    }
    Ok(())
}

/// The places nearest to the wanted ones, sorted, that lie at least [`APART`] from each other, inside the plot if they all fit.
fn apart(wanted: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut places: Vec<f64> = wanted.to_vec();
    for at in 1..places.len() {
        places[at] = places[at].max(places[at - 1] + APART);
    }
    let over = places.last().map_or(0.0, |last| (last - bottom).max(0.0));
    if over > 0.0 {
        let mut limit = bottom;
        for place in places.iter_mut().rev() {
            *place = place.min(limit);
            limit = *place - APART;
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
        let places = apart(&[100.0, 101.0, 102.0, 180.0, 199.0, 200.0], 0.0, 200.0);
        assert!(
            places
                .windows(2)
                .all(|pair| pair[1] - pair[0] >= APART - 1e-9),
            "{places:?}"
        );
        assert!(places[0] >= 0.0 && places[5] <= 200.0);
        assert_eq!(apart(&[10.0, 90.0], 0.0, 100.0), [10.0, 90.0]);
    }
}
