//! Blurs by a fixed kernel.

use super::super::picture::Picture;
use super::Table;
use super::filter::{Border, Plane};

/// Deviations in pixels.
const GAUSSIAN: Table<f64> = [0.4, 0.6, 0.7, 0.8, 1.0];
/// The radius of the disk, and the deviation by which its edge is smoothed.
const DEFOCUS: Table<(f64, f64)> = [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1.0, 0.2), (1.5, 0.1)];

pub(super) fn gaussian(picture: &Picture, level: usize) -> Picture {
    smooth(picture, GAUSSIAN[level])
}

/// A Gaussian blur that ends after four deviations, with the edge repeated.
pub(super) fn smooth(picture: &Picture, sigma: f64) -> Picture {
    picture.by_plane(|plane| of(picture, plane).gaussian(sigma, 4.0, Border::Nearest))
}

/// A plane of the picture.
pub(super) fn of<'a>(picture: &Picture, values: &'a [f64]) -> Plane<'a> {
    Plane {
        values,
        height: picture.height,
        width: picture.width,
    }
}

/// The blur of a lens out of focus: a disk whose edge is smoothed by three Gaussian weights a side.
pub(super) fn defocus(picture: &Picture, level: usize) -> Picture {
    let kernel = disk(DEFOCUS[level].0, DEFOCUS[level].1);
    picture.by_plane(|plane| of(picture, plane).gather(&kernel, Border::MirrorOnce))
}

fn disk(radius: f64, sigma: f64) -> Vec<(i64, i64, f64)> {
    let reach = radius.ceil() as i64 + 1;
    let square = move || (-reach..=reach).flat_map(move |y| (-reach..=reach).map(move |x| (y, x)));
    let inside = |y: i64, x: i64| ((x * x + y * y) as f64) <= radius * radius;
    let count = square().filter(|(y, x)| inside(*y, *x)).count() as f64;
    let side = (-0.5 / (sigma * sigma)).exp();
    let weight = |i: i64| (if i == 0 { 1.0 } else { side }) / (1.0 + 2.0 * side);
    let near = || (-1..=1).flat_map(|y| (-1..=1).map(move |x| (y, x)));
    square()
        .map(|(y, x)| {
            let terms = near().filter(|(dy, dx)| inside(y + dy, x + dx));
            let sum: f64 = terms.map(|(dy, dx)| weight(dy) * weight(dx)).sum();
            (y, x, sum / count)
        })
        .filter(|(_, _, weight)| *weight > 0.0)
        .collect()
}
