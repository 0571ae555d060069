//! How a model scales its input, as its description says.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `(x - mean) / std`, one number per channel; empty lists leave the pixels alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    pub mean: Vec<f64>,
    pub std: Vec<f64>,
}

/// The usual ones by name.
pub const USUAL: [(&str, [f64; 3], [f64; 3]); 7] = [
    (
        "cifar10",
        [0.4914, 0.4822, 0.4465],
        [0.2023, 0.1994, 0.2010],
    ),
    (
        "cifar10-std",
        [0.4914, 0.4822, 0.4465],
        [0.2471, 0.2435, 0.2616],
    ),
    ("imagenet", [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ("half", [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
    (
        "cifar100",
        [0.5071, 0.4865, 0.4409],
        [0.2673, 0.2564, 0.2762],
    ),
    ("svhn", [0.4377, 0.4438, 0.4728], [0.1980, 0.2010, 0.1970]),
    (
        "caffe",
        [123.0 / 255.0, 117.0 / 255.0, 104.0 / 255.0],
        [1.0 / 255.0, 1.0 / 255.0, 1.0 / 255.0],
    ),
];

/// MNIST's by name.
pub const USUAL_GREY: [(&str, f64, f64); 3] = [
    ("mnist", 0.1307, 0.3081),
    ("0.5/0.5", 0.5, 0.5),
    ("fashion-mnist", 0.2860, 0.3530),
];

impl Normalisation {
    /// One number for each channel, where there is one for all.
    pub fn for_channels(&self, channels: i64) -> Self {
        let each = |values: &[f64]| match values {
            [one] => vec![*one; usize::try_from(channels).unwrap_or(1)],
            several => several.to_vec(),
        };
        Self {
            mean: each(&self.mean),
            std: each(&self.std),
        }
    }

    /// Every usual one for so many channels, the pixels as they are first.
    pub fn usual(channels: i64) -> Vec<Self> {
        let plain = std::iter::once(Self::default());
        match channels {
            3 => plain
                .chain(USUAL.iter().map(|(_, mean, std)| Self {
                    mean: mean.to_vec(),
                    std: std.to_vec(),
                }))
                .collect(),
            1 => plain
                .chain(USUAL_GREY.iter().map(|(_, mean, std)| Self {
                    mean: vec![*mean],
                    std: vec![*std],
                }))
                .collect(),
            _ => plain.collect(),
        }
    }

    /// Its name, or its numbers as the command line takes them.
    pub fn short(&self) -> String {
        if self.mean.is_empty() {
            return "none".to_owned();
        }
        let colour = USUAL
            .iter()
            .find(|(_, mean, std)| self.mean == mean && self.std == std);
        let grey = USUAL_GREY
            .iter()
            .find(|(_, mean, std)| self.mean == [*mean] && self.std == [*std]);
        let numbers = |values: &[f64]| {
            let values: Vec<String> = values.iter().map(f64::to_string).collect();
            values.join(",")
        };
        match (colour, grey) {
            (Some((name, ..)), _) => (*name).to_owned(),
            (_, Some((name, ..))) => (*name).to_owned(),
            _ => format!("{}/{}", numbers(&self.mean), numbers(&self.std)),
        }
    }
}

impl fmt::Display for Normalisation {
    /// `mean 0.5; std 0.25`, or `none`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |values: &[f64]| {
            let values: Vec<_> = values.iter().map(f64::to_string).collect();
            values.join(", ")
        };
        match self.mean.is_empty() {
            true => write!(formatter, "none"),
            false => write!(
                formatter,
                "mean {}; std {}",
                shown(&self.mean),
                shown(&self.std)
            ),
        }
    }
}

impl FromStr for Normalisation {
    type Err = Error;

    /// `none`, `imagenet`, `cifar10`, or `MEAN/STD` with one number per channel, comma-separated:
    /// `0.49,0.48,0.45/0.2,0.2,0.2`.
    fn from_str(text: &str) -> Result<Self> {
        let colour = USUAL.iter().find(|(name, ..)| *name == text);
        let grey = USUAL_GREY.iter().find(|(name, ..)| *name == text);
        match (text, colour, grey) {
            ("none", ..) => Ok(Self::default()),
            (_, Some((_, mean, std)), _) => Ok(Self {
                mean: mean.to_vec(),
                std: std.to_vec(),
            }),
            (_, _, Some((_, mean, std))) => Ok(Self {
                mean: vec![*mean],
                std: vec![*std],
            }),
            _ => {
                let numbers = |part: &str| {
                    part.split(',')
                        .map(|n| n.trim().parse())
                        .collect::<Result<Vec<f64>, _>>()
                };
                let parts = text
                    .split_once('/')
                    .map(|(mean, std)| (numbers(mean), numbers(std)));
                let Some((Ok(mean), Ok(std))) = parts else {
                    return Err(Error::Setting {
                        field: "normalisation",
                        value: format!("\"{}\"", text.chars().take(80).collect::<String>()),
                        expected: format!(
                            "none, {}, mnist, fashion-mnist or MEAN/STD such as \
                             0.49,0.48,0.45/0.2,0.2,0.2 is right",
                            USUAL.map(|(name, ..)| name).join(", ")
                        ),
                    });
                };
                Ok(Self { mean, std })
            }
        }
    }
}
