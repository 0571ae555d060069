//! JPEG compression of falling quality: each point is the clean image, encoded and decoded once.

use super::ascent::{Ascent, Here, Rule};
use super::line::path;
use super::picture::Picture;
use super::{Batch, Entry, Steps, Traits, Way, parameters};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::noise::Noise;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "jpeg",
    begin,
    traits: Traits {
        prefix_stable: false,
        ..Traits::path(Way::Own)
    },
};

#[derive(Deserialize)]
struct Parameters {
    first: u8,
    last: u8,
    steps: u32,
}

impl Parameters {
    /// The quality at a point from 1 to `steps`: equal steps from the first to the last, rounded.
    fn quality(&self, point: u32) -> u8 {
        let (first, last) = (f64::from(self.first), f64::from(self.last));
        let share = f64::from(point - 1) / f64::from(self.steps.saturating_sub(1).max(1));
        (first + share * (last - first)).round() as u8
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let walk = path(spec, parameters.steps)?;
    let rule = Compressed {
        pictures: Picture::of(ENTRY.id, &batch)?,
        parameters,
        taken: 0,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Compressed {
    pictures: Vec<Picture>,
    parameters: Parameters,
    taken: u32,
}

impl Rule for Compressed {
    fn gradient_here(&self) -> bool {
        false
    }

    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        self.taken += 1;
        let quality = self.parameters.quality(self.taken);
        let pictures = self.pictures.iter();
        let pictures: Vec<Picture> = pictures
            .map(|picture| compress(ENTRY.id, picture, quality))
            .collect::<Result<_>>()?;
        Picture::together(&pictures, here.batch)
    }
}

/// The picture after a JPEG file of this quality, from 1 to 100. Its values are rounded to 8 bits first.
pub(super) fn compress(id: &str, picture: &Picture, quality: u8) -> Result<Picture> {
    let refused = |reason: String| Error::Attack {
        id: id.to_owned(),
        reason,
    };
    let failed = |error: image::ImageError| refused(format!("JPEG failed: {error}"));
    let colour = match picture.channels {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        other => {
            return Err(refused(format!(
                "JPEG files have one or three channels; these images have {other}"
            )));
        }
    };
    let side = |length: usize| {
        u16::try_from(length).map_err(|_| {
            refused(format!(
                "JPEG files have at most 65,535 rows; this has {length}"
            ))
        })
    };
    let (height, width) = (side(picture.height)?, side(picture.width)?);
    let (area, channels) = (picture.area(), picture.channels);
    let bytes: Vec<u8> = (0..area * channels)
        .map(|i| picture.values[(i % channels) * area + i / channels])
        .map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8)
        .collect();
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(&bytes, width.into(), height.into(), colour)
        .map_err(failed)?;
    let decoded = image::load_from_memory_with_format(&file, ImageFormat::Jpeg).map_err(failed)?;
    let bytes = match channels {
        1 => decoded.into_luma8().into_raw(),
        _ => decoded.into_rgb8().into_raw(),
    };
    Ok(picture.by_place(|channel, row, column| {
        f64::from(bytes[(row * picture.width + column) * channels + channel]) / 255.0
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualities_fall_in_equal_steps_from_the_first_to_the_last() {
        let qualities = |first, last, steps| {
            let parameters = Parameters { first, last, steps };
            (1..=steps)
                .map(|point| parameters.quality(point))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            qualities(100, 5, 20),
            (1..=20).map(|k| 105 - 5 * k).collect::<Vec<u8>>()
        );
        assert_eq!(qualities(90, 10, 1), [90]);
        assert_eq!(qualities(10, 90, 3), [10, 50, 90]);
    }

    #[test]
    fn a_flat_picture_survives_and_a_sharp_one_does_not() {
        for channels in [1, 3] {
            let picture = |values: fn(usize) -> f64| Picture {
                channels,
                height: 9,
                width: 7,
                values: (0..channels * 63).map(values).collect(),
            };
            let flat = picture(|_| 0.4);
            let back = compress("jpeg", &flat, 95).unwrap();
            // 0.4 is 102 of 255, which a constant block keeps to a few levels.
            assert!(back.values.iter().all(|value| (value - 0.4).abs() < 0.012));
            let sharp = picture(|i| (i * 7 % 5) as f64 / 5.0);
            let change = |quality| {
                let back = compress("jpeg", &sharp, quality).unwrap();
                let pairs = back.values.iter().zip(&sharp.values);
                pairs.map(|(a, b)| (a - b).abs()).sum::<f64>()
            };
            assert!(change(5) > 2.0 * change(95), "{} {}", change(5), change(95));
        }
    }

    #[test]
    fn other_channels_are_refused_with_a_reason() {
        let picture = Picture {
            channels: 2,
            height: 2,
            width: 2,
            values: vec![0.5; 8],
        };
        let error = compress("jpeg", &picture, 50).unwrap_err();
        assert!(
            error.to_string().contains("one or three channels"),
            "{error}"
        );
    }
}
