//! Runs that were deleted a moment ago: for ten seconds they are only hidden, so that it can be undone.
//!
//! The server hears of it when the time is over, when others are deleted, or when the page is left.

use crate::api;
use crate::clock::sleep;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_use_event_listener::use_event_listener;
use valleyscope_shared::route;

/// How long it can be undone.
const UNDO_MS: u32 = 10_000;

/// What is on its way out.
#[derive(Clone, Copy)]
pub struct Bin {
    /// Those that can come back.
    pub waiting: RwSignal<Vec<String>>,
    /// Those of which the server is being told.
    going: RwSignal<Vec<String>>,
    /// Why some could not be deleted.
    pub failed: RwSignal<Option<String>>,
    /// The server has deleted these.
    gone: Callback<Vec<String>>,
    round: StoredValue<u32>,
}

impl Bin {
    /// An empty one, which is emptied when its owner is gone.
    pub fn open(gone: Callback<Vec<String>>) -> Self {
        let bin = Self {
            waiting: RwSignal::new(Vec::new()),
            going: RwSignal::new(Vec::new()),
            failed: RwSignal::new(None),
            gone,
            round: StoredValue::new(0),
        };
        // To another page of ours, and away.
        on_cleanup(move || {
            let ids = bin.waiting.try_get_untracked().unwrap_or_default();
            spawn_local(async move {
                for id in ids {
                    let _ = api::delete(&route::run(&id)).await;
                }
            });
        });
        let leaving: ev::Custom<web_sys::Event> = ev::Custom::new("pagehide");
        let _ = use_event_listener(window(), leaving, move |_| {
            let ids = bin.waiting.try_update(std::mem::take).unwrap_or_default();
            ids.iter()
                .for_each(|id| api::delete_at_last(&route::run(id)));
            let _ = bin.going.try_update(|going| going.extend(ids));
        });
        bin
    }

    /// The runs that no list shows.
    pub fn hidden(self) -> Vec<String> {
        let mut hidden = self.waiting.get();
        hidden.extend(self.going.get());
        hidden
    }

    /// Hides these, and tells the server in a while.
    pub fn put(self, ids: Vec<String>) {
        self.empty();
        self.failed.set(None);
        self.waiting.set(ids);
        self.round.update_value(|round| *round += 1);
        let round = self.round.get_value();
        spawn_local(async move {
            sleep(UNDO_MS).await;
            if self.round.try_get_value() == Some(round) {
                self.empty();
            }
        });
    }

    /// Brings back what waits.
    pub fn undo(self) {
        self.round.update_value(|round| *round += 1);
        self.waiting.set(Vec::new());
    }

    /// Tells the server now.
    fn empty(self) {
        let ids = self.waiting.try_update(std::mem::take).unwrap_or_default();
        if ids.is_empty() {
            return;
        }
        self.going.update(|going| going.extend(ids.iter().cloned()));
        spawn_local(async move {
            let mut gone = Vec::new();
            for id in &ids {
                match api::delete(&route::run(id)).await {
                    // Somebody else was faster.
                    Err(failure) if failure.status() != Some(404) => {
                        self.failed.try_set(Some(failure.words()));
                    }
                    _ => gone.push(id.clone()),
                }
            }
            self.gone.try_run(gone);
            let _ = self
                .going
                .try_update(|going| going.retain(|id| !ids.contains(id)));
        });
    }
}

/// Says what was deleted, and takes it back.
#[component]
pub fn UndoBar(bin: Bin) -> impl IntoView {
    let words = move || match bin.waiting.with(Vec::len) {
        1 => "1 run deleted.".to_owned(),
        count => format!("{count} runs deleted."),
    };
    view! {
        <div role="status">
            <Show when=move || !bin.waiting.with(Vec::is_empty)>
                <div class="tray" data-undo="">
                    <span>{words}</span>
                    <button class="button" on:click=move |_| bin.undo()>
                        "Undo"
                    </button>
                </div>
            </Show>
        </div>
    }
}

/// Why some runs are still there.
#[component]
pub fn NotDeleted(bin: Bin) -> impl IntoView {
    move || {
        let words = bin.failed.get()?;
        Some(view! {
            <p class="notice" data-kind="bad" role="alert">
                {words}
            </p>
        })
    }
}
