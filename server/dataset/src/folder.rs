//! A folder of pictures: one folder a class as torchvision's `ImageFolder` has it, or samples of ImageNet side by side.

mod synset;
mod walk;

use crate::error::{Error, Result, list, many};
use crate::file::{entries, name};
use crate::info::Info;
use crate::open::{of_split, single, split_of};
use crate::options::Options;
use crate::picture::{self, Met};
use crate::resize::{Shaping, shown};
use crate::set::{Images, Set};
use std::path::{Path, PathBuf};
use synset::Synsets;
use walk::{Found, hidden};

/// Pictures that stay where they are and are decoded when they are asked for.
struct Files {
    paths: Vec<PathBuf>,
    shaping: Shaping,
}

impl Images for Files {
    fn read(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        let path = &self.paths[index];
        let content = picture::whole(path)?;
        picture::read(&content, self.shaping, bytes).map_err(|reason| Error::format(path, reason))
    }
}

/// Finds the pictures of a folder and reads their sizes; what is wrong further in a file is found when it is decoded.
///
/// # Errors
/// [`Error::Format`] names a file that is no picture or has another size than the first, and says what to do.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let shaping = Shaping::of(options)?;
    let root = single(paths.to_vec(), "pictures by class: their folder")?;
    let root = part(&root, options)?;
    let folders: Vec<_> = entries(&root)?
        .into_iter()
        .filter(|path| path.is_dir() && !hidden(path))
        .collect();
    let mut found = Found::default();
    let labelled = match folders.is_empty() {
        true => flat(&root, options, &mut found)?,
        false => by_class(&root, &folders, options, &mut found)?,
    };
    let Labelled {
        labels,
        classes,
        mut notes,
    } = labelled;
    let (size, met) = one_size(&found.pictures, shaping, options)?;
    notes.extend(met.notes(labels.len()));
    notes.extend(found.notes());
    let count = labels.len();
    let info = Info {
        title: format!("{}, {}", name(&root), many(count, "picture")),
        count,
        shape: [3, size[0], size[1]],
        classes,
        source: crate::file::name(&root),
        notes,
    };
    Ok(Set::new(
        info,
        labels,
        Files {
            paths: found.pictures,
            shaping,
        },
    ))
}

struct Labelled {
    labels: Vec<u32>,
    classes: Vec<String>,
    notes: Vec<String>,
}

/// The folder of the part that is asked for, where the folder holds parts and not classes.
fn part(root: &Path, options: &Options) -> Result<PathBuf> {
    let folders: Vec<_> = entries(root)?
        .into_iter()
        .filter(|path| path.is_dir() && !hidden(path))
        .collect();
    let parts = !folders.is_empty()
        && folders
            .iter()
            .all(|path| split_of(path).is_some() && !has_pictures(path));
    match (parts, options.split) {
        (false, None) => Ok(root.to_owned()),
        (false, Some(_)) => Err(Error::setting(
            "split",
            "given",
            format!("{} has no parts such as train and val", root.display()),
        )),
        (true, split) => {
            let parts = of_split(root, folders, split)?;
            single(parts, "pictures by class: the folder of one part")
        }
    }
}

/// Whether pictures lie in the folder itself, so that it is a class.
fn has_pictures(folder: &Path) -> bool {
    entries(folder).is_ok_and(|paths| {
        paths
            .iter()
            .any(|path| path.is_file() && picture::is_one(path))
    })
}

