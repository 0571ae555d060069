//! Pixelation: the picture is made smaller by means and larger again by repetition.

use super::super::picture::Picture;
use super::Table;

const SIZE: Table<f64> = [0.95, 0.9, 0.85, 0.75, 0.65];

pub(super) fn pixelate(picture: &Picture, level: usize) -> Picture {
    let (rows, columns) = (
        sources(picture.height, SIZE[level]),
        sources(picture.width, SIZE[level]),
    );
    picture.by_place(|channel, row, column| {
        let (rows, columns) = (rows[row], columns[column]);
        let places = (rows.0..rows.1)
            .flat_map(|row| (columns.0..columns.1).map(move |column| (row, column)));
        let sum: f64 = places
            .map(|(row, column)| picture.at(channel, row, column))
            .sum();
        sum / ((rows.1 - rows.0) * (columns.1 - columns.0)) as f64
    })
}

/// For each place the range of places whose mean it gets: all whose middles lie in the larger pixel that covers its own middle.
fn sources(length: usize, share: f64) -> Vec<(usize, usize)> {
    let small = ((length as f64 * share) as usize).max(1);
    let scale = length as f64 / small as f64;
    let covered = |place: usize| {
        let pixel = ((place as f64 + 0.5) / scale) as usize;
        let edge = |pixel: usize| (pixel as f64 * scale + 0.5) as usize;
        (edge(pixel), edge(pixel + 1).min(length))
    };
    (0..length).map(covered).collect()
}
