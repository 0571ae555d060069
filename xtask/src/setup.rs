//! What the builds need, fetched once.

mod browser;
mod cache;
mod compiler;
mod libtorch;
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
    for_web()?;
    if options.tests {
        for_browser_tests()?;
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

/// Before a build of the frontend: a compiler with a standard library for wasm.
pub fn for_web() -> Result<()> {
    wasm::ensure().map(drop)
}

/// Before the browser tests: Chromium, Node.js and the npm packages.
pub fn for_browser_tests() -> Result<()> {
    browser::ensure()
}

/// The Chromium that the browser tests drive.
pub fn chromium() -> Result<std::path::PathBuf> {
    browser::chromium()
}

/// LibTorch's folder of shared libraries, where LibTorch is set up.
pub fn libtorch_libraries() -> Result<std::path::PathBuf> {
    libtorch::libraries()
}

/// One line a step, so that a log of a set-up reads like a list.
fn found(what: &str, detail: &str) {
    println!("  {what:<12} {detail}");
}
