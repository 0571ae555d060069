//! What files leave open, as flags.

use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use valleyscope_engine::data::{ArrayLayout, IdxKind, Options, Resize, Split};

/// How the files of a data set are read.
#[derive(Debug, Args)]
pub struct How {
    /// The part to take where the files hold both: train or test
    #[arg(long, value_name = "PART")]
    split: Option<String>,
    /// Which data set idx files are: mnist, fashion_mnist or kmnist
    #[arg(long, value_name = "NAME")]
    kind: Option<String>,
    /// A file with the names of the classes, one a line, in place of those that the files give
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    /// Resize pictures: 256 for the shorter side, 224x224 for height and width
    #[arg(long, value_name = "SIZE")]
    resize: Option<String>,
    /// The side of the square that is cut from the middle after resizing
    #[arg(long, value_name = "SIDE")]
    crop: Option<usize>,
    /// Of CIFAR-10-C and CIFAR-100-C: the corruption, such as gaussian_noise
    #[arg(long, value_name = "NAME")]
    corruption: Option<String>,
    /// Of CIFAR-10-C and CIFAR-100-C: the severity, 1 to 5
    #[arg(long, value_name = "LEVEL")]
    severity: Option<u8>,
    /// Of ImageNet's pictures without class folders: imagenet_class_index.json
    #[arg(long, value_name = "FILE")]
    index_file: Option<PathBuf>,
    /// Of arrays whose shape does not tell it: nchw or nhwc
    #[arg(long, value_name = "ORDER")]
    layout: Option<String>,
}

impl How {
    /// The same as options of the reader.
    ///
    /// # Errors
    /// Names the flag whose value is none of those that are known.
    pub fn options(&self) -> Result<Options> {
        let classes = self.classes.as_ref().map(|path| {
            let text = std::fs::read_to_string(path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            let names = text.lines().map(str::trim).filter(|name| !name.is_empty());
            Ok::<_, anyhow::Error>(names.map(str::to_owned).collect())
        });
        let absolute = |path: &PathBuf| std::path::absolute(path);
        Ok(Options {
            split: known::<Split>("--split", self.split.as_deref(), "train or test")?,
            kind: known::<IdxKind>(
                "--kind",
                self.kind.as_deref(),
                "mnist, fashion_mnist or kmnist",
            )?,
            classes: classes.transpose()?,
            resize: self.resize.as_deref().map(size).transpose()?,
            crop: self.crop,
            corruption: self.corruption.clone(),
            severity: self.severity,
            index_file: self.index_file.as_ref().map(absolute).transpose()?,
            layout: known::<ArrayLayout>("--layout", self.layout.as_deref(), "nchw or nhwc")?,
        })
    }
}

/// A word that is one of the values of a type.
fn known<T: serde::de::DeserializeOwned>(
    flag: &str,
    word: Option<&str>,
    right: &str,
) -> Result<Option<T>> {
    let Some(word) = word else {
        return Ok(None);
    };
    match serde_json::from_value(word.into()) {
        Ok(value) => Ok(Some(value)),
        Err(_) => bail!("{flag} is \"{word}\"; {right} is right"),
    }
}

/// `256`, or `224x224`.
fn size(text: &str) -> Result<Resize> {
    let sides: Result<Vec<usize>, _> = text.split('x').map(str::parse).collect();
    match sides.as_deref() {
        Ok([shorter]) => Ok(Resize::Shorter(*shorter)),
        Ok([height, width]) => Ok(Resize::Exact([*height, *width])),
        _ => bail!("--resize is \"{text}\"; 256 or 224x224 is right"),
    }
}
