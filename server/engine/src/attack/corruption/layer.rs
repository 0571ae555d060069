//! What is drawn over a picture: a plane of its own, the same for every channel.

use super::super::picture::Picture;
use super::ENTRY;
use crate::error::{Error, Result};
use crate::noise::Stream;

/// How much red, green and blue weigh in grey.
const GREY: [f64; 3] = [0.299, 0.587, 0.114];

/// A plane of the picture's size; a picture of one channel, so that it can be zoomed and blurred as pictures are.
pub(super) fn plane(picture: &Picture, values: Vec<f64>) -> Picture {
    Picture {
        channels: 1,
        values,
        ..*picture
    }
}

/// A standard normal number for every pixel.
pub(super) fn drawn(picture: &Picture, stream: &mut Stream) -> Picture {
    let values = (0..picture.area()).map(|_| stream.normal());
    plane(picture, values.collect())
}

/// Rounded down to what a byte can hold, from 0 to 255.
pub(super) fn byte(value: f64) -> f64 {
    value.floor().clamp(0.0, 255.0)
}

/// Refuses pictures of which `what` cannot tell what is grey.
pub(super) fn grey_or_coloured(picture: &Picture, what: &str) -> Result<()> {
    match picture.channels {
        1 | 3 => Ok(()),
        other => Err(Error::Attack {
            id: ENTRY.id.to_owned(),
            reason: format!("{what} needs images of one or three channels; these have {other}"),
        }),
    }
}

/// Every pixel as bright as it is; of one channel, the channel itself.
pub(super) fn grey(picture: &Picture) -> Vec<f64> {
    let area = picture.area();
    match picture.channels {
        3 => (0..area)
            .map(|place| {
                let weighted = GREY.iter().enumerate();
                let terms = weighted.map(|(i, weight)| weight * picture.values[i * area + place]);
                terms.sum()
            })
            .collect(),
        _ => picture.values[..area].to_vec(),
    }
}

/// The colour, given in bytes, as a picture of so many channels has it: one channel gets its grey.
pub(super) fn channels(colour: [f64; 3], count: usize) -> Vec<f64> {
    let colour = colour.map(|byte| byte / 255.0);
    match count {
        3 => colour.into(),
        _ => vec![
            colour
                .iter()
                .zip(GREY)
                .map(|(value, weight)| value * weight)
                .sum(),
        ],
    }
}
