//! The bands of curves: filled where they are of one run. Filled bands of several would blend to grey, so of those only the edges are drawn.

use super::brush::{Brush, Drawn, Ink};
use super::layout::PanelLayout;
use super::legend::{band_opacity, edge_opacity};
use super::xmap::XMap;
use crate::palette::Theme;
use crate::series::{Class, Datum, Series, decimate_band};
use plotters::prelude::DrawingBackend;

/// Draws the bands of these curves.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    visible: &dyn Fn(f64) -> bool,
    curves: &[&Series],
) -> Drawn<DB> {
    let filled = filled(curves.iter().copied());
    for curve in curves {
        let Some(band) = &curve.band else { continue };
        let color = theme.series(curve.slot);
        if filled {
            let ink = Ink(color, band_opacity(band.strong));
            fill(brush, layout, map, visible, curve, ink)?;
        } else {
            let ink = Ink(color, edge_opacity(band.strong));
            edges(brush, layout, map, visible, curve, ink)?;
        }
    }
    Ok(())
}

/// Whether these curves have their bands filled: those of one run.
pub fn filled<'a>(curves: impl Iterator<Item = &'a Series>) -> bool {
    let mut slots = curves
        .filter(|curve| curve.band.is_some() && !curve.measured)
        .map(|curve| curve.slot);
    match slots.next() {
        Some(first) => slots.all(|slot| slot == first),
        None => true,
    }
}

/// The stretches of a curve's band: each place with its lower and its upper edge, broken where there is none.
fn runs_of(curve: &Series, map: &XMap, visible: &dyn Fn(f64) -> bool) -> Vec<Vec<(f64, f64, f64)>> {
    let runs = |piece: &[Datum]| {
        let points = piece.iter().filter(|point| visible(point.x));
        let edges = points.map(|point| match point.y {
            Some(_) => (map.px(point.x), point.low, point.high),
            None => (map.px(point.x), f64::NAN, f64::NAN),
        });
        decimate_band(&edges.collect::<Vec<(f64, f64, f64)>>())
    };
    curve.pieces().flat_map(runs).collect()
}

/// Fills the band of a curve.
pub fn fill<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    layout: &PanelLayout,
    map: &XMap,
    visible: &dyn Fn(f64) -> bool,
    curve: &Series,
    ink: Ink,
) -> Drawn<DB> {
    for run in runs_of(curve, map, visible) {
        let upper = run.iter().map(|(x, _, high)| (*x, layout.y_of(*high)));
        let lower = run.iter().rev().map(|(x, low, _)| (*x, layout.y_of(*low)));
        let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
        if run.len() > 1 {
            brush.polygon(&outline, ink)?;
        } else if let [(x, top), (_, bottom)] = outline[..] {
            brush.rect(x - 2.0, top, 4.0, bottom - top, ink)?;
        }
    }
    Ok(())
}

/// The edges of a band alone, as far as they lie on the axis.
fn edges<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    layout: &PanelLayout,
    map: &XMap,
    visible: &dyn Fn(f64) -> bool,
    curve: &Series,
    ink: Ink,
) -> Drawn<DB> {
    let on_axis = |value: f64| layout.range.class(value) == Class::Shown;
    for run in runs_of(curve, map, visible) {
        let edges: [Vec<(f64, f64)>; 2] = [
            run.iter().map(|(x, low, _)| (*x, *low)).collect(),
            run.iter().map(|(x, _, high)| (*x, *high)).collect(),
        ];
        for edge in edges {
            for part in edge.chunk_by(|a, b| on_axis(a.1) == on_axis(b.1)) {
                let line: Vec<(f64, f64)> = part
                    .iter()
                    .filter(|(_, value)| on_axis(*value))
                    .map(|(x, value)| (*x, layout.y_of(*value)))
                    .collect();
                match line[..] {
                    [(x, y)] => brush.line(&[(x - 3.0, y), (x + 3.0, y)], 1.0, &[], ink)?,
                    _ => brush.line(&line, 1.0, &[], ink)?,
                }
            }
        }
    }
    Ok(())
}
