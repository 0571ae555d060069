//! A table of colours: counts by row and column.

use super::brush::{Brush, Drawn, Ink, Type};
use super::figure::Cells;
use super::layout::PanelLayout;
use super::text::{fitted, width};
use super::tick::TICK_SIZE;
use crate::palette::Theme;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// Draws the cells with their counts, and the names of rows and columns.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    cells: &Cells,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let size = cells.names.len().max(1) as f64;
    let (wide, high) = (layout.width / size, layout.height / size);
    let largest = cells
        .counts
        .iter()
        .flatten()
        .copied()
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let look = |color, anchor| Type {
        size: TICK_SIZE,
        bold: false,
        color,
        anchor,
    };
    let named = cells
        .names
        .iter()
        .all(|name| width(name, TICK_SIZE, false) < wide - 4.0);
    for (row, counts) in cells.counts.iter().enumerate() {
        let y = layout.top + row as f64 * high;
        for (column, count) in counts.iter().enumerate() {
            let x = layout.left + column as f64 * wide;
            let (right, bottom) = (x + wide - 1.0, y + high - 1.0);
            if row == column {
                // Nothing flips to its own class: the diagonal is no data.
                brush.line(
                    &[(x + 1.0, bottom), (right, y + 1.0)],
                    1.0,
                    &[],
                    tokens.grid,
                )?;
                continue;
            }
            let part = *count as f64 / largest;
            let color = if *count == 0 {
                tokens.grid.toward(tokens.background, 0.5)
            } else {
                theme.sequential(0.1 + 0.9 * part)
            };
            brush.rect(x, y, wide - 1.0, high - 1.0, Ink(color, 1.0))?;
            let text = count.to_string();
            if *count > 0 && high >= 13.0 && width(&text, TICK_SIZE, false) < wide - 3.0 {
                let ends = [tokens.text, tokens.background];
                let ink = if ends[0].contrast(color) >= ends[1].contrast(color) {
                    ends[0]
                } else {
                    ends[1]
                };
                brush.text(
                    &text,
                    x + wide / 2.0,
                    y + high / 2.0,
                    look(ink, HPos::Center),
                )?;
            }
        }
        let every = (12.0 / high).ceil().max(1.0) as usize;
        if row % every == 0 {
            let name = if named {
                cells.names[row].clone()
            } else {
                format!("{row} {}", cells.names[row])
            };
            let text = fitted(&name, TICK_SIZE, false, layout.left - 8.0);
            brush.text(
                &text,
                layout.left - 6.0,
                y + high / 2.0,
                look(tokens.muted, HPos::Right),
            )?;
        }
    }
    let every = if named {
        1
    } else {
        (20.0 / wide).ceil().max(1.0) as usize
    };
    for (column, name) in cells
        .names
        .iter()
        .enumerate()
        .filter(|(column, _)| column % every == 0)
    {
        let text = if named {
            name.clone()
        } else {
            column.to_string()
        };
        let x = layout.left + (column as f64 + 0.5) * wide;
        brush.text(
            &text,
            x,
            layout.top + layout.height + 10.0,
            look(tokens.muted, HPos::Center),
        )?;
    }
    Ok(())
}