fn by_class(
    root: &Path,
    folders: &[PathBuf],
    options: &Options,
    found: &mut Found,
) -> Result<Labelled> {
    let names: Vec<_> = folders.iter().map(|path| name(path)).collect();
    let synsets = options
        .index_file
        .as_deref()
        .map(Synsets::read)
        .transpose()?;
    let mut notes = Vec::new();
    let (mut labels, mut empty) = (Vec::new(), Vec::new());
    for (position, folder) in folders.iter().enumerate() {
        let label = match &synsets {
            None => position as u32,
            Some(synsets) => synsets.label(&names[position]).ok_or_else(|| {
                Error::format(folder, "is not called as a synset of the index file is")
            })?,
        };
        found.all_below(folder)?;
        if found.pictures.len() == labels.len() {
            empty.push(names[position].clone());
        }
        labels.resize(found.pictures.len(), label);
    }
    if labels.is_empty() {
        return Err(Error::format(root, "its class folders hold no pictures"));
    }
    let loose = entries(root)?
        .into_iter()
        .filter(|path| path.is_file() && !hidden(path))
        .count();
    if loose > 0 {
        notes.push(format!(
            "Not read: {} beside the class folders.",
            many(loose, "file")
        ));
    }
    if !empty.is_empty() {
        notes.push(format!(
            "Without pictures: {} ({}).",
            many(empty.len(), "class folder"),
            list(&empty)
        ));
    }
    if synsets.is_none() && names.iter().all(|name| synset::begins(name).is_some()) {
        notes.push("The folders are called as ImageNet's synsets are, and numbered in their order; index_file gives them ImageNet's own labels.".to_owned());
    }
    let classes = synsets.map_or(names, |synsets| synsets.classes);
    Ok(Labelled {
        labels,
        classes,
        notes,
    })
}

/// Pictures side by side, whose names begin with ImageNet's synsets.
fn flat(root: &Path, options: &Options, found: &mut Found) -> Result<Labelled> {
    found.all_below(root)?;
    if found.pictures.is_empty() {
        return Err(Error::format(
            root,
            "holds no pictures; PNG, JPEG and WebP are read",
        ));
    }
    if let Some(path) = found
        .pictures
        .iter()
        .find(|path| synset::begins(&name(path)).is_none())
    {
        let reason = "tells no class: put each class into a folder of its own, or begin the names with ImageNet's synsets (n01443537_goldfish.JPEG)";
        return Err(Error::format(path, reason));
    }
    let index = match &options.index_file {
        Some(path) => path.clone(),
        None => synset::near(root).ok_or_else(|| {
            let expected = format!(
                "no {} lies in {} or above it",
                synset::INDEX,
                root.display()
            );
            Error::missing("index_file", expected)
        })?,
    };
    let synsets = Synsets::read(&index)?;
    let label = |path: &PathBuf| {
        let own = synset::begins(&name(path)).and_then(|synset| synsets.label(synset));
        own.ok_or_else(|| Error::format(path, format!("its synset is not in {}", index.display())))
    };
    let labels = found.pictures.iter().map(label).collect::<Result<_>>()?;
    let notes = vec![format!("Labels are those of {}.", name(&index))];
    Ok(Labelled {
        labels,
        classes: synsets.classes,
        notes,
    })
}

/// The size that all pictures have or get.
fn one_size(paths: &[PathBuf], shaping: Shaping, options: &Options) -> Result<([usize; 2], Met)> {
    let mut met = Met::default();
    let mut first = None;
    for path in paths {
        let facts = picture::facts_of(path)?;
        met.add(facts);
        let size = shaping
            .size(facts.size)
            .map_err(|reason| Error::format(path, reason))?;
        let expected = *first.get_or_insert(size);
        if size != expected {
            return Err(Error::format(
                path,
                differs(size, expected, &paths[0], options),
            ));
        }
    }
    Ok((first.unwrap_or_default(), met))
}

/// What to do about pictures of several sizes.
pub(crate) fn differs(
    size: [usize; 2],
    expected: [usize; 2],
    first: &Path,
    options: &Options,
) -> String {
    let advice = match options.resize {
        None => "set resize, and crop for a square: 256 and 224 are usual for ImageNet",
        Some(_) => "set crop too, so that they become squares",
    };
    format!(
        "has {} pixels where {} has {}; {advice}",
        shown(size),
        first.display(),
        shown(expected)
    )
}
