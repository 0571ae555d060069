//! How a figure is drawn.

use crate::palette::Theme;
use std::fmt;

/// How a figure is drawn. Sizes are in CSS pixels; the backend has `scale` times as many.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
    /// Backend pixels per CSS pixel: the device pixel ratio, or 1, 2, 3 for an exported picture. Fonts and strokes grow with it.
    pub scale: f64,
    /// Light or dark.
    pub theme: Theme,
    /// Whether the background is left alone. Otherwise it is filled with the theme's colour, which is white in the light theme.
    pub transparent: bool,
    /// Whether title and subtitle are part of the picture. A page that shows them as text leaves them out.
    pub heading: bool,
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

impl Options {
    /// Checks what an export may ask for: 240 to 4000 by 160 to 3000 CSS pixels, a scale from 1 to 3.
    pub fn checked(self) -> Result<Self, BadOption> {
        let wrong = |field, message: String| Err(BadOption { field, message });
        if !(240..=4000).contains(&self.width) {
            return wrong("width", format!("{} is not from 240 to 4000", self.width));
        }
        if !(160..=3000).contains(&self.height) {
            return wrong("height", format!("{} is not from 160 to 3000", self.height));
        }
        if !(1.0..=3.0).contains(&self.scale) {
            return wrong("scale", format!("{} is not from 1 to 3", self.scale));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_out_of_bounds_are_refused_by_name() {
        let small = Options {
            width: 10,
            ..Options::default()
        };
        assert_eq!(
            small.checked().unwrap_err().to_string(),
            "width: 10 is not from 240 to 4000"
        );
        let nan = Options {
            scale: f64::NAN,
            ..Options::default()
        };
        assert_eq!(nan.checked().unwrap_err().field, "scale");
    }
}
