//! What a file is, by its content: names of files say nothing.

use crate::archive::open;
use crate::error::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The kinds of files that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Safetensors,
    /// An archive as torch.save writes today.
    Zip,
    /// Pickles in a row, as torch.save wrote before version 1.6.
    Legacy,
    /// An archive as torch.save wrote before version 0.1.10.
    Tar,
    /// A pickle by itself.
    Pickle,
    /// A program of torch.export.
    Exported,
    /// A program of torch.jit.
    TorchScript,
    Onnx,
    Unknown,
}

impl Kind {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Zip => "PyTorch, zip archive",
            Self::Legacy => "PyTorch, pickles in a row (before version 1.6)",
            Self::Tar => "PyTorch, tar archive (before version 0.1.10)",
            Self::Pickle => "pickle",
            Self::Exported => "PyTorch, torch.export",
            Self::TorchScript => "TorchScript",
            Self::Onnx => "ONNX",
            Self::Unknown => "unknown",
        }
    }
}

/// The mark of PyTorch's pickles in a row: a number that only they begin with.
const LEGACY: &[u8] = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.";

/// What the file is. The list of an archive is read, which a hostile one can make long: see [`glance`].
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn kind(path: &Path) -> Result<Kind> {
    match glance(path)? {
        Kind::Zip => archive(path),
        kind => Ok(kind),
    }
}

/// What the file is by its first bytes alone; every archive is taken for one of torch.save.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn glance(path: &Path) -> Result<Kind> {
    let mut start = Vec::new();
    let failed = |source| Error::file(path, source);
    let file = File::open(path).map_err(failed)?;
    file.take(4096).read_to_end(&mut start).map_err(failed)?;
    if start.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Zip);
    }
    if start.get(257..262) == Some(b"ustar") {
        return Ok(Kind::Tar);
    }
    // The length of a header and a brace, before a mark that such a length could have too.
    if start.get(8) == Some(&b'{') && start.get(5..8) == Some(&[0, 0, 0]) {
        return Ok(Kind::Safetensors);
    }
    // A frame of later protocols may come first.
    let first = &start[..start.len().min(64)];
    if first.windows(LEGACY.len()).any(|bytes| bytes == LEGACY) {
        return Ok(Kind::Legacy);
    }
    Ok(match start.as_slice() {
        [0x80, 2..=5, ..] => Kind::Pickle,
        // The version of the format, a field that is a small number; then who wrote it, the network or the operators' version.
        [0x08, 1..=20, 0x12 | 0x1a | 0x22 | 0x3a | 0x42, ..] => Kind::Onnx,
        _ => Kind::Unknown,
    })
}

/// Which of the programs that write archives wrote this one.
fn archive(path: &Path) -> Result<Kind> {
    let archive = open(path)?;
    let names: Vec<_> = archive.file_names().flatten().collect();
    let inside = |end: &str| names.iter().any(|name| name.ends_with(end));
    let folder = |part: &str| names.iter().any(|name| name.contains(part));
    Ok(if inside("/constants.pkl") || folder("/code/") {
        Kind::TorchScript
    } else if inside("archive_format") || folder("models/model.json") {
        Kind::Exported
    } else if inside("data.pkl") {
        Kind::Zip
    } else {
        Kind::Unknown
    })
}
