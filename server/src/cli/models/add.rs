//! `valleyscope models add`

use crate::adding::{Adding, IMAGES, Order, Stage, name_of};
use crate::cli::Place;
use crate::cli::exit::End;
use crate::cli::progress::Progress;
use crate::cli::say::{print, say};
use crate::cli::stop::at_signal;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_engine::model::{Wanted, library};
use valleyscope_shared::adding::{Candidate, Understood};
use valleyscope_shared::text::plain;

/// Candidates that are shown unless all are asked for.
const SHOWN: usize = 12;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The weights: safetensors, what torch.save wrote (a state dict, a checkpoint with one in it, a whole module), or a folder with model.safetensors and model.json; nothing in it is executed
    file: PathBuf,
    /// The name that runs will use [default: made of the file's]
    #[arg(long)]
    name: Option<String>,
    /// The name in words [default: the name]
    #[arg(long)]
    title: Option<String>,
    /// The data set on whose first images candidates are compared [default: the only registered one that fits]
    #[arg(long)]
    data: Option<String>,
    /// How many images that are
    #[arg(long, default_value_t = IMAGES, value_name = "N")]
    images: usize,
    /// Add this candidate; without it nothing is added where several fit
    #[arg(long, value_name = "N")]
    choose: Option<u32>,
    /// Only this family of architectures, such as `resnet`
    #[arg(long)]
    arch: Option<String>,
    /// `none`, `imagenet`, `cifar10` …, or MEAN/STD such as 0.49,0.48,0.45/0.2,0.2,0.2; inside the model, pixels are in [0, 1] [default: every usual one is tried]
    #[arg(long)]
    normalisation: Option<String>,
    /// Something that the file does not tell, as the table of candidates names it: `shortcut=both`, `heads=3`; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    assume: Vec<String>,
    /// Channels, height and width of an image: `3x32x32`
    #[arg(long, value_name = "CxHxW")]
    input: Option<String>,
    /// The part of the file that is meant, such as `ema`
    #[arg(long)]
    part: Option<String>,
    /// Show every candidate, not only the best
    #[arg(long)]
    all: bool,
    /// Print what was understood as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn add(wanted: &Add) -> Result<ExitCode> {
    let data_dir = wanted.place.own_data_dir()?;
    if wanted.file.is_dir() {
        return folder(wanted, &data_dir);
    }
    let called = wanted
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let order = Order {
        file: wanted.file.clone(),
        called: called.clone().into_owned(),
        wanted: known(wanted)?,
        normalisation: wanted
            .normalisation
            .as_deref()
            .map(str::parse)
            .transpose()?,
        part: wanted.part.clone(),
        data: wanted.data.clone(),
        images: Some(wanted.images.max(1)),
    };
    let cancel = at_signal("stopping; nothing is added");
    let mut bar = Progress::new("images");
    let adding = Adding::open(&data_dir, &order, &cancel, &mut |stage| {
        if let Stage::Comparing { done, total } = stage {
            bar.set(done as u64, total as u64, "");
        }
    });
    bar.end();
    let adding = adding?;
    let understood = adding.understood();
    match wanted.json {
        true => print(serde_json::to_string_pretty(understood)?)?,
        false => print(text(understood, wanted.all))?,
    }
    let number = match (wanted.choose, understood.candidates.as_slice()) {
        (Some(number), _) => number,
        (None, [only]) => only.number,
        (None, _) => {
            say(advice(understood));
            return Ok(End::Undecided.into());
        }
    };
    let name = wanted.name.clone().unwrap_or_else(|| name_of(&called));
    let title = wanted.title.clone().unwrap_or_else(|| name.clone());
    let loaded = adding.keep(&data_dir, number, &name, &title)?;
    say(format_args!(
        "{name} is added: {}, {} parameters, every tensor accounted for",
        loaded.card.architecture.describe(),
        loaded.parameters
    ));
    say("no weights file tells what follows; it was taken as chosen:");
    for one in loaded.card.untold() {
        say(format_args!("  {:<16} {}", one.name, plain(&one.words)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds the folder of a model, whose `model.json` says everything.
fn folder(wanted: &Add, data_dir: &Path) -> Result<ExitCode> {
    let weights = wanted.file.join("model.safetensors");
    let card = library::read_card(&wanted.file).with_context(|| {
        format!(
            "{} is a folder; one with model.safetensors and model.json is right",
            wanted.file.display()
        )
    })?;
    let called = wanted.file.file_name().unwrap_or_default();
    let called = called.to_string_lossy();
    let name = wanted.name.clone().unwrap_or_else(|| name_of(&called));
    let loaded = library::add(data_dir, &name, &weights, &card)?;
    print(format_args!(
        "{name} is added: {}, {} parameters, every tensor accounted for",
        loaded.card.architecture.describe(),
        loaded.parameters
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What the options say of the network.
fn known(wanted: &Add) -> Result<Wanted> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').with_context(|| {
            format!("--assume \"{text}\": NAME=VALUE is right, such as shortcut=both")
        })?;
        Ok((name.to_owned(), value.to_owned()))
    };
    Ok(Wanted {
        family: wanted.arch.clone(),
        input_shape: wanted.input.as_deref().map(sizes).transpose()?,
        assumed: wanted.assume.iter().map(pair).collect::<Result<_>>()?,
    })
}

fn sizes(text: &str) -> Result<[i64; 3]> {
    let numbers: Result<Vec<i64>, _> = text.split('x').map(str::parse).collect();
    match numbers.ok().and_then(|numbers| numbers.try_into().ok()) {
        Some(sizes) => Ok(sizes),
        None => bail!("--input \"{text}\": channels, height and width are right, such as 3x32x32"),
    }
}

/// What is to be done where several candidates are left.
fn advice(understood: &Understood) -> String {
    if understood.data.is_none() {
        return "nothing is added: several networks fit; with --data NAME they are compared on its images \
                (`valleyscope data list` shows what there is), with --choose N one is added"
            .to_owned();
    }
    let first = understood.candidates.first();
    if first.is_some_and(|first| first.images < understood.images) {
        return "nothing is added: on these images no candidate is better than chance; is it the right data set? --data NAME takes another".to_owned();
    }
    match understood.is_clear() {
        true => "nothing is added yet: candidate 1 is clearly the best; --choose 1 adds it".to_owned(),
        false => "nothing is added yet: --choose N adds a candidate; with more --images they differ more clearly"
            .to_owned(),
    }
}

/// Facts, a line each, and the table of candidates.
fn text(understood: &Understood, all: bool) -> String {
    let mut lines = vec![
        format!(
            "file          {} ({}, {} kB)",
            plain(&understood.file),
            understood.kind,
            understood.bytes / 1000
        ),
        format!("SHA-256       {}", understood.sha256),
    ];
    for fact in &understood.facts {
        lines.push(format!(
            "it says       {} {}",
            plain(&fact.name),
            plain(&fact.value)
        ));
    }
    for passed in &understood.passed_over {
        lines.push(format!("passed over   {}", plain(passed)));
    }
    if let Some(first) = understood.candidates.first() {
        lines.push(format!(
            "recognised    {}, {} parameters, {} classes",
            first.architecture, first.parameters, first.classes
        ));
    }
    if let Some(data) = &understood.data {
        lines.push(format!(
            "compared on   the first {} images of {}",
            understood.images,
            plain(data)
        ));
    }
    lines.push(String::new());
    lines.extend(table(understood, all));
    lines.join("\n")
}

fn table(understood: &Understood, all: bool) -> Vec<String> {
    let differ = understood.differ_in();
    let differs = |one: &dyn Fn(&Candidate, &Candidate) -> bool| {
        let first = understood.candidates.first();
        first.is_some_and(|first| understood.candidates.iter().any(|other| one(first, other)))
    };
    let parts = differs(&|one, other| one.part != other.part);
    // What differs by an option alone is told by that.
    let architectures =
        differs(&|one, other| one.family != other.family || one.parameters != other.parameters);
    let losses = understood.candidates.iter().any(|one| one.loss.is_some());
    let divergences = understood
        .candidates
        .iter()
        .any(|one| one.divergence.is_some());
    let mut head = vec!["".to_owned()];
    if understood.data.is_some() {
        head.push("clean accuracy (95 %)".to_owned());
    }
    head.extend(losses.then(|| "loss".to_owned()));
    head.extend(divergences.then(|| "first norm off by".to_owned()));
    head.extend(parts.then(|| "part".to_owned()));
    head.extend(architectures.then(|| "architecture".to_owned()));
    head.extend(differ.iter().cloned());
    let row = |one: &Candidate| {
        let mut row = vec![one.number.to_string()];
        if understood.data.is_some() {
            row.push(accuracy(one, understood.images));
        }
        let number =
            |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.4}"));
        row.extend(losses.then(|| number(one.loss)));
        row.extend(divergences.then(|| number(one.divergence)));
        row.extend(parts.then(|| plain(&one.part).into_owned()));
        row.extend(architectures.then(|| one.architecture.clone()));
        row.extend(
            differ
                .iter()
                .map(|name| one.assumed(name).unwrap_or("").to_owned()),
        );
        row
    };
    let shown = if all { usize::MAX } else { SHOWN };
    let mut rows = vec![head];
    rows.extend(understood.candidates.iter().take(shown).map(row));
    let columns = rows[0].len();
    let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..columns)
        .map(|column| wide(column).unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    let more = understood.candidates.len().saturating_sub(shown);
    if more > 0 {
        lines.push(format!(
            "and {more} more, none of them better; --all shows them"
        ));
    }
    lines
}

fn accuracy(one: &Candidate, images: u64) -> String {
    let Some(rate) = one.accuracy else {
        // It was tried under another normalisation only.
        return "clearly worse".to_owned();
    };
    let percent = |share: f64| 100.0 * share;
    // Who was clearly worse was looked at no further.
    let part = match one.images < images {
        true => format!(" of {}", one.images),
        false => String::new(),
    };
    format!(
        "{:5.1} % ({:.1} to {:.1}){part}",
        percent(rate.share.0),
        percent(rate.low.0),
        percent(rate.high.0)
    )
}
