//! Bars.

use super::brush::{Brush, Drawn, Ink, Type};
use super::figure::{Bars, Unit};
use super::layout::PanelLayout;
use super::mark::Shade;
use super::text::width;
use super::tick::TICK_SIZE;
use super::xmap::XMap;
use crate::amount::significant;
use crate::palette::Theme;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// No bar is wider, in CSS pixels.
const WIDEST: f64 = 72.0;

/// Draws groups of bars side by side, with their counts above where these have room.
/// Where stretches of the axis are shaded, the bars beside them stand back.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    layout: &PanelLayout,
    map: &XMap,
    unit: Unit,
    groups: &[Bars],
    shades: &[Shade],
) -> Drawn<DB> {
    let unit_width = map.px(1.0) - map.px(0.0);
    let gap = (0.18 * unit_width).clamp(1.0, 14.0);
    let each = ((unit_width - gap) / groups.len().max(1) as f64).clamp(1.0, WIDEST);
    let together = each * groups.len() as f64;
    let color = brush.tokens.muted;
    let matters =
        |x: f64| shades.is_empty() || shades.iter().any(|shade| shade.from <= x && x <= shade.to);
    for (place, group) in groups.iter().enumerate() {
        for (x, height, count) in &group.bars {
            let left = map.px(*x) - together / 2.0 + place as f64 * each;
            let top = layout.y_of(*height);
            let bottom = layout.top + layout.height;
            if *count > 0 {
                // A bar that would round to nothing is still seen.
                let top = top.min(bottom - 1.0);
                let ink = Ink(
                    theme.series(group.slot),
                    if matters(*x) { 1.0 } else { 0.5 },
                );
                brush.rect(left, top, each, bottom - top, ink)?;
            }
            let text = match unit {
                Unit::Count => count.to_string(),
                Unit::Plain => significant(*height, 3),
                _ => format!("{:.0} %", height * 100.0),
            };
            let roomy = groups.len() == 1 && width(&text, TICK_SIZE, false) < unit_width - 1.0;
            // A value of its own needs room above it; shares and counts leave it.
            let under = unit != Unit::Plain || top - 16.0 >= layout.top;
            if roomy && under && *count > 0 {
                let look = Type {
                    size: TICK_SIZE,
                    bold: false,
                    color,
                    anchor: HPos::Center,
                };
                brush.text(&text, left + each / 2.0, top - 8.0, look)?;
            }
        }
    }
    Ok(())
}
