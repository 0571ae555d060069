//! What the browser loads, by file, against a limit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::place;

/// Brotli bytes of wasm, JavaScript, CSS and HTML that the first page of a visit loads; kilobytes are 1000 bytes here.
/// A ceiling against accidents, which the browser tests measure too (E1).
const LIMIT: u64 = 700_000;

#[derive(Clone)]
struct Row {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the tables; an error when a page is over the limit.
pub fn check() -> Result<()> {
    judge(most(&place::root().join("static/pkg"))?)
}

/// Prints what every page loads, and what each page loads beside it; the most that one visit begins with, in brotli.
fn most(folder: &Path) -> Result<u64> {
    let rows = measure(folder)?;
    let pages = pages(folder)?;
    let is_of = |row: &Row, files: &[String]| files.contains(&row.name);
    let of_a_page = |row: &Row| pages.values().any(|files| is_of(row, files));
    let every: Vec<Row> = rows.iter().filter(|row| !of_a_page(row)).cloned().collect();
    let base = total("every page", &every);
    println!("{:<46}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
    every.iter().chain([&base]).for_each(print);
    let mut most = base.brotli;
    for (page, files) in &pages {
        let own: Vec<Row> = rows
            .iter()
            .filter(|row| is_of(row, files))
            .cloned()
            .collect();
        let own = total(&format!("{page}, in {} files more", own.len()), &own);
        print(&own);
        most = most.max(base.brotli + own.brotli);
    }
    Ok(most)
}

fn print(row: &Row) {
    println!(
        "{:<46}{:>10}{:>10}{:>10}",
        row.name, row.raw, row.gzip, row.brotli
    );
}

/// Which files a page fetches beside those of every page, as `xtask/web` says.
fn pages(folder: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let file = folder.join(".pages.json");
    let text = fs::read(&file)
        .with_context(|| format!("{} is missing: run `cargo xtask web` again", file.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

fn judge(brotli: u64) -> Result<()> {
    if brotli > LIMIT {
        bail!("a visit begins with {brotli} bytes in brotli, over the limit of {LIMIT}");
    }
    println!("at most {brotli} bytes at the beginning of a visit, within the limit of {LIMIT}");
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
            let name = file.strip_prefix(folder).unwrap_or(&file);
            rows.push(Row {
                raw: size("")?,
                gzip: size(".gz")?,
                brotli: size(".br")?,
                name: name.display().to_string(),
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

fn total(name: &str, rows: &[Row]) -> Row {
    Row {
        name: name.to_owned(),
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
