//! Drawing a figure: heading, legend, panels.

mod arrange;
mod ends;
mod frame;

use super::brush::{Brush, Drawn, Ink, Type};
use super::figure::{Content, Figure, Panel};
use super::layout::{Layout, PanelLayout};
use super::legend::{self, RULE_DASH, SHADE};
use super::options::Options;
use super::stops::XMap;
use super::text::{fitted, width};
use super::{bar, cell, curve};
use arrange::{Arrangement, arrange};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;
use plotters_backend::DrawingErrorKind;

impl Figure {
    /// Draws the figure on a backend of `width * scale` by `height * scale` pixels, and says where things are.
    ///
    /// # Errors
    ///
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(
        &self,
        backend: &mut DB,
        options: &Options,
    ) -> Result<Layout, DrawingErrorKind<DB::ErrorType>> {
        self.draw_lettered(backend, options, 1.0)
    }

    /// A height in CSS pixels that suits the figure at the width of `options`: every plot is 180 pixels high, of several 110 each.
    pub fn height(&self, options: &Options) -> u32 {
        let plot = if self.panels.len() > 1 { 110.0 } else { 180.0 };
        arrange::height(self, options, plot).ceil() as u32
    }

    /// As [`Figure::draw`], for a backend that draws a text of size `letter` one pixel high.
    pub(super) fn draw_lettered<DB: DrawingBackend>(
        &self,
        backend: &mut DB,
        options: &Options,
        letter: f64,
    ) -> Result<Layout, DrawingErrorKind<DB::ErrorType>> {
        backend.ensure_prepared()?;
        let arrangement = arrange(self, options);
        let mut brush = Brush::new(backend, options, letter);
        if !options.transparent {
            let background = brush.tokens.background;
            brush.rect(
                0.0,
                0.0,
                f64::from(options.width),
                f64::from(options.height),
                background,
            )?;
        }
        draw_heading(&mut brush, &arrangement)?;
        legend::draw(
            &mut brush,
            options.theme,
            &arrangement.legend,
            arrangement.legend_at,
            arrangement.legend_width,
        )?;
        let last = self.panels.len().saturating_sub(1);
        for (place, (panel, layout)) in self.panels.iter().zip(&arrangement.panels).enumerate() {
            self.draw_panel(
                &mut brush,
                options,
                panel,
                layout,
                &arrangement,
                place == last,
            )?;
        }
        Ok(Layout {
            panels: arrangement.panels,
        })
    }

    fn draw_panel<DB: DrawingBackend>(
        &self,
        brush: &mut Brush<'_, DB>,
        options: &Options,
        panel: &Panel,
        layout: &PanelLayout,
        arrangement: &Arrangement,
        bottom: bool,
    ) -> Drawn<DB> {
        let tokens = brush.tokens;
        let map = arrangement.map(&panel.x, layout);
        let label_end = frame::y_label(brush, panel, layout)?;
        if let Content::Cells(cells) = &panel.content {
            frame::x_label(brush, panel, layout)?;
            cell::draw(brush, options.theme, layout, cells)?;
        } else {
            for shade in &panel.shades {
                let (from, to) = (map.px(shade.from), map.px(shade.to));
                let left = from.clamp(layout.left, layout.left + layout.width);
                let right = to.clamp(layout.left, layout.left + layout.width);
                brush.rect(
                    left,
                    layout.top,
                    right - left,
                    layout.height,
                    Ink(tokens.muted, SHADE),
                )?;
            }
            frame::grid(brush, panel, layout)?;
            frame::x_axis(brush, panel, layout, &map, bottom)?;
            if bottom {
                frame::counts(brush, panel, layout, &map)?;
            }
            draw_rules(brush, options, panel, layout, &map, label_end)?;
            let shown = panel.x.shown();
            match &panel.content {
                Content::Curves(curves) => {
                    curve::draw(brush, options.theme, layout, &map, shown, curves)?;
                    if arrangement.named {
                        ends::draw(brush, options.theme, layout, &map, shown, curves)?;
                    }
                }
                Content::Bars(groups) => {
                    bar::draw(
                        brush,
                        options.theme,
                        layout,
                        &map,
                        panel.y.unit,
                        groups,
                        &panel.shades,
                    )?;
                }
                Content::Cells(_) => {}
            }
            frame::guides(brush, panel, layout)?;
            draw_marks(brush, panel, layout, &map)?;
        }
        if self.is_empty() {
            let look = Type {
                size: 13.0,
                bold: false,
                color: tokens.muted,
                anchor: HPos::Center,
            };
            let text = fitted(self.empty, 13.0, false, layout.width - 8.0);
            let (x, y) = (
                layout.left + layout.width / 2.0,
                layout.top + layout.height / 2.0,
            );
            brush.text(&text, x, y, look)?;
        }
        Ok(())
    }
}

fn draw_heading<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    arrangement: &Arrangement,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    for (text, x, y) in &arrangement.title {
        let look = Type {
            size: arrange::TITLE,
            bold: true,
            color: tokens.text,
            anchor: HPos::Left,
        };
        brush.text(text, *x, *y, look)?;
    }
    for (text, x, y) in &arrangement.subtitle {
        let look = Type {
            size: arrange::SUBTITLE,
            bold: false,
            color: tokens.muted,
            anchor: HPos::Left,
        };
        brush.text(text, *x, *y, look)?;
    }
    Ok(())
}

/// Vertical markers; that of a figure's only run has its name above it.
fn draw_rules<DB: DrawingBackend>(
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
            brush.text(&rule.label, middle, layout.top - 14.0, look)?;
        }
    }
    Ok(())
}

/// Single points with their names, each where it lies on no other name.
fn draw_marks<DB: DrawingBackend>(
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
