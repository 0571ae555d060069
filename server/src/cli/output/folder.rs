//! A folder for several results.

use super::{Content, Output, keep, part};
use anyhow::{Context, Result, bail};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// A folder that is there and can be written into.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing, and looks whether it takes files; `option` is what the person called it.
    ///
    /// # Errors
    /// It cannot be made, or takes none.
    pub fn check(option: &str, path: &Path) -> Result<Self> {
        let shown = format!("{option} {}", path.display());
        if path.exists() && !path.is_dir() {
            bail!("{shown}: this is no folder; name a folder");
        }
        std::fs::create_dir_all(path)
            .with_context(|| format!("{shown}: cannot make the folder"))?;
        part(path).map_err(|error| {
            let reason = error.kind();
            anyhow::anyhow!("{shown}: cannot write into the folder: {reason}")
        })?;
        Ok(Self(path.to_owned()))
    }

    /// Writes a file into it, whole or not at all; the folder is made again where it has vanished.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, name: &str, content: Content) -> Result<()> {
        std::fs::create_dir_all(&self.0)
            .with_context(|| format!("cannot make the folder {}", self.0.display()))?;
        self.file("", name)?.write(content)
    }

    /// Looks whether a file in it can be written.
    ///
    /// # Errors
    /// As [`Output::check`].
    pub fn file(&self, option: &str, name: &str) -> Result<Output> {
        Output::check(option, &self.0.join(name))
    }

    /// Has `save` write into it; where that fails, into a new folder beside it.
    ///
    /// # Errors
    /// It is not where it should be; the message says where it is.
    pub fn save<E: Display>(&self, save: impl Fn(&Path) -> Result<(), E>) -> Result<()> {
        let Err(error) = save(&self.0) else {
            return Ok(());
        };
        let path = self.0.display();
        match keep::folder(&self.0, save) {
            Some(kept) => bail!(
                "cannot write {path}: {error}; the result is kept in {}",
                kept.display()
            ),
            None => bail!("cannot write {path}: {error}; nor can the result be kept anywhere else"),
        }
    }

    /// Has `save` write into a new folder beside it, which it names; this one stays as it is.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn save_beside<E: Display>(
        &self,
        save: impl Fn(&Path) -> Result<(), E>,
    ) -> Result<PathBuf> {
        keep::folder(&self.0, save)
            .with_context(|| format!("cannot write beside {}", self.0.display()))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}
