//! How far a pixel lies from an edge, by steps to neighbours and knight's moves (Borgefors 1986).
//!
//! The lengths of the steps and their 16 binary places are OpenCV's (without Intel's IPP):
//! means of distances are rounded down later, where exact distances would give other bytes.

use super::filter::Plane;

/// Binary places.
const ONE: f64 = 65536.0;
/// 1, 1.4 and 2.1969.
const SIDE: u32 = 65536;
const CORNER: u32 = 91750;
const KNIGHT: u32 = 143976;

/// The steps to neighbours that come before a pixel, row by row; those after it are their opposites.
const BEFORE: [(i64, i64, u32); 8] = [
    (-2, -1, KNIGHT),
    (-2, 1, KNIGHT),
    (-1, -2, KNIGHT),
    (-1, -1, CORNER),
    (-1, 0, SIDE),
    (-1, 1, CORNER),
    (-1, 2, KNIGHT),
    (0, -1, SIDE),
];

/// The distance in pixels from the nearest place that is not 0; without any, far more than the plane is wide.
pub(super) fn to(edges: Plane<'_>) -> Vec<f64> {
    let start = |value: &f64| if *value == 0.0 { u32::MAX / 2 } else { 0 };
    let mut distance: Vec<u32> = edges.values.iter().map(start).collect();
    let (height, width) = (edges.height as i64, edges.width as i64);
    let area = distance.len();
    let mut visit = |place: usize, direction: i64| {
        let (row, column) = (place as i64 / width, place as i64 % width);
        for (rows, columns, length) in BEFORE {
            let (row, column) = (row + direction * rows, column + direction * columns);
            if (0..height).contains(&row) && (0..width).contains(&column) {
                let through = distance[(row * width + column) as usize] + length;
                distance[place] = distance[place].min(through);
            }
        }
    };
    (0..area).for_each(|place| visit(place, 1));
    (0..area).rev().for_each(|place| visit(place, -1));
    let pixels = distance
        .into_iter()
        .map(|distance| f64::from(distance) / ONE);
    pixels.collect()
}
