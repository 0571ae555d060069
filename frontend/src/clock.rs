//! The browser's clock and timers.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos_use_interval::use_interval;
use std::time::Duration;

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Comes back after some milliseconds.
pub async fn sleep(milliseconds: u32) {
    TimeoutFuture::new(milliseconds).await;
}

/// A signal that counts up once per `period`, until its owner is gone.
pub fn ticks(period: Duration) -> Signal<u64> {
    use_interval(period.as_millis() as u64).counter
}
