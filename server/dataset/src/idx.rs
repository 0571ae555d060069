//! MNIST's idx layout: an images file and a labels file, plain or gzip.
//!
//! LeCun, Cortes and Burges, <http://yann.lecun.com/exdb/mnist/>: big-endian 32-bit numbers, the
//! magic number first, then one size per dimension, then the bytes.

use crate::budget::{Budget, Source};
use crate::classes;
use crate::error::{Error, Result, many};
use crate::file::Regular;
use crate::info::Info;
use crate::open;
use crate::options::{Format, Kind, Options};
use crate::pixels::{Bytes, Order, Part, Raw};
use crate::set::Set;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Unsigned bytes in three dimensions, and in one.
pub(crate) const IMAGES_MAGIC: u32 = 0x0000_0803;
pub(crate) const LABELS_MAGIC: u32 = 0x0000_0801;

/// The largest side of a picture; MNIST's is 28.
const LARGEST_SIDE: usize = 1024;

/// Reads an images file and a labels file, given in either order or in a folder.
///
/// # Errors
/// [`Error::Format`] when a magic number, a size or a label is wrong, or the two files' counts
/// differ; [`Error::Setting`] when it is not two files.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let files = open::files(Format::Idx, paths, options)?;
    let [first, second] = &files[..] else {
        let expected = "two files, images and labels, are right for MNIST";
        return Err(Error::setting("paths", many(files.len(), "file"), expected));
    };
    let (first, second) = (Idx::open(first)?, Idx::open(second)?);
    let (mut images, mut labels) = match first.magic {
        Some(LABELS_MAGIC) => (second, first),
        _ => (first, second),
    };
    let [count, height, width] = images.sizes(IMAGES_MAGIC, "an images file")?;
    let [labelled] = labels.sizes(LABELS_MAGIC, "a labels file")?;
    let (images_at, labels_at) = (images.path, labels.path);
    if labelled != count {
        let reason = format!(
            "{labelled} labels for the {count} images of {}",
            images_at.display()
        );
        return Err(Error::format(labels_at, reason));
    }
    if count == 0 || height.max(width) > LARGEST_SIDE || height.min(width) == 0 {
        let reason = format!("{count} images of {height}x{width} pixels are no MNIST set");
        return Err(Error::format(images_at, reason));
    }
    let (title, names, source) = described(options.kind.unwrap_or_default());
    let names = options.classes.clone().unwrap_or(names);
    let mut budget = Budget::new();
    let labels = labels.body(&[labelled], &mut budget)?;
    let out = |label: &u8| usize::from(*label) >= names.len();
    if let Some(index) = labels.iter().position(out) {
        let reason = match options.classes {
            None => format!(
                "label {index} is {}, but {title}'s are 0 to 9",
                labels[index]
            ),
            Some(_) => format!(
                "label {index} is {}, but {} are given",
                labels[index],
                many(names.len(), "name")
            ),
        };
        return Err(Error::format(labels_at, reason));
    }
    let parts = vec![images.part([count, height, width], &mut budget)?];
    let shape = [1, height, width];
    let mut notes = Vec::new();
    if options.kind.is_none() && options.classes.is_none() {
        notes.push("Taken for MNIST: the files do not tell it from Fashion-MNIST and KMNIST; kind says which it is.".to_owned());
    }
    let info = Info {
        title: format!("{title}, {}", many(count, "image")),
        count,
        shape,
        classes: names,
        source,
        notes,
    };
    let labels = labels.into_iter().map(u32::from).collect();
    Ok(Set::new(
        info,
        labels,
        Raw {
            parts,
            order: Order::Planes,
            shape,
        },
    ))
}

