//! Figures as files: SVG with its text as text, PNG, PDF with its fonts, and code for LaTeX.
//!
//! A [`Paper`] says what is asked for, [`Paper::sheet`] what that is for a figure. Pixels and pages are made of the SVG, so all show the same.
//!
//! - [`svg`]`(&Figure, &Sheet) -> Result<String, ExportError>`
//! - [`png`]`(&Figure, &Sheet) -> Result<Vec<u8>, ExportError>`
//! - [`pdf`]`(&Figure, &Sheet, &str) -> Result<Vec<u8>, ExportError>`
//! - [`pgf`]`(&Figure, &Sheet) -> String`
//!
//! For CSV see [`super::Table::csv`].

mod font;
mod length;
mod paper;
mod pgf;
mod raised;
mod vector;

pub use font::Font;
pub use length::Length;
pub use paper::{Paper, Sheet};
pub use pgf::pgf;
pub use vector::svg;

use super::figure::Figure;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use plotters_backend::DrawingErrorKind;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Tree};
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

/// The figure as a PNG file of as many pixels as the sheet has at its resolution.
///
/// # Errors
///
/// [`ExportError::Size`] when such a picture cannot be made.
pub fn png(figure: &Figure, sheet: &Sheet) -> Result<Vec<u8>, ExportError> {
    let (width, height) = sheet.pixels();
    let mut picture = Pixmap::new(width, height).ok_or(ExportError::Size { width, height })?;
    let tree = tree(figure, sheet)?;
    let scale = |pixels: u32, size: f32| pixels as f32 / size;
    let size = tree.size();
    let transform = Transform::from_scale(scale(width, size.width()), scale(height, size.height()));
    resvg::render(&tree, transform, &mut picture.as_mut());
    picture.encode_png().map_err(failed)
}

/// The figure as a page of PDF, with its text as text and the fonts of it embedded. `origin` goes into its description.
///
/// # Errors
///
/// [`ExportError::Drawing`] when the page cannot be made.
pub fn pdf(figure: &Figure, sheet: &Sheet, origin: &str) -> Result<Vec<u8>, ExportError> {
    let tree = tree(figure, sheet)?;
    let (width, height) = sheet.points();
    let no_page = || ExportError::Drawing(format!("no page has {width} by {height} points"));
    let size = Size::from_wh(width as f32, height as f32).ok_or_else(no_page)?;
    let mut document = krilla::Document::new();
    document.set_metadata(
        Metadata::new()
            .title(figure.title.clone())
            .description(origin.to_owned()),
    );
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&tree, size, SvgSettings::default());
    surface.finish();
    page.finish();
    document
        .finish()
        .map_err(|error| ExportError::Drawing(format!("{error:?}")))
}

fn tree(figure: &Figure, sheet: &Sheet) -> Result<Tree, ExportError> {
    let options = usvg::Options {
        fontdb: font::bundled(),
        ..usvg::Options::default()
    };
    Tree::from_str(&vector::plain(figure, sheet)?, &options).map_err(failed)
}

fn failed(error: impl fmt::Display) -> ExportError {
    ExportError::Drawing(error.to_string())
}

#[cfg(test)]
mod tests;
