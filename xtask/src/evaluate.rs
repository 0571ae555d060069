//! Every attack against the nets of the folder of public data, on the head of their test sets: the tables of `docs/attacks.md`.
//!
//! Each run's result is a small file of its own; what is there already is not computed again, so a stopped evaluation goes on where it was.

mod add;
mod api;
mod cell;
mod net;
mod networks;
mod parity;
mod plan;
mod readers;
mod reproduction;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;
use valleyscope_tests::data::{BESIDE, FOLDER};

use crate::{command, native, place, setup};
use net::{NETS, Net};
use plan::Attack;

#[derive(Args)]
pub struct Options {
    /// The folder with `weights` and `datasets`
    #[arg(long, value_name = "FOLDER", env = FOLDER, default_value = BESIDE)]
    data: PathBuf,
    /// How many images from the head of each test set; as the tables have it when left out
    #[arg(long)]
    images: Option<u64>,
    /// Only this radius, as the tables write it (`8/255`), or `any` for the attacks that have none
    #[arg(long, value_name = "RADIUS")]
    epsilon: Option<String>,
    /// Only this net
    #[arg(long, value_name = "NAME")]
    net: Option<String>,
    /// Only this attack, by the name of its file
    #[arg(long, value_name = "NAME")]
    attack: Option<String>,
    /// Only the comparison with torchattacks and Foolbox
    #[arg(long, conflicts_with_all = ["net", "epsilon", "images"])]
    parity: bool,
    /// Only ask the API whether it is as its description says, with schemathesis
    #[arg(long, conflicts_with_all = ["net", "epsilon", "images", "attack", "parity", "tables"])]
    api: bool,
    /// Only the paper's phenomenon on every real network: the table of `docs/reproduction.md`
    #[arg(long, conflicts_with_all = ["net", "epsilon", "images", "attack", "parity", "api"])]
    reproduction: bool,
    /// How many requests at most that schemathesis makes up for each operation of the API, in each phase
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    examples: u32,
    /// Only give every reader of files damaged ones: none may break off, hang or fill the memory
    #[arg(long, conflicts_with_all = ["net", "epsilon", "images", "attack", "parity", "api", "tables"])]
    readers: bool,
    /// How many bytes each reader is given changed, in all
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000)]
    mutations: u64,
    /// Only compare networks with PyTorch, the large ones too
    #[arg(long, conflicts_with_all = ["net", "epsilon", "images", "attack", "parity", "api", "tables", "readers", "reproduction"])]
    networks: bool,
    /// Only write the tables of what is there
    #[arg(long)]
    tables: bool,
}

pub fn evaluate(options: &Options) -> Result<()> {
    if options.readers {
        return readers::check(options.mutations);
    }
    if options.networks {
        setup::for_build()?;
        return networks::check();
    }
    if !options.tables {
        setup::for_build()?;
        command::run(&mut native::build("--bin", "valleyscope"))?;
        if options.api || options.asks_for_everything() && !options.parity {
            api::check(options.examples)?;
        }
        if options.api {
            return Ok(());
        }
        if options.asks_for_everything() && !options.parity {
            readers::check(options.mutations)?;
            networks::check()?;
        }
        let maker = Maker::now();
        let data = place::root().join(&options.data);
        ensure!(
            data.join("weights").is_dir(),
            "{} has no folder `weights`; --data names the folder with weights and data sets",
            data.display()
        );
        if options.reproduction {
            return reproduction::compute(&data, &maker);
        }
        if options.asks_for_everything() && !options.parity {
            reproduction::compute(&data, &maker)?;
        }
        if !options.parity {
            strength(options, &data, &maker)?;
        }
        if options.parity || options.asks_for_everything() {
            parity::compute(&data, &results(), options.attack.as_deref(), &maker)?;
        }
    }
    table::write(&results())?;
    reproduction::write(&reproduction::results())
}

impl Options {
    fn asks_for_everything(&self) -> bool {
        !self.reproduction
            && self.images.is_none()
            && [&self.epsilon, &self.net, &self.attack]
                .iter()
                .all(|part| part.is_none())
    }
}

/// Every net under every attack, as far as it is asked for.
fn strength(options: &Options, data: &Path, maker: &Maker) -> Result<()> {
    let chosen =
        |name: &str, wanted: &Option<String>| wanted.as_ref().is_none_or(|wanted| wanted == name);
    for net in NETS.iter().filter(|net| chosen(net.name, &options.net)) {
        net.register(data)?;
        for column in net::columns(net) {
            for attack in column.attacks {
                if chosen(column.epsilon, &options.epsilon) && chosen(attack.name, &options.attack)
                {
                    let images = options.images.unwrap_or(column.images);
                    result(net, column.epsilon, &attack, images, maker)?;
                }
            }
        }
    }
    Ok(())
}

/// Where the results lie.
fn results() -> PathBuf {
    place::root().join("docs").join("evaluation")
}

/// The file of a row's cell.
fn file(results: &Path, net: &Net, epsilon: &str, attack: &str) -> PathBuf {
    let column = epsilon.replace('/', "_");
    results
        .join(net.name)
        .join(column)
        .join(format!("{attack}.json"))
}

/// The program, with the data directory of evaluations.
fn valleyscope() -> Command {
    let mut program = Command::new(place::target().join("release").join("valleyscope"));
    program
        .current_dir(place::root())
        .env("VALLEYSCOPE_DATA", place::target().join("evaluation"));
    program
}

/// Computes one run, unless its result is there and is of the same run.
fn result(net: &Net, epsilon: &str, attack: &Attack, images: u64, maker: &Maker) -> Result<()> {
    let path = file(&results(), net, epsilon, attack.name);
    let row = format!("{} / {epsilon} / {}", net.name, attack.name);
    let spec = json!({
        "model": net.name,
        "data": { "set": net.set, "first": 0, "count": images },
        "attack": attack.spec,
        "batch_size": 50,
        "keep_examples": 0,
    });
    cell::compute(&path, &row, &spec, maker)
}

/// What computes the results.
struct Maker {
    commit: String,
    machine: String,
}

impl Maker {
    /// Asked right after the build: what is edited while results are computed is not in them.
    fn now() -> Self {
        Self {
            commit: commit(),
            machine: machine(),
        }
    }
}

/// The commit that is checked out, with a mark when files differ from it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        command::answer(
            Command::new("git")
                .args(arguments)
                .current_dir(place::root()),
        )
    };
    let hash = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    match git(&[
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--",
        "server",
        "shared",
    ]) {
        Some(changes) if !changes.is_empty() => format!("{hash}, changed"),
        _ => hash,
    }
}

/// The processor and how many cores of it.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {model}")
}
