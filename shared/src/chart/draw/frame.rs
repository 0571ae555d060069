//! Axes, grid and the lines to compare with.

use super::arrange::LABEL;
use crate::chart::brush::{Brush, Drawn, Ink, Type};
use crate::chart::figure::{Content, Panel};
use crate::chart::layout::PanelLayout;
use crate::chart::legend::swatch_line;
use crate::chart::mark::Guide;
use crate::chart::stops::XAxis;
use crate::chart::text::{fitted, width};
use crate::chart::tick::{TICK_SIZE, x_ticks, y_ticks};
use crate::chart::xmap::XMap;
use crate::palette::Theme;
use crate::series::Role;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// Writes the name of the run above a panel of its own, from `left` on; returns where the name of the axis can begin.
pub fn name<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    panel: &Panel,
    layout: &PanelLayout,
    left: f64,
) -> Result<f64, plotters_backend::DrawingErrorKind<DB::ErrorType>> {
    let Some((slot, name)) = &panel.of else {
        return Ok(left);
    };
    let y = layout.top - layout.strip - 14.0;
    match panel.content {
        Content::Bars(_) => brush.rect(left, y - 5.0, 24.0, 10.0, theme.series(*slot))?,
        _ => swatch_line(brush, theme, *slot, Role::Main, (left, y))?,
    }
    let from = left + 30.0;
    let text = fitted(name, LABEL, true, 0.6 * layout.width);
    let look = Type {
        size: LABEL,
        bold: true,
        color: brush.tokens.text,
        anchor: HPos::Left,
    };
    brush.text(&text, from, y, look)?;
    Ok(from + width(&text, LABEL, true) + 10.0)
}

/// Writes the name of the value axis above it, from `left` on; returns where that ends.
pub fn y_label<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
    left: f64,
) -> Result<f64, plotters_backend::DrawingErrorKind<DB::ErrorType>> {
    let text = fitted(
        &panel.y.label,
        LABEL,
        false,
        layout.left + layout.width - left,
    );
    let look = Type {
        size: LABEL,
        bold: false,
        color: brush.tokens.text,
        anchor: HPos::Left,
    };
    brush.text(&text, left, layout.top - layout.strip - 14.0, look)?;
    Ok(left + width(&text, LABEL, false))
}

/// Whether the rows have names in place of a value axis.
pub fn has_names(panel: &Panel) -> bool {
    matches!(&panel.content, Content::Heat(heat) if !heat.names.is_empty())
}

/// Grid lines and labels of the value axis.
pub fn grid<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let right = layout.left + layout.width;
    for (value, text) in y_ticks(&panel.y.range, panel.y.unit, layout.height) {
        let y = layout.y_of(value);
        brush.horizontal(layout.left, right, y, tokens.grid)?;
        let look = Type {
            size: TICK_SIZE,
            bold: false,
            color: tokens.muted,
            anchor: HPos::Right,
        };
        brush.text(&text, layout.left - 6.0, y, look)?;
    }
    Ok(())
}

/// The horizontal axis; ticks and names only under the last panel.
pub fn x_axis<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
    map: &XMap,
    bottom: bool,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let y = layout.top + layout.height;
    brush.horizontal(layout.left, layout.left + layout.width, y, tokens.axis)?;
    if let XAxis::Decades(decades) = &panel.x
        && decades.zero
    {
        gap(brush, (map.px(0.0) + map.px(decades.from)) / 2.0, y)?;
    }
    for (x, text) in x_ticks(&panel.x, map) {
        let px = map.px(x);
        brush.vertical(px, y, y + 4.0, 1.0, tokens.axis)?;
        if bottom {
            let look = Type {
                size: TICK_SIZE,
                bold: false,
                color: tokens.muted,
                anchor: HPos::Center,
            };
            brush.text(&text, px, y + 12.0, look)?;
        }
    }
    if bottom {
        x_label(brush, panel, layout)
    } else {
        Ok(())
    }
}

