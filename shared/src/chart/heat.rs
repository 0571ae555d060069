//! Values as colours over two axes, with lines of equal value.

use super::brush::{Brush, Drawn, Ink, Type};
use super::contour::Piece;
use super::layout::PanelLayout;
use super::text::{fitted, width};
use super::tick::TICK_SIZE;
use super::xmap::XMap;
use crate::palette::{Rgb, Theme};
use crate::series::Range;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// A grid of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// What the values are, for legends.
    pub label: String,
    /// The places of the columns on the horizontal axis, from left to right.
    pub columns: Vec<f64>,
    /// The places of the rows on the vertical axis, from the bottom up; of named rows 0.5, 1.5 and so on.
    pub rows: Vec<f64>,
    /// The names of the rows; none where they are places.
    pub names: Vec<String>,
    /// Row after row; not a number where there is none.
    pub values: Vec<Vec<f64>>,
    /// The values that the colours reach to.
    pub scale: Range,
    /// Lines of equal value.
    pub lines: Vec<Contour>,
    /// A way through the plane, from place to place.
    pub path: Vec<(f64, f64)>,
}

/// A line of equal value.
#[derive(Clone, Debug, PartialEq)]
pub struct Contour {
    /// What it is, in legends; nothing of one among many.
    pub label: String,
    /// Whether it matters more than the others.
    pub strong: bool,
    /// Where it goes.
    pub pieces: Vec<Piece>,
}

impl Heat {
    /// The place of the row nearest to a value of the vertical axis.
    pub fn row_at(&self, y: f64) -> Option<usize> {
        let away = |row: &usize| (self.rows[*row] - y).abs();
        (0..self.rows.len()).min_by(|a, b| away(a).total_cmp(&away(b)))
    }

    /// What a row is called.
    pub fn row_name(&self, row: usize) -> String {
        match self.names.get(row) {
            Some(name) => name.clone(),
            None => crate::amount::significant(self.rows.get(row).copied().unwrap_or(f64::NAN), 3),
        }
    }
}

/// The colour of a value; none where there is no value.
pub fn colour(theme: Theme, scale: &Range, value: f64) -> Option<Rgb> {
    (!value.is_nan()).then(|| theme.sequential(scale.part(value)))
}

/// Draws the cells, the lines over them, and the names of rows.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    heat: &Heat,
) -> Drawn<DB> {
    let columns: Vec<f64> = heat.columns.iter().map(|x| map.px(*x)).collect();
    let rows: Vec<f64> = heat.rows.iter().map(|y| layout.y_of(*y)).collect();
    let across = edges(&columns, layout.left, layout.left + layout.width);
    let up = edges(&rows, layout.top + layout.height, layout.top);
    for (values, up) in heat.values.iter().zip(up.windows(2)) {
        for (value, across) in values.iter().zip(across.windows(2)) {
            let (Some(color), [bottom, top], [left, right]) =
                (colour(theme, &heat.scale, *value), up, across)
            else {
                continue;
            };
            // A little over the next, so that no seam shows.
            brush.rect(*left, *top, right - left + 0.4, bottom - top + 0.4, color)?;
        }
    }
    lines(brush, layout, map, heat)?;
    names(brush, layout, heat, &rows)
}

/// The edges of cells around these middles, within the plot.
fn edges(middles: &[f64], first: f64, last: f64) -> Vec<f64> {
    let (low, high) = (first.min(last), first.max(last));
    let inner = middles.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    let half = |at: usize, next: usize| match (middles.get(at), middles.get(next)) {
        (Some(at), Some(next)) => at - (next - at) / 2.0,
        _ => f64::NAN,
    };
    let count = middles.len();
    let (begin, end) = match count {
        0 => return Vec::new(),
        1 => (first, last),
        _ => (half(0, 1), half(count - 1, count - 2)),
    };
    std::iter::once(begin)
        .chain(inner)
        .chain([end])
        .map(|edge| edge.clamp(low, high))
        .collect()
}

fn lines<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    layout: &PanelLayout,
    map: &XMap,
    heat: &Heat,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let place = |(x, y): (f64, f64)| (map.px(x), layout.y_of(y));
    for line in &heat.lines {
        for piece in &line.pieces {
            let ends = piece.map(place);
            if line.strong {
                // On any colour: a dark line within a light one.
                brush.line(&ends, 4.0, &[], tokens.background)?;
            }
        }
        let (wide, ink) = match line.strong {
            true => (2.0, Ink(tokens.text, 1.0)),
            false => (1.0, Ink(tokens.background, 0.55)),
        };
        for piece in &line.pieces {
            brush.line(&piece.map(place), wide, &[], ink)?;
        }
    }
    let path: Vec<(f64, f64)> = heat.path.iter().copied().map(place).collect();
    brush.line(&path, 3.5, &[], tokens.background)?;
    brush.line(&path, 1.75, &[], tokens.text)
}

fn names<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    layout: &PanelLayout,
    heat: &Heat,
    rows: &[f64],
) -> Drawn<DB> {
    let mut free = f64::INFINITY;
    for (name, y) in heat.names.iter().zip(rows) {
        if *y > free {
            continue;
        }
        let text = fitted(name, TICK_SIZE, false, layout.left - 8.0);
        let look = Type {
            size: TICK_SIZE,
            bold: false,
            color: brush.tokens.muted,
            anchor: HPos::Right,
        };
        brush.text(&text, layout.left - 6.0, *y, look)?;
        free = y - TICK_SIZE - 2.0;
    }
    Ok(())
}

/// The width of a scale of colours in a legend.
pub const SCALE: f64 = 72.0;

/// The colours from the least to the greatest, as a legend shows them.
pub fn scale<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    (x, y): (f64, f64),
) -> Drawn<DB> {
    let pieces = 24;
    let each = SCALE / f64::from(pieces);
    for piece in 0..pieces {
        let part = (f64::from(piece) + 0.5) / f64::from(pieces);
        let left = x + f64::from(piece) * each;
        brush.rect(left, y - 5.0, each + 0.4, 10.0, theme.sequential(part))?;
    }
    Ok(())
}

/// The room that names of rows need.
pub fn name_room(heat: &Heat, most: f64) -> f64 {
    let widest = heat.names.iter().map(|name| width(name, TICK_SIZE, false));
    (widest.fold(0.0, f64::max) + 10.0).min(most)
}
