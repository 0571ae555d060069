//! Kept iterates as PNG.

use crate::kept::KeptPoint;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use std::str::FromStr;
use valleyscope_shared::problem::Problem;

/// What is shown of an iterate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// The clean image.
    Clean,
    /// The image at the point.
    Adversarial,
    /// The image at the point minus the clean image, amplified.
    Difference,
}

impl Picture {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clean, Self::Adversarial, Self::Difference];

    /// The name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Clean => "clean.png",
            Self::Adversarial => "adversarial.png",
            Self::Difference => "difference.png",
        }
    }
}

impl FromStr for Picture {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|picture| picture.file() == name).ok_or(())
    }
}

/// The image with 8 bits a channel, rounded.
pub fn image(point: &KeptPoint) -> Result<Vec<u8>, Problem> {
    let bytes: Vec<u8> = point
        .pixels
        .iter()
        .map(|pixel| ((u32::from(*pixel) + 128) / 257) as u8)
        .collect();
    png(&bytes, point.shape)
}

/// The factor at which the largest difference reaches black or white; 1 where there is none.
pub fn full_scale(clean: &KeptPoint, point: &KeptPoint) -> f64 {
    let largest = clean
        .pixels
        .iter()
        .zip(&point.pixels)
        .map(|(clean, pixel)| clean.abs_diff(*pixel))
        .max()
        .unwrap_or(0);
    if largest == 0 {
        1.0
    } else {
        65_535.0 / f64::from(largest)
    }
}

/// The difference to the clean image times `scale`: 128 is none, 1 is -1 or less, 255 is +1 or more.
pub fn difference(clean: &KeptPoint, point: &KeptPoint, scale: f64) -> Result<Vec<u8>, Problem> {
    if clean.pixels.len() != point.pixels.len() {
        return Err(Problem::internal(
            "the clean image and the iterate differ in size",
        ));
    }
    let shade = |(clean, pixel): (&u16, &u16)| {
        let change = (f64::from(*pixel) - f64::from(*clean)) / 65_535.0;
        (128.0 + (127.0 * (change * scale).clamp(-1.0, 1.0)).round()) as u8
    };
    let bytes: Vec<u8> = clean.pixels.iter().zip(&point.pixels).map(shade).collect();
    png(&bytes, point.shape)
}

/// Planes of one channel each, as a PNG of one or three channels.
pub fn png(planes: &[u8], [channels, height, width]: [usize; 3]) -> Result<Vec<u8>, Problem> {
    let size = height * width;
    let (colour, pixels) = match channels {
        1 => (ExtendedColorType::L8, planes.to_vec()),
        3 => (
            ExtendedColorType::Rgb8,
            (0..size)
                .flat_map(|i| [0, 1, 2].map(|channel| planes[channel * size + i]))
                .collect(),
        ),
        _ => {
            return Err(Problem::internal(format!(
                "an image of {channels} channels cannot be shown"
            )));
        }
    };
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, width as u32, height as u32, colour)
        .map_err(|error| Problem::internal(format!("the image could not be made: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(pixels: Vec<u16>) -> KeptPoint {
        KeptPoint {
            point: 0,
            shape: [1, 1, pixels.len()],
            pixels,
            logits: vec![],
        }
    }

    fn shades(png: &[u8]) -> Vec<u8> {
        image::load_from_memory(png)
            .unwrap()
            .into_luma8()
            .into_raw()
    }

    #[test]
    fn eight_bit_pixels_are_shown_exactly_and_others_are_rounded() {
        let exact: Vec<u16> = (0..=255).map(|k| k * 257).collect();
        assert_eq!(
            shades(&image(&point(exact)).unwrap()),
            (0..=255).collect::<Vec<u8>>()
        );
        assert_eq!(
            shades(&image(&point(vec![128, 129, 65_535])).unwrap()),
            [0, 1, 255]
        );
    }

    #[test]
    fn no_difference_is_mid_grey_and_signs_are_kept() {
        let (clean, moved) = (point(vec![1000, 1000, 1000]), point(vec![1000, 2000, 0]));
        let scale = full_scale(&clean, &moved);
        assert_eq!(
            shades(&difference(&clean, &moved, scale).unwrap()),
            [128, 255, 1]
        );
        assert_eq!(full_scale(&clean, &clean), 1.0);
    }
}
