//! Numbers as people read them.

use valleyscope_shared::amount::significant;
use valleyscope_shared::run::Phase;
pub use valleyscope_shared::words::{NONE, number, percent};

/// How long something may take that is not known exactly: what is likely, and the bound.
pub fn estimate(seconds: f64, at_most: bool, likely: Option<f64>) -> String {
    match (at_most, likely) {
        (false, _) => format!("about {}", duration(seconds)),
        (true, None) => format!("at most about {}", duration(seconds)),
        (true, Some(likely)) => format!(
            "likely about {}, at most about {}",
            duration(likely),
            duration(seconds)
        ),
    }
}

/// A whole number with thin spaces between thousands.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// Bytes in decimal units.
pub fn bytes(value: u64) -> String {
    let (size, unit) = match value {
        0..1_000 => return format!("{value} B"),
        1_000..1_000_000 => (value as f64 / 1e3, "kB"),
        1_000_000..1_000_000_000 => (value as f64 / 1e6, "MB"),
        _ => (value as f64 / 1e9, "GB"),
    };
    format!("{} {unit}", significant(size, 3))
}

/// A length of time: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return NONE.to_owned();
    }
    let whole = seconds.round() as u64;
    match whole {
        0..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// How long ago something was: `just now`, `5 min ago`, `3 days ago`.
pub fn ago(then_ms: f64, now_ms: f64) -> String {
    let minutes = ((now_ms - then_ms) / 60_000.0).max(0.0) as u64;
    let plural = |number: u64, unit: &str| {
        let ending = if number == 1 { "" } else { "s" };
        format!("{number} {unit}{ending} ago")
    };
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1440 => format!("{} h ago", minutes / 60),
        _ => plural(minutes / 1440, "day"),
    }
}

/// A phase in a word.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "Queued",
        Phase::Running => "Running",
        Phase::Finished => "Finished",
        Phase::Cancelled => "Cancelled",
        Phase::Failed => "Failed",
        Phase::Interrupted => "Interrupted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_use_the_unit_that_people_would() {
        assert_eq!(duration(0.42), "0.4 s");
        assert_eq!(duration(59.4), "59 s");
        assert_eq!(duration(185.0), "3 min 5 s");
        assert_eq!(duration(7800.0), "2 h 10 min");
        assert_eq!(duration(f64::NAN), NONE);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(1234567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(999), "999");
    }
}
