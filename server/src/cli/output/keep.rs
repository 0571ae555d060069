//! A result whose place has vanished or is full: kept beside, or wherever there is room.

use super::{Content, buffered, way};
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

/// The most files of one name that were kept before.
const MOST: usize = 1000;

/// Writes a result under a name that nothing has yet; the absolute path of the file.
pub fn file(beside: Option<&Path>, content: Content) -> Option<PathBuf> {
    let name = beside.and_then(Path::file_name).map(PathBuf::from);
    let name = name.unwrap_or_else(|| PathBuf::from("valleyscope-result.json"));
    let write = |path: &Path| {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let written = buffered(&file, content).and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a result would be taken for a whole one, and takes the room that the next place may need.
            let _ = std::fs::remove_file(path);
        }
        written
    };
    places(beside).find_map(|folder| first_free(&folder, &name, write))
}

/// Has `save` write into a new folder beside `path`, or wherever there is room; its absolute path.
pub fn folder<E>(path: &Path, save: impl Fn(&Path) -> Result<(), E>) -> Option<PathBuf> {
    let name = path
        .file_name()
        .map_or_else(|| "model".into(), PathBuf::from);
    let write = |path: &Path| {
        std::fs::create_dir(path)?;
        save(path).map_err(|_| {
            let _ = std::fs::remove_dir_all(path);
            io::Error::other("cannot be written")
        })
    };
    places(Some(path)).find_map(|folder| first_free(&folder, &name, write))
}

/// Where a result may be kept: in its folder or what is left of the way to it, then here, then among temporary files.
fn places(beside: Option<&Path>) -> impl Iterator<Item = PathBuf> {
    let near = beside.and_then(|path| {
        let mut folders = way::folder_of(path).ancestors();
        folders.find(|folder| folder.is_dir()).map(Path::to_owned)
    });
    let here = std::env::current_dir().ok();
    near.into_iter().chain(here).chain([std::env::temp_dir()])
}

/// `name-kept`, `name-kept-2`, ... in `folder`: the first that `write` can make.
fn first_free(
    folder: &Path,
    name: &Path,
    write: impl Fn(&Path) -> io::Result<()>,
) -> Option<PathBuf> {
    for number in 1..=MOST {
        let mut kept: OsString = name.file_stem()?.to_owned();
        kept.push("-kept");
        if number > 1 {
            kept.push(format!("-{number}"));
        }
        if let Some(ending) = name.extension() {
            kept.push(".");
            kept.push(ending);
        }
        let path = folder.join(kept);
        match write(&path) {
            Ok(()) => return Some(path.canonicalize().unwrap_or(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(_) => return None,
        }
    }
    None
}
