//! When APGD looks at its step sizes again.

/// Windows of updates, each shorter than the one before: 22, 19, 16, … of 100 updates, and never fewer than 6.
///
/// The numbers are shares of the number of updates n, rounded down and at least one: ⌊0.22 n⌋, shorter by ⌊0.03 n⌋ each, at least ⌊0.06 n⌋.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    window: u32,
    shorter: u32,
    least: u32,
    /// Updates since the last look.
    passed: u32,
}

impl Schedule {
    pub fn new(steps: u32) -> Self {
        // Rounded as Python's int() rounds the same product of doubles.
        let share = |share: f64| ((share * f64::from(steps)) as u32).max(1);
        Self {
            window: share(0.22),
            shorter: share(0.03),
            least: share(0.06),
            passed: 0,
        }
    }

    /// Counts an update; at the end of a window its length.
    pub fn pass(&mut self) -> Option<u32> {
        self.passed += 1;
        if self.passed < self.window {
            return None;
        }
        let window = self.window;
        self.window = window.saturating_sub(self.shorter).max(self.least);
        self.passed = 0;
        Some(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(steps: u32) -> Vec<u32> {
        let mut schedule = Schedule::new(steps);
        (1..=steps).filter(|_| schedule.pass().is_some()).collect()
    }

    /// G9 and G34. Planted: a rounded share instead of one rounded down, and a least window of 1; failed both times.
    #[test]
    fn looks_are_those_of_the_paper_and_of_the_reference_where_steps_are_few() {
        // The paper's p: 0.22, 0.41, 0.57, 0.70, 0.80, 0.87, 0.93, 0.99.
        assert_eq!(looks(100), [22, 41, 57, 70, 80, 87, 93, 99]);
        assert_eq!(looks(10), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(looks(33), [7, 13, 18, 22, 25, 27, 28, 29, 30, 31, 32, 33]);
        assert_eq!(looks(50), [11, 21, 30, 38, 45]);
        assert_eq!(looks(1), [1]);
        assert_eq!(looks(5), [1, 2, 3, 4, 5]);
    }
}
