//! `valleyscope data fetch`

use super::how::How;
use super::summary;
use crate::cli::columns::aligned;
use crate::cli::progress::Progress;
use crate::cli::say::print;
use anyhow::{Context, Result, bail};
use clap::Parser;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use valleyscope_engine::data;
use valleyscope_fetch::{Activity, PublicSet, Source, fetch, find, known};

/// Brings a public data set and registers its parts.
///
/// # Errors
/// What keeps it from coming; what came stays, and the next call goes on there.
pub fn bring(data_dir: &Path, name: &str, from: Option<&str>, into: Option<&Path>) -> Result<()> {
    let set = find(name)?;
    let from = from.map(Source::parse).transpose()?;
    let into = into.map_or_else(|| data_dir.join("fetched"), Path::to_owned);
    let into = std::path::absolute(into)?;
    for part in ["train", "test"] {
        let name = format!("{}-{part}", set.name);
        let others = data::files_of(data_dir, &name).into_iter().skip(1);
        let elsewhere = others.into_iter().find(|file| !file.starts_with(&into));
        if let Some(elsewhere) = elsewhere {
            bail!(
                "a data set called {name} exists already, of {}; `valleyscope data remove {name}` forgets it, and its files stay",
                elsewhere.display()
            );
        }
    }
    print(format_args!("{}. {}", set.title, set.terms))?;
    let mut bar = Progress::new("bytes");
    let fetched = fetch(&set, from.as_ref(), &into, &mut |progress| {
        let doing = match progress.activity {
            Activity::Fetching => "",
            Activity::Waiting => ", waiting to try again",
            Activity::Checking => ", checking",
            Activity::Unpacking => ", unpacking",
        };
        let of = format!("{} of {}", progress.number, progress.count);
        bar.set(
            progress.done,
            progress.total,
            &format!("{} ({of}){doing}", progress.file),
        );
        ControlFlow::Continue(())
    });
    bar.end();
    let fetched = fetched?;
    for (part, paths) in [("train", &fetched.train), ("test", &fetched.test)] {
        if !paths.is_empty() {
            register(data_dir, &set, part, paths, &fetched.flags)?;
        }
    }
    Ok(())
}

fn register(
    data_dir: &Path,
    set: &PublicSet,
    part: &str,
    paths: &[PathBuf],
    flags: &[String],
) -> Result<()> {
    // Which corruption is meant, nobody can say but who uses it.
    if set.name.ends_with("-c") {
        let folder = paths.first().map(|path| path.display().to_string());
        let folder = folder.unwrap_or_default();
        return print(format_args!(
            "Register it with the corruption that runs get that name none, for example:\n  \
             valleyscope data add {} {folder} --corruption gaussian_noise --severity 3",
            set.name
        ));
    }
    let name = format!("{}-{part}", set.name);
    let how = Flags::try_parse_from(std::iter::once("add").chain(flags.iter().map(String::as_str)));
    let options = how
        .context("the flags of a known data set")?
        .how
        .options()?;
    let info = data::register(data_dir, &name, paths, &options)?;
    print(summary(&name, &info))
}

/// The flags that a set asks for.
#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    how: How,
}

/// Prints which sets are known.
///
/// # Errors
/// Nobody reads.
pub fn list() -> Result<()> {
    let row = |set: PublicSet| {
        let mega = set.size().div_ceil(1_000_000);
        vec![set.name, format!("{mega} MB"), set.title]
    };
    let rows: Vec<Vec<String>> = known().into_iter().map(row).collect();
    for line in aligned(&rows, &[1]) {
        print(line)?;
    }
    Ok(())
}
