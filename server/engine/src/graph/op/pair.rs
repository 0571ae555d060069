//! One number along height and one along width.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// What a window is along height and along width.
///
/// In a file one number stands for both where they are the same, and `[height, width]` where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Pair {
    pub height: i64,
    pub width: i64,
}

impl Pair {
    /// The same along both.
    pub const fn both(number: i64) -> Self {
        Self {
            height: number,
            width: number,
        }
    }

    /// 1 along both: the stride from pixel to pixel, the dilation of a window without gaps.
    pub const fn one() -> Self {
        Self::both(1)
    }

    /// Whether it is 1 along both.
    pub fn is_one(&self) -> bool {
        *self == Self::one()
    }

    /// Along height, then along width.
    pub fn sides(self) -> [i64; 2] {
        [self.height, self.width]
    }
}

impl From<[i64; 2]> for Pair {
    fn from([height, width]: [i64; 2]) -> Self {
        Self { height, width }
    }
}

impl Display for Pair {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.height, self.width)
    }
}

/// As a file has it.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "one whole number, or two for height and width, are right"
)]
enum Written {
    Both(i64),
    Each([i64; 2]),
}

impl From<Written> for Pair {
    fn from(written: Written) -> Self {
        match written {
            Written::Both(number) => Self::both(number),
            Written::Each(sides) => sides.into(),
        }
    }
}

impl From<Pair> for Written {
    fn from(pair: Pair) -> Self {
        match pair.height == pair.width {
            true => Self::Both(pair.height),
            false => Self::Each(pair.sides()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pair;

    /// Files that were written when all windows were square have one number.
    #[test]
    fn one_number_stands_for_both_sides() {
        let read = |text: &str| serde_json::from_str::<Pair>(text).map_err(|e| e.to_string());
        assert_eq!(read("3"), Ok(Pair::both(3)));
        assert_eq!(read("[3, 3]"), Ok(Pair::both(3)));
        assert_eq!(read("[1, 7]"), Ok(Pair::from([1, 7])));
        for wrong in ["[1]", "[1, 2, 3]", "\"3\"", "1.5", "null"] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains("one whole number, or two"), "{error}");
        }
        let written = |pair: Pair| serde_json::to_string(&pair).unwrap();
        assert_eq!(written(Pair::both(3)), "3");
        assert_eq!(written(Pair::from([1, 7])), "[1,7]");
    }
}
