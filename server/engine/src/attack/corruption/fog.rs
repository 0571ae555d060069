//! Fog: light from a plasma fractal is added, and the whole dimmed to the range that the picture had.

use super::super::picture::Picture;
use super::Table;
use crate::noise::Stream;

/// How much light, and how fast the fractal's roughness decays.
const FOG: Table<(f64, f64)> = [(0.2, 3.0), (0.5, 3.0), (0.75, 2.5), (1.0, 2.0), (1.5, 1.75)];

pub(super) fn fog(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    let (light, decay) = FOG[level];
    let size = picture.height.max(picture.width).next_power_of_two();
    let plasma = plasma(size, decay, stream);
    let brightest = picture.values.iter().copied().fold(0.0, f64::max);
    let dim = brightest / (brightest + light);
    picture.by_place(|channel, row, column| {
        (picture.at(channel, row, column) + light * plasma[row * size + column]) * dim
    })
}

/// A height map in [0, 1] of `size` × `size`, a power of two, that goes on over its edges: the diamond-square algorithm
/// (Fournier, Fussell and Carpenter 1982).
fn plasma(size: usize, decay: f64, stream: &mut Stream) -> Vec<f64> {
    let mut map = vec![0.0; size * size];
    let (mut step, mut rough) = (size, 100.0_f64);
    while step >= 2 {
        let half = step / 2;
        let corners = |i: usize| (i * step, (i + 1) * step % size);
        // The middle of every square, from its corners.
        for i in 0..size / step {
            for j in 0..size / step {
                let ((up, down), (left, right)) = (corners(i), corners(j));
                let sum = map[up * size + left]
                    + map[up * size + right]
                    + map[down * size + left]
                    + map[down * size + right];
                map[(up + half) * size + left + half] =
                    sum / 4.0 + rough * rough * stream.signed_unit();
            }
        }
        // The middle of every edge, from its two corners and the middles beside it.
        for i in 0..size / step {
            for j in 0..size / step {
                let ((up, down), (left, right)) = (corners(i), corners(j));
                let above = (up + size - half) % size;
                let before = (left + size - half) % size;
                let level = map[up * size + left]
                    + map[up * size + right]
                    + map[(up + half) * size + left + half]
                    + map[above * size + left + half];
                let upright = map[up * size + left]
                    + map[down * size + left]
                    + map[(up + half) * size + left + half]
                    + map[(up + half) * size + before];
                map[up * size + left + half] = level / 4.0 + rough * rough * stream.signed_unit();
                map[(up + half) * size + left] =
                    upright / 4.0 + rough * rough * stream.signed_unit();
            }
        }
        step = half;
        rough /= decay;
    }
    let low = map.iter().copied().fold(f64::INFINITY, f64::min);
    let high = map.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    map.into_iter().map(|value| (value - low) / span).collect()
}
