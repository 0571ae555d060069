//! Snow: flakes that the wind draws out, over a picture that pales.

use super::super::picture::Picture;
use super::layer::{byte, drawn, grey, grey_or_coloured, plane};
use super::{Table, motion, zoom};
use crate::error::Result;
use crate::noise::Stream;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

/// Mean and deviation of the drawn numbers, by how much they are magnified, from where on there is a flake,
/// radius and deviation of the motion blur in pixels, and how much of the picture stays.
const SNOW: Table<[f64; 7]> = [
    [0.1, 0.2, 1.0, 0.6, 8.0, 3.0, 0.95],
    [0.1, 0.2, 1.0, 0.5, 10.0, 4.0, 0.9],
    [0.15, 0.3, 1.75, 0.55, 10.0, 4.0, 0.9],
    [0.25, 0.3, 2.25, 0.6, 12.0, 6.0, 0.85],
    [0.3, 0.3, 1.25, 0.65, 14.0, 12.0, 0.8],
];

pub(super) fn snow(picture: &Picture, level: usize, stream: &mut Stream) -> Result<Picture> {
    grey_or_coloured(picture, "snow")?;
    let flakes = flakes(&drawn(picture, stream), level);
    // Pixels gather from above, within 45 degrees, so that flakes are drawn out downwards.
    let angle = stream.signed_unit() * FRAC_PI_4 - FRAC_PI_2;
    let [.., radius, sigma, _] = SNOW[level];
    let traces = motion::along(&flakes, angle, radius, sigma);
    Ok(cover(picture, &traces, level))
}

/// Normal numbers as flakes, in bytes divided by 255: only what reaches the threshold shines.
pub(super) fn flakes(normal: &Picture, level: usize) -> Picture {
    let [mean, deviation, factor, threshold, ..] = SNOW[level];
    let values = normal.values.iter().map(|value| mean + deviation * value);
    let near = zoom::zoom(&normal.with(values.collect()), factor);
    let shine = |value: f64| if value < threshold { 0.0 } else { value };
    let bytes = near.into_iter().map(|value| byte(shine(value) * 255.0));
    plane(normal, bytes.map(|byte| byte / 255.0).collect())
}

/// The picture, paler where it is dark, with these traces and the same turned by half a turn.
pub(super) fn cover(picture: &Picture, traces: &Picture, level: usize) -> Picture {
    let [.., kept] = SNOW[level];
    let (grey, area) = (grey(picture), picture.area());
    let values = picture.values.iter().enumerate().map(|(i, value)| {
        let place = i % area;
        let pale = kept * value + (1.0 - kept) * value.max(1.5 * grey[place] + 0.5);
        pale + traces.values[place] + traces.values[area - 1 - place]
    });
    picture.with(values.collect())
}
