//! Colours, dashes and markers of every figure, page and export.
//!
//! The series colours are those of Okabe and Ito (2008), in an order in which each keeps at least 3:1 against its background.
//! Colour never stands alone: every slot has its own pair of dash and marker too.

use serde::{Deserialize, Serialize};

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// As CSS writes it: `#0072b2`.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The relative luminance (WCAG 2.2), from 0 for black to 1 for white.
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The contrast ratio with another colour (WCAG 2.2), from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour that lies `part` of the way to another.
    pub fn toward(self, other: Self, part: f64) -> Self {
        let mix = |from: u8, to: u8| {
            (f64::from(from) + part.clamp(0.0, 1.0) * (f64::from(to) - f64::from(from))).round()
                as u8
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// The colours of everything but series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Behind everything.
    pub background: Rgb,
    /// Text.
    pub text: Rgb,
    /// Text that stands back: tick labels, remarks.
    pub muted: Rgb,
    /// Grid lines; decoration, so without a contrast to keep.
    pub grid: Rgb,
    /// Axis lines, ticks and vertical markers.
    pub axis: Rgb,
    /// Links, the cursor, the bars that matter.
    pub accent: Rgb,
}

const LIGHT: Tokens = Tokens {
    background: Rgb(255, 255, 255),
    text: Rgb(27, 31, 36),
    muted: Rgb(87, 96, 106),
    grid: Rgb(230, 233, 237),
    axis: Rgb(124, 133, 144),
    accent: Rgb(0, 114, 178),
};

const DARK: Tokens = Tokens {
    background: Rgb(18, 18, 18),
    text: Rgb(232, 234, 237),
    muted: Rgb(163, 170, 179),
    grid: Rgb(44, 47, 51),
    axis: Rgb(128, 136, 146),
    accent: Rgb(86, 180, 233),
};

/// Blue, vermillion, green, purple, black.
const LIGHT_SERIES: [Rgb; COLOURS] = [
    Rgb(0, 114, 178),
    Rgb(213, 94, 0),
    Rgb(0, 158, 115),
    Rgb(204, 121, 167),
    Rgb(0, 0, 0),
];

/// Sky, orange, green, purple, vermillion.
const DARK_SERIES: [Rgb; COLOURS] = [
    Rgb(86, 180, 233),
    Rgb(230, 159, 0),
    Rgb(0, 158, 115),
    Rgb(204, 121, 167),
    Rgb(213, 94, 0),
];

/// How many colours series have; past them dashes tell series apart.
pub const COLOURS: usize = 5;

impl Theme {
    /// The colours of everything but series.
    pub fn tokens(self) -> Tokens {
        match self {
            Self::Light => LIGHT,
            Self::Dark => DARK,
        }
    }

    /// The colour of a slot, the same slot in every figure, table and legend.
    pub fn series(self, slot: usize) -> Rgb {
        match self {
            Self::Light => LIGHT_SERIES[slot % COLOURS],
            Self::Dark => DARK_SERIES[slot % COLOURS],
        }
    }

    /// A sequential scale for `part` in [0, 1], from the background's side to the far side: viridis, sampled at ten places.
    /// What is not a number is taken as 0.
    pub fn sequential(self, part: f64) -> Rgb {
        let part = if part.is_nan() {
            0.0
        } else {
            part.clamp(0.0, 1.0)
        };
        let along = match self {
            Self::Light => 1.0 - part,
            Self::Dark => part,
        };
        let place = along * (VIRIDIS.len() - 1) as f64;
        let below = (place as usize).min(VIRIDIS.len() - 2);
        VIRIDIS[below].toward(VIRIDIS[below + 1], place - below as f64)
    }
}

/// Viridis (van der Walt and Smith 2015) at 0, 1/9, ..., 1.
const VIRIDIS: [Rgb; 10] = [
    Rgb(68, 1, 84),
    Rgb(72, 40, 120),
    Rgb(62, 73, 137),
    Rgb(49, 104, 142),
    Rgb(38, 130, 142),
    Rgb(31, 158, 137),
    Rgb(53, 183, 121),
    Rgb(110, 206, 88),
    Rgb(181, 222, 43),
    Rgb(253, 231, 37),
];

/// The shape that marks a slot's points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A square on its corner.
    Diamond,
    /// A triangle pointing up.
    Up,
    /// A cross.
    Cross,
}

/// The dashes by slot: lengths of stroke and gap in turn, in CSS pixels; empty for a full line.
const DASHES: [&[f64]; 5] = [
    &[],
    &[7.0, 4.0],
    &[2.0, 3.0],
    &[9.0, 3.0, 2.0, 3.0],
    &[13.0, 4.0],
];

/// The markers by slot.
const MARKERS: [Marker; 5] = [
    Marker::Circle,
    Marker::Square,
    Marker::Diamond,
    Marker::Up,
    Marker::Cross,
];

/// The dash of a slot. The first five slots differ in colour and dash; each further five pair them anew.
pub fn dash(slot: usize) -> &'static [f64] {
    DASHES[(slot + slot / COLOURS) % DASHES.len()]
}

/// The marker of a slot.
pub fn marker(slot: usize) -> Marker {
    MARKERS[(slot + slot / COLOURS) % MARKERS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const BOTH: [Theme; 2] = [Theme::Light, Theme::Dark];

    #[test]
    fn contrast_agrees_with_the_ends_of_its_scale() {
        assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-12);
        assert_eq!(Rgb(9, 9, 9).contrast(Rgb(9, 9, 9)), 1.0);
    }

    #[test]
    fn text_has_at_least_four_and_a_half_to_one() {
        for theme in BOTH {
            let tokens = theme.tokens();
            for colour in [tokens.text, tokens.muted, tokens.accent] {
                let contrast = colour.contrast(tokens.background);
                assert!(contrast >= 4.5, "{theme:?} {} {contrast}", colour.css());
            }
        }
    }

    #[test]
    fn lines_have_at_least_three_to_one() {
        for theme in BOTH {
            let background = theme.tokens().background;
            for slot in 0..COLOURS {
                let contrast = theme.series(slot).contrast(background);
                assert!(contrast >= 3.0, "{theme:?} slot {slot} {contrast}");
            }
            assert!(theme.tokens().axis.contrast(background) >= 3.0);
        }
    }

    #[test]
    fn no_two_of_25_slots_share_colour_and_dash() {
        for theme in BOTH {
            let looks: HashSet<_> = (0..25)
                .map(|slot| {
                    (
                        theme.series(slot),
                        format!("{:?}", dash(slot)),
                        marker(slot),
                    )
                })
                .collect();
            assert_eq!(looks.len(), 25);
        }
    }

    #[test]
    fn the_sequential_scale_darkens_away_from_the_background() {
        for theme in BOTH {
            let background = theme.tokens().background;
            let contrast: Vec<f64> = (0..=20)
                .map(|place| {
                    theme
                        .sequential(f64::from(place) / 20.0)
                        .contrast(background)
                })
                .collect();
            assert!(
                contrast.windows(2).all(|pair| pair[0] < pair[1]),
                "{contrast:?}"
            );
        }
        assert_eq!(
            Theme::Light.sequential(f64::NAN),
            Theme::Light.sequential(0.0)
        );
    }
}
