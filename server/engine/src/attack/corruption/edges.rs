//! Edges of a plane of bytes (Canny 1986): where the slope is largest across the edge, and steep or joined to where it is.
//!
//! Slopes are Sobel's, their size is the sum of both parts, and thresholds and directions are those of OpenCV.

use super::filter::{Border, Plane};
use super::water::offsets;

/// A slope above the first may be an edge, one above the second is.
const SLOPES: (f64, f64) = (50.0, 150.0);
/// The tangent of 22.5 degrees, in 15 binary places.
const TANGENT: f64 = 13573.0 / 32768.0;

/// 1 at an edge, 0 elsewhere.
pub(super) fn edges(bytes: Plane<'_>) -> Vec<f64> {
    let slope = Slope::of(bytes);
    let area = bytes.values.len();
    let candidate: Vec<bool> = (0..area).map(|place| slope.peak(place)).collect();
    let mut edge = vec![0.0; area];
    let mut open: Vec<usize> = (0..area)
        .filter(|place| candidate[*place] && slope.size[*place] > SLOPES.1)
        .collect();
    // Candidates join the edges that they touch, also at a corner.
    while let Some(place) = open.pop() {
        edge[place] = 1.0;
        let (row, column) = (place / bytes.width, place % bytes.width);
        for row in row.saturating_sub(1)..(row + 2).min(bytes.height) {
            for column in column.saturating_sub(1)..(column + 2).min(bytes.width) {
                let next = row * bytes.width + column;
                if candidate[next] && edge[next] == 0.0 {
                    open.push(next);
                }
            }
        }
    }
    edge
}

/// How steeply a plane rises to the right and downwards, and both together.
struct Slope {
    right: Vec<f64>,
    down: Vec<f64>,
    size: Vec<f64>,
    height: usize,
    width: usize,
}

impl Slope {
    fn of(plane: Plane<'_>) -> Self {
        let sobel = [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]];
        let turned = [0, 1, 2].map(|i| [0, 1, 2].map(|j: usize| sobel[j][i]));
        let right = plane.gather(&offsets(sobel), Border::Nearest);
        let down = plane.gather(&offsets(turned), Border::Nearest);
        let size = right.iter().zip(&down).map(|(x, y)| x.abs() + y.abs());
        Self {
            size: size.collect(),
            right,
            down,
            height: plane.height,
            width: plane.width,
        }
    }

    /// The size so many rows and columns further; nothing beyond the edge of the plane.
    fn beside(&self, place: usize, rows: i64, columns: i64) -> f64 {
        let row = (place / self.width) as i64 + rows;
        let column = (place % self.width) as i64 + columns;
        let inside =
            (0..self.height as i64).contains(&row) && (0..self.width as i64).contains(&column);
        match inside {
            true => self.size[row as usize * self.width + column as usize],
            false => 0.0,
        }
    }

    /// Whether the slope may be an edge's and is the largest across it. Of two equal ones in a row or column the first is.
    fn peak(&self, place: usize) -> bool {
        let (size, x, y) = (self.size[place], self.right[place], self.down[place]);
        let (along, across) = (x.abs(), y.abs());
        let beside = |rows, columns| self.beside(place, rows, columns);
        if size <= SLOPES.0 {
            return false;
        }
        if across < along * TANGENT {
            size > beside(0, -1) && size >= beside(0, 1)
        } else if across > along * (TANGENT + 2.0) {
            size > beside(-1, 0) && size >= beside(1, 0)
        } else {
            let right = if (x < 0.0) == (y < 0.0) { 1 } else { -1 };
            size > beside(-1, -right) && size > beside(1, right)
        }
    }
}
