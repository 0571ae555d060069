//! The range of a value axis, and what it cannot show.

/// What a value axis can do with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Draw it.
    Shown,
    /// It lies under the axis: on a log axis also zero and every negative value.
    Below,
    /// It lies over the axis.
    Above,
    /// It is not a number, or infinite.
    NotFinite,
}

/// The range of a value axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Whether it is logarithmic.
    pub log: bool,
    /// The lowest value shown; positive on a log axis.
    pub low: f64,
    /// The highest value shown, greater than `low`.
    pub high: f64,
}

impl Range {
    /// What the axis can do with `value`.
    pub fn class(&self, value: f64) -> Class {
        if !value.is_finite() {
            Class::NotFinite
        } else if value < self.low {
            Class::Below
        } else if value > self.high {
            Class::Above
        } else {
            Class::Shown
        }
    }

    /// Where `value` lies, from 0 at the lower end to 1 at the upper; values beyond lie at the ends.
    pub fn part(&self, value: f64) -> f64 {
        let part = if self.log {
            (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if part.is_nan() {
            0.0
        } else {
            part.clamp(0.0, 1.0)
        }
    }

    /// The value at a part of the way from the lower end to the upper.
    pub fn value(&self, part: f64) -> f64 {
        if self.log {
            self.low * (self.high / self.low).powf(part)
        } else {
            self.low + part * (self.high - self.low)
        }
    }

    /// The log range for these values: from the least that is at least `floor` of the largest, to the largest, with a little room.
    /// Without a positive value it is 1e-6 to 1.
    pub fn log_of(values: impl IntoIterator<Item = f64> + Clone, floor: f64) -> Self {
        // Numbers too small to have all their digits count as zero.
        let positive = |value: &f64| value.is_finite() && *value >= f64::MIN_POSITIVE;
        let largest = values
            .clone()
            .into_iter()
            .filter(positive)
            .fold(0.0, f64::max);
        if largest <= 0.0 {
            return Self {
                log: true,
                low: 1e-6,
                high: 1.0,
            };
        }
        // The floor itself stays a number that can be drawn.
        let floor = (largest * floor).max(f64::MIN_POSITIVE);
        let least = values
            .into_iter()
            .filter(|value| positive(value) && *value >= floor)
            .fold(largest, f64::min);
        let room = (largest / least).powf(0.04).max(1.08);
        // A floor that cuts is a hard edge, without room under it.
        let low = if least <= floor * room {
            floor
        } else {
            least / room
        };
        Self {
            log: true,
            low: low.max(f64::MIN_POSITIVE),
            high: (largest * room).min(f64::MAX),
        }
    }

    /// The linear range for these values with a little room; from 0 where that costs less than half of the height.
    pub fn linear_of(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return Self {
                log: false,
                low: 0.0,
                high: 1.0,
            };
        }
        if low >= 0.0 && low <= 0.5 * high {
            low = 0.0;
        } else if high <= 0.0 && high >= 0.5 * low {
            high = 0.0;
        }
        if low == high {
            let half = if low == 0.0 { 1.0 } else { 0.1 * low.abs() };
            (low, high) = if low == 0.0 {
                (0.0, half)
            } else {
                (low - half, high + half)
            };
        }
        let room = 0.05 * (high - low);
        let (bottom, top) = (
            if low == 0.0 { 0.0 } else { low - room },
            if high == 0.0 { 0.0 } else { high + room },
        );
        Self {
            log: false,
            low: bottom,
            high: top,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_log_axis_zero_negative_and_tiny_are_below_and_nan_is_not_finite() {
        let range = Range::log_of([1e-9, 1e-3, 100.0, 0.0, f64::NAN], 1e-6);
        let classes = [0.0, -1.0, 1e-9, 1e-3, 100.0, 1e9, f64::NAN, f64::INFINITY]
            .map(|value| range.class(value));
        use Class::{Above, Below, NotFinite, Shown};
        assert_eq!(
            classes,
            [
                Below, Below, Below, Shown, Shown, Above, NotFinite, NotFinite
            ]
        );
    }

    #[test]
    fn the_floor_is_exactly_the_asked_part_of_the_largest_where_it_cuts() {
        let range = Range::log_of([1e-30, 1e-6, 1.0], 1e-6);
        assert_eq!(range.class(1e-6), Class::Shown);
        assert_eq!(range.class(0.99e-6), Class::Below);
    }

    #[test]
    fn a_range_without_data_or_of_one_value_still_has_a_height() {
        for range in [
            Range::log_of([], 1e-6),
            Range::log_of([0.0, -3.0, f64::NAN], 1e-6),
            Range::log_of([7.0], 1e-6),
            Range::log_of([f64::MAX], 0.5),
            Range::log_of([5e-324], 1e-6),
            Range::linear_of([]),
            Range::linear_of([0.0]),
            Range::linear_of([-4.0, -4.0]),
            Range::linear_of([f64::INFINITY]),
        ] {
            assert!(range.high > range.low, "{range:?}");
            assert!(range.low.is_finite() && range.high.is_finite(), "{range:?}");
            assert!(!range.log || range.low > 0.0, "{range:?}");
        }
    }

    #[test]
    fn value_and_part_undo_each_other() {
        for range in [
            Range::log_of([1e-3, 40.0], 1e-6),
            Range::linear_of([-2.0, 3.0]),
        ] {
            for part in [0.0, 0.25, 0.5, 1.0] {
                // Both directions round a few times each; 1e-12 is four orders above one rounding.
                assert!((range.part(range.value(part)) - part).abs() < 1e-12);
            }
        }
    }
}
