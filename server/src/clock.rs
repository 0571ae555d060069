//! The time of day, and a time that never runs backwards.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The time of day of one run, which goes on when the system's clock is set back.
///
/// It follows the system's clock, but is never earlier than its own last word and the time that has passed since.
#[derive(Clone, Debug)]
pub struct Steady {
    last_ms: u64,
    at: Instant,
}

impl Steady {
    /// A time that is never before `start_ms`.
    pub fn from(start_ms: u64) -> Self {
        Self {
            last_ms: start_ms,
            at: Instant::now(),
        }
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&mut self) -> u64 {
        self.at(now_ms(), Instant::now())
    }

    fn at(&mut self, system_ms: u64, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.at).as_millis();
        let own = self.last_ms + u64::try_from(passed).unwrap_or(0);
        // Its own steps are cut to milliseconds, so it moves its mark only where the system's clock leads.
        if system_ms >= own {
            (self.last_ms, self.at) = (system_ms, now);
        }
        own.max(system_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_that_jumps_moves_no_time_backwards() {
        let start = Instant::now();
        let mut steady = Steady {
            last_ms: 1_000_000,
            at: start,
        };
        let mut after = |ms: u64, system: u64| steady.at(system, start + Duration::from_millis(ms));
        assert_eq!(after(10, 1_000_010), 1_000_010);
        // A quarter of an hour back: the time that passes still counts.
        assert_eq!(after(30, 1_000_030 - 900_000), 1_000_030);
        assert_eq!(after(31, 1_000_031 - 900_000), 1_000_031);
        // Set right again, and later an hour ahead.
        assert_eq!(after(50, 1_000_060), 1_000_060);
        assert_eq!(after(70, 4_600_080), 4_600_080);
        assert_eq!(after(80, 1_000_090), 4_600_090);
    }

    #[test]
    fn nothing_is_before_the_start() {
        let mut steady = Steady::from(u64::MAX / 2);
        assert!(steady.now_ms() >= u64::MAX / 2);
    }
}
