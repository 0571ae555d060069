//! The head of a run's page: what it is, where it is, and what can be done with it. It keeps its height while the run computes.

use super::actions::Actions;
use super::details::Details;
use super::facts::InShort;
use super::said::{Named, Words};
use super::{Page, phase};
use crate::base::at;
use crate::clock::{now_ms, ticks};
use crate::live::{Link, Live};
use crate::view::badge::{Badge, Warned};
use crate::view::progress::Progress;
use leptos::prelude::*;
use std::time::Duration;
use valleyscope_shared::run::Phase;

/// Says that the connection is lost and why, and when the next attempt is or what one can do.
#[component]
pub fn Banner(
    live: Live,
    /// Whether it says why: not where the reason stands on the page already.
    #[prop(default = true)]
    says_why: bool,
) -> impl IntoView {
    let tick = ticks(Duration::from_millis(500));
    let lost = move |retry_at_ms: f64, why: String| {
        let left = move || {
            tick.track();
            let seconds = (retry_at_ms - now_ms()) / 1000.0;
            seconds.ceil().max(0.0).to_string()
        };
        view! {
            <div class="notice banner" data-kind="warn" role="status">
                "Reconnecting, "
                {left}
                " s. "
                {why}
                " What is shown is the last that arrived."
            </div>
        }
        .into_any()
    };
    let barred = || {
        view! {
            <div class="notice banner" data-kind="bad" role="alert">
                "Your session has ended. What is shown is the last that arrived. "
                <a href=at("/login") rel="external">
                    "Sign in"
                </a>
            </div>
        }
        .into_any()
    };
    move || match live.link.get() {
        Link::Idle | Link::Open => None,
        Link::Lost { retry_at_ms, why } => Some(lost(
            retry_at_ms,
            if says_why { why } else { String::new() },
        )),
        Link::Barred => Some(barred()),
    }
}

/// Title, actions, and one line that says where the run is.
#[component]
pub fn Head(page: Page) -> impl IntoView {
    let live = page.live;
    let phase = Memo::new(move |_| phase(live));
    let position = move || {
        let place = live.known(|run| run.position).flatten();
        let place = place.filter(|_| phase.get() == Phase::Queued)?;
        Some(format!("at place {place} of the queue"))
    };
    let warnings = Memo::new(move |_| live.state.with(|state| state.warnings.len()));
    let warned = move || view! { <Warned count=warnings.get() href="#warnings".to_owned() /> };
    let done = Signal::derive(move || live.state.with(|state| state.done));
    let total = Signal::derive(move || live.state.with(|state| state.total()));
    view! {
        <div class="head">
            <Named page />
            <Actions page />
            <div class="row state" data-state=move || phase.get().id()>
                {move || view! { <Badge phase=phase.get() /> }}
                <span class="quiet">{position}</span>
                {warned}
                <Said live />
                <Show when=move || phase.get() == Phase::Running fallback=move || view! { <InShort page /> }>
                    <Progress done total />
                </Show>
                <Details page />
            </div>
            <Words page />
            <Reason live phase />
            <Changed live />
        </div>
    }
}

/// Why it ended, where it did not end well.
#[component]
fn Reason(live: Live, phase: Memo<Phase>) -> impl IntoView {
    let reason = Memo::new(move |_| {
        let logged = live
            .state
            .with(|state| state.ended.as_ref()?.reason.clone());
        logged.or_else(|| live.known(|run| run.reason.clone()).flatten())
    });
    let repeat = move || match phase.get() {
        Phase::Interrupted => "What was committed is below. “Repeat” starts it again.",
        _ => "",
    };
    move || {
        let words = reason.get()?;
        Some(view! {
            <p class="notice" data-kind="bad">
                {words}
                " "
                {repeat}
            </p>
        })
    }
}

/// That the model or the data of this name are others by now.
#[component]
fn Changed(live: Live) -> impl IntoView {
    move || {
        let changed = live.known(|run| run.changed.join(", "))?;
        (!changed.is_empty()).then(|| {
            view! {
                <p class="notice" data-kind="warn" data-changed="">
                    {format!(
                        "These results are of an earlier state: {changed}. “Repeat” computes them with what is there now.",
                    )}
                </p>
            }
        })
    }
}

/// What the server says while results wait.
#[component]
fn Said(live: Live) -> impl IntoView {
    move || {
        let words = live.notice.get();
        (!words.is_empty()).then(|| view! { <span class="small">{words}</span> })
    }
}
