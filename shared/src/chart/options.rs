//! How a figure is drawn.

use crate::palette::Theme;
use std::fmt;

/// Where a figure says which curve is which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legend {
    /// As the figure itself would have it: at the ends of curves where it compares runs and is wide enough, else above.
    #[default]
    Automatic,
    /// At the ends of the curves, as far as there is room.
    Direct,
    /// Above the plot.
    Outside,
    /// In that corner of the plot where it covers the least; above where it fits into none.
    Inside,
    /// Nowhere.
    Off,
}

/// How a figure is drawn. Sizes are in CSS pixels; the backend has `scale` times as many.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
    /// Backend pixels per CSS pixel: the device pixel ratio. Fonts and strokes grow with it.
    pub scale: f64,
    /// The colours.
    pub theme: Theme,
    /// Whether the background is left alone. Otherwise it is filled with the theme's colour, which is white in the light theme.
    pub transparent: bool,
    /// Whether title and subtitle are part of the picture. A page that shows them as text leaves them out.
    pub heading: bool,
    /// Where it says which curve is which.
    pub legend: Legend,
    /// The font family, as CSS writes it.
    pub family: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 800,
            height: 400,
            scale: 1.0,
            theme: Theme::Light,
            transparent: false,
            heading: true,
            legend: Legend::Automatic,
            family: "system-ui, sans-serif",
        }
    }
}

/// An option that cannot be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct BadOption {
    /// Which option.
    pub field: &'static str,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

impl fmt::Display for BadOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for BadOption {}
