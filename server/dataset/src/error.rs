//! Why files are not read.

use std::path::{Path, PathBuf};

/// The result of reading a data set.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that is refused or fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading failed.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },

    /// A file is not what it should be.
    #[error("{}: {}", path.display(), plain(reason))]
    Format { path: PathBuf, reason: String },

    /// An option is missing or does not fit the files.
    #[error("{field} is {}; {expected}", plain(value))]
    Setting {
        field: &'static str,
        value: String,
        expected: String,
    },

    /// An index lies beyond the data set.
    #[error("the data set holds {count} images; there is no image {index} (the first is 0)")]
    Index { index: usize, count: usize },

    /// A buffer is not one image long.
    #[error("the buffer has {got} bytes; {} for {shape:?} is right", shape.iter().product::<usize>())]
    Buffer { got: usize, shape: [usize; 3] },
}

impl Error {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn format(path: &Path, reason: impl Into<String>) -> Self {
        Self::Format {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// An option that has to be given.
    pub(crate) fn missing(field: &'static str, expected: impl Into<String>) -> Self {
        Self::setting(field, "not given", expected)
    }

    pub(crate) fn setting(
        field: &'static str,
        value: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Setting {
            field,
            value: value.into(),
            expected: expected.into(),
        }
    }
}

/// Text from a file without what could drive a terminal.
fn plain(text: &str) -> String {
    let shown = |letter: char| {
        if letter.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        }
    };
    text.chars().map(shown).collect()
}

/// A number of bytes in the unit that people read.
pub(crate) fn bytes(count: u64) -> String {
    let mega = count as f64 / 1e6;
    if mega < 1000.0 {
        format!("{mega:.0} MB")
    } else {
        format!("{:.1} GB", mega / 1000.0)
    }
}

/// A number with its noun: "1 image", "2 images".
pub(crate) fn many(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The names, the first twenty of them in full.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    const SHOWN: usize = 20;
    let shown = names.iter().take(SHOWN).map(AsRef::as_ref);
    let text = shown.collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "none".to_owned(),
        count if count > SHOWN => format!("{text} and {} more", count - SHOWN),
        _ => text,
    }
}
