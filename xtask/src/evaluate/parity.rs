//! Attacks of torchattacks and Foolbox against ours, image by image: `xtask/parity` computes a row, here the rows are kept and shown.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Maker;
use super::cell::{read, write_json};
use crate::{bench, command, place};

/// Computes the rows that are not there yet, or the one of this name.
pub fn compute(data: &Path, results: &Path, wanted: Option<&str>, maker: &Maker) -> Result<()> {
    let python = bench::python()?;
    let script = place::root().join("xtask/parity/parity.py");
    let program = place::target().join("release").join("valleyscope");
    let names = command::answer(Command::new(&python).arg(&script).arg("list"))
        .with_context(|| format!("{} cannot list its rows", script.display()))?;
    let inputs = command::answer(Command::new(&python).arg(&script).arg("inputs").arg(data))
        .with_context(|| format!("{} cannot read its inputs", script.display()))?;
    let inputs: Value = serde_json::from_str(&inputs)
        .with_context(|| format!("the inputs are no JSON: {inputs}"))?;
    let folder = folder(results);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    for line in names.lines() {
        let (name, asked) = line.split_once('\t').with_context(|| {
            format!("the list has {line:?} instead of a name and what is asked")
        })?;
        if wanted.is_some_and(|wanted| wanted != name) {
            continue;
        }
        let asked: Value = serde_json::from_str(asked)
            .with_context(|| format!("what is asked of {name} is no JSON: {asked}"))?;
        let path = folder.join(name).with_extension("json");
        match read(&path).filter(|known| known["asked"] == asked) {
            Some(known) if known["inputs"] == inputs => {
                println!("parity / {name}: there already");
                continue;
            }
            Some(known) => {
                let why = match known["inputs"].is_null() {
                    true => "it does not say what it was computed from",
                    false => "weights, images or libraries have changed since",
                };
                println!("parity / {name}: computed again, {why}");
            }
            None => println!("parity / {name}"),
        }
        let out = place::target().join(format!("parity-{}.json", std::process::id()));
        let begun = Instant::now();
        let mut row = Command::new(&python);
        row.arg(&script).args(["row", name]).arg(data).arg(&program);
        command::run(row.arg(&out))?;
        let result = read(&out).with_context(|| format!("{} is no JSON", out.display()))?;
        std::fs::remove_file(&out).with_context(|| format!("cannot remove {}", out.display()))?;
        let made = json!({
            "asked": asked,
            "inputs": inputs,
            "result": result,
            "seconds": begun.elapsed().as_secs_f64().round(),
            "commit": maker.commit,
            "machine": maker.machine,
            "command": format!("cargo xtask evaluate --parity --attack {name}"),
        });
        write_json(&path, &made)?;
    }
    Ok(())
}

fn folder(results: &Path) -> PathBuf {
    results.join("parity")
}

/// The rows that are there, by title.
pub struct Rows(Vec<Value>);

impl Rows {
    pub fn all(results: &Path) -> Result<Self> {
        let folder = folder(results);
        let mut rows = Vec::new();
        if folder.is_dir() {
            for entry in std::fs::read_dir(&folder)
                .with_context(|| format!("cannot list {}", folder.display()))?
            {
                rows.extend(read(&entry?.path()));
            }
        }
        let text = |row: &Value, key: &str| row["asked"][key].as_str().unwrap_or("").to_owned();
        rows.sort_by_key(|row| (text(row, "library"), text(row, "title")));
        // torchattacks has the most rows, so it comes first.
        rows.sort_by_key(|row| text(row, "library").starts_with("Foolbox"));
        Ok(Self(rows))
    }

    fn with_seeds(&self, drawn: bool) -> impl Iterator<Item = &Value> {
        let seeds = |row: &Value| row["asked"]["seeds"].as_array().map_or(0, Vec::len);
        self.0.iter().filter(move |row| (seeds(row) > 0) == drawn)
    }

    /// Attacks that draw: robust accuracy in percent under several seeds.
    pub fn random(&self) -> String {
        let mut text = "| attack | against | images | seeds | theirs, mean | range | ours, mean | range | difference | commit |\n|---|---|---|---|---|---|---|---|---|---|\n".to_owned();
        for row in self.with_seeds(true) {
            let (asked, result) = (&row["asked"], &row["result"]);
            let images = asked["images"].as_f64().unwrap_or(f64::NAN);
            let side = |side: &str| -> Vec<f64> {
                let counts = result["wrong"][side].as_array().into_iter().flatten();
                let robust = counts.filter_map(Value::as_f64).map(|wrong| images - wrong);
                robust.map(|right| 100.0 * right / images).collect()
            };
            let (theirs, ours) = (side("theirs"), side("ours"));
            let _ = writeln!(
                text,
                "| {} | {} | {images} | {} | {:.1} | {} | {:.1} | {} | {:+.1} | {} |",
                string(&asked["title"]),
                string(&asked["library"]),
                theirs.len(),
                mean(&theirs),
                range(&theirs),
                mean(&ours),
                range(&ours),
                mean(&ours) - mean(&theirs),
                string(&row["commit"]),
            );
        }
        text
    }

    /// Attacks that draw nothing: for how many images both agree.
    pub fn fixed(&self) -> String {
        let mut text = "| attack | against | wrong after theirs | after ours | the same | commit |\n|---|---|---|---|---|---|\n".to_owned();
        for row in self.with_seeds(false) {
            let (asked, result) = (&row["asked"], &row["result"]);
            let images = asked["images"].as_u64().unwrap_or_default();
            let apart = result["apart"]
                .as_array()
                .map_or(images, |a| a.len() as u64);
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} of {images}, {:.1} % | {} |",
                string(&asked["title"]),
                string(&asked["library"]),
                result["wrong"]["theirs"][0],
                result["wrong"]["ours"][0],
                images - apart,
                100.0 * (images - apart) as f64 / images as f64,
                string(&row["commit"]),
            );
        }
        text
    }

    /// What computed them.
    pub fn machines(&self) -> String {
        let mut machines: Vec<&str> = self.0.iter().map(|row| string(&row["machine"])).collect();
        machines.sort_unstable();
        machines.dedup();
        format!("Computed on {}.\n", machines.join("; "))
    }
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn range(values: &[f64]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match values.len() {
        1 => "–".to_owned(),
        _ => format!("{low:.1} to {high:.1}"),
    }
}
