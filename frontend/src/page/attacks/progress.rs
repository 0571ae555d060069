//! How far the runs of a batch are.

use super::batch::Known;
use crate::view::progress::Bar;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::batch::BatchView;

/// How many runs have ended and how long the others may take; nothing once all have.
#[component]
pub fn Progress(batch: Known) -> impl IntoView {
    let counts = Memo::new(move |_| {
        let counts =
            batch.with(|batch| batch.as_ref().map(|batch| (batch.ended, batch.runs.len())));
        counts.unwrap_or_default()
    });
    let going = move || {
        let (ended, all) = counts.get();
        ended < all
    };
    let far = move || {
        batch
            .with(|batch| batch.as_ref().map(far))
            .unwrap_or_default()
    };
    let said = move || {
        let (ended, all) = counts.get();
        format!("{ended} of {all} attacks ended")
    };
    let left = move || {
        let seconds = batch.with(|batch| batch.as_ref()?.seconds_left)?;
        let seconds = seconds.max(1.0).round();
        Some(format!("about {} left", words::duration(seconds)))
    };
    view! {
        <Show when=going>
            <Bar label="Progress of all runs" far said left />
        </Show>
    }
}

/// What is done of the runs, in runs, and how many there are.
fn far(batch: &BatchView) -> (f64, f64) {
    let share = |run: &RunView| match run.phase.ended() {
        true => 1.0,
        false => run.done as f64 / run.total.max(1) as f64,
    };
    (batch.runs.iter().map(share).sum(), batch.runs.len() as f64)
}
