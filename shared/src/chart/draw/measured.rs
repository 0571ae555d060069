//! Curves of which only single points were measured: marks with their intervals, and a thin dashed line that only leads from one to the next.

use crate::chart::brush::{Brush, Drawn, Ink};
use crate::chart::layout::PanelLayout;
use crate::chart::xmap::XMap;
use crate::palette::{Theme, marker};
use crate::series::Series;
use plotters::prelude::DrawingBackend;

/// The dash of the line between two measured points.
const BETWEEN: &[f64] = &[2.0, 4.0];
/// The size of a mark in CSS pixels.
const MARK: f64 = 8.0;

/// Draws those of these curves: first all intervals, then the lines, then the marks.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    curves: &[Series],
) -> Drawn<DB> {
    let curves = || curves.iter().filter(|curve| curve.measured);
    let place = |x: f64, y: f64| (map.px(x), layout.y_of(y));
    for curve in curves() {
        let ink = Ink(theme.series(curve.slot), 0.6);
        let known = curve.points.iter().filter(|point| point.y.is_some());
        let known = known.filter(|point| point.low.is_finite() && point.high.is_finite());
        for point in known {
            let ends = [place(point.x, point.low), place(point.x, point.high)];
            brush.line(&ends, 1.5, &[], ink)?;
        }
    }
    for curve in curves() {
        let points: Vec<(f64, f64)> = (curve.points.iter())
            .filter_map(|point| Some(place(point.x, point.y.filter(|y| y.is_finite())?)))
            .collect();
        let color = theme.series(curve.slot);
        brush.line(&points, 1.0, BETWEEN, Ink(color, 0.6))?;
        for point in points {
            brush.marker(marker(curve.slot), point, MARK, color)?;
        }
    }
    Ok(())
}
