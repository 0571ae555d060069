//! Numbers as people read them, the same on the page, on the command line and in figures.

use crate::amount::significant;
use crate::statistic::{Quartiles, Rate};

/// What stands where there is no number.
pub const NONE: &str = "–";

/// A share as a percentage with one decimal: `41.3 %`.
pub fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.1} %", 100.0 * share)
    } else {
        NONE.to_owned()
    }
}

/// A rate with its counts and interval: `95 % interval 38.2 to 44.5 %, 105 of 256`.
pub fn interval(rate: &Rate) -> String {
    if rate.n == 0 {
        return "no image to count".to_owned();
    }
    format!(
        "95 % interval {:.1} to {:.1} %, {} of {}",
        100.0 * rate.low.0,
        100.0 * rate.high.0,
        rate.hits,
        rate.n
    )
}

/// A number with four significant digits.
pub fn number(value: f64) -> String {
    if value.is_finite() {
        significant(value, 4).replace('-', "−")
    } else if value.is_nan() {
        NONE.to_owned()
    } else if value > 0.0 {
        "∞".to_owned()
    } else {
        "−∞".to_owned()
    }
}

/// The quartiles beside a median: `quartiles 3 to 7, n 210`.
pub fn quartiles(of: &Quartiles) -> String {
    if of.n == 0 {
        return "no image to count".to_owned();
    }
    format!(
        "quartiles {} to {}, n {}",
        number(of.q1.0),
        number(of.q3.0),
        of.n
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_a_dash() {
        assert_eq!(percent(f64::NAN), NONE);
        assert_eq!(number(f64::NEG_INFINITY), "−∞");
    }

    #[test]
    fn an_empty_population_is_said() {
        assert_eq!(interval(&Rate::of(0, 0)), "no image to count");
        assert_eq!(quartiles(&Quartiles::of([])), "no image to count");
    }
}
