//! Bringing pictures to one size as torchvision does with Pillow's: `Resize`, then `CenterCrop`.

use crate::error::{Error, Result};
use crate::options::{Options, Resize};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// No side of a picture that is asked for is larger.
const LARGEST_SIDE: usize = 4096;

/// A picture in colour, rows of R, G, B.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rgb {
    pub height: usize,
    pub width: usize,
    pub data: Vec<u8>,
}

/// What is done with each picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shaping {
    resize: Option<Resize>,
    crop: Option<usize>,
}

impl Shaping {
    /// # Errors
    /// [`Error::Setting`] for sizes that no picture has.
    pub fn of(options: &Options) -> Result<Self> {
        let sides = |field, sides: &[usize]| match sides
            .iter()
            .find(|side| !(1..=LARGEST_SIDE).contains(*side))
        {
            None => Ok(()),
            Some(side) => Err(Error::setting(
                field,
                side.to_string(),
                format!("1 to {LARGEST_SIDE} pixels are right"),
            )),
        };
        match options.resize {
            Some(Resize::Shorter(side)) => sides("resize", &[side])?,
            Some(Resize::Exact(both)) => sides("resize", &both)?,
            None => {}
        }
        sides("crop", options.crop.as_slice())?;
        Ok(Self {
            resize: options.resize,
            crop: options.crop,
        })
    }

    /// Height and width that a picture of this height and width gets.
    ///
    /// # Errors
    /// Says that the picture is too small or too long.
    pub fn size(self, from: [usize; 2]) -> Result<[usize; 2], String> {
        let resized = self.resized(from);
        let [height, width] = resized;
        if height.max(width) > 4 * LARGEST_SIDE {
            return Err(format!(
                "its {} pixels would become {}",
                shown(from),
                shown(resized)
            ));
        }
        match self.crop {
            None => Ok(resized),
            Some(crop) if crop <= height.min(width) => Ok([crop, crop]),
            // torchvision fills the rest with black, which no model was trained on.
            Some(crop) => Err(format!(
                "{crop}x{crop} cannot be cut from {} pixels; set resize to {crop} or more",
                shown(resized)
            )),
        }
    }

    fn resized(self, [height, width]: [usize; 2]) -> [usize; 2] {
        match self.resize {
            None => [height, width],
            Some(Resize::Exact(size)) => size,
            // torchvision's int(size * long / short).
            Some(Resize::Shorter(size)) if width <= height => [size * height / width.max(1), size],
            Some(Resize::Shorter(size)) => [size, size * width / height.max(1)],
        }
    }

    /// # Errors
    /// As [`Self::size`].
    pub fn apply(self, picture: Rgb) -> Result<Rgb, String> {
        let size = self.size([picture.height, picture.width])?;
        let resized = self.resized([picture.height, picture.width]);
        let picture = scaled(picture, resized)?;
        Ok(cut(picture, size))
    }
}

/// "375x500", height first as everywhere here.
pub(crate) fn shown([height, width]: [usize; 2]) -> String {
    format!("{height}x{width}")
}

/// Bilinear with Pillow's triangle, which spans more pixels the more a picture shrinks.
///
/// First the rows and then the columns, rounded in between, as Pillow has it.
fn scaled(picture: Rgb, [height, width]: [usize; 2]) -> Result<Rgb, String> {
    let between = [picture.height, width];
    stretched(stretched(picture, between)?, [height, width])
}

fn stretched(picture: Rgb, [height, width]: [usize; 2]) -> Result<Rgb, String> {
    if [picture.height, picture.width] == [height, width] {
        return Ok(picture);
    }
    let failed = |error: &dyn std::fmt::Display| format!("cannot be resized: {error}");
    let side = |side: usize| u32::try_from(side).map_err(|error| failed(&error));
    let (columns, rows) = (side(picture.width)?, side(picture.height)?);
    let from = ImageRef::new(columns, rows, &picture.data, PixelType::U8x3);
    let from = from.map_err(|error| failed(&error))?;
    let mut to = Image::new(side(width)?, side(height)?, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    let resized = Resizer::new().resize(&from, &mut to, &options);
    resized.map_err(|error| failed(&error))?;
    Ok(Rgb {
        height,
        width,
        data: to.into_vec(),
    })
}

/// The middle, where a half pixel is rounded to the even one as Python's `round` does.
fn cut(picture: Rgb, [height, width]: [usize; 2]) -> Rgb {
    if [picture.height, picture.width] == [height, width] {
        return picture;
    }
    let middle = |whole: usize, part: usize| {
        let twice = whole.saturating_sub(part);
        let half = twice / 2;
        half + usize::from(twice % 2 == 1 && half % 2 == 1)
    };
    let (top, left) = (middle(picture.height, height), middle(picture.width, width));
    let rows = picture
        .data
        .chunks_exact(3 * picture.width.max(1))
        .skip(top)
        .take(height);
    let data = rows
        .flat_map(|row| row[3 * left..3 * (left + width)].iter().copied())
        .collect();
    Rgb {
        height,
        width,
        data,
    }
}
