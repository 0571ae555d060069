//! The tables, written between two marks of `docs/attacks.md`.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::net::NETS;
use super::{plan, read};
use crate::place;

const BEGIN: &str = "<!-- made by `cargo xtask evaluate` -->";
const END: &str = "<!-- end -->";

/// Puts the tables of these results into the page.
pub fn write(results: &Path) -> Result<()> {
    let path = place::root().join("docs").join("attacks.md");
    let page = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let (before, rest) = page
        .split_once(BEGIN)
        .with_context(|| format!("{} has no mark {BEGIN}", path.display()))?;
    let (_, after) = rest
        .split_once(END)
        .with_context(|| format!("{} has no mark {END}", path.display()))?;
    let made = format!("{before}{BEGIN}\n\n{}\n{END}{after}", tables(results));
    std::fs::write(&path, made).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}: the tables are up to date", path.display());
    Ok(())
}

fn tables(results: &Path) -> String {
    let mut text = String::new();
    for net in &NETS {
        let rows: Vec<(&str, Value)> = plan::attacks(net)
            .into_iter()
            .filter_map(|attack| {
                let file = format!("{}.json", attack.name);
                Some((attack.name, read(&results.join(net.name).join(file))?))
            })
            .collect();
        let Some((_, first)) = rows.first() else {
            continue;
        };
        let clean = &first["result"]["summary"]["clean_accuracy"];
        let _ = writeln!(text, "### {}\n", net.title);
        let _ = writeln!(
            text,
            "`{}`, the first {} images of the test set, clean accuracy {}; {}.\n",
            net.name,
            clean["n"],
            percent(&clean["share"]),
            made_by(&rows)
        );
        text.push_str("| attack | robust accuracy | 95 % Wilson interval | passes per image, forward + backward | median size of the best | survives 8 bits | seconds | commit |\n");
        text.push_str("|---|---|---|---|---|---|---|---|\n");
        for (name, row) in &rows {
            text.push_str(&line(name, row));
        }
        text.push('\n');
    }
    text
}

fn made_by(rows: &[(&str, Value)]) -> String {
    let mut machines: Vec<String> = Vec::new();
    for (_, row) in rows {
        let made = |key: &str| row["result"][key].as_str().unwrap_or_default().to_owned();
        let by = format!(
            "{} on {}",
            made("made_by"),
            row["machine"].as_str().unwrap_or("unknown")
        );
        if !machines.contains(&by) {
            machines.push(by);
        }
    }
    machines.join("; ")
}

fn line(name: &str, row: &Value) -> String {
    let summary = &row["result"]["summary"];
    let (robust, endings) = (&summary["robust_accuracy"], &summary["endings"]);
    let survives = &endings["best_survives"];
    let right = summary["n"].as_f64().unwrap_or(f64::NAN);
    let passes = |key: &str| endings[key].as_f64().map_or(f64::NAN, |all| all / right);
    format!(
        "| {name} | {} | {} to {} | {:.0} + {:.0} | ℓ2 {}, ℓ∞ {} | {} of {} | {} | {} |\n",
        percent(&robust["share"]),
        percent(&robust["low"]),
        percent(&robust["high"]),
        passes("forward"),
        passes("backward"),
        size(&endings["l2"]["median"]),
        size(&endings["linf"]["median"]),
        survives["hits"],
        survives["n"],
        row["seconds"].as_f64().unwrap_or(f64::NAN),
        row["commit"].as_str().unwrap_or("unknown"),
    )
}

fn percent(share: &Value) -> String {
    match share.as_f64() {
        Some(share) => format!("{:.1} %", 100.0 * share),
        None => "–".to_owned(),
    }
}

fn size(value: &Value) -> String {
    match value.as_f64() {
        Some(size) => format!("{size:.3}"),
        None => "–".to_owned(),
    }
}
