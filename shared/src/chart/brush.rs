//! Drawing in CSS pixels on any backend.

mod dash;

use super::options::Options;
use super::text::Lettering;
use crate::palette::{Marker, Rgb, Tokens};
use dash::dashed;
use plotters::prelude::{DrawingBackend, RGBAColor, ShapeStyle};
use plotters::style::text_anchor::HPos;
use plotters_backend::{BackendColor, BackendCoord, DrawingErrorKind};

/// What drawing on a backend returns.
pub type Drawn<DB> = Result<(), DrawingErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A backend with the scale and the colours of one figure.
pub struct Brush<'a, DB: DrawingBackend> {
    backend: &'a mut DB,
    scale: f64,
    family: &'static str,
    /// What the backend wants as the size of a text of one pixel.
    letter: f64,
    right: f64,
    /// The colours.
    pub tokens: Tokens,
}

/// A colour with its opacity.
#[derive(Clone, Copy, Debug)]
pub struct Ink(pub Rgb, pub f64);

impl From<Rgb> for Ink {
    fn from(rgb: Rgb) -> Self {
        Self(rgb, 1.0)
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub struct Type {
    /// In CSS pixels.
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
    /// Its colour.
    pub color: Rgb,
    /// Which part of it is at the point.
    pub anchor: HPos,
}

impl<'a, DB: DrawingBackend> Brush<'a, DB> {
    /// A brush for a figure drawn with `options`.
    pub fn new(backend: &'a mut DB, options: &Options, letter: f64) -> Self {
        Self {
            backend,
            scale: options.scale,
            family: options.family,
            letter,
            right: f64::from(options.width),
            tokens: options.theme.tokens(),
        }
    }

    /// The right edge of the picture.
    pub fn right(&self) -> f64 {
        self.right
    }

    fn at(&self, (x, y): (f64, f64)) -> BackendCoord {
        (
            (x * self.scale).round() as i32,
            (y * self.scale).round() as i32,
        )
    }

    fn style(&self, Ink(Rgb(r, g, b), alpha): Ink, width: f64, filled: bool) -> ShapeStyle {
        ShapeStyle {
            color: RGBAColor(r, g, b, alpha),
            filled,
            stroke_width: (width * self.scale).round().max(1.0) as u32,
        }
    }

    /// Fills a rectangle, aligned to whole pixels.
    pub fn rect(
        &mut self,
        left: f64,
        top: f64,
        width: f64,
        height: f64,
        ink: impl Into<Ink>,
    ) -> Drawn<DB> {
        let (from, to) = (self.at((left, top)), self.at((left + width, top + height)));
        let style = self.style(ink.into(), 1.0, true);
        self.backend.draw_rect(from, to, &style, true)
    }

    /// A sharp horizontal line, one pixel thick.
    pub fn horizontal(&mut self, from: f64, to: f64, y: f64, ink: impl Into<Ink>) -> Drawn<DB> {
        let (start, end) = (self.at((from, y)), self.at((to, y)));
        let thick = self.scale.round().max(1.0) as i32;
        let style = self.style(ink.into(), 1.0, true);
        self.backend
            .draw_rect(start, (end.0, end.1 + thick), &style, true)
    }

    /// A sharp vertical line, `width` thick.
    pub fn vertical(
        &mut self,
        x: f64,
        from: f64,
        to: f64,
        width: f64,
        ink: impl Into<Ink>,
    ) -> Drawn<DB> {
        let (start, end) = (self.at((x, from)), self.at((x, to)));
        let thick = (width * self.scale).round().max(1.0) as i32;
        let left = start.0 - thick / 2;
        let style = self.style(ink.into(), 1.0, true);
        self.backend
            .draw_rect((left, start.1), (left + thick, end.1), &style, true)
    }

    /// A line through points, dashed when `dash` (stroke and gap in turn) is not empty.
    pub fn line(
        &mut self,
        points: &[(f64, f64)],
        width: f64,
        dash: &[f64],
        ink: impl Into<Ink>,
    ) -> Drawn<DB> {
        let style = self.style(ink.into(), width, false);
        for piece in dashed(points, dash) {
            let path: Vec<BackendCoord> = piece.into_iter().map(|point| self.at(point)).collect();
            self.backend.draw_path(path, &style)?;
        }
        Ok(())
    }

    /// Fills a polygon.
    pub fn polygon(&mut self, points: &[(f64, f64)], ink: impl Into<Ink>) -> Drawn<DB> {
        let style = self.style(ink.into(), 1.0, true);
        let corners: Vec<BackendCoord> = points.iter().map(|point| self.at(*point)).collect();
        self.backend.fill_polygon(corners, &style)
    }

    /// A marker of `size` CSS pixels across, with a rim of the background's colour so that it stands off a line.
    pub fn marker(
        &mut self,
        marker: Marker,
        (x, y): (f64, f64),
        size: f64,
        ink: impl Into<Ink>,
    ) -> Drawn<DB> {
        let (ink, half) = (ink.into(), size / 2.0);
        match marker {
            Marker::Circle => {
                let style = self.style(ink, 1.0, true);
                let radius = (half * self.scale).round().max(1.0) as u32;
                self.backend
                    .draw_circle(self.at((x, y)), radius, &style, true)
            }
            Marker::Square => {
                let half = half * 0.9;
                self.polygon(
                    &[
                        (x - half, y - half),
                        (x + half, y - half),
                        (x + half, y + half),
                        (x - half, y + half),
                    ],
                    ink,
                )
            }
            Marker::Diamond => {
                let half = half * 1.25;
                self.polygon(
                    &[(x, y - half), (x + half, y), (x, y + half), (x - half, y)],
                    ink,
                )
            }
            Marker::Up => {
                let half = half * 1.1;
                self.polygon(
                    &[
                        (x - half, y + 0.8 * half),
                        (x, y - half),
                        (x + half, y + 0.8 * half),
                    ],
                    ink,
                )
            }
            Marker::Cross => {
                self.line(&[(x - half, y - half), (x + half, y + half)], 1.5, &[], ink)?;
                self.line(&[(x - half, y + half), (x + half, y - half)], 1.5, &[], ink)
            }
        }
    }

    /// A ring: a circle's outline.
    pub fn ring(
        &mut self,
        at: (f64, f64),
        size: f64,
        width: f64,
        ink: impl Into<Ink>,
    ) -> Drawn<DB> {
        let style = self.style(ink.into(), width, false);
        let radius = (size / 2.0 * self.scale).round().max(1.0) as u32;
        self.backend.draw_circle(self.at(at), radius, &style, false)
    }

    /// A text, vertically centred on `y`.
    pub fn text(&mut self, text: &str, x: f64, y: f64, look: Type) -> Drawn<DB> {
        if text.is_empty() {
            return Ok(());
        }
        let Rgb(r, g, b) = look.color;
        let lettering = Lettering {
            family: self.family,
            size: look.size * self.scale * self.letter,
            bold: look.bold,
            color: BackendColor {
                alpha: 1.0,
                rgb: (r, g, b),
            },
            anchor: look.anchor,
        };
        let place = self.at((x, y));
        self.backend.draw_text(text, &lettering, place)
    }
}
