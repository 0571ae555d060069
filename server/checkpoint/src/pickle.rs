//! The pickles inside a PyTorch file, looked through before anything is made of them.

use crate::archive::{foreign, open};
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
    let mut archive = open(path)?;
    let is_pickle = |name: &str| name == "data.pkl" || name.ends_with("/data.pkl");
    let names: Vec<String> = archive
        .file_names()
        .flatten()
        .filter(|name| is_pickle(name))
        .map(|name| name.into_owned())
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

/// The object and the facts of the machine; what names the tensors and their storages lies between numbers, where only
/// pytorch-reader finds it.
fn of_tar(path: &Path, scan: &mut Scan) -> Result<()> {
    let failed = |source| Error::file(path, source);
    let file = File::open(path).map_err(failed)?;
    let damaged = |error| Error::Damaged(format!("the tar archive cannot be read: {error}"));
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        plain(&entry)?;
        let name = entry.path_bytes().into_owned();
        let last = name.rsplit(|byte| *byte == b'/').next();
        if !matches!(last, Some(b"pickle" | b"sys_info")) {
            continue;
        }
        let mut bytes = Vec::new();
        let read = entry.take(LONGEST + 1).read_to_end(&mut bytes);
        read.map_err(damaged)?;
        if bytes.len() as u64 > LONGEST {
            return Err(too_long());
        }
        scan.pickle(&bytes)?;
    }
    Ok(())
}

/// A sparse entry is given with zeros for what it leaves out, as many as its head claims: pytorch-reader would hold them all.
fn plain(entry: &tar::Entry<'_, File>) -> Result<()> {
    match entry.header().entry_type() {
        tar::EntryType::GNUSparse => Err(Error::Foreign(format!(
            "the tar archive has a sparse entry, {}; torch.save wrote plain ones",
            String::from_utf8_lossy(&entry.path_bytes())
        ))),
        _ => Ok(()),
    }
}

fn too_long() -> Error {
    Error::TooMuch {
        what: "a longer pickle".to_owned(),
        most: format!("{} MB", LONGEST >> 20),
    }
}