/// Two strokes across a gap: here the axis leaves numbers out.
fn gap<DB: DrawingBackend>(brush: &mut Brush<'_, DB>, x: f64, y: f64) -> Drawn<DB> {
    let tokens = brush.tokens;
    brush.rect(x - 3.0, y - 1.0, 6.0, 3.0, tokens.background)?;
    for x in [x - 3.0, x + 3.0] {
        brush.line(
            &[(x - 2.5, y + 5.0), (x + 2.5, y - 4.0)],
            1.0,
            &[],
            tokens.axis,
        )?;
    }
    Ok(())
}

/// The name of the horizontal axis, under its middle.
pub fn x_label<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
) -> Drawn<DB> {
    let look = Type {
        size: LABEL,
        bold: false,
        color: brush.tokens.text,
        anchor: HPos::Center,
    };
    let text = fitted(panel.x.label(), LABEL, false, layout.width);
    let below = if panel.under.is_empty() { 28.0 } else { 43.0 };
    brush.text(
        &text,
        layout.left + layout.width / 2.0,
        layout.top + layout.height + below,
        look,
    )
}

/// How many examples are behind each place, under the tick labels, as far as they have room.
pub fn counts<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
    map: &XMap,
) -> Drawn<DB> {
    if panel.under.is_empty() {
        return Ok(());
    }
    let y = layout.top + layout.height + 26.0;
    let look = |anchor| Type {
        size: COUNT_SIZE,
        bold: false,
        color: brush.tokens.muted,
        anchor,
    };
    let (name, number) = (look(HPos::Right), look(HPos::Center));
    brush.text("n", layout.left - 6.0, y, name)?;
    let mut free = layout.left - 4.0;
    for (x, text) in &panel.under {
        let (px, half) = (map.px(*x), width(text, COUNT_SIZE, false) / 2.0);
        if px - half >= free {
            brush.text(text, px, y, number)?;
            free = px + half + 5.0;
        }
    }
    Ok(())
}

/// The size of the counts under an axis.
const COUNT_SIZE: f64 = 9.5;

/// The names of horizontal lines to compare with, each with the middle of its right end, or none where there is no room:
/// names that would lie on each other are moved apart.
pub fn guide_names<'a>(
    panel: &'a Panel,
    layout: &PanelLayout,
) -> Vec<(&'a Guide, Option<(f64, f64)>)> {
    let range = panel.y.range;
    let (right, top) = (layout.left + layout.width, layout.top + 6.0);
    let mut limit = f64::INFINITY;
    let inside = |guide: &&Guide| (range.low..=range.high).contains(&guide.value);
    let place = |guide: &'a Guide| {
        let y = (layout.y_of(guide.value) - 8.0).max(top).min(limit);
        let fits = y >= top;
        limit = if fits { y - 13.0 } else { limit };
        (guide, fits.then_some((right - 4.0, y)))
    };
    panel.guides.iter().filter(inside).map(place).collect()
}

/// Horizontal lines to compare with, named at their right ends.
pub fn guides<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let right = layout.left + layout.width;
    for (guide, name) in guide_names(panel, layout) {
        let y = layout.y_of(guide.value);
        brush.line(
            &[(layout.left, y), (right, y)],
            1.0,
            &[2.0, 3.0],
            tokens.axis,
        )?;
        let Some((text_x, text_y)) = name else {
            continue;
        };
        let wide = width(&guide.label, TICK_SIZE, false);
        brush.rect(
            text_x - wide,
            text_y - 6.0,
            wide + 2.0,
            12.0,
            Ink(tokens.background, 0.5), // a curve behind it stays to be seen
        )?;
        let look = Type {
            size: TICK_SIZE,
            bold: false,
            color: tokens.muted,
            anchor: HPos::Right,
        };
        brush.text(&guide.label, text_x, text_y, look)?;
    }
    Ok(())
}
