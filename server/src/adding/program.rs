//! A file that is a program becomes a model: it is run in a process of its own, by whoever said on the command line that it may be.

use super::{Adding, IMAGES, Order, Stage, classes, digest, table, workplace};
use crate::apart::PATIENCE;
use crate::apart::frame::Frame;
use crate::apart::process::{Next, Process};
use crate::apart::word::{Job, Look, Seen, Word};
use anyhow::{Context, Result, bail};
use std::path::Path;
use valleyscope_engine::data;
use valleyscope_engine::model::propose::{Proposal, of_program};
use valleyscope_engine::model::{Architecture, Found};
use valleyscope_shared::adding::Understood;
use valleyscope_shared::runner::Cancel;

/// Runs a file's program to find out what it is.
///
/// # Errors
/// What is not told of it, what its process says, and how that ended.
pub(super) fn open(
    data_dir: &Path,
    order: &Order,
    head: Option<&str>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Stage),
) -> Result<Adding> {
    progress(Stage::Reading);
    let folder = workplace(data_dir).context("cannot make a folder for what is read")?;
    let (bytes, sha256) = digest(&order.file)?;
    let set = order.data.as_deref();
    let set = set.map(|name| data::open(data_dir, name)).transpose()?;
    let shape = set
        .as_ref()
        .map(|set| set.info().shape.map(|size| size as i64));
    let Some(input) = order.wanted.input_shape.or(shape) else {
        bail!(
            "a program does not tell which images it takes: --data NAME or --input CxHxW says it"
        );
    };
    let count = set.as_ref().map_or(0, |set| set.info().count);
    let images = order.images.unwrap_or(IMAGES).min(count);
    let look = Look {
        input,
        head: head.map(str::to_owned),
        normalisation: order.normalisation.clone(),
        data: order.data.clone(),
        images,
    };
    let seen = ask(data_dir, &order.file, look, cancel, progress)?;
    if seen.options.sha256 != sha256 {
        bail!("the file was changed while it was read");
    }
    if !(2..=100_000).contains(&seen.classes) || seen.candidates.len() > 100 {
        bail!("the process that runs the program answered what no model is");
    }
    let proposals = proposals(&order.file, seen, input);
    let classes = match &set {
        Some(set) => set.info().classes.clone(),
        None => classes::usual(&proposals),
    };
    let understood = Understood {
        file: order.called.clone(),
        bytes,
        sha256,
        kind: "TorchScript, a program that runs".to_owned(),
        facts: Vec::new(),
        passed_over: Vec::new(),
        data: set.as_ref().map(|set| set.info().id.clone()),
        images: images as u64,
        candidates: table::candidates(&proposals),
    };
    Ok(Adding {
        understood,
        proposals,
        classes,
        _folder: folder,
    })
}

/// Has a process look at the file.
fn ask(
    data_dir: &Path,
    file: &Path,
    look: Look,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Stage),
) -> Result<Seen> {
    let told = |problem: valleyscope_shared::problem::Problem| anyhow::anyhow!(problem.detail);
    let job = Job::Look(look);
    let mut process = Process::start(None, data_dir, Some(file), &job, PATIENCE).map_err(told)?;
    loop {
        let word = match process.next(cancel).map_err(told)? {
            Next::Frame(Frame { word, .. }) => word,
            Next::Stopped => bail!("stopped on request"),
        };
        match word {
            Word::Compared { done, total } => progress(Stage::Comparing { done, total }),
            Word::Seen(seen) => return Ok(seen),
            Word::Failed(problem) => bail!("{}", problem.detail),
            _ => bail!("the process that runs the program answered what was not asked"),
        }
    }
}

/// What it found, as candidates.
fn proposals(file: &Path, seen: Seen, input_shape: [i64; 3]) -> Vec<Proposal> {
    let found = Found {
        architecture: Architecture::TorchScript(seen.options),
        input_shape,
        classes: seen.classes,
    };
    let one = |(normalisation, verdict)| {
        let proposals = of_program(file, &found, Some(&normalisation), None).into_iter();
        proposals.map(move |proposal| Proposal {
            verdict: Option::clone(&verdict),
            ..proposal
        })
    };
    seen.candidates.into_iter().flat_map(one).collect()
}
