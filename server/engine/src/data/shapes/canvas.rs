//! A picture of integer colours that things are drawn on.

use super::SIDE;

/// Fractional units of a pixel.
pub(super) const PIXEL: i32 = 64;

/// Red, green and blue; may leave 0..=255 until [`Canvas::write`] clips it.
pub(super) type Colour = [i32; 3];

/// Samples per pixel and direction that decide how much of a pixel something covers.
const SAMPLES: i32 = 4;

pub(super) struct Canvas {
    pixels: [Colour; SIDE * SIDE],
}

impl Canvas {
    /// A picture whose pixel at `(column, row)` is given.
    pub(super) fn new(colour: impl Fn(i32, i32) -> Colour) -> Self {
        let mut pixels = [[0; 3]; SIDE * SIDE];
        for (index, pixel) in pixels.iter_mut().enumerate() {
            *pixel = colour((index % SIDE) as i32, (index / SIDE) as i32);
        }
        Self { pixels }
    }

    /// Mixes in what `colour` gives at `(column, row)`, in proportion to how much of each pixel
    /// `contains` covers; `contains` takes units of 1/[`PIXEL`] from the upper left corner and is
    /// asked only within the square `middle ± reach`.
    pub(super) fn paint(
        &mut self,
        middle: [i32; 2],
        reach: i32,
        contains: impl Fn(i32, i32) -> bool,
        colour: impl Fn(i32, i32) -> Colour,
    ) {
        const ALL: i32 = SAMPLES * SAMPLES;
        let offset = |sample: i32| PIXEL * (2 * sample + 1) / (2 * SAMPLES);
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let (column, row) = ((index % SIDE) as i32, (index / SIDE) as i32);
            let near = |place: i32, middle: i32| (place * PIXEL - middle).abs() <= reach + PIXEL;
            if !(near(column, middle[0]) && near(row, middle[1])) {
                continue;
            }
            let hit = |sample: i32| {
                let x = column * PIXEL + offset(sample % SAMPLES);
                let y = row * PIXEL + offset(sample / SAMPLES);
                i32::from(contains(x, y))
            };
            let covered: i32 = (0..ALL).map(hit).sum();
            if covered > 0 {
                let over = colour(column, row);
                for (below, over) in pixel.iter_mut().zip(over) {
                    *below = (*below * (ALL - covered) + over * covered) / ALL;
                }
            }
        }
    }

    /// Adds `noise()` to every channel of every pixel.
    pub(super) fn disturb(&mut self, mut noise: impl FnMut() -> i32) {
        self.pixels
            .iter_mut()
            .flatten()
            .for_each(|channel| *channel += noise());
    }

    /// The picture as bytes, `[3, SIDE, SIDE]`.
    pub(super) fn write(&self, bytes: &mut [u8]) {
        for (channel, plane) in bytes.chunks_exact_mut(SIDE * SIDE).enumerate() {
            for (byte, pixel) in plane.iter_mut().zip(&self.pixels) {
                *byte = pixel[channel].clamp(0, 255) as u8;
            }
        }
    }
}
