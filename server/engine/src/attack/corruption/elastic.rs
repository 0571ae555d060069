//! Elastic transform: a small random affine map, and then a smooth random displacement of every pixel
//! (Simard, Steinkraus and Platt 2003).

use super::super::picture::Picture;
use super::Table;
use super::blur::of;
use super::filter::{Border, Plane};
use crate::noise::Stream;

/// In units of the picture's shorter side: the displacement's factor, its smoothness, and how far the affine map moves its three points.
const ELASTIC: Table<(f64, f64, f64)> = [
    (0.0, 0.0, 0.08),
    (0.05, 0.2, 0.07),
    (0.08, 0.06, 0.06),
    (0.1, 0.04, 0.05),
    (0.1, 0.03, 0.03),
];

type Point = (f64, f64);

pub(super) fn transform(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    let side = picture.height.min(picture.width);
    let (factor, smoothness, reach) = ELASTIC[level];
    let [factor, smoothness, reach] = [factor, smoothness, reach].map(|share| share * side as f64);
    let affine = affine(picture, side, reach, stream);
    let turned = picture.by_plane(|plane| {
        let plane = of(picture, plane);
        places(picture)
            .map(|(row, column)| affine.source(row, column))
            .map(|(row, column)| plane.between(row, column, Border::MirrorOnce))
            .collect()
    });
    let mut displacement = || {
        let noise: Vec<f64> = (0..picture.area()).map(|_| stream.signed_unit()).collect();
        let smooth = of(picture, &noise).gaussian(smoothness, 3.0, Border::Mirror);
        smooth
            .into_iter()
            .map(|value| value * factor)
            .collect::<Vec<f64>>()
    };
    let (right, down) = (displacement(), displacement());
    turned.by_plane(|plane| {
        let plane: Plane<'_> = of(picture, plane);
        let moved = places(picture).zip(down.iter().zip(&right));
        moved
            .map(|((row, column), (down, right))| {
                plane.between(row + down, column + right, Border::Mirror)
            })
            .collect()
    })
}

fn places(picture: &Picture) -> impl Iterator<Item = Point> {
    let width = picture.width;
    (0..picture.area()).map(move |i| ((i / width) as f64, (i % width) as f64))
}

/// Where a pixel comes from: the origin, and by how much a row and a column further lead.
struct Affine {
    origin: Point,
    row: Point,
    column: Point,
}

impl Affine {
    fn source(&self, row: f64, column: f64) -> Point {
        (
            self.origin.0 + self.row.0 * row + self.column.0 * column,
            self.origin.1 + self.row.1 * row + self.column.1 * column,
        )
    }
}

/// The map under which three points around the middle come from where they were before each was moved by up to `reach`.
fn affine(picture: &Picture, side: usize, reach: f64, stream: &mut Stream) -> Affine {
    let (middle_row, middle_column) = ((picture.height / 2) as f64, (picture.width / 2) as f64);
    let third = (side / 3).max(1) as f64;
    let corners = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
    let before: [Point; 3] =
        corners.map(|(row, column)| (middle_row + row * third, middle_column + column * third));
    let after = before.map(|(row, column)| {
        let right = reach * stream.signed_unit();
        (row + reach * stream.signed_unit(), column + right)
    });
    // With after = a, a + u, a + v the inverse of (u v) leads back; the points move too little to fall in line.
    let along =
        |points: &[Point; 3], i: usize| (points[i].0 - points[0].0, points[i].1 - points[0].1);
    let (u, v) = (along(&after, 1), along(&after, 2));
    let (from_u, from_v) = (along(&before, 1), along(&before, 2));
    let area = u.0 * v.1 - u.1 * v.0;
    let combine = |of_u: f64, of_v: f64| {
        (
            (of_u * from_u.0 + of_v * from_v.0) / area,
            (of_u * from_u.1 + of_v * from_v.1) / area,
        )
    };
    let (row, column) = (combine(v.1, -u.1), combine(-v.0, u.0));
    let origin = (
        before[0].0 - row.0 * after[0].0 - column.0 * after[0].1,
        before[0].1 - row.1 * after[0].0 - column.1 * after[0].1,
    );
    Affine {
        origin,
        row,
        column,
    }
}
