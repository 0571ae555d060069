//! Common corruptions by severity (Hendrycks and Dietterich, arXiv 1903.12261): point k is the clean image under severity k.
//!
//! The severities are those of CIFAR-10-C. Each image draws its own numbers, keyed by its index, and the same at every severity,
//! so that a path shows the severity alone. Pictures stay in floating point where CIFAR-10-C rounds them to 8 bits.

mod blur;
mod colour;
mod distance;
mod edges;
mod elastic;
mod filter;
mod fog;
mod glass;
#[cfg(test)]
mod golden;
mod layer;
mod motion;
mod noise;
mod pixelate;
mod snow;
mod spatter;
mod water;
mod zoom;

use super::ascent::{Ascent, Here, Rule};
use super::line::path;
use super::picture::Picture;
use super::{Batch, Entry, Steps, Traits, Way, jpeg, parameters};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "corruption",
    begin,
    traits: Traits {
        random: true,
        ..Traits::path(Way::Own)
    },
};

/// The severities beyond none.
const SEVERITIES: u32 = 5;

/// What a corruption does is a table of its numbers at the five severities.
type Table<T> = [T; SEVERITIES as usize];

#[derive(Deserialize)]
struct Parameters {
    corruption: Kind,
    steps: u32,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    GaussianNoise,
    ShotNoise,
    ImpulseNoise,
    SpeckleNoise,
    GaussianBlur,
    DefocusBlur,
    GlassBlur,
    MotionBlur,
    ZoomBlur,
    Snow,
    Fog,
    Brightness,
    Contrast,
    Saturate,
    Spatter,
    ElasticTransform,
    Pixelate,
    JpegCompression,
}

const QUALITY: Table<u8> = [80, 65, 58, 50, 40];

impl Kind {
    /// The picture at `level`, which is the severity less one.
    fn apply(self, picture: &Picture, level: usize, stream: &mut Stream) -> Result<Picture> {
        Ok(match self {
            Self::GaussianNoise => noise::gaussian(picture, level, stream),
            Self::ShotNoise => noise::shot(picture, level, stream),
            Self::ImpulseNoise => noise::impulse(picture, level, stream),
            Self::SpeckleNoise => noise::speckle(picture, level, stream),
            Self::GaussianBlur => blur::gaussian(picture, level),
            Self::DefocusBlur => blur::defocus(picture, level),
            Self::GlassBlur => glass::blur(picture, level, stream),
            Self::MotionBlur => motion::blur(picture, level, stream),
            Self::ZoomBlur => zoom::blur(picture, level),
            Self::Snow => snow::snow(picture, level, stream)?,
            Self::Fog => fog::fog(picture, level, stream),
            Self::Brightness => colour::brightness(picture, level),
            Self::Contrast => colour::contrast(picture, level),
            Self::Saturate => colour::saturate(picture, level)?,
            Self::Spatter => spatter::spatter(picture, level, stream)?,
            Self::ElasticTransform => elastic::transform(picture, level, stream),
            Self::Pixelate => pixelate::pixelate(picture, level),
            Self::JpegCompression => jpeg::compress(ENTRY.id, picture, QUALITY[level])?,
        })
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let Parameters { corruption, steps } = parameters(spec)?;
    if steps > SEVERITIES {
        return Err(Error::Attack {
            id: spec.id().to_owned(),
            reason: format!("{steps} severities were asked for; there are {SEVERITIES}"),
        });
    }
    let rule = Corrupted {
        corruption,
        pictures: Picture::of(ENTRY.id, &batch)?,
        streams: batch.streams(noise, Purpose::Corruption),
        severity: 0,
    };
    Ascent::begin(model, batch, path(spec, steps)?, rule)
}

struct Corrupted {
    corruption: Kind,
    /// The clean pictures.
    pictures: Vec<Picture>,
    streams: Vec<Stream>,
    severity: usize,
}

impl Rule for Corrupted {
    fn gradient_here(&self) -> bool {
        false
    }

    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        let level = self.severity;
        self.severity += 1;
        let pictures = self.pictures.iter().zip(&self.streams);
        let pictures: Vec<Picture> = pictures
            .map(|(picture, stream)| self.corruption.apply(picture, level, &mut stream.clone()))
            .collect::<Result<_>>()?;
        Picture::together(&pictures, here.batch)
    }
}
