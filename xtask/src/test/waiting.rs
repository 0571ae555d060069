//! The tests that read public data: which of them wait for what, and how they do as if there were none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use valleyscope_tests::data::{self, Asked, FOLDER, RECORD};

use super::count::Count;
use super::runner::{self, Selection};
use crate::native::GROUPS;
use crate::place;

/// What tests write while they run.
pub struct Record {
    file: PathBuf,
}

/// An empty record, for a run that begins.
pub fn fresh() -> Result<Record> {
    Record::empty("tests-with-data.tsv")
}

/// The record of the last run.
pub fn last() -> Record {
    Record::at("tests-with-data.tsv")
}

impl Record {
    fn at(name: &str) -> Self {
        let file = place::target().join("xtask").join(name);
        Self { file }
    }

    fn empty(name: &str) -> Result<Self> {
        let record = Self::at(name);
        if let Some(folder) = record.file.parent() {
            fs::create_dir_all(folder)?;
        }
        // The last run's lines would count again.
        fs::write(&record.file, "")
            .with_context(|| format!("cannot write {}", record.file.display()))?;
        Ok(record)
    }

    /// What tells tests to write it.
    pub fn environment(&self) -> [(&'static str, Option<PathBuf>); 1] {
        [(RECORD, Some(self.file.clone()))]
    }

    /// Every test that asked for data.
    pub fn asked(&self) -> Result<Vec<Asked>> {
        data::read(&self.file)
    }

    /// Those that did not get them.
    pub fn waiting(&self) -> Result<Vec<Asked>> {
        let mut asked = self.asked()?;
        asked.retain(|asked| !asked.missing.is_empty());
        Ok(asked)
    }
}

/// One line: how many tests wait for which data, and how to give them.
pub fn line(waiting: &[Asked]) -> Option<String> {
    if waiting.is_empty() {
        return None;
    }
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for asked in waiting {
        let mut kinds_of_one: Vec<_> = asked.missing.iter().map(|path| kind(path)).collect();
        kinds_of_one.dedup();
        for kind in kinds_of_one {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, count)| format!("{kind} ({count})"))
        .collect();
    Some(format!(
        "{} tests wait for public data that {} does not hold: {}; give them with {FOLDER}=FOLDER (docs/test-data.md)",
        waiting.len(),
        data::folder_as_named().display(),
        kinds.join(", ")
    ))
}

/// `datasets/mnist/x` is of `datasets/mnist`, `weights/name/x` of `weights`.
fn kind(path: &str) -> String {
    let depth = if path.starts_with("datasets/") { 2 } else { 1 };
    let parts: Vec<_> = path.split('/').take(depth).collect();
    parts.join("/")
}

/// Runs the tests again that asked for data in this run, with the folder pointing nowhere: each has to wait, which is one check.
pub fn without_data() -> Result<Count> {
    let asked = last().asked()?;
    ensure!(!asked.is_empty(), "no test asked for public data");
    let record = Record::empty("tests-without-data.tsv")?;
    let mut selection = Selection::of(GROUPS[0]);
    selection.environment.extend(record.environment());
    let nowhere = selection.target.join("xtask/no-data");
    // There, nothing may be missing.
    selection.environment.push(("CI", None));
    selection.environment.push((FOLDER, Some(nowhere)));
    // Two programs may have tests of one name.
    let names: BTreeSet<_> = asked.iter().map(|asked| asked.test.clone()).collect();
    selection.tests = names.into_iter().collect();
    let count = runner::run(&selection)?;
    if count.failed > 0 {
        return Ok(Count {
            failed: count.failed,
            ..Count::default()
        });
    }
    let waiting = record.waiting()?;
    let found = asked
        .iter()
        .find(|asked| waiting.iter().all(|other| other.test != asked.test));
    if let Some(asked) = found {
        bail!("{} finds data where there are none", asked.test);
    }
    println!("{} tests waited, as they should", waiting.len());
    Ok(Count::PASSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(missing: &[&str]) -> Asked {
        Asked {
            test: "t".into(),
            missing: missing.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    #[test]
    fn the_line_counts_each_test_once_for_each_kind_of_data() {
        let waiting = [
            asked(&["weights/a", "weights/b", "datasets/mnist/images"]),
            asked(&["weights/a"]),
            asked(&["vectors/x.json"]),
        ];
        let line = line(&waiting).unwrap();
        let words = [
            "3 tests wait",
            "datasets/mnist (1), vectors (1), weights (2)",
        ];
        for word in words.into_iter().chain(["VALLEYSCOPE_TEST_DATA=FOLDER"]) {
            assert!(line.contains(word), "{line}");
        }
        assert!(!line.contains('\n'));
    }

    #[test]
    fn where_nothing_waits_nothing_is_said() {
        assert_eq!(line(&[]), None);
    }
}
