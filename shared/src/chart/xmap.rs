//! A horizontal axis laid over pixels.

use super::decades::Decades;
use super::stops::{Piece, Stops, XAxis};

/// On a log axis a step has no width to go by; the start has this part of it, and the first step another.
const LOG_PARTS: f64 = 12.0;

/// A horizontal axis laid over pixels.
#[derive(Clone, Debug)]
pub struct XMap {
    /// Stretches from left to right, each beginning where the one before ends.
    stretches: Vec<Stretch>,
    bands: Vec<Band>,
}

/// From one place with its pixel to another.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: (f64, f64),
    to: (f64, f64),
    bend: Bend,
}

/// How places between two ends lie.
#[derive(Clone, Copy, Debug)]
enum Bend {
    /// All equally wide.
    Straight,
    /// By the logarithm of the distance from this place, plus one: it has a place itself.
    After(f64),
    /// By their logarithm.
    Log,
}

/// The pixels of one part of an attack.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Which part, by its place among those of the axis.
    pub stage: usize,
    /// Where it begins.
    pub left: f64,
    /// Where it ends: in the middle between its last point and the first of the next.
    pub right: f64,
}

impl Stretch {
    fn px(&self, x: f64) -> f64 {
        let bend = |x: f64| match self.bend {
            Bend::Straight => x,
            Bend::After(origin) => (x - origin).max(0.0).ln_1p(),
            Bend::Log => x.max(f64::MIN_POSITIVE).ln(),
        };
        let (from, to) = (bend(self.from.0), bend(self.to.0));
        self.from.1 + (bend(x) - from) / (to - from) * (self.to.1 - self.from.1)
    }
}

impl XMap {
    /// Lays `axis` over the pixels from `left` to `right`.
    pub fn new(axis: &XAxis, left: f64, right: f64) -> Self {
        if let XAxis::Steps(stops) = axis
            && !stops.stages.is_empty()
        {
            return Self::of_parts(stops, left, right);
        }
        if let XAxis::Decades(decades) = axis {
            return Self::of_decades(decades, left, right);
        }
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
        let stretch = |pair: &[(f64, f64)]| Stretch {
            from: pair[0],
            to: pair[1],
            bend: if log {
                Bend::After(0.0)
            } else {
                Bend::Straight
            },
        };
        Self {
            stretches: knots.windows(2).map(stretch).collect(),
            bands: Vec::new(),
        }
    }

    /// Zero, a gap, and the positive numbers by their logarithm.
    fn of_decades(decades: &Decades, left: f64, right: f64) -> Self {
        let mut map = Self {
            stretches: Vec::new(),
            bands: Vec::new(),
        };
        let gap = if decades.zero {
            (right - left) / LOG_PARTS
        } else {
            0.0
        };
        let from = (decades.from, left + gap);
        if decades.zero {
            map.straight((0.0, left), from);
        }
        map.stretches.push(Stretch {
            from,
            to: (decades.to, right),
            bend: Bend::Log,
        });
        map
    }

