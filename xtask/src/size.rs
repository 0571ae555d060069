//! What the browser loads before it shows anything, against a limit.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::place;

/// Brotli bytes of wasm, JavaScript, CSS and HTML together; kilobytes are 1000 bytes here.
const LIMIT: u64 = 300_000;
const GOAL: u64 = 250_000;

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
    let verdict = if brotli <= GOAL { "within" } else { "over" };
    println!("within the limit of {LIMIT}, {verdict} the goal of {GOAL}");
    Ok(())
}

fn measure(folder: &Path) -> Result<Vec<Row>> {
    let entries = fs::read_dir(folder).with_context(|| {
        format!(
            "{} is not there yet: run `cargo xtask web` first",
            folder.display()
        )
    })?;
    let mut rows = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if ["wasm", "js", "css", "html"]
            .iter()
            .any(|kind| name.ends_with(&format!(".{kind}")))
        {
            let size = |suffix: &str| length(&folder.join(format!("{name}{suffix}")));
            rows.push(Row {
                raw: size("")?,
                gzip: size(".gz")?,
                brotli: size(".br")?,
                name,
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
