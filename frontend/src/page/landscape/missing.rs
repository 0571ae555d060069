//! An example whose iterates the run did not keep: they can be computed again.

use super::{Page, row};
use crate::api::{self, Failure};
use crate::clock::ticks;
use leptos::prelude::*;
use std::time::Duration;
use valleyscope_shared::api::Keeping;
use valleyscope_shared::route;

/// Says so, and asks for them.
#[component]
pub fn Missing(page: Page) -> impl IntoView {
    let asked = RwSignal::new(false);
    let keeping = RwSignal::new(None::<Result<Keeping, Failure>>);
    let tick = ticks(Duration::from_millis(700));
    Effect::new(move || {
        tick.track();
        if !asked.get() {
            return;
        }
        let view = page.address.view.get_untracked();
        let path = page
            .id
            .with_value(|id| route::keep(id, &row(&view).to_string()));
        let pass = view
            .pass
            .map(|pass| format!("?pass={pass}"))
            .unwrap_or_default();
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let answer = api::post::<Keeping>(&format!("{path}{pass}")).await;
            let done = answer.as_ref().map_or(true, |keeping| keeping.kept);
            keeping.try_set(Some(answer));
            if done {
                asked.try_set(false);
                page.example.refetch();
            }
        });
    });
    let says = move || match keeping.get() {
        Some(Ok(keeping)) => format!(
            "{} of {} points are computed.",
            keeping.done, keeping.points
        ),
        Some(Err(failure)) => failure.words(),
        None => String::new(),
    };
    view! {
        <div class="empty">
            <p>"The run did not keep this image's way, so its logits are not there. The image can be attacked once more, as it was."</p>
            <button class="button primary" aria-disabled=move || asked.get().then_some("true") on:click=move |_| asked.set(true)>
                {move || if asked.get() { "Computing…" } else { "Compute it" }}
            </button>
            <p class="small" role="status">
                {says}
            </p>
        </div>
    }
}
