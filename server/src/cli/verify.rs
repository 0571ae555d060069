//! `valleyscope verify`

use super::exit::End;
use super::say::print;
use super::{Place, belongs};
use crate::libtorch::LibTorch;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_shared::spec::RunSpec;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Results as `run`, `batch` and the export write them
    #[arg(value_name = "RESULT.json", required = true)]
    results: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Says of every file whether its model, its data and the program are still what they were; 2 where one is not.
pub fn verify(arguments: &Arguments) -> Result<ExitCode> {
    let engine = LibTorch::new(arguments.place.data_dir()?, "auto")?;
    let mut all = true;
    for path in &arguments.results {
        let shown = path.display();
        let (spec, result) = read(path)?;
        match belongs::fault(&result, &spec, &engine)? {
            None => print(format_args!("{shown}: belongs to what lies here"))?,
            Some(fault) => {
                all = false;
                print(format_args!("{shown}: {fault}"))?;
            }
        }
    }
    Ok(match all {
        true => End::Done.into(),
        false => End::Failed.into(),
    })
}

fn read(path: &Path) -> Result<(RunSpec, Value)> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let result: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let spec = RunSpec::from_json(&result["spec"].to_string())
        .with_context(|| format!("{} is no result of a run", path.display()))?;
    Ok((spec, result))
}
