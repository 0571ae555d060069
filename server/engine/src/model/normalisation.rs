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
        let of = |mean: [f64; 3], std: [f64; 3]| {
            Ok(Self {
                mean: mean.into(),
                std: std.into(),
            })
        };
        match text {
            "none" => Ok(Self::default()),
            "imagenet" => of([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            "cifar10" => of([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010]),
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
                        expected: "none, imagenet, cifar10 or MEAN/STD such as \
                                   0.49,0.48,0.45/0.2,0.2,0.2 is right"
                            .into(),
                    });
                };
                Ok(Self { mean, std })
            }
        }
    }
}
