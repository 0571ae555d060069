//! `valleyscope models rename`

use crate::cli::Place;
use crate::cli::say::print;
use crate::store::Store;
use anyhow::{Result, bail};
use clap::Args;
use std::path::Path;
use std::process::ExitCode;
use valleyscope_engine::model::library;

#[derive(Debug, Args)]
pub struct Rename {
    /// The name, as `valleyscope models list` shows it
    name: String,
    /// The name from now on: small letters, digits, dots, dashes and underscores
    to: String,
    #[command(flatten)]
    place: Place,
}

/// Gives a model another name, unless runs are on their way with it.
pub fn rename(wanted: &Rename) -> Result<ExitCode> {
    let (folder, from, to) = (wanted.place.data_dir()?, &wanted.name, &wanted.to);
    if let Some(run) = on_its_way(&folder, from)? {
        bail!("run {run} waits or computes with \"{from}\"; it can be renamed when it has ended");
    }
    library::rename(&folder, from, to)?;
    print(format_args!(
        "{from} is called {to} now; runs that were made with it keep the former name"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// A run with this model that has not ended, among those that a server keeps here.
fn on_its_way(folder: &Path, model: &str) -> Result<Option<String>> {
    let Some(store) = Store::look(folder)? else {
        return Ok(None);
    };
    let rows = store.unfinished()?.into_iter();
    let mut found = rows.filter(|row| row.spec.model == model);
    Ok(found.next().map(|row| row.id))
}
