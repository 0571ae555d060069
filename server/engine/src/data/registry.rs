//! The data sets that people registered: names for files that stay where they are.
//!
//! Each is one file `data/NAME.json` in the data directory.

use super::chosen::Chosen;
use super::opened::{Opened, recognise};
use super::shapes::{Shapes, Split};
use super::{Dataset, DatasetInfo};
use crate::durable;
use crate::error::{self, Error, Result};
use crate::file;
use crate::name;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use valleyscope_dataset::{Format, Options};
use valleyscope_shared::catalog::Corrupted;

/// Larger entries are refused unread; most of one are names of files and classes.
const LARGEST_ENTRY: u64 = 16 << 20;

/// What is remembered of a registered data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    format: Format,
    files: Vec<PathBuf>,
    /// How they are read.
    #[serde(default)]
    options: Options,
    info: DatasetInfo,
}

/// Registers files as the data set `name` after opening them; the format is recognised from
/// their content.
///
/// The same name again replaces the entry.
///
/// # Errors
/// [`Error::Name`] for an unfit name, [`Error::Exists`] for an embedded set's name, and what reading
/// the files gives.
pub fn register(
    data_dir: &Path,
    name: &str,
    paths: &[PathBuf],
    options: &Options,
) -> Result<DatasetInfo> {
    name::check("data set", name)?;
    if embedded(name).is_some() {
        return Err(Error::Exists {
            kind: "data set",
            name: name.to_owned(),
        });
    }
    let absolute = |path: &PathBuf| {
        std::path::absolute(path).map_err(|source| Error::File {
            path: path.clone(),
            source,
        })
    };
    let files = paths.iter().map(absolute).collect::<Result<Vec<_>>>()?;
    let format = recognise(name, &files)?;
    let info = Opened::read(name, format, &files, options)?.info().clone();
    let text = serde_json::to_string_pretty(&Entry {
        format,
        files,
        options: options.clone(),
        info: info.clone(),
    })
    .map_err(|error| Error::Json {
        what: "writing JSON".into(),
        reason: error.to_string(),
    })?;
    if text.len() as u64 > LARGEST_ENTRY {
        return Err(Error::Setting {
            field: "classes",
            value: format!("{} names", info.classes.len()),
            expected: format!("names of {} in all are right", error::bytes(LARGEST_ENTRY)),
        });
    }
    let path = entry_path(data_dir, name);
    let written = std::fs::create_dir_all(data_dir.join("data"))
        .and_then(|()| durable::write(&path, text.as_bytes()));
    written.map_err(|source| Error::File { path, source })?;
    Ok(info)
}

/// Opens a data set by its name, or by an address that says what is chosen of it: an embedded one, or one registered in `data_dir`.
///
/// # Errors
/// [`Error::Unknown`] lists the names there are; else what reading the files gives.
pub fn open(data_dir: &Path, address: &str) -> Result<Box<dyn Dataset>> {
    let chosen = Chosen::of(address);
    let name = chosen.name;
    match embedded(name) {
        Some(shapes) if chosen.is_all() => return Ok(Box::new(shapes)),
        Some(_) => {
            return Err(Error::Setting {
                field: "corruption",
                value: format!("chosen of {name}"),
                expected: "only CIFAR-10-C and CIFAR-100-C have corruptions".to_owned(),
            });
        }
        None => {}
    }
    if name::check("data set", name).is_err() || !entry_path(data_dir, name).exists() {
        return Err(unknown(data_dir, name));
    }
    let entry = read_entry(&entry_path(data_dir, name))?;
    let options = chosen.options(&entry.options)?;
    let opened = Opened::read(address, entry.format, &entry.files, &options)?;
    let right = chosen.info(&entry.info, &entry.options);
    same(name, &right, opened.info())?;
    Ok(Box::new(opened))
}

/// What a run may choose of a registered set; nothing of one whose pictures are not corrupted.
///
/// # Errors
/// Its entry or its folder cannot be read.
pub fn corrupted(data_dir: &Path, name: &str) -> Result<Option<Corrupted>> {
    if embedded(name).is_some() {
        return Ok(None);
    }
    let entry = read_entry(&entry_path(data_dir, name))?;
    if entry.format != Format::Corrupted {
        return Ok(None);
    }
    Ok(Some(Corrupted {
        corruptions: valleyscope_dataset::corruptions(&entry.files)?,
        corruption: entry.options.corruption.unwrap_or_default(),
        severity: entry.options.severity.map(u32::from),
    }))
}

/// Whether the files still are what was registered: with a picture less every label after it would be another's.
fn same(name: &str, then: &DatasetInfo, now: &DatasetInfo) -> Result<()> {
    let facts = |info: &DatasetInfo| (info.count, info.shape, info.classes.len());
    if facts(then) == facts(now) && then.classes == now.classes {
        return Ok(());
    }
    let words = |info: &DatasetInfo| {
        let (count, shape, classes) = facts(info);
        format!("{count} images of shape {shape:?} in {classes} classes")
    };
    Err(Error::Setting {
        field: "data set",
        value: format!("\"{name}\", whose files hold {}", words(now)),
        expected: format!("{} were registered; register it again", words(then)),
    })
}

