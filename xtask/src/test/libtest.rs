//! What Rust's own test programs print, as `cargo test` shows it: one report for each program.

use super::count::Count;

/// Adds up the programs' closing lines.
///
/// A failing test's output is shown inside its program's report, and may hold the report of a run of its own;
/// a report counts only where no other is open.
#[derive(Default)]
pub struct Reports {
    /// How many tests each open report announced.
    open: Vec<usize>,
    pub count: Count,
}

impl Reports {
    pub fn line(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(tests) = announced(line) {
            self.open.push(tests);
        } else if let Some(count) = result(line) {
            let opened = self.open.iter().rposition(|tests| *tests == count.total());
            if let Some(place) = opened {
                self.open.truncate(place);
                if place == 0 {
                    self.count = self.count + count;
                }
            }
        }
    }
}

/// `running 3 tests`
fn announced(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("running ")?;
    let number = rest
        .strip_suffix(" tests")
        .or_else(|| rest.strip_suffix(" test"))?;
    number.parse().ok()
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 12 filtered out; finished in 0.00s`
fn result(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        rest.split([';', '.'])
            .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<usize>().ok())
    };
    Some(Count {
        passed: number("passed")? + number("measured")?,
        failed: number("failed")?,
        skipped: number("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Count {
        let mut reports = Reports::default();
        text.lines().for_each(|line| reports.line(line));
        reports.count
    }

    #[test]
    fn reports_are_added_up() {
        let text = "
running 1 test
test a ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 6 tests
test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.00s
";
        let all = Count {
            passed: 4,
            failed: 1,
            skipped: 2,
        };
        assert_eq!(read(text), all);
    }

    #[test]
    fn what_a_failing_test_prints_is_no_report() {
        let text = "
running 2 tests
test a ... FAILED
test b ... ok

failures:

---- a stdout ----
running 3 tests
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
running 9 tests
test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

failures:
    a

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        let own = Count {
            passed: 1,
            failed: 1,
            skipped: 0,
        };
        assert_eq!(read(text), own);
    }

    #[test]
    fn other_lines_count_nothing() {
        let report = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        for text in ["", "running late", "test result: unknown", report] {
            assert_eq!(read(text), Count::default(), "{text}");
        }
    }
}
