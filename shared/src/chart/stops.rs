//! Horizontal axes: steps with their `start`, whole numbers, classes.

use crate::readings::{Axis, EVERY_STEP_UP_TO};
use crate::route::PointName;

/// A horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub enum XAxis {
    /// The points of an attack.
    Steps(Stops),
    /// Whole numbers.
    Whole {
        /// What they count.
        label: String,
        /// The least.
        from: i64,
        /// The greatest.
        to: i64,
        /// Half a unit is left at both ends, for bars.
        bars: bool,
    },
    /// Classes, one column each.
    Classes {
        /// What they are.
        label: String,
        /// Their names.
        names: Vec<String>,
    },
}

/// The recorded points of one attack, or of several that are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stops {
    /// The points from left to right.
    pub points: Vec<PointName>,
    /// The steps that are shown, first and last; all when absent.
    pub range: Option<(u32, u32)>,
}

impl Stops {
    /// The points of all these axes together.
    pub fn of<'a>(axes: impl IntoIterator<Item = &'a Axis>, range: Option<(u32, u32)>) -> Self {
        let mut points: Vec<PointName> = Vec::new();
        for axis in axes {
            points.extend(axis.steps.iter().map(|step| PointName::Step(*step)));
            if axis.random_start {
                points.push(PointName::Start);
            }
        }
        points.sort_unstable_by(|a, b| place_of(*a).total_cmp(&place_of(*b)));
        points.dedup();
        Self { points, range }
    }

    /// Whether `start` is among them.
    pub fn has_start(&self) -> bool {
        self.points.contains(&PointName::Start)
    }

    /// The first and the last step shown; they differ.
    pub fn shown(&self) -> (f64, f64) {
        let last = self
            .points
            .iter()
            .map(|point| place_of(*point))
            .fold(0.0, f64::max);
        let (from, to) = match self.range {
            Some((from, to)) => (f64::from(from), f64::from(to).min(last)),
            None => (0.0, last),
        };
        if from < to {
            (from, to)
        } else {
            (0.0, last.max(1.0))
        }
    }

    /// Whether steps are drawn by their logarithm: where not every step is recorded.
    pub fn log(&self) -> bool {
        let (_, to) = self.shown();
        self.range.is_none() && to > EVERY_STEP_UP_TO as f64
    }
}

/// The place of a point on its axis: the step number, and one half for `start`.
pub fn place_of(point: PointName) -> f64 {
    match point {
        PointName::Start => 0.5,
        PointName::Step(step) => f64::from(step),
    }
}

impl XAxis {
    /// What the axis says of itself, and the name of a table's first column.
    pub fn label(&self) -> &str {
        match self {
            Self::Steps(stops) if stops.log() => "step, log axis",
            Self::Steps(_) => "step",
            Self::Whole { label, .. } | Self::Classes { label, .. } => label,
        }
    }

    /// The name of a place: `start`, or the number.
    pub fn name(&self, x: f64) -> String {
        match self {
            Self::Steps(_) if x == 0.5 => "start".to_owned(),
            _ => format!("{x}"),
        }
    }

    /// The first and the last place shown.
    pub fn shown(&self) -> (f64, f64) {
        match self {
            Self::Steps(stops) => stops.shown(),
            Self::Whole {
                from,
                to,
                bars: true,
                ..
            } => (*from as f64 - 0.5, *to as f64 + 0.5),
            Self::Whole { from, to, .. } if from < to => (*from as f64, *to as f64),
            Self::Whole { from, .. } => (*from as f64 - 1.0, *from as f64 + 1.0),
            Self::Classes { names, .. } => (0.0, names.len().max(1) as f64),
        }
    }
}

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
