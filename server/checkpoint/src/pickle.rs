//! The pickles inside a PyTorch file, looked through before anything is made of them.

use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::scan::Scan;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longer pickles are refused unread, as pytorch-reader refuses them.
const LONGEST: u64 = pytorch_reader::MAX_PICKLE_SIZE;

/// Looks through every pickle of a file.
///
/// # Errors
/// What [`Scan::pickle`] gives, and [`Error::Foreign`] for an archive with two of them.
pub(crate) fn look_through(path: &Path, kind: Kind) -> Result<Scan> {
    let mut scan = Scan::default();
    match kind {
        Kind::Zip => drop(scan.pickle(&of_archive(path)?)?),
        Kind::Legacy => in_a_row(path, &mut scan)?,
        Kind::Pickle => drop(scan.pickle(&beginning(path)?)?),
        // Its parts are pickles one after another too; they are found by their names.
        Kind::Tar => of_tar(path, &mut scan)?,
        _ => {}
    }
    Ok(scan)
}

fn beginning(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::file(path, source);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The one pickle of an archive.
fn of_archive(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(|source| Error::file(path, source))?;
    let foreign = |error| Error::Foreign(format!("the zip archive cannot be read: {error}"));
    let mut archive = zip::ZipArchive::new(file).map_err(foreign)?;
    let is_pickle = |name: &&str| *name == "data.pkl" || name.ends_with("/data.pkl");
    let names: Vec<String> = archive
        .file_names()
        .filter(is_pickle)
        .map(str::to_owned)
        .collect();
    let [name] = names.as_slice() else {
        return Err(Error::Foreign(format!(
            "the archive holds {} pickles called data.pkl, {}; one is right",
            names.len(),
            names.join(" and ")
        )));
    };
    let entry = archive.by_name(name).map_err(foreign)?;
    let mut bytes = Vec::new();
    let read = entry.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|source| Error::file(path, source))?;
    match bytes.len() as u64 {
        ..=LONGEST => Ok(bytes),
        _ => Err(too_long()),
    }
}

/// A mark, a version, facts of the machine, the object, and the names of its storages: five pickles, then numbers.
fn in_a_row(path: &Path, scan: &mut Scan) -> Result<()> {
    let bytes = beginning(path)?;
    let mut rest = bytes.as_slice();
    for _ in 0..5 {
        let end = scan.pickle(rest)?;
        rest = &rest[end..];
    }
    Ok(())
}

fn of_tar(path: &Path, scan: &mut Scan) -> Result<()> {
    let bytes = beginning(path)?;
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 512) {
        let name = head[..100]
            .split(|byte| *byte == 0)
            .next()
            .unwrap_or_default();
        if name.is_empty() {
            return Ok(());
        }
        let digits = String::from_utf8_lossy(&head[124..136]);
        let digits = digits.trim_matches([' ', '\0']);
        let size = usize::from_str_radix(digits, 8)
            .map_err(|_| Error::Damaged("a part of the tar archive has no size".to_owned()))?;
        let body = bytes.get(at + 512..).unwrap_or_default();
        let body = &body[..body.len().min(size)];
        if name.ends_with(b"pickle") {
            scan.pickle(body)?;
        }
        at = at.saturating_add(512 + size.div_ceil(512).saturating_mul(512));
    }
    Ok(())
}

fn too_long() -> Error {
    Error::TooMuch {
        what: "a longer pickle".to_owned(),
        most: format!("{} MB", LONGEST >> 20),
    }
}
