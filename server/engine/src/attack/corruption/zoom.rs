//! Zoom blur: the mean of the picture and of growing magnifications of its middle.

use super::super::picture::Picture;
use super::Table;
use super::blur::of;
use super::filter::Border;

/// How many magnifications there are: from 1 on in hundredths, up to 1.06, 1.11, 1.15, 1.20 and 1.25.
/// The published ends are 1.06, 1.11, 1.16, 1.21 and 1.26, excluded; rounding lets the first two in.
const COUNT: Table<usize> = [7, 12, 16, 21, 26];

pub(super) fn blur(picture: &Picture, level: usize) -> Picture {
    let count = COUNT[level];
    let mut sum = picture.values.clone();
    // NumPy steps by what is left of 0.01 after it was added to 1; with 0.01 itself 1.25 would round to other sizes.
    let step = (1.0 + 0.01) - 1.0;
    for i in 0..count {
        let zoomed = zoom(picture, 1.0 + i as f64 * step);
        for (sum, value) in sum.iter_mut().zip(zoomed) {
            *sum += value;
        }
    }
    let share = 1.0 / (count + 1) as f64;
    picture.with(sum.into_iter().map(|value| value * share).collect())
}

/// The middle of the picture, magnified to its size.
pub(super) fn zoom(picture: &Picture, factor: f64) -> Vec<f64> {
    let (rows, columns) = (
        sources(picture.height, factor),
        sources(picture.width, factor),
    );
    picture
        .by_plane(|plane| {
            let plane = of(picture, plane);
            let rows = rows.iter();
            rows.flat_map(|row| {
                let columns = columns.iter();
                columns.map(|column| plane.between(*row, *column, Border::Nearest))
            })
            .collect()
        })
        .values
}

/// Where each of `length` places comes from: the middle is cut to whole pixels and magnified so that its ends stay ends,
/// and what is then too much is cut off again.
fn sources(length: usize, factor: f64) -> Vec<f64> {
    let cut = (length as f64 / factor).ceil();
    let size = (cut * factor).round_ties_even().max(length as f64);
    let first = ((length as f64 - cut) / 2.0).floor();
    let trim = ((size - length as f64) / 2.0).floor();
    let scale = (cut - 1.0) / (size - 1.0).max(1.0);
    (0..length)
        .map(|i| first + (trim + i as f64) * scale)
        .collect()
}
