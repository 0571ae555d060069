//! A horizontal axis laid over pixels.

use super::stops::XAxis;

/// The least distance in CSS pixels between the clean point, `start` and step 1, so that their names have room.
const LEAST_GAP: f64 = 30.0;

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
                let unit = (right - left) / (to + 1.0);
                let gap = unit.max(LEAST_GAP).min((right - left) / 3.0);
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
    fn start_stands_between_clean_and_step_one_with_room() {
        let axis = XAxis::Steps(Stops::of([&Axis::new(40, true)], None));
        let map = XMap::new(&axis, 50.0, 350.0);
        let px: Vec<f64> = [0.0, 0.5, 1.0, 2.0, 40.0].map(|x| map.px(x)).to_vec();
        assert!(px.windows(2).all(|pair| pair[0] < pair[1]), "{px:?}");
        assert!(px[1] - px[0] >= LEAST_GAP && px[2] - px[1] >= LEAST_GAP);
        assert_eq!((px[0], px[4]), (50.0, 350.0));
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
