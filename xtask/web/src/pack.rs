//! The web folder as a whole: made beside its place and moved there when it is complete.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::asset::{Asset, digest};
use crate::{bindings, compress, page, split};

/// What the module and its script are called.
const NAME: &str = "valleyscope";
/// Remembers what the folder was made of. The dot keeps it out of what is served.
const STAMP: &str = ".made-of";

/// Which files a page fetches, by the page's name; `cargo xtask size` reads it.
const PAGES: &str = ".pages.json";
type Pages = BTreeMap<String, Vec<String>>;

pub enum Packed {
    Unchanged,
    Written { files: usize },
}

/// Packs `wasm`, `index.html` and the style sheets into `out`, unless `out` was made of exactly these by this very program.
pub fn pack(wasm: &Path, static_dir: &Path, out: &Path) -> Result<Packed> {
    let template = read(&static_dir.join("index.html"))?;
    let css = styles(static_dir)?;
    let program = read(&std::env::current_exe()?)?;
    let wasm = fs::read(wasm).with_context(|| {
        format!(
            "cannot read the compiled frontend {}; `cargo xtask web` builds it",
            wasm.display()
        )
    })?;
    let stamp = digest([&wasm[..], &template, &css, &program]);
    if fs::read_to_string(out.join(STAMP)).is_ok_and(|old| old == stamp) {
        return Ok(Packed::Unchanged);
    }

    let (assets, pages) = assets(wasm, &String::from_utf8(template)?, css)?;
    let staging = sibling(out, "new");
    clear(&staging)?;
    for asset in &assets {
        write(&staging, asset)?;
    }
    fs::write(staging.join(PAGES), serde_json::to_vec(&pages)?)?;
    fs::write(staging.join(STAMP), stamp)?;
    replace(out, &staging)?;
    Ok(Packed::Written {
        files: assets.len(),
    })
}

/// The style sheets as one, by name; that of everything, `app.css`, is the first.
fn styles(static_dir: &Path) -> Result<Vec<u8>> {
    let mut sheets = Vec::new();
    for entry in fs::read_dir(static_dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "css") {
            sheets.push(path);
        }
    }
    sheets.sort();
    let mut all = Vec::new();
    for sheet in sheets {
        all.extend(without_comments(&String::from_utf8(read(&sheet)?)?).bytes());
    }
    Ok(all)
}

/// A style sheet without its comments and the blanks at the beginnings of its lines: they are for who reads the source.
fn without_comments(css: &str) -> String {
    let mut pieces = css.split("/*");
    let mut bare = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        bare += piece.split_once("*/").map_or("", |(_, rest)| rest);
    }
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// A generated script without the blanks at the beginnings of its lines, as no text of it goes over several.
fn without_indent(script: &str) -> String {
    let lines = script.lines().map(str::trim_start);
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

/// All files, and which of them a page fetches when it is opened.
fn assets(wasm: Vec<u8>, template: &str, css: Vec<u8>) -> Result<(Vec<Asset>, Pages)> {
    let script = format!("{NAME}.js");
    let pieces = split::split(&wasm, &script)?;
    let bindings = bindings::generate(NAME, pieces.main)?;
    let css = Asset::hashed("app", "css", css);
    // The files name each other, in a circle: the hash of all of them is their folder's name.
    let mut files = vec![
        (script, without_indent(&bindings.javascript).into_bytes()),
        (format!("{NAME}.wasm"), bindings.wasm),
    ];
    files.extend(pieces.others);
    let mut assets = Asset::together(files);
    let (module, wasm) = (assets[0].clone(), assets[1].clone());
    let path = |file: &String| wasm.path.replace(&format!("{NAME}.wasm"), file);
    let pages = pieces.pages.into_iter();
    let pages = pages.map(|(page, files)| (page, files.iter().map(path).collect()));
    let pages = pages.collect();
    let boot = page::boot_script(&module, &wasm);
    let index = Asset {
        path: "index.html".to_owned(),
        bytes: page::index(template, &css, &boot, &module, &wasm)?.into_bytes(),
    };
    assets.extend([index, css, boot]);
    Ok((assets, pages))
}

fn write(folder: &Path, asset: &Asset) -> Result<()> {
    let place = |suffix: &str| folder.join(format!("{}{suffix}", asset.path));
    if let Some(parent) = place("").parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(place(""), &asset.bytes)?;
    fs::write(place(".br"), compress::brotli(&asset.bytes)?)?;
    fs::write(place(".gz"), compress::gzip(&asset.bytes)?)?;
    Ok(())
}

/// Puts `staging` where `out` is. A reader may find the folder missing for an instant, but never half written.
fn replace(out: &Path, staging: &Path) -> Result<()> {
    let old = sibling(out, "old");
    clear(&old)?;
    fs::remove_dir(&old)?;
    if out.exists() {
        fs::rename(out, &old)?;
    }
    fs::rename(staging, out)
        .with_context(|| format!("cannot move the finished folder to {}", out.display()))?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

/// `static/pkg` -> `static/.pkg-new`.
fn sibling(out: &Path, suffix: &str) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}-{suffix}"))
}

/// Makes `folder` an empty folder, whatever an interrupted run left there.
fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn a_sheet_keeps_its_rules_alone() {
        let css = "/* One. */\n\na { b: c; } /* two\nlines */\n  d { e: \"f\"; }\n";
        assert_eq!(without_comments(css), "a { b: c; }\nd { e: \"f\"; }\n");
    }
}
