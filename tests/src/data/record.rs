//! Who asked for public data: a line for each time, in a file that the suite names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};

/// Names the file. Without it nothing is recorded.
pub const RECORD: &str = "VALLEYSCOPE_TEST_RECORD";

/// A test that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its path in the test program, as the runners print it.
    pub test: String,
    /// What it waits for; nothing where all was there.
    pub missing: BTreeSet<String>,
}

/// Notes that a test asked, and what it did not get.
pub(super) fn write(missing: &[&str]) {
    crate::append(RECORD, &line(&program(), &test(), missing));
}

fn line(program: &str, test: &str, missing: &[&str]) -> String {
    format!("{program}\t{test}\t{}\n", missing.join("\t"))
}

/// The test program, without the hash of its build.
fn program() -> String {
    let program = std::env::current_exe().unwrap_or_default();
    let stem = program.file_stem().unwrap_or_default().to_string_lossy();
    match stem.rsplit_once('-') {
        Some((name, _)) => name.to_owned(),
        None => stem.into_owned(),
    }
}

/// The runner names a test's thread after it.
fn test() -> String {
    std::thread::current().name().unwrap_or("?").to_owned()
}

/// Every test of a record once, whatever it asked for in how many lines. A record that is not there has none.
///
/// # Errors
/// When the file cannot be read.
pub fn read(file: &Path) -> Result<Vec<Asked>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut tests: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let mut words = line.split('\t');
        if let (Some(program), Some(test)) = (words.next(), words.next()) {
            let missing = words.filter(|word| !word.is_empty()).map(str::to_owned);
            tests.entry((program, test)).or_default().extend(missing);
        }
    }
    let asked = tests.into_iter().map(|((_, test), missing)| Asked {
        test: test.to_owned(),
        missing,
    });
    Ok(asked.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_asked_twice_is_one_test() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("record");
        assert_eq!(read(&file).unwrap(), []);
        let lines = [
            line("golden", "a", &["weights/x", "datasets/y"]),
            line("golden", "a", &["vectors/z"]),
            line("golden", "b", &[]),
            line("other", "b", &["weights/x"]),
        ];
        std::fs::write(&file, lines.concat()).unwrap();
        let found = read(&file).unwrap();
        let counts: Vec<_> = found
            .iter()
            .map(|asked| (asked.test.as_str(), asked.missing.len()))
            .collect();
        assert_eq!(counts, [("a", 3), ("b", 0), ("b", 1)]);
    }

    #[test]
    fn a_test_is_named_after_its_thread() {
        assert_eq!(
            test(),
            "data::record::tests::a_test_is_named_after_its_thread"
        );
        assert_eq!(program(), "valleyscope_tests");
    }
}
