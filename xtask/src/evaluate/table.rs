//! The tables: between marks of `docs/attacks.md` all nets in one and the comparison with other libraries, and each net in detail in `docs/evaluation/README.md`.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::cell::read;
use super::net::{self, NETS, Net};
use super::{file, parity, plan};
use crate::place;

const STRENGTH: &str = "<!-- made by `cargo xtask evaluate`: robust accuracy -->";
const RANDOM: &str = "<!-- made by `cargo xtask evaluate`: attacks that draw -->";
const FIXED: &str = "<!-- made by `cargo xtask evaluate`: attacks that draw nothing -->";
const END: &str = "<!-- end -->";
const HEAD: &str = "\
# Robust accuracy in detail

Written by `cargo xtask evaluate`; [attacks.md](../attacks.md) says what was run, and how.
The files beside this page hold each result with its specification, commit and machine.
";

/// Puts the tables of these results into the page.
pub fn write(results: &Path) -> Result<()> {
    let path = place::root().join("docs").join("attacks.md");
    let page = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let tables = Table::all(results);
    let (any, within): (Vec<_>, Vec<_>) =
        tables.iter().partition(|table| table.epsilon == net::ANY);
    let parity = parity::Rows::all(results)?;
    let mut made = page;
    for (mark, text) in [
        (STRENGTH, overview(&within)),
        (RANDOM, parity.random()),
        (FIXED, parity.fixed() + "\n" + &parity.machines()),
    ] {
        made = put(&made, mark, &text)
            .with_context(|| format!("{} has no mark {mark}, or no end of it", path.display()))?;
    }
    let detail: String = within.into_iter().chain(any).map(detail).collect();
    for (path, text) in [
        (path, made),
        (
            results.join("README.md"),
            format!("{HEAD}\n{}\n", detail.trim_end()),
        ),
    ] {
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: up to date", path.display());
    }
    Ok(())
}

/// The page with this text between a mark and the end that follows it.
pub fn put(page: &str, mark: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(mark)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!(
        "{before}{mark}\n\n{}\n\n{END}{after}",
        text.trim_end()
    ))
}

/// The rows of one net within one radius, as far as they have been computed.
struct Table {
    net: &'static Net,
    epsilon: &'static str,
    rows: Vec<(&'static str, Value)>,
}

impl Table {
    fn all(results: &Path) -> Vec<Self> {
        let of = |net: &'static Net| {
            net::columns(net).into_iter().map(move |column| {
                let row = |attack: plan::Attack| {
                    let path = file(results, net, column.epsilon, attack.name);
                    Some((attack.name, read(&path)?))
                };
                Self {
                    net,
                    epsilon: column.epsilon,
                    rows: column.attacks.into_iter().filter_map(row).collect(),
                }
            })
        };
        let tables = NETS.iter().flat_map(of);
        tables.filter(|table| !table.rows.is_empty()).collect()
    }

    fn cell(&self, attack: &str) -> Option<f64> {
        let (_, row) = self.rows.iter().find(|(name, _)| *name == attack)?;
        row["result"]["summary"]["robust_accuracy"]["share"].as_f64()
    }
}

/// Robust accuracy in percent: an attack a row, a net and a radius a column; the lowest of a column is bold.
fn overview(tables: &[&Table]) -> String {
    let mut head = "| attack |".to_owned();
    let mut rule = "|---|".to_owned();
    for table in tables {
        let _ = write!(head, " {}, ε {} |", table.net.short, table.epsilon);
        rule.push_str("---|");
    }
    let mut text = format!("{head}\n{rule}\n");
    let lowest: Vec<f64> = tables
        .iter()
        .map(|table| {
            let cells = table.rows.iter().filter_map(|(name, _)| table.cell(name));
            cells.fold(f64::INFINITY, f64::min)
        })
        .collect();
    for attack in plan::within("1") {
        let _ = write!(text, "| {} |", attack.name);
        for (table, lowest) in tables.iter().zip(&lowest) {
            match table.cell(attack.name) {
                // Shares of the same number of images, so equal means equal.
                Some(share) if share <= *lowest => {
                    let _ = write!(text, " **{:.1}** |", 100.0 * share);
                }
                Some(share) => {
                    let _ = write!(text, " {:.1} |", 100.0 * share);
                }
                None => text.push_str(" – |"),
            }
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

fn detail(table: &Table) -> String {
    let mut text = String::new();
    let Some((_, first)) = table.rows.first() else {
        return text;
    };
    let clean = &first["result"]["summary"]["clean_accuracy"];
    let radius = match table.epsilon {
        net::ANY => "at any distance".to_owned(),
        epsilon => format!("ε {epsilon}"),
    };
    let _ = writeln!(text, "## {}, {radius}\n", table.net.title);
    let _ = writeln!(
        text,
        "`{}`, the first {} images of the test set, clean accuracy {}; {}.\n",
        table.net.name,
        clean["n"],
        percent(&clean["share"]),
        made_by(&table.rows)
    );
    text.push_str("| attack | robust accuracy | 95 % Wilson interval | passes per image, forward + backward | median size of the best | survives 8 bits | commit |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for (name, row) in &table.rows {
        text.push_str(&line(name, row));
    }
    text.push('\n');
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
        "| {name} | {} | {} to {} | {:.0} + {:.0} | ℓ2 {}, ℓ∞ {} | {} of {} | {} |\n",
        percent(&robust["share"]),
        percent(&robust["low"]),
        percent(&robust["high"]),
        passes("forward"),
        passes("backward"),
        size(&endings["l2"]["median"]),
        size(&endings["linf"]["median"]),
        survives["hits"],
        survives["n"],
        row["commit"].as_str().unwrap_or("unknown"),
    )
}

pub fn percent(share: &Value) -> String {
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
