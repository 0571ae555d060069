//! Why a file is not read.

use std::path::PathBuf;

/// The result of reading a foreign file.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that is refused or fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },

    /// It is no checkpoint, or one that is not read.
    #[error("{0}")]
    Foreign(String),

    /// A pickle that is damaged.
    #[error("the pickle is damaged: {0}")]
    Damaged(String),

    /// A pickle that would run something.
    #[error(
        "the pickle calls {0} when it is loaded, which no weights need; it is refused, and should not be opened with PyTorch either"
    )]
    Runs(String),

    /// A kind of tensor that is not read.
    #[error(
        "the file holds {0}, which is not read; save the state dict of a network with ordinary tensors"
    )]
    Tensor(String),

    /// More than is read.
    #[error("the file holds {what}; at most {most} are read")]
    TooMuch { what: String, most: String },
}

impl Error {
    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
