//! Vertical markers and single points with their names.

use super::arrange;
use crate::chart::brush::{Brush, Drawn, Type};
use crate::chart::figure::Panel;
use crate::chart::layout::PanelLayout;
use crate::chart::legend::RULE_DASH;
use crate::chart::options::Options;
use crate::chart::text::width;
use crate::chart::xmap::XMap;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// Vertical markers; that of a figure's only run has its name above it.
pub fn rules<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    options: &Options,
    panel: &Panel,
    layout: &PanelLayout,
    map: &XMap,
    label_end: f64,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let (from, to) = panel.x.shown();
    for rule in panel
        .rules
        .iter()
        .filter(|rule| from <= rule.x && rule.x <= to)
    {
        let x = map.px(rule.x);
        let color = rule
            .slot
            .map_or(tokens.axis, |slot| options.theme.series(slot));
        let bottom = layout.top + layout.height;
        brush.line(&[(x, layout.top - 3.0), (x, bottom)], 1.0, RULE_DASH, color)?;
        if rule.slot.is_some() {
            continue;
        }
        let half = width(&rule.label, arrange::LABEL, false) / 2.0;
        let right = layout.left + layout.width;
        // The name never leaves the picture, and never runs into that of the axis.
        let middle = x.clamp(
            label_end + 10.0 + half,
            (right - half).max(label_end + 10.0 + half),
        );
        if middle + half <= right + 4.0 {
            let look = Type {
                size: arrange::LABEL,
                bold: false,
                color: tokens.muted,
                anchor: HPos::Center,
            };
            brush.text(&rule.label, middle, layout.top - layout.strip - 14.0, look)?;
        }
    }
    Ok(())
}

/// Single points with their names, each where it lies on no other name.
pub fn marks<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    panel: &Panel,
    layout: &PanelLayout,
    map: &XMap,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    let (from, to) = panel.x.shown();
    let mut taken: Vec<(f64, f64, f64)> = panel
        .marks
        .iter()
        .map(|mark| (map.px(mark.x), layout.y_of(mark.y)))
        .map(|(x, y)| (x - 6.0, x + 6.0, y))
        .collect();
    for mark in panel
        .marks
        .iter()
        .filter(|mark| from <= mark.x && mark.x <= to)
    {
        let (x, y) = (map.px(mark.x), layout.y_of(mark.y));
        brush.ring((x, y), 11.0, 1.5, tokens.text)?;
        if mark.filled {
            brush.marker(crate::palette::Marker::Circle, (x, y), 5.0, tokens.text)?;
        }
        let wide = width(&mark.label, arrange::LABEL, false) * 1.07;
        let places =
            [9.0, -9.0, 22.0, -22.0, -35.0].map(|dy| [(x + 10.0, dy), (x - 10.0 - wide, dy)]);
        let free = |(left, dy): &(f64, f64)| {
            let middle = y - dy;
            *left >= layout.left
                && left + wide <= layout.left + layout.width
                && (layout.top + 6.0..layout.top + layout.height - 6.0).contains(&middle)
                && taken.iter().all(|(start, end, line)| {
                    left + wide < *start || end < left || (line - middle).abs() > 13.0
                })
        };
        // Where no place is free, the ring stands without its name; the subtitle tells the steps.
        let Some((left, dy)) = places.concat().into_iter().find(free) else {
            continue;
        };
        let look = Type {
            size: arrange::LABEL,
            bold: true,
            color: tokens.text,
            anchor: HPos::Left,
        };
        brush.text(&mark.label, left, y - dy, look)?;
        taken.push((left, left + wide, y - dy));
    }
    Ok(())
}
