//! What the builds need, fetched once.

pub mod browser;
mod cache;
mod compiler;
pub mod environment;
pub mod libtorch;
mod pip;
pub mod readers;
pub mod wasm;

use anyhow::Result;
use clap::Args;

/// What a user can decide otherwise.
pub const ENVIRONMENT: &str = "\
Environment:
  LIBTORCH         A LibTorch 2.11.0 of your own (the folder with lib and include), used instead of PyPI's
  XDG_CACHE_HOME   Where the cache goes, instead of ~/.cache
  CXX              The C++ compiler
  CHROMIUM         The browser for the browser tests
  NGINX            The proxy for the browser tests
  XTASK_WASM_COMPILER=distribution
                   Build the frontend with Debian's rustc-web even where rustup has the wasm target";

#[derive(Args)]
pub struct Options {
    /// Also the browser tests' tools: Node.js, npm packages, Chromium, nginx
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
