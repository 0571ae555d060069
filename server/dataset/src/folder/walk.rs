//! Finding pictures below a folder, in torchvision's order.

use crate::error::{Error, Result, many};
use crate::file::{entries, name};
use crate::picture;
use std::path::{Path, PathBuf};

/// Folders nest no deeper; a link that leads back up would go on for ever.
const DEEPEST: usize = 16;

/// ImageNet's training set has 1,000; links that lead back up make more of few.
const MOST_FOLDERS: usize = 200_000;

/// ImageNet's training set has 1.3 million.
const MOST_PICTURES: usize = 5_000_000;

/// Names that torchvision takes for pictures.
const ENDINGS: [&str; 9] = [
    ".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp",
];

/// What was found, and what was passed over.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub pictures: Vec<PathBuf>,
    hidden: usize,
    others: usize,
}

/// Whether a name begins with a dot, as those of notes do that programs leave behind.
pub(super) fn hidden(path: &Path) -> bool {
    name(path).starts_with('.')
}

impl Found {
    /// Adds the pictures in a folder and in those within it: folder by folder by path, each by name.
    ///
    /// # Errors
    /// [`Error::Format`] for a file that is called a picture and is none that is read.
    pub fn all_below(&mut self, folder: &Path) -> Result<()> {
        let mut folders = Vec::new();
        self.folders_below(folder, 0, &mut folders)?;
        folders.sort_by(|one, other| one.as_os_str().cmp(other.as_os_str()));
        for folder in folders {
            for path in entries(&folder)? {
                self.file(path)?;
            }
        }
        Ok(())
    }

    fn folders_below(
        &mut self,
        folder: &Path,
        depth: usize,
        folders: &mut Vec<PathBuf>,
    ) -> Result<()> {
        if depth > DEEPEST {
            return Err(Error::format(
                folder,
                format!("lies more than {DEEPEST} folders deep"),
            ));
        }
        folders.push(folder.to_owned());
        if folders.len() > MOST_FOLDERS {
            let reason = format!("is one of more than {MOST_FOLDERS} folders in a class");
            return Err(Error::format(folder, reason));
        }
        for path in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            match hidden(&path) {
                true => self.hidden += 1,
                false => self.folders_below(&path, depth + 1, folders)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf) -> Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        if hidden(&path) {
            self.hidden += 1;
        } else if picture::is_one(&path) {
            self.pictures.push(path);
        } else if called_picture(&path) {
            // What it is instead, or why it cannot be opened.
            picture::facts_of(&path)?;
        } else {
            self.others += 1;
        }
        if self.pictures.len() > MOST_PICTURES {
            let folder = self
                .pictures
                .first()
                .and_then(|path| path.parent())
                .unwrap_or(Path::new(""));
            return Err(Error::format(
                folder,
                format!("holds more than {MOST_PICTURES} pictures with those beside it"),
            ));
        }
        Ok(())
    }

    /// One sentence each.
    pub fn notes(&self) -> Vec<String> {
        let hidden = (self.hidden > 0).then(|| {
            format!(
                "Passed over: {}, whose names begin with a dot.",
                many(self.hidden, "hidden file")
            )
        });
        let others = (self.others > 0)
            .then(|| format!("Passed over: {}, no pictures.", many(self.others, "file")));
        [hidden, others].into_iter().flatten().collect()
    }
}

fn called_picture(path: &Path) -> bool {
    let name = name(path).to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}
