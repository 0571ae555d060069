//! `cargo nextest`, which isolates tests: counted by the report that it writes for machines, and held to its list of tests.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use roxmltree::Document;
use serde_json::Value;

use super::count::Count;
use super::runner::Selection;
use crate::command;

/// The report's place below the target folder; its name stands in `.config/nextest.toml`.
const REPORT: &str = "nextest/default/junit.xml";

pub fn installed() -> bool {
    command::succeeds(&mut command::cargo(["nextest", "--version"]))
}

/// Runs the tests. What nextest lists and what it reports must be as many.
pub fn run(selection: &Selection) -> Result<Count> {
    let report = selection.target.join(REPORT);
    if report.exists() {
        fs::remove_file(&report).context("the last run's report cannot be removed")?;
    }
    let mut tests = selection.cargo(["nextest", "run", "--no-fail-fast"]);
    let well = command::run(tests.args(selection.names())).is_ok();
    if !report.exists() {
        // It did not compile, or no test is left; its own message stands above.
        return Ok(Count::default().with_status(false));
    }
    let count = read(&report)?;
    let listed = List::of(selection)?;
    ensure!(
        count.total() == listed.run,
        "nextest lists {} tests to run, but reports {}",
        listed.run,
        count.total()
    );
    Ok(Count {
        skipped: count.skipped + listed.ignored,
        ..count.with_status(well)
    })
}

/// Counts the cases of a JUnit report.
fn read(report: &Path) -> Result<Count> {
    let text = fs::read_to_string(report)?;
    let document = Document::parse(&text)
        .with_context(|| format!("{} is not the report of a run", report.display()))?;
    let cases = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"));
    let counts = cases.map(|case| {
        let holds = |tags: &[&str]| {
            case.children()
                .any(|child| tags.contains(&child.tag_name().name()))
        };
        if holds(&["failure", "error"]) {
            Count::FAILED
        } else if holds(&["skipped"]) {
            Count {
                skipped: 1,
                ..Count::default()
            }
        } else {
            Count::PASSED
        }
    });
    Ok(counts.fold(Count::default(), |sum, count| sum + count))
}

/// How many tests `cargo nextest list` names.
#[derive(Default)]
struct List {
    run: usize,
    ignored: usize,
}

impl List {
    fn of(selection: &Selection) -> Result<Self> {
        let mut list = selection.cargo(["nextest", "list", "--message-format=json"]);
        let answer =
            command::answer(list.args(selection.names())).context("`cargo nextest list` fails")?;
        let answer: Value = serde_json::from_str(&answer)?;
        let suites = answer["rust-suites"].as_object();
        let suites = suites.context("`cargo nextest list` names no suites")?;
        let cases = suites
            .values()
            .filter_map(|suite| suite["testcases"].as_object())
            .flat_map(serde_json::Map::values);
        let mut list = Self::default();
        for case in cases {
            let chosen = &case["filter-match"];
            list.run += usize::from(chosen["status"] == "matches");
            list.ignored += usize::from(chosen["reason"] == "ignored");
        }
        Ok(list)
    }
}
