//! How large the squares are.

use serde::Deserialize;
use valleyscope_shared::field::Norm;

/// Past each of these queries, counted from 0, the share is halved; published for 10 000 queries.
const HALVED_PAST: [u32; 9] = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/// The number of queries that [`HALVED_PAST`] was published for.
const PUBLISHED_FOR: f64 = 10_000.0;

/// How a query is placed on the published schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::attack) enum Schedule {
    /// As it is: AutoAttack with its 5000 queries ends in the middle.
    Reference,
    /// By its part of all queries, as torchattacks has it.
    Rescaled,
}

impl Schedule {
    /// The share of the pixels that a square covers at `query` (from 0) of `queries`.
    pub fn share(self, p_init: f64, query: u32, queries: u32) -> f64 {
        let query = match self {
            Self::Reference => query,
            Self::Rescaled => (f64::from(query) / f64::from(queries.max(1)) * PUBLISHED_FOR) as u32,
        };
        let halvings = HALVED_PAST.iter().filter(|past| **past < query).count();
        p_init / f64::from(1_u32 << halvings)
    }
}

/// The side of a square that covers this share of the image, at least one pixel and at most as long as the shorter side.
///
/// For l2 at least three pixels and odd, where the image is that large.
pub(super) fn side(norm: Norm, share: f64, height: i64, width: i64) -> i64 {
    let side = (share * (height * width) as f64).sqrt().round_ties_even() as i64;
    let side = match norm {
        Norm::Linf => side.max(1),
        Norm::L2 | Norm::L1 => side.max(3) | 1,
    };
    side.min(height).min(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_halved_past_the_published_queries() {
        // The constants of AutoAttack's `p_selection`, one pair on each side of every threshold.
        let expected = [
            (0, 1),
            (10, 1),
            (11, 2),
            (50, 2),
            (51, 4),
            (200, 4),
            (201, 8),
            (500, 8),
            (501, 16),
            (1000, 16),
            (1001, 32),
            (2000, 32),
            (2001, 64),
            (4000, 64),
            (4001, 128),
            (6000, 128),
            (6001, 256),
            (8000, 256),
            (8001, 512),
            (99_999, 512),
        ];
        for (query, part) in expected {
            let share = 0.8 / f64::from(part);
            assert_eq!(Schedule::Reference.share(0.8, query, 5000), share);
            assert_eq!(Schedule::Rescaled.share(0.8, query, 10_000), share);
        }
    }

    /// G9. Planted: the two schedules exchanged; failed here and above.
    #[test]
    fn a_rescaled_schedule_looks_at_the_part_of_all_queries() {
        // Query 150 of 300 is 5000 of 10 000.
        assert_eq!(Schedule::Rescaled.share(0.8, 150, 300), 0.8 / 128.0);
        assert_eq!(Schedule::Reference.share(0.8, 150, 300), 0.8 / 4.0);
        // AutoAttack's own 5000 queries end at an eighth of what torchattacks' end at.
        assert_eq!(Schedule::Reference.share(0.8, 4999, 5000), 0.8 / 128.0);
        assert_eq!(Schedule::Rescaled.share(0.8, 4999, 5000), 0.8 / 512.0);
    }

    #[test]
    fn a_square_covers_its_share_of_the_image() {
        // sqrt(0.8 · 1024) = 28.6, sqrt(0.8 / 512 · 1024) = 1.26.
        assert_eq!(side(Norm::Linf, 0.8, 32, 32), 29);
        assert_eq!(side(Norm::Linf, 0.4, 32, 32), 20);
        assert_eq!(side(Norm::Linf, 0.8 / 512.0, 32, 32), 1);
        assert_eq!(side(Norm::Linf, 0.0, 32, 32), 1);
        assert_eq!(side(Norm::L2, 0.4, 32, 32), 21);
        assert_eq!(side(Norm::L2, 0.8 / 512.0, 32, 32), 3);
        // Not longer than the shorter side (torchattacks issue 95). Planted: not held to it; failed.
        assert_eq!(side(Norm::Linf, 0.8, 16, 64), 16);
        assert_eq!(side(Norm::L2, 0.8, 16, 64), 16);
    }
}
