//! Where a result goes: looked at before anything is computed, so that nothing is lost at the end.
//!
//! A file is written beside and renamed, so that it is there whole or not at all; a link to it stays.
//! Pipes and devices are opened at once and written through.

mod folder;
mod keep;
mod way;

pub use folder::Folder;

use super::say::{Closed, explain, say};
use anyhow::{Context, Result, anyhow, bail};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use valleyscope_engine::durable::part;
use way::Way;

/// What writes a result; asked again where the first place fails.
pub type Content<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// A place for one result, ready to be written.
pub struct Output {
    path: PathBuf,
    to: To,
}

enum To {
    /// Standard output.
    Standard,
    /// A pipe or a device, open.
    Open(File),
    /// A file, behind whatever links lead to it; it may be there or not.
    File(PathBuf),
}

impl Output {
    /// Looks whether a result can be written to `path`; `option` is what the person called it.
    ///
    /// # Errors
    /// It cannot, and why.
    pub fn check(option: &str, path: &Path) -> Result<Self> {
        let shown = format!("{option} {}", path.display());
        let shown = shown.trim_start();
        let to = to(path).map_err(|reason| anyhow!("{shown}: {reason}"))?;
        Ok(Self {
            path: path.to_owned(),
            to,
        })
    }

    /// Whether it goes to standard output, so that nothing else may.
    pub fn is_standard(&self) -> bool {
        matches!(self.to, To::Standard)
    }

    /// The folder of the file that it becomes, where it becomes one: neither a pipe nor a device.
    pub fn folder(&self) -> Option<&Path> {
        match &self.to {
            To::File(path) => Some(way::folder_of(path)),
            To::Standard | To::Open(_) => None,
        }
    }

    /// Where it goes, for people.
    pub fn name(&self) -> String {
        match self.to {
            To::Standard => "standard output".to_owned(),
            _ => self.path.display().to_string(),
        }
    }

    /// Writes the result.
    ///
    /// # Errors
    /// It cannot be written; a file is then as it was.
    pub fn write(&self, content: Content) -> Result<()> {
        match &self.to {
            To::Standard => explain(self.try_write(content)),
            _ => self
                .try_write(content)
                .with_context(|| format!("cannot write {}", self.path.display())),
        }
    }

    /// Writes a result that cost something: where its place has vanished or is full, it is kept under another name.
    ///
    /// # Errors
    /// It is not where it should be; the message says where it is.
    pub fn save(&self, content: Content) -> Result<()> {
        let Err(error) = self.try_write(content) else {
            return Ok(());
        };
        let beside = match &self.to {
            To::File(path) => Some(path.as_path()),
            To::Standard | To::Open(_) => None,
        };
        let kept = keep::file(beside, content);
        let closed = self.is_standard() && error.kind() == ErrorKind::BrokenPipe;
        match kept {
            Some(kept) if closed => {
                say(format!(
                    "standard output is closed; the result is kept in {}",
                    kept.display()
                ));
                Err(Closed.into())
            }
            Some(kept) => bail!(
                "cannot write {}: {error}; the result is kept in {}",
                self.name(),
                kept.display()
            ),
            None => bail!(
                "cannot write {}: {error}; nor can the result be kept anywhere else",
                self.name()
            ),
        }
    }

    fn try_write(&self, content: Content) -> io::Result<()> {
        match &self.to {
            To::Standard => buffered(io::stdout().lock(), content),
            To::Open(file) => buffered(file, content),
            To::File(path) => replace(path, content),
        }
    }
}

fn buffered(to: impl Write, content: Content) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    content(&mut to)?;
    to.flush()
}

/// Writes a file beside `path` and puts it in its place.
fn replace(path: &Path, content: Content) -> io::Result<()> {
    let folder = way::folder_of(path);
    let mut part = part(folder)?;
    buffered(part.as_file_mut(), content)?;
    if let Ok(facts) = path.metadata() {
        part.as_file().set_permissions(facts.permissions())?;
    }
    part.as_file().sync_all()?;
    match part.persist(path) {
        Ok(_) => {
            // What was renamed survives a power cut only once its folder is on the disk too; not every file system can say so.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
            Ok(())
        }
        // A file that cannot be replaced, such as one that a container mounts, can still be written into.
        Err(refused) if path.is_file() => {
            let file = File::create(path)?;
            buffered(&file, content)
                .and_then(|()| file.sync_all())
                .map_err(|_| refused.error)
        }
        Err(refused) => Err(refused.error),
    }
}

/// Where `path` leads, if it can be written to.
fn to(path: &Path) -> Result<To, String> {
    if path.as_os_str() == "-" {
        return Ok(To::Standard);
    }
    if path.as_os_str().is_empty() {
        return Err("name a file".to_owned());
    }
    match Way::of(path).map_err(|error| error.to_string())? {
        Way::Standard => Ok(To::Standard),
        Way::Descriptor => open(path),
        Way::Path(end) => match end.metadata() {
            Ok(facts) if facts.is_dir() => Err("this is a folder; name a file".to_owned()),
            Ok(facts) if facts.is_file() => {
                // It is replaced, not written into, but whoever may not write it does not want it replaced.
                OpenOptions::new()
                    .write(true)
                    .open(&end)
                    .map_err(|error| error.to_string())?;
                in_its_folder(end)
            }
            Ok(facts) if way::is_pipe(&facts) => {
                say(format!(
                    "waiting until someone reads the pipe {}",
                    path.display()
                ));
                open(path)
            }
            Ok(facts) if way::is_device(&facts) => open(path),
            Ok(_) => Err("this is neither a file nor a pipe".to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => in_its_folder(end),
            Err(error) => Err(error.to_string()),
        },
    }
}

fn open(path: &Path) -> Result<To, String> {
    // What a shell has redirected to a file may have lines in it already.
    let file = OpenOptions::new().append(true).open(path);
    file.map(To::Open).map_err(|error| error.to_string())
}

fn in_its_folder(file: PathBuf) -> Result<To, String> {
    if file.as_os_str().to_string_lossy().ends_with(['/', '\\']) || file.file_name().is_none() {
        return Err("this names a folder; name a file".to_owned());
    }
    let folder = way::folder_of(&file);
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    part(folder).map_err(|error| {
        let reason = error.kind();
        format!(
            "cannot write into the folder {}: {reason}",
            folder.display()
        )
    })?;
    Ok(To::File(file))
}