    /// Every part is as wide as it has recorded points, and between two parts there is as much room as between two points.
    fn of_parts(stops: &Stops, left: f64, right: f64) -> Self {
        let pieces = stops.pieces();
        let width = |piece: &Piece<'_>| {
            let least = if piece.from < piece.to { 1 } else { 0 };
            piece.points.saturating_sub(1).max(least) as f64
        };
        let gaps = pieces.len().saturating_sub(1) as f64;
        let all = pieces.iter().map(width).sum::<f64>() + gaps;
        let unit = (right - left) / all.max(1.0);
        let mut map = Self {
            stretches: Vec::new(),
            bands: Vec::new(),
        };
        let mut before: Option<(f64, f64)> = None;
        let mut px = left;
        for piece in &pieces {
            if let Some(end) = before {
                px = end.1 + unit;
                map.straight(end, (piece.from, px));
            }
            let mut at = (piece.from, px);
            let end = (piece.to, px + unit * width(piece));
            if piece.from == 0.0 && piece.to > 1.0 && stops.has_start() {
                for place in [0.5, 1.0] {
                    let next = (place, at.1 + unit);
                    map.straight(at, next);
                    at = next;
                }
            }
            if at.0 < end.0 {
                // As if each part began with the logarithm of its own first step.
                let bend = match piece.thinned {
                    true => Bend::After(f64::from(piece.stage.first) - 1.0),
                    false => Bend::Straight,
                };
                map.stretches.push(Stretch {
                    from: at,
                    to: end,
                    bend,
                });
            }
            let stage = stops.stages.iter().position(|stage| stage == piece.stage);
            let band = Band {
                stage: stage.unwrap_or(0),
                left: before.map_or(px, |end| (end.1 + px) / 2.0),
                right: end.1,
            };
            if let Some(former) = map.bands.last_mut() {
                former.right = band.left;
            }
            map.bands.push(band);
            before = Some(end);
        }
        map
    }

    fn straight(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.stretches.push(Stretch {
            from,
            to,
            bend: Bend::Straight,
        });
    }

    /// The parts of the attack that are shown, from left to right; none where they are not told apart.
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// The pixel of a place; places beyond the axis go on along its ends.
    pub fn px(&self, x: f64) -> f64 {
        let stretch = self.stretches.iter().find(|stretch| x <= stretch.to.0);
        let stretch = stretch.or(self.stretches.last());
        stretch.map_or(0.0, |stretch| stretch.px(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Stops;
    use crate::chart::banded::place;
    use crate::readings::Axis;
    use crate::spec::AttackSpec;

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
    fn every_part_is_as_wide_as_it_has_points_and_straight_where_all_are_recorded() {
        let spec = AttackSpec::new(
            "pgd",
            [("random_start", true.into()), ("restarts", 3.into())],
        );
        let axis = spec.axis();
        let points: Vec<f64> = (0..axis.points())
            .map(|point| place(&axis, point))
            .collect();
        let map = XMap::new(&XAxis::Steps(Stops::of([&axis], None)), 20.0, 420.0);
        let px: Vec<f64> = points.iter().map(|x| map.px(*x)).collect();
        let unit = 400.0 / (px.len() - 1) as f64;
        // A few roundings of numbers below 420.
        assert!(
            px.windows(2)
                .all(|pair| (pair[1] - pair[0] - unit).abs() < 1e-9),
            "{px:?}"
        );
        assert_eq!(map.bands().len(), 3);
        assert!(
            map.bands()
                .windows(2)
                .all(|pair| pair[0].right == pair[1].left)
        );
        assert!((map.bands()[1].left - (map.px(10.0) + map.px(11.0)) / 2.0).abs() < 1e-9);
    }

    /// Failed before: one logarithm over all parts gave the steps of the first most of the axis, and those of the last hardly any.
    #[test]
    fn parts_with_as_many_points_are_as_wide_and_go_by_the_logarithm_of_their_own_steps() {
        let axis = AttackSpec::new("autoattack", []).axis();
        let stops = Stops::of([&axis], None);
        let map = XMap::new(&XAxis::Steps(stops), 0.0, 800.0);
        let bands = map.bands();
        assert_eq!(bands.len(), 20);
        assert!(
            bands
                .iter()
                .all(|band| (35.0..45.0).contains(&(band.right - band.left))),
            "{bands:?}"
        );
        let px: Vec<f64> = axis
            .steps
            .iter()
            .map(|step| map.px(f64::from(*step)))
            .collect();
        assert!(px.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((px[0], px[px.len() - 1]), (0.0, 800.0));
        let alone = Stops::of([&axis], Some((1, 101)));
        assert_eq!(XMap::new(&XAxis::Steps(alone), 0.0, 800.0).bands().len(), 1);
    }

    #[test]
    fn runs_with_other_parts_have_none_in_common() {
        let of = |id: &str| AttackSpec::new(id, [("steps", 20.into())]).axis();
        let stops = Stops::of([&of("autoattack"), &of("pgd")], None);
        assert!(stops.mixed && stops.stages.is_empty());
        let stops = Stops::of([&of("autoattack"), &of("autoattack")], None);
        assert!(!stops.mixed && stops.stages.len() == 20);
    }

    #[test]
    fn a_range_beyond_the_data_shows_all() {
        let stops = Stops::of([&Axis::new(10, false)], Some((20, 30)));
        assert_eq!(stops.shown(), (0.0, 10.0));
    }
}
