//! Single pictures: PNG, JPEG and WebP, decoded to eight bits of red, green and blue.

use crate::error::{Error, Result};
use crate::file::Regular;
use crate::resize::{Rgb, Shaping};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::{Cursor, Read};
use std::path::Path;

/// A larger file is no picture of a data set.
const LARGEST_FILE: u64 = 64 << 20;

/// The longest side that is decoded.
const LONGEST_SIDE: u32 = 20_000;

/// Bytes that the pixels of a picture may take.
const MOST_DECODED: u64 = 512 << 20;

/// What is known of a picture before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Height and width.
    pub size: [usize; 2],
    pub grey: bool,
    pub alpha: bool,
    /// The file asks viewers to turn it.
    pub turned: bool,
}

/// How often something was met that a person should know of.
#[derive(Debug, Default)]
pub(crate) struct Met {
    grey: usize,
    alpha: usize,
    turned: usize,
}

impl Met {
    pub fn add(&mut self, facts: Facts) {
        self.grey += usize::from(facts.grey);
        self.alpha += usize::from(facts.alpha);
        self.turned += usize::from(facts.turned);
    }

    /// One sentence each; `count` pictures were met.
    pub fn notes(&self, count: usize) -> Vec<String> {
        let note = |met: usize, text: &str| (met > 0).then(|| format!("{text}: {met} of {count}."));
        let notes = [
            note(
                self.grey,
                "Grey pictures, which become three equal channels",
            ),
            note(self.alpha, "Pictures with transparency, which is dropped"),
            note(
                self.turned,
                "Pictures with an EXIF orientation, which is not applied, as in torchvision",
            ),
        ];
        notes.into_iter().flatten().collect()
    }
}

/// Whether a file begins as a picture does.
pub(crate) fn is_one(path: &Path) -> bool {
    let start = Regular::open(path).and_then(|file| file.start::<16>());
    start.is_ok_and(|start| format(&start).is_some())
}

fn format(start: &[u8]) -> Option<ImageFormat> {
    match image::guess_format(start).ok()? {
        format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) => Some(format),
        _ => None,
    }
}

/// What a file says of itself, of which only the beginning is read where that is enough.
///
/// # Errors
/// [`Error::Format`] says why it is no picture that is read.
pub(crate) fn facts_of(path: &Path) -> Result<Facts> {
    const ENOUGH: u64 = 64 << 10;
    let file = Regular::of_at_most(path, LARGEST_FILE)?;
    let mut start = Vec::new();
    let failed = |source| Error::file(path, source);
    file.take(ENOUGH).read_to_end(&mut start).map_err(failed)?;
    if let Ok(facts) = facts(&start) {
        return Ok(facts);
    }
    // Long notes of a camera can come before the size.
    let whole = whole(path)?;
    facts(&whole).map_err(|reason| Error::format(path, reason))
}

/// The same of a picture in memory.
///
/// # Errors
/// Says why it is no picture that is read.
pub(crate) fn facts(content: &[u8]) -> Result<Facts, String> {
    let mut decoder = decoder(Cursor::new(content))?;
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    if color.bytes_per_pixel() / color.channel_count() != 1 {
        return Err("has 16 bits a channel, which Pillow would change; save it with 8".to_owned());
    }
    // As three channels, which a grey picture becomes.
    let in_colour = 3 * u64::from(width) * u64::from(height);
    if decoder.total_bytes().max(in_colour) > MOST_DECODED {
        let most = crate::error::bytes(MOST_DECODED);
        return Err(format!(
            "its {height}x{width} pixels are more than {most}, which are decoded at most"
        ));
    }
    if width == 0 || height == 0 {
        return Err("has no pixels".to_owned());
    }
    let turned = decoder
        .orientation()
        .is_ok_and(|orientation| orientation != Orientation::NoTransforms);
    Ok(Facts {
        size: [height as usize, width as usize],
        grey: !color.has_color(),
        alpha: color.has_alpha(),
        turned,
    })
}

fn decoder<'a>(content: Cursor<&'a [u8]>) -> Result<impl ImageDecoder + 'a, String> {
    let format = format(content.get_ref())
        .ok_or("is no picture that is read; PNG, JPEG and WebP are right")?;
    let mut reader = ImageReader::with_format(content, format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    reader
        .into_decoder()
        .map_err(|error| format!("the picture is damaged: {error}"))
}

/// Decodes a picture and brings it to its size, into planes of R, G and B.
///
/// # Errors
/// Says why it is not read, or that it is not the size that the set has.
pub(crate) fn read(content: &[u8], shaping: Shaping, bytes: &mut [u8]) -> Result<(), String> {
    facts(content)?;
    if cut_off(content) {
        return Err("the picture is cut off".to_owned());
    }
    let damaged = |error| format!("the picture is damaged: {error}");
    let decoded = DynamicImage::from_decoder(decoder(Cursor::new(content))?).map_err(damaged)?;
    let decoded = decoded.into_rgb8();
    let picture = Rgb {
        height: decoded.height() as usize,
        width: decoded.width() as usize,
        data: decoded.into_raw(),
    };
    let picture = shaping.apply(picture)?;
    if picture.data.len() != bytes.len() {
        return Err("has another size than when the data set was opened".to_owned());
    }
    let pixels = picture.height * picture.width;
    for (index, pixel) in picture.data.chunks_exact(3).enumerate() {
        for (channel, value) in pixel.iter().enumerate() {
            bytes[channel * pixels + index] = *value;
        }
    }
    Ok(())
}

/// Whether a JPEG lacks its end, of which the decoder makes a grey area and no error.
fn cut_off(content: &[u8]) -> bool {
    let last = |mark: [u8; 2]| content.windows(2).rposition(|pair| pair == mark);
    let (scan, end) = (last([0xff, 0xda]), last([0xff, 0xd9]));
    // Neither mark can stand within a scan.
    format(content) == Some(ImageFormat::Jpeg) && end < scan
}

/// The content of a picture's file.
pub(crate) fn whole(path: &Path) -> Result<Vec<u8>> {
    Regular::of_at_most(path, LARGEST_FILE)?.whole(LARGEST_FILE)
}
