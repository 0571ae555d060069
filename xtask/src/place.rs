//! Where things lie: the repository, the user's cache.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root, where this xtask was compiled.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// What is fetched once for all checkouts: `$XDG_CACHE_HOME/valleyscope`, or `~/.cache/valleyscope`.
pub fn cache() -> Result<PathBuf> {
    // The specification asks to pass over a relative path.
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute());
    let base = match base {
        Some(base) => base,
        None => env::home_dir()
            .context("no home folder is known: set HOME or XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(base.join("valleyscope"))
}
