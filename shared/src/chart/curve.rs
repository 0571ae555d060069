//! Curves, their bands, and what stands at the edge because the axis cannot show it.

use super::band;
use super::brush::{Brush, Drawn, Ink};
use super::edge::{EDGE_SIZE, edge_marker};
use super::layout::PanelLayout;
use super::legend::{AREA, SINGLE};
use super::smooth::{is_smoothed, smoothed};
use super::xmap::XMap;
use crate::palette::{Theme, dash, marker};
use crate::route::Statistic;
use crate::series::{Class, Role, Series, decimate};
use plotters::prelude::DrawingBackend;

/// Draws the curves of a panel: first all bands, then single examples, then the main curves;
/// with a running statistic, first the values themselves, which stand back.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    shown: (f64, f64),
    curves: &[Series],
    smooth: Option<(Statistic, usize)>,
) -> Drawn<DB> {
    let visible = |x: f64| shown.0 <= x && x <= shown.1;
    // Those of which single points were measured are drawn otherwise.
    let curves: Vec<&Series> = curves.iter().filter(|curve| !curve.measured).collect();
    band::draw(brush, theme, layout, map, &visible, &curves)?;
    for curve in curves.iter().filter(|curve| curve.role == Role::Area) {
        let ink = Ink(theme.series(curve.slot), AREA);
        band::fill(brush, layout, map, &visible, curve, ink)?;
        // Two areas of one colour are told apart by the line between them.
        for piece in curve.pieces() {
            let edge = piece.iter().filter(|point| visible(point.x));
            let edge: Vec<(f64, f64)> = edge
                .map(|point| (map.px(point.x), layout.y_of(point.high)))
                .collect();
            brush.line(&edge, 1.5, &[], brush.tokens.background)?;
        }
    }
    let (singles, mains): (Vec<&Series>, Vec<&Series>) = curves
        .into_iter()
        .partition(|curve| matches!(curve.role, Role::Single | Role::Thin | Role::Points));
    // A few curves have all their markers; dashes of many would drown in them.
    let apart = if mains.len() > 1 { 22.0 } else { 11.0 };
    let lines: Vec<&Series> = singles.into_iter().chain(mains).collect();
    let window = |curve: &Series| smooth.filter(|_| is_smoothed(curve));
    for curve in lines.iter().filter(|curve| window(curve).is_some()) {
        draw_line(brush, theme, layout, map, &visible, None, curve)?;
    }
    for curve in lines {
        let strong = window(curve).map(|window| smoothed(curve, window));
        let curve = strong.as_ref().unwrap_or(curve);
        draw_line(brush, theme, layout, map, &visible, Some(apart), curve)?;
    }
    Ok(())
}

/// Draws a line with its markers at least so far apart; without them it stands back.
fn draw_line<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    visible: &dyn Fn(f64) -> bool,
    apart: Option<f64>,
    curve: &Series,
) -> Drawn<DB> {
    let (look, stroke, width, opacity) = match curve.role {
        _ if apart.is_none() => (0, 0, 2.0, FAINT),
        Role::BandOnly | Role::Area => return Ok(()),
        Role::Points => return draw_points(brush, theme, layout, map, visible, curve),
        Role::Main => (curve.slot, curve.slot, 2.0, 1.0),
        Role::Dashed(look) => (look, look, 2.0, 1.0),
        Role::Dash(stroke) => (curve.slot, stroke, 2.0, 1.0),
        Role::Single => (curve.slot, curve.slot, SINGLE, 1.0),
        Role::Thin => (0, 0, 1.0, 0.6),
    };
    let ink = Ink(theme.series(curve.slot), opacity);
    let pieces: Vec<Vec<(f64, f64)>> = curve
        .pieces()
        .map(|piece| {
            let points = piece.iter().filter(|point| visible(point.x));
            let points = points.map(|point| {
                let value = point.y.filter(|y| layout.range.class(*y) == Class::Shown);
                (map.px(point.x), value.unwrap_or(f64::NAN))
            });
            points.collect()
        })
        .collect();
    let on_plot = |(x, value): (f64, f64)| (x, layout.y_of(value));
    for run in pieces.iter().flat_map(|piece| decimate(piece)) {
        let line: Vec<(f64, f64)> = run.into_iter().map(on_plot).collect();
        match line[..] {
            [alone] if width < 2.0 => brush.marker(marker(look), alone, 3.5, ink)?,
            [alone] => brush.marker(marker(look), alone, 6.0, ink)?,
            _ => brush.line(&line, width, dash(stroke), ink)?,
        }
    }
    if let Some(apart) = apart.filter(|_| width >= 2.0) {
        draw_markers(brush, look, apart, &pieces.concat(), &on_plot, ink)?;
    }
    let mut free = [f64::NEG_INFINITY; 2];
    for point in curve.points.iter().filter(|point| visible(point.x)) {
        let Some(class) = point.y.map(|y| layout.range.class(y)) else {
            continue;
        };
        let (x, edge) = (map.px(point.x), usize::from(class == Class::Below));
        // Where points crowd, one marker stands for its neighbours; the legend counts them all.
        if class != Class::Shown && x >= free[edge] {
            edge_marker(brush, layout, x, class, ink)?;
            free[edge] = x + EDGE_SIZE + 1.0;
        }
    }
    Ok(())
}

/// Draws every point that the axis shows with a small marker: of many that lie on each other the place is dark.
fn draw_points<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    visible: &dyn Fn(f64) -> bool,
    curve: &Series,
) -> Drawn<DB> {
    let ink = Ink(theme.series(curve.slot), 0.6);
    for point in curve.points.iter().filter(|point| visible(point.x)) {
        let shown = point.y.filter(|y| layout.range.class(*y) == Class::Shown);
        if let Some(y) = shown {
            let place = (map.px(point.x), layout.y_of(y));
            brush.marker(marker(curve.slot), place, 4.5, ink)?;
        }
    }
    Ok(())
}

/// The opacity of the values behind a smoothed line, which are as wide as it: edges of bands are thin.
const FAINT: f64 = 0.35;

/// Markers on the points where they have room, else on some, so that shape tells curves apart and points are seen to be points.
fn draw_markers<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    look: usize,
    apart: f64,
    points: &[(f64, f64)],
    on_plot: &dyn Fn((f64, f64)) -> (f64, f64),
    ink: Ink,
) -> Drawn<DB> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(());
    };
    let crowded = last.0 - first.0 < apart * (points.len() as f64 - 1.0);
    // Where not every point has room, the curves' markers are staggered by slot.
    let mut next = if crowded {
        first.0 + 8.0 + 9.0 * (look % 5) as f64
    } else {
        f64::NEG_INFINITY
    };
    for point in points
        .iter()
        .filter(|point| point.1.is_finite() && point.0 >= first.0)
    {
        if point.0 >= next {
            brush.marker(marker(look), on_plot(*point), 5.5, ink)?;
            if crowded {
                next = point.0 + 48.0;
            }
        }
    }
    Ok(())
}
