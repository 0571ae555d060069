//! Lengths as people write them: `3.25in`, `8cm`, `82mm`, `234pt`, `800px`.

use std::fmt;
use std::str::FromStr;

/// A length, in the unit that it was written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    number: f64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Inch,
    Centimetre,
    Millimetre,
    Point,
    Pixel,
}

const UNITS: [Unit; 5] = [
    Unit::Inch,
    Unit::Centimetre,
    Unit::Millimetre,
    Unit::Point,
    Unit::Pixel,
];

impl Unit {
    fn sign(self) -> &'static str {
        match self {
            Self::Inch => "in",
            Self::Centimetre => "cm",
            Self::Millimetre => "mm",
            Self::Point => "pt",
            Self::Pixel => "px",
        }
    }

    /// How many CSS pixels it has; an inch has 96 of them, or 72 points.
    fn px(self) -> f64 {
        match self {
            Self::Inch => 96.0,
            Self::Centimetre => 96.0 / 2.54,
            Self::Millimetre => 9.6 / 2.54,
            Self::Point => 96.0 / 72.0,
            Self::Pixel => 1.0,
        }
    }
}

impl Length {
    /// So many CSS pixels.
    pub fn pixels(number: f64) -> Self {
        Self {
            number,
            unit: Unit::Pixel,
        }
    }

    /// In CSS pixels.
    pub fn px(self) -> f64 {
        self.number * self.unit.px()
    }

    /// The same unit with so many CSS pixels, to two decimals.
    pub fn of_px(self, px: f64) -> Self {
        Self {
            number: (px / self.unit.px() * 100.0).round() / 100.0,
            ..self
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.number, self.unit.sign())
    }
}

impl FromStr for Length {
    type Err = String;

    /// A number without a unit is in CSS pixels.
    fn from_str(text: &str) -> Result<Self, String> {
        let written = text.trim();
        let unit = UNITS
            .into_iter()
            .find(|unit| written.ends_with(unit.sign()));
        let number = match unit {
            Some(unit) => written.trim_end_matches(unit.sign()),
            None => written,
        };
        match number.trim().parse::<f64>() {
            Ok(number) if number.is_finite() && number > 0.0 => Ok(Self {
                number,
                unit: unit.unwrap_or(Unit::Pixel),
            }),
            _ => Err(format!(
                "\"{text}\" is no length; a number with in, cm, mm, pt or px is right: 3.25in"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_each_unit_and_said_as_they_were_written() {
        for (text, px) in [
            ("3.25in", 312.0),
            ("2.54cm", 96.0),
            ("25.4mm", 96.0),
            ("72pt", 96.0),
            ("800px", 800.0),
            ("800", 800.0),
            (" 6.75 in ", 648.0),
        ] {
            let length: Length = text.parse().unwrap();
            // One rounding of a product.
            assert!((length.px() - px).abs() < 1e-9, "{text}: {}", length.px());
        }
        assert_eq!("3.25in".parse::<Length>().unwrap().to_string(), "3.25in");
        assert_eq!("800".parse::<Length>().unwrap().to_string(), "800px");
        let inch: Length = "1in".parse().unwrap();
        assert_eq!(inch.of_px(100.0).to_string(), "1.04in");
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "in", "-3in", "0", "NaN", "inf", "3.25 inches", "3,25in"] {
            assert!(text.parse::<Length>().is_err(), "{text}");
        }
    }
}
