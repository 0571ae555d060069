//! Why a file is not read.

use std::path::PathBuf;

/// The result of reading a network.
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

    /// It is no such file, or one of a kind that is not read.
    #[error("{0}")]
    Foreign(String),

    /// A file that contradicts itself or ends early.
    #[error("the file is damaged: {0}")]
    Damaged(String),

    /// An operator of which there is no equal here.
    #[error("{operator} (node {node}) is not known")]
    Unknown { operator: String, node: String },

    /// An operator that is known, used in a way that is not.
    #[error("{operator} (node {node}) {reason}")]
    Node {
        operator: String,
        node: String,
        reason: String,
    },

    /// The network does not end in something whose logits are read.
    #[error("{0}")]
    Output(String),

    /// More than is read.
    #[error("the file holds {what}; at most {most} are read")]
    TooMuch { what: String, most: String },
}
