//! One run of an evaluation: computed unless its result is there and still holds.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Maker, valleyscope};
use crate::{command, place};

/// Writes the result of a run to a file; `row` is what it is called on the way. Its model and data set are registered.
pub fn compute(path: &Path, row: &str, spec: &Value, maker: &Maker) -> Result<()> {
    let folder = path.parent().context("a result has no folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let work = place::target().join("evaluation");
    // Named by the process, so that two evaluations can share the work.
    let part = |what: &str| work.join(format!("{what}-{}.json", std::process::id()));
    if let Some(known) = read(path).filter(|known| known["asked"] == *spec) {
        match fault(&known, &part("known"))? {
            None => {
                println!("{row}: there already");
                return Ok(());
            }
            Some(fault) => println!("{row}: computed again, {fault}"),
        }
    } else {
        println!("{row}");
    }
    let (asked, out) = (part("run"), part("result"));
    write_json(&asked, spec)?;
    let begun = Instant::now();
    let mut run = valleyscope();
    run.arg("run")
        .arg(&asked)
        .arg("--out")
        .arg(&out)
        .arg("--brief");
    command::run(&mut run)?;
    let seconds = begun.elapsed().as_secs_f64();
    let made = read(&out).with_context(|| format!("{} is no JSON", out.display()))?;
    let made = what_is_reported(made);
    for part in [&asked, &out] {
        std::fs::remove_file(part).with_context(|| format!("cannot remove {}", part.display()))?;
    }
    let brief = json!({
        "asked": spec,
        "result": made,
        "seconds": seconds.round(),
        "commit": maker.commit,
        "machine": maker.machine,
    });
    write_json(path, &brief)
}

/// Why a known cell would come out otherwise now, as `valleyscope verify` says; nothing where it still holds.
fn fault(known: &Value, scratch: &Path) -> Result<Option<String>> {
    let result = &known["result"];
    let asked =
        json!({ "spec": known["asked"], "made_by": result["made_by"], "origin": result["origin"] });
    write_json(scratch, &asked)?;
    let said = valleyscope()
        .arg("verify")
        .arg(scratch)
        .output()
        .context("the program does not start; does `cargo xtask setup` say why?")?;
    std::fs::remove_file(scratch)
        .with_context(|| format!("cannot remove {}", scratch.display()))?;
    if said.status.success() {
        return Ok(None);
    }
    let text = [said.stdout, said.stderr].concat();
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    let fault = text
        .split_once(".json: ")
        .map(|(_, fault)| fault.to_owned());
    Ok(Some(fault.unwrap_or(text)))
}

/// The head and the statistics of a result: what the tables show, and what it was made with.
fn what_is_reported(mut result: Value) -> Value {
    if let Some(parts) = result.as_object_mut() {
        parts.retain(|key, _| {
            !["spec", "points", "indices", "labels", "timeline", "passes"].contains(&key.as_str())
        });
    }
    if let Some(summary) = result["summary"].as_object_mut() {
        summary.retain(|key, _| !["classes", "peak_minus_flip"].contains(&key.as_str()));
    }
    result
}

pub fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Whole or not at all, so that a stopped evaluation leaves no half file.
pub fn write_json(path: &Path, value: &Value) -> Result<()> {
    let part = path.with_extension("part");
    let text = serde_json::to_string_pretty(value)? + "\n";
    std::fs::write(&part, text).with_context(|| format!("cannot write {}", part.display()))?;
    std::fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}
