//! Glass blur: pixels take the colours of their neighbours between two Gaussian blurs.

use super::super::picture::Picture;
use super::Table;
use super::blur::smooth;
use crate::noise::Stream;

/// Deviation in pixels, and how often the pixels are shuffled.
const GLASS: Table<(f64, u32)> = [(0.05, 1), (0.25, 1), (0.4, 1), (0.25, 2), (0.4, 2)];

/// From the last row and column backwards to the third, each pixel takes the colour of itself or of the one above, to the left or both.
///
/// The code that made CIFAR-10-C means to swap the two, but copies one over the other; so do we.
pub(super) fn blur(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    let (sigma, times) = GLASS[level];
    let mut shuffled = smooth(picture, sigma);
    for _ in 0..times {
        for row in (2..picture.height).rev() {
            for column in (2..picture.width).rev() {
                let (left, up) = (stream.unit() < 0.5, stream.unit() < 0.5);
                let (from_row, from_column) = (row - usize::from(up), column - usize::from(left));
                for channel in 0..picture.channels {
                    let value = shuffled.at(channel, from_row, from_column);
                    let place = (channel * picture.height + row) * picture.width + column;
                    shuffled.values[place] = value;
                }
            }
        }
    }
    smooth(&shuffled, sigma)
}
