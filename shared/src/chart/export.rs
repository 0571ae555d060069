//! Figures as files: SVG with its text as text, PNG with bundled fonts.
//!
//! - [`svg`]`(&Figure, &Options) -> Result<String, ExportError>`
//! - [`png`]`(&Figure, &Options) -> Result<Vec<u8>, ExportError>`: `options.scale` of 1, 2 or 3 gives as many pixels per CSS pixel
//!
//! For CSV see [`super::Table::csv`].

mod font;
mod picture;

use super::figure::Figure;
use super::options::Options;
use picture::{Picture, PictureError};
use plotters_backend::{DrawingBackend, DrawingErrorKind};
use plotters_svg::SVGBackend;
use std::fmt;

/// Why a figure could not be exported.
#[derive(Debug)]
pub enum ExportError {
    /// The picture would be too large for memory, or empty.
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Drawing failed.
    Drawing(String),
}

impl fmt::Display for ExportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { width, height } => {
                write!(
                    formatter,
                    "a picture of {width} by {height} pixels cannot be made"
                )
            }
            Self::Drawing(reason) => write!(formatter, "the figure could not be drawn: {reason}"),
        }
    }
}

impl std::error::Error for ExportError {}

impl<E: std::error::Error + Send + Sync> From<DrawingErrorKind<E>> for ExportError {
    fn from(error: DrawingErrorKind<E>) -> Self {
        Self::Drawing(error.to_string())
    }
}

/// Plotters draws on whole pixels only; drawn this much larger and scaled back, an SVG has curves as fine as a quarter of a pixel.
const FINE: u32 = 4;

/// Plotters' SVG backend writes a text of size s as one of s / 1.24 pixels.
const SVG_LETTER: f64 = 1.24;

/// The fonts of exported files: the first one that the reader has.
const FAMILY: &str = "Noto Sans, Helvetica, Arial, sans-serif";

/// The figure as an SVG document of `options.width` by `options.height`, with text as text. `options.scale` has no meaning here.
///
/// # Errors
///
/// [`ExportError::Drawing`] when plotters fails, which for a string it does not.
pub fn svg(figure: &Figure, options: &Options) -> Result<String, ExportError> {
    let options = Options {
        scale: f64::from(FINE),
        family: FAMILY,
        ..options.clone()
    };
    let (width, height) = (options.width, options.height);
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (FINE * width, FINE * height));
        figure.draw_lettered(&mut backend, &options, SVG_LETTER)?;
        backend.present()?;
    }
    let body = text.split_once(">\n").map_or("", |(_, body)| body);
    // Half an ex, as plotters centres text, leaves digits a little high: the middle of a capital is 0.36 em above the line.
    let body = body.replace("dy=\"0.5ex\"", "dy=\"0.36em\"");
    let (large_width, large_height) = (FINE * width, FINE * height);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {large_width} {large_height}\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<desc>{}</desc>\n{body}",
        escaped(&figure.title),
        escaped(&figure.caption),
    ))
}

/// The figure as a PNG file of `options.width * options.scale` by `options.height * options.scale` pixels.
///
/// # Errors
///
/// [`ExportError::Size`] when such a picture cannot be made.
pub fn png(figure: &Figure, options: &Options) -> Result<Vec<u8>, ExportError> {
    let options = Options {
        family: FAMILY,
        ..options.clone()
    };
    let pixels = |length: u32| (f64::from(length) * options.scale).round() as u32;
    let (width, height) = (pixels(options.width), pixels(options.height));
    let mut picture = Picture::new(width, height).ok_or(ExportError::Size { width, height })?;
    figure.draw(&mut picture, &options)?;
    picture
        .png()
        .map_err(|PictureError(reason)| ExportError::Drawing(reason))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
