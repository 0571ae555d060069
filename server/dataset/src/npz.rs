//! Two NumPy arrays in one archive, images and labels, as `numpy.savez` writes them.

mod member;
mod values;

use crate::budget::Budget;
use crate::classes;
use crate::error::{Error, Result, list, many};
use crate::file::{Regular, name};
use crate::info::Info;
use crate::npy::Header;
use crate::open::{self, single};
use crate::options::{Format, Layout, Options, Split};
use crate::pixels::{Order, Part, Raw};
use crate::set::Set;
use member::Archive;
use std::path::{Path, PathBuf};

/// Pictures have no larger sides.
const LARGEST_SIDE: usize = 4096;

/// More classes than any set of pictures has.
const MOST_CLASSES: u32 = 100_000;

/// What people call images and their labels.
const PAIRS: [[&str; 2]; 8] = [
    ["x", "y"],
    ["images", "labels"],
    ["image", "label"],
    ["data", "labels"],
    ["data", "target"],
    ["data", "targets"],
    ["inputs", "targets"],
    ["arr_0", "arr_1"],
];

/// Reads one archive.
///
/// # Errors
/// [`Error::Format`] says which arrays there are and what of them is not read, [`Error::Setting`] which option is missing.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let path = single(
        open::files(Format::Npz, paths, options)?,
        "NumPy arrays: an .npz archive",
    )?;
    let mut archive = Archive::open(&path)?;
    let [images, labels] = chosen(&path, &archive.names, options)?;
    let header = archive.header(&images)?;
    let refuse = |array: &str, reason: String| Error::format(&path, format!("{array} {reason}"));
    let (count, shape, order) = arranged(&header, options).map_err(|problem| match problem {
        Problem::Reason(reason) => refuse(&images, reason),
        Problem::Ambiguous => {
            let expected = format!(
                "the shape {:?} of {images} in {} can be read both ways: nchw or nhwc is right",
                header.shape,
                path.display()
            );
            Error::missing("layout", expected)
        }
    })?;
    let mut budget = Budget::new();
    let numbers = labels_of(&mut archive, &labels, count, &mut budget)?;
    let (bytes, start) = archive.pixels(&images, &header, &mut budget)?;
    let stride = shape.iter().product::<usize>() as u64;
    let classes = numbers.iter().max().map_or(0, |last| *last as usize + 1);
    let info = Info {
        title: format!("{}, {}", name(&path), many(count, "image")),
        count,
        shape,
        classes: classes::numbers(classes),
        source: crate::file::name(&path),
        notes: notes(&header, &images, options),
    };
    let parts = vec![Part {
        bytes,
        start,
        stride,
        count,
    }];
    Ok(Set::new(
        info,
        numbers,
        Raw {
            parts,
            order,
            shape,
        },
    ))
}

fn notes(header: &Header, images: &str, options: &Options) -> Vec<String> {
    let mut notes = Vec::new();
    if options.classes.is_none() {
        notes.push(
            "The archive has no names of classes: as many as the largest label needs are numbered."
                .to_owned(),
        );
    }
    if header.kind.contains('f') {
        notes.push(format!(
            "{images} holds {}, and each number is a grey level k/255 to within 1e-6.",
            header.kind
        ));
    }
    notes
}

/// The two arrays that are meant.
fn chosen(path: &Path, names: &[String], options: &Options) -> Result<[String; 2]> {
    let pairs: Vec<_> = names
        .iter()
        .filter_map(|images| pair(images, names))
        .collect();
    let meant: Vec<_> = match options.split {
        None => pairs.iter().collect(),
        Some(split) => pairs.iter().filter(|pair| pair.0 == Some(split)).collect(),
    };
    match meant[..] {
        [(_, pair)] => Ok(pair.clone()),
        [] => {
            let wanted = match options.split {
                None => "",
                Some(Split::Train) => " of the training part",
                Some(Split::Test) => " of the test part",
            };
            let reason = format!(
                "has no two arrays{wanted} called x and y, images and labels, x_test and y_test or arr_0 and arr_1; its arrays are {}",
                list(names)
            );
            Err(Error::format(path, reason))
        }
        _ => {
            let expected = format!(
                "{} holds {}: train or test is right",
                path.display(),
                list(names)
            );
            Err(Error::missing("split", expected))
        }
    }
}

