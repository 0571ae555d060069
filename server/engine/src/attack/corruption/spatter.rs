//! Spatter: drops of water that shine on the picture, or mud that hides it.

use super::super::picture::Picture;
use super::Table;
use super::blur::{of, smooth};
use super::layer::{byte, channels, drawn, grey_or_coloured, plane};
use super::water;
use crate::error::Result;
use crate::noise::Stream;

#[derive(Clone, Copy)]
enum Liquid {
    /// How brightly the brightest drop shines.
    Water(f64),
    /// The deviation, in pixels, that smooths the edges of a splash.
    Mud(f64),
}
use Liquid::{Mud, Water};

/// Mean and deviation of the drawn numbers, the deviation in pixels by which they are blurred, and from where on there is liquid.
const SPATTER: Table<([f64; 4], Liquid)> = [
    ([0.62, 0.1, 0.7, 0.7], Water(0.5)),
    ([0.65, 0.1, 0.8, 0.7], Water(0.5)),
    ([0.65, 0.3, 1.0, 0.69], Water(0.5)),
    ([0.65, 0.1, 0.7, 0.69], Mud(0.6)),
    ([0.65, 0.1, 0.5, 0.68], Mud(0.6)),
];

/// Pale turquoise.
const WATER: [f64; 3] = [175.0, 238.0, 238.0];
/// Brown.
const MUD: [f64; 3] = [63.0, 42.0, 20.0];
/// Mud thinner than that is none.
const THIN: f64 = 0.8;

pub(super) fn spatter(picture: &Picture, level: usize, stream: &mut Stream) -> Result<Picture> {
    grey_or_coloured(picture, "spatter")?;
    Ok(cover(picture, &drawn(picture, stream), level))
}

/// The picture under the liquid of these normal numbers.
pub(super) fn cover(picture: &Picture, normal: &Picture, level: usize) -> Picture {
    let thick = thickness(normal, level);
    let (colour, stays) = match SPATTER[level].1 {
        Water(_) => (WATER, false),
        Mud(_) => (MUD, true),
    };
    let (colour, area) = (channels(colour, picture.channels), picture.area());
    let values = picture.values.iter().enumerate().map(|(i, value)| {
        let liquid = thick[i % area];
        // Light is added to the picture; mud takes its place.
        let seen = if stays { 1.0 - liquid } else { 1.0 };
        seen * value + liquid * colour[i / area]
    });
    picture.with(values.collect())
}

/// How much of the liquid's colour each pixel gets, in [0, 1].
pub(super) fn thickness(normal: &Picture, level: usize) -> Vec<f64> {
    let ([mean, deviation, sigma, threshold], liquid) = SPATTER[level];
    let values = normal.values.iter().map(|value| mean + deviation * value);
    let layer = smooth(&normal.with(values.collect()), sigma).values;
    match liquid {
        Water(light) => {
            let bytes = layer.into_iter().map(|value| match value < threshold {
                true => 0.0,
                false => byte(value * 255.0),
            });
            water::shine(of(normal, &bytes.collect::<Vec<_>>()), light)
        }
        Mud(sigma) => {
            let wet = layer.into_iter().map(|value| match value > threshold {
                true => 1.0,
                false => 0.0,
            });
            let soft = smooth(&plane(normal, wet.collect()), sigma).values;
            let thick = |value: f64| if value < THIN { 0.0 } else { value };
            soft.into_iter().map(thick).collect()
        }
    }
}
