//! How many tests passed, failed and were skipped.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
    /// Left out by the runner, or waiting for data that are not here.
    pub skipped: usize,
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

    /// So many of the tests that the runner saw pass were waiting.
    pub fn with_waiting(self, waiting: usize) -> Self {
        Self {
            passed: self.passed.saturating_sub(waiting),
            skipped: self.skipped + waiting,
            ..self
        }
    }

    pub fn total(self) -> usize {
        self.passed + self.failed + self.skipped
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_that_dies_without_a_failed_test_is_a_failure() {
        assert_eq!(Count::default().with_status(false).failed, 1);
        let three = Count {
            failed: 3,
            ..Count::default()
        };
        assert_eq!(three.with_status(false).failed, 3);
    }

    #[test]
    fn a_test_that_waits_did_not_pass() {
        let seen = Count {
            passed: 5,
            failed: 1,
            skipped: 0,
        };
        let told = Count {
            passed: 3,
            failed: 1,
            skipped: 2,
        };
        assert_eq!(seen.with_waiting(2), told);
        assert_eq!(told.total(), seen.total());
    }
}
