//! Another name for a model.

use super::notes::{Notes, own};
use super::{folder, is_builtin};
use crate::durable;
use crate::error::{Error, Result};
use crate::name;
use std::path::Path;

/// Gives a model of the data directory another name; what was made with it finds it under the former one until another model
/// has that.
///
/// # Errors
/// [`Error::Embedded`] for one that comes with the program, [`Error::Unknown`] lists the names there are, [`Error::Name`] for an
/// unfit name and [`Error::Exists`] when it is taken.
pub fn rename(data_dir: &Path, from: &str, to: &str) -> Result<()> {
    let place = own(data_dir, from)?;
    name::check("model", to)?;
    if from == to {
        return Ok(());
    }
    let target = folder(data_dir, to);
    if is_builtin(to) || target.symlink_metadata().is_ok() {
        return Err(Error::Exists {
            kind: "model",
            name: to.to_owned(),
        });
    }
    // The note first: a model that is said to have had the name that it still has is as it was.
    let notes = Notes::read(&place)?;
    notes.renamed(from, to).write(&place)?;
    let failed = |source| Error::File {
        path: target.clone(),
        source,
    };
    std::fs::rename(&place, &target).map_err(failed)?;
    durable::sync_folder(&data_dir.join("models")).map_err(failed)
}
