//! What the browser loads, by file, against a limit.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::place;

/// Brotli bytes of wasm, JavaScript, CSS and HTML together, the pieces of all pages included; kilobytes are 1000 bytes here.
/// A ceiling against accidents: no page loads all of it, and what the first one loads is measured in the browser (E1).
const LIMIT: u64 = 700_000;

struct Row {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the table; an error when the total is over the limit.
pub fn check() -> Result<()> {
    judge(table()?)
}

/// Prints the table; the total in brotli.
fn table() -> Result<u64> {
    let rows = measure(&place::root().join("static/pkg"))?;
    let total = total(&rows);
    println!("{:<34}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
    for row in rows.iter().chain([&total]) {
        println!(
            "{:<34}{:>10}{:>10}{:>10}",
            row.name, row.raw, row.gzip, row.brotli
        );
    }
    Ok(total.brotli)
}

fn judge(brotli: u64) -> Result<()> {
    if brotli > LIMIT {
        bail!("the page is {brotli} bytes in brotli, over the limit of {LIMIT}");
    }
    println!("within the limit of {LIMIT}");
    Ok(())
}

fn measure(folder: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for file in files(folder)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if ["wasm", "js", "css", "html"]
            .iter()
            .any(|kind| name.ends_with(&format!(".{kind}")))
        {
            let size = |suffix: &str| length(&file.with_file_name(format!("{name}{suffix}")));
            rows.push(Row {
                raw: size("")?,
                gzip: size(".gz")?,
                brotli: size(".br")?,
                name: name.into_owned(),
            });
        }
    }
    if !rows.iter().any(|row| row.name.ends_with(".wasm")) {
        bail!(
            "{} holds no .wasm file: run `cargo xtask web` again",
            folder.display()
        );
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.raw));
    Ok(rows)
}

/// The files of the folder and of the folders in it.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| {
        format!(
            "{} is not there yet: run `cargo xtask web` first",
            folder.display()
        )
    })?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

fn length(file: &Path) -> Result<u64> {
    let facts = fs::metadata(file)
        .with_context(|| format!("{} is missing: run `cargo xtask web` again", file.display()))?;
    Ok(facts.len())
}

fn total(rows: &[Row]) -> Row {
    Row {
        name: "total".to_owned(),
        raw: rows.iter().map(|row| row.raw).sum(),
        gzip: rows.iter().map(|row| row.gzip).sum(),
        brotli: rows.iter().map(|row| row.brotli).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_copies_are_columns_and_not_rows() {
        let folder = tempfile::tempdir().unwrap();
        for (name, length) in [
            ("a.wasm", 10),
            ("a.wasm.br", 3),
            ("a.wasm.gz", 4),
            (".made-of", 64),
        ] {
            fs::write(folder.path().join(name), vec![0; length]).unwrap();
        }
        let rows = measure(folder.path()).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].raw, rows[0].gzip, rows[0].brotli), (10, 4, 3));
    }

    #[test]
    fn a_folder_without_the_module_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(measure(folder.path()).is_err());
    }

    #[test]
    fn one_byte_over_the_limit_fails() {
        assert!(judge(LIMIT).is_ok());
        assert!(judge(LIMIT + 1).is_err());
    }
}
