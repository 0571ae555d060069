//! Motion blur: each pixel is a sum along a line that begins at it, with half a Gaussian as weights.
//!
//! The kernel has the form of ImageMagick's, with which CIFAR-10-C was made; ours works without it.

use super::super::picture::Picture;
use super::Table;
use super::blur::of;
use super::filter::Border;
use crate::noise::Stream;

/// Radius and deviation in pixels.
const MOTION: Table<(f64, f64)> = [(6.0, 1.0), (6.0, 1.5), (6.0, 2.0), (8.0, 2.0), (9.0, 2.5)];

/// The line leads within 45 degrees of the row.
pub(super) fn blur(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    let angle = stream.signed_unit() * std::f64::consts::FRAC_PI_4;
    let (radius, sigma) = MOTION[level];
    along(picture, angle, radius, sigma)
}

/// Blurred along a line that leads to the right and, by `angle` in radians, downwards.
pub(super) fn along(picture: &Picture, angle: f64, radius: f64, sigma: f64) -> Picture {
    let length = 2 * radius as i64 + 1;
    let weight = |i: i64| (-0.5 * (i as f64 / sigma).powi(2)).exp();
    let sum: f64 = (0..length).map(weight).sum();
    let line: Vec<_> = (0..length)
        .map(|i| {
            let along = |share: f64| (i as f64 * share - 0.5).ceil() as i64;
            (along(angle.sin()), along(angle.cos()), weight(i) / sum)
        })
        .collect();
    picture.by_plane(|plane| of(picture, plane).gather(&line, Border::Nearest))
}
