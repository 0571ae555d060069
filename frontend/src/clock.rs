//! The browser's clock and timers.

use crate::signal::RwSignal;
use js_sys::Promise;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Comes back after some milliseconds.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let set =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        // Without a timer, waiting for ever would be worse than not waiting.
        if set.is_err() {
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A signal that counts up once per `period`, until its owner is gone.
pub fn ticks(period: Duration) -> RwSignal<u32> {
    let count = RwSignal::new(0);
    let timer = set_interval_with_handle(
        move || {
            count.try_update(|count| *count += 1);
        },
        period,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    count
}
