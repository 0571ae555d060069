//! Drawing a figure: heading, legend, panels.

mod arrange;
mod ends;
mod frame;
mod mark;
mod measured;
mod parts;

use super::brush::{Brush, Drawn, Ink, Type};
use super::figure::{Content, Figure, Panel};
use super::layout::{Layout, PanelLayout};
use super::legend::{self, SHADE};
use super::options::Options;
use super::text::fitted;
use super::{bar, cell, curve, heat};
use arrange::{Arrangement, arrange};
#[cfg(any(test, feature = "export"))]
pub(super) use parts::{names as part_names, places as part_places};
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
        if arrangement.legend_inside.is_none() {
            arrangement.draw_legend(&mut brush, options)?;
        }
        let last = self.panels.len().saturating_sub(1);
        for (place, (panel, layout)) in self.panels.iter().zip(&arrangement.panels).enumerate() {
            self.draw_panel(
                &mut brush,
                options,
                panel,
                layout,
                &arrangement,
                place == last || self.own_axes(),
            )?;
        }
        if let Some(height) = arrangement.legend_inside {
            let ((left, top), wide) = (arrangement.legend_at, arrangement.legend_width);
            let behind = Ink(brush.tokens.background, 0.85);
            brush.rect(left - 3.0, top, wide + 6.0, height, behind)?;
            arrangement.draw_legend(&mut brush, options)?;
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
        let left = frame::name(brush, options.theme, panel, layout, arrange::pad(options))?;
        let label_end = frame::y_label(brush, panel, layout, left)?;
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
            if !frame::has_names(panel) {
                frame::grid(brush, panel, layout)?;
            }
            parts::draw(brush, layout)?;
            frame::x_axis(brush, panel, layout, &map, bottom)?;
            if bottom {
                frame::counts(brush, panel, layout, &map)?;
            }
            mark::rules(brush, options, panel, layout, &map, label_end)?;
            let shown = panel.x.shown();
            match &panel.content {
                Content::Curves(curves) => {
                    let (theme, smooth) = (options.theme, panel.smooth);
                    curve::draw(brush, theme, layout, &map, shown, curves, smooth)?;
                    measured::draw(brush, options.theme, layout, &map, curves)?;
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
                Content::Heat(heat) => heat::draw(brush, options.theme, layout, &map, heat)?,
                Content::Cells(_) => {}
            }
            frame::guides(brush, panel, layout)?;
            mark::marks(brush, panel, layout, &map)?;
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

impl Arrangement {
    fn draw_legend<DB: DrawingBackend>(
        &self,
        brush: &mut Brush<'_, DB>,
        options: &Options,
    ) -> Drawn<DB> {
        let (at, wide) = (self.legend_at, self.legend_width);
        legend::draw(brush, options.theme, &self.legend, at, wide)
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
