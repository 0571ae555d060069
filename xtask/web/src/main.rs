//! Packs the frontend for the browser: bindings, content-hashed names, `index.html`, brotli and gzip beside every file.
//!
//! Called by `cargo xtask web`; nothing else needs it.

mod asset;
mod bindings;
mod compress;
mod pack;
mod page;
mod split;

use std::path::PathBuf;

use clap::Parser;

/// Pack a compiled frontend into a folder that the server can serve as it is.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The frontend as cargo built it for wasm32-unknown-unknown
    #[arg(long)]
    wasm: PathBuf,
    /// The folder with index.html and the style sheets
    #[arg(long = "static")]
    static_dir: PathBuf,
    /// The folder to write; it is replaced as a whole
    #[arg(long)]
    out: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match pack::pack(&arguments.wasm, &arguments.static_dir, &arguments.out)? {
        pack::Packed::Unchanged => {
            println!("{} is up to date", arguments.out.display());
        }
        pack::Packed::Written { files } => {
            println!("wrote {files} files to {}", arguments.out.display());
        }
    }
    Ok(())
}
