//! Bringing a set onto the disk.

use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::part::{Part, remove};
use crate::patience::Patience;
use crate::progress::{Progress, Reporter};
use crate::set::{PublicFile, PublicSet};
use crate::source::{Place, Source, place};
use crate::{archive, download, local, space, stamp, sum};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A set that is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The set's folder.
    pub folder: PathBuf,
    /// What `valleyscope data add` takes for the training set; empty where there is none.
    pub train: Vec<PathBuf>,
    /// What it takes for the test set.
    pub test: Vec<PathBuf>,
    /// The flags that it takes with them.
    pub flags: Vec<String>,
    /// Bytes that came over the network in this call.
    pub came: u64,
}

/// Brings a set into the folder `into/NAME`, from where it is published or `from` elsewhere.
///
/// What is there already is not brought again, and what broke off goes on.
/// An archive is removed once it is unpacked; one that `from` names is unpacked where it lies, and stays.
/// `progress` is told about ten times a second how far it is, and may stop it: what came stays for a later call.
///
/// # Errors
/// Every [`Error`] but [`Error::Unknown`].
pub fn fetch(
    set: &PublicSet,
    from: Option<&Source>,
    into: &Path,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
) -> Result<Fetched> {
    fetch_with(set, from, into, &Patience::default(), progress)
}

/// The same with another [`Patience`].
///
/// # Errors
/// As [`fetch`].
pub fn fetch_with(
    set: &PublicSet,
    from: Option<&Source>,
    into: &Path,
    patience: &Patience,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
) -> Result<Fetched> {
    let folder = into.join(&set.name);
    std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    let _lock = Lock::take(&folder)?;
    let mut report = Reporter::new(progress, set.files.len());
    let todo = missing(set, from, &folder, &mut report)?;
    space::check_disk(&folder, todo.iter().map(|todo| todo.room).sum())?;
    let mut came = 0;
    for todo in &todo {
        report.file(todo.number, &todo.file.name);
        came += bring(todo, &folder, patience, &mut report)?;
    }
    let inside = |names: &[String]| names.iter().map(|name| folder.join(name)).collect();
    Ok(Fetched {
        train: inside(&set.train),
        test: inside(&set.test),
        flags: set.flags.clone(),
        came,
        folder,
    })
}

/// A file that is not there yet.
struct Todo<'a> {
    file: &'a PublicFile,
    number: usize,
    place: Place,
    /// Bytes that it still needs on the disk, what comes out of it included.
    room: u64,
}

/// The files that are not there yet; nothing is written before all of them are found.
fn missing<'a>(
    set: &'a PublicSet,
    from: Option<&Source>,
    folder: &Path,
    report: &mut Reporter<'_>,
) -> Result<Vec<Todo<'a>>> {
    let mut todo = Vec::new();
    for (file, number) in set.files.iter().zip(1..) {
        report.file(number, &file.name);
        let target = folder.join(&file.name);
        let unpacked = file.unpack.as_ref().map_or(0, |unpack| unpack.most);
        if file.unpack.is_some() && stamp::holds(folder, file, report)? {
            continue;
        }
        if sum::is_there(&target, file.size, &file.sha256, report)? {
            if file.unpack.is_some() {
                todo.push(Todo {
                    file,
                    number,
                    place: Place::Here,
                    room: unpacked,
                });
            }
            continue;
        }
        let place = place(set, file, from)?;
        let kept = match &place {
            Place::Path(_) if file.unpack.is_some() => file.size,
            Place::Path(_) => 0,
            Place::Here => file.size,
            Place::Urls(_) => Part::left_by_earlier(&target).min(file.size),
        };
        todo.push(Todo {
            file,
            number,
            place,
            room: file.size - kept + unpacked,
        });
    }
    Ok(todo)
}

/// Brings one file, and says how many bytes came over the network.
fn bring(
    todo: &Todo<'_>,
    folder: &Path,
    patience: &Patience,
    report: &mut Reporter<'_>,
) -> Result<u64> {
    let file = todo.file;
    let target = folder.join(&file.name);
    match (&todo.place, &file.unpack) {
        (Place::Path(path), Some(_)) => {
            local::check(path, file, report)?;
            unpack(path, file, folder, report)?;
            Ok(0)
        }
        (Place::Path(path), None) => local::copy(path, file, &target, report).map(|()| 0),
        (Place::Here, _) => unpack_here(&target, file, folder, report).map(|()| 0),
        (Place::Urls(addresses), _) => {
            let came = download::download(file, addresses, &target, patience, report)?;
            unpack_here(&target, file, folder, report)?;
            Ok(came)
        }
    }
}

/// Unpacks an archive, which is then not needed any more; leaves other files.
fn unpack_here(
    target: &Path,
    file: &PublicFile,
    folder: &Path,
    report: &mut Reporter<'_>,
) -> Result<()> {
    if file.unpack.is_none() {
        return Ok(());
    }
    unpack(target, file, folder, report)?;
    remove(target)
}

fn unpack(path: &Path, file: &PublicFile, folder: &Path, report: &mut Reporter<'_>) -> Result<()> {
    let Some(what) = &file.unpack else {
        return Ok(());
    };
    let entries = archive::unpack(path, what, folder, report)?;
    stamp::write(folder, file, entries)
}
