//! What the builds need, fetched once.

pub mod browser;
mod cache;
mod compiler;
pub mod libtorch;
mod pip;
pub mod wasm;

use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Options {
    /// Also the browser tests' tools: Node.js, npm packages, Chromium
    #[arg(long)]
    tests: bool,
    /// Also the CUDA libraries that LibTorch needs on a GPU (about 2 GB more)
    #[arg(long)]
    cuda: bool,
}

/// Does every step, says what each found, and ends with the frontend built.
pub fn setup(options: &Options) -> Result<()> {
    for_build()?;
    if options.cuda {
        libtorch::add_cuda()?;
    }
    if options.tests {
        browser::ensure()?;
    }
    crate::web::build()?;
    println!("Ready. Next: cargo xtask run");
    Ok(())
}

/// Before a build of the engine: a C++ compiler and LibTorch.
pub fn for_build() -> Result<()> {
    compiler::ensure()?;
    libtorch::ensure()?;
    Ok(())
}

/// One line a step, so that a log of a set-up reads like a list.
fn found(what: &str, detail: &str) {
    println!("  {what:<12} {detail}");
}