/// An array of images and that of its labels, with the part that their names tell.
fn pair(images: &str, names: &[String]) -> Option<(Option<Split>, [String; 2])> {
    let (split, bare) = parted(images);
    let partner = |name: &&String| {
        let (other, label) = parted(name);
        other == split && PAIRS.iter().any(|[one, two]| *one == bare && *two == label)
    };
    let labels = names.iter().find(partner)?;
    Some((split, [images.to_owned(), labels.clone()]))
}

/// "x_test" is "x" of the test part, and so is "test_x".
fn parted(name: &str) -> (Option<Split>, String) {
    let name = name.to_lowercase();
    let parts = [
        ("train", Split::Train),
        ("test", Split::Test),
        ("val", Split::Test),
    ];
    for (word, split) in parts {
        let after = name
            .strip_suffix(word)
            .and_then(|rest| rest.strip_suffix('_'));
        let before = name
            .strip_prefix(word)
            .and_then(|rest| rest.strip_prefix('_'));
        if let Some(bare) = after.or(before) {
            // An archive with all three keeps its validation part to itself.
            let bare = if word == "val" {
                name.clone()
            } else {
                bare.to_owned()
            };
            return (Some(split), bare);
        }
    }
    (None, name)
}

enum Problem {
    Reason(String),
    Ambiguous,
}

/// Count, shape and order of the images.
fn arranged(header: &Header, options: &Options) -> Result<(usize, [usize; 3], Order), Problem> {
    let refuse = |reason: String| Err(Problem::Reason(reason));
    let shape = &header.shape;
    if header.columns_first {
        return refuse("has its columns first; save numpy.ascontiguousarray of it".to_owned());
    }
    let channels = |count: usize| matches!(count, 1 | 3);
    let (count, [c, h, w], order) = match (shape[..].len(), &shape[..], options.layout) {
        (3, &[n, h, w], _) => (n, [1, h, w], Order::Planes),
        (4, &[n, c, h, w], Some(Layout::Nchw)) => (n, [c, h, w], Order::Planes),
        (4, &[n, h, w, c], Some(Layout::Nhwc)) => (n, [c, h, w], Order::Interleaved),
        (4, &[_, c, _, last], None) if channels(c) && channels(last) => {
            return Err(Problem::Ambiguous);
        }
        (4, &[n, c, h, w], None) if channels(c) => (n, [c, h, w], Order::Planes),
        (4, &[n, h, w, c], None) if channels(c) => (n, [c, h, w], Order::Interleaved),
        _ => {
            return refuse(format!(
                "has the shape {shape:?}; [N, C, H, W], [N, H, W, C] or [N, H, W] with 1 or 3 channels is right"
            ));
        }
    };
    if !channels(c) || count == 0 || h.min(w) == 0 || h.max(w) > LARGEST_SIDE {
        return refuse(format!(
            "holds {} of {c} channels and {h}x{w} pixels; 1 or 3 channels and 1 to {LARGEST_SIDE} pixels are right",
            many(count, "image")
        ));
    }
    Ok((count, [c, h, w], order))
}

fn labels_of(
    archive: &mut Archive,
    array: &str,
    count: usize,
    budget: &mut Budget,
) -> Result<Vec<u32>> {
    let header = archive.header(array)?;
    let path = archive.path.clone();
    let refuse = |reason: String| Error::format(&path, format!("{array} {reason}"));
    match header.shape[..] {
        [found] | [found, 1] if found == count => {}
        [found] | [found, 1] => {
            return Err(refuse(format!(
                "holds {found} labels for {}",
                many(count, "image")
            )));
        }
        [_, _] => {
            return Err(refuse(format!(
                "has the shape {:?}, one number a class; save numpy.argmax(labels, axis=1)",
                header.shape
            )));
        }
        _ => {
            return Err(refuse(format!(
                "has the shape {:?}; [{count}] is right",
                header.shape
            )));
        }
    }
    let numbers = archive.integers(array, &header, budget)?;
    let label = |(index, number): (usize, i64)| match u32::try_from(number) {
        Ok(label) if label < MOST_CLASSES => Ok(label),
        _ => Err(refuse(format!(
            "gives image {index} the label {number}; 0 to {} are right",
            MOST_CLASSES - 1
        ))),
    };
    numbers.into_iter().enumerate().map(label).collect()
}

/// The file again, for pictures that stay in it.
fn again(path: &Path) -> Result<Regular> {
    Regular::open(path)
}
