//! Speed against PyTorch's: the comparison's Python lives in a throw-away environment of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::setup::environment::{self, Environment};
use crate::{command, native, place, setup};

#[derive(Args)]
pub struct Options {
    /// Options for the bench program, after `--`
    #[arg(last = true, value_name = "BENCH OPTIONS")]
    bench: Vec<String>,
}

/// What the comparison needs: how pip names it and how Python does.
const PACKAGES: [(&str, &str); 4] = [
    ("torch==2.11.0", "torch"),
    ("torchvision==0.26.0", "torchvision"),
    ("torchattacks==3.5.1", "torchattacks"),
    ("foolbox==3.3.4", "foolbox"),
];

/// Runs the engine's bench, which calls the Python given to it as `VALLEYSCOPE_BENCH_PYTHON`.
pub fn bench(options: &Options) -> Result<()> {
    setup::for_build()?;
    let python = python()?;
    command::run(&mut native::build("--example", "bench"))?;
    let mut bench = Command::new(place::target().join("release/examples/bench"));
    bench
        .args(&options.bench)
        .current_dir(place::root())
        .env("VALLEYSCOPE_BENCH_PYTHON", python);
    command::run(&mut bench)
}

/// The comparison's Python, made on first use.
pub fn python() -> Result<PathBuf> {
    with(&PACKAGES)
}

/// A Python with PyTorch alone, in the same place.
pub fn python_with_torch() -> Result<PathBuf> {
    with(&PACKAGES[..1])
}

fn with(packages: &[(&str, &str)]) -> Result<PathBuf> {
    environment::python(&Environment {
        name: "bench-torch-2.11.0",
        size: "about 5 GB",
        packages,
    })
}
