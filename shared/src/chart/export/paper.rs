//! What a file of a figure is asked to be, in the words of who writes a paper.

use super::font::Font;
use super::length::Length;
use crate::chart::figure::Figure;
use crate::chart::options::{BadOption, Legend, Options};
use crate::palette::Theme;

/// The size of the labels of a figure that nobody asked another one of: 11.5 CSS pixels, in points.
pub const USUAL_POINTS: f64 = 8.625;
/// The sizes of letters that can be asked for, in points.
const POINTS: (f64, f64) = (4.0, 24.0);
/// The resolutions of a PNG that can be asked for, in pixels per inch.
const DPI: (f64, f64) = (36.0, 2400.0);
/// The most pixels of a side of a PNG.
const MOST_PIXELS: f64 = 12_000.0;
/// CSS pixels per inch.
const INCH: f64 = 96.0;
/// The widths and heights in which a figure can be laid out, in CSS pixels at letters of the usual size.
const WIDTHS: (f64, f64) = (240.0, 4000.0);
const HEIGHTS: (f64, f64) = (160.0, 3000.0);

/// What is asked for; what is left out is as the figure itself would have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// The width; 800 CSS pixels when left out.
    pub width: Option<Length>,
    /// The height.
    pub height: Option<Length>,
    /// Width by height, instead of a height.
    pub aspect: Option<f64>,
    /// The letters.
    pub font: Font,
    /// The size of the labels of axes in points; everything else grows with it.
    pub font_size: Option<f64>,
    /// Whether title and subtitle are part of the picture.
    pub title: bool,
    /// Where it says which curve is which.
    pub legend: Legend,
    /// The colours.
    pub theme: Theme,
    /// Whether the background is left out.
    pub transparent: bool,
    /// Pixels per inch of a PNG; 96 when left out.
    pub dpi: Option<f64>,
}

impl Default for Paper {
    fn default() -> Self {
        Self {
            width: None,
            height: None,
            aspect: None,
            font: Font::default(),
            font_size: None,
            title: true,
            legend: Legend::default(),
            theme: Theme::default(),
            transparent: false,
            dpi: None,
        }
    }
}

/// A sheet of a certain size for a certain figure, with how the figure is drawn on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// How the figure is laid out, in pixels that are as large as letters ask for.
    pub options: Options,
    /// The width as it was asked for.
    pub width: Length,
    /// The height, in the unit of the width.
    pub height: Length,
    /// The letters.
    pub font: Font,
    /// CSS pixels per pixel of the layout: the size of the letters by the usual one.
    pub magnified: f64,
    /// Pixels per inch of a PNG.
    pub dpi: f64,
}

impl Paper {
    /// The sheet for this figure.
    ///
    /// # Errors
    ///
    /// What cannot be drawn, by its field.
    pub fn sheet(&self, figure: &Figure) -> Result<Sheet, BadOption> {
        let points = self.font_size.unwrap_or(USUAL_POINTS);
        check("font_size", points, POINTS, " pt")?;
        let magnified = points / USUAL_POINTS;
        let width = self.width.unwrap_or(Length::pixels(800.0));
        let laid_out = |field, length: Length, (low, high): (f64, f64)| {
            let px = (length.px() / magnified).round();
            if (low..=high).contains(&px) {
                return Ok(px as u32);
            }
            let [low, high] = [low, high].map(|px| length.of_px(px * magnified));
            let letters = self
                .font_size
                .map(|points| format!(" at letters of {points} pt"));
            let letters = letters.unwrap_or_default();
            let message = format!("{length} is not from {low} to {high}{letters}");
            Err(BadOption { field, message })
        };
        let mut options = Options {
            width: laid_out("width", width, WIDTHS)?,
            scale: 1.0,
            theme: self.theme,
            transparent: self.transparent,
            heading: self.title,
            legend: self.legend,
            family: self.font.family(),
            ..Options::default()
        };
        let (field, height) = match (self.height, self.aspect) {
            (Some(_), Some(_)) => {
                return Err(BadOption {
                    field: "aspect",
                    message: "height and aspect are both given; one of them is right".to_owned(),
                });
            }
            (Some(height), None) => ("height", height),
            (None, Some(aspect)) => {
                check("aspect", aspect, (0.2, 10.0), "")?;
                ("aspect", width.of_px(width.px() / aspect))
            }
            (None, None) if self.width.is_none() && self.font_size.is_none() => {
                let needed = match figure.panels.len() {
                    0..=2 => 0,
                    _ => figure.height(&options),
                };
                let height = options.height.max(needed);
                ("height", Length::pixels(f64::from(height)))
            }
            (None, None) => {
                let natural = f64::from(figure.height(&options)).max(HEIGHTS.0);
                ("height", width.of_px(natural * magnified))
            }
        };
        options.height = laid_out(field, height, HEIGHTS)?;
        let dpi = self.dpi.unwrap_or(INCH);
        check("dpi", dpi, DPI, "")?;
        let longest = width.px().max(height.px()) / INCH;
        if longest * dpi > MOST_PIXELS {
            let most = (MOST_PIXELS / longest).floor();
            return Err(BadOption {
                field: "dpi",
                message: format!(
                    "{dpi} makes more than {MOST_PIXELS} pixels; at this size at most {most} is right"
                ),
            });
        }
        Ok(Sheet {
            options,
            width,
            height,
            font: self.font,
            magnified,
            dpi,
        })
    }
}

