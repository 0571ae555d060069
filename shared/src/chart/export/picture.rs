//! A backend of plotters that draws on a pixmap with transparency, every edge smooth.

use super::font;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use std::fmt;
use tiny_skia::{FillRule, LineJoin, Paint, PathBuilder, Pixmap, Rect, Stroke, Transform};

/// A picture that plotters can draw on.
pub struct Picture {
    pixels: Pixmap,
}

/// What went wrong.
#[derive(Debug)]
pub struct PictureError(pub String);

impl fmt::Display for PictureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for PictureError {}

type Drawn = Result<(), DrawingErrorKind<PictureError>>;

impl Picture {
    /// An empty, transparent picture; none of no size or too large a one.
    pub fn new(width: u32, height: u32) -> Option<Self> {
        Pixmap::new(width, height).map(|pixels| Self { pixels })
    }

    /// As a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        self.pixels
            .encode_png()
            .map_err(|error| PictureError(error.to_string()))
    }

    fn fill(&mut self, path: &tiny_skia::Path, color: BackendColor) {
        let rule = FillRule::Winding;
        self.pixels
            .fill_path(path, &paint(color), rule, Transform::identity(), None);
    }

    fn stroke<S: BackendStyle>(&mut self, path: &tiny_skia::Path, style: &S) {
        let stroke = Stroke {
            width: style.stroke_width() as f32,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.pixels.stroke_path(
            path,
            &paint(style.color()),
            &stroke,
            Transform::identity(),
            None,
        );
    }
}

fn paint(color: BackendColor) -> Paint<'static> {
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    let (r, g, b) = color.rgb;
    paint.set_color_rgba8(r, g, b, (color.alpha.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint
}

fn through(
    points: impl IntoIterator<Item = BackendCoord>,
    closed: bool,
) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    for (place, (x, y)) in points.into_iter().enumerate() {
        if place == 0 {
            path.move_to(x as f32, y as f32);
        } else {
            path.line_to(x as f32, y as f32);
        }
    }
    if closed {
        path.close();
    }
    path.finish()
}

impl DrawingBackend for Picture {
    type ErrorType = PictureError;

    fn get_size(&self) -> (u32, u32) {
        (self.pixels.width(), self.pixels.height())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        if let Some(pixel) = Rect::from_xywh(x as f32, y as f32, 1.0, 1.0) {
            self.pixels
                .fill_rect(pixel, &paint(color), Transform::identity(), None);
        }
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (left, right) = (from.0.min(to.0) as f32, from.0.max(to.0) as f32);
        let (top, bottom) = (from.1.min(to.1) as f32, from.1.max(to.1) as f32);
        if let Some(rect) = Rect::from_ltrb(left, top, right, bottom) {
            if fill {
                self.pixels
                    .fill_rect(rect, &paint(style.color()), Transform::identity(), None);
            } else {
                self.stroke(&PathBuilder::from_rect(rect), style);
            }
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if let Some(path) = through(path, false) {
            self.stroke(&path, style);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if let Some(path) = through(path, true) {
            self.fill(&path, style.color());
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if let Some(circle) = PathBuilder::from_circle(x as f32, y as f32, radius as f32) {
            if fill {
                self.fill(&circle, style.color());
            } else {
                self.stroke(&circle, style);
            }
        }
        Ok(())
    }

    /// Draws unrotated text centred vertically on its point, which is all that figures use.
    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let bold = matches!(style.style(), FontStyle::Bold);
        let size = style.size() as f32;
        let lettered = font::set(text, size, bold)
            .map_err(|error| DrawingErrorKind::FontError(Box::new(error)))?;
        let left = match style.anchor().h_pos {
            HPos::Left => x as f32,
            HPos::Center => x as f32 - lettered.width / 2.0,
            HPos::Right => x as f32 - lettered.width,
        };
        // The middle of a capital of Noto Sans is 0.357 em above the line; the line itself is put on a whole pixel.
        let line = (y as f32 + 0.357 * size).round();
        let place = Transform::from_row(1.0, 0.0, 0.0, -1.0, left, line);
        if let Some(path) = lettered.path {
            self.pixels
                .fill_path(&path, &paint(style.color()), FillRule::Winding, place, None);
        }
        Ok(())
    }
}
