//! How long to wait, and how often to try.

use std::time::Duration;

/// How patient a download is.
#[derive(Clone, Debug)]
pub struct Patience {
    /// Attempts in a row that bring less than [`Patience::ENOUGH`] before an address is given up.
    pub tries: u32,
    /// The pause after the first attempt; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause, also where a server asks for a longer one.
    pub longest: Duration,
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long an answer may take to begin.
    pub answer: Duration,
    /// How long a server may send nothing.
    pub silence: Duration,
}

impl Patience {
    /// Bytes that show that it was worth trying again: the attempts are counted anew.
    pub const ENOUGH: u64 = 1 << 20;

    /// The pause after `failures` attempts, or what the server asked for.
    pub(crate) fn pause(&self, failures: u32, asked: Option<Duration>) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let usual = self.pause.saturating_mul(doubled);
        asked.unwrap_or(usual).min(self.longest)
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 6,
            pause: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            connect: Duration::from_secs(20),
            answer: Duration::from_secs(60),
            silence: Duration::from_secs(60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let patience = Patience::default();
        let pauses = [1, 2, 3, 7, 40].map(|failures| patience.pause(failures, None).as_secs());
        assert_eq!(pauses, [1, 2, 4, 60, 60]);
        let asked = patience.pause(1, Some(Duration::from_secs(5)));
        assert_eq!(asked.as_secs(), 5);
        let asked = patience.pause(1, Some(Duration::from_secs(5000)));
        assert_eq!(asked, patience.longest);
    }
}
