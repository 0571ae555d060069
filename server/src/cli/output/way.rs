//! Where a path leads: behind links, to a file, a pipe, a device, or something that is open already.

use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// The most links in a row, as the system has it.
const MOST_LINKS: usize = 40;

/// The end of a path.
pub enum Way {
    /// Our own standard output, by one of its names.
    Standard,
    /// Something that is open already: `/dev/stderr`, or the `/dev/fd/63` of a shell's `>(...)`.
    Descriptor,
    /// A path that is no link; something may be there or not.
    Path(PathBuf),
}

impl Way {
    /// Follows `path`, also to where nothing is yet.
    ///
    /// # Errors
    /// A link cannot be read, or leads in a circle.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut at = path.to_owned();
        for _ in 0..MOST_LINKS {
            match at.symlink_metadata() {
                Ok(facts) if facts.is_symlink() => {
                    let folder = folder_of(&at).canonicalize()?;
                    if folder.starts_with("/proc") {
                        let own = format!("/proc/{}/fd", std::process::id());
                        let standard = folder == Path::new(&own) && at.ends_with("1");
                        return Ok(if standard {
                            Self::Standard
                        } else {
                            Self::Descriptor
                        });
                    }
                    at = folder.join(at.read_link()?);
                }
                Ok(_) => return Ok(Self::Path(at)),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Path(at)),
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("its links lead in a circle"))
    }
}

/// The folder that holds `path`.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => Path::new("/"),
    }
}

/// Whether it is a pipe with a name.
pub fn is_pipe(facts: &Metadata) -> bool {
    facts.file_type().is_fifo()
}

/// Whether it is a device that takes one byte after another.
pub fn is_device(facts: &Metadata) -> bool {
    facts.file_type().is_char_device()
}
