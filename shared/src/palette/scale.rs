//! The scale of colours for counts.

use super::{Rgb, Theme};

impl Theme {
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
            Self::Grey => return Rgb(250, 250, 250).toward(Rgb(40, 40, 40), part),
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
