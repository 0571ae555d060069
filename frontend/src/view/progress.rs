//! How far a run is, and how long it may still take.

use crate::clock::{now_ms, ticks};
use crate::words;
use leptos::prelude::*;
use std::time::Duration;

/// Before this many readings of the speed nothing is said of the time left.
const LEAST_SAMPLES: u32 = 3;
/// The weight of the newest reading of the speed.
const NEWEST: f64 = 0.25;

/// The smoothed speed of a run, read once a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Speed {
    at_ms: f64,
    done: u64,
    per_second: f64,
    samples: u32,
}

impl Speed {
    /// The speed after another reading. A second without progress counts as slowness, not as nothing.
    fn read(self, at_ms: f64, done: u64) -> Self {
        let seconds = (at_ms - self.at_ms) / 1000.0;
        if self.at_ms == 0.0 || seconds <= 0.0 || done < self.done {
            return Self {
                at_ms,
                done,
                ..Self::default()
            };
        }
        let now = (done - self.done) as f64 / seconds;
        let per_second = match self.samples {
            0 => now,
            _ => NEWEST * now + (1.0 - NEWEST) * self.per_second,
        };
        Self {
            at_ms,
            done,
            per_second,
            samples: self.samples + 1,
        }
    }

    fn seconds_left(self, total: u64) -> Option<f64> {
        let left = total.saturating_sub(self.done);
        (self.samples >= LEAST_SAMPLES && self.per_second > 0.0)
            .then(|| left as f64 / self.per_second)
    }
}

/// One bar with done, total and the time left.
#[component]
pub fn Progress(
    #[prop(into)] done: Signal<u64>,
    #[prop(into)] total: Signal<u64>,
) -> impl IntoView {
    let tick = ticks(Duration::from_secs(1));
    let speed = StoredValue::new(Speed::default());
    let left = move || {
        tick.track();
        speed.update_value(|speed| *speed = speed.read(now_ms(), done.get_untracked()));
        let seconds = speed.get_value().seconds_left(total.get_untracked())?;
        Some(format!(
            "about {} left",
            words::duration(seconds.max(1.0).round())
        ))
    };
    let far = move || (done.get() as f64, total.get() as f64);
    let said = move || {
        let [done, total] = [done, total].map(|count| words::count(count.get()));
        format!("{done} of {total} images × points")
    };
    view! { <Bar label="Progress of the run" far said left /> }
}

/// A bar with words below it.
#[component]
pub fn Bar<Far, Said, Left>(
    /// What it is the progress of.
    label: &'static str,
    /// How much is done, and of how much.
    far: Far,
    said: Said,
    left: Left,
) -> impl IntoView
where
    Far: Fn() -> (f64, f64) + Copy + Send + 'static,
    Said: Fn() -> String + Copy + Send + 'static,
    Left: Fn() -> Option<String> + Send + 'static,
{
    let share = move || {
        let (done, total) = far();
        if total > 0.0 { done / total } else { 0.0 }
    };
    // Two digits of a part of something are enough to hear.
    let heard = |number: f64| ((100.0 * number).round() / 100.0).to_string();
    view! {
        <div class="progress">
            <div
                class="bar"
                role="progressbar"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=move || heard(far().1)
                aria-valuenow=move || heard(far().0)
                aria-valuetext=said
            >
                <div style:transform=move || format!("scaleX({:.4})", share())></div>
            </div>
            <div class="row spread small quiet">
                <span>{said}</span>
                <span>{left}</span>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_promised_before_three_readings() {
        let mut speed = Speed::default();
        for second in 1..=3 {
            speed = speed.read(1000.0 * f64::from(second), 10 * second as u64);
            assert_eq!(speed.seconds_left(100), None, "after {second}");
        }
        speed = speed.read(4000.0, 40);
        assert_eq!(speed.seconds_left(100), Some(6.0));
    }

    #[test]
    fn a_standstill_makes_the_time_left_longer() {
        let steady = (1..=4).fold(Speed::default(), |speed, second| {
            speed.read(1000.0 * f64::from(second), 10 * second as u64)
        });
        let stalled = steady.read(5000.0, 40);
        assert!(stalled.seconds_left(100) > steady.seconds_left(100));
    }
}