fn check(
    field: &'static str,
    value: f64,
    (low, high): (f64, f64),
    unit: &str,
) -> Result<(), BadOption> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(BadOption {
        field,
        message: format!("{value}{unit} is not from {low} to {high}{unit}"),
    })
}

impl Sheet {
    /// Its size in pixels as a PNG.
    pub fn pixels(&self) -> (u32, u32) {
        let pixels = |length: Length| (length.px() / INCH * self.dpi).round() as u32;
        (pixels(self.width), pixels(self.height))
    }

    /// Its size in points as a page.
    pub fn points(&self) -> (f64, f64) {
        let points = |length: Length| length.px() / INCH * 72.0;
        (points(self.width), points(self.height))
    }
}

#[cfg(test)]
impl From<Options> for Sheet {
    fn from(options: Options) -> Self {
        Self {
            width: Length::pixels(f64::from(options.width)),
            height: Length::pixels(f64::from(options.height)),
            font: Font::default(),
            magnified: 1.0,
            dpi: INCH * options.scale,
            options: Options {
                scale: 1.0,
                family: Font::default().family(),
                ..options
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::gallery::figures;

    fn refused(paper: &Paper) -> String {
        paper.sheet(&figures()[0].1).unwrap_err().to_string()
    }

    #[test]
    fn a_column_of_a_paper_with_small_letters_is_laid_out_wider() {
        let paper = Paper {
            width: "3.25in".parse().ok(),
            aspect: Some(1.5),
            font_size: Some(USUAL_POINTS / 1.25),
            dpi: Some(300.0),
            ..Paper::default()
        };
        let sheet = paper.sheet(&figures()[0].1).unwrap();
        assert_eq!((sheet.options.width, sheet.options.height), (390, 260));
        assert_eq!(sheet.height.to_string(), "2.17in");
        assert_eq!(sheet.pixels(), (975, 651));
        // Three and a quarter inches of 72 points.
        assert!((sheet.points().0 - 234.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_by_name() {
        let usual = Paper::default;
        let width = |text: &str| Paper {
            width: text.parse().ok(),
            ..usual()
        };
        assert_eq!(
            refused(&width("10")),
            "width: 10px is not from 240px to 4000px"
        );
        let large = Paper {
            font_size: Some(17.25),
            ..width("3.25in")
        };
        assert_eq!(
            refused(&large),
            "width: 3.25in is not from 5in to 83.33in at letters of 17.25 pt"
        );
        let high = Paper {
            height: "1in".parse().ok(),
            ..usual()
        };
        assert_eq!(refused(&high), "height: 1in is not from 1.67in to 31.25in");
        for (paper, begins) in [
            (
                Paper {
                    font_size: Some(f64::NAN),
                    ..usual()
                },
                "font_size: NaN pt",
            ),
            (
                Paper {
                    dpi: Some(1.0),
                    ..usual()
                },
                "dpi: 1 is not from 36 to 2400",
            ),
            (
                Paper {
                    dpi: Some(2400.0),
                    ..usual()
                },
                "dpi: 2400 makes more",
            ),
            (
                Paper {
                    aspect: Some(0.0),
                    ..usual()
                },
                "aspect: 0 is not",
            ),
            (
                Paper {
                    aspect: Some(1.0),
                    height: "3in".parse().ok(),
                    ..usual()
                },
                "aspect: height and aspect are both given",
            ),
        ] {
            let said = refused(&paper);
            assert!(said.starts_with(begins), "{said}");
        }
    }
}
