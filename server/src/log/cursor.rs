//! Where a viewer stands in a log.

use std::fmt;
use std::str::FromStr;

/// The last entry that a viewer has, and the epoch of the log it had it from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The log's epoch; none at the beginning, which is the same in every epoch.
    pub epoch: Option<u64>,
    /// The last entry seen.
    pub seq: u64,
}

impl Cursor {
    /// Before the first entry.
    pub const START: Self = Self {
        epoch: None,
        seq: 0,
    };

    /// Whether a log of this epoch that ends at `last` can go on from here.
    pub fn holds(self, epoch: u64, last: u64) -> bool {
        self.seq == 0 || (self.epoch == Some(epoch) && self.seq <= last)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.epoch.unwrap_or(0), self.seq)
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "0" {
            return Ok(Self::START);
        }
        let shown: String = text.chars().take(40).collect();
        let numbers = text
            .split_once(':')
            .and_then(|(epoch, seq)| Some((epoch.parse().ok()?, seq.parse().ok()?)));
        let (epoch, seq) = numbers.ok_or_else(|| format!("\"{shown}\" is not a cursor; give epoch:seq as the server wrote it, or 0 for the beginning"))?;
        Ok(Self {
            epoch: Some(epoch),
            seq,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_from_its_text() {
        let cursor = Cursor {
            epoch: Some(2),
            seq: 31,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_eq!("0".parse(), Ok(Cursor::START));
        for junk in ["", "1", "a:b", "1:-2", "1:2:3", "18446744073709551616:1"] {
            assert!(junk.parse::<Cursor>().is_err(), "{junk}");
        }
    }

    #[test]
    fn a_cursor_of_another_epoch_or_beyond_the_end_does_not_hold() {
        let cursor = Cursor {
            epoch: Some(1),
            seq: 5,
        };
        assert!(cursor.holds(1, 5) && cursor.holds(1, 9));
        assert!(!cursor.holds(2, 9) && !cursor.holds(1, 4));
        assert!(Cursor::START.holds(7, 0));
    }
}
