//! What `node --test` prints at its end, one quantity a line: `ℹ pass 3`, or `# pass 3` as older versions have it.

use super::count::Count;

/// The last line of each kind counts: what a test prints itself comes before node's own.
#[derive(Default)]
pub struct Summary {
    passed: usize,
    failed: usize,
    cancelled: usize,
    skipped: usize,
    todo: usize,
}

impl Summary {
    pub fn line(&mut self, line: &str) {
        let marked = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "));
        let Some((word, number)) = marked.and_then(|rest| rest.trim_end().split_once(' ')) else {
            return;
        };
        let Ok(number) = number.parse() else {
            return;
        };
        match word {
            "pass" => self.passed = number,
            "fail" => self.failed = number,
            "cancelled" => self.cancelled = number,
            "skipped" => self.skipped = number,
            "todo" => self.todo = number,
            _ => {}
        }
    }

    pub fn count(&self) -> Count {
        Count {
            passed: self.passed,
            failed: self.failed + self.cancelled,
            skipped: self.skipped + self.todo,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Count {
        let mut summary = Summary::default();
        text.lines().for_each(|line| summary.line(line));
        summary.count()
    }

    #[test]
    fn both_of_its_ways_are_read() {
        let all = Count {
            passed: 7,
            failed: 3,
            skipped: 4,
        };
        for mark in ["#", "ℹ"] {
            let lines = ["pass 7", "fail 1", "cancelled 2", "skipped 4", "todo 0"];
            let text = lines.map(|line| format!("{mark} {line}\n")).concat();
            assert_eq!(read(&text), all);
        }
    }

    #[test]
    fn what_a_test_prints_is_no_summary() {
        let text = "ℹ pass 30\npass 7\n# pass the salt\nok 3 - fail 2\nℹ pass 2\nℹ fail 0\n";
        assert_eq!(read(text).passed, 2);
    }
}