fn described(kind: Kind) -> (&'static str, Vec<String>, String) {
    let (title, names, source) = match kind {
        Kind::Mnist => (
            "MNIST",
            classes::numbers(10),
            "MNIST (LeCun, Cortes and Burges), http://yann.lecun.com/exdb/mnist/",
        ),
        Kind::FashionMnist => (
            "Fashion-MNIST",
            classes::owned(&classes::FASHION_MNIST),
            "Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), https://github.com/zalandoresearch/fashion-mnist",
        ),
        Kind::Kmnist => (
            "KMNIST",
            classes::owned(&classes::KMNIST),
            "KMNIST (Clanuwat and others 2018), https://github.com/rois-codh/kmnist",
        ),
    };
    (title, names, source.to_owned())
}

/// An idx file of which only the beginning is read.
struct Idx<'a> {
    path: &'a Path,
    source: Source,
    magic: Option<u32>,
}

impl<'a> Idx<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let mut source = Source::open(path)?;
        let magic = source.take(4)?;
        Ok(Self {
            path,
            source,
            magic: magic.try_into().ok().map(u32::from_be_bytes),
        })
    }

    fn refuse<T>(&self, reason: String) -> Result<T> {
        Err(Error::format(self.path, reason))
    }

    /// The sizes in the header, when the magic number is right.
    fn sizes<const D: usize>(&mut self, expected: u32, what: &str) -> Result<[usize; D]> {
        match self.magic {
            Some(found) if found == expected => {}
            Some(found) => {
                return self.refuse(format!(
                    "begins with {found:#010x}, but {what} begins with {expected:#010x}"
                ));
            }
            None => return self.refuse(format!("fewer than 4 bytes are too few for {what}")),
        }
        let numbers = self.source.take(4 * D as u64)?;
        if numbers.len() < 4 * D {
            return self.refuse(format!("ends inside its header of {} bytes", 4 + 4 * D));
        }
        let mut sizes = [0; D];
        for (size, bytes) in sizes.iter_mut().zip(numbers.chunks_exact(4)) {
            *size = bytes
                .iter()
                .fold(0, |number, &byte| number << 8 | usize::from(byte));
        }
        match self.source.length.map(|length| length - header::<D>()) {
            Some(found) if u128::from(found) != announced(&sizes) => {
                self.other(&sizes, found.to_string())
            }
            _ => Ok(sizes),
        }
    }

    /// The pictures after the header: held, or left in a plain file that is too large for that.
    fn part(&mut self, sizes: [usize; 3], budget: &mut Budget) -> Result<Part> {
        let [count, height, width] = sizes;
        let stride = (height * width) as u64;
        if self.source.length.is_some() && announced(&sizes) > u128::from(budget.left()) {
            let bytes = Bytes::Placed(Arc::new(Regular::open(self.path)?));
            return Ok(Part {
                bytes,
                start: header::<3>(),
                stride,
                count,
            });
        }
        let bytes = Bytes::held(self.body(&sizes, budget)?);
        Ok(Part {
            bytes,
            start: 0,
            stride,
            count,
        })
    }

    /// What follows the header, which is as long as the sizes say.
    fn body(&mut self, sizes: &[usize], budget: &mut Budget) -> Result<Vec<u8>> {
        // So a packed file is never unpacked further than it announces.
        let expected = u64::try_from(announced(sizes)).unwrap_or(u64::MAX);
        budget.spend(self.path, expected)?;
        let body = self.source.take(expected.saturating_add(1))?;
        match (body.len() as u64).cmp(&expected) {
            Ordering::Less => self.other(sizes, body.len().to_string()),
            Ordering::Equal => Ok(body),
            Ordering::Greater => self.other(sizes, format!("more than {expected}")),
        }
    }

    fn other<T>(&self, sizes: &[usize], found: String) -> Result<T> {
        let announced = announced(sizes);
        self.refuse(format!(
            "{found} bytes follow the header, but {sizes:?} announces {announced}"
        ))
    }
}

/// Bytes of the magic number and of so many sizes.
fn header<const D: usize>() -> u64 {
    4 + 4 * D as u64
}

/// How many bytes the sizes announce; three 32-bit numbers fit into 128 bits.
fn announced(sizes: &[usize]) -> u128 {
    sizes.iter().map(|&size| size as u128).product()
}