/// A data set by name, with what it is or why its entry cannot be read.
pub struct Listed {
    pub name: String,
    pub info: Result<DatasetInfo>,
}

/// All data sets: the embedded ones, then the registered ones by name.
///
/// A damaged entry is listed with its error, and so is the folder of entries where it cannot be read.
pub fn list(data_dir: &Path) -> Vec<Listed> {
    let embedded = [Split::Test, Split::Train].map(|split| Listed {
        name: split.id().to_owned(),
        info: Ok(Shapes::new(split).info().clone()),
    });
    let mut listed: Vec<_> = embedded.into();
    match name::json_files(&data_dir.join("data")) {
        Ok(paths) => listed.extend(paths.iter().map(|path| entry(path))),
        Err(error) => listed.push(Listed {
            name: "data".to_owned(),
            info: Err(error),
        }),
    }
    listed
}

fn entry(path: &Path) -> Listed {
    let name = name::stem(path);
    let info = name::check("data set", &name)
        .and_then(|()| read_entry(path))
        // A file that was renamed goes by its new name.
        .map(|entry| DatasetInfo {
            id: name.clone(),
            ..entry.info
        });
    Listed { name, info }
}

/// Forgets a registered data set, also one whose entry is damaged; its files stay where they are.
///
/// # Errors
/// [`Error::Embedded`] for one that comes with the program, [`Error::Unknown`] lists the names there are.
pub fn remove(data_dir: &Path, name: &str) -> Result<()> {
    if embedded(name).is_some() {
        return Err(Error::Embedded {
            kind: "data set",
            name: name.to_owned(),
        });
    }
    // Of the files that are there, so that no name leads out of the folder.
    let mut paths = name::json_files(&data_dir.join("data"))?.into_iter();
    let path = paths
        .find(|path| name::stem(path) == name)
        .ok_or_else(|| unknown(data_dir, name))?;
    std::fs::remove_file(&path).map_err(|source| Error::File { path, source })
}

fn unknown(data_dir: &Path, name: &str) -> Error {
    Error::Unknown {
        kind: "data set",
        name: name.to_owned(),
        known: list(data_dir)
            .into_iter()
            .map(|listed| listed.name)
            .collect(),
    }
}

/// The files of a registered data set, whatever is chosen of it: its entry, those that it names, and the folders within a folder that it
/// names.
pub fn files_of(data_dir: &Path, address: &str) -> Vec<PathBuf> {
    let entry = entry_path(data_dir, Chosen::of(address).name);
    let (named, index) = match read_entry(&entry) {
        Ok(entry) => (entry.files, entry.options.index_file),
        Err(_) => (Vec::new(), None),
    };
    let mut all = vec![entry];
    all.extend(index);
    for path in named {
        within(&path, 3, &mut all);
        all.push(path);
    }
    all
}

/// More files of a folder are not looked at one by one.
const MOST_FILES: usize = 5_000;

/// Folders change where files come and go; so deep are the folders of classes at most. Files are looked at too, as long as they are not
/// very many: of more, one whose content alone changes is not noticed.
fn within(folder: &Path, depth: usize, all: &mut Vec<PathBuf>) {
    let Some(deeper) = depth.checked_sub(1) else {
        return;
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Through links too, as whoever reads them goes.
        let is_folder = match entry.file_type() {
            Ok(kind) if kind.is_symlink() => path.is_dir(),
            Ok(kind) => kind.is_dir(),
            Err(_) => false,
        };
        if is_folder {
            within(&path, deeper, all);
            all.push(path);
        } else if all.len() < MOST_FILES {
            all.push(path);
        }
    }
}

/// The folder of data sets with the files of all: what [`list`] and [`open`] depend on.
pub fn files(data_dir: &Path) -> Vec<PathBuf> {
    let folder = data_dir.join("data");
    let entries = name::json_files(&folder).unwrap_or_default();
    let names = entries.iter().filter_map(|path| path.file_stem()?.to_str());
    let files: Vec<_> = names.flat_map(|name| files_of(data_dir, name)).collect();
    std::iter::once(folder).chain(files).collect()
}

fn embedded(name: &str) -> Option<Shapes> {
    [Split::Test, Split::Train]
        .into_iter()
        .find(|split| split.id() == name)
        .map(Shapes::new)
}

fn entry_path(data_dir: &Path, name: &str) -> PathBuf {
    data_dir.join("data").join(format!("{name}.json"))
}

fn read_entry(path: &Path) -> Result<Entry> {
    let text = file::text(path, LARGEST_ENTRY)?;
    serde_json::from_str(&text).map_err(|error| Error::Json {
        what: path.display().to_string(),
        reason: error.to_string(),
    })
}
