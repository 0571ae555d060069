//! Why a data set does not come.

use std::path::{Path, PathBuf};

/// The result of fetching.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that is refused or fails, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such set is known.
    #[error("no public data set {name:?} is known; known are {}", known.join(", "))]
    Unknown { name: String, known: Vec<String> },

    /// What `--from` says is no place to take the set from.
    #[error("--from {from}: {reason}")]
    Source { from: String, reason: String },

    /// Somebody else writes into the folder.
    #[error("{} is being fetched already; wait until that is done, then fetch it again", folder.display())]
    Busy { folder: PathBuf },

    /// The disk has too little room.
    #[error(
        "{} needs {} more on the disk, and {} is free: {} is missing; make room or choose another folder, then fetch it again to go on where it stopped",
        folder.display(), bytes(*needed), bytes(*free), bytes(needed.saturating_sub(*free))
    )]
    Full {
        folder: PathBuf,
        needed: u64,
        free: u64,
    },

    /// A server answers, but not with the file.
    #[error(
        "{address} answers with status {status}; try later, or download the file yourself and use --from"
    )]
    Refused { address: String, status: u16 },

    /// No server was reached.
    #[error(
        "{address} cannot be reached: {reason}; check the network and its proxy, or download the file yourself and use --from"
    )]
    Unreachable { address: String, reason: String },

    /// The connection broke off again and again.
    #[error(
        "{address} broke off {tries} times, with {} of {}: {reason}; fetch it again to go on where it broke off", bytes(*done), bytes(*total)
    )]
    Broken {
        address: String,
        done: u64,
        total: u64,
        tries: u32,
        reason: String,
    },

    /// A server has another file under the name.
    #[error(
        "{address} has {found} bytes, but the published file has {expected}; use another address, or download the file yourself and use --from"
    )]
    Length {
        address: String,
        expected: u64,
        found: u64,
    },

    /// A file is not the published one.
    #[error(
        "{}: the SHA-256 is {found}, but the published file's is {expected}; fetch it again, or download the file yourself and use --from", path.display()
    )]
    Checksum {
        path: PathBuf,
        expected: String,
        found: String,
    },

    /// An archive is refused.
    #[error("{}: {reason}; nothing more of it is unpacked", path.display())]
    Archive { path: PathBuf, reason: String },

    /// Whoever watched the progress asked to stop.
    #[error("stopped at {} of {} of {file}; fetch it again to go on there", bytes(*done), bytes(*total))]
    Stopped { file: String, done: u64, total: u64 },

    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn archive(path: &Path, reason: impl Into<String>) -> Self {
        Self::Archive {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// Whether another address of the same file could help.
    pub(crate) fn is_the_servers(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Unreachable { .. }
                | Self::Broken { .. }
                | Self::Length { .. }
                | Self::Checksum { .. }
        )
    }
}

/// A number of bytes in the unit that people read.
fn bytes(count: u64) -> String {
    let mega = count as f64 / 1e6;
    match count {
        0..1_000_000 => format!("{count} bytes"),
        1_000_000..1_000_000_000 => format!("{mega:.1} MB"),
        _ => format!("{:.2} GB", mega / 1000.0),
    }
}
