//! CIFAR-10-C and CIFAR-100-C: a folder with one array of pictures a corruption, and `labels.npy`.
//!
//! Hendrycks and Dietterich 2019, <https://github.com/hendrycks/robustness>: the test set five times, severity 1 first.

use crate::budget::MOST_HELD;
use crate::classes;
use crate::error::{Error, Result, list, many};
use crate::file::{Regular, entries, name};
use crate::info::Info;
use crate::npy::Header;
use crate::open::single;
use crate::options::Options;
use crate::pixels::{Bytes, Order, Part, Raw};
use crate::set::Set;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SEVERITIES: usize = 5;

/// Pictures have no larger sides.
const LARGEST_SIDE: usize = 1024;

/// Reads one corruption, of one severity or of all.
///
/// # Errors
/// [`Error::Setting`] lists the corruptions there are where none or another is asked for.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let folder = single(paths.to_vec(), "CIFAR-10-C: its folder")?;
    let path = chosen(&folder, options)?;
    let (file, header) = array(&path)?;
    let refuse = |reason: String| Error::format(&path, reason);
    let shape = match header.shape[..] {
        [count, height, width, channels]
            if matches!(channels, 1 | 3)
                && count > 0
                && height.min(width) > 0
                && height.max(width) <= LARGEST_SIDE =>
        {
            [channels, height, width]
        }
        _ => {
            return Err(refuse(format!(
                "has the shape {:?}; [50000, 32, 32, 3] is right",
                header.shape
            )));
        }
    };
    let all = header.shape[0];
    let labels_at = folder.join("labels.npy");
    let labels = labels(&labels_at, all)?;
    let rows = match options.severity {
        None => 0..all,
        Some(severity @ 1..=5) if all.is_multiple_of(SEVERITIES) => {
            let each = all / SEVERITIES;
            let last = usize::from(severity) * each;
            last - each..last
        }
        Some(1..=5) => {
            return Err(refuse(format!(
                "{} cannot be {SEVERITIES} severities of the same images",
                many(all, "image")
            )));
        }
        Some(other) => {
            return Err(Error::setting(
                "severity",
                other.to_string(),
                "1 to 5 is right",
            ));
        }
    };
    let stride = shape.iter().product::<usize>() as u64;
    let start = header.length + rows.start as u64 * stride;
    let (bytes, start) = held(file, start, rows.len() as u64 * stride)?;
    let labels = labels[rows.clone()].to_vec();
    let parts = vec![Part {
        bytes,
        start,
        stride,
        count: rows.len(),
    }];
    let info = info(&path, options, rows.len(), shape, &labels)?;
    Ok(Set::new(
        info,
        labels,
        Raw {
            parts,
            order: Order::Interleaved,
            shape,
        },
    ))
}

/// The corruptions whose arrays are in the folder, by name.
///
/// # Errors
/// It is no folder, or cannot be read.
pub fn corruptions(paths: &[PathBuf]) -> Result<Vec<String>> {
    let folder = single(paths.to_vec(), "CIFAR-10-C: its folder")?;
    Ok(there(&folder)?.iter().map(|path| called(path)).collect())
}

fn there(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_one = |path: &PathBuf| name(path).ends_with(".npy") && name(path) != "labels.npy";
    Ok(entries(folder)?.into_iter().filter(is_one).collect())
}

fn called(path: &Path) -> String {
    name(path).trim_end_matches(".npy").to_owned()
}

fn chosen(folder: &Path, options: &Options) -> Result<PathBuf> {
    let there = there(folder)?;
    let names: Vec<_> = there.iter().map(|path| called(path)).collect();
    let expected = format!("those in {} are {}", folder.display(), list(&names));
    let Some(wanted) = &options.corruption else {
        return Err(Error::missing("corruption", expected));
    };
    let found = there.into_iter().find(|path| called(path) == *wanted);
    found.ok_or_else(|| Error::setting("corruption", wanted, expected))
}

/// An array of bytes, whose length is what its header says.
fn array(path: &Path) -> Result<(Regular, Header)> {
    let mut file = Regular::open(path)?;
    let header = Header::read(&mut file).map_err(|reason| Error::format(path, reason))?;
    let refuse = |reason: String| Err(Error::format(path, reason));
    if header.columns_first || !matches!(&header.kind[..], "|u1" | "<u1" | "u1") {
        let order = if header.columns_first {
            ", columns first"
        } else {
            ""
        };
        return refuse(format!(
            "holds {}{order}; bytes (|u1), rows first, are right",
            header.kind
        ));
    }
    match (file.length() - header.length, header.numbers()) {
        (found, announced) if found == announced => Ok((file, header)),
        (found, announced) => refuse(format!(
            "{found} bytes follow the header, but {:?} announces {announced}",
            header.shape
        )),
    }
}

fn labels(path: &Path, count: usize) -> Result<Vec<u32>> {
    let (file, header) = array(path)?;
    if header.shape != [count] {
        let reason = format!(
            "has the shape {:?} for {}; [{count}] is right",
            header.shape,
            many(count, "image")
        );
        return Err(Error::format(path, reason));
    }
    let mut bytes = vec![0; count];
    file.read_at(header.length, &mut bytes)?;
    Ok(bytes.into_iter().map(u32::from).collect())
}

/// The bytes in memory if they are not too many, else their place in the file.
fn held(file: Regular, start: u64, length: u64) -> Result<(Bytes, u64)> {
    if length > MOST_HELD {
        return Ok((Bytes::Placed(Arc::new(file)), start));
    }
    let mut content = vec![0; length as usize];
    file.read_at(start, &mut content)?;
    Ok((Bytes::held(content), 0))
}

fn info(
    path: &Path,
    options: &Options,
    count: usize,
    shape: [usize; 3],
    labels: &[u32],
) -> Result<Info> {
    let hundred = labels.iter().any(|&label| label > 9);
    if let Some(index) = labels.iter().position(|&label| label > 99) {
        let reason = format!(
            "image {index} has label {}, but CIFAR-100's labels are 0 to 99",
            labels[index]
        );
        return Err(Error::format(&path.with_file_name("labels.npy"), reason));
    }
    let (title, classes) = match hundred {
        false => ("CIFAR-10-C", classes::owned(&classes::CIFAR10)),
        true => ("CIFAR-100-C", classes::owned(&classes::CIFAR100)),
    };
    let severity = match options.severity {
        Some(severity) => format!("severity {severity}"),
        None => "all severities".to_owned(),
    };
    let corruption = options.corruption.as_deref().unwrap_or_default();
    Ok(Info {
        title: format!(
            "{title}, {corruption}, {severity}, {}",
            many(count, "image")
        ),
        count,
        shape,
        classes,
        source: format!(
            "{title} (Hendrycks and Dietterich 2019), https://github.com/hendrycks/robustness"
        ),
        notes: Vec::new(),
    })
}
