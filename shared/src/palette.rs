//! Colours, dashes and markers of every figure, page and export.
//!
//! The series colours are those of Okabe and Ito (2008), in an order in which each keeps at least 3:1 against its background.
//! Colour never stands alone: every slot has its own pair of dash and marker too.

mod look;
mod rgb;
mod scale;

pub use look::{Marker, dash, marker};
pub use rgb::Rgb;

use serde::{Deserialize, Serialize};

/// Light, dark, or as a printer without colours has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// Dark on light, and no colour.
    Grey,
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

const GREY: Tokens = Tokens {
    background: Rgb(255, 255, 255),
    text: Rgb(0, 0, 0),
    muted: Rgb(80, 80, 80),
    grid: Rgb(228, 228, 228),
    axis: Rgb(120, 120, 120),
    accent: Rgb(70, 70, 70),
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

/// Neighbours lie far apart; dashes and markers tell the rest.
const GREY_SERIES: [Rgb; COLOURS] = [
    Rgb(0, 0, 0),
    Rgb(125, 125, 125),
    Rgb(65, 65, 65),
    Rgb(145, 145, 145),
    Rgb(95, 95, 95),
];

/// How many colours series have; past them dashes tell series apart.
pub const COLOURS: usize = 5;

impl Theme {
    /// The colours of everything but series.
    pub fn tokens(self) -> Tokens {
        match self {
            Self::Light => LIGHT,
            Self::Dark => DARK,
            Self::Grey => GREY,
        }
    }

    /// The colour of a slot, the same slot in every figure, table and legend.
    pub fn series(self, slot: usize) -> Rgb {
        match self {
            Self::Light => LIGHT_SERIES[slot % COLOURS],
            Self::Dark => DARK_SERIES[slot % COLOURS],
            Self::Grey => GREY_SERIES[slot % COLOURS],
        }
    }
}

#[cfg(test)]
mod tests;
