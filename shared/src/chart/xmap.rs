//! A horizontal axis laid over pixels.

use super::stops::XAxis;

/// On a log axis a step has no width to go by; the start has this part of it, and the first step another.
const LOG_PARTS: f64 = 12.0;

/// A horizontal axis laid over pixels.
#[derive(Clone, Debug)]
pub struct XMap {
    /// Places and their pixels, from left to right; straight in between.
    knots: Vec<(f64, f64)>,
    log: bool,
}

impl XMap {
    /// Lays `axis` over the pixels from `left` to `right`.
    pub fn new(axis: &XAxis, left: f64, right: f64) -> Self {
        let (from, to) = axis.shown();
        let mut knots = vec![(from, left), (to, right)];
        let mut log = false;
        if let XAxis::Steps(stops) = axis {
            log = stops.log();
            if stops.has_start() && from == 0.0 {
                // A place of its own, as wide as a step: every step has the same width, in front of the start as behind it.
                let gap = (right - left) / if log { LOG_PARTS } else { to + 1.0 };
                knots.insert(1, (0.5, left + gap));
                if to > 1.0 {
                    knots.insert(2, (1.0, left + 2.0 * gap));
                }
            }
        }
        Self { knots, log }
    }

    /// The pixel of a place; places beyond the axis go on along its ends.
    pub fn px(&self, x: f64) -> f64 {
        let segment = self
            .knots
            .windows(2)
            .find(|pair| x <= pair[1].0)
            .or(self.knots.windows(2).last());
        let Some([(x0, px0), (x1, px1)]) = segment else {
            return 0.0;
        };
        let bend = |x: f64| if self.log { x.max(0.0).ln_1p() } else { x };
        px0 + (bend(x) - bend(*x0)) / (bend(*x1) - bend(*x0)) * (px1 - px0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Stops;
    use crate::readings::Axis;

    #[test]
    /// Failed before: clean, start and step 1 had six times the width of the later steps, without a mark.
    fn every_step_is_equally_wide_with_a_start_and_without() {
        for start in [false, true] {
            let axis = XAxis::Steps(Stops::of([&Axis::new(40, start)], None));
            let map = XMap::new(&axis, 50.0, 350.0);
            let mut places: Vec<f64> = (0..=40).map(f64::from).collect();
            if start {
                places.insert(1, 0.5);
            }
            let px: Vec<f64> = places.iter().map(|x| map.px(*x)).collect();
            let unit = 300.0 / (px.len() - 1) as f64;
            for pair in px.windows(2) {
                // A few roundings of numbers below 350.
                assert!((pair[1] - pair[0] - unit).abs() < 1e-9, "{start} {px:?}");
            }
            assert_eq!((px[0], px[px.len() - 1]), (50.0, 350.0));
        }
    }

    #[test]
    fn compared_attacks_share_one_axis() {
        let stops = Stops::of([&Axis::new(2, false), &Axis::new(3, true)], None);
        let names: Vec<String> = stops.points.iter().map(|point| point.id()).collect();
        assert_eq!(names, ["0", "start", "1", "2", "3"]);
    }

    #[test]
    fn long_attacks_are_drawn_by_the_logarithm_of_the_step() {
        let axis = XAxis::Steps(Stops::of([&Axis::new(10_000, false)], None));
        let map = XMap::new(&axis, 0.0, 100.0);
        assert!(map.px(100.0) > 40.0 && map.px(100.0) < 60.0);
        assert_eq!(map.px(0.0), 0.0);
    }

    #[test]
    fn a_range_beyond_the_data_shows_all() {
        let stops = Stops::of([&Axis::new(10, false)], Some((20, 30)));
        assert_eq!(stops.shown(), (0.0, 10.0));
    }
}
