//! Iterates that are kept to be looked at: one compressed file per run.
//!
//! Pixels are quantised to 16 bits, so an 8-bit image is exact, and stored as differences to the point before;
//! logits stay 64-bit floats.
//! The file is a list of records, one per `(pass, point, rows)`; each row in it is compressed by itself,
//! so one example at one point is read through the few records that lead to it, not through the file.
//! What a run did not keep may be added once it has ended, all iterates of an example at once.

mod add;
mod format;
mod read;
mod records;
mod write;

pub use add::Draft;
pub use read::{KeptPoint, has_row, kept_of, read_point, read_row};
pub use write::KeptWriter;

use std::io;
use std::path::{Path, PathBuf};
use valleyscope_shared::problem::Problem;

/// Why kept iterates cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file cannot be used.
    #[error("cannot use the file of kept iterates {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what we wrote.
    #[error("the file of kept iterates {path} is damaged at byte {at}")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Where.
        at: u64,
    },
}

fn failed_at(path: &Path, source: io::Error) -> KeptError {
    KeptError::File {
        path: path.to_owned(),
        source,
    }
}

impl From<KeptError> for Problem {
    fn from(error: KeptError) -> Self {
        match &error {
            KeptError::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Problem::new(
                    "disk-full",
                    507,
                    "The disk is full",
                    "the disk with the data directory is full; free some space, then try again",
                )
            }
            _ => Problem::internal(error.to_string()),
        }
    }
}
