//! Comparing on many heads, and counting what fails.

use crate::draw::{Draw, Head};

/// How many heads each statement is compared on.
pub const HEADS: u64 = 100_000;

/// A sum of at most 100 terms is rounded by 100 halves of the last place at most, of its largest part; the sides of an inequality are
/// made of some ten of those. What is compared may be that much apart where the two sides are equal.
pub const ROUNDING: f64 = 1e3 * f64::EPSILON;

/// Counts how often `low <= high` fails by more than rounding at the scale of the two.
#[derive(Default)]
pub struct Count {
    pub seen: u64,
    pub broken: Vec<String>,
    pub nearest: f64,
}

impl Count {
    pub fn at_most(&mut self, low: f64, high: f64, scale: f64, what: impl FnOnce() -> String) {
        self.seen += 1;
        if high > 0.0 && low / high > self.nearest {
            self.nearest = low / high;
        }
        // Not a number on either side breaks it too.
        let holds = low <= high + ROUNDING * scale.max(high.abs());
        if !holds {
            self.broken.push(format!("{}: {low:e} > {high:e}", what()));
        }
    }

    fn check(&self, name: &str) {
        let broken = self.broken.len();
        let first = self.broken.first();
        assert_eq!(
            broken, 0,
            "{name}: {broken} of {} fail, as {first:?}",
            self.seen
        );
        assert!(self.seen > 0, "{name}: nothing was compared");
    }
}

/// Compares on every head.
pub fn on_every_head(name: &str, mut compare: impl FnMut(&Head, &mut Draw, &mut Count)) {
    let mut count = Count::default();
    for seed in 0..HEADS {
        let mut draw = Draw::new(seed);
        let head = draw.head();
        compare(&head, &mut draw, &mut count);
    }
    count.check(name);
}

macro_rules! inequality {
    ($name:ident, |$head:ident, $draw:ident, $count:ident| $body:block) => {
        #[test]
        fn $name() {
            $crate::count::on_every_head(stringify!($name), |$head, $draw, $count| $body);
        }
    };
}
