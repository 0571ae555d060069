//! LibTorch 2.11.0 from PyPI's wheels, in the user's cache.
//!
//! The wheels' layout stays as it is, `torch` beside `nvidia`, because the libraries find each other by relative run paths.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use super::cache::{self, Lock};
use super::found;
use crate::place;

const VERSION: &str = "2.11.0";

/// Makes sure that there is a LibTorch and that cargo knows where; returns its folder (the one with `lib` and `include`).
pub fn ensure() -> Result<PathBuf> {
    if env::var_os("LIBTORCH_USE_PYTORCH").is_some() {
        bail!(
            "LIBTORCH_USE_PYTORCH is set, which xtask does not follow: set LIBTORCH to PyTorch's own folder instead"
        );
    }
    if let Some(chosen) = chosen_by_user() {
        check(&chosen).context(
            "LIBTORCH is set, but cannot be used; correct it, or unset it to have LibTorch fetched",
        )?;
        found("LibTorch", &format!("{} (from LIBTORCH)", chosen.display()));
        return Ok(chosen);
    }
    let folder = cached()?;
    let torch = folder.join("torch");
    if !folder.exists() {
        fetch(&folder)?;
    }
    check(&torch).with_context(|| {
        format!(
            "the cached LibTorch is damaged; delete {} and run the same command again",
            folder.display()
        )
    })?;
    tell_cargo(&torch)?;
    found("LibTorch", &format!("{VERSION} in {}", folder.display()));
    Ok(torch)
}

/// The folder of LibTorch's shared libraries.
pub fn libraries() -> Result<PathBuf> {
    let torch = match chosen_by_user() {
        Some(chosen) => chosen,
        None => cached()?.join("torch"),
    };
    Ok(torch.join("lib"))
}

/// Adds the CUDA libraries that PyPI's torch asks for, beside those that are there.
pub fn add_cuda() -> Result<()> {
    if let Some(chosen) = chosen_by_user() {
        found(
            "CUDA",
            &format!("left alone: {} is yours (LIBTORCH)", chosen.display()),
        );
        return Ok(());
    }
    let folder = cached()?;
    let complete = folder.join(".cuda-complete");
    let _alone = Lock::take(&folder)?;
    if complete.exists() {
        found("CUDA", "libraries found");
        return Ok(());
    }
    println!(
        "Fetching the CUDA libraries of torch {VERSION} (about 2 GB, once), so that LibTorch can use a GPU."
    );
    let staging = cache::fetch_list(&folder, include_str!("cuda.txt"))?;
    cache::merge(&staging.join("nvidia"), &folder.join("nvidia"))?;
    fs::remove_dir_all(&staging)?;
    fs::write(&complete, "")?;
    found("CUDA", "libraries added");
    Ok(())
}

fn cached() -> Result<PathBuf> {
    Ok(place::cache()?.join(format!("libtorch-{VERSION}")))
}

/// `LIBTORCH` from the environment, unless it is only what an earlier set-up told cargo.
/// Decided once: after this set-up told cargo another place, the old one would look like a choice.
pub fn chosen_by_user() -> Option<PathBuf> {
    static CHOSEN: OnceLock<Option<PathBuf>> = OnceLock::new();
    CHOSEN.get_or_init(chosen).clone()
}

fn chosen() -> Option<PathBuf> {
    let value = env::var("LIBTORCH")
        .ok()
        .filter(|value| !value.is_empty())?;
    let ours = fs::read_to_string(cargo_file()).unwrap_or_default();
    (!ours.lines().any(|line| line == line_for(&value))).then(|| PathBuf::from(value))
}

/// Fetches into a folder beside `folder` and renames it when it is whole: an interrupted fetch leaves nothing that looks like LibTorch.
fn fetch(folder: &Path) -> Result<()> {
    let _alone = Lock::take(folder)?;
    if folder.exists() {
        return Ok(()); // another xtask fetched it while we waited
    }
    println!(
        "Fetching LibTorch {VERSION} from PyPI (about 545 MB, once for all checkouts): the engine computes with it."
    );
    let staging = cache::fetch_list(folder, include_str!("libtorch.txt"))?;
    check(&staging.join("torch"))?;
    fs::rename(&staging, folder)
        .with_context(|| format!("cannot move LibTorch to {}", folder.display()))
}

/// What the build and the run path need of a LibTorch, and that it is the version the binding was written for.
fn check(torch: &Path) -> Result<()> {
    let suffix = env::consts::DLL_SUFFIX;
    for needed in [
        format!("lib/libtorch_cpu{suffix}"),
        format!("lib/libc10{suffix}"),
        "include/torch/csrc/api/include/torch/torch.h".to_owned(),
    ] {
        if !torch.join(&needed).is_file() {
            bail!("{} has no {needed}", torch.display());
        }
    }
    let version = ["build-version", "version.py"]
        .iter()
        .find_map(|file| fs::read_to_string(torch.join(file)).ok());
    match version {
        Some(version) if !version.contains(VERSION) => {
            bail!("{} is not LibTorch {VERSION}", torch.display())
        }
        _ => Ok(()),
    }
}

/// Writes `.cargo/libtorch.toml`, which `.cargo/config.toml` includes: plain `cargo build` and editors find LibTorch as well.
fn tell_cargo(torch: &Path) -> Result<()> {
    let torch = torch
        .to_str()
        .context("the cache folder's name is not UTF-8; set XDG_CACHE_HOME to another")?;
    let text = format!(
        "# Written by `cargo xtask setup`.\n[env]\n{}\nLIBTORCH_CXX11_ABI = \"1\"\n",
        line_for(torch)
    );
    let file = cargo_file();
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn cargo_file() -> PathBuf {
    place::root().join(".cargo/libtorch.toml")
}

fn line_for(torch: &str) -> String {
    // Rust's escapes for a string are TOML's for every path one meets.
    format!("LIBTORCH = {torch:?}")
}
