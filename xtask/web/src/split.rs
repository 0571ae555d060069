//! The compiled module in pieces: what every page needs, and what one page alone needs, which is fetched when the page is opened.
//!
//! Where to cut is said in the frontend, by `#[lazy_route]`; what the linker tells of the module (`--emit-relocs`) says what belongs to a piece.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

/// The script that fetches pieces. Leptos compiles this name into the module.
const LINK: &str = "./__wasm_split.______________________.js";

/// A module in pieces.
pub struct Pieces {
    /// What every page needs; to be made into a module and its script by wasm-bindgen.
    pub main: Vec<u8>,
    /// The script that fetches the others, and the others, by name.
    pub others: Vec<(String, Vec<u8>)>,
}

/// Cuts the module. `script` is what the main module's script will be called; the pieces import from it.
pub fn split(wasm: &[u8], script: &str) -> Result<Pieces> {
    let folder = tempfile::tempdir().context("cannot make a folder for the pieces")?;
    let main = folder.path().join("main.wasm");
    let module = format!("./{script}");
    let mut options = Options::new(wasm);
    options.output_dir = folder.path();
    options.main_out_path = &main;
    options.link_name = LINK;
    options.main_module = &module;
    let split =
        transform(options).map_err(|error| anyhow!("cannot split the frontend: {error:#}"))?;
    let link = folder.path().join(LINK);
    let others = split
        .split_modules
        .iter()
        .chain([&link])
        .map(|path| read(path));
    Ok(Pieces {
        main: fs::read(&main)?,
        others: others.collect::<Result<_>>()?,
    })
}

fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((name.into_owned(), bytes))
}
