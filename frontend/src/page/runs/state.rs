//! Where a run of the list is, how far, and whether it is doubtful.

use crate::base::at;
use crate::view::badge::{Badge, Warned};
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::run::Phase;

/// The cell.
#[component]
pub fn State(run: Memo<Option<RunView>>) -> impl IntoView {
    let phase = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.phase)));
    let warned =
        Memo::new(move |_| run.with(|run| run.as_ref().map(|run| (run.warnings, run.id.clone()))));
    let share = move || {
        let share =
            run.with(|run| Some(run.as_ref()?.done as f64 / run.as_ref()?.total.max(1) as f64));
        share.unwrap_or_default()
    };
    let beside = move || match phase.get()? {
        Phase::Queued => run.with(|run| Some(format!("place {}", run.as_ref()?.position?))),
        Phase::Running => Some(words::percent(share())),
        _ => None,
    };
    let badge = move || phase.get().map(|phase| view! { <Badge phase /> });
    let warned = move || {
        let (count, id) = warned.get()?;
        Some(view! { <Warned count href=at(&format!("/runs/{id}#warnings")) /> })
    };
    view! {
        <span class="row">
            {badge} <span class="small quiet">{beside}</span> {warned}
        </span>
        <Show when=move || phase.get() == Some(Phase::Running)>
            <div class="bar slim">
                <div style:transform=move || format!("scaleX({:.4})", share())></div>
            </div>
        </Show>
    }
}
