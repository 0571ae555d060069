//! What was computed from files, held as long as these files are the same.

use crate::store::lock;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

/// Files and folders, each with what tells one content from another without reading it.
pub type Fingerprint = Vec<(PathBuf, Option<Facts>)>;

/// Size, time of the last change and, where the system has one, the file's own number and the time of its last renaming.
type Facts = (u64, Option<SystemTime>, u64, i64, i64);

/// The fingerprint of some files; one that cannot be looked at counts as absent.
pub fn fingerprint(paths: impl IntoIterator<Item = PathBuf>) -> Fingerprint {
    let mut all: Fingerprint = paths
        .into_iter()
        .map(|path| {
            let facts = facts(&path);
            (path, facts)
        })
        .collect();
    all.sort();
    all
}

#[cfg(unix)]
fn facts(path: &Path) -> Option<Facts> {
    use std::os::unix::fs::MetadataExt;
    let facts = std::fs::metadata(path).ok()?;
    Some((
        facts.len(),
        facts.modified().ok(),
        facts.ino(),
        facts.ctime(),
        facts.ctime_nsec(),
    ))
}

#[cfg(not(unix))]
fn facts(path: &Path) -> Option<Facts> {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.len(), facts.modified().ok(), 0, 0, 0))
}

/// Values by name, each made again once the files under it have changed.
pub struct Held<T>(Mutex<HashMap<String, (Fingerprint, T)>>);

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Held<T> {
    /// Lets all values go but that of `name`.
    pub fn only(&self, name: &str) {
        lock(&self.0).retain(|held, _| held == name);
    }

    /// Lets one value go.
    pub fn forget(&self, name: &str) {
        lock(&self.0).remove(name);
    }

    /// The value of `name`; `now` was taken before `make` reads the files, so that a change between the two is seen the next time.
    /// One that cannot be made is not held.
    pub fn get<E>(
        &self,
        name: &str,
        now: Fingerprint,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some((then, value)) = lock(&self.0).get(name)
            && *then == now
        {
            return Ok(value.clone());
        }
        let value = make()?;
        lock(&self.0).insert(name.to_owned(), (now, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_again_when_a_file_was_replaced_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let held = Held::default();
        let get = || {
            let now = fingerprint([file.clone()]);
            held.get("a", now, || std::fs::read_to_string(&file))
                .unwrap()
        };
        std::fs::write(&file, "one").unwrap();
        assert_eq!(get(), "one");
        // Of the same length, and the folder's own times stay as they are.
        std::fs::write(&file, "two").unwrap();
        assert_eq!(get(), "two");
        std::fs::remove_file(&file).unwrap();
        let now = fingerprint([file.clone()]);
        assert!(
            held.get("a", now, || std::fs::read_to_string(&file))
                .is_err()
        );
    }
}
