//! How many tests passed, failed and were skipped, read from what the test runners print.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: i64,
    pub failed: i64,
    pub skipped: i64,
}

impl Count {
    /// A check that is one test by itself.
    pub const PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    pub const FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// A runner's count; a runner that ended badly without a failed test (it did not compile, it crashed) counts as one failure.
    pub fn with_status(self, success: bool) -> Self {
        let failed = if success {
            self.failed
        } else {
            self.failed.max(1)
        };
        Self { failed, ..self }
    }
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// How a test says, and then returns, that it cannot run here: the real data of its golden values are missing.
const SKIPPED: &str = "skipped: ";

/// Reads one line of `cargo nextest`, `cargo test` or `node --test`; lines that count nothing give zeros.
pub fn read_line(line: &str) -> Count {
    let line = line.trim();
    if line.starts_with(SKIPPED) {
        // The runner sees it pass.
        return Count {
            passed: -1,
            failed: 0,
            skipped: 1,
        };
    }
    if let Some(rest) = line.strip_prefix("test result: ") {
        return Count {
            passed: before(rest, "passed"),
            failed: before(rest, "failed"),
            skipped: before(rest, "ignored"),
        };
    }
    if line.starts_with("Summary [") && line.contains(" run: ") {
        return Count {
            passed: before(line, "passed"),
            failed: before(line, "failed")
                + before(line, "timed out")
                + before(line, "exec failed"),
            skipped: before(line, "skipped"),
        };
    }
    // node prints "# pass 3" (tap) or "ℹ pass 3" (spec), one quantity a line.
    let mut words = line.trim_start_matches(['#', 'ℹ', ' ']).split(' ');
    let marked = line.starts_with(['#', 'ℹ']);
    match (
        words.next(),
        words.next().and_then(|word| word.parse().ok()),
        words.next(),
    ) {
        (Some("pass"), Some(passed), None) if marked => Count {
            passed,
            ..Count::default()
        },
        (Some("fail" | "cancelled"), Some(failed), None) if marked => Count {
            failed,
            ..Count::default()
        },
        (Some("skipped" | "todo"), Some(skipped), None) if marked => Count {
            skipped,
            ..Count::default()
        },
        _ => Count::default(),
    }
}

/// The number that stands before a word, as in `2 tests run: 1 passed, 1 failed`.
fn before(text: &str, word: &str) -> i64 {
    text.split([',', ';', '.', ':', '('])
        .map(str::trim)
        .filter_map(|part| part.strip_suffix(word))
        .find_map(|part| part.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_is_read() {
        let line = "     Summary [   0.031s] 12 tests run: 9 passed (2 slow), 2 failed, 1 timed out, 4 skipped";
        assert_eq!(
            read_line(line),
            Count {
                passed: 9,
                failed: 3,
                skipped: 4
            }
        );
        let line = "     Summary [   0.005s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(
            read_line(line),
            Count {
                passed: 1,
                failed: 0,
                skipped: 0
            }
        );
    }

    #[test]
    fn cargo_test_is_read() {
        let line = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(
            read_line(line),
            Count {
                passed: 3,
                failed: 1,
                skipped: 2
            }
        );
    }

    #[test]
    fn node_is_read_in_both_of_its_ways() {
        let passed = Count {
            passed: 7,
            ..Count::default()
        };
        assert_eq!(read_line("# pass 7"), passed);
        assert_eq!(read_line("ℹ pass 7"), passed);
        assert_eq!(
            read_line("# fail 1"),
            Count {
                failed: 1,
                ..Count::default()
            }
        );
    }

    #[test]
    fn a_test_that_says_it_was_skipped_did_not_pass() {
        let said = read_line("    skipped: shared/vectors is not here");
        let summary = read_line("Summary [ 0.1s] 2 tests run: 2 passed, 0 skipped");
        assert_eq!(
            said + summary,
            Count {
                passed: 1,
                failed: 0,
                skipped: 1
            }
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            "",
            "pass 7",
            "# pass the salt",
            "ok 3 - fail 2",
            "running 3 tests",
        ] {
            assert_eq!(read_line(line), Count::default(), "{line}");
        }
    }

    #[test]
    fn a_runner_that_dies_without_a_failed_test_is_a_failure() {
        assert_eq!(Count::default().with_status(false).failed, 1);
        assert_eq!(
            Count {
                failed: 3,
                ..Count::default()
            }
            .with_status(false)
            .failed,
            3
        );
    }
}
