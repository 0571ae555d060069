//! The run that a first visit shows: made by `valleyscope example`, shipped with the program, stored when the server starts.

use crate::archive::{Archive, ArchiveError, read};
use crate::auth::digest_bytes;
use crate::clock;
use crate::store::{NewRun, Store, StoreError};
use std::io::Cursor;
use std::path::Path;
use valleyscope_engine::durable;

/// Its id; the only one that is not random.
pub const ID: &str = "example";
/// The note of which example was stored.
const SETTING: &str = "example";

/// Why there is no example.
#[derive(Debug, thiserror::Error)]
pub enum NoExample {
    /// The file is no archive.
    #[error("{0}")]
    Archive(#[from] ArchiveError),
    /// It cannot be stored.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// It cannot be read, or its images cannot be written.
    #[error("{0}")]
    File(#[from] std::io::Error),
}

/// Stores the example of `folder`, unless it was stored before: who deleted it does not want it again.
///
/// # Errors
/// The file cannot be used; the server works without it.
pub fn bring(store: &Store, folder: &Path) -> Result<(), NoExample> {
    let path = folder.join("example").join("run.zip");
    if !path.is_file() {
        return Ok(());
    }
    let bytes = std::fs::read(&path)?;
    let name = digest_bytes(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    if store.setting(SETTING)?.as_deref() == Some(&name) {
        return Ok(());
    }
    let Archive {
        title,
        spec,
        frames,
        passes,
        kept,
    } = read(Cursor::new(bytes))?;
    let created_ms = frames
        .first()
        .map_or_else(clock::now_ms, |frame| frame.at_ms);
    durable::write(&store.kept_path(ID), &kept)?;
    store.import(
        &NewRun {
            id: ID.to_owned(),
            title,
            spec,
            created_ms,
            repeat_of: None,
            resumes: None,
            example: true,
            batch: None,
        },
        &frames,
        &passes,
    )?;
    store.set_setting(SETTING, &name)?;
    tracing::info!("the example run was stored");
    Ok(())
}
