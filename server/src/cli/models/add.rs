//! `valleyscope models add`

use super::licence::terms;
use crate::adding::{Adding, IMAGES, Order, Program, Stage, Words, name_of};
use crate::cli::Place;
use crate::cli::columns::aligned;
use crate::cli::exit::End;
use crate::cli::progress::Progress;
use crate::cli::say::{print, say};
use crate::cli::stop::at_signal;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_engine::model::{Wanted, library};
use valleyscope_shared::adding::{Outcome, Understood};
use valleyscope_shared::text::plain;

/// Candidates that are shown unless all are asked for.
const SHOWN: usize = 12;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The weights: safetensors, what torch.save wrote (a state dict, a checkpoint with one in it, a whole module), a network as ONNX or torch.export.save wrote it (.pt2), or a folder with model.safetensors and model.json; nothing in it is executed unless --run-program says so
    file: PathBuf,
    /// The name that runs will use [default: made of the file's]
    #[arg(long)]
    name: Option<String>,
    /// The name in words [default: the name]
    #[arg(long)]
    title: Option<String>,
    /// Under which terms its weights may be used, on one line: `MIT`, `research only`
    #[arg(long, value_name = "WORDS")]
    licence: Option<String>,
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
    /// FILE is a TorchScript program: run it, now and whenever it is attacked, with everything that you may do
    #[arg(long)]
    run_program: bool,
    /// The layer that gives the logits, where a program has several that may: `fc`
    #[arg(long, requires = "run_program", value_name = "LAYER")]
    head: Option<String>,
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
    let licence = terms(wanted.licence.as_deref())?;
    if wanted.file.is_dir() {
        return folder(wanted, licence, &data_dir);
    }
    let called = wanted
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let order = Order {
        file: wanted.file.clone(),
        called: called.clone().into_owned(),
        wanted: Wanted::told(
            wanted.arch.as_deref(),
            wanted.input.as_deref(),
            &wanted.assume,
        )?,
        normalisation: wanted
            .normalisation
            .as_deref()
            .map(str::parse)
            .transpose()?,
        part: wanted.part.clone(),
        data: wanted.data.clone(),
        images: Some(wanted.images.max(1)),
        program: match wanted.run_program {
            true => Program::Run {
                head: wanted.head.clone(),
            },
            false => Program::Refused,
        },
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
    let words = Words {
        title: wanted.title.clone(),
        licence,
    };
    let added = adding.keep(&data_dir, number, &name, &words)?;
    let end = match added.card.program() {
        Some(_) => "executed in a process of its own whenever it is attacked",
        None => "every tensor accounted for",
    };
    say(format_args!(
        "{name} is added: {}, {} parameters, {end}",
        added.card.architecture.describe(),
        added.parameters
    ));
    say("no weights file tells what follows; it was taken as chosen:");
    for one in added.card.untold() {
        say(format_args!("  {:<16} {}", one.name, plain(&one.words)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds the folder of a model, whose `model.json` says everything but the terms of use that are given here.
fn folder(wanted: &Add, licence: Option<String>, data_dir: &Path) -> Result<ExitCode> {
    let weights = wanted.file.join("model.safetensors");
    let mut card = library::read_card(&wanted.file).with_context(|| {
        format!(
            "{} is a folder; one with model.safetensors and model.json is right",
            wanted.file.display()
        )
    })?;
    card.licence = licence.or(card.licence);
    let called = wanted.file.file_name().unwrap_or_default();
    let called = called.to_string_lossy();
    let name = wanted.name.clone().unwrap_or_else(|| name_of(&called));
    if card.program().is_some() {
        if !wanted.run_program {
            bail!("the model is a program that runs; who trusts it adds it with --run-program");
        }
        let program = wanted.file.join(library::PROGRAM);
        library::add_program(data_dir, &name, &program, &card)?;
        print(format_args!(
            "{name} is added: {}, not run yet",
            card.architecture.describe()
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let loaded = library::add(data_dir, &name, &weights, &card)?;
    print(format_args!(
        "{name} is added: {}, {} parameters, every tensor accounted for",
        loaded.card.architecture.describe(),
        loaded.parameters
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What is to be done where several candidates are left.
fn advice(understood: &Understood) -> &'static str {
    match understood.outcome() {
        Outcome::Open => {
            "nothing is added: several networks fit; with --data NAME they are compared on its images \
             (`valleyscope data list` shows what there is), with --choose N one is added"
        }
        Outcome::Chance => {
            "nothing is added: on these images no candidate is better than chance; is it the right data set? --data NAME takes another"
        }
        Outcome::Clear | Outcome::Only => {
            "nothing is added yet: candidate 1 is clearly the right one; --choose 1 adds it"
        }
        Outcome::Several => {
            "nothing is added yet: --choose N adds a candidate; with more --images they differ more clearly"
        }
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
    // One of which nothing is left open or was compared has no columns.
    if !understood.columns().is_empty() {
        lines.push(String::new());
        lines.extend(table(understood, all));
    }
    lines.join("\n")
}

fn table(understood: &Understood, all: bool) -> Vec<String> {
    let columns = understood.columns();
    let shown = if all { usize::MAX } else { SHOWN };
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(columns.iter().map(|column| column.title.clone()));
    let candidates = understood.candidates.iter().enumerate();
    for (place, one) in candidates.take(shown) {
        let cells = columns
            .iter()
            .map(|column| plain(&column.cells[place]).into_owned());
        let number = std::iter::once(one.number.to_string());
        rows.push(number.chain(cells).collect());
    }
    let numbers = columns.iter().enumerate();
    let numbers = numbers.filter(|(_, column)| column.is_number);
    let numbers: Vec<usize> = numbers.map(|(place, _)| place + 1).collect();
    let mut lines = aligned(&rows, &numbers);
    let more = understood.candidates.len().saturating_sub(shown);
    if more > 0 {
        lines.push(format!(
            "and {more} more, none of them better; --all shows them"
        ));
    }
    lines
}
