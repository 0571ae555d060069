//! Where drops of water shine: a relief of the distance from their edges.
//!
//! All planes hold bytes, as those of CIFAR-10-C did, so that every rounding is the same.

use super::distance;
use super::edges;
use super::filter::{Border, Plane};
use super::layer::byte;

/// Light from the upper left: what rises to the lower right shines.
const RELIEF: [[f64; 3]; 3] = [[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]];
/// Farther than that from an edge nothing changes.
const FAR: f64 = 20.0;

/// How brightly each pixel shines, the brightest by `light`: the water's height times the relief. Nothing where there is no water.
pub(super) fn shine(water: Plane<'_>, light: f64) -> Vec<f64> {
    let relief = relief(water);
    let lit: Vec<f64> = water
        .values
        .iter()
        .zip(relief)
        .map(|(a, b)| a * b)
        .collect();
    let most = lit.iter().copied().fold(0.0, f64::max);
    let share = if most > 0.0 { light / most } else { 0.0 };
    lit.into_iter().map(|value| value * share).collect()
}

/// The relief of the distances from the water's edges.
pub(super) fn relief(water: Plane<'_>) -> Vec<f64> {
    let on = |values| Plane { values, ..water };
    let even = equalised(&near(water));
    let risen = on(&even).gather(&offsets(RELIEF), Border::MirrorOnce);
    let risen: Vec<f64> = risen.into_iter().map(byte).collect();
    let means = means(on(&risen)).into_iter();
    means.map(f64::round).collect()
}

/// Smoothed distances from the water's edges in whole pixels.
pub(super) fn near(water: Plane<'_>) -> Vec<f64> {
    let on = |values| Plane { values, ..water };
    let edges = edges::edges(water);
    let far = distance::to(on(&edges)).into_iter();
    let far: Vec<f64> = far.map(|value| value.min(FAR)).collect();
    // Rounded to single precision before it is rounded down, so that a sum of 18 makes 2.
    let mean = |value: f64| byte(f64::from(value as f32));
    means(on(&far)).into_iter().map(mean).collect()
}

/// The mean of each pixel and the eight around it.
fn means(plane: Plane<'_>) -> Vec<f64> {
    let sums = plane.gather(&offsets([[1.0; 3]; 3]), Border::MirrorOnce);
    sums.into_iter().map(|sum| sum * (1.0 / 9.0)).collect()
}

/// Weights around a pixel, with how many rows and columns further each lies.
pub(super) fn offsets(weights: [[f64; 3]; 3]) -> Vec<(i64, i64, f64)> {
    let rows = (-1..).zip(weights);
    rows.flat_map(|(down, row)| {
        (-1..)
            .zip(row)
            .map(move |(right, weight)| (down, right, weight))
    })
    .filter(|(_, _, weight)| *weight != 0.0)
    .collect()
}

/// Histogram equalisation: each byte becomes the share of pixels that are at most as bright, without those of the darkest byte, times 255.
fn equalised(bytes: &[f64]) -> Vec<f64> {
    let darkest = bytes.iter().copied().fold(f64::INFINITY, f64::min);
    let mut count = [0_u32; 256];
    for byte in bytes {
        count[*byte as usize] += 1;
    }
    let rest = bytes.iter().filter(|byte| **byte > darkest).count();
    if rest == 0 {
        return bytes.to_vec();
    }
    // In single precision, as where it decides between two bytes.
    let scale = 255.0 / rest as f32;
    let mut sum = 0;
    let mut table = [0.0; 256];
    for byte in darkest as usize + 1..256 {
        sum += count[byte];
        table[byte] = f64::from((sum as f32 * scale).round_ties_even());
    }
    bytes.iter().map(|byte| table[*byte as usize]).collect()
}
