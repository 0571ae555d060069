//! `valleyscope models licence`

use crate::cli::Place;
use crate::cli::say::print;
use anyhow::{Result, anyhow};
use clap::Args;
use std::process::ExitCode;
use valleyscope_engine::model::library;
use valleyscope_shared::adding::said;

#[derive(Debug, Args)]
pub struct Licence {
    /// The name, as `valleyscope models list` shows it
    name: String,
    /// The terms, on one line: `MIT`, `research only`; "" takes back what was said
    words: String,
    #[command(flatten)]
    place: Place,
}

/// Keeps terms of use with a model.
pub fn licence(wanted: &Licence) -> Result<ExitCode> {
    let terms = terms(Some(&wanted.words))?;
    library::set_licence(&wanted.place.data_dir()?, &wanted.name, terms.as_deref())?;
    match terms {
        Some(terms) => print(format_args!("{} is under: {terms}", wanted.name))?,
        None => print(format_args!("{} has no licence note", wanted.name))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Terms of use as they are kept.
pub(super) fn terms(words: Option<&str>) -> Result<Option<String>> {
    let wrong = |problem: valleyscope_shared::problem::Problem| {
        let first = problem.errors.into_iter().next();
        let words = first.map_or(problem.detail, |error| error.message);
        anyhow!("the licence cannot be kept: {words}")
    };
    said(words).map_err(wrong)
}
