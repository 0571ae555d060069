//! Brightness, contrast and saturation.
//!
//! In HSV, V is the largest channel and every channel is V(1 − S · f), where f (0 for the largest, 1 for the smallest) says the hue.
//! So V and S can be changed without going there and back.

use super::super::picture::Picture;
use super::ENTRY;
use super::Table;
use crate::error::{Error, Result};

const BRIGHTNESS: Table<f64> = [0.05, 0.1, 0.15, 0.2, 0.3];
const CONTRAST: Table<f64> = [0.75, 0.5, 0.4, 0.3, 0.15];
/// Factor and addend of S.
const SATURATE: Table<(f64, f64)> = [(0.3, 0.0), (0.1, 0.0), (1.5, 0.0), (2.0, 0.1), (2.5, 0.2)];

/// V + c.
pub(super) fn brightness(picture: &Picture, level: usize) -> Picture {
    by_pixel(picture, |pixel| {
        let value = pixel.iter().copied().fold(0.0, f64::max);
        let more = (value + BRIGHTNESS[level]).clamp(0.0, 1.0);
        let scaled = |channel: &f64| match value > 0.0 {
            true => channel * more / value,
            // Black has no hue and becomes grey.
            false => more,
        };
        pixel.iter().map(scaled).collect()
    })
}

/// c · (x − mean) + mean, with each channel's own mean.
pub(super) fn contrast(picture: &Picture, level: usize) -> Picture {
    picture.by_plane(|plane| {
        let mean = plane.iter().sum::<f64>() / plane.len() as f64;
        let nearer = plane
            .iter()
            .map(|value| (value - mean) * CONTRAST[level] + mean);
        nearer.collect()
    })
}

/// c · S + d, clipped to [0, 1].
pub(super) fn saturate(picture: &Picture, level: usize) -> Result<Picture> {
    if picture.channels != 3 {
        return Err(Error::Attack {
            id: ENTRY.id.to_owned(),
            reason: format!(
                "saturation needs images of three channels; these have {}",
                picture.channels
            ),
        });
    }
    let (factor, addend) = SATURATE[level];
    Ok(by_pixel(picture, |pixel| {
        let value = pixel.iter().copied().fold(0.0, f64::max);
        let span = value - pixel.iter().copied().fold(1.0, f64::min);
        let saturation = if value > 0.0 { span / value } else { 0.0 };
        let more = (saturation * factor + addend).clamp(0.0, 1.0);
        let hue = |(place, channel): (usize, &f64)| match span > 0.0 {
            true => (value - channel) / span,
            // Grey has the hue 0, which is red.
            false => f64::from(u8::from(place > 0)),
        };
        let hues = pixel.iter().enumerate().map(hue);
        hues.map(|hue| value * (1.0 - more * hue)).collect()
    }))
}

/// Every pixel by itself, as its channels.
fn by_pixel(picture: &Picture, change: impl Fn(&[f64]) -> Vec<f64>) -> Picture {
    let area = picture.area();
    let mut values = vec![0.0; picture.values.len()];
    for place in 0..area {
        let channels = (0..picture.channels).map(|channel| channel * area + place);
        let pixel: Vec<f64> = channels
            .clone()
            .map(|place| picture.values[place])
            .collect();
        for (place, value) in channels.zip(change(&pixel)) {
            values[place] = value;
        }
    }
    picture.with(values)
}
